"""One process at a time changes a nation, and leaves a mark while what it says of all is not true.

The lock is one of SQLite, which the system gives up when its process is killed.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from data.casebook.trouble import BUSY_SECONDS, as_siting_error
from data.disk import sync, write_whole
from data.errors import Exit, SitingError
from data.nation.folder import PROVINCES, SUMMARY
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.text import Lang

STALE = ".stale"
"""The mark that a nation's own summary and map are yet to be made anew."""
_LOCK = ".lock"


@contextmanager
def held(nation: Path, *, wait_seconds: float = BUSY_SECONDS) -> Iterator[None]:
    """Keep others from changing a nation while the block runs.

    Raises
    ------
    SitingError
        ``nation_busy`` (exit code 6) where another process does so for longer than is waited; exit code 8
        where the machine fails.
    """
    with closing(_lock(nation, wait_seconds)):
        yield


def _lock(nation: Path, wait_seconds: float) -> sqlite3.Connection:
    place = nation / _LOCK
    with as_siting_error(place), ExitStack() as stack:
        lock = stack.enter_context(
            closing(sqlite3.connect(place, timeout=wait_seconds, isolation_level=None))
        )
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            words = phrase("moves.nation_busy", path=nation.resolve().name)
            raise SitingError(words, code="nation_busy", exit_code=Exit.REFUSED) from error
        place.chmod(0o600)
        stack.pop_all()
    return lock


def nation_of(place: Path) -> Path | None:
    """Return the folder of the nation that a folder is, or is a province of; None where it is neither."""
    whole = place.resolve()
    nation = whole.parent.parent if whole.parent.name == PROVINCES else whole
    return nation if (nation / PROVINCES).is_dir() and (nation / SUMMARY).is_file() else None


def mark_stale(nation: Path, lang: Lang) -> None:
    """Say that a nation's own summary and map are not of its provinces any more, and what it opens in."""
    write_whole(nation / STALE, lang.encode())


def stale_in(nation: Path) -> Lang | None:
    """Return the language that a stale map is to open in; None where nothing is stale."""
    try:
        told = (nation / STALE).read_bytes()
    except FileNotFoundError:
        return None
    return "fa" if told == b"fa" else "en"


def unmark(nation: Path) -> None:
    """Take that back."""
    (nation / STALE).unlink(missing_ok=True)
    sync(nation)
