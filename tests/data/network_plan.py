"""The tables of a plan that says the truth about an assignment, and a bound counted the slow way."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

from data.plan import TERMS, Bound, Plan

if TYPE_CHECKING:
    from data.problem import Problem

GEOD = Geod(ellps="WGS84")
_EXCLUDED = {("not_in_phase", ""), ("no_location", "")}


def found(
    problem: Problem,
    serves: dict[str, str],
    opened: dict[str, str],
    *,
    underfull: dict[str, str] | None = None,
    unassigned: dict[str, tuple[str, str]] | None = None,
    vacancies: dict[str, str] | None = None,
    exceptions: tuple[tuple[str, str, str], ...] = (),
) -> Plan:
    """Write the tables of a plan that says the truth about its assignment, whatever that is."""
    people = problem.households.set_index("household_id", drop=False)
    places = known_places(problem)
    left = {one: (people.loc[one, "reason"], "") for one in people.index[people["reason"] != ""]}
    left |= unassigned or {}
    assignments = _assignments(problem, serves, opened, places)
    centers = pd.DataFrame(
        [_center(places, opened, one, assignments, underfull or {}) for one in sorted(opened)]
    )
    waiting = pd.DataFrame(
        [(who, why, at, people.loc[who, "cases"]) for who, (why, at) in sorted(left.items())],
        columns=["household_id", "reason", "vacancy_id", "cases"],
    )
    empty = _vacancies(vacancies or {}, waiting)
    units = _units(problem, centers, empty)
    terms = _terms(problem, assignments, centers, waiting)
    objective = round(sum(terms.values()), 3)
    return Plan(
        assignments=assignments,
        centers=centers,
        unassigned=waiting,
        vacancies=empty,
        reserves=pd.DataFrame(columns=["center_id", "applicant_id", "site_id", "extra_km"]),
        exceptions=pd.DataFrame(
            [(kind, subject, where, 1, "bounds") for kind, subject, where in exceptions],
            columns=["kind", "subject", "centers", "cases", "reason"],
        ),
        losing_sites=pd.DataFrame(columns=["site_id", "applicant_id", "unit", "ineligible"]),
        units=units,
        neighbourhoods=gpd.GeoDataFrame({"center_id": []}, geometry=[], crs="EPSG:4326"),
        terms=MappingProxyType(terms),
        objective_km=objective,
        bound=slow_bound(problem, units) if set(left.values()) <= _EXCLUDED else None,
        provenance=MappingProxyType({"scenario": "by hand", "seed": 0}),
    )


def edited(plan: Plan, table: str, row: int, column: str, value: object) -> Plan:
    """Return the plan with one cell changed."""
    changed = getattr(plan, table).copy()
    changed[column] = changed[column].astype(object)
    changed.iloc[row, changed.columns.get_loc(column)] = value
    return replace(plan, **{table: changed})


def geodesic_km(lon: Any, lat: Any, to_lon: Any, to_lat: Any) -> Any:
    to_lon, to_lat = np.broadcast_to(to_lon, np.shape(lon)), np.broadcast_to(to_lat, np.shape(lat))
    return np.round(np.asarray(GEOD.inv(lon, lat, to_lon, to_lat)[2]) / 1000, 3)


def slow_bound(problem: Problem, units: pd.DataFrame, *, extra_km: float = 0.3) -> Bound:
    """Return a bound with a multiplier a little above the nearest site, counted in plain loops."""
    people = problem.households[problem.households["reason"] == ""]
    places = known_places(problem)
    places = places[(places["ineligible"] == "") & (places["use"] != "forbidden")]
    price = {site: cost_km(problem, people, places.loc[site]) for site in places.index}
    here = {
        site: ((people["unit"] == places.loc[site, "unit"]) & people["pin"].isin(["", site])).to_numpy()
        for site in places.index
    }
    nearest = np.min([np.where(here[site], price[site], np.inf) for site in places.index], axis=0)
    paid = np.round(nearest + extra_km, 3)
    least = {}
    for site in places.index:
        reduced = sorted(
            ((cost - l_km), cases)
            for cost, l_km, cases, near in zip(price[site], paid, people["cases"], here[site], strict=True)
            if near
        )
        fill, room = _fill(problem, places.loc[site], units), places.loc[site, "max_cases"]
        taken, least[site] = 0.0, 0.0
        for a_case, cases in reduced:
            more = min(cases, max((room if a_case < 0 else fill) - taken, 0.0))
            least[site] += more * a_case
            taken += more
    unit_km = dict.fromkeys(units["unit"], -5.0)
    planned = units.set_index("unit")["planned"]
    value = float((paid * people["cases"]).sum())
    fixed = places[(places["applicant_id"] == "") | (places["use"] == "required")]
    value += sum(least[site] for site in fixed.index)
    value += sum((planned[unit] - (fixed["unit"] == unit).sum()) * price for unit, price in unit_km.items())
    for (applicant, _), own in places.drop(fixed.index).groupby(["applicant_id", "unit"]):
        if applicant not in set(fixed["applicant_id"]):
            value += min(0.0, *(least[site] - unit_km[own.loc[site, "unit"]] for site in own.index))
    return Bound(
        value_km=value,
        household_km=pd.Series(paid, index=people["household_id"].to_list()),
        unit_km=MappingProxyType(unit_km),
    )


def _fill(problem: Problem, place: pd.Series, units: pd.DataFrame) -> int:
    """Return what every plan fills a place with, by the words of `data.plan.Bound`."""
    rules, households = problem.rules, problem.households
    people = households[(households["reason"] == "") & (households["unit"] == place["unit"])]
    kept = problem.travel is not None or np.isfinite(rules.max_km) or (people["pin"] != "").any()
    if place["applicant_id"] == "" or kept:
        return 0
    alone = people["group"].where(people["group"] >= 0, -1 - people.index)
    largest = people["cases"].groupby(alone).sum().max()
    planned = units.set_index("unit").loc[place["unit"], "planned"]
    enough = people["cases"].sum() >= planned * rules.min_cases + (planned - 1) * (largest - 1)
    return rules.min_cases if enough and largest <= rules.max_cases - rules.min_cases + 1 else 0


def cost_km(problem: Problem, people: pd.DataFrame, place: pd.Series) -> Any:
    """Return km a case of sending each household to a place, its price included."""
    rules = problem.rules
    detour = np.where(people["area"] == "rural", rules.detour_rural, rules.detour_urban)
    straight = geodesic_km(people["lon"].to_numpy(), people["lat"].to_numpy(), place["lon"], place["lat"])
    crosses = (
        (people["district"] != "") & (place["district"] != "") & (people["district"] != place["district"])
    )
    price = rules.preference_km * (place["preference"] - 1) - rules.merit_km * place["score"]
    return np.round(straight * detour, 3) + price + rules.cross_district_km * crosses.to_numpy()


def known_places(problem: Problem) -> pd.DataFrame:
    """Return sites by site_id and existing centers by center_id, with one set of columns."""
    sites = pd.DataFrame(problem.sites.drop(columns="geometry")).set_index("site_id", drop=False)
    sites["score"], sites["max_cases"] = sites["score"].fillna(0), problem.rules.max_cases
    existing = pd.DataFrame(problem.centers.drop(columns="geometry")).set_index("center_id")
    existing = existing.assign(site_id="", applicant_id="", preference=1, score=0.0, use="", ineligible="")
    existing["max_cases"] = existing["max_cases"].fillna(problem.rules.max_cases)
    return pd.concat([sites, existing[[one for one in existing if one in sites]]])


def _assignments(
    problem: Problem, serves: dict[str, str], opened: dict[str, str], places: pd.DataFrame
) -> pd.DataFrame:
    who = pd.DataFrame(problem.households.set_index("household_id", drop=False)).loc[sorted(serves)]
    to = who["household_id"].map(serves)
    place = places.loc[[opened[one] or one for one in to]]
    detour = np.where(who["area"] == "rural", problem.rules.detour_rural, problem.rules.detour_urban)
    straight = geodesic_km(who["lon"].to_numpy(), who["lat"].to_numpy(), *place[["lon", "lat"]].to_numpy().T)
    table = who[["household_id", "cases", "province", "county", "district", "area"]].reset_index(drop=True)
    table.insert(1, "center_id", to.to_numpy())
    table.insert(2, "km", np.round(straight * detour, 3))
    return table


def _center(
    places: pd.DataFrame, opened: dict[str, str], one: str, assignments: pd.DataFrame, why: dict[str, str]
) -> dict[str, object]:
    place, own = places.loc[opened[one] or one], assignments[assignments["center_id"] == one]
    row = {"center_id": one, "applicant_id": place["applicant_id"], "site_id": opened[one]}
    row["preference"] = place["preference"] if opened[one] else None
    row |= {name: place[name] for name in ("lon", "lat", "province", "county", "district", "area")}
    row |= {"cases": own["cases"].sum(), "households": len(own), "caseworkers": -(-own["cases"].sum() // 150)}
    row |= {"status": "new" if opened[one] else "existing", "underfull_reason": why.get(one, "")}
    return row | {"name": one, "unit": place["unit"], "max_cases": 450, "score": place["score"], "kind": ""}


def _vacancies(units: dict[str, str], waiting: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for vacancy, unit in units.items():
        own = waiting[waiting["vacancy_id"] == vacancy]
        rows.append((vacancy, 48.3, 33.5, "P", unit, own["cases"].sum(), len(own), unit))
    columns = ["vacancy_id", "lon", "lat", "province", "county", "cases", "households", "unit"]
    return pd.DataFrame(rows, columns=columns)


def _units(problem: Problem, centers: pd.DataFrame, vacancies: pd.DataFrame) -> pd.DataFrame:
    served = problem.households[problem.households["reason"] == ""]
    rows = []
    for unit, own in served.groupby("unit"):
        opened, vacant = (centers["unit"] == unit).sum(), (vacancies["unit"] == unit).sum()
        cases = own["cases"].sum()
        old = problem.centers[problem.centers["unit"] == unit]
        beyond = max(cases - int(old["max_cases"].fillna(problem.rules.max_cases).sum()), 0)
        needed = len(old) - (-beyond // problem.rules.max_cases)
        rows.append((unit, cases, needed, opened + vacant, opened, vacant))
    return pd.DataFrame(rows, columns=["unit", "cases", "needed", "planned", "opened", "vacant"])


def _terms(
    problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame, waiting: pd.DataFrame
) -> dict[str, float]:
    rules, sums = problem.rules, dict.fromkeys(TERMS, 0.0)
    by_id = centers.set_index("center_id")
    sums["travel_km"] = (assignments["cases"] * assignments["km"]).sum()
    for one in by_id.index[by_id["status"] == "new"]:
        sums["preference_km"] += by_id["cases"][one] * rules.preference_km * (by_id["preference"][one] - 1)
        sums["merit_km"] -= by_id["cases"][one] * rules.merit_km * by_id["score"][one]
    there = assignments["center_id"].map(by_id["district"])
    crosses = (assignments["district"] != "") & (there != "") & (assignments["district"] != there)
    sums["cross_district_km"] = rules.cross_district_km * assignments["cases"][crosses].sum()
    sums["vacancy_km"] = rules.vacancy_km * waiting["cases"][waiting["reason"] == "vacancy"].sum()
    sums["center_km"] = rules.center_km * len(centers) if rules.centers == "price" else 0.0
    return {name: round(float(value), 3) for name, value in sums.items()}
