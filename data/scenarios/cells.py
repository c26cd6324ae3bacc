"""Illustrative boundaries: the ground nearer to a county's households than to any other county's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.geodesy import LCC, WGS84

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.people import People

CELL_M = 500.0
FAR_M = 200_000.0
SIMPLIFY_M = 120.0
NOTE = "ILLUSTRATIVE: cells around synthetic households, not an administrative boundary"
LEVELS = ("province", "county", "district")


def boundaries_of(people: People, *, city: bool) -> dict[str, gpd.GeoDataFrame]:
    """Return cells by level: ``province``, ``county`` and, in a city, ``district``.

    One household in every 500 m square stands for the square, so a household is never a kilometre from the
    cell of its own county. Cells end a few kilometres beyond the last household.

    Returns
    -------
    dict of str to GeoDataFrame
        ``name``, ``province``, ``county``, ``note``; geometry in WGS84 degrees.
    """
    finest = "district" if city else "county"
    points = _one_a_square(people, finest)
    margin_m = 800.0 if city else 5_000.0
    own = gpd.GeoDataFrame(points[list(LEVELS)], geometry=_voronoi(points), crs=LCC)
    merged = own.dissolve(list(LEVELS[: LEVELS.index(finest) + 1]), method="coverage")
    merged["geometry"] = shapely.coverage_simplify(merged.geometry.array, SIMPLIFY_M)
    merged = merged.clip(_hull(points, margin_m), sort=True)
    finest_cells = merged.reset_index()
    layers = {}
    for level in LEVELS[: LEVELS.index(finest) + 1]:
        names = list(LEVELS[: LEVELS.index(level) + 1])
        layers[level] = _layer(finest_cells.dissolve(names).reset_index(), level)
    return layers


def _one_a_square(people: People, finest: str) -> pd.DataFrame:
    table = people.table[["province", "county", "district"]].assign(x=people.xy[:, 0], y=people.xy[:, 1])
    square = np.floor(people.xy / CELL_M).astype(np.int64)
    table = table.assign(column=square[:, 0], row=square[:, 1])
    table = table.drop_duplicates([finest, "column", "row"]).drop_duplicates(["x", "y"])
    return table.reset_index(drop=True)


def _voronoi(points: pd.DataFrame) -> NDArray[np.object_]:
    """Return the cell of each point; four far corners make cells of two points, or of points in a line."""
    xy = points[["x", "y"]].to_numpy()
    west, south = xy.min(axis=0) - FAR_M
    east, north = xy.max(axis=0) + FAR_M
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    cells = shapely.voronoi_polygons(shapely.multipoints(np.concatenate([xy, corners])), ordered=True)
    parts: NDArray[np.object_] = shapely.get_parts(cells)[: len(xy)]
    return parts


def _hull(points: pd.DataFrame, margin_m: float) -> shapely.Geometry:
    corner = np.floor(points[["x", "y"]].to_numpy() / margin_m) * margin_m
    corner = np.unique(corner, axis=0)
    boxes = shapely.box(
        corner[:, 0] - margin_m,
        corner[:, 1] - margin_m,
        corner[:, 0] + 2 * margin_m,
        corner[:, 1] + 2 * margin_m,
    )
    union = shapely.union_all(boxes)
    return shapely.buffer(shapely.buffer(union, 2 * margin_m, quad_segs=2), -2 * margin_m, quad_segs=2)


def _layer(cells: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    shapes = shapely.make_valid(cells.to_crs(WGS84).geometry.array)
    polygons = shapely.set_precision(shapes, 1e-6)
    names = cells[level]
    table = pd.DataFrame(
        {
            "name": names,
            "province": cells["province"],
            "county": "" if level == "province" else cells["county"],
            "note": NOTE,
        }
    )
    return gpd.GeoDataFrame(table, geometry=polygons, crs=WGS84).sort_values("name", ignore_index=True)
