"""Coordinates brought into WGS84 degrees, from a CRS that a file or a planner names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.geodesy import WGS84
from data.readers.failures import failure
from data.readers.source import refuse

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from data.errors import Failure


def in_degrees(path: Path, shapes: gpd.GeoSeries, crs: str = "") -> gpd.GeoSeries:
    """Return shapes in WGS84; without a CRS they must look like degrees.

    Parameters
    ----------
    path : Path
        Of the file, for the failures.
    shapes : GeoSeries
        As the file has them.
    crs : str
        That a planner declared, known by `is_crs`; for shapes that name none.

    Raises
    ------
    SitingError
        ``no_crs`` for metres without a CRS, ``wrong_crs`` for metres said to be degrees, ``metric_crs`` for
        degrees said to be metres, ``unknown_crs``.
    """
    bounds = shapes.total_bounds
    degrees = bool(np.isnan(bounds).all()) or bool(
        (np.abs(bounds[[0, 2]]) <= 180).all() and (np.abs(bounds[[1, 3]]) <= 90).all()  # noqa: PLR2004 - degrees
    )
    if shapes.crs is None and crs:
        shapes = shapes.set_crs(crs)
    if shapes.crs is None and not degrees:
        raise refuse(path, "no_crs")
    if shapes.crs is None:
        return shapes.set_crs(WGS84)
    if shapes.crs.is_geographic and not degrees:
        raise refuse(path, "wrong_crs")
    if not shapes.crs.is_geographic and degrees and not np.isnan(bounds).all():
        # A plane in which all Iran is 180 metres wide is none.
        raise refuse(path, "metric_crs", crs=":".join(shapes.crs.to_authority() or (shapes.crs.name,)))
    try:
        return shapes.to_crs(WGS84)
    except (CRSError, RuntimeError) as error:
        raise refuse(path, "unknown_crs") from error


def assumed(path: Path, shapes: gpd.GeoSeries, crs: str = "") -> tuple[Failure, ...]:
    """Note that nobody named the CRS (a Shapefile without its ``.prj``) and that degrees are assumed."""
    named = shapes.crs is not None or crs
    return () if named else (failure(path.name, 0, "assumed_degrees"),)


def is_crs(name: str) -> bool:
    """Tell whether a CRS is known by this name, as ``EPSG:32639``."""
    try:
        CRS.from_user_input(name)
    except CRSError:
        return False
    return True
