"""The verifier of visits finds every kind of fault, and none where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from allocation.visits.network import Task, visits_of_network
from data.verify.finding import VerificationError
from data.verify.visits import VisitLimits, VisitTables, verify_visits
from data.work.calendar import Calendar
from data.work.rules import WorkRules
from data.work.visit_tables import Detours, timetable

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = date(2090, 1, 7)
UNTIL = FIRST + timedelta(days=180)
HOLIDAY = FIRST + timedelta(days=2)
RULES = WorkRules(visits_a_day=3, care_home_households=4)
DETOURS = Detours(1.2, 1.4)
CALENDAR = Calendar({HOLIDAY: ""})
LIMITS = VisitLimits(
    {"C": (FIRST, FIRST, UNTIL)},
    frozenset([HOLIDAY]),
    RULES.thursday,
    RULES.as_dict(),
    DETOURS.urban,
    DETOURS.rural,
)


def _made() -> VisitTables:
    rng = np.random.default_rng(3)
    count = 22
    lon, lat = np.round(48.3 + rng.normal(0, 0.03, count), 6), np.round(33.5 + rng.normal(0, 0.03, count), 6)
    lon[:4], lat[:4] = lon[0], lat[0]
    homes = pd.DataFrame(
        {
            "household_id": [f"H{n:02d}" for n in range(count)], "center_id": "C", "caseworker_id": "C-1",
            "lon": lon, "lat": lat, "area": np.where(rng.random(count) < 0.5, "rural", "urban"),
            "status": "pensioner",
        }
    )  # fmt: skip
    homes.loc[:3, "area"] = "urban"
    told = homes.assign(
        rural=homes["area"] == "rural",
        care=[True] * 4 + [False] * (count - 4),
        visited="",
        due="",
        overdue=True,
    )
    centers = pd.DataFrame({"center_id": ["C"], "lon": [48.3], "lat": [33.5]})
    days = tuple(CALENDAR.working_days(FIRST, UNTIL))
    task = Task(told, 48.3, 33.5, days, FIRST, UNTIL, pd.DataFrame())
    planned = visits_of_network([task], RULES, DETOURS)
    _, by_day = timetable(planned.visits, told, centers, RULES, DETOURS)
    unvisited = pd.DataFrame({"household_id": [], "reason": []}, dtype="str")
    return VisitTables(homes, centers, planned.visits, unvisited, by_day, frozenset(["C-1"]))


MADE = _made()


def faults(**changed: Any) -> set[str]:
    with pytest.raises(VerificationError) as raised:
        verify_visits(replace(MADE, **changed), LIMITS)
    return {one.code for one in raised.value.failures}


def visits(change: Callable[[pd.DataFrame], Any]) -> pd.DataFrame:
    table = MADE.visits.copy()
    change(table)
    return table


def test_what_was_planned_is_right() -> None:
    verify_visits(MADE, LIMITS)


def test_a_home_that_is_missing_twice_or_a_stranger_is_found() -> None:
    assert "missing" in faults(visits=MADE.visits.iloc[1:])
    assert "twice" in faults(visits=pd.concat([MADE.visits, MADE.visits.iloc[:1]]))
    stranger = visits(lambda table: table.__setitem__("household_id", ["H99", *table["household_id"][1:]]))
    with pytest.raises(VerificationError) as raised:
        verify_visits(replace(MADE, visits=stranger, homes=pd.concat([MADE.homes, _somebody()])), LIMITS)
    assert {"missing"} <= {one.code for one in raised.value.failures}


def _somebody() -> pd.DataFrame:
    return MADE.homes.iloc[:1].assign(household_id="H99", caseworker_id="C-2")


def test_a_home_with_somebody_else_is_found() -> None:
    homes = MADE.homes.copy()
    homes.loc[5, "caseworker_id"] = "C-2"
    assert "caseworker" in faults(homes=homes)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (HOLIDAY, "holiday"),
        (FIRST + timedelta(days=6), "holiday"),
        (UNTIL, "outside"),
        (FIRST - timedelta(days=1), "outside"),
    ],
)
def test_a_day_that_is_not_worked_or_not_in_the_period_is_found(day: date, code: str) -> None:
    first = MADE.visits["date"].iloc[0]
    moved = MADE.visits.assign(date=MADE.visits["date"].replace(first, day.isoformat()))
    days = MADE.days.assign(date=MADE.days["date"].replace(first, day.isoformat()))
    assert faults(visits=moved, days=days) >= {code}


def test_a_day_with_too_much_and_a_week_with_too_many_rounds_are_found() -> None:
    tight = replace(LIMITS, rules={**LIMITS.rules, "visits_a_day": 2})
    with pytest.raises(VerificationError) as raised:
        verify_visits(MADE, tight)
    assert {one.code for one in raised.value.failures} == {"too_much"}
    short = replace(LIMITS, rules={**LIMITS.rules, "hours_a_day": 1.0})
    with pytest.raises(VerificationError) as raised:
        verify_visits(MADE, short)
    assert {one.code for one in raised.value.failures} == {"too_much"}
    old = sorted(set(MADE.visits["date"]))
    week = [FIRST + timedelta(days=one) for one in (0, 1, 3, 4)]
    crowded = dict(zip(old, [day.isoformat() for day in week] + old[4:], strict=True))
    moved = MADE.visits.assign(date=MADE.visits["date"].map(crowded))
    assert faults(visits=moved, days=MADE.days.assign(date=MADE.days["date"].map(crowded))) == {"week"}


def test_wrong_km_and_minutes_are_found() -> None:
    days = MADE.days.copy()
    days.loc[0, "km"] += 0.1
    days.loc[1, "minutes"] += 5
    assert faults(days=days) == {"sum", "minutes"}
    assert faults(days=MADE.days.iloc[1:]) == {"days"}


def test_who_is_not_visited_needs_a_reason() -> None:
    left = MADE.visits["household_id"].iloc[-1:]
    unvisited = pd.DataFrame({"household_id": left, "reason": [""]})
    assert "no_reason" in faults(visits=MADE.visits.iloc[:-1], unvisited=unvisited)
