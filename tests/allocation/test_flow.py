"""The flow is optimal over all pairs, and its prices prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import allocation.flow
from allocation.flow import FORBIDDEN_MM, Flow, flow_of, least_cost_flow, to_mm
from allocation.pairs import Table

LEFT_OUT_MM = 5_000


@dataclass(frozen=True)
class Market:
    cost: np.ndarray
    cases: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    left_out_mm: int = LEFT_OUT_MM

    def flow(self) -> Flow:
        return least_cost_flow(self.cost, self.cases, self.lower, self.upper, left_out_mm=self.left_out_mm)


@st.composite
def markets(draw: st.DrawFn, *, most_groups: int = 9, most_centers: int = 5) -> Market:
    """Few groups and centers, ties, forbidden pairs, weights, bounds perhaps out of reach, cheap ways out."""
    groups, centers = draw(st.integers(1, most_groups)), draw(st.integers(1, most_centers))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cost = rng.integers(0, draw(st.sampled_from([4, 1000])), (groups, centers))
    cost[rng.random(cost.shape) < draw(st.sampled_from([0.0, 0.3]))] = FORBIDDEN_MM
    cases = rng.integers(1, draw(st.sampled_from([2, 6])), groups)
    lower = rng.integers(0, max(2, 2 * int(cases.sum()) // centers), centers)
    while lower.sum() > cases.sum():
        lower = lower // 2
    upper = lower + rng.integers(0, draw(st.sampled_from([2, 12])), centers)
    return Market(cost, cases, lower, upper, draw(st.sampled_from([LEFT_OUT_MM, 500])))


def linear_optimum(market: Market) -> tuple[int, int]:
    """Least cases missing to lower bounds, then least cost: two linear programs over all pairs."""
    groups, centers = market.cost.shape
    pairs = groups * centers
    allowed = market.cost.ravel() < FORBIDDEN_MM
    bounds = [(0, None if ok else 0) for ok in allowed] + [(0, None)] * (groups + centers)
    width = pairs + groups + centers
    once = np.zeros((groups, width))
    load = np.zeros((centers, width))
    for group in range(groups):
        once[group, group * centers : (group + 1) * centers] = 1
        once[group, pairs + group] = 1
        load[np.arange(centers), group * centers + np.arange(centers)] = 1
    filled = load.copy()
    filled[np.arange(centers), pairs + groups + np.arange(centers)] = 1
    above, below = np.vstack([load, -filled]), np.r_[market.upper, -market.lower]
    missing = np.r_[np.zeros(pairs + groups), np.ones(centers)]
    first = linprog(missing, above, below, once, market.cases, bounds)
    price = np.r_[
        np.where(allowed, market.cost.ravel(), 0), np.full(groups, market.left_out_mm), np.zeros(centers)
    ]
    short = round(first.fun)
    second = linprog(price, np.vstack([above, missing]), np.r_[below, short], once, market.cases, bounds)
    return short, round(second.fun)


def loads(market: Market, flow: Flow) -> np.ndarray:
    served = flow.center >= 0
    return np.bincount(flow.center[served], flow.cases[served], len(market.lower)).astype(int)


def missing(market: Market, flow: Flow) -> int:
    return int(np.maximum(market.lower - loads(market, flow), 0).sum())


@settings(max_examples=150, deadline=None)
@given(markets())
def test_the_flow_is_the_optimum_of_a_linear_program_over_all_pairs(market: Market) -> None:
    flow = market.flow()
    assert (missing(market, flow), flow.cost_mm) == linear_optimum(market)


@settings(max_examples=150, deadline=None)
@given(markets())
def test_every_case_goes_somewhere_and_no_center_takes_more_than_it_holds(market: Market) -> None:
    flow = market.flow()
    assert (np.bincount(flow.group, flow.cases, len(market.cases)) == market.cases).all()
    assert (loads(market, flow) <= market.upper).all()
    served = flow.center >= 0
    pair_mm = market.cost[flow.group[served], flow.center[served]]
    assert (pair_mm < FORBIDDEN_MM).all()
    assert flow.cost_mm == pair_mm @ flow.cases[served] + market.left_out_mm * flow.left_out()
    assert (flow.cases > 0).all()


@settings(max_examples=150, deadline=None)
@given(markets())
def test_the_prices_prove_the_cost(market: Market) -> None:
    """Weak duality: whatever the prices, nobody can do for less than this value."""
    flow = market.flow()
    if missing(market, flow):
        return
    price = flow.price_mm
    open_pairs = np.where(market.cost < FORBIDDEN_MM, market.cost + price, FORBIDDEN_MM)
    cheapest = np.minimum(open_pairs.min(axis=1), market.left_out_mm)
    places = market.upper @ np.maximum(price, 0) - market.lower @ np.maximum(-price, 0)
    assert market.cases @ cheapest - places == flow.cost_mm


@settings(max_examples=80, deadline=None)
@given(markets(most_centers=12), st.integers(1, 3))
def test_starting_from_few_arcs_never_changes_the_cost(market: Market, first: int) -> None:
    whole = market.flow()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation.flow, "ADDED_ARCS", 1)
        grown = flow_of(
            Table(market.cost.astype(np.int64), FORBIDDEN_MM),
            market.cases,
            market.lower,
            market.upper,
            left_out_mm=market.left_out_mm,
            arcs=first,
        )
    assert grown.cost_mm == whole.cost_mm
    assert missing(market, grown) == missing(market, whole)


def test_arcs_are_added_when_the_nearest_centers_are_full() -> None:
    cost = np.tile(np.arange(20), (40, 1))
    two = np.full(20, 2)
    flow = least_cost_flow(cost, np.ones(40, int), np.zeros(20, int), two, left_out_mm=LEFT_OUT_MM)
    assert flow.rounds > 1
    assert flow.left_out() == 0
    assert flow.cost_mm == 2 * cost[0].sum()


def test_a_lower_bound_no_case_can_reach_is_met_as_far_as_possible() -> None:
    cost = np.array([[5, FORBIDDEN_MM], [1, FORBIDDEN_MM], [1, 900]])
    market = Market(cost, np.array([1, 1, 1]), np.array([0, 3]), np.array([3, 3]))
    flow = market.flow()
    assert loads(market, flow).tolist() == [2, 1]
    assert flow.cost_mm == 5 + 1 + 900


def test_a_case_no_center_may_serve_is_left_out_at_its_price() -> None:
    market = Market(np.full((2, 2), FORBIDDEN_MM), np.array([3, 1]), np.zeros(2, int), np.full(2, 9))
    flow = market.flow()
    assert (flow.left_out(), flow.cost_mm) == (4, 4 * LEFT_OUT_MM)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [([2, 0], [1, 5]), ([3, 3], [5, 5])],
    ids=["upper below lower", "more asked for than there is"],
)
def test_bounds_that_cannot_be_meant_are_refused(lower: list[int], upper: list[int]) -> None:
    with pytest.raises(ValueError, match="lower bounds exceed"):
        least_cost_flow(
            np.ones((4, 2), int), np.ones(4, int), np.array(lower), np.array(upper), left_out_mm=LEFT_OUT_MM
        )


def test_kilometres_become_whole_millimetres_and_infinity_a_forbidden_pair() -> None:
    assert to_mm(np.array([0.0, 1.2345678, np.inf])).tolist() == [0, 1_234_568, FORBIDDEN_MM]
