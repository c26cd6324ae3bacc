"""Dates as offices write them: Jalali or ISO, Persian or Latin digits."""

from __future__ import annotations

import re
from datetime import date

from persiantools.jdatetime import JalaliDate

from data.fold import latin_digits

_PARTS = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
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
    year, month, day = (int(part) for part in found.groups())
    if year in _ISO_YEARS:
        return date(year, month, day)
    if year in _JALALI_YEARS:
        gregorian: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
        return gregorian
    raise ValueError("the year is neither Jalali nor Gregorian")
