"""Files that stand beside a casebook and cannot be made from it: their hashes, and the version they tell of.

They are kept beside the log and not in it. The log's hash is the same wherever a run is made, while
``run.toml`` says where its inputs lie; and a map may be drawn anew, in another language, without a new
version of the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

TABLES = """
CREATE TABLE casebook_files (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, version INTEGER NOT NULL);
"""


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
    connection.executemany(
        "INSERT OR REPLACE INTO casebook_files VALUES (?, ?, ?)",
        [(name, sha256, version) for name, sha256 in hashes.items()],
    )


def noted(connection: sqlite3.Connection) -> list[Beside]:
    """Return every file that stands beside the casebook, by its name."""
    rows = connection.execute("SELECT name, sha256, version FROM casebook_files ORDER BY name")
    return [Beside(*row) for row in rows]
