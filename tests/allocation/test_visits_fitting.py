"""A family that came is fitted in: only the days it joins change, and nobody else's visit moves."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.visits.fitting import fit_visits, shortened
from allocation.visits.planning import NO_DAY, Round
from tests.allocation.visit_homes import FIRST, day_of, days_from, homes_of, setting


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, 4))
def test_nobody_else_changes(seed: int, joined: int) -> None:
    rng = np.random.default_rng(seed)
    one = setting(rng.normal(0, 3, (20 + joined, 2)), visits_a_day=4)
    days = days_from()
    standing = [
        Round(day, tuple((row,) for row in range(start, start + 4)))
        for start, day in zip(range(0, 20, 4), days.days[::20], strict=False)
    ]
    made = fit_visits(range(20, 20 + joined), standing, one, days, first=FIRST)
    assert homes_of(made) == list(range(20 + joined))
    old = {row: each.day for each in standing for stop in each.stops for row in stop}
    assert {row: day for row, day in day_of(made).items() if row < 20} == old
    new_days = {day_of(made)[row] for row in range(20, 20 + joined)}
    kept = {each.day: each.stops for each in made.rounds if each.day not in new_days}
    assert kept == {each.day: each.stops for each in standing if each.day not in new_days}


def test_a_family_joins_the_round_it_lengthens_least() -> None:
    one = setting([(5, 0), (-5, 0), (5, 1), (-6, 0)])
    days = days_from().days
    standing = [Round(days[3], ((0,),)), Round(days[40], ((1,),))]
    made = fit_visits([2, 3], standing, one, days_from(), first=FIRST)
    assert day_of(made) == {0: days[3], 2: days[3], 1: days[40], 3: days[40]}


def test_a_family_that_is_due_is_not_fitted_in_later_where_there_is_a_day() -> None:
    one = setting([(5, 0), (-5, 0), (-5, 1)], due=[400, 400, 30])
    days = days_from().days
    standing = [Round(days[3], ((0,),)), Round(days[40], ((1,),))]
    made = fit_visits([2], standing, one, days_from(), first=FIRST)
    assert day_of(made)[2] == days[3]


def test_neighbours_are_visited_together_and_a_day_that_is_over_is_left_alone() -> None:
    one = setting([(5, 0), (-5, 0), (5, 0), (-5, 0)])
    days = days_from().days
    standing = [Round(days[3], ((0,),)), Round(days[40], ((1,),))]
    made = fit_visits([2, 3], standing, one, days_from(), first=days[20])
    assert made.rounds[0] == standing[0]
    assert (1, 3) in made.rounds[1].stops
    assert day_of(made)[2] >= days[20]


def test_full_days_give_a_family_a_day_of_its_own_far_from_the_others() -> None:
    one = setting([(5, 0), (-5, 0), (5, 1)], visits_a_day=1)
    days = days_from().days
    standing = [Round(days[0], ((0,),)), Round(days[2], ((1,),))]
    made = fit_visits([2], standing, one, days_from(), first=FIRST)
    assert day_of(made)[2] == days[-1]


def test_who_finds_no_day_is_left_with_a_reason() -> None:
    one = setting([(5, 0), (5, 1)], visits_a_day=1)
    days = days_from().days[:1]
    made = fit_visits([1], [Round(days[0], ((0,),))], one, type(days_from())(days), first=FIRST)
    assert made.left == {1: NO_DAY}
    assert homes_of(made) == [0]


def test_a_round_that_no_longer_fits_a_day_lets_its_last_stops_go() -> None:
    one = setting([(1, 0), (2, 0), (3, 0)], visits_a_day=2)
    short, off = shortened(Round(FIRST + timedelta(days=1), ((0,), (1,), (2,))), one)
    assert short is not None
    assert (short.stops, off) == (((0,), (1,)), [2])
