"""Province, county and district of every point: by attribute, else by boundary, else by neighbour."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from data.fold import fold
from data.gazetteer.areas import area_id, says_its_kind
from data.geodesy import LCC, to_plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from data.tables import Tables

LEVELS = ("province", "county", "district")
NEIGHBOUR_KM = 25.0
"""How far a site or center may be from the household that tells its county, where nothing else does."""
NO_POLYGON = -1
"""In place of a polygon's index, for a point that is in none and near none: indices begin at 0."""


def fill_admin(tables: Tables, *, snap_km: float) -> Tables:
    """Return the tables with province, county and district filled in wherever they can be told.

    An attribute beats the location. A point without one takes the polygon it lies in, or the nearest within
    ``snap_km``. A site or center that neither tells takes those of the nearest household within
    `NEIGHBOUR_KM`, but only where no boundaries were given. Names of one area (see
    `data.gazetteer.areas.area_id`) become the one that most rows have.

    Parameters
    ----------
    tables : Tables
        As read.
    snap_km : float
        How far outside all polygons a point may lie.
    """
    boundaries = {
        level: _renamed(
            _as_said(_in_order(frame.to_crs(LCC)), tables.households, level), tables.households, level
        )
        for level, frame in tables.boundaries.items()
    }
    households = _by_boundary(tables.households, boundaries, snap_km)
    others = {
        role: None if table is None else _by_boundary(table, boundaries, snap_km)
        for role, table in (("applicants", tables.applicants), ("centers", tables.centers))
    }
    frames = [households, *(table for table in others.values() if table is not None), *boundaries.values()]
    for level in LEVELS:
        spelling = _spelling(level, [frame[level] for frame in frames if level in frame])
        for frame in frames:
            if level in frame:
                frame[level] = _spelled(level, frame[level], spelling)
        if level in boundaries:
            own = boundaries[level]["name"]
            boundaries[level]["name"] = _spelled(level, own, _spelling(level, [own]) | spelling)
    _province_from_county([frame for frame in frames if "county" in frame and "province" in frame])
    for role, table in others.items():
        if table is not None:
            others[role] = _by_neighbour(
                table, households, levels=[lv for lv in LEVELS if lv not in boundaries]
            )
    return replace(
        tables,
        households=households,
        applicants=others["applicants"],
        centers=others["centers"],
        boundaries=boundaries,
    )


def fill_rows(
    rows: pd.DataFrame,
    households: pd.DataFrame,
    boundaries: Mapping[str, gpd.GeoDataFrame],
    *,
    snap_km: float,
) -> pd.DataFrame:
    """Return later rows with province, county, district and area told as `fill_admin` told those before.

    What no boundary tells is that of the nearest household within `NEIGHBOUR_KM`; names are spelled as the
    households spell them. A record of before may have several spellings of one area: a name that is one of
    them stays it.

    Parameters
    ----------
    rows : DataFrame
        ``lon``, ``lat`` (degrees, NaN without a location), `LEVELS` and ``area``, empty where not told;
        ``place`` too where there is one.
    households : DataFrame
        Of a problem.
    boundaries : mapping of str to GeoDataFrame
        Of that problem.
    snap_km : float
        How far outside all polygons a point may lie.
    """
    filled = _by_boundary(rows, boundaries, snap_km)
    for level in (*LEVELS, "place"):
        if level in filled:
            known = [households[level], *(frame[level] for frame in boundaries.values() if level in frame)]
            first = _spelling("", known) | {"": ""}
            spelling = {}
            if any(fold(name) not in first for name in filled[level].unique()):
                spelling = _spelling(level, [filled[level]]) | _spelling(level, known)
            filled[level] = _spelled(level, filled[level], spelling, first)
    pairs = [frame[["county", "province"]].drop_duplicates() for frame in (households, *boundaries.values())]
    _province_from_county([*pairs, filled])
    return _by_neighbour(filled, households, levels=[level for level in LEVELS if level not in boundaries])


