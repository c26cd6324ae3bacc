"""The visits of a caseworker: rounds of fewest km, overdue homes first, evenly over the period."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from allocation.visits.beat import NO_DUE, stops_of
from allocation.visits.routing import FEW_ITERATIONS, ITERATIONS, Tier, rounds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from allocation.visits.beat import Setting, Stop
    from allocation.visits.dates import Days

TOO_FAR, NO_DAY = "too_far_for_a_day", "no_day_left"
"""Why a home is not visited."""
_SPARE = 10
"""One round in so many may be more than the fewest, where that spares visits after their day."""


@dataclass(frozen=True)
class Round:
    """A day's round trip.

    Attributes
    ----------
    day : date
        When.
    stops : tuple of Stop
        In their order.
    """

    day: date
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Visits:
    """The visits of a caseworker.

    Attributes
    ----------
    rounds : tuple of Round
        In the order of their days.
    left : mapping of int to str
        Homes that are not visited, and why: `TOO_FAR` or `NO_DAY`.
    """

    rounds: tuple[Round, ...]
    left: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class _Stops:
    """Stops with what their days depend on, row by row."""

    stops: list[Stop]
    visits: np.ndarray
    due: np.ndarray
    overdue: np.ndarray

    @classmethod
    def of(cls, stops: list[Stop], setting: Setting) -> _Stops:
        due = [setting.beat.due[list(stop)].min() for stop in stops]
        overdue = [setting.beat.overdue[list(stop)].any() for stop in stops]
        visits = [setting.visits(stop) for stop in stops]
        return cls(stops, np.array(visits, np.int64), np.array(due, np.int64), np.array(overdue, bool))

    @property
    def alike(self) -> bool:
        """Whether none is to be visited before another."""
        return bool((self.due == NO_DUE).all() and (self.overdue.all() or not self.overdue.any()))


def plan_visits(setting: Setting, days: Days) -> Visits:
    """Plan the visits of a period from nothing.

    Rounds of fewest km come first. Where some homes are overdue or due inside the period, the days of the
    rounds are fixed at that number of rounds, and stops are shared out over them anew: fewest visits after
    their day, then fewest km. Overdue homes share the first rounds, as many as they fill.

    Parameters
    ----------
    setting : Setting
        The homes of a caseworker, and the limits of a day.
    days : Days
        The working days of the period.
    """
    beat = setting.beat
    gathered, too_far = stops_of(range(beat.homes), setting)
    left = dict.fromkeys(too_far, TOO_FAR)
    if not gathered:
        return Visits((), MappingProxyType(left))
    stops = _Stops.of(gathered, setting)
    long = ITERATIONS if stops.alike else FEW_ITERATIONS
    rounds = [one for _, one in rounds_of(gathered, setting, iterations=long)]
    if stops.alike and len(rounds) <= len(days.days):
        ordered = sorted(rounds, key=min)
        latest = [len(days.days) - 1] * len(ordered)
    else:
        ordered, latest = _by_urgency(rounds, stops, setting, days)
    held = ordered[: len(days.days)]
    left |= {row: NO_DAY for one in ordered[len(held) :] for place in one for row in gathered[place]}
    made = [
        Round(days.days[place], tuple(gathered[stop] for stop in one))
        for one, place in zip(held, days.spread(latest[: len(held)]), strict=True)
    ]
    return Visits(tuple(made), MappingProxyType(left))


def _by_urgency(
    rounds: list[list[int]], stops: _Stops, setting: Setting, days: Days
) -> tuple[list[list[int]], list[int]]:
    """Return rounds anew, in the order of their days, and the last place each may have."""
    slots, early = _slots(len(rounds), stops, days)
    late = [_late(stops, slot, early if number >= early else None) for number, slot in enumerate(slots)]
    tiers: list[Tier] = []
    of_slot: list[int] = []
    for bad in late:
        if tiers and (tiers[-1].late == bad).all():
            tiers[-1] = Tier(tiers[-1].rounds + 1, bad)
        else:
            tiers.append(Tier(1, bad))
        of_slot.append(len(tiers) - 1)

    def urgency(one: list[int]) -> tuple[int, int, int]:
        return -int(stops.overdue[one].sum()), int(stops.due[one].min()), min(one)

    filled = _by_due(len(slots), stops, setting) or sorted(rounds, key=urgency)
    start = [(tier, one) for tier, one in zip(of_slot, filled, strict=False) if one]
    found = rounds_of(stops.stops, setting, tiers=tiers, start=start, iterations=FEW_ITERATIONS)
    found = sorted(found, key=lambda one: (one[0], int(stops.due[one[1]].min()), min(one[1])))
    latest = []
    for tier, one in found:
        in_time = [int(stops.due[stop]) for stop in one if not tiers[tier].late[stop]]
        latest.append(max(0, days.last_by(min(in_time, default=NO_DUE))))
    return [one for _, one in found], latest


def _by_due(slots: int, stops: _Stops, setting: Setting) -> list[list[int]] | None:
    """Return rounds filled with the stops as they are due, whatever the way; None where they are too few."""
    filled: list[list[int]] = [[] for _ in range(slots)]
    for stop in np.lexsort((stops.due, ~stops.overdue)).tolist():
        for one in filled:
            if setting.fits([stops.stops[place] for place in (*one, stop)]):
                one.append(stop)
                break
        else:
            return None
    return filled


def _slots(rounds: int, stops: _Stops, days: Days) -> tuple[list[int], int]:
    """Return the day of each round (`NO_DUE` beyond the last), and how many the overdue need."""
    each = stops.visits.sum() / rounds
    early = int(np.ceil(stops.visits[stops.overdue].sum() / each - 1e-9))
    held = len(days.days)
    spare = max(1, rounds // _SPARE)
    wanted = max(rounds, min(rounds + spare, held))
    order = np.lexsort((stops.due, ~stops.overdue))
    by_visit = np.repeat(stops.due[order], stops.visits[order])
    latest = [
        max(0, days.last_by(int(by_visit[min(int(number * each), len(by_visit) - 1)])))
        if number >= early
        else held - 1
        for number in range(min(wanted, held))
    ]
    places = days.spread(latest)
    ordinals = [days.days[place].toordinal() for place in places]
    return ordinals + [NO_DUE] * (wanted - len(ordinals)), early


def _late(stops: _Stops, slot: int, early: int | None) -> np.ndarray:
    """Return how bad a round on a day is for each stop: 1 after it is due, 2 for the overdue after theirs."""
    late: np.ndarray = (stops.due < min(slot, NO_DUE)).astype(np.int64)
    return late if early is None else np.maximum(late, 2 * stops.overdue)


def in_file_order(rows: Sequence[int], setting: Setting) -> tuple[float, int]:
    """Return km and days of visiting homes as the record lists them, day by day under the same limits."""
    km, days = 0.0, 0
    today: list[Stop] = []
    for stop in stops_of(rows, setting)[0]:
        if today and not setting.fits([*today, stop]):
            km, days, today = km + setting.ways.round_km(today), days + 1, []
        today.append(stop)
    return round(km + setting.ways.round_km(today), 3), days + bool(today)
