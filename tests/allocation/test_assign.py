"""Groups go whole: never for less than the optimum, never above a bound, exactly where each is one case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.assignment import Assignment, assign
from allocation.flow import FORBIDDEN_MM, MM_PER_KM

LEFT_OUT_MM = 10_000 * MM_PER_KM


@dataclass(frozen=True)
class Town:
    cost: np.ndarray
    cases: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def assigned(self) -> Assignment:
        return assign(self.cost, self.cases, self.lower, self.upper, left_out_mm=LEFT_OUT_MM)

    def rank(self, center: np.ndarray) -> tuple[int, int, int] | None:
        """Cases missing to lower bounds, cases left out, cost; None where a bound or a pair forbids it."""
        served = center >= 0
        load = np.bincount(center[served], self.cases[served], len(self.upper)).astype(int)
        pair = self.cost[served, center[served]]
        if (load > self.upper).any() or (pair >= FORBIDDEN_MM).any():
            return None
        left_out = int(self.cases[~served].sum())
        cost = int(pair @ self.cases[served]) + LEFT_OUT_MM * left_out
        return int(np.maximum(self.lower - load, 0).sum()), left_out, cost

    def optimum(self) -> tuple[int, int, int]:
        """Every way there is."""
        options = range(-1, len(self.upper))
        ways = (self.rank(np.array(way)) for way in product(options, repeat=len(self.cases)))
        return min(way for way in ways if way is not None)


@st.composite
def towns(draw: st.DrawFn, *, most_cases: int = 5) -> Town:
    groups, centers = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cost = rng.integers(0, draw(st.sampled_from([4, 40])), (groups, centers)) * MM_PER_KM
    cost[rng.random(cost.shape) < draw(st.sampled_from([0.0, 0.2]))] = FORBIDDEN_MM
    cases = rng.integers(1, most_cases + 1, groups)
    each = int(cases.sum()) // centers
    lower = rng.integers(0, each + 1, centers)
    return Town(cost, cases, lower, lower + rng.integers(0, each + 2, centers))


@settings(max_examples=150, deadline=None)
@given(towns())
def test_a_whole_assignment_lies_between_the_optimum_and_nothing_better_is_claimed(town: Town) -> None:
    found = town.assigned()
    rank, best = town.rank(found.center), town.optimum()
    assert rank is not None
    assert rank >= best
    assert found.cost_mm == rank[2]
    if best[:2] == (0, 0):
        assert found.bound_mm <= best[2]
        assert found.loss_mm >= 0


@settings(max_examples=150, deadline=None)
@given(towns())
def test_the_bounds_are_kept_and_everyone_is_served_wherever_that_is_possible(town: Town) -> None:
    rank, best = town.rank(town.assigned().center), town.optimum()
    assert rank is not None
    assert rank[:2] == best[:2]


@settings(max_examples=100, deadline=None)
@given(towns(most_cases=1))
def test_single_cases_are_assigned_exactly(town: Town) -> None:
    found = town.assigned()
    assert town.rank(found.center) == town.optimum()
    assert found.loss_mm == 0


@settings(max_examples=100, deadline=None)
@given(towns(most_cases=1), st.data())
def test_more_capacity_never_makes_single_cases_cost_more(town: Town, data: st.DataObject) -> None:
    center = data.draw(st.integers(0, len(town.upper) - 1))
    roomier = replace(town, upper=town.upper + (np.arange(len(town.upper)) == center))
    before = town.assigned()
    assume(town.rank(before.center)[:2] == (0, 0))
    assert roomier.assigned().cost_mm <= before.cost_mm


def test_a_group_of_several_cases_goes_to_one_center_though_two_would_be_cheaper() -> None:
    town = Town(np.array([[0, 9], [0, 1]]) * MM_PER_KM, np.array([4, 3]), np.array([0, 0]), np.array([5, 5]))
    found = town.assigned()
    assert found.center.tolist() == [0, 1]
    assert found.bound_mm < found.cost_mm == 3 * MM_PER_KM


def test_many_buildings_are_placed_whole_within_a_thousandth_of_the_bound() -> None:
    rng = np.random.default_rng(5)
    people, places = rng.random((600, 2)) * 20, rng.random((8, 2)) * 20
    km = np.hypot(*(people[:, None] - places[None]).transpose(2, 0, 1))
    cases = rng.integers(1, 13, 600)
    most = int(cases.sum() * 1.03) // 8 + 1
    town = Town(np.rint(km * MM_PER_KM).astype(int), cases, np.full(8, most * 4 // 5), np.full(8, most))
    found = town.assigned()
    assert town.rank(found.center)[:2] == (0, 0)
    assert found.loss_mm <= 0.005 * found.cost_mm
