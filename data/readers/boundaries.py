"""Boundaries: polygons of provinces, counties and districts, from one file a level or all in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.errors import Failure, SitingError
from data.fold import fold
from data.geodesy import WGS84
from data.readers.crs import assumed, in_degrees
from data.readers.failures import failure
from data.readers.gis import FIRST_ROW
from data.readers.headers import header_key, resolve, value_words, words_of
from data.readers.layers import layers_of, parquet_table, read_layer
from data.readers.overlaps import overlaps
from data.readers.source import kind_of, refuse, unread
from data.readers.values import as_ids, as_text
from data.schemas import LAT_RANGE, LON_RANGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.readers.reading import Reading

LEVELS = ("province", "county", "district")
KEYS = ["name", "province", "county"]
_POLYGON, _MULTIPOLYGON = 3, 6
_LEVEL_STEMS = (
    ("district", ("district", "mantaghe", "mantaqe", "منطقه", "مناطق")),
    ("county", ("county", "counties", "shahrestan", "شهرستان")),
    ("province", ("province", "ostan", "استان")),
)


def read_boundaries(paths: Sequence[Path], *, reading: Reading | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Read boundary files.

    Parameters
    ----------
    paths : sequence of Path
        GeoPackage (one or several layers), GeoJSON, Shapefile or GeoParquet. The level of a polygon is told
        by a column ``level``, else by the layer's or the file's name, else by the finest of the columns
        ``province``, ``county``, ``district``.
    reading : Reading, optional
        Takes the notes: of a file that names no CRS, of borders that overlap a little.

    Returns
    -------
    dict of str to GeoDataFrame
        By level: ``name``, ``province``, ``county`` (text, empty where not told) and geometry in WGS84. Rows
        of one name, province and county are one polygon of several parts.

    Raises
    ------
    SitingError
        With every failing polygon: ``invalid_polygon``, ``not_polygons``, ``no_name``, ``unknown_level``,
        ``outside_iran``, ``overlapping_polygons``, or what a GIS file can be refused for.
    """
    parts: list[gpd.GeoDataFrame] = []
    failures: list[Failure] = []
    for path in paths:
        found = 0
        for layer, frame in _layers(path):
            if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
                found += len(frame)
                if reading is not None:
                    reading.note(*assumed(path, frame.geometry))
                part, wrong = _part(path, layer, frame)
                parts.append(part)
                failures += wrong
        if not found:
            raise refuse(path, "empty_file")
    if failures:
        raise SitingError.of(failures)
    if not parts:
        return {}
    polygons = pd.concat(parts, ignore_index=True)
    read = {
        level: _joined(polygons[polygons["level"] == level])
        for level in LEVELS
        if (polygons["level"] == level).any()
    }
    _refuse_overlaps(read, reading)
    return {level: frame[[*KEYS, "geometry"]] for level, frame in read.items()}


def _refuse_overlaps(read: dict[str, gpd.GeoDataFrame], reading: Reading | None) -> None:
    found = [overlaps(frame) for frame in read.values()]
    failures = [one for refused, _ in found for one in refused]
    if failures:
        raise SitingError.of(failures)
    if reading is not None:
        reading.note(*(one for _, slivers in found for one in slivers))


def _layers(path: Path) -> list[tuple[str, pd.DataFrame]]:
    kind = kind_of(path)
    if kind == "parquet":
        return [(path.stem, parquet_table(path))]
    if kind != "gis":
        unknown = unread(path)
        raise unknown if unknown.code == "unsupported_format" else refuse(path, "not_polygons")
    return [(layer, read_layer(path, layer)) for layer in layers_of(path)]


def _part(path: Path, layer: str, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Failure]]:
    shapes = frame.geometry
    table = pd.DataFrame(frame.drop(columns=shapes.name))
    headers = [str(name) for name in table.columns]
    words = words_of("boundaries")
    found = resolve(headers, words, {}, path.name)
    failures = [
        failure(path.name, 1, "duplicate_column", column=column)
        for column, (first, second, *_) in found.rivals.items()
        if words.rank(headers[first]) == words.rank(headers[second])
    ]
    columns = {name: table.iloc[:, place] for name, place in found.at.items()}
    levels = _levels(path, layer, columns, len(table))
    texts = {name: as_ids(column).to_numpy(object) for name, column in columns.items()}
    names = [_name(texts, level, at_row) for at_row, level in enumerate(levels)]
    rows = np.arange(len(table)) + FIRST_ROW
    failures += _shape_failures(path, np.asarray(shapes.array), rows)
    for row, name, level in zip(rows, names, levels, strict=True):
        if not level:
            failures.append(failure(path.name, int(row), "unknown_level", name))
        elif not name:
            failures.append(failure(path.name, int(row), "no_name"))
    empty = np.full(len(table), "", dtype=object)
    part = pd.DataFrame({"level": levels, "name": names}, dtype="str")
    part["file"], part["row"] = path.name, rows
    for parent in ("province", "county"):
        part[parent] = pd.Series(texts.get(parent, empty), dtype="str").mask(part["level"] == parent, "")
    if failures:
        return gpd.GeoDataFrame(part), failures
    degrees = shapely.force_2d(np.asarray(in_degrees(path, shapes).array))
    part = gpd.GeoDataFrame(part, geometry=degrees, crs=WGS84)
    return part, _outside(path, degrees, rows, names)


def _levels(path: Path, layer: str, columns: dict[str, pd.Series], rows: int) -> list[str]:
    if "level" in columns:
        known = value_words("level")
        return [known.get(header_key(word), "") for word in as_text(columns["level"])]
    for name in (layer, path.stem):
        plain = fold(name)
        for level, stems in _LEVEL_STEMS:
            if any(stem in plain for stem in stems):
                return [level] * rows
    finest = [level for level in LEVELS if level in columns]
    return [finest[-1] if finest else ""] * rows


def _name(texts: dict[str, Any], level: str, row: int) -> str:
    """Return the column of the level itself (a district's number), else the name."""
    for column in (level, "name"):
        if column in texts and texts[column][row]:
            return str(texts[column][row])
    return ""


def _shape_failures(path: Path, shapes: Any, rows: Any) -> list[Failure]:  # noqa: ANN401 - arrays of shapes, of int
    kinds = shapely.get_type_id(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    other = ~empty & ~np.isin(kinds, (_POLYGON, _MULTIPOLYGON))
    broken = empty | (~other & ~shapely.is_valid(shapes))
    if len(rows) and other.all():
        return [failure(path.name, 0, "not_polygons")]
    return [failure(path.name, int(row), "not_polygons") for row in rows[other]] + [
        failure(path.name, int(row), "invalid_polygon") for row in rows[broken]
    ]


def _outside(path: Path, shapes: Any, rows: Any, names: list[str]) -> list[Failure]:  # noqa: ANN401 - arrays
    box = shapely.box(LON_RANGE[0], LAT_RANGE[0], LON_RANGE[1], LAT_RANGE[1])
    return [
        failure(path.name, int(row), "outside_iran", name)
        for row, name, inside in zip(rows, names, shapely.intersects(box, shapes), strict=True)
        if not inside
    ]


def _joined(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if polygons.duplicated(KEYS).any():
        polygons = polygons.dissolve(by=KEYS, sort=False).reset_index()
    return polygons.reset_index(drop=True)
