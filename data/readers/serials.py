"""Numbers by which spreadsheets count days, where a date should be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from persiantools.jdatetime import JalaliDate

from data.fold import latin_digits
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.errors import Failure
    from data.text import Phrase

_SERIAL = re.compile(r"([1-9]\d{4})(?:\.\d+)?")
_FIRST_DAY = date(1899, 12, 30)


def told_as_serials(failures: Iterable[Failure], cells: Mapping[int, str]) -> list[Failure]:
    """Return failures, ``bad_date`` of a row whose cell counts days told as what it is.

    It is not read as a date: spreadsheets count from 1900 or from 1904, and a lost format loses which.

    Parameters
    ----------
    failures : iterable of Failure
        All that was found.
    cells : mapping of int to str
        By row, the cells that hold no date.
    """
    words = {row: said for row, cell in cells.items() if (said := _words(cell)) is not None}
    return [
        replace(one, words=words[one.row]) if one.code == "bad_date" and one.row in words else one
        for one in failures
    ]


def _words(cell: str) -> Phrase | None:
    found = _SERIAL.fullmatch(latin_digits(cell).strip())
    if found is None:
        return None
    day = _FIRST_DAY + timedelta(days=int(found[1]))
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    shown = f"{jalali.year}/{jalali.month}/{jalali.day}"
    return phrase("readers.serial_date", number=found[1], iso=day.isoformat(), jalali=shown)
