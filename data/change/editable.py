"""A casebook's current version as a GeoPackage of plain tables, which QGIS can edit.

The layers of a casebook are views. QGIS offers to edit them, for the driver says it may, and SQLite then
refuses to save: a view cannot be changed. Triggers could make it so, and would let a slip of the hand change
the record. So a planner edits a copy, which only says which version it shows.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from data.casebook import Casebook, layers, styles
from data.casebook.connection import connect, transaction
from data.casebook.reading import BLOCK_ROWS, last_version, quoted
from data.casebook.trouble import as_siting_error, refused
from data.disk import sync
from data.errors import Exit, SitingError
from data.exports import refuse_over_plan
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

BASE = "casebook_base"
"""Table that says which version of a casebook a file shows."""
_BASE = f"CREATE TABLE {BASE} (version INTEGER NOT NULL, head TEXT NOT NULL)"


def write_editable(casebook: Path, out: Path, *, overwrite: bool = False) -> None:
    """Write the current version of a casebook as layers that QGIS can edit; it appears whole, and private.

    Parameters
    ----------
    casebook : Path
        The casebook, which is only read.
    out : Path
        The file to write, outside the casebook's folder.
    overwrite : bool
        Whether it may replace another file of this kind.

    Raises
    ------
    SitingError
        ``exists``, ``not_an_editable``, ``out_in_plan`` (exit code 6); of the record; if the machine fails.
    """
    Casebook.open(casebook)
    refuse_over_plan(casebook.parent, out)
    if out.exists() and not overwrite:
        raise refused("exists", path=out.name)
    if out.exists() and not _is_editable(out):
        message = phrase("edited.not_an_editable", path=out.name)
        raise SitingError(message, code="not_an_editable", exit_code=Exit.REFUSED)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with as_siting_error(out):
            part.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with as_siting_error(casebook), closing(connect(casebook)) as source:
            # One transaction, so that a writer between two queries cannot mix versions.
            source.execute("BEGIN")
            with as_siting_error(out), closing(connect(part)) as target, transaction(target):
                _fill(source, target)
        with as_siting_error(out):
            sync(part)
            part.replace(out)
            sync(out.resolve().parent)
    finally:
        part.unlink(missing_ok=True)


def _is_editable(path: Path) -> bool:
    try:
        with closing(connect(path)) as connection:
            names = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (BASE,)).fetchall()
    except (sqlite3.Error, SitingError):
        return False
    return bool(names)


def _fill(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    target.execute(f"PRAGMA application_id = {layers.APPLICATION_ID}")
    target.execute(f"PRAGMA user_version = {layers.GEOPACKAGE_VERSION}")
    for statement in f"{layers.TABLES}{styles.TABLES}{_BASE}".split(";"):
        target.execute(statement)
    layers.prepare(target)
    head = source.execute("SELECT hash FROM log ORDER BY entry DESC LIMIT 1").fetchone()[0]
    target.execute(f"INSERT INTO {BASE} VALUES (?, ?)", (last_version(source), head))  # noqa: S608
    shown = {}
    for layer in layers.LAYERS:
        columns = _copied(source, target, layer)
        if columns:
            shown[layer.name] = columns
    styles.write_styles(target, shown)


def _copied(source: sqlite3.Connection, target: sqlite3.Connection, layer: layers.Layer) -> list[str]:
    """Copy a layer's rows into a table of its name, and return its columns; none where there is no layer."""
    told = source.execute(f'PRAGMA table_info("{layer.name}")').fetchall()
    if not told:
        return []
    fid, *kinds = [(name, kind or "TEXT") for _, name, kind, *_ in told]
    kinds = [(name, layer.geometry_type if name == "geom" else kind) for name, kind in kinds]
    names = [name for name, _ in kinds]
    declared = ", ".join(f'"{name}" {kind}' for name, kind in kinds)
    target.execute(
        f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {declared})'
    )
    marks = ", ".join("?" * (len(names) + 1))
    cursor = source.execute(f'SELECT {quoted([fid[0], *names])} FROM "{layer.name}"')  # noqa: S608
    while rows := cursor.fetchmany(BLOCK_ROWS):
        target.executemany(f'INSERT INTO "{layer.name}" VALUES ({marks})', rows)  # noqa: S608
    if layer.geometry_type:
        box = layers.bounds_of(target, layer.name)
        layers.register(target, layer.name, "features", layer.geometry_type, box)
    else:
        layers.register(target, layer.name, "attributes")
    return [name for name in names if name != "geom"]