def _in_order(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return polygons in the order of their names, so that the file's own order decides nothing."""
    return polygons.sort_values(["province", "county", "name"], kind="stable").reset_index(drop=True)


def _as_said(polygons: gpd.GeoDataFrame, households: pd.DataFrame, level: str) -> gpd.GeoDataFrame:
    """Spell polygons as the households do that name the same area: how a map writes it counts for nothing."""
    said = polygons.copy()
    for column, kind in (("name", level), *((one, one) for one in LEVELS if one in polygons)):
        spelling = _spelling(kind, [polygons[column]]) | _spelling(kind, [households[kind]])
        said[column] = _spelled(kind, polygons[column], spelling)
    return said


def _renamed(polygons: gpd.GeoDataFrame, households: pd.DataFrame, level: str) -> gpd.GeoDataFrame:
    """Call a polygon that no household is named after what most of the households inside it say.

    So a boundary file in English, or spelled otherwise, serves households in Persian.
    """
    named = {area_id(level, name) for name in households[level].unique()} - {""}
    unknown = np.flatnonzero([area_id(level, name) not in named for name in polygons["name"]])
    rows = np.flatnonzero(households["lon"].notna() & (households[level] != ""))
    if not (unknown.size and rows.size):
        return polygons
    xy = to_plane(households["lon"].to_numpy()[rows], households["lat"].to_numpy()[rows])
    which = nearest_polygon(xy, polygons.geometry.to_numpy()[unknown], 0.0)
    inside = households.iloc[rows[which >= 0]][list(LEVELS[: LEVELS.index(level) + 1])]
    renamed, known = polygons.copy(), {area_id(level, name) for name in polygons["name"]}
    where = unknown[which[which >= 0]]
    for number in np.unique(where):
        said = inside[where == number].value_counts().index[0]
        if area_id(level, said[-1]) in known:
            continue
        row = polygons.index[number]
        renamed.loc[row, "name"] = said[-1]
        for parent, name in zip(LEVELS, said[:-1], strict=False):
            renamed.loc[row, parent] = name
    return renamed


def _by_boundary(
    table: pd.DataFrame, boundaries: Mapping[str, gpd.GeoDataFrame], snap_km: float
) -> pd.DataFrame:
    filled = table.copy()
    located = filled["lon"].notna()
    for level in reversed(LEVELS):
        if level not in boundaries:
            continue
        lacking = np.flatnonzero(located & (filled[level] == ""))
        if not lacking.size:
            continue
        polygons = boundaries[level]
        xy = to_plane(filled["lon"].to_numpy()[lacking], filled["lat"].to_numpy()[lacking])
        which = nearest_polygon(xy, polygons.geometry.to_numpy(), snap_km * 1000)
        found = which >= 0
        rows = lacking[found]
        _set(filled, rows, level, polygons["name"].to_numpy()[which[found]])
        for parent in LEVELS[: LEVELS.index(level)]:
            names = polygons[parent].to_numpy()[which[found]]
            empty = (filled[parent].to_numpy()[rows] == "") & (names != "")
            _set(filled, rows[empty], parent, names[empty])
    return filled


def nearest_polygon(
    xy: NDArray[np.float64], polygons: NDArray[np.object_], within_m: float
) -> NDArray[np.int64]:
    """Return the index of the polygon that holds each point, or the nearest within reach, else `NO_POLYGON`.

    Of several that hold a point it is the first.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        Points, metres.
    polygons : ndarray of shapely geometries
        In the same CRS.
    within_m : float
        Reach in metres.
    """
    tree = shapely.STRtree(polygons)
    points = shapely.points(xy)
    which = np.full(len(xy), NO_POLYGON, dtype=np.int64)
    point, polygon = tree.query(points, predicate="intersects")
    last_first = np.argsort(-polygon, kind="stable")
    which[point[last_first]] = polygon[last_first]
    outside = np.flatnonzero(which < 0)
    if outside.size:
        near = tree.query_nearest(points[outside], max_distance=max(within_m, 1e-9), all_matches=False)
        which[outside[near[0]]] = near[1]
    return which


def _spelling(level: str, columns: Iterable[pd.Series]) -> dict[str, str]:
    """Return the commonest spelling of each name, by its key; ties take a bare name, then the first in order.

    The key is `area_id`'s: of what is no level, the folded name.
    """
    counts = pd.concat([column.value_counts() for column in columns])
    total = counts.groupby(level=0).sum()
    known = pd.DataFrame({"name": total.index.astype(str), "count": total.to_numpy()})
    known["key"] = [area_id(level, name) for name in known["name"]]
    known["kind"] = [says_its_kind(level, name) for name in known["name"]]
    known = known.sort_values(["count", "kind", "name"], ascending=[False, True, True]).drop_duplicates("key")
    return dict(zip(known["key"], known["name"], strict=True))


def _spelled(
    level: str, names: pd.Series, spelling: Mapping[str, str], first: Mapping[str, str] = MappingProxyType({})
) -> pd.Series:
    """Return names as ``first`` spells their folded forms, else as ``spelling`` does their keys."""
    keys = {name: fold(name) for name in names.unique()}
    unique = {
        name: first[key] if key in first else spelling[area_id(level, name)] for name, key in keys.items()
    }
    return names.map(unique)


def _province_from_county(frames: list[pd.DataFrame]) -> None:
    pairs = pd.concat([frame[["county", "province"]].drop_duplicates() for frame in frames]).drop_duplicates()
    pairs = pairs[(pairs["county"] != "") & (pairs["province"] != "")]
    only = pairs.drop_duplicates("county", keep=False).set_index("county")["province"].to_dict()
    for frame in frames:
        lacking = (frame["province"] == "") & frame["county"].isin(only.keys())
        frame.loc[lacking, "province"] = frame.loc[lacking, "county"].map(only)


def _by_neighbour(table: pd.DataFrame, households: pd.DataFrame, *, levels: list[str]) -> pd.DataFrame:
    """Fill what no boundary could tell, and the area, from the nearest household within `NEIGHBOUR_KM`."""
    filled = table.copy()
    # Among households equally near the first is taken: the order of the file must not decide.
    order = ["lon", "lat", *LEVELS, "area"]
    known = households.reset_index(drop=True).dropna(subset=["lon"]).sort_values(order, kind="stable")
    # Of those at one point too: else everybody who is asked about would be held beside all of them.
    known = known.drop_duplicates(["lon", "lat"])
    located = known.index.to_numpy()
    rows = np.flatnonzero(filled["lon"].notna())
    if not (located.size and rows.size):
        return filled
    xy = to_plane(households["lon"].to_numpy()[located], households["lat"].to_numpy()[located])
    at = to_plane(filled["lon"].to_numpy()[rows], filled["lat"].to_numpy()[rows])
    tree = shapely.STRtree(shapely.points(xy))
    asked, which = tree.query_nearest(shapely.points(at), max_distance=NEIGHBOUR_KM * 1000)
    near, first = np.unique(asked, return_index=True)
    rows, nearest = rows[near], located[np.minimum.reduceat(which, first)] if first.size else located[:0]
    for column in [*levels, "area"]:
        own = filled[column].to_numpy()[rows]
        theirs = households[column].to_numpy()[nearest]
        _set(filled, rows, column, np.where(own == "", theirs, own))
    return filled


def _set(table: pd.DataFrame, rows: NDArray[np.int64], column: str, values: NDArray[np.object_]) -> None:
    table.iloc[rows, table.columns.tolist().index(column)] = values
