"""p medians serve all points, none above its capacity, and few points could do it better."""

from __future__ import annotations

import itertools
import math
import pickle
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import SitingError
from siting.medians.pmedian import Medians, rounds_spent, solve_p_median


@dataclass(frozen=True)
class Case:
    points: np.ndarray
    capacity: np.ndarray
    demand: np.ndarray
    p: int

    def solved(self, *, seed: int = 0, rounds: int = 30) -> Medians:
        return solve_p_median(
            self.points,
            self.capacity,
            self.demand,
            self.p,
            rng=np.random.default_rng(seed),
            spent=rounds_spent(rounds),
        )


def town(n: int, p: int, *, seed: int, room: float = 1.25) -> Case:
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 100, n).astype(float)
    capacity = np.full(n, math.ceil(room * demand.sum() / p))
    return Case(rng.normal(size=(n, 2)) * 1000, capacity, demand, p)


@st.composite
def tiny(draw: st.DrawFn) -> Case:
    """Few points, some at one place, capacities of their own, loose or tight."""
    n = draw(st.integers(1, 7))
    p = draw(st.integers(1, min(n, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = rng.integers(0, draw(st.sampled_from([3, 100])), (n, 2)).astype(float)
    demand = rng.integers(0, 10, n).astype(float)
    room = draw(st.sampled_from([1.1, 1.6, 4.0])) * demand.sum() / p
    capacity = np.ceil(room * rng.uniform(0.8, 1.2, n))
    return Case(points, capacity, demand, p)


def least_value(case: Case) -> float:
    """Try every choice of medians and every assignment."""
    n = len(case.points)
    apart = np.hypot(*np.moveaxis(case.points[:, None] - case.points[None], 2, 0))
    best = math.inf
    for medians in itertools.combinations(range(n), case.p):
        for assigned in itertools.product(range(case.p), repeat=n):
            load = np.bincount(assigned, weights=case.demand, minlength=case.p)
            if (load <= case.capacity[list(medians)]).all():
                best = min(best, sum(apart[i, medians[a]] for i, a in enumerate(assigned)))
    return best


def check(case: Case, found: Medians) -> None:
    assert len(set(found.median.tolist())) == case.p
    assert np.isin(found.assigned, found.median).all()
    load = np.bincount(found.assigned, weights=case.demand, minlength=len(case.points))
    assert (load <= case.capacity).all()
    apart = case.points - case.points[found.assigned]
    assert found.value == pytest.approx(np.hypot(apart[:, 0], apart[:, 1]).sum())


@settings(max_examples=25, deadline=None)
@given(tiny())
def test_no_assignment_of_a_few_points_is_shorter(case: Case) -> None:
    least = least_value(case)
    try:
        found = case.solved()
    except SitingError:
        assert least == math.inf
        return
    check(case, found)
    assert found.value == pytest.approx(least, abs=1e-6)


@pytest.mark.parametrize(("n", "p"), [(60, 1), (60, 20), (300, 12), (400, 60), (30, 30)])
def test_capacities_hold_and_there_are_exactly_p_medians(n: int, p: int) -> None:
    case = town(n, p, seed=n, room=1.25 if p < n else 60)
    check(case, case.solved())


def test_more_search_is_not_worse_and_beats_the_nearest_medians_of_a_draw() -> None:
    case = town(400, 60, seed=3)
    short, long = case.solved(rounds=1), case.solved(rounds=40)
    drawn = case.points[np.random.default_rng(0).choice(400, 60, replace=False)]
    apart = np.hypot(*np.moveaxis(case.points[:, None] - drawn[None], 2, 0)).min(axis=1)
    assert long.value <= short.value
    assert long.value < 0.9 * apart.sum()


@pytest.mark.parametrize(("n", "p"), [(80, 6), (400, 60)])
def test_the_same_seed_gives_the_same_answer(n: int, p: int) -> None:
    case = town(n, p, seed=1)
    first, again, other = case.solved(seed=5), case.solved(seed=5), case.solved(seed=6, rounds=1)
    assert np.array_equal(first.assigned, again.assigned)
    assert first.value == again.value
    assert not np.array_equal(first.assigned, other.assigned)


def test_all_points_on_one_place_are_served_at_no_distance() -> None:
    case = Case(np.zeros((40, 2)), np.full(40, 10.0), np.ones(40), 5)
    found = case.solved()
    check(case, found)
    assert found.value == 0


def test_an_answer_that_packs_with_nothing_to_spare_is_found() -> None:
    rng = np.random.default_rng(2)
    case = Case(rng.random((24, 2)), np.full(24, 3.0), np.tile([1.0, 2.0], 12), 12)
    check(case, case.solved())


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (Case(np.zeros((4, 2)), np.full(4, 2.0), np.full(4, 3.0), 4), "medians_capacity"),
        (Case(np.zeros((3, 2)), np.full(3, 4.0), np.array([5.0, 1, 1]), 3), "medians_demand"),
        (Case(np.zeros((3, 2)), np.full(3, 4.0), np.full(3, 3.0), 4), "medians_count"),
        (Case(np.zeros((3, 2)), np.full(3, 4.0), np.full(3, 3.0), 0), "medians_count"),
        (Case(np.zeros((3, 2)), np.full(3, 4.0), np.full(3, np.nan), 3), "medians_numbers"),
        (Case(np.zeros((3, 2)), np.full(3, 4.0), np.array([1.0, 1, -1]), 3), "medians_numbers"),
        (Case(np.zeros((3, 3)), np.full(3, 4.0), np.full(3, 3.0), 3), "medians_shapes"),
        (Case(np.zeros((3, 2)), np.full(3, 5.0), np.full(3, 3.0), 2), "medians_not_packed"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(case: Case, code: str) -> None:
    with pytest.raises(SitingError) as refused:
        case.solved(rounds=3)
    assert refused.value.code == code
    assert refused.value.said("fa") != refused.value.said("en")
    assert pickle.loads(pickle.dumps(refused.value)).code == code  # noqa: S301
