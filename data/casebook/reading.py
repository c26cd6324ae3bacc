"""What a casebook holds: its tables and values as of any version, and the hash of what a version added."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from data.casebook import content, geometry, implied
from data.casebook.columns import APART, GEOMETRY, Column, decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from data.plan import Plan
    from data.problem import Problem

BLOCK_ROWS = 50_000
CURRENT = (
    'NOT r._gone AND NOT EXISTS (SELECT 1 FROM "{name}" AS n'
    " WHERE n._key = r._key AND n._version > r._version)"
)
AS_OF = (
    'NOT r._gone AND r._version = (SELECT max(n._version) FROM "{name}" AS n'
    " WHERE n._key = r._key AND n._version <= ?)"
)
Shape = dict[str, Any]


def table_at(
    connection: sqlite3.Connection,
    name: str,
    version: int,
    *,
    only: Collection[str] | None = None,
    where: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Return a table as it was kept in a version, with the types it had, in the order of its keys.

    Parameters
    ----------
    connection : Connection
        To the casebook.
    name : str
        Of the table in the casebook.
    version : int
        The version.
    only : collection of str, optional
        The columns wanted, none of them the geometry; all unless told.
    where : (str, str), optional
        A column and the value it must have; all rows unless told.

    Raises
    ------
    KeyError
        If the version has no such table.
    """
    shape = shape_at(connection, name, version)
    if shape is None:
        raise KeyError(name)
    columns = [Column(**column) for column in shape["columns"]]
    if only is not None:
        columns = [column for column in columns if column.name in only]
        shape = {**shape, "spatial": False}
    kept = [column.stored for column in columns if column.kind not in APART]
    wanted = [*kept, "_exact"] if shape["spatial"] else kept
    chosen, value = (
        ("", ()) if where is None else (f"r.{quoted([_stored(shape, where[0])])} = ? AND ", where[1:])
    )
    cursor = connection.execute(
        f'SELECT {quoted(wanted)} FROM "{name}" AS r WHERE {chosen}{AS_OF.format(name=name)} ORDER BY _key',  # noqa: S608
        (*value, version),
    )
    blocks = [
        block_of(zip(*rows, strict=True) if rows else [()] * len(wanted), columns, shape)
        for rows in _batches(cursor)
    ]
    return whole(blocks, shape)


def parts_at(connection: sqlite3.Connection, version: int) -> dict[str, Any]:
    """Return every single value as it was in a version."""
    rows = connection.execute(
        "SELECT name, value FROM casebook_values WHERE version <= ? ORDER BY version", (version,)
    )
    return {name: json.loads(value) for name, value in rows}


def problem_at(connection: sqlite3.Connection, version: int) -> Problem:
    """Return the problem as it was in a version."""
    wanted = content.problem_names(parts_at(connection, version))
    return problem_of(connection, version, {name: table_at(connection, name, version) for name in wanted})


def problem_of(connection: sqlite3.Connection, version: int, kept: Mapping[str, pd.DataFrame]) -> Problem:
    """Return the problem of a version from its tables as `table_at` gives them."""
    parts = parts_at(connection, version)
    rules = content.rules_of(parts)
    tables = dict(kept)
    if (today := today_of(parts)) is not None:
        centers = centers_at(connection, today)
        tables[content.HOUSEHOLDS] = implied.with_centers(kept[content.HOUSEHOLDS], centers)
    for name in content.OWN_TABLES:
        shape = shape_at(connection, name, version) or {}
        tables[name] = implied.as_given(name, tables[name], shape, rules)
    return content.to_problem(tables, parts)


def today_of(parts: dict[str, Any]) -> int | None:
    """Return the version whose assignment today's centers are; None where they are kept with the households.

    A casebook of before has nothing of the kind.
    """
    told = parts.get(content.TODAY)
    return None if told is None else int(told)


def centers_at(connection: sqlite3.Connection, version: int) -> pd.Series:
    """Return the center of each household that a version serves, by ``household_id``."""
    table = table_at(connection, content.ASSIGNMENTS, version, only=("household_id", "center_id"))
    return table.set_index("household_id")["center_id"]


def kept_centers_at(connection: sqlite3.Connection, version: int) -> pd.Series:
    """Return what is kept as each household's center in a version, by ``household_id``."""
    table = table_at(connection, content.HOUSEHOLDS, version, only=("household_id", "center_id"))
    return table.set_index("household_id")["center_id"]


