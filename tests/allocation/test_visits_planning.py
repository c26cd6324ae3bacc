"""A half-year of visits: every home once, days inside limits, short trips, even weeks, the overdue first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.visits.beat import NO_DUE, stops_of
from allocation.visits.dates import Days
from allocation.visits.planning import NO_DAY, TOO_FAR, in_file_order, plan_visits
from data.work.calendar import week_of
from tests.allocation.visit_homes import FIRST, day_of, days_from, homes_of, least_km, setting

SPOTS = st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=14)


@settings(max_examples=25, deadline=None)
@given(
    SPOTS,
    st.integers(1, 4),
    st.sampled_from([2.0, 4.0, 8.0]),
    st.integers(0, 2**16),
)
def test_every_home_once_inside_the_limits_of_its_day(
    spots: list[tuple[int, int]], most: int, hours: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    due = np.where(rng.random(len(spots)) < 0.5, rng.integers(1, 170, len(spots)), NO_DUE - FIRST.toordinal())
    overdue = rng.random(len(spots)) < 0.3
    due[overdue] = NO_DUE - FIRST.toordinal()
    care, rural = rng.random(len(spots)) < 0.2, rng.random(len(spots)) < 0.5
    one = setting(
        spots,
        due=due,
        overdue=overdue,
        care=list(care),
        rural=list(rural),
        visits_a_day=most,
        hours_a_day=hours,
    )
    made = plan_visits(one, days_from())
    assert sorted([*homes_of(made), *made.left]) == list(range(len(spots)))
    assert set(made.left.values()) <= {TOO_FAR}
    assert all(one.fits(each.stops) for each in made.rounds)
    dates = [each.day for each in made.rounds]
    assert dates == sorted(set(dates))
    assert set(dates) <= set(days_from().days)
    for row in made.left:
        alone = one.ways.round_minutes([(row,)]) + one.minutes((row,))
        assert alone > 60 * hours or one.beat.care[row]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=7))
def test_the_round_of_a_day_is_the_shortest_there_is(spots: list[tuple[float, float]]) -> None:
    one = setting(spots, visits_a_day=7, hours_a_day=16)
    made = plan_visits(one, days_from())
    assert sum(len(each.stops) for each in made.rounds) == len(stops_of(range(len(spots)), one)[0])
    for each in made.rounds:
        assert one.ways.round_km(each.stops) == pytest.approx(least_km(one, each.stops), abs=1e-6)


def test_two_days_of_few_homes_are_parted_as_well_as_can_be() -> None:
    east, west = [(4, 0), (4, 1), (5, 0)], [(-4, 0), (-4, 1), (-5, 0)]
    one = setting([spot for pair in zip(east, west, strict=True) for spot in pair], visits_a_day=3)
    made = plan_visits(one, days_from())
    assert sorted(sorted(row for (row,) in each.stops) for each in made.rounds) == [[0, 2, 4], [1, 3, 5]]
    km = sum(one.ways.round_km(each.stops) for each in made.rounds)
    assert km < in_file_order(range(6), one)[0]


def test_a_care_home_is_one_visit_and_a_building_as_many_as_it_has_homes() -> None:
    spots = [(2, 2)] * 9 + [(3, 3)] * 5
    one = setting(spots, care=[True] * 9 + [False] * 5, visits_a_day=4)
    stops, _ = stops_of(range(14), one)
    assert [(len(stop), one.visits(stop)) for stop in stops] == [(9, 1), (4, 4), (1, 1)]
    assert [one.minutes(stop) for stop in stops] == [120, 120, 30]
    made = plan_visits(one, days_from())
    assert len({day for row, day in day_of(made).items() if row < 9}) == 1
    assert len({day for row, day in day_of(made).items() if row >= 9}) == 2


def test_rounds_are_spread_evenly_over_the_weeks() -> None:
    rng = np.random.default_rng(4)
    one = setting(rng.normal(0, 3, (90, 2)), visits_a_day=3)
    days = days_from()
    made = plan_visits(one, days)
    weeks = Counter(week_of(each.day) for each in made.rounds)
    assert max(weeks.values()) <= ceil(len(made.rounds) / len(set(days.weeks))) + 1
    assert made.rounds[0].day <= days.days[len(days.days) // len(made.rounds)]
    assert made.rounds[-1].day >= days.days[-1 - len(days.days) // len(made.rounds)]


def test_overdue_homes_are_on_the_first_rounds() -> None:
    rng = np.random.default_rng(7)
    overdue = np.arange(60) % 5 == 0
    one = setting(rng.normal(0, 3, (60, 2)), overdue=overdue, visits_a_day=4)
    made = plan_visits(one, days_from())
    first = {each.day for each in made.rounds[:3]}
    assert {day_of(made)[row] for row in np.flatnonzero(overdue).tolist()} <= first


def test_a_home_is_visited_before_it_is_due_where_days_allow() -> None:
    rng = np.random.default_rng(11)
    due = rng.permutation(np.linspace(12, 175, 48).astype(int))
    one = setting(rng.normal(0, 3, (48, 2)), due=due, visits_a_day=4)
    made = plan_visits(one, days_from())
    late = [row for row, day in day_of(made).items() if day > FIRST + timedelta(days=int(due[row]))]
    assert late == []


def test_what_no_day_can_hold_is_left_with_its_reason_and_the_overdue_are_not() -> None:
    spots = [(n % 5, n // 5) for n in range(20)]
    overdue = np.arange(20) >= 15
    one = setting([*spots, (200, 0)], overdue=[*overdue, False], visits_a_day=2)
    made = plan_visits(one, Days(days_from().days[:6]))
    assert len(homes_of(made)) == 12
    assert made.left[20] == TOO_FAR
    assert set(made.left.values()) == {TOO_FAR, NO_DAY}
    assert not set(made.left) & set(range(15, 20))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=60))
def test_days_are_never_used_twice_and_never_late_without_need(latest: list[int]) -> None:
    days = Days(days_from(months=3).days[:60])
    wanted = sorted(one % len(days.days) for one in latest)[: len(days.days)]
    places = days.spread(wanted)
    assert len(set(places)) == len(wanted)
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] < len(days.days)
    held = Counter(days.weeks[place] for place in places)
    assert max(held.values()) <= days.most_a_week(len(wanted))
    if any(place > last for place, last in zip(places, wanted, strict=True)):
        # Then the days before were full as far as weeks allow.
        worst = max(n for n, (place, last) in enumerate(zip(places, wanted, strict=True)) if place > last)
        most = days.most_a_week(len(wanted))
        room = sum(min(most, count) for count in Counter(days.weeks[: wanted[worst] + 1]).values())
        assert room <= worst + most


def test_the_same_homes_have_the_same_visits() -> None:
    rng = np.random.default_rng(2)
    spots, due = rng.normal(0, 4, (40, 2)), rng.integers(1, 170, 40)
    made = [plan_visits(setting(spots, due=due), days_from()) for _ in range(2)]
    assert made[0] == made[1]
