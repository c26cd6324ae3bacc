"""What a facility would take is its cheapest caseload, to the last fraction of a case."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from siting.bound.tender import facility_values, near_pairs, times_served


@given(seed=st.integers(0, 2**32 - 1), single=st.booleans(), ties=st.booleans())
def test_a_value_is_the_least_sum_that_a_greedy_fill_finds(seed: int, *, single: bool, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 40)), int(rng.integers(1, 5))
    cost = (rng.integers(0, 6, (n, m)) if ties else rng.random((n, m)) * 6).astype(np.float32)
    cost[rng.random((n, m)) < 0.1] = np.inf
    multiplier = rng.integers(0, 7, n).astype(float)
    cases = np.ones(n) if single else rng.integers(1, 5, n).astype(float)
    room = rng.integers(0, 30, m).astype(float)
    asked = np.minimum(rng.integers(0, 20, m).astype(float), room)
    _, start, point, near = near_pairs(cost, m, cases, 0.0)
    value, last = facility_values(start, point, near, multiplier, cases, asked, room, np.arange(m))
    for j in range(m):
        reduced = np.where(np.isfinite(cost[:, j]), cost[:, j] - multiplier, np.inf)
        taken, least = 0.0, 0.0
        for one in np.argsort(reduced, kind="stable"):
            if np.isfinite(reduced[one]):
                more = min(cases[one], max((room if reduced[one] < 0 else asked)[j] - taken, 0.0))
                least += more * reduced[one]
                taken += more
        assert abs(value[j] - least) < 1e-4
        served = times_served(start, point, near, multiplier, cases, asked, room, np.array([j]), last[[j]])
        held = np.where(served > 0, reduced, 0)
        assert abs(served * cases @ held - least) < 1e-4
        assert served @ cases <= room[j] + 1e-9


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_no_pair_that_a_multiplier_below_its_cap_could_pay_for_is_missing(seed: int, count: int) -> None:
    cost = np.random.default_rng(seed).integers(0, 9, (12, 7)).astype(np.float32)
    cap, start, point, near = near_pairs(cost, count, np.ones(12), 0.0)
    facility = np.repeat(np.arange(7), np.diff(start))
    listed = {(int(row), int(j), float(km)) for row, j, km in zip(point, facility, near, strict=True)}
    assert listed == {
        (row, j, float(cost[row, j])) for row in range(12) for j in range(7) if cost[row, j] < cap[row]
    }


def test_a_facility_apart_lists_everybody() -> None:
    cost = np.array([[0.0, 1.0, 9.0], [1.0, 0.0, 9.0], [1.0, 2.0, 9.0]], np.float32)
    cost = np.vstack([cost, [9.0, 8.0, 0.0]]).astype(np.float32)
    _, start, point, _ = near_pairs(cost, 2, np.ones(4), 2.0)
    assert np.diff(start).tolist() == [3, 4, 4]
    assert point[start[2] :].tolist() == [0, 1, 2, 3]
