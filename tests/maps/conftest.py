from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from data.geodesy import LCC, geodesic_km, to_plane
from data.plan import TERMS, Plan
from data.problem import Problem
from data.rules import Rules
from siting.ground.neighbourhoods import partition

TOWNS = (
    ("خرم‌آباد", 48.356, 33.488),
    ("بروجرد", 48.751, 33.894),
    ("دورود", 49.061, 33.496),
    ("کوهدشت", 47.606, 33.535),
    ("نورآباد", 47.972, 34.073),
    ("الیگودرز", 49.694, 33.400),
    ("ازنا", 49.455, 33.459),
    ("پلدختر", 47.713, 33.150),
    ("الشتر", 48.262, 33.863),
    ("معمولان", 47.960, 33.378),
    ("چگنی", 48.020, 33.570),
)


def scatter(count: int, counties: int, seed: int = 1) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    county = np.sort(rng.integers(0, counties, count))
    urban = rng.random(count) < 0.6
    spread = np.where(urban, 0.018, 0.11)[:, None]
    middle = np.array([(lon, lat) for _, lon, lat in TOWNS])[county]
    villages = np.round(rng.normal(0, 0.11, (count, 2)) / 0.05) * 0.05 + rng.normal(0, 0.004, (count, 2))
    lonlat = np.round(middle + np.where(urban[:, None], rng.normal(0, 1, (count, 2)) * spread, villages), 6)
    towns = np.array([(lon, lat) for _, lon, lat in TOWNS[:counties]])
    county = np.square(lonlat[:, None] - towns[None]).sum(axis=2).argmin(axis=1)
    names = np.array([name for name, _, _ in TOWNS])[county]
    quarter = np.where(lonlat[:, 1] > middle[:, 1], "شمالی", "جنوبی")
    table = pd.DataFrame(
        {
            "household_id": [f"H-{number:06d}" for number in range(count)],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "cases": 1,
            "province": "لرستان",
            "county": names,
            "district": "",
            "place": [f"{name} {side}" for name, side in zip(names, quarter, strict=True)],
            "area": np.where(urban, "urban", "rural"),
            "unit": names,
        }
    )
    xy = to_plane(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=LCC)


def problem_of(households: gpd.GeoDataFrame, **rules: object) -> Problem:
    nothing = households.iloc[:0]
    return Problem(
        households=households,
        sites=nothing,
        centers=nothing,
        boundaries=MappingProxyType({}),
        rules=Rules(**rules),
        synthetic=True,
        scenario="lorestan",
    )


def serve(households: gpd.GeoDataFrame, centers_of: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    parts, rows = [], []
    for county, here in households.groupby("county", sort=True):
        wanted = max(1, round(centers_of * len(here) / len(households)))
        fitted = KMeans(wanted, n_init=1, random_state=0).fit(here[["lon", "lat"]])
        ids = np.array([f"C-{len(rows) + n:04d}" for n in range(wanted)])
        for number, (lon, lat) in enumerate(np.round(fitted.cluster_centers_, 6)):
            rows.append((ids[number], lon, lat, county))
        parts.append(here.assign(center_id=ids[fitted.labels_]))
    served = pd.concat(parts)
    centers = pd.DataFrame(rows, columns=["center_id", "lon", "lat", "county"])
    at = centers.set_index("center_id").loc[served["center_id"]]
    served["km"] = geodesic_km(served["lon"], served["lat"], at["lon"], at["lat"])
    columns = ["household_id", "center_id", "km", "cases", "province", "county", "district", "area"]
    return pd.DataFrame(served[columns]).sort_values("household_id", ignore_index=True), centers


def plan_of(problem: Problem, count: int) -> Plan:
    assignments, centers = serve(problem.households, count)
    by = assignments.groupby("center_id")
    centers = centers.set_index("center_id")
    centers["cases"] = by["cases"].sum()
    centers["households"] = by.size()
    centers["km_median"] = by["km"].median().round(3)
    centers["km_p90"] = by["km"].quantile(0.9).round(3)
    centers = centers.reset_index()
    even = centers.index % 2 == 0
    new = centers.index % 7 != 0
    centers = centers.assign(
        applicant_id=[f"A-{n:03d}" if fresh else "" for n, fresh in enumerate(new)],
        site_id=[f"S-{n:03d}" if fresh else "" for n, fresh in enumerate(new)],
        preference=pd.array([1 + n % 5 if fresh else None for n, fresh in enumerate(new)], dtype="Int64"),
        province="لرستان",
        district="",
        area=np.where(even, "urban", "rural"),
        caseworkers=np.ceil(centers["cases"] / 150).astype(int),
        status=np.where(new, "new", "existing"),
        underfull_reason=np.where(centers["cases"] < 150, "small_unit", ""),
        name="",
        unit=centers["county"],
        max_cases=450,
        score=0.0,
        kind=np.where(new, "natural", ""),
    )
    lost = pd.DataFrame(
        {
            "household_id": ["H-X1", "H-X2", "H-X3"],
            "reason": ["vacancy", "vacancy", "too_far"],
            "vacancy_id": ["V-1", "V-1", ""],
            "cases": [180, 20, 3],
        }
    )
    vacancies = pd.DataFrame(
        {
            "vacancy_id": ["V-1"],
            "lon": [48.6],
            "lat": [33.62],
            "province": ["لرستان"],
            "county": [centers["county"].iloc[0]],
            "cases": [200],
            "households": [2],
            "unit": [centers["county"].iloc[0]],
        }
    )
    travel = round(float((assignments["km"] * assignments["cases"]).sum()), 3)
    empty = pd.DataFrame()
    return Plan(
        assignments=assignments,
        centers=centers,
        unassigned=lost,
        vacancies=vacancies,
        reserves=empty,
        exceptions=empty,
        losing_sites=empty,
        units=empty,
        neighbourhoods=partition(problem, assignments, centers),
        terms={term: travel if term == "travel_km" else 0.0 for term in TERMS},
        objective_km=travel,
        bound=None,
        provenance={
            "scenario": problem.scenario,
            "synthetic": True,
            "seed": 7,
            "rules": problem.rules.as_dict(),
            "versions": {},
            "inputs": {},
            "distance": "straight_line",
        },
    )


@pytest.fixture(scope="session")
def problem() -> Problem:
    return problem_of(scatter(4000, 2))


@pytest.fixture(scope="session")
def plan(problem: Problem) -> Plan:
    return plan_of(problem, 12)
