"""Points from GIS files, in WGS84 degrees, their attributes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.readers.crs import assumed, in_degrees
from data.readers.failures import failure
from data.readers.layers import columns_of, layers_of, parquet_table, read_layer
from data.readers.source import Recognises, Source, refuse

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.errors import Failure

FIRST_ROW = 2
"""Row of the first feature: a GIS file has no header row, but is counted as if it had."""

_POINT, _MULTIPOINT = 0, 4


def read_features(path: Path, recognises: Recognises, crs: str = "") -> Source:
    """Read the layer of a GeoPackage, GeoJSON or Shapefile whose columns are recognised best.

    Raises
    ------
    SitingError
        ``unreadable_file``, ``no_crs``, ``unknown_crs``, ``wrong_crs``, ``empty_file``.
    """
    best: tuple[int, str] | None = None
    for layer in layers_of(path):
        score = sum(1 for name in columns_of(path, layer) if recognises(str(name)))
        if best is None or score > best[0]:
            best = (score, layer)
    if best is None:
        raise refuse(path, "empty_file")
    return _source(path, read_layer(path, best[1]), crs)


def read_parquet(path: Path, recognises: Recognises, crs: str = "") -> Source:  # noqa: ARG001 - as `read_features`
    """Read GeoParquet, or Parquet with coordinates in columns.

    Raises
    ------
    SitingError
        As `read_features`.
    """
    return _source(path, parquet_table(path), crs)


def _source(path: Path, frame: pd.DataFrame, crs: str) -> Source:
    rows = np.arange(len(frame), dtype=np.int64) + FIRST_ROW
    points = None
    failures: list[Failure] = []
    notes: tuple[Failure, ...] = ()
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        shapes = frame.geometry
        points, failures = _points(path, shapes, rows, crs)
        notes = assumed(path, shapes, crs) if points is not None else ()
        frame = pd.DataFrame(frame.drop(columns=shapes.name))
    headers = tuple(str(name) for name in frame.columns)
    table = frame.set_axis(range(len(headers)), axis=1)
    return Source(path.name, headers, table, rows, points, tuple(failures), notes)


def _points(
    path: Path,
    shapes: gpd.GeoSeries,
    rows: NDArray[np.int64],
    crs: str,
) -> tuple[pd.DataFrame | None, list[Failure]]:
    geometry = np.asarray(shapes.array)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    kinds = shapely.get_type_id(geometry)
    single = (kinds == _POINT) | ((kinds == _MULTIPOINT) & (shapely.get_num_geometries(geometry) == 1))
    wrong = ~empty & ~single
    if empty.all():
        return None, []
    if wrong.all():
        raise refuse(path, "not_points")
    failures = [failure(path.name, int(row), "not_points") for row in rows[wrong]]
    usable = ~empty & ~wrong
    degrees = np.asarray(in_degrees(path, shapes[usable], crs).array)
    xy = np.full((len(shapes), 2), np.nan)
    xy[usable] = shapely.get_coordinates(shapely.centroid(degrees))
    return pd.DataFrame(xy, columns=["lon", "lat"]), failures
