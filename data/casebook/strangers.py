"""Tables, views and triggers of a casebook that this program did not write, but for those QGIS adds itself.

A trigger could change rows while a version is written; a foreign table or view passes for a part of the
record. QGIS keeps styles and projects in tables of its own and lists extensions, and its spatial index of a
table is more tables and triggers, which write nothing but that index.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.casebook import layers, reading, writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

BY_QGIS = frozenset({"qgis_projects", "gpkg_extensions"})
BY_SQLITE = "sqlite_"
"""How the names of SQLite's own tables begin; it lets nobody else use such names."""
_INDEXING = re.compile(
    r'CREATE TRIGGER "(?P<index>[^"]+)_(?:insert|update\d?|delete)" AFTER .+? BEGIN (?P<body>.+) END',
    re.DOTALL,
)
_INDEX_WRITES = ('INSERT OR REPLACE INTO "{index}" VALUES ', 'DELETE FROM "{index}" WHERE ')
_MEDDLING = re.compile(r"\b(?:RAISE|SELECT)\b", re.IGNORECASE)


def strangers(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield ``foreign_table``, ``foreign_view`` or ``foreign_trigger``, and its name.

    A foreign table's own index is not told apart from it.
    """
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).fetchall()
    there = {name for kind, name, _, _ in rows if kind == "table"}
    views = {*layers.views(connection), "versions"}
    tables = {*writing.laid_out(), *reading.names(connection), *BY_QGIS}
    for kind, name, of, sql in rows:
        if kind == "view" and name not in views:
            yield "foreign_view", name
        elif kind == "table" and not (name in tables or name.startswith(BY_SQLITE) or _is_index(name, there)):
            yield "foreign_table", name
        elif kind == "trigger" and not _only_indexes(of, sql):
            yield "foreign_trigger", name


def _is_index(name: str, tables: Collection[str]) -> bool:
    return any(name.startswith(f"rtree_{table}_") for table in tables)


def _only_indexes(table: str, sql: str) -> bool:
    """Return whether a trigger keeps the spatial index of its table, and does nothing else."""
    found = _INDEXING.fullmatch(" ".join(sql.split()))
    if found is None or not found["index"].startswith(f"rtree_{table}_") or _MEDDLING.search(sql):
        return False
    does = tuple(one.format(index=found["index"]) for one in _INDEX_WRITES)
    return all(one.strip().startswith(does) for one in found["body"].split(";") if one.strip())
