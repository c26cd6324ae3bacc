"""A small problem and plan with everything a real one has, made without a solver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.geodesy import LCC, WGS84, geodesic_km, to_plane
from data.hashing import plan_hash
from data.plan import Bound, Plan
from data.problem import Problem
from data.rules import Rules
from data.verify import certificate as verifier


@dataclass(frozen=True)
class Made:
    problem: Problem
    plan: Plan

    @property
    def certificate(self) -> verifier.Certificate:
        return certify(self.problem, self.plan)


def certify(problem: Problem, plan: Plan) -> verifier.Certificate:
    return verifier.Certificate(
        plan_hash(plan), verifier.problem_hash(problem), ("stand_in",), verifier._TOKEN
    )


def make(n_households: int = 60, *, synthetic: bool = True) -> Made:
    rng = np.random.default_rng(7)
    problem = Problem(
        households=_households(n_households, rng),
        sites=_sites(),
        centers=_plane(_sites().iloc[:0][["lon", "lat"]].assign(center_id=pd.Series(dtype="str"))),
        boundaries=MappingProxyType({"county": _counties()}),
        rules=Rules(
            status=("pensioner",),
            overrides=MappingProxyType({"لرستان": MappingProxyType({"max_cases": 400})}),
        ),
        travel=pd.DataFrame({"household_id": ["H-001"], "site_id": ["S-1"], "km": [1.25]}),
        synthetic=synthetic,
        scenario="لرستان",
        inputs=MappingProxyType({"households": "ab" * 32}),
    )
    return Made(problem, _plan(problem))


def _households(n: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    lon, lat = 48.3 + rng.normal(0, 0.02, n).round(6), 33.5 + rng.normal(0, 0.02, n).round(6)
    lon[-1] = lat[-1] = np.nan
    table = pd.DataFrame(
        {
            "household_id": [f"H-{number:06d}" for number in range(n)],
            "lon": lon.round(6),
            "lat": lat.round(6),
            "cases": np.arange(n) % 3 + 1,
            "province": "لرستان",
            "county": np.where(np.arange(n) < n * 3 // 4, "خرم‌آباد", "دلفان"),
            "district": [None if number % 5 == 0 else "منطقهٔ ۱" for number in range(n)],
            "place": [f"=روستای {number % 3}" for number in range(n)],
            "area": "urban",
            "status": "pensioner",
            "center_id": pd.Series([None] * n, dtype="str"),
            "pin": pd.Series([None] * n, dtype="str"),
            "accessible": pd.Series([True, None, False, *[None] * (n - 3)], dtype=object),
            "fid": np.arange(n),
            "reason": ["" if number < n - 1 else "no_location" for number in range(n)],
        }
    )
    return _plane(table)


def _sites() -> gpd.GeoDataFrame:
    return _plane(
        pd.DataFrame(
            {
                "site_id": ["S-1", "S-2", "S-3"],
                "applicant_id": ["A-1", "A-2", "A-3"],
                "preference": [1, 2, 1],
                "score": [71.5, np.nan, -0.0],
                "lon": [48.3, 48.31, 48.32],
                "lat": [33.5, 33.51, 33.52],
                "ineligible": ["", "", "refused"],
            }
        )
    )


def _counties() -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 9e4, 9e4), shapely.box(9e4, 0, 2e5, 9e4)]
    return gpd.GeoDataFrame({"name": ["خرم‌آباد", "دلفان"], "province": "لرستان"}, geometry=shapes, crs=LCC)


def _plane(table: pd.DataFrame) -> gpd.GeoDataFrame:
    xy = to_plane(table["lon"], table["lat"])
    shapes = shapely.points(np.where(np.isfinite(xy), xy, np.nan))
    shapes[table["lon"].isna().to_numpy()] = None
    return gpd.GeoDataFrame(table.reset_index(drop=True), geometry=shapes, crs=LCC)


def _plan(problem: Problem) -> Plan:
    served = problem.households.iloc[:-2]
    middle = len(served) * 3 // 4
    where = np.where(np.arange(len(served)) < middle, 0, 1)
    sites = problem.sites.iloc[where]
    assignments = pd.DataFrame(served[["household_id", "cases", "province", "county", "district", "area"]])
    assignments.insert(1, "center_id", np.array(["C-1", "C-2"])[where])
    assignments.insert(
        2,
        "km",
        geodesic_km(
            served["lon"].to_numpy(),
            served["lat"].to_numpy(),
            sites["lon"].to_numpy(),
            sites["lat"].to_numpy(),
        ),
    )
    assignments = assignments.reset_index(drop=True)
    cases = assignments.groupby("center_id")["cases"].sum().to_numpy()
    households = assignments.groupby("center_id").size().to_numpy()
    travel_km = round(float((assignments["km"] * assignments["cases"]).sum()), 3)
    shapes = [shapely.box(48.2, 33.4, 48.3, 33.6), shapely.box(48.3, 33.4, 48.4, 33.6)]
    return Plan(
        assignments=assignments,
        centers=_centers(cases, households),
        unassigned=pd.DataFrame(
            {
                "household_id": problem.households["household_id"].iloc[-2:].tolist(),
                "reason": ["vacancy", "no_location"],
                "vacancy_id": ["V-1", None],
                "cases": problem.households["cases"].iloc[-2:].tolist(),
            }
        ),
        vacancies=pd.DataFrame(
            {
                "vacancy_id": ["V-1"],
                "lon": [48.123456],
                "lat": [33.654321],
                "province": ["لرستان"],
                "county": ["دلفان"],
                "cases": [2],
                "households": [1],
                "unit": ["دلفان"],
            }
        ),
        reserves=pd.DataFrame(
            {"center_id": ["C-1"], "applicant_id": ["A-3"], "site_id": ["S-3"], "extra_km": [1.5]}
        ),
        exceptions=pd.DataFrame(
            {
                "kind": pd.Series(dtype="str"),
                "subject": pd.Series(dtype="str"),
                "cases": pd.Series(dtype="int64"),
            }
        ),
        losing_sites=pd.DataFrame({"site_id": ["S-3"], "regret_km_at_least": [np.nan]}),
        units=pd.DataFrame(
            {
                "unit": ["خرم‌آباد", "دلفان"],
                "cases": [90, 30],
                "needed": [1, 1],
                "planned": [1, 2],
                "opened": [1, 1],
                "vacant": [0, 1],
            }
        ),
        neighbourhoods=gpd.GeoDataFrame(
            {"center_id": ["C-1", "C-2"], "name": ["یک", "دو"], "cases": cases, "households": households},
            geometry=shapes,
            crs=WGS84,
        ),
        terms=MappingProxyType({"travel_km": travel_km, "preference_km": 0.0, "merit_km": -0.0}),
        objective_km=travel_km,
        bound=Bound(
            travel_km * 0.99,
            pd.Series([0.1, 0.2], index=pd.Index(["H-000000", "H-000001"], name="household_id"), name="km"),
            MappingProxyType({"خرم‌آباد": -0.5}),
        ),
        provenance=MappingProxyType(
            {"seed": 7, "versions": {"siting": "0.1.0"}, "distance": "straight_line"}
        ),
    )


def _centers(cases: np.ndarray, households: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "center_id": ["C-1", "C-2"],
            "applicant_id": ["A-1", None],
            "site_id": ["S-1", None],
            "preference": [1.0, np.nan],
            "lon": [48.3, 48.31],
            "lat": [33.5, 33.51],
            "province": "لرستان",
            "county": ["خرم‌آباد", "دلفان"],
            "district": [None, None],
            "area": "urban",
            "cases": cases,
            "households": households,
            "caseworkers": -(-cases // 150),
            "status": "new",
            "underfull_reason": "small_unit",
            "name": ["مرکز ۱", "مرکز ۲"],
        }
    )


@pytest.fixture
def made() -> Made:
    return make()


@pytest.fixture
def moved(made: Made) -> Made:
    """The same problem, the first household now at the other center."""
    assignments = made.plan.assignments.copy()
    assignments.loc[0, "center_id"] = "C-2"
    return replace(made, plan=replace(made.plan, assignments=assignments))
