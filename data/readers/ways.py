"""The ways a file tells where a row is, the surest first: its geometry, two columns, one column with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import geodesic_km
from data.readers.failures import failure
from data.readers.points import coordinates, from_crs, pairs
from data.readers.source import refuse
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.errors import Failure
    from data.readers.mapping import ColumnMap
    from data.readers.source import Source

AXES = ("lon", "lat", "x", "y", "point")
"""Columns that tell where a row is."""
_NO_DEGREES = 1000.0
"""Beyond this a coordinate counts metres, of which Iran has hundreds of thousands, and no degrees."""
_SAME_KM = 0.1
_LIMITS = {"lon": 180, "lat": 90}


def points_of(
    path: Path, source: Source, at: Mapping[str, int], mapping: ColumnMap
) -> tuple[pd.DataFrame, pd.Series[bool], list[Failure]]:
    """Return where the rows of a file are.

    Parameters
    ----------
    path : Path
        Of the file.
    source : Source
        The file.
    at : mapping of str to int
        Position by column.
    mapping : ColumnMap
        What a planner declared.

    Returns
    -------
    DataFrame
        ``lon`` and ``lat`` in degrees, NaN where nothing tells them.
    Series of bool
        Which rows hold something that is no point.
    list of Failure
        Notes, ``two_points``: for how many rows another way tells a point over 100 m from the one that is
        taken, and which one that is.

    Raises
    ------
    SitingError
        ``no_crs`` where columns in metres are all there is.
    """
    bad = pd.Series(False, index=source.table.index)  # noqa: FBT003 - a value, not a switch
    if source.points is not None:
        return source.points, bad, _against_columns(source, at, mapping)
    names = _axes(at)
    points, bad = _of_columns(path, source, at, mapping)
    notes: list[Failure] = []
    if "point" in at:
        told, bad_pair = pairs(source.table[at["point"]])
        notes = _apart(source, points, told, _headers(source, at, names), _headers(source, at, ("point",)))
        points = points.fillna(told)
        bad |= bad_pair & points["lon"].isna()
    return points, bad, notes


def _against_columns(source: Source, at: Mapping[str, int], mapping: ColumnMap) -> list[Failure]:
    """Return the notes of a file with a geometry whose columns tell points as well."""
    geometry, names = phrase("readers.the_geometry"), _axes(at)
    notes: list[Failure] = []
    if source.points is None:
        return notes
    if set(names) <= at.keys():
        x, y = (coordinates(source.table[at[name]])[0] for name in names)
        if not _are_metres(x, y) or mapping.crs:
            told = _in_degrees(x, y, mapping, declared=names[0] == "x")
            notes += _apart(source, source.points, told, geometry, _headers(source, at, names))
    if "point" in at:
        told, _ = pairs(source.table[at["point"]])
        notes += _apart(source, source.points, told, geometry, _headers(source, at, ("point",)))
    return notes


def _of_columns(
    path: Path, source: Source, at: Mapping[str, int], mapping: ColumnMap
) -> tuple[pd.DataFrame, pd.Series[bool]]:
    names = _axes(at)
    empty = pd.Series("", index=source.table.index, dtype="str")
    (x, bad_x), (y, bad_y) = (coordinates(source.table[at[name]] if name in at else empty) for name in names)
    if _are_metres(x, y) and not mapping.crs:
        raise refuse(path, "no_crs")
    points = _in_degrees(x, y, mapping, declared="x" in at)
    return points, bad_x | bad_y | (x.notna() & y.notna() & points["lon"].isna())


def _axes(at: Mapping[str, int]) -> tuple[str, str]:
    return ("x", "y") if {"x", "y"} <= at.keys() else ("lon", "lat")


def _are_metres(x: pd.Series[float], y: pd.Series[float]) -> bool:
    both = pd.DataFrame({"lon": x, "lat": y}).dropna().abs()
    return len(both) > 0 and bool((both > _NO_DEGREES).all(axis=1).mean() > 0.5)  # noqa: PLR2004 - most


def _in_degrees(
    x: pd.Series[float], y: pd.Series[float], mapping: ColumnMap, *, declared: bool
) -> pd.DataFrame:
    if mapping.crs and (declared or _are_metres(x, y)):
        return from_crs(mapping.crs, x, y)
    return pd.DataFrame({"lon": x, "lat": y})


def _headers(source: Source, at: Mapping[str, int], names: tuple[str, ...]) -> Phrase:
    several = {f"name_{number}": source.headers[at[name]] for number, name in enumerate(names) if name in at}
    return phrase("readers.two_columns" if len(several) > 1 else "readers.one_column", **several)


def _apart(
    source: Source, taken: pd.DataFrame, other: pd.DataFrame, taken_name: Phrase, other_name: Phrase
) -> list[Failure]:
    both = pd.concat([taken, other.set_axis(["to_lon", "to_lat"], axis=1)], axis=1)
    sane = [both[name].abs() <= _LIMITS[str(name).removeprefix("to_")] for name in both]
    at = np.flatnonzero(np.logical_and.reduce(sane))
    km = geodesic_km(*(both[name].to_numpy(float)[at] for name in both))
    far = np.flatnonzero(km > _SAME_KM)
    if not len(far):
        return []
    first = int(at[far[0]])
    return [
        failure(
            source.file,
            0,
            "two_points",
            rows=len(far),
            row=str(source.rows[first]),
            km=round(float(km[far[0]]), 1),
            taken=taken_name,
            other=other_name,
        )
    ]
