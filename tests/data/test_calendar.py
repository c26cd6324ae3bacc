"""The days that are worked: the Iranian week, its official holidays, or a table in their place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SitingError
from data.work.calendar import (
    Calendar,
    months_after,
    official_calendar,
    read_holidays,
    refuse_past,
    week_of,
)

if TYPE_CHECKING:
    from pathlib import Path

SATURDAY = date(2026, 11, 21)
NOWRUZ = date(2027, 3, 21)


def test_saturday_to_wednesday_is_worked_and_thursday_by_rule() -> None:
    week = [SATURDAY + timedelta(days=one) for one in range(7)]
    assert [Calendar({}).is_working(day) for day in week] == [True] * 5 + [False] * 2
    assert [Calendar({}, thursday=True).is_working(day) for day in week] == [True] * 6 + [False]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_week_runs_from_saturday_to_friday(day: date) -> None:
    after = day + timedelta(days=1)
    assert week_of(after) - week_of(day) == (day.strftime("%A") == "Friday")


def test_official_holidays_are_not_worked_and_lunar_ones_to_come_are_estimated() -> None:
    calendar = official_calendar(date(2026, 9, 23), date(2027, 3, 21))
    revolution = date(2027, 2, 11)
    assert revolution in calendar.holidays
    assert not calendar.is_working(date(2026, 12, 23))
    assert revolution not in calendar.estimated
    assert {day for day in calendar.estimated if day.year == 2027}
    assert official_calendar(NOWRUZ, NOWRUZ + timedelta(days=9)).holidays_in(
        NOWRUZ, NOWRUZ + timedelta(days=4)
    ) == [NOWRUZ + timedelta(days=one) for one in range(4)]


def test_holidays_that_nobody_knows_are_refused() -> None:
    with pytest.raises(SitingError, match="2100"):
        official_calendar(date(2100, 12, 1), date(2101, 6, 1))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_months_are_those_of_the_iranian_calendar(day: date, months: int) -> None:
    later = months_after(day, months)
    assert 29 * months - 1 <= (later - day).days <= 31 * months
    assert months_after(later, -months) <= day


def test_half_a_year_from_the_first_of_dey_is_the_first_of_tir() -> None:
    assert months_after(date(2026, 12, 22), 6) == date(2027, 6, 22)


def test_a_table_stands_in_place_of_the_official_holidays(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("تاریخ,مناسبت\n۱۴۰۵/۱۰/۰۵,یک\n2026-12-26,دو\n1405/11/01,\n", encoding="utf-8")
    calendar = read_holidays(file)
    assert dict(calendar.holidays) == {date(2026, 12, 26): "دو; یک", date(2027, 1, 21): ""}
    assert calendar.source == "holidays.csv"
    assert calendar.is_working(date(2027, 2, 10))


def test_every_wrong_date_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("date,name\n1405/13/01,a\n,b\n2026-12-26,c\n2027-02-30,d\n", encoding="utf-8")
    with pytest.raises(SitingError) as raised:
        read_holidays(file)
    assert [(one.row, one.code) for one in raised.value.failures] == [
        (2, "bad_date"),
        (3, "bad_date"),
        (5, "bad_date"),
    ]


def test_visits_from_a_day_that_is_over_are_refused() -> None:
    refuse_past(SATURDAY, SATURDAY)
    with pytest.raises(SitingError) as raised:
        refuse_past(SATURDAY, SATURDAY + timedelta(days=1))
    assert raised.value.failures[0].code == "past_date"
