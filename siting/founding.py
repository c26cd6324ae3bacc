"""Solved units become the tables of a plan: centers, assignments, who is left and why, objective by terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.serving import NOBODY
from allocation.unit import largest_center
from data.build.units import together
from data.fairness import far_extra_km, rural
from data.fold import fold
from data.geodesy import KM_DECIMALS, geodesic_km
from data.problem import UNGROUPED
from data.summary import weighted_km
from data.sums import weighted_sum
from siting.codes import point_codes
from siting.underfull import underfull_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.problem import Problem
    from siting.solve import Solved

ADMIN = ["province", "county", "district", "area"]
CENTER_COLUMNS = [
    "center_id", "applicant_id", "site_id", "preference", "lon", "lat", *ADMIN, "cases", "households",
    "caseworkers", "status", "underfull_reason", "name", "unit", "max_cases", "score", "kind", "km_median",
    "km_p90",
]  # fmt: skip


def centers_table(problem: Problem, solved: Sequence[Solved]) -> pd.DataFrame:
    """Return one row an open facility, in the order of the units and their facilities, without its load.

    Ids: an existing center keeps its own; a site's center is ``C-`` and the site's id; a proposed point is
    ``P-`` and a code of its coordinates.
    """
    parts = []
    for one in solved:
        facilities = one.unit.facilities
        existing, rows = facilities.existing[one.open], facilities.row[one.open]
        for is_existing, row, lon, lat, most in zip(
            existing,
            rows,
            facilities.lon[one.open],
            facilities.lat[one.open],
            facilities.max_cases[one.open],
            strict=True,
        ):
            base = {"lon": lon, "lat": lat, "unit": one.unit.name, "max_cases": int(most)}
            if is_existing:
                parts.append({**_existing(problem.centers.iloc[row]), **base})
            elif row >= 0:
                parts.append({**_from_site(problem.sites.iloc[row]), **base})
            else:
                parts.append({**_proposed(problem, one, lon, lat), **base})
    table = pd.DataFrame(parts, columns=[name for name in CENTER_COLUMNS if name not in _COUNTED])
    blank = (table["center_id"] == "").to_numpy()
    codes = point_codes(table["lon"].to_numpy()[blank], table["lat"].to_numpy()[blank])
    table.loc[blank, "center_id"] = [f"P-{code}" for code in codes]
    taken = set(table.loc[table["status"] == "existing", "center_id"])
    new = (table["status"] == "new").to_numpy()
    table.loc[new, "center_id"] = [_free_id(one, taken) for one in table.loc[new, "center_id"]]
    return table


_COUNTED = ("cases", "households", "caseworkers", "underfull_reason", "km_median", "km_p90")


def _existing(row: pd.Series) -> dict[str, object]:
    founded = ("applicant_id", "site_id", "preference", "score", "kind")
    kept = {name: row[name] for name in ("center_id", "name", *founded, *ADMIN)}
    return {**kept, "status": "existing"}


def _from_site(row: pd.Series) -> dict[str, object]:
    kept = {name: row[name] for name in ("applicant_id", "site_id", "preference", "score", "kind", *ADMIN)}
    return {**kept, "center_id": f"C-{row['site_id']}", "name": "", "status": "new"}


def _proposed(problem: Problem, one: Solved, lon: float, lat: float) -> dict[str, object]:
    """Return a proposed point with the names of the unit's household nearest to it."""
    rows = problem.households.iloc[one.unit.households]
    nearest = int(
        np.hypot((rows["lon"] - lon) * np.cos(np.radians(lat)), rows["lat"] - lat).to_numpy().argmin()
    )
    admin = {name: rows.iloc[nearest][name] for name in ADMIN}
    return {
        **admin, "center_id": "", "applicant_id": "", "site_id": "", "preference": pd.NA, "name": "",
        "status": "new", "score": np.nan, "kind": "",
    }  # fmt: skip


