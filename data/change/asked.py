"""What a planner asks of a running network on the command line, read into changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.casebook.content import HOUSEHOLDS
from data.change.changes import Changes, Relocation, no_moves
from data.hashing import file_hash
from data.nation.check import province_folders
from data.nation.folder import PROVINCES
from data.pseudonyms import Pseudonyms
from data.readers import read_moves
from data.readers.dates import read_date
from data.readers.reading import Reading
from data.rules import usage_error
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AT = "@"
"""Between what is asked for and its date, as in ``C-12@1405/07/01``."""


@dataclass(frozen=True)
class AskedChanges:
    """The options of ``siting rebalance`` as they were written.

    Attributes
    ----------
    moves : Path or None
        The file of events.
    close, open : sequence of str
        Centers and sites, each with ``@DATE`` where it is not the common one.
    relocate : sequence of (str, float, float)
        Center (with ``@DATE``), longitude, latitude.
    max_cases : sequence of str
        ``CENTER=N``, with ``@DATE``.
    effective : str
        The common date, Jalali or ISO; today without it.
    columns, key : Path or None
        As `data.intake.Inputs`.
    key_fingerprint : str
        Of the key that the plan's pseudonyms were made with; empty where it has none.
    folder : Path or None
        Of the plan or the nation, whose ids stay as they are: a few of them could pass for national codes.
    """

    moves: Path | None = None
    close: Sequence[str] = ()
    open: Sequence[str] = ()
    relocate: Sequence[tuple[str, float, float]] = ()
    max_cases: Sequence[str] = ()
    effective: str = ""
    columns: Path | None = None
    key: Path | None = None
    key_fingerprint: str = ""
    folder: Path | None = None

    def read(self) -> Changes:
        """Return the changes, not yet checked against a network.

        Raises
        ------
        SitingError
            With every failing row of the file; exit code 2 for what cannot be read on the command line.
        """
        usual = iso_date(self.effective) if self.effective else datetime.now().astimezone().date().isoformat()
        moves = no_moves()
        if self.moves is not None:
            reading = Reading(Pseudonyms(self.key, expected=self.key_fingerprint))
            if self.folder is not None:
                reading.pseudonyms.remember(_known(self.folder), "household")
            moves = read_moves(self.moves, columns=self.columns, reading=reading)
        return Changes(
            moves=moves,
            close=dict(_dated(one, usual) for one in self.close),
            open=dict(_dated(one, usual) for one in self.open),
            relocate=dict(_relocation(one, usual) for one in self.relocate),
            max_cases=dict(_limit(one, usual) for one in self.max_cases),
            file="" if self.moves is None else self.moves.name,
            inputs={} if self.moves is None else {"moves": file_hash(self.moves)},
        )


def _known(folder: Path) -> pd.Series[str]:
    """Return the ids of all households of a plan or a nation."""
    places = province_folders(folder) if (folder / PROVINCES).is_dir() else [folder]
    kept = [Casebook.open(one / CASEBOOK).tables({HOUSEHOLDS: ["household_id"]}) for one in places]
    ids: pd.Series[str] = pd.concat([one[HOUSEHOLDS]["household_id"] for one in kept])
    return ids


def _dated(told: str, usual: str) -> tuple[str, str]:
    name, at, when = told.rpartition(AT)
    return (name, iso_date(when)) if at else (told, usual)


def iso_date(told: str) -> str:
    """Return a date of the command line, Jalali or ISO, as ISO.

    Raises
    ------
    SitingError
        Exit code 2 where it is none.
    """
    """Return a Jalali or ISO date of the command line as ISO.

    Raises
    ------
    SitingError
        With exit code 2.
    """
    try:
        return read_date(told).isoformat()
    except ValueError as error:
        raise usage_error(phrase("changes.date_option", given=told)) from error


def _relocation(told: tuple[str, float, float], usual: str) -> tuple[str, Relocation]:
    name, when = _dated(told[0], usual)
    return name, Relocation(told[1], told[2], when)


def _limit(told: str, usual: str) -> tuple[str, tuple[int, str]]:
    both, when = _dated(told, usual)
    name, equals, count = both.rpartition("=")
    if not (equals and name and count.isdecimal()):
        raise usage_error(phrase("changes.max_cases_option", given=told))
    return name, (int(count), when)
