"""Append-only tables: each row carries the version it came with.

A version of a table is what was last said of each key. It adds only the rows that are new, changed or gone,
so the casebook grows with the change.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from data.casebook import geometry
from data.casebook.columns import AFFINITY, APART, GEOMETRY, Column, columns_of, encode
from data.casebook.content import KEYS
from data.casebook.implied import AS_GIVEN, ORDER, Manner
from data.casebook.reading import (
    AS_OF,
    BLOCK_ROWS,
    CURRENT,
    Shape,
    blobs,
    block_of,
    latest,
    quoted,
    shape_at,
    whole,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    Row = tuple[Any, ...]
    Box = tuple[float, float, float, float]

TABLES = """
CREATE TABLE casebook_columns (version INTEGER NOT NULL, name TEXT NOT NULL, described TEXT NOT NULL,
    PRIMARY KEY (name, version));
CREATE TABLE casebook_values (version INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (name, version));
"""


SEPARATOR = "\x1f"
"""Between the values of a key of several columns: below every letter, so that keys sort as the values do."""
_AHEAD = ("_key", "_gone")


@dataclass(frozen=True)
class Appended:
    """What a version added to the tables.

    Attributes
    ----------
    changed : mapping of str to list of int
        Rows added or changed and rows gone, by table; those in which any are.
    given_back : mapping of str to DataFrame
        The tables that were there before, as `data.casebook.reading.table_at` now gives them.
    boxes : mapping of str to (float, float, float, float), or None
        The least box around the rows of each of these in degrees; None around nothing.
    """

    changed: Mapping[str, list[int]]
    given_back: Mapping[str, pd.DataFrame]
    boxes: Mapping[str, Box | None]


@dataclass(frozen=True)
class _Read:
    """What a reader makes of a table's cells, block by block, and the boxes around those that a map shows."""

    blocks: list[pd.DataFrame] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def add(self, cells: list[list[Any]], shape: Shape) -> None:
        """Read one more block."""
        columns = [Column(**column) for column in shape["columns"]]
        exact = cells[-1:] if shape["spatial"] else []
        first = len(_AHEAD)
        last = first + sum(column.kind not in APART for column in columns)
        self.blocks.append(block_of([*cells[first:last], *exact], columns, shape))
        shown = [one for one in cells[last] if one is not None] if shape["on_map"] else []
        box = geometry.bounds(shown) if shown else None
        self.boxes.extend([] if box is None else [box])


def append(
    connection: sqlite3.Connection,
    version: int,
    tables: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Any],
    manners: Mapping[str, Manner],
) -> Appended:
    """Add what a version changes.

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

    Raises
    ------
    RuntimeError
        If the casebook does not hold what was added: a bug.
    """
    changed: dict[str, list[int]] = {}
    given_back: dict[str, pd.DataFrame] = {}
    boxes: dict[str, Box | None] = {}
    for name, table in tables.items():
        before = shape_at(connection, name, version)
        shape = _described(connection, version, name, table, manners.get(name, AS_GIVEN))
        if before is None:
            _insert(connection, name, shape, _rows(_blocks(table, name, shape)), version)
            changed[name] = [len(table), 0]
        else:
            added = _append_difference(connection, version, name, shape, table)
            changed[name], given_back[name], boxes[name] = added
    for name, value in parts.items():
        text = json.dumps(value, ensure_ascii=False)
        if latest(connection, "casebook_values", "value", name, version) != text:
            connection.execute("INSERT INTO casebook_values VALUES (?, ?, ?)", (version, name, text))
    return Appended({name: counts for name, counts in changed.items() if any(counts)}, given_back, boxes)


def _described(
    connection: sqlite3.Connection, version: int, name: str, table: pd.DataFrame, manner: Manner
) -> Shape:
    """Describe a table as it will be kept, and make room for it."""
    before = shape_at(connection, name, version)
    shape = _shape(connection, name, table, manner)
    _prepare(connection, name, shape, new=before is None)
    if shape != before:
        connection.execute(
            "INSERT INTO casebook_columns VALUES (?, ?, ?)",
            (version, name, json.dumps(shape, ensure_ascii=False)),
        )
    return shape


