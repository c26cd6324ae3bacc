"""Files that stand beside a casebook and cannot be made from it: their hashes, and the version they tell of.

They are kept beside the log and not in it. The log's hash is the same wherever a run is made, while
``run.toml`` says where its inputs lie; and a map may be drawn anew, in another language, without a new
version of the plan. What is said of a file is sealed here instead, to the log's entry of its version, and the
seals together once more, so that neither a value nor a whole row is changed by hand unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.hashing import value_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

TABLES = """
CREATE TABLE casebook_files (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, version INTEGER NOT NULL,
    seal TEXT NOT NULL);
"""
_FACT = "files"
"""Under which the casebook's facts keep the seal of the whole table."""


@dataclass(frozen=True)
class Beside:
    """One file beside a casebook.

    Attributes
    ----------
    name : str
        Path from the plan folder, with forward slashes, as ``map/index.html``.
    sha256 : str
        Of its bytes.
    version : int
        Version of the casebook it was written for.
    """

    name: str
    sha256: str
    version: int


def note(connection: sqlite3.Connection, hashes: Mapping[str, str], version: int) -> None:
    """Say what stands beside a version; a file named before is told anew."""
    seals = _seals_of_log(connection)
    files = [Beside(name, sha256, version) for name, sha256 in hashes.items()]
    connection.executemany(
        "INSERT OR REPLACE INTO casebook_files VALUES (?, ?, ?, ?)",
        [(one.name, one.sha256, one.version, _seal(one, seals)) for one in files],
    )
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FACT, _seal_of_all(connection)))


def noted(connection: sqlite3.Connection) -> list[Beside]:
    """Return every file that stands beside the casebook, by its name."""
    rows = connection.execute("SELECT name, sha256, version FROM casebook_files ORDER BY name")
    return [Beside(*row) for row in rows]


def unsealed(connection: sqlite3.Connection) -> list[str]:
    """Return the files of which the casebook says something else than `note` wrote.

    Returns
    -------
    list of str
        Their names; empty text where every row is right by itself, but one was added or taken out.
    """
    seals = _seals_of_log(connection)
    kept = dict(connection.execute("SELECT name, seal FROM casebook_files"))
    changed = [one.name for one in noted(connection) if kept[one.name] != _seal(one, seals)]
    whole = dict(connection.execute("SELECT key, value FROM meta WHERE key = ?", (_FACT,)))
    if not changed and whole.get(_FACT) != (_seal_of_all(connection) if kept or whole else None):
        return [""]
    return changed


def _seals_of_log(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT version, seal FROM log"))


def _seal(one: Beside, seals: Mapping[int, str]) -> str:
    return value_hash((one.name, one.sha256, one.version, seals.get(one.version, "")))


def _seal_of_all(connection: sqlite3.Connection) -> str:
    return value_hash(
        [seal for (seal,) in connection.execute("SELECT seal FROM casebook_files ORDER BY name")]
    )
