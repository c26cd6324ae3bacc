"""Two counties made by hand: their households, the sites of six applicants, and a center that stands."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.problem import Problem
from data.rules import Rules

EXISTING, FIRST, SECOND = "E1", "C-P1", "C-P2"
BUILDING = tuple(f"A-{n:04d}" for n in range(680, 700))
PINNED = "A-0650"
RULES = Rules(centers=3, cross_district_km=0.5, merit_km=0.002, detour_rural=1.3)


def problem_of(*, in_a: int, in_b: int, rules: Rules) -> Problem:
    """So many households in county A, so many in B, and two more in B that are not to be served."""
    return Problem(
        households=_geo(pd.concat([_county_a(in_a), _county_b(in_b)], ignore_index=True)),
        sites=_geo(_sites()),
        centers=_geo(_existing()),
        boundaries={},
        rules=rules,
    )


def _geo(table: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table, geometry=points)


def _county_a(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    lon = np.sort(np.round(48.20 + 0.2 * rng.random(count), 6))
    lat = np.round(33.40 + 0.2 * rng.random(count), 6)
    table = _people("A", lon, lat)
    building = table["household_id"].isin(BUILDING)
    table.loc[building, ["lon", "lat"]] = (48.41, 33.5)
    table.loc[building, "group"] = int(table["group"].max()) + 1
    table.loc[table["household_id"] == PINNED, "pin"] = "P1-1"
    table["district"] = np.where(table["lon"] < 48.3, "one", "two")
    table.loc[table.index[:10], "cases"] = 2
    return table


def _county_b(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    lon = np.round(49.0 + 0.3 * rng.random(count + 2), 6)
    table = _people("B", lon, np.round(33.3 + 0.3 * rng.random(count + 2), 6))
    table["area"], table["group"] = "rural", table["group"] + 10_000
    table.loc[table.index[-2:], "reason"] = ["not_in_phase", "no_location"]
    table.loc[table.index[-2:], "group"] = -1
    table.loc[table.index[-1:], ["lon", "lat"]] = np.nan
    return table


def _people(county: str, lon: Any, lat: Any) -> pd.DataFrame:
    count = len(lon)
    table = pd.DataFrame(
        {"household_id": [f"{county}-{n:04d}" for n in range(count)], "lon": lon, "lat": lat}
    )
    for column, value in {
        "cases": 1,
        "province": "P",
        "county": county,
        "district": "",
        "place": f"place of {county}",
        "area": "urban",
        "status": "",
        "center_id": "",
        "pin": "",
        "unit": county,
        "group": np.arange(count),
        "reason": "",
    }.items():
        table[column] = value
    return table


def _sites() -> pd.DataFrame:
    columns = ["site_id", "applicant_id", "preference", "score", "lon", "lat", "county", "district", "use"]
    table = pd.DataFrame(
        [
            ("P1-1", "P1", 1, 80.0, 48.35, 33.5, "A", "two", "required"),
            ("P1-2", "P1", 2, 80.0, 48.28, 33.45, "A", "one", "candidate"),
            ("P2-1", "P2", 2, 60.0, 49.15, 33.45, "B", "", "candidate"),
            ("P2-2", "P2", 1, 60.0, 48.33, 33.55, "A", "two", "candidate"),
            ("P3-1", "P3", 1, 40.0, 48.31, 33.5, "A", "two", "candidate"),
            ("P3-2", "P3", 2, 40.0, 49.1, 33.4, "B", "", "candidate"),
            ("P4-1", "P4", 1, np.nan, 48.36, 33.5, "A", "two", "candidate"),
            ("P5-1", "P5", 1, 90.0, 48.35, 33.51, "A", "two", "candidate"),
            ("P6-1", "P6", 1, 90.0, 48.35, 33.49, "A", "two", "forbidden"),
        ],
        columns=columns,
    )
    table["kind"], table["accessible"], table["province"], table["area"] = "natural", True, "P", "urban"
    table["unit"] = table["county"]
    table["ineligible"] = np.where(table["applicant_id"] == "P5", "refused", "")
    return table


def _existing() -> pd.DataFrame:
    columns = ["center_id", "lon", "lat", "name", "status", "max_cases", "grade"]
    table = pd.DataFrame([(EXISTING, 48.24, 33.5, "first", "open", np.nan, "")], columns=columns)
    table["province"], table["county"], table["district"], table["area"] = "P", "A", "one", "urban"
    table["unit"] = "A"
    for column in ("address", "phone", "applicant_id", "site_id", "kind"):
        table[column] = ""
    table["preference"], table["score"] = pd.array([pd.NA], dtype="Int64"), np.nan
    return table
