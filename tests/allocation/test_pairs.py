"""Costs that are computed when they are asked for make the same flow as a table of all of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from allocation.flow import FORBIDDEN_MM, Flow, flow_of, least_cost_flow
from allocation.pairs import Plane

LEFT_OUT_MM = FORBIDDEN_MM - 1


def flows(seed: int, arcs: int) -> tuple[Flow, Flow]:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(4, 60)), int(rng.integers(1, 9))
    points = rng.integers(0, 40, (n, 2)).astype(float) * 250
    centers = rng.integers(0, 40, (k, 2)).astype(float) * 250
    cases = rng.integers(1, 4, n)
    upper = np.full(k, -(-int(cases.sum()) // k) + 1)
    lower = upper // 3
    apart = points[:, None, :] - centers[None, :, :]
    table = np.rint(np.hypot(apart[..., 0], apart[..., 1]) * 1000).astype(np.int64)
    plane = flow_of(Plane(points, centers), cases, lower, upper, left_out_mm=LEFT_OUT_MM, arcs=arcs)
    return plane, least_cost_flow(table, cases, lower, upper, left_out_mm=LEFT_OUT_MM)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_a_plane_costs_what_its_table_costs_however_few_arcs_it_starts_from(seed: int, arcs: int) -> None:
    plane, table = flows(seed, arcs)
    assert plane.cost_mm == table.cost_mm
    assert plane.left_out() == table.left_out() == 0


def test_nobody_is_left_out_for_want_of_arcs_when_room_is_far_away() -> None:
    points = np.zeros((300, 2))
    centers = np.column_stack([np.arange(30) * 1000.0, np.zeros(30)])
    flow = flow_of(
        Plane(points, centers),
        np.ones(300, np.int64),
        np.zeros(30, np.int64),
        np.full(30, 10),
        left_out_mm=LEFT_OUT_MM,
        arcs=2,
    )
    assert flow.left_out() == 0
    assert flow.cost_mm == 10 * sum(range(30)) * 1_000_000
    assert flow.arcs > 2


def test_prices_to_start_from_change_no_cost() -> None:
    rng = np.random.default_rng(5)
    cost, one = rng.integers(0, 10**7, (200, 12)), np.ones(200, np.int64)
    lower, upper = np.full(12, 10), np.full(12, 17)
    cold = least_cost_flow(cost, one, lower, upper, left_out_mm=LEFT_OUT_MM)
    for price in (cold.price_mm, rng.integers(-(10**9), 10**12, 12)):
        warm = least_cost_flow(cost, one, lower, upper, left_out_mm=LEFT_OUT_MM, price_mm=price)
        assert warm.cost_mm == cold.cost_mm
