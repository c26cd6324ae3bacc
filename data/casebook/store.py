"""Append-only tables: each row carries the version it came with.

A version of a table is what was last said of each key. It adds only the rows that are new, changed or gone,
so the casebook grows with the change.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from data.casebook import geometry
from data.casebook.columns import AFFINITY, APART, GEOMETRY, Column, columns_of, encode
from data.casebook.content import KEYS
from data.casebook.implied import AS_GIVEN, ORDER, Manner
from data.casebook.reading import BLOCK_ROWS, CURRENT, Shape, blobs, latest, quoted, shape_at

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

TABLES = """
CREATE TABLE casebook_columns (version INTEGER NOT NULL, name TEXT NOT NULL, described TEXT NOT NULL,
    PRIMARY KEY (name, version));
CREATE TABLE casebook_values (version INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (name, version));
"""


SEPARATOR = "\x1f"
"""Between the values of a key of several columns: below every letter, so that keys sort as the values do."""


def append(
    connection: sqlite3.Connection,
    version: int,
    tables: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Any],
    manners: Mapping[str, Manner],
) -> dict[str, list[int]]:
    """Add what a version changes, and return rows added or changed and rows gone, by table.

    Parameters
    ----------
    connection : Connection
        Inside a transaction.
    version : int
        Number of the new version, above every other.
    tables : mapping of str to DataFrame
        Tables by their names in the casebook; those left out stay as they are.
    parts : mapping of str to object
        Single values, as JSON knows them; those left out stay as they are.
    manners : mapping of str to Manner
        How tables are kept that are not kept as they are given.
    """
    changed = {
        name: _append_table(connection, version, name, table, manners.get(name, AS_GIVEN))
        for name, table in tables.items()
    }
    for name, value in parts.items():
        text = json.dumps(value, ensure_ascii=False)
        if latest(connection, "casebook_values", "value", name, version) != text:
            connection.execute("INSERT INTO casebook_values VALUES (?, ?, ?)", (version, name, text))
    return {name: counts for name, counts in changed.items() if any(counts)}


def _append_table(
    connection: sqlite3.Connection, version: int, name: str, table: pd.DataFrame, manner: Manner
) -> list[int]:
    before = shape_at(connection, name, version)
    shape = _shape(connection, name, table, manner)
    _prepare(connection, name, shape, new=before is None)
    if shape != before:
        connection.execute(
            "INSERT INTO casebook_columns VALUES (?, ?, ?)",
            (version, name, json.dumps(shape, ensure_ascii=False)),
        )
    fields = _fields(shape)
    if before is None:
        _insert(connection, f'"{name}"', fields, _rows(table, name, shape), version)
        return [len(table), 0]
    return _append_difference(connection, version, name, fields, _rows(table, name, shape))


def _append_difference(
    connection: sqlite3.Connection,
    version: int,
    name: str,
    fields: list[str],
    rows: Iterator[tuple[Any, ...]],
) -> list[int]:
    listed = quoted(fields)
    current = f'"{name}" AS r WHERE {CURRENT.format(name=name)}'
    kept, told = (", ".join(f'{of}."{field}"' for field in fields) for of in "ri")
    connection.execute(f"CREATE TEMP TABLE incoming ({listed}, _version, PRIMARY KEY (_key)) WITHOUT ROWID")
    try:
        _insert(connection, "temp.incoming", fields, rows, version)
        gone = connection.execute(
            f"SELECT r._key FROM {current}"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM temp.incoming AS i WHERE i._key = r._key)"
        ).fetchall()
        added = connection.execute(
            f'INSERT INTO "{name}" ({listed}, _version)'  # noqa: S608
            f" SELECT {listed}, {version} FROM temp.incoming AS i"
            f" WHERE NOT EXISTS (SELECT 1 FROM {current} AND r._key = i._key AND ({kept}) IS ({told}))"
            " ORDER BY _key"
        ).rowcount
        connection.executemany(
            f'INSERT INTO "{name}" (_key, _version, _gone) VALUES (?, {version}, 1)',  # noqa: S608
            gone,
        )
    finally:
        connection.execute("DROP TABLE temp.incoming")
    return [added, len(gone)]


def _shape(connection: sqlite3.Connection, name: str, table: pd.DataFrame, manner: Manner) -> Shape:
    taken = [
        Column(**column)
        for (text,) in connection.execute("SELECT described FROM casebook_columns WHERE name = ?", (name,))
        for column in json.loads(text)["columns"]
    ]
    crs = table.crs.to_string() if isinstance(table, gpd.GeoDataFrame) and table.crs else None
    spatial = isinstance(table, gpd.GeoDataFrame)
    on_map = spatial or {"lon", "lat"} <= set(table.columns)
    columns = [asdict(column) for column in columns_of(table, taken, manner.follows)]
    shape = {"columns": columns, "crs": crs, "spatial": spatial, "on_map": on_map}
    return {**shape, ORDER: manner.order} if manner.order else shape


def _prepare(connection: sqlite3.Connection, name: str, shape: Shape, *, new: bool) -> None:
    if new:
        connection.execute(
            f'CREATE TABLE "{name}" (_fid INTEGER PRIMARY KEY, _key TEXT NOT NULL, _version INTEGER NOT NULL,'
            " _gone BOOLEAN NOT NULL DEFAULT 0, geom GEOMETRY, _exact BLOB, UNIQUE (_key, _version))"
        )
    there = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
    for column in shape["columns"]:
        if column["kind"] not in APART and column["stored"] not in there:
            affinity = AFFINITY[column["kind"]]
            connection.execute(f'ALTER TABLE "{name}" ADD COLUMN "{column["stored"]}" {affinity}')


def _rows(table: pd.DataFrame, name: str, shape: Shape) -> Iterator[tuple[Any, ...]]:
    keys = _keys(table, KEYS.get(name, ()), in_order=not shape.get(ORDER))
    for start in range(0, len(table), BLOCK_ROWS):
        block = table.iloc[start : start + BLOCK_ROWS]
        cells: list[list[Any]] = [keys[start : start + BLOCK_ROWS], [0] * len(block)]
        cells += [
            encode(block[column["name"]], column["kind"])
            for column in shape["columns"]
            if column["kind"] not in APART
        ]
        if shape["on_map"]:
            cells.append(geometry.shown(block) or [])
        if shape["spatial"]:
            cells.append(geometry.exact(np.asarray(block[GEOMETRY].array)))
        yield from zip(*cells, strict=True)


def _fields(shape: Shape) -> list[str]:
    plain = [column["stored"] for column in shape["columns"] if column["kind"] not in APART]
    return ["_key", "_gone", *plain, *blobs(shape)]


def _keys(table: pd.DataFrame, named: Sequence[str], *, in_order: bool) -> list[str]:
    """Return a key for each row: its ids where no two rows share them, else its number.

    Where the order of the keys is to be that of the rows, ids in another order will not do either.
    """
    if named and all(one in table and bool(table[one].notna().all()) for one in named):
        ids = [str(value) for value in table[named[0]].tolist()]
        for other in named[1:]:
            ids = [f"{one}{SEPARATOR}{more}" for one, more in zip(ids, table[other].tolist(), strict=True)]
        if not in_order or all(one < other for one, other in pairwise(ids)):
            return ids
    return [f"{number:09d}" for number in range(len(table))]


def _insert(
    connection: sqlite3.Connection,
    into: str,
    fields: list[str],
    rows: Iterator[tuple[Any, ...]],
    version: int,
) -> None:
    marks = ", ".join("?" * len(fields))
    connection.executemany(
        f"INSERT INTO {into} ({quoted(fields)}, _version) VALUES ({marks}, {version})",  # noqa: S608
        rows,
    )
