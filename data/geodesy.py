"""Coordinates and distances: one metric CRS to solve in, WGS84 geodesics to publish."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray
    from pyproj import Geod, Transformer

WGS84 = "EPSG:4326"
LCC = "+proj=lcc +lat_1=27 +lat_2=37 +lat_0=32 +lon_0=54 +datum=WGS84 +units=m +no_defs"
SEMI_MAJOR_M = 6378137.0
ECCENTRICITY2 = 0.0066943799901413165
KM_DECIMALS = 3
TINY = 1e-12
"""Keeps the radius of a pair at one point a number."""
SMALL = 0.02
"""Sine up to which three terms give its angle to 1e-14: 250 km."""
FEW_PAIRS, AT_ONCE = 300_000, 8192
"""Pairs up to which loading machine code takes longer than it saves, and how many a processor keeps near."""
FAST_UP_TO_KM, DOUBT_M = 200.0, 0.002
"""Distance up to which the fast one is right to a millimetre, and twice that."""


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
    small part of its cost.
    """
    here = np.radians(np.column_stack([np.asarray(lon, float), np.asarray(lat, float)]))
    there = np.radians(np.column_stack([np.asarray(to_lon, float), np.asarray(to_lat, float)]))
    few = len(here) * len(there) <= FEW_PAIRS and not _arcs_km.is_loaded
    return (_few_arcs_km if few else _arcs_km)(here, there, _cartesian(here), _cartesian(there))


def all_pairs_published_km(
    lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike
) -> NDArray[np.float64]:
    """Return what `geodesic_km` says between every point and every target, shape ``(n, m)``.

    The fast distance settles the third decimal of all but the pairs that lie within its error of being
    rounded the other way, or too far apart for it; those are measured by `geodesic_km`.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    to_lon, to_lat = np.asarray(to_lon, float), np.asarray(to_lat, float)
    km = all_pairs_km(lon, lat, to_lon, to_lat)
    metres = km * 1000
    in_doubt = (np.abs(metres - np.floor(metres) - 0.5) < DOUBT_M) | (km > FAST_UP_TO_KM)
    one, other = np.nonzero(in_doubt)
    km = np.round(km, KM_DECIMALS)
    if one.size:
        km[one, other] = geodesic_km(lon[one], lat[one], to_lon[other], to_lat[other])
    return km


@compiled
def _arcs_km(
    here: NDArray[np.float64],
    there: NDArray[np.float64],
    here_m: NDArray[np.float64],
    there_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return arcs between points given as longitude and latitude (radians) and in earth-centered metres."""
    arc = np.empty((len(here), len(there)))
    sine, cosine = np.sin(there[:, 1]), np.cos(there[:, 1])
    for one in range(len(here)):
        own_sine, own_cosine = np.sin(here[one, 1]), np.cos(here[one, 1])
        for other in range(len(there)):
            chord2 = 0.0
            for axis in range(3):
                chord2 += (here_m[one, axis] - there_m[other, axis]) ** 2
            # Of the middle latitude, by the cosine of its double.
            sine2 = 0.5 - 0.5 * (own_cosine * cosine[other] - own_sine * sine[other])
            shrink = 1 - ECCENTRICITY2 * sine2
            prime_vertical = SEMI_MAJOR_M / np.sqrt(shrink)
            meridional = prime_vertical * (1 - ECCENTRICITY2) / shrink
            across, along = there[other, 0] - here[one, 0], there[other, 1] - here[one, 1]
            east2 = prime_vertical**2 * (1 - sine2) * across**2
            north2 = (meridional * along) ** 2
            radius = (east2 + north2 + TINY) / (
                east2 / prime_vertical + north2 / meridional + TINY / prime_vertical
            )
            half = np.sqrt(chord2) / (2 * radius)
            if half < SMALL:
                angle = half * (1 + half * half / 6 * (1 + half * half * 9 / 20))
            else:
                angle = np.arcsin(min(half, 1.0))
            arc[one, other] = 2 * radius * angle / 1000
    return arc


def _few_arcs_km(
    here: NDArray[np.float64],
    there: NDArray[np.float64],
    here_m: NDArray[np.float64],
    there_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what `_arcs_km` does, to the last bit, without its machine code."""
    arc = np.empty((len(here), len(there)))
    sine, cosine = _libm(math.sin, there[:, 1]), _libm(math.cos, there[:, 1])
    own_sine, own_cosine = _libm(math.sin, here[:, 1])[:, None], _libm(math.cos, here[:, 1])[:, None]
    step = max(1, AT_ONCE // max(len(there), 1))
    for first in range(0, len(here), step):
        rows = slice(first, first + step)
        chord2 = np.square(here_m[rows, 0, None] - there_m[:, 0])
        for axis in (1, 2):
            chord2 += np.square(here_m[rows, axis, None] - there_m[:, axis])
        sine2 = 0.5 - 0.5 * (own_cosine[rows] * cosine - own_sine[rows] * sine)
        shrink = 1 - ECCENTRICITY2 * sine2
        prime_vertical = SEMI_MAJOR_M / np.sqrt(shrink)
        meridional = prime_vertical * (1 - ECCENTRICITY2) / shrink
        across, along = there[:, 0] - here[rows, 0, None], there[:, 1] - here[rows, 1, None]
        east2 = np.square(prime_vertical) * (1 - sine2) * np.square(across)
        north2 = np.square(meridional * along)
        radius = (east2 + north2 + TINY) / (
            east2 / prime_vertical + north2 / meridional + TINY / prime_vertical
        )
        half = np.sqrt(chord2) / (2 * radius)
        angle = half * (1 + half * half / 6 * (1 + half * half * 9 / 20))
        far = half >= SMALL
        angle[far] = _libm(math.asin, np.minimum(half[far], 1.0))
        arc[rows] = 2 * radius * angle / 1000
    return arc


def _libm(function: Callable[[float], float], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a function of numbers as machine code has it; NumPy's own may differ in the last bit."""
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))


def _cartesian(radians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return earth-centered metres, shape (n, 3), of longitude and latitude in radians."""
    lon, lat = radians.T
    radius = SEMI_MAJOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(lat) ** 2)
    flat = radius * np.cos(lat)
    return np.column_stack(
        [flat * np.cos(lon), flat * np.sin(lon), radius * (1 - ECCENTRICITY2) * np.sin(lat)]
    )
