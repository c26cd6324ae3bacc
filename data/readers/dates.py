"""Dates as offices write them: Jalali or ISO, Persian or Latin digits."""

from __future__ import annotations

import re
from datetime import date, time

from persiantools.jdatetime import JalaliDate

from data.fold import latin_digits

_PARTS = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_JALALI_YEARS = range(1300, 1500)
_ISO_YEARS = range(1900, 2100)


def read_date(text: str) -> date:
    """Read a Jalali (``1400/5/2``, ``14000502``) or ISO date; a time of day after it is dropped.

    Parameters
    ----------
    text : str
        Year first. Years 1300-1499 are Jalali, 1900-2099 Gregorian; Persian, Arabic or Latin digits.

    Raises
    ------
    ValueError
        If it is no such date, or the day is not in the calendar.
    """
    plain = latin_digits(text).strip()
    found = _PARTS.fullmatch(plain) or _RUN.fullmatch(plain)
    if found is None:
        raise ValueError("no date with the year first")
    year, month, day = (int(part) for part in found.groups()[:3])
    if year in _ISO_YEARS:
        return date(year, month, day)
    if year in _JALALI_YEARS:
        gregorian: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
        return gregorian
    raise ValueError("the year is neither Jalali nor Gregorian")


def read_moment(text: str) -> str:
    """Return a date as `read_date` reads it, ISO, with the time of day after it where one is told.

    A spreadsheet gives every date the time 00:00, which tells nothing.

    Raises
    ------
    ValueError
        If it is no such date, or the day has no such time.
    """
    day = read_date(text).isoformat()
    found = _PARTS.fullmatch(latin_digits(text).strip())
    hour, minute, second = (int(part or 0) for part in found.groups()[3:]) if found else (0, 0, 0)
    told = time(hour, minute, second)
    return f"{day}T{told.isoformat()}" if told != time() else day
