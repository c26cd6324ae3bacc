"""What can go wrong with a casebook, as errors a user can act on."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data.disk import machine_error, shown_name
from data.errors import Exit, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 20
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MACHINE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
)
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
_PRIMARY = 0xFF


def alien(path: Path, *, missing: bool = False) -> SitingError:
    """Return the error for a file that is no casebook, or is not there."""
    if missing:
        return _instead(path)
    return SitingError(phrase("folder.not_a_casebook", path=path.name), code="not_a_casebook")


def _instead(path: Path) -> SitingError:
    """Return the error for a casebook that is not there, by what its folder is instead of a plan's."""
    from data.kinds import is_nation_folder, is_proposal_folder  # noqa: PLC0415 - which imports this room
    from data.nation.folder import PROVINCES  # noqa: PLC0415 - the same

    folder = shown_name(path.parent)
    if is_proposal_folder(path.parent):
        return SitingError(phrase("folder.is_a_proposal", path=folder), code="is_a_proposal")
    if is_nation_folder(path.parent):
        first = min((one.name for one in (path.parent / PROVINCES).iterdir()), default="CODE")
        return SitingError(phrase("folder.is_a_nation", path=folder, code=first), code="is_a_nation")
    words = phrase("folder.missing_casebook", path=f"{folder}/{path.name}")
    return SitingError(words, code="missing_casebook")


def newer(path: Path) -> SitingError:
    """Return the error for a casebook that a later program wrote."""
    return SitingError(phrase("folder.newer_casebook", path=path.name), code="newer_casebook")


def no_such_version(path: Path, version: int, last: int) -> SitingError:
    """Return the error for a version that was never made."""
    folder = shown_name(path.parent)
    message = phrase("folder.no_such_version", path=folder, version=version, last=last)
    return SitingError(message, code="no_such_version", exit_code=Exit.USAGE)


def refused(code: str, **values: object) -> SitingError:
    """Return the error for what is not done: ``exists``, ``no_certificate``, ``lost_race``."""
    return SitingError(phrase(f"folder.{code}", **values), code=code, exit_code=Exit.REFUSED)


@contextmanager
def as_siting_error(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the machine into errors a user can act on."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.IntegrityError):
        # These are mistakes of this program and must not pass for a damaged file.
        raise
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except OSError as error:
        raise machine_error(error, path) from error


def _of_sqlite(error: sqlite3.Error, path: Path) -> SitingError:
    number = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if number in _BUSY:
        return refused("casebook_busy", path=path.name)
    if number in _MACHINE:
        code = "no_permission" if number in _FORBIDDEN else "machine"
        code = "disk_full" if number == sqlite3.SQLITE_FULL else code
        message = phrase(f"folder.{code}", path=path.name, reason=str(error))
        return SitingError(message, code=code, exit_code=Exit.MACHINE)
    return alien(path)
