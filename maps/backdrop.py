"""Layers a reader knows the country by, roads or rivers, read from the files that a user gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from data.errors import Failure, SitingError
from data.geodesy import LCC, WGS84
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from maps.stage import Bounds

MOST_VERTICES = 10_000
"""Of one layer on one page; what is more is drawn coarser, and the smallest of it left out."""
MOST_AT_HOMES = 0.1
"""Share of a layer's points on whose very spot a household lives, above which they are taken for homes."""
_DECIMALS = 5
_WIDTH_SHARE, _COARSEST_SHARE, _DEGREE_M = 1 / 4000, 1 / 200, 111_000.0
_POINT, _LINE, _POLYGON = 0, 1, 3
_KINDS = {"points": (_POINT,), "lines": (_LINE, 2), "areas": (_POLYGON,)}


@dataclass(frozen=True)
class Backdrop:
    """Shapes of one file, without any of its attributes.

    Attributes
    ----------
    file : str
        Name of the file.
    name : str
        Without its ending, as the layer is called.
    shapes : ndarray of Geometry, shape (n,)
        Single points, lines and polygons, WGS84 degrees.
    """

    file: str
    name: str
    shapes: NDArray[np.object_]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Where the shapes are."""
        return shapely.STRtree(self.shapes)


def read_backdrop(path: Path) -> Backdrop:
    """Read all layers of a file of points, lines or polygons, in any CRS.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, Shapefile (zipped too) or GeoParquet.

    Raises
    ------
    SitingError
        What a GIS file can be refused for; ``no_shapes`` where it holds none.
    """
    # Few pages have a layer of the user's, and what reads files is long to load.
    from data.readers.layers import layers_of, parquet_table, read_layer  # noqa: PLC0415 - heavy
    from data.readers.source import kind_of  # noqa: PLC0415 - heavy

    kind = kind_of(path)
    if kind not in ("gis", "parquet"):
        raise _refused(path.name, "no_shapes")
    frames = (
        [parquet_table(path)] if kind == "parquet" else [read_layer(path, one) for one in layers_of(path)]
    )
    parts = [
        _parts(path, frame.geometry)
        for frame in frames
        if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name
    ]
    shapes = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    if not len(shapes):
        raise _refused(path.name, "no_shapes")
    return Backdrop(path.name, path.stem, shapes)


def _parts(path: Path, shapes: gpd.GeoSeries) -> NDArray[np.object_]:
    from data.readers.crs import in_degrees  # noqa: PLC0415 - heavy

    usable = shapes[~(shapes.isna() | shapes.is_empty)]
    if not len(usable):
        return np.empty(0, dtype=object)
    flat = shapely.force_2d(np.asarray(in_degrees(path, usable).array))
    single = shapely.get_parts(shapely.get_parts(flat))
    return np.asarray(shapely.make_valid(single), dtype=object)


def refuse_homes(backdrop: Backdrop, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    """Refuse a layer of points that are the households'.

    Parameters
    ----------
    backdrop : Backdrop
        What would be drawn.
    lon, lat : ndarray of float, shape (n_households,)
        Where households live, degrees.

    Raises
    ------
    SitingError
        ``points_are_homes``.
    """
    points = backdrop.shapes[shapely.get_type_id(backdrop.shapes) == _POINT]
    located = np.column_stack([lon, lat])
    located = located[np.isfinite(located).all(axis=1)]
    if not len(located):
        return
    # A layer of a whole nation's homes holds few of any one province.
    points = shapely.intersection(points, shapely.box(*located.min(axis=0), *located.max(axis=0)))
    points = points[~shapely.is_empty(points)]
    if not len(points):
        return
    homes = {tuple(one) for one in np.round(located, _DECIMALS - 1)}
    at = [tuple(one) in homes for one in np.round(shapely.get_coordinates(points), _DECIMALS - 1)]
    if np.mean(at) > MOST_AT_HOMES:
        raise _refused(backdrop.file, "points_are_homes")


def drawn(backdrop: Backdrop, box: Bounds, most: int = MOST_VERTICES) -> dict[str, Any]:
    """Return what a page draws of a layer: within a box, no finer than can be seen, few vertices.

    Parameters
    ----------
    backdrop : Backdrop
        The layer.
    box : tuple of float
        West, south, east, north, degrees.
    most : int
        Vertices, at most.

    Returns
    -------
    dict
        ``name``; ``points``, ``lines``, ``areas`` of ``[lat, lon]``; ``whole``, false where the
        smallest shapes had to be left out.
    """
    here = np.sort(backdrop.tree.query(shapely.box(*box)))
    clipped = shapely.get_parts(shapely.clip_by_rect(backdrop.shapes[here], *box))
    plane = gpd.GeoSeries(clipped[~shapely.is_empty(clipped)], crs=WGS84).to_crs(LCC).to_numpy()
    width_m = (box[2] - box[0]) * _DEGREE_M
    tolerance_m = _WIDTH_SHARE * width_m
    simple = shapely.simplify(plane, tolerance_m)
    while _vertices(simple).sum() > most and tolerance_m < _COARSEST_SHARE * width_m:
        tolerance_m *= 1.5
        simple = shapely.simplify(plane, tolerance_m)
    kept = _largest(simple, most)
    degrees = gpd.GeoSeries(simple[kept], crs=LCC).to_crs(WGS84).to_numpy()
    kinds = shapely.get_type_id(degrees)
    shown = {key: degrees[np.isin(kinds, ids)] for key, ids in _KINDS.items()}
    return {
        "name": backdrop.name,
        "whole": len(kept) == len(simple),
        "points": [pair for one in shown["points"] for pair in _latlon(one)],
        "lines": [_latlon(one) for one in shown["lines"]],
        "areas": [
            [_latlon(ring) for ring in (one.exterior, *one.interiors)]
            for one in shown["areas"]
            if not one.is_empty
        ],
    }


def _refused(file: str, code: str) -> SitingError:
    return SitingError.of([Failure(file, 0, code, "", phrase(f"maps.{code}"))])


def _vertices(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.asarray(shapely.get_num_coordinates(shapes), dtype=np.int64)


def _largest(shapes: NDArray[np.object_], most: int) -> NDArray[np.int64]:
    """Return which shapes to keep, in their own order: the longest of those that together fit."""
    order = np.argsort(-shapely.length(shapes), kind="stable")
    fits = np.cumsum(_vertices(shapes[order])) <= most
    return np.sort(order[fits])


def _latlon(shape: shapely.Geometry) -> list[list[float]]:
    rounded: list[list[float]] = np.round(shapely.get_coordinates(shape)[:, ::-1], _DECIMALS).tolist()
    return rounded
