"""The working days of the Iranian week, and its official holidays."""

from __future__ import annotations

from calendar import FRIDAY, THURSDAY
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa
from persiantools.jdatetime import JalaliDate

from data.errors import Failure, SitingError
from data.text import phrase
from data.work.months import JalaliMonth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PACKAGE = "holidays"
"""Where official holidays are from unless a table gives them."""
_ANY = pa.DataFrameSchema({}, name="holidays")
_WEEK_DAYS = 7
_DAYS_FROM_SATURDAY = 1
"""Day 1 of the Gregorian calendar was a Monday; with this the weeks of `week_of` begin on Saturdays."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    Attributes
    ----------
    holidays : mapping of date to str
        Official holidays and what they are called, whatever day of the week they fall on.
    estimated : frozenset of date
        Those of the lunar year whose day is not announced yet.
    thursday : bool
        Whether Thursdays are worked; Fridays never are.
    source : str
        `PACKAGE`, or the name of the table.
    """

    holidays: Mapping[date, str]
    estimated: frozenset[date] = frozenset()
    thursday: bool = False
    source: str = PACKAGE

    def is_working(self, day: date) -> bool:
        """Whether a day is worked."""
        off = day.weekday() == FRIDAY or (day.weekday() == THURSDAY and not self.thursday)
        return not off and day not in self.holidays

    def working_days(self, first: date, until: date) -> list[date]:
        """Return the days that are worked from ``first`` to before ``until``."""
        days = (first + timedelta(days=one) for one in range((until - first).days))
        return [day for day in days if self.is_working(day)]

    def holidays_in(self, first: date, until: date) -> list[date]:
        """Return the holidays from ``first`` to before ``until``, in order."""
        return sorted(day for day in self.holidays if first <= day < until)


def week_of(day: date) -> int:
    """Return the number of a day's week, which runs from Saturday to Friday."""
    return (day.toordinal() + _DAYS_FROM_SATURDAY) // _WEEK_DAYS


def months_after(day: date, months: int) -> date:
    """Return the same day so many Jalali months later, the last of its month where it has no such day."""
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    month = JalaliMonth(jalali.year, jalali.month).plus(months)
    return month.first + timedelta(days=min(jalali.day, month.days) - 1)


def official_calendar(first: date, until: date, *, thursday: bool = False) -> Calendar:
    """Return the calendar with the official holidays of Iran, as the package `holidays` has them.

    It has the years 1980 to 2100. Holidays of the solar year are exact; those of the lunar year are announced
    month by month, and later ones than the package was told of are estimated, a day early or late.

    Parameters
    ----------
    first, until : date
        The days it is wanted for, ``until`` not among them.
    thursday : bool
        Whether Thursdays are worked.

    Raises
    ------
    SitingError
        ``no_holidays_known`` for other years.
    """
    from holidays.countries.iran import Iran  # noqa: PLC0415 - heavy

    years = range(first.year, until.year + 1)
    if years[0] < Iran.start_year or years[-1] > Iran.end_year:
        words = phrase("visits.no_holidays_known", first=str(Iran.start_year), last=str(Iran.end_year))
        raise SitingError(words, code="no_holidays_known")
    told = Iran(years=years, language="fa_IR")
    mark = str(told.estimated_label).replace("%s", "").strip()
    named = {day: str(name) for day, name in sorted(told.items())}
    estimated = frozenset(day for day, name in named.items() if mark in name)
    return Calendar(MappingProxyType(named), estimated, thursday)


def read_holidays(path: Path, *, thursday: bool = False) -> Calendar:
    """Read a table of holidays, which stands in place of the official ones.

    Parameters
    ----------
    path : Path
        Any format of `data.readers.source.read_source`: ``date`` (Jalali or ISO) and ``name``, which may be
        empty. A day may stand there twice, for two occasions.
    thursday : bool
        Whether Thursdays are worked.

    Raises
    ------
    SitingError
        With every row whose date is missing or no day of a calendar (``bad_date``).
    """
    from data.readers.builder import Builder  # noqa: PLC0415 - heavy

    file = Builder(path, "holidays", None)
    file.need("date")
    file.ids = file.text("name")
    days = file.dates("date")
    unread = pd.Series([one.row for one in file.failures if one.code == "bad_date"], dtype="int64")
    file.refuse((days == "") & ~file.rows.isin(unread), "bad_date")
    table = file.finish({"date": days, "name": file.ids}, _ANY)
    named: dict[date, str] = {}
    for day, name in sorted(zip(table["date"], table["name"], strict=True)):
        read = date.fromisoformat(day)
        named[read] = "; ".join(one for one in (named.get(read, ""), name) if one)
    return Calendar(MappingProxyType(named), thursday=thursday, source=path.name)


def refuse_past(first: date, today: date) -> None:
    """Refuse visits from a day that is over.

    Raises
    ------
    SitingError
        ``past_date``.
    """
    if first < today:
        words = phrase("visits.past_date", given=first.isoformat(), today=today.isoformat())
        raise SitingError.of([Failure("--from", 0, "past_date", "", words)])
