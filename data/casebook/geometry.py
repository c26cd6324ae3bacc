"""Geometry as a GeoPackage keeps it.

What a map shows is kept in WGS84 degrees, because every reader of GeoPackages knows EPSG:4326 while a
projection of one's own has to be trusted and looked up; areas are all multipolygons, for a layer has one
type. Beside it stands the geometry as it was given, in its own CRS and as plain WKB, to come back bit for
bit.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from data.geodesy import WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

SRS_ID = 4326
_MAGIC, _VERSION = b"GP", 0
_LITTLE_ENDIAN, _WITH_ENVELOPE, _EMPTY = 0b1, 0b10, 0b10000
_HEADER_BYTES = 8
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_POINT = np.dtype(
    {
        "names": ["magic", "version", "flags", "srs", "order", "type", "x", "y"],
        "formats": ["S2", "u1", "u1", "<i4", "u1", "<u4", "<f8", "<f8"],
    }
)
_HEADER = ["magic", "version", "flags", "srs"]
_PLAIN = np.array((_MAGIC, _VERSION, _LITTLE_ENDIAN, SRS_ID), _POINT[_HEADER])
"""What `pack_points` writes ahead of a point."""


def shown(table: pd.DataFrame) -> list[bytes | None] | None:
    """Return what a map shows of each row, as GeoPackage geometry in degrees; None for a table off the map.

    Points from its ``lon`` and ``lat``, or else the table's geometry.
    """
    if {"lon", "lat"} <= set(table.columns):
        return pack_points(table["lon"], table["lat"])
    if isinstance(table, gpd.GeoDataFrame):
        return pack(np.asarray(table.geometry.to_crs(WGS84).array))
    return None


def pack_points(lon: pd.Series, lat: pd.Series) -> list[bytes | None]:
    """Return GeoPackage points for degrees; None where either is missing."""
    x, y = lon.to_numpy(np.float64, na_value=np.nan), lat.to_numpy(np.float64, na_value=np.nan)
    records = np.zeros(len(x), _POINT)
    records["magic"], records["flags"], records["srs"] = _MAGIC, _LITTLE_ENDIAN, SRS_ID
    records["order"], records["type"] = 1, 1
    records["x"], records["y"] = x, y
    whole, size = records.tobytes(), _POINT.itemsize
    known = ~(np.isnan(x) | np.isnan(y))
    return [whole[n * size : (n + 1) * size] if here else None for n, here in enumerate(known)]


def pack(shapes: NDArray[np.object_]) -> list[bytes | None]:
    """Return GeoPackage geometry with envelopes for shapes in degrees; None for a missing one."""
    whole = shapes.copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    whole[single] = [shapely.multipolygons([shape]) for shape in shapes[single]]
    return [
        None if wkb is None else _header(box, empty=bool(empty)) + wkb
        for wkb, box, empty in zip(exact(whole), shapely.bounds(whole), shapely.is_empty(whole), strict=True)
    ]


def exact(shapes: NDArray[np.object_]) -> list[bytes | None]:
    """Return little-endian ISO WKB, which holds every bit of the coordinates."""
    packed: list[bytes | None] = shapely.to_wkb(shapes, byte_order=1, flavor="iso").tolist()
    return packed


def unpack(blobs: Iterable[bytes | None]) -> NDArray[np.object_]:
    """Return shapes from GeoPackage geometry.

    Raises
    ------
    ValueError
        If a value is no GeoPackage geometry.
    """
    return from_exact([None if blob is None else _bare(blob) for blob in blobs])


def from_exact(wkb: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Return shapes from WKB."""
    cells = np.empty(len(wkb), dtype=object)
    cells[:] = wkb
    shapes: NDArray[np.object_] = shapely.from_wkb(cells)
    return shapes


def bounds(blobs: Iterable[Any]) -> tuple[float, float, float, float] | None:
    """Return the least box around GeoPackage geometry: west, south, east, north; None around nothing."""
    told = list(blobs)
    box = _around_points(told) if set(map(len, told)) == {_POINT.itemsize} else None
    if box is None:
        box = shapely.total_bounds(unpack(told))
    return None if np.isnan(box).any() else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def around(
    boxes: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float] | None:
    """Return the least box around boxes; None around nothing."""
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _around_points(blobs: Sequence[bytes]) -> NDArray[np.float64] | None:
    """Return the box around what `pack_points` made; None where it made not all, or a point is nowhere."""
    records = np.frombuffer(b"".join(blobs), _POINT)
    if (records[_HEADER] != _PLAIN).any():
        return None
    xy = np.array([records["x"], records["y"]])
    return None if np.isnan(xy).any() else np.concatenate([xy.min(axis=1), xy.max(axis=1)])


def _header(box: NDArray[np.float64], *, empty: bool) -> bytes:
    flags = _LITTLE_ENDIAN | (_EMPTY if empty else _WITH_ENVELOPE)
    west, south, east, north = box
    envelope = b"" if empty else struct.pack("<4d", west, east, south, north)
    return struct.pack("<2sBBi", _MAGIC, _VERSION, flags, SRS_ID) + envelope


def _bare(blob: bytes) -> bytes:
    if blob[:2] != _MAGIC:
        raise ValueError("no GeoPackage geometry")
    return blob[_HEADER_BYTES + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111] :]
