"""Homes of a caseworker made by hand, and what their rounds come to."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.visits.beat import NO_DUE, Beat, Setting, Ways
from allocation.visits.dates import Days
from data.work.calendar import Calendar
from data.work.rules import WorkRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.visits.planning import Visits

FIRST = date(2026, 12, 22)
STEP = 0.01


def days_from(first: date = FIRST, months: int = 6) -> Days:
    until = first + timedelta(days=30 * months)
    return Days(tuple(Calendar({}).working_days(first, until)))


def setting(
    spots: Any,
    *,
    due: Sequence[int] | None = None,
    overdue: Sequence[bool] | None = None,
    care: Sequence[bool] | None = None,
    rural: Sequence[bool] | None = None,
    **rules: Any,
) -> Setting:
    """Homes at spots, steps of about a km from the center; ``due`` counts days from `FIRST`."""
    at = np.asarray(spots, float).reshape(-1, 2)
    count = len(at)
    told = np.full(count, NO_DUE) if due is None else FIRST.toordinal() + np.asarray(due, np.int64)
    none = [False] * count
    beat = Beat(
        "C",
        "C-1",
        np.concatenate([[48.3], np.round(48.3 + STEP * at[:, 0], 6)]),
        np.concatenate([[33.5], np.round(33.5 + STEP * at[:, 1], 6)]),
        np.array([False, *(rural or none)], bool),
        np.array(care or none, bool),
        told,
        np.array(none if overdue is None else overdue, bool),
    )
    made = WorkRules(**rules)
    return Setting(beat, Ways.of(beat, made, detour_urban=1.2, detour_rural=1.5), made)


def homes_of(visits: Visits) -> list[int]:
    """Every home that is visited, sorted; one twice where it is visited twice."""
    return sorted(row for one in visits.rounds for stop in one.stops for row in stop)


def day_of(visits: Visits) -> dict[int, date]:
    return {row: one.day for one in visits.rounds for stop in one.stops for row in stop}


def least_km(one: Setting, stops: Sequence[tuple[int, ...]]) -> float:
    """The shortest round trip over stops, by trying every order."""
    return min(one.ways.round_km(order) for order in permutations(stops))
