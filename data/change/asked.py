"""What a planner asks of a running network on the command line, read into changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.casebook.content import HOUSEHOLDS
from data.change.changes import Changes, Relocation, no_moves
from data.change.check_network import CLOSE, MAX_CASES, OPEN, RELOCATE
from data.errors import Failure, SitingError
from data.gazetteer.match import Gazetteer
from data.hashing import file_hash
from data.locating.own import read_gazetteer
from data.locating.rows import placed
from data.nation.check import province_folders
from data.nation.folder import PROVINCES
from data.pseudonyms import Pseudonyms
from data.readers.dates import read_date
from data.readers.points import coordinates
from data.readers.reading import Reading
from data.readers.tables import moves_told
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
    relocate : sequence of (str, str, str)
        Center (with ``@DATE``), longitude, latitude.
    max_cases : sequence of str
        ``CENTER=N``, with ``@DATE``.
    effective : str
        The common date, Jalali or ISO; today without it.
    columns, key : Path or None
        As `data.intake.Inputs`.
    key_fingerprint : str
        Of the key that the plan's pseudonyms were made with; empty where it has none.
    gazetteer : Path or None
        Places that rows without a point may tell, meant before those of the record.
    folder : Path or None
        Of the plan or the nation, whose ids stay as they are: a few of them could pass for national codes.
    """

    moves: Path | None = None
    close: Sequence[str] = ()
    open: Sequence[str] = ()
    relocate: Sequence[tuple[str, str, str]] = ()
    max_cases: Sequence[str] = ()
    effective: str = ""
    columns: Path | None = None
    key: Path | None = None
    key_fingerprint: str = ""
    folder: Path | None = None
    gazetteer: Path | None = None

    def read(self) -> Changes:
        """Return the changes, not yet checked against a network; failing rows of the file are their faults.

        Raises
        ------
        SitingError
            Where the file as a whole cannot be read; exit code 2 for what cannot be on the command line.
        """
        usual = iso_date(self.effective) if self.effective else datetime.now().astimezone().date().isoformat()
        moves, faults = no_moves(), list[Failure]()
        if self.moves is not None:
            reading = Reading(Pseudonyms(self.key, expected=self.key_fingerprint))
            if self.folder is not None:
                reading.pseudonyms.remember(_known(self.folder), "household")
            moves, faults = moves_told(self.moves, columns=self.columns, reading=reading)
            if self.gazetteer is not None:
                spots = read_gazetteer(self.gazetteer, columns=self.columns, reading=reading)
                own = placed(moves, Gazetteer((spots,)), file=self.moves.name).rows
                moves = own[list(moves.columns)]
        return Changes(
            moves=moves,
            close=dict(_dated(one, usual, CLOSE) for one in self.close),
            open=dict(_dated(one, usual, OPEN) for one in self.open),
            relocate=dict(_relocation(one, usual) for one in self.relocate),
            max_cases=dict(_limit(one, usual) for one in self.max_cases),
            file="" if self.moves is None else self.moves.name,
            inputs={} if self.moves is None else {"moves": file_hash(self.moves)},
            faults=tuple(faults),
        )


def _known(folder: Path) -> pd.Series[str]:
    """Return the ids of all households of a plan or a nation."""
    places = province_folders(folder) if (folder / PROVINCES).is_dir() else [folder]
    kept = [Casebook.open(one / CASEBOOK).tables({HOUSEHOLDS: ["household_id"]}) for one in places]
    ids: pd.Series[str] = pd.concat([one[HOUSEHOLDS]["household_id"] for one in kept])
    return ids


def _dated(told: str, usual: str, option: str) -> tuple[str, str]:
    """Return what is asked for and its date; for what has none of its own the usual one."""
    name, at, when = told.rpartition(AT) if AT in told else (told, "", "")
    if not name.strip():
        raise _nameless(option, told, "C-12@1405/07/01")
    if at and not when.strip():
        raise usage_error(phrase("changes.empty_date_option", option=option, given=told, name=name))
    return name, iso_date(when, option) if at else usual


def iso_date(told: str, option: str = "--effective") -> str:
    """Return a date of the command line, Jalali or ISO, as ISO.

    Parameters
    ----------
    told : str
        As it was written.
    option : str
        Where.

    Raises
    ------
    SitingError
        Exit code 2 where it is none.
    """
    try:
        return read_date(told).isoformat()
    except ValueError as error:
        raise usage_error(phrase("changes.date_option", option=option, given=told)) from error


def _relocation(told: tuple[str, str, str], usual: str) -> tuple[str, Relocation]:
    name, when = _dated(told[0], usual, RELOCATE)
    (lon, bad_lon), (lat, bad_lat) = (coordinates(pd.Series([one], dtype="str")) for one in told[1:])
    if bad_lon.any() or bad_lat.any() or lon.isna().any() or lat.isna().any():
        given = " ".join(told)
        raise usage_error(phrase("changes.relocate_option", given=given, name=name))
    return name, Relocation(float(lon[0]), float(lat[0]), when)


def _limit(told: str, usual: str) -> tuple[str, tuple[int, str]]:
    both, when = _dated(told, usual, MAX_CASES)
    name, _, count = both.rpartition("=") if "=" in both else (both, "", "")
    if not name.strip():
        raise _nameless(MAX_CASES, told, "C-12=300")
    if not (count.isdecimal() and int(count)):
        raise usage_error(phrase("changes.max_cases_option", given=told, name=name))
    return name, (int(count), when)


def _nameless(option: str, told: str, example: str) -> SitingError:
    return usage_error(phrase("changes.name_option", option=option, given=told, example=example))
