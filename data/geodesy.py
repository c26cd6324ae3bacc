"""Coordinates and distances: one metric CRS to solve in, WGS84 geodesics to publish."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pyproj import Geod, Transformer

WGS84 = "EPSG:4326"
LCC = "+proj=lcc +lat_1=27 +lat_2=37 +lat_0=32 +lon_0=54 +datum=WGS84 +units=m +no_defs"
SEMI_MAJOR_M = 6378137.0
ECCENTRICITY2 = 0.0066943799901413165
KM_DECIMALS = 3


@cache
def _geod() -> Geod:
    from pyproj import Geod  # noqa: PLC0415 - heavy

    return Geod(ellps="WGS84")


@cache
def _transformer(inverse: bool) -> Transformer:  # noqa: FBT001 - a cache key
    from pyproj import Transformer  # noqa: PLC0415 - heavy

    source, target = (LCC, WGS84) if inverse else (WGS84, LCC)
    return Transformer.from_crs(source, target, always_xy=True)


def to_plane(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Project degrees to Lambert conformal conic metres, shape ``(n, 2)``."""
    x, y = _transformer(inverse=False).transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.column_stack([x, y])


def to_degrees(xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of plane metres ``(n, 2)``, rounded to 1e-6 degrees (0.1 m)."""
    lon, lat = _transformer(inverse=True).transform(xy[:, 0], xy[:, 1])
    return np.round(lon, 6), np.round(lat, 6)


def geodesic_km(lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Return WGS84 geodesic kilometres with 3 decimals, pair by pair, ``(n,)`` (Karney 2013, by pyproj)."""
    _, _, metres = _geod().inv(
        np.asarray(lon, float), np.asarray(lat, float), np.asarray(to_lon, float), np.asarray(to_lat, float)
    )
    return np.round(np.asarray(metres) / 1000, KM_DECIMALS)


def all_pairs_km(lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Return kilometres between every point and every target, shape ``(n, m)``, unrounded.

    The chord through the ellipsoid, bent to its arc with the radius of curvature in the direction of travel
    at the middle latitude: within 1 mm of the geodesic up to 200 km (``tests/data/test_geodesy.py``) at a
    tenth of its cost.
    """
    lon1, lat1 = np.radians(np.asarray(lon, float))[:, None], np.radians(np.asarray(lat, float))[:, None]
    lon2, lat2 = (
        np.radians(np.asarray(to_lon, float))[None, :],
        np.radians(np.asarray(to_lat, float))[None, :],
    )
    chord2 = np.zeros((lon1.shape[0], lon2.shape[1]))
    for one, other in zip(_cartesian(lon1, lat1), _cartesian(lon2, lat2), strict=True):
        chord2 += (one - other) ** 2
    middle = (lat1 + lat2) / 2
    shrink = 1 - ECCENTRICITY2 * np.sin(middle) ** 2
    prime_vertical = SEMI_MAJOR_M / np.sqrt(shrink)
    meridional = prime_vertical * (1 - ECCENTRICITY2) / shrink
    east2 = (prime_vertical * np.cos(middle) * (lon2 - lon1)) ** 2
    north2 = (meridional * (lat2 - lat1)) ** 2
    tiny = 1e-12
    radius = (east2 + north2 + tiny) / (east2 / prime_vertical + north2 / meridional + tiny / prime_vertical)
    arc: NDArray[np.float64] = 2 * radius * np.arcsin(np.minimum(np.sqrt(chord2) / (2 * radius), 1.0)) / 1000
    return arc


def _cartesian(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    radius = SEMI_MAJOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(lat) ** 2)
    flat = radius * np.cos(lat)
    return flat * np.cos(lon), flat * np.sin(lon), radius * (1 - ECCENTRICITY2) * np.sin(lat)
