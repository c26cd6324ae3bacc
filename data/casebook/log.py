"""The log: one entry a version, each sealed with the hash of the entry before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.casebook.reading import last_version, version_hash
from data.hashing import value_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

TABLES = """
CREATE TABLE log (entry INTEGER PRIMARY KEY, version INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL,
    payload TEXT NOT NULL, inputs TEXT NOT NULL, content TEXT NOT NULL, previous TEXT NOT NULL,
    hash TEXT NOT NULL, who TEXT NOT NULL, when_utc TEXT NOT NULL, why TEXT NOT NULL, seal TEXT NOT NULL);
"""
VERSIONS = """
CREATE VIEW versions AS SELECT version, entry, kind, json_extract(payload, '$.problem_hash') AS problem_hash,
    json_extract(payload, '$.plan_hash') AS plan_hash, hash FROM log;
"""
_COLUMNS = "entry, version, kind, payload, inputs, content, previous, hash, who, when_utc, why, seal"


@dataclass(frozen=True)
class Entry:
    """One entry of the log.

    Attributes
    ----------
    entry, version : int
        Its number, and the version it made.
    kind : str
        What was done, as ``found``.
    payload : mapping
        What it was done with, and how many rows of each table changed.
    inputs : str
        SHA-256 of the hashes of the input files.
    content : str
        SHA-256 of every row the version added.
    previous, hash : str
        Hash of the entry before (empty for the first) and of this one. Over logical content alone, so that
        the same inputs and seed have the same head whoever makes them and whenever.
    who, when_utc, why : str
        Who did it, when (ISO 8601) and what for.
    seal : str
        SHA-256 over `hash`, `who`, `when_utc`, `why` and the seal before.
    """

    entry: int
    version: int
    kind: str
    payload: Mapping[str, Any]
    inputs: str
    content: str
    previous: str
    hash: str
    who: str
    when_utc: str
    why: str
    seal: str

    @property
    def day(self) -> str:
        """The day in Iran on which it was made, ISO 8601: offices and letters know no other."""
        from data.work.in_force import day_of  # noqa: PLC0415 - seldom asked

        return day_of(self.when_utc).isoformat()


def read_log(connection: sqlite3.Connection) -> list[Entry]:
    """Return all entries, the oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM log ORDER BY entry").fetchall()  # noqa: S608
    return [
        Entry(**dict(zip(_COLUMNS.split(", "), row, strict=True)) | {"payload": json.loads(row[3])})
        for row in rows
    ]


def add_entry(
    connection: sqlite3.Connection,
    *,
    kind: str,
    payload: Mapping[str, Any],
    inputs: Mapping[str, str],
    who: str,
    when_utc: str,
    why: str,
) -> Entry:
    """Seal what was appended under the next version as the next entry of the log."""
    last = connection.execute(
        "SELECT entry, version, hash, seal FROM log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    entry, version, previous, last_seal = last or (0, 0, "", "")
    content = version_hash(connection, version + 1)
    logical = (entry + 1, version + 1, kind, dict(payload), value_hash(dict(inputs)), content, previous)
    own = value_hash(logical)
    made = Entry(*logical, own, who, when_utc, why, _seal(own, who, when_utc, why, last_seal))
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    text = json.dumps(made.payload, sort_keys=True, ensure_ascii=False)
    connection.execute(
        f"INSERT INTO log ({_COLUMNS}) VALUES ({marks})",  # noqa: S608
        (*logical[:3], text, *logical[4:], own, who, when_utc, why, made.seal),
    )
    return made


def broken_entries(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of the entries that do not follow from the rows and the entry before."""
    broken, previous, last_seal, number_of_entries = [], "", "", 0
    for number, entry in enumerate(read_log(connection), start=1):
        content = version_hash(connection, entry.version)
        logical = (number, number, entry.kind, dict(entry.payload), entry.inputs, content, previous)
        own = value_hash(logical)
        seal = _seal(entry.hash, entry.who, entry.when_utc, entry.why, last_seal)
        kept = (entry.version, entry.previous, entry.content, entry.hash, entry.seal)
        if kept != (number, previous, content, own, seal):
            broken.append(number)
        # What was written counts here: one altered entry must not accuse all that follow.
        previous, last_seal = entry.hash, entry.seal
        number_of_entries = number
    stray = last_version(connection)
    return [*broken, stray] if stray > number_of_entries else broken


def chain_hash(connection: sqlite3.Connection) -> str:
    """Return the head that the log must have, recounted from the rows of every version."""
    previous = ""
    for entry in read_log(connection):
        content = version_hash(connection, entry.version)
        previous = value_hash(
            (entry.entry, entry.version, entry.kind, dict(entry.payload), entry.inputs, content, previous)
        )
    return previous


def _seal(own: str, who: str, when_utc: str, why: str, last_seal: str) -> str:
    text = json.dumps([own, who, when_utc, why, last_seal], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
