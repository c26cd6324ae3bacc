"""Small problems made by hand: tables as the readers give them, built as the engine builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.build.building import build_problems
from data.rules import Rules
from data.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from data.problem import Problem

WEST, SOUTH, STEP = 48.3, 33.5, 0.01
"""Corner of the test ground and its step, degrees: about a kilometre."""
EAST = np.array([30.0, 0.0])
"""How far a second county lies from the first, steps."""
HOUSEHOLD_TEXTS = ("province", "district", "place", "status", "center_id", "pin", "synthetic")
Spots = "Sequence[tuple[float, float]] | np.ndarray"


def degrees(spots: Any) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of spots counted in steps from the corner."""
    at = np.asarray(spots, dtype=float).reshape(-1, 2)
    return np.round(WEST + STEP * at[:, 0], 6), np.round(SOUTH + STEP * at[:, 1], 6)


def people(spots: Any, *, prefix: str = "H", **columns: Any) -> pd.DataFrame:
    """One household a spot: one urban case of county A in province P unless told."""
    lon, lat = degrees(spots)
    table = _rows(len(lon))
    table["household_id"] = [f"{prefix}{number:04d}" for number in range(len(lon))]
    table["lon"], table["lat"], table["cases"] = lon, lat, 1
    return _filled(table, columns, HOUSEHOLD_TEXTS, province="P", county="A", area="urban")


def sites(spots: Any, owners: Sequence[str] | None = None, **columns: Any) -> pd.DataFrame:
    """One candidate site a spot, each of an applicant of its own unless told, preferences in row order."""
    lon, lat = degrees(spots)
    table = _rows(len(lon))
    names = [f"P{number:02d}" for number in range(len(lon))] if owners is None else list(owners)
    table["applicant_id"] = names
    table["preference"] = table.groupby("applicant_id").cumcount() + 1
    table["site_id"] = [f"{who}-{rank}" for who, rank in zip(names, table["preference"], strict=True)]
    table["lon"], table["lat"], table["score"] = lon, lat, 0.0
    texts = ("kind", "field", "accessible", "decision_reason", "registered_at", "district", "place", "area")
    words = {"use": "candidate", "decision": "accepted", "province": "P", "county": "A"}
    return _filled(table, columns, texts, **words)


def centers(spots: Any, **columns: Any) -> pd.DataFrame:
    """One open center a spot."""
    lon, lat = degrees(spots)
    table = _rows(len(lon))
    table["center_id"] = [f"E{number}" for number in range(len(lon))]
    table["lon"], table["lat"], table["max_cases"], table["caseworkers"] = lon, lat, np.nan, np.nan
    texts = ("name", "address", "phone", "grade", "district", "place", "area")
    return _filled(table, columns, texts, status="open", province="P", county="A")


def polygons(
    level: str, rows: Sequence[tuple[str, float, float, float, float]], **columns: str
) -> gpd.GeoDataFrame:
    """Boxes of one level: name, west, south, east, north in steps from the corner."""
    import geopandas  # noqa: PLC0415 - few tests need it
    import shapely  # noqa: PLC0415 - likewise

    shapes = []
    for _, west, south, east, north in rows:
        lon, lat = degrees([(west, south), (east, north)])
        shapes.append(shapely.segmentize(shapely.box(lon[0], lat[0], lon[1], lat[1]), STEP))
    names = {"province": "P", "county": "", **columns}
    table = pd.DataFrame({"name": [row[0] for row in rows]}).assign(**names)
    if level != "district":
        table[level] = table["name"]
    return geopandas.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def tables(households: pd.DataFrame, applicants: pd.DataFrame | None = None, **parts: Any) -> Tables:
    """Tables of one run; files are called for their roles."""
    files = {role: f"{role}.csv" for role in ("households", "applicants", "centers", "travel")}
    return Tables(households, applicants, files=files, scenario="by hand", synthetic=True, **parts)


def problem(
    households: pd.DataFrame,
    applicants: pd.DataFrame | None = None,
    *,
    rules: Rules | None = None,
    **parts: Any,
) -> Problem:
    """The one problem of a province."""
    made = list(build_problems(tables(households, applicants, **parts), rules or Rules()))
    assert len(made) == 1
    return made[0]


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    """Rows of several tables as one file."""
    joined = pd.concat(frames, ignore_index=True)
    joined["row"] = np.arange(2, len(joined) + 2)
    return joined


def scattered(rng: np.random.Generator, count: int, *, size: int = 12) -> np.ndarray:
    """Spots on a lattice, so that some coincide and many distances tie."""
    return rng.integers(0, size, (count, 2)).astype(float)


def _rows(count: int) -> pd.DataFrame:
    return pd.DataFrame({"row": np.arange(2, count + 2)})


def _filled(table: pd.DataFrame, columns: dict[str, Any], texts: Sequence[str], **words: str) -> pd.DataFrame:
    for name, value in {**dict.fromkeys(texts, ""), **words, **columns}.items():
        table[name] = pd.Series(
            value, index=table.index, dtype="str" if name in texts or name in words else None
        )
    return table
