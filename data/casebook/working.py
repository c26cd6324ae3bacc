"""Versions that change working tables alone: the plan and the problem of the version before stand on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.casebook import log, reading, store
from data.work.tables import PREFIX, as_kept, kept_name, none_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    import pandas as pd

    from data.casebook.log import Entry

_CARRIED = ("plan_hash", "problem_hash", "checks", "counts")
"""What the log says of a plan, and says of it again while it stands."""


def work_at(connection: sqlite3.Connection, name: str, version: int) -> pd.DataFrame:
    """Return a working table as of a version; without rows where there was none yet."""
    if reading.shape_at(connection, kept_name(name), version) is None:
        return none_of(name)
    return as_kept(name, reading.table_at(connection, kept_name(name), version))


def append_work(
    connection: sqlite3.Connection,
    tables: Mapping[str, pd.DataFrame],
    *,
    kind: str,
    who: str,
    why: str,
    payload: Mapping[str, Any],
) -> Entry | None:
    """Add a version with other working tables and seal it in the log; None where none is another.

    Parameters
    ----------
    connection : Connection
        Inside a transaction.
    tables : mapping of str to DataFrame
        Whole tables by their names (`data.work.tables.TABLES`); those left out stay as they are.
    kind, who, why, payload
        For the log.

    Raises
    ------
    RuntimeError
        If the casebook does not give back what it was given: a bug, and nothing may be kept.
    """
    last = log.read_log(connection)[-1]
    version = last.version + 1
    kept = {name: as_kept(name, table) for name, table in tables.items()}
    new = {name: one for name, one in kept.items() if not one.equals(work_at(connection, name, last.version))}
    if not new:
        return None
    appended = store.append(connection, version, {kept_name(name): one for name, one in new.items()}, {}, {})
    if any(not one.equals(work_at(connection, name, version)) for name, one in new.items()):
        raise RuntimeError("the casebook does not give back what it was given")
    return log.add_entry(
        connection,
        kind=kind,
        payload={
            **payload,
            **{name: last.payload[name] for name in _CARRIED if name in last.payload},
            "changed": appended.changed,
        },
        inputs=reading.parts_at(connection, version)["problem.inputs"],
        who=who,
        when_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        why=why,
    )


def is_work(entry: Entry) -> bool:
    """Whether an entry of the log says that it changed working tables alone."""
    changed = entry.payload.get("changed", {})
    return bool(changed) and all(name.startswith(PREFIX) for name in changed)


def only_work(connection: sqlite3.Connection, version: int) -> bool:
    """Whether no row and no value of a problem or a plan came with a version, by the rows themselves."""
    told = connection.execute(
        "SELECT name FROM casebook_columns WHERE version = ? UNION ALL"
        " SELECT name FROM casebook_values WHERE version = ?",
        (version, version),
    ).fetchall()
    names = {name for (name,) in told} | {
        name
        for name in reading.names(connection)
        if connection.execute(f'SELECT 1 FROM "{name}" WHERE _version = ? LIMIT 1', (version,)).fetchone()  # noqa: S608
    }
    return bool(names) and all(name.startswith(PREFIX) for name in names)