def _free_id(wanted: str, taken: set[str]) -> str:
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    taken.add(free)
    return free


def placed(problem: Problem, solved: Sequence[Solved]) -> NDArray[np.int64]:
    """Return the row in the centers' table that serves each household, or `NOBODY`, shape (n_households,)."""
    center = np.full(len(problem.households), NOBODY, dtype=np.int64)
    first = 0
    for one in solved:
        own = one.center[one.unit.group_of]
        center[one.unit.households[own >= 0]] = first + own[own >= 0]
        first += len(one.open)
    return center


def assignments_table(problem: Problem, centers: pd.DataFrame, center: NDArray[np.int64]) -> pd.DataFrame:
    """Return one row a served household with its published kilometres."""
    rows = np.flatnonzero(center >= 0)
    people, there = problem.households.iloc[rows], centers.iloc[center[rows]]
    table: pd.DataFrame = people[["household_id", "cases", *ADMIN]].reset_index(drop=True)
    table.insert(1, "center_id", there["center_id"].to_numpy())
    if problem.travel is None:
        rules = problem.rules
        km = geodesic_km(people["lon"], people["lat"], there["lon"], there["lat"])
        detour = np.where(people["area"] == "rural", rules.detour_rural, rules.detour_urban)
        km = np.round(km * detour, KM_DECIMALS)
    else:
        site = np.where(there["site_id"] == "", there["center_id"], there["site_id"])
        measured = problem.travel.set_index(["household_id", "site_id"])["km"]
        pairs = pd.MultiIndex.from_arrays([people["household_id"].to_numpy(), site])
        km = np.round(measured.loc[pairs].to_numpy(dtype=float), KM_DECIMALS)
    table.insert(2, "km", km)
    return table


