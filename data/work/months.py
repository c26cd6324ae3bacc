"""Months of the Iranian calendar, as days that can be counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from persiantools.jdatetime import JalaliDate

from data.fold import latin_digits

MONTHS_A_YEAR = 12
_WRITTEN = re.compile(r"(1[34]\d\d)[-/.](\d{1,2})")


@dataclass(frozen=True, order=True)
class JalaliMonth:
    """A month of the Iranian calendar.

    Attributes
    ----------
    year, month : int
        As 1400 and 4.
    """

    year: int
    month: int

    @classmethod
    def read(cls, written: str) -> JalaliMonth:
        """Read ``1400-04``, also with ``/``, ``.`` or Persian digits.

        Raises
        ------
        ValueError
            If it is no Jalali month.
        """
        found = _WRITTEN.fullmatch(latin_digits(written).strip())
        if found is None or not 1 <= int(found[2]) <= MONTHS_A_YEAR:
            raise ValueError("no Jalali month")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> JalaliMonth:
        """Return the month that a day is in."""
        jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
        return cls(jalali.year, jalali.month)

    @property
    def first(self) -> date:
        """Its first day."""
        day: date = JalaliDate(self.year, self.month, 1).to_gregorian()  # type: ignore[no-untyped-call]
        return day

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.next.first - self.first).days

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def next(self) -> JalaliMonth:
        """The month after it."""
        return self.plus(1)

    def plus(self, months: int) -> JalaliMonth:
        """Return the month that many months later; earlier for a negative number."""
        number = self.year * MONTHS_A_YEAR + self.month - 1 + months
        return JalaliMonth(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_of(year: int) -> tuple[JalaliMonth, ...]:
    """Return the months of a Jalali year."""
    return tuple(JalaliMonth(year, month) for month in range(1, MONTHS_A_YEAR + 1))


def months_before(day: date, months: int) -> date:
    """Return the same day of the month that many Jalali months earlier, the last one of a shorter month.

    Parameters
    ----------
    day : date
        The day.
    months : int
        How many months; a negative number for later.
    """
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    there = JalaliMonth.of(day).plus(-months)
    return there.first + timedelta(days=min(jalali.day, there.days) - 1)


def jalali_day(day: date) -> str:
    """Return a day as ``1400-04-12``."""
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    return f"{jalali.year:04d}-{jalali.month:02d}-{jalali.day:02d}"
