"""What of a casebook its log does not seal: views, facts about it, and geometry that must agree with itself.

A row's place is kept up to three times: in degrees (``lon``, ``lat``), from which the verifier measures; as a
map shows it (``geom``); and as it was given, in its own CRS (``_exact``), from which problem and plan come
back. All are sealed, but a seal only says that nothing was moved since; here they are held against each
other. Styles are the user's own and may be anything; what else stands in the file and was made neither by
this program nor by QGIS is named (`strangers`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from data.casebook import beside, geometry, layers, log, strangers, writing
from data.casebook.columns import Column
from data.casebook.content import KEYS
from data.casebook.reading import AS_OF, BLOCK_ROWS, last_version, names, problem_at, quoted, shape_at
from data.errors import Failure
from data.geodesy import WGS84
from data.text import phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from data.casebook.reading import Shape

APART_DEGREES = 0.5e-6
"""How far apart one place may be told: half of the last decimal that is written (0.05 m)."""


def faults(connection: sqlite3.Connection, file: str) -> list[Failure]:
    """Return everything in a casebook that is not as this program leaves it.

    Parameters
    ----------
    connection : Connection
        To the casebook.
    file : str
        Its name, for the failures.

    Returns
    -------
    list of Failure
        ``broken_entry`` with the number of the log's entry as its id, ``missing_view``, ``changed_view``,
        ``foreign_table``, ``foreign_view``, ``foreign_trigger``, ``changed_fact``, ``changed_note`` with the
        name of the file beside the casebook that it tells of (empty where a row was added or taken out), and
        ``moved_geometry`` with the id of the row.
    """
    version = last_version(connection)
    found = [_fault(file, "broken_entry", str(entry)) for entry in log.broken_entries(connection)]
    found += [_fault(file, code, view) for code, view in _odd_views(connection)]
    found += [_fault(file, code, name) for code, name in strangers.strangers(connection)]
    kept = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    right = writing.facts(problem_at(connection, version), writing.layouts(connection))
    found += [
        _fault(file, "changed_fact", key) for key, values in right.items() if kept.get(key) not in values
    ]
    found += [_fault(file, "changed_note", name) for name in beside.unsealed(connection)]
    for name in names(connection):
        shape = shape_at(connection, name, version)
        if shape is not None and shape["on_map"]:
            layer = layers.layer_of(name)
            found += [
                _fault(file, "moved_geometry", row, layer=layer)
                for row in _moved(connection, name, shape, version)
            ]
    return found


def _fault(file: str, code: str, subject: str, **values: object) -> Failure:
    return Failure(file, 0, code, subject, phrase(f"folder.{code}", **values))


def _odd_views(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield views that QGIS would not find, and views that show something else than they should."""
    there = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    listed = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
    wanted = {name: sql for name, (sql, _) in layers.views(connection).items()}
    for name, sql in {**wanted, "versions": log.VERSIONS}.items():
        if name not in there or (name in wanted and name not in listed):
            yield "missing_view", name
        elif _plain(there[name]) != _plain(sql):
            yield "changed_view", name


def _plain(sql: str) -> str:
    return " ".join(sql.split()).rstrip("; ")


def _moved(connection: sqlite3.Connection, name: str, shape: Shape, version: int) -> Iterator[str]:
    """Yield the ids of current rows whose geometry is not told the same each time."""
    stored = {column.name: column.stored for column in (Column(**one) for one in shape["columns"])}
    key, *_ = KEYS.get(name, ("name",))
    subject = stored.get(key, "_key")
    degrees = [stored["lon"], stored["lat"]] if {"lon", "lat"} <= set(stored) else []
    wanted = [subject, "geom", *["_exact"] * bool(shape["spatial"]), *degrees]
    cursor = connection.execute(
        f'SELECT {quoted(wanted)} FROM "{name}" AS r WHERE {AS_OF.format(name=name)} ORDER BY _key',  # noqa: S608
        (version,),
    )
    while rows := cursor.fetchmany(BLOCK_ROWS):
        ids, blobs, *others = zip(*rows, strict=True)
        seen = geometry.unpack(blobs)
        apart = np.zeros(len(ids), bool)
        if shape["spatial"]:
            apart |= _apart(seen, _in_degrees(geometry.from_exact(others[0]), shape["crs"]))
        if degrees:
            apart |= _apart(seen, _points(*others[-2:]))
        yield from (str(ids[row]) for row in np.flatnonzero(apart))


def _in_degrees(shapes: NDArray[np.object_], crs: str | None) -> NDArray[np.object_]:
    known = gpd.GeoSeries(shapes, crs=crs)
    return shapes if crs is None else np.asarray(known.to_crs(WGS84).array, object)


def _points(lon: Sequence[Any], lat: Sequence[Any]) -> NDArray[np.object_]:
    xy = np.array([lon, lat], float).T
    points: NDArray[np.object_] = shapely.points(xy)
    points[np.isnan(xy).any(axis=1)] = None
    return points


def _apart(some: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which of two arrays of shapes differ by more than `APART_DEGREES` in any corner, ``(n,)``."""
    first, first_of = _corners(some)
    second, second_of = _corners(others)
    counts = np.bincount(first_of, minlength=len(some))
    apart: NDArray[np.bool_] = counts != np.bincount(second_of, minlength=len(some))
    first, second = first[~apart[first_of]], second[~apart[second_of]]
    far = np.abs(first - second).max(axis=1, initial=0) > APART_DEGREES
    apart[first_of[~apart[first_of]][far]] = True
    return apart


def _corners(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    known = np.isfinite(corners).all(axis=1)
    return corners[known], of[known]
