"""Ground for a page of a whole nation: fewer corners, whole numbers, and what two share still shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from data.geodesy import LCC, WGS84

if TYPE_CHECKING:
    from numpy.typing import NDArray

COARSE_M = 150.0
"""Corners go whose triangle with those beside them is smaller than the square of so many metres."""
STEPS_A_DEGREE = 10_000
"""A corner lies at a whole number of steps, about 10 m."""
_LEAST_CORNERS = 4


def coarse(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return ground with fewer corners; a border that two share stays one.

    Parameters
    ----------
    shapes : ndarray of Geometry, shape (n,)
        Polygons in degrees that do not overlap; empty ones stay.
    """
    drawn = ~shapely.is_empty(shapes)
    plane = gpd.GeoSeries(shapes[drawn], crs=WGS84).to_crs(LCC).to_numpy()
    simple = gpd.GeoSeries(shapely.coverage_simplify(plane, COARSE_M), crs=LCC).to_crs(WGS84)
    found = shapes.copy()
    found[drawn] = simple.to_numpy()
    return found


def steps(shape: shapely.Geometry) -> list[list[list[int]]]:
    """Return the rings of each part of some ground, as a page's script reads them.

    A ring is one list: longitude and latitude of its first corner in steps of a degree, then how far each
    next one lies east and north of the one before. The last, which is the first again, is left out.
    """
    parts = []
    for polygon in [] if shape.is_empty else shapely.get_parts(shape):
        rings = [found for ring in (polygon.exterior, *polygon.interiors) if (found := _ring(ring))]
        if rings:
            parts.append(rings)
    return parts


def line_steps(shape: shapely.Geometry) -> list[list[int]]:
    """Return the outline of some ground as such rings, of all its parts and holes."""
    return [ring for part in steps(shape) for ring in part]


def _ring(ring: shapely.Geometry) -> list[int]:
    corners = np.round(shapely.get_coordinates(ring) * STEPS_A_DEGREE).astype(np.int64)
    corners = corners[np.r_[True, (np.diff(corners, axis=0) != 0).any(axis=1)]]
    if len(corners) < _LEAST_CORNERS:
        return []
    flat: list[int] = np.r_[corners[:1], np.diff(corners[:-1], axis=0)].ravel().tolist()
    return flat