def _append_difference(
    connection: sqlite3.Connection, version: int, name: str, shape: Shape, table: pd.DataFrame
) -> tuple[list[int], pd.DataFrame, Box | None]:
    """Add the rows that differ; return how many are changed and gone, the table as given back, and its box.

    Every row that stays was just read and is the one that was to be kept, and every row that differs is read
    again. So what a reader finds in the casebook are the cells from which the table is made here.
    """
    listed = quoted(_fields(shape))
    kept = connection.execute(
        f'SELECT {listed} FROM "{name}" AS r WHERE {CURRENT.format(name=name)} ORDER BY _key'  # noqa: S608
    )
    read = _Read()
    changed, gone = _difference(kept, _rows(_blocks(table, name, shape), shape, read))
    _insert(connection, name, shape, changed, version)
    connection.executemany(
        f'INSERT INTO "{name}" (_key, _version, _gone) VALUES (?, {version}, 1)',  # noqa: S608
        [(key,) for key in gone],
    )
    added = connection.execute(
        f'SELECT {listed} FROM "{name}" WHERE _version = ? AND NOT _gone ORDER BY _key',  # noqa: S608
        (version,),
    ).fetchall()
    (number,) = connection.execute(
        f'SELECT count(*) FROM "{name}" AS r WHERE {AS_OF.format(name=name)}',  # noqa: S608
        (version,),
    ).fetchone()
    # By their texts, for 1 is 1.0 and True.
    if repr(added) != repr(changed) or number != len(table):
        raise RuntimeError("the casebook does not hold what was added")
    return [len(changed), len(gone)], whole(read.blocks, shape), geometry.around(read.boxes)


def _difference(before: Iterator[Row], after: Iterator[Row]) -> tuple[list[Row], list[str]]:
    """Return the rows that are new or changed, and the keys that are gone; both come by ascending keys."""
    changed, gone = [], []
    old = next(before, None)
    for row in after:
        while old is not None and old[0] < row[0]:
            gone.append(old[0])
            old = next(before, None)
        if old is None or old[0] != row[0]:
            changed.append(row)
            continue
        if old != row:
            changed.append(row)
        old = next(before, None)
    if old is not None:
        gone += [old[0], *(row[0] for row in before)]
    return changed, gone


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


def _blocks(table: pd.DataFrame, name: str, shape: Shape) -> Iterator[list[list[Any]]]:
    """Yield the cells of a table, a list a column as `_fields` has them, rows by ascending keys."""
    keys = _keys(table, KEYS.get(name, ()), in_order=not shape.get(ORDER))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if order != list(range(len(keys))):
        table, keys = table.iloc[order], [keys[row] for row in order]
    for start in range(0, max(len(table), 1), BLOCK_ROWS):
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
        yield cells


def _rows(
    blocks: Iterable[list[list[Any]]],
    shape: Shape | None = None,
    read: _Read | None = None,
) -> Iterator[Row]:
    """Yield the rows of blocks of cells; where told, leave what a reader makes of each block."""
    for cells in blocks:
        if shape is not None and read is not None:
            read.add(cells, shape)
        yield from zip(*cells, strict=True)


def _fields(shape: Shape) -> list[str]:
    plain = [column["stored"] for column in shape["columns"] if column["kind"] not in APART]
    return [*_AHEAD, *plain, *blobs(shape)]


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
    connection: sqlite3.Connection, name: str, shape: Shape, rows: Iterable[Row], version: int
) -> None:
    fields = _fields(shape)
    marks = ", ".join("?" * len(fields))
    connection.executemany(
        f'INSERT INTO "{name}" ({quoted(fields)}, _version) VALUES ({marks}, {version})',  # noqa: S608
        rows,
    )