def plan_at(connection: sqlite3.Connection, version: int) -> Plan:
    """Return the plan as it was in a version."""
    parts = parts_at(connection, version)
    wanted = content.plan_names(parts)
    return content.to_plan({name: table_at(connection, name, version) for name in wanted}, parts)


def names(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all tables of content."""
    return [
        name for (name,) in connection.execute("SELECT DISTINCT name FROM casebook_columns ORDER BY name")
    ]


def shape_at(connection: sqlite3.Connection, name: str, version: int) -> Shape | None:
    """Return the columns, CRS and geometry of a table in a version; None before it was there."""
    text = latest(connection, "casebook_columns", "described", name, version)
    return None if text is None else json.loads(text)


def latest(connection: sqlite3.Connection, table: str, column: str, name: str, version: int) -> str | None:
    """Return what was last said under a name up to a version; None when nothing was."""
    row = connection.execute(
        f"SELECT {column} FROM {table} WHERE name = ? AND version <= ? ORDER BY version DESC LIMIT 1",  # noqa: S608
        (name, version),
    ).fetchone()
    return None if row is None else row[0]


def last_version(connection: sqlite3.Connection) -> int:
    """Return the highest version that any row carries, or the log where a version changed no row."""
    kept = ["casebook_columns", "casebook_values", "log"]
    queries = [f"SELECT max(version) FROM {name}" for name in kept]  # noqa: S608
    queries += [f'SELECT max(_version) FROM "{name}"' for name in names(connection)]  # noqa: S608
    return max(connection.execute(query).fetchone()[0] or 0 for query in queries)


def version_hash(connection: sqlite3.Connection, version: int) -> str:
    """Return the SHA-256 of everything a version added, recounted from the rows themselves."""
    digest = hashlib.sha256()
    for table, column in (("casebook_columns", "described"), ("casebook_values", "value")):
        rows = connection.execute(
            f"SELECT name, {column} FROM {table} WHERE version = ? ORDER BY name",  # noqa: S608
            (version,),
        )
        digest.update(_canonical([table, rows.fetchall()]))
    for name in names(connection):
        shape = shape_at(connection, name, version)
        if shape is None:
            continue
        plain = [f'"{column["stored"]}"' for column in shape["columns"] if column["kind"] not in APART]
        hexed = [f"hex({blob})" for blob in blobs(shape)]
        cursor = connection.execute(
            f'SELECT {", ".join(["_key", "_gone", *plain, *hexed])} FROM "{name}"'  # noqa: S608
            " WHERE _version = ? ORDER BY _key",
            (version,),
        )
        digest.update(_canonical(name))
        while rows_block := cursor.fetchmany(BLOCK_ROWS):
            digest.update(_canonical(rows_block))
    return digest.hexdigest()


def blobs(shape: Shape) -> list[str]:
    """Return the columns a table keeps its geometry in."""
    return ["geom"] * bool(shape["on_map"]) + ["_exact"] * bool(shape["spatial"])


def quoted(fields: list[str]) -> str:
    """Return names as SQL wants them, whatever letters they have."""
    return ", ".join(f'"{field}"' for field in fields)


def block_of(cells: Iterable[Sequence[Any]], columns: Sequence[Column], shape: Shape) -> pd.DataFrame:
    """Return rows of a table from what SQLite keeps of them.

    Parameters
    ----------
    cells : iterable of sequence
        One a column that is kept, in their order, and the WKB where the table has geometry.
    columns : sequence of Column
        Those wanted.
    shape : Shape
        Of the table.
    """
    each = iter(cells)
    decoded: dict[str, Any] = {}
    for column in columns:
        decoded[column.name] = None if column.kind in APART else decode(next(each), column)
    if shape["spatial"]:
        decoded[GEOMETRY] = gpd.GeoSeries(geometry.from_exact(next(each)), crs=shape["crs"])
    return pd.DataFrame(decoded)


def whole(blocks: Sequence[pd.DataFrame], shape: Shape) -> pd.DataFrame:
    """Return a table from its rows, block by block as `block_of` gives them."""
    table = pd.concat(blocks, ignore_index=True) if len(blocks) > 1 else blocks[0]
    return gpd.GeoDataFrame(table, geometry=GEOMETRY, crs=shape["crs"]) if shape["spatial"] else table


def _stored(shape: Shape, name: str) -> str:
    return {str(one["name"]): str(one["stored"]) for one in shape["columns"]}[name]


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    rows = cursor.fetchmany(BLOCK_ROWS)
    yield rows
    while len(rows) == BLOCK_ROWS and (rows := cursor.fetchmany(BLOCK_ROWS)):
        yield rows


def _canonical(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