def with_loads(
    problem: Problem,
    solved: Sequence[Solved],
    centers: pd.DataFrame,
    assignments: pd.DataFrame,
    center: NDArray[np.int64],
) -> pd.DataFrame:
    """Return the centers with what they serve, how far, and why one is underfull."""
    table = centers.copy()
    served = center[center >= 0]
    table["cases"] = np.bincount(served, weights=assignments["cases"], minlength=len(table)).astype(np.int64)
    table["households"] = np.bincount(served, minlength=len(table)).astype(np.int64)
    table["caseworkers"] = -(-table["cases"] // problem.rules.caseworker_cases)
    km, cases = (assignments[name].to_numpy() for name in ("km", "cases"))
    order = np.argsort(served, kind="stable")
    numbers, first = np.unique(served[order], return_index=True)
    figures = np.full((len(table), 2), np.nan)
    for number, own in zip(numbers, np.split(order, first[1:]), strict=False):
        told = weighted_km(km[own], cases[own])
        figures[number] = told["median"], told["p90"]
    table["km_median"], table["km_p90"] = figures.T
    table["underfull_reason"] = [
        reason for one, part in _by_unit(solved, table) for reason in underfull_reason(one, part)
    ]
    return table[CENTER_COLUMNS].astype({"preference": "Int64", "score": float, "underfull_reason": "str"})


def _by_unit(solved: Sequence[Solved], table: pd.DataFrame) -> list[tuple[Solved, NDArray[np.int64]]]:
    loads, first = [], 0
    for one in solved:
        loads.append((one, table["cases"].to_numpy()[first : first + len(one.open)]))
        first += len(one.open)
    return loads


def exceptions_table(
    problem: Problem, solved: Sequence[Solved], centers: pd.DataFrame, center: NDArray[np.int64]
) -> pd.DataFrame:
    """Return one row a point or place in two centers, or served only in part: who, in which centers, why.

    Pins part groups, not neighbours: where nothing but a pin sends them to different centers, that is the
    reason.
    """
    households = problem.households
    most = {one.unit.name: largest_center(one.unit.rules, one.unit.facilities) for one in solved}
    whole = together(households.assign(pin=""), problem.rules)
    frame = pd.DataFrame({"whole": whole, "group": households["group"].to_numpy(), "where": center})
    frame["cases"] = households["cases"].to_numpy()
    split = frame[whole != UNGROUPED].groupby("whole")["where"].nunique()
    rows = []
    for number in split.index[split > 1]:
        own = np.flatnonzero(whole == number)
        people = households.iloc[own]
        one_point = len(people[["lon", "lat"]].drop_duplicates()) == 1
        named = not one_point and len(people[["place"]].drop_duplicates()) == 1
        ids = centers["center_id"].to_numpy()[np.unique(center[own][center[own] >= 0])]
        rows.append(
            {
                "kind": "split_point" if one_point else "split_place",
                "subject": people["place"].iloc[0] if named else people["household_id"].min(),
                "centers": " ".join(sorted(ids)),
                "cases": int(people["cases"].sum()),
                "reason": _why_split(frame.iloc[own], most[people["unit"].iloc[0]]),
            }
        )
    columns = {"kind": "str", "subject": "str", "centers": "str", "cases": "int64", "reason": "str"}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _why_split(members: pd.DataFrame, most: int) -> str:
    groups = members.groupby("group")
    cases = groups["cases"].sum()[groups["where"].min() < groups["where"].max()]
    if cases.empty:
        return "pin"
    return "larger_than_a_center" if cases.max() > most else "bounds_leave_no_other_way"


def terms_of(
    problem: Problem,
    centers: pd.DataFrame,
    assignments: pd.DataFrame,
    center: NDArray[np.int64],
    vacant_cases: int,
) -> dict[str, float]:
    """Return the objective by terms, km, each with 3 decimals."""
    rules = problem.rules
    cases = assignments["cases"].to_numpy(dtype=float)
    there = centers.iloc[center[center >= 0]]
    # What stood before keeps the price of its site: else a network that nothing changes would cost less.
    preference = there["preference"].astype("Float64").fillna(1).to_numpy(dtype=float)
    score = there["score"].astype("Float64").fillna(0).to_numpy(dtype=float)
    keys = {name: fold(name) for name in {*assignments["district"].unique(), *centers["district"].unique()}}
    own, theirs = assignments["district"].map(keys).to_numpy(), there["district"].map(keys).to_numpy()
    crosses = (own != "") & (theirs != "") & (own != theirs)
    terms = {
        "travel_km": float(weighted_sum(cases, assignments["km"].to_numpy())),
        "far_km": float(
            weighted_sum(cases, far_extra_km(rules, assignments["km"].to_numpy(), rural(assignments)))
        ),
        "preference_km": float(weighted_sum(cases, rules.preference_km * (preference - 1))),
        "merit_km": -float(weighted_sum(cases, rules.merit_km * score)),
        "cross_district_km": float(rules.cross_district_km * cases[crosses].sum()),
        "center_km": rules.center_km * len(centers) if rules.centers == "price" else 0.0,
        "vacancy_km": rules.waiting_km * vacant_cases,
        "move_km": 0.0,
    }
    return {name: round(value, KM_DECIMALS) + 0.0 for name, value in terms.items()}


def moved_km(problem: Problem, assignments: pd.DataFrame, center: NDArray[np.int64]) -> float:
    """Return what transfers cost, km: of all who have another center than the problem says they have today.

    Parameters
    ----------
    problem : Problem
        Its ``center_id`` is today's, empty for who has none.
    assignments : DataFrame
        As `assignments_table`.
    center : ndarray of int, shape (n_households,)
        As `placed`.
    """
    today = problem.households["center_id"].to_numpy(dtype=object)[center >= 0]
    moved = (today != "") & (today != assignments["center_id"].to_numpy(dtype=object))
    cases = int(assignments["cases"].to_numpy()[moved].sum())
    return round(problem.rules.move_km * cases, KM_DECIMALS) + 0.0
