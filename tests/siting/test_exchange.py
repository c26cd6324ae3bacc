"""Prices say at least what sending cells costs; a swap that they rule out is not one that would have paid."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.flow import FORBIDDEN_MM, least_cost_flow
from siting.search.exchange import least_cost

LEFT_OUT_MM = 50_000


@settings(max_examples=150)
@given(st.integers(0, 2**32 - 1))
def test_no_flow_costs_less_than_its_prices_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 12)), int(rng.integers(1, 5))
    cost_mm = rng.integers(-2_000, 30_000, (n, k))
    cost_mm[rng.random((n, k)) < 0.1] = FORBIDDEN_MM
    cases = rng.integers(1, 9, n)
    upper = rng.integers(1, 30, k)
    lower = np.minimum(rng.integers(0, 12, k), upper)
    lower[np.cumsum(lower) > cases.sum()] = 0
    flow = least_cost_flow(cost_mm, cases, lower, upper, left_out_mm=LEFT_OUT_MM)
    served = flow.center >= 0
    load = np.bincount(flow.center[served], flow.cases[served], minlength=k)
    cost = flow.cost_mm + LEFT_OUT_MM * int(np.maximum(lower - load, 0).sum())
    start = rng.integers(-5_000, 5_000, k)
    assert least_cost(cost_mm, cases, lower, upper, start, LEFT_OUT_MM, 2**60) <= cost


def test_one_center_that_all_prefer_is_proven_exactly() -> None:
    cost_mm, cases = np.array([[10, 30], [20, 25], [5, 90]]), np.array([2, 2, 2])
    lower, upper = np.array([0, 0]), np.array([4, 6])
    value = least_cost(cost_mm, cases, lower, upper, np.zeros(2, np.int64), LEFT_OUT_MM, 2**60)
    assert value == 2 * (10 + 25 + 5)
