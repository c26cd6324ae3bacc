"""What a casebook holds: its tables and values as of any version, and the hash of what a version added."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from data.casebook import content, geometry
from data.casebook.columns import GEOMETRY, Column, decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

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


def table_at(connection: sqlite3.Connection, name: str, version: int) -> pd.DataFrame:
    """Return a table as it was in a version, with the types it had."""
    shape = shape_at(connection, name, version)
    if shape is None:
        raise KeyError(name)
    columns = [Column(**column) for column in shape["columns"]]
    kept = [column.stored for column in columns if column.kind != GEOMETRY]
    wanted = [*kept, "_exact"] if shape["spatial"] else kept
    cursor = connection.execute(
        f'SELECT {quoted(wanted)} FROM "{name}" AS r WHERE {AS_OF.format(name=name)} ORDER BY _key',  # noqa: S608
        (version,),
    )
    blocks = [_block(rows, columns, shape) for rows in _batches(cursor)]
    table = pd.concat(blocks, ignore_index=True) if len(blocks) > 1 else blocks[0]
    return gpd.GeoDataFrame(table, geometry=GEOMETRY, crs=shape["crs"]) if shape["spatial"] else table


def parts_at(connection: sqlite3.Connection, version: int) -> dict[str, Any]:
    """Return every single value as it was in a version."""
    rows = connection.execute(
        "SELECT name, value FROM casebook_values WHERE version <= ? ORDER BY version", (version,)
    )
    return {name: json.loads(value) for name, value in rows}


def problem_at(connection: sqlite3.Connection, version: int) -> Problem:
    """Return the problem as it was in a version."""
    parts = parts_at(connection, version)
    wanted = ["problem_households", "problem_sites", "problem_centers"]
    wanted += [f"problem_boundaries_{level}" for level in parts["problem.boundaries"]]
    wanted += ["problem_travel"] * bool(parts["problem.travel"])
    return content.to_problem({name: table_at(connection, name, version) for name in wanted}, parts)


def plan_at(connection: sqlite3.Connection, version: int) -> Plan:
    """Return the plan as it was in a version."""
    parts = parts_at(connection, version)
    wanted = [f"plan_{name}" for name in content.PLAN_TABLES]
    wanted += content.bound_tables(parts)
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
        plain = [f'"{column["stored"]}"' for column in shape["columns"] if column["kind"] != GEOMETRY]
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


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    rows = cursor.fetchmany(BLOCK_ROWS)
    yield rows
    while len(rows) == BLOCK_ROWS and (rows := cursor.fetchmany(BLOCK_ROWS)):
        yield rows


def _block(rows: list[tuple[Any, ...]], columns: list[Column], shape: Shape) -> pd.DataFrame:
    cells = iter(zip(*rows, strict=True) if rows else [()] * len(columns))
    decoded: dict[str, Any] = {}
    for column in columns:
        decoded[column.name] = None if column.kind == GEOMETRY else decode(next(cells), column)
    if shape["spatial"]:
        decoded[GEOMETRY] = gpd.GeoSeries(geometry.from_exact(next(cells)), crs=shape["crs"])
    return pd.DataFrame(decoded)


def _canonical(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
