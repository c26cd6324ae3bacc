"""Files that stand beside a casebook and cannot be made from it: their hashes, and the version they tell of.

They are kept beside the log and not in it. The log's hash is the same wherever a run is made, while
``run.toml`` says where its inputs lie; and a map may be drawn anew, in another language, without a new
version of the plan. What is said of a file is sealed here instead, to the log's entry of its version, and the
seals together once more, so that neither a value nor a whole row is changed by hand unseen.

What was said before is kept: a writer that is killed between two files leaves some of the version before,
which nobody tampered with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.hashing import value_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

TABLES = """
CREATE TABLE casebook_files (name TEXT NOT NULL, sha256 TEXT NOT NULL, version INTEGER NOT NULL,
    seal TEXT NOT NULL, PRIMARY KEY (name, version, sha256));
"""
GONE = ""
"""In place of the hash of a file that stands there no more."""
_FACT = "files"
"""Under which the casebook's facts keep the seal of the whole table."""
_ONE_ROW_A_FILE = "name TEXT PRIMARY KEY"
"""How the table of the first layout begins, which kept only what was said last."""
_ORDER = "ORDER BY name, version, rowid"
"""The order in which things were said of each file."""


@dataclass(frozen=True)
class Beside:
    """One file beside a casebook.

    Attributes
    ----------
    name : str
        Path from the plan folder, with forward slashes, as ``map/index.html``.
    sha256 : str
        Of its bytes; `GONE` where it stands there no more.
    version : int
        Version of the casebook it was written for.
    """

    name: str
    sha256: str
    version: int


def note(
    connection: sqlite3.Connection, hashes: Mapping[str, str], version: int, gone: Iterable[str] = ()
) -> None:
    """Say what stands beside a version, and what no longer does; a file named before is told anew."""
    _with_history(connection)
    seals = _seals_of_log(connection)
    told = {**dict.fromkeys(gone, GONE), **hashes}
    files = [Beside(name, sha256, version) for name, sha256 in told.items()]
    connection.executemany(
        "INSERT OR REPLACE INTO casebook_files VALUES (?, ?, ?, ?)",
        [(one.name, one.sha256, one.version, _seal(one, seals)) for one in files],
    )
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FACT, _seal_of_all(connection)))


def told(connection: sqlite3.Connection) -> list[Beside]:
    """Return everything that was ever said, by name and then in the order it was said."""
    rows = connection.execute(f"SELECT name, sha256, version FROM casebook_files {_ORDER}")  # noqa: S608
    return [Beside(*row) for row in rows]


def noted(connection: sqlite3.Connection, version: int) -> list[Beside]:
    """Return every file that stood beside a version, by its name."""
    last = {one.name: one for one in told(connection) if one.version <= version}
    return [one for one in last.values() if one.sha256 != GONE]


def unsealed(connection: sqlite3.Connection) -> list[str]:
    """Return the files of which the casebook says something else than `note` wrote.

    Returns
    -------
    list of str
        Their names; empty text where every row is right by itself, but one was added or taken out.
    """
    seals = _seals_of_log(connection)
    kept = [seal for (seal,) in connection.execute(f"SELECT seal FROM casebook_files {_ORDER}")]  # noqa: S608
    changed = {
        one.name for one, seal in zip(told(connection), kept, strict=True) if seal != _seal(one, seals)
    }
    whole = dict(connection.execute("SELECT key, value FROM meta WHERE key = ?", (_FACT,)))
    if not changed and whole.get(_FACT) != (_seal_of_all(connection) if kept or whole else None):
        return [""]
    return sorted(changed)


def _with_history(connection: sqlite3.Connection) -> None:
    """Give a casebook of the first layout room for what was said before."""
    (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'casebook_files'").fetchone()
    if _ONE_ROW_A_FILE in made:
        connection.execute("ALTER TABLE casebook_files RENAME TO casebook_files_before")
        connection.execute(TABLES)
        connection.execute("INSERT INTO casebook_files SELECT * FROM casebook_files_before ORDER BY name")
        connection.execute("DROP TABLE casebook_files_before")


def _seals_of_log(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT version, seal FROM log"))


def _seal(one: Beside, seals: Mapping[int, str]) -> str:
    return value_hash((one.name, one.sha256, one.version, seals.get(one.version, "")))


def _seal_of_all(connection: sqlite3.Connection) -> str:
    rows = connection.execute(f"SELECT seal FROM casebook_files {_ORDER}")  # noqa: S608
    return value_hash([seal for (seal,) in rows])
