"""Catchments keep their bounds and lose nobody, and moving territories never makes them longer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.geometric import geometric_medians
from benchmarks.landscape import towns
from siting.medians.catchments import Bounds, divide
from siting.medians.territories import Division, Land, gathered, settle, spread


def divided(
    points: np.ndarray, k: int, least: int, most: int, *, seed: int = 0, thorough: bool = True
) -> Division:
    bounds = Bounds(np.full(k, least), np.full(k, most), np.empty((0, 2)))
    cases = np.ones(len(points), np.int64)
    return divide(points, cases, bounds, rng=np.random.default_rng(seed), thorough=thorough)


def check(found: Division, n: int, k: int, least: int, most: int) -> None:
    assert np.bincount(found.point, weights=found.cases, minlength=n).tolist() == [1] * n
    assert found.center.min() >= 0
    load = np.bincount(found.center, weights=found.cases, minlength=k)
    assert load.min() >= least
    assert load.max() <= most


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_bounds_hold_and_everybody_has_a_catchment(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(60, 300)), int(rng.integers(2, 6))
    least, most = n // k - int(rng.integers(0, n // k)), -(-n // k) + int(rng.integers(0, 4))
    points = rng.integers(0, int(rng.integers(2, 60)), (n, 2)) * 500.0
    check(divided(points, k, least, most, seed=seed), n, k, least, most)


@pytest.mark.parametrize("seed", [0, 1])
def test_moving_territories_saves_travel_in_full_and_uneven_towns(seed: int) -> None:
    points = towns(4000, np.random.default_rng(seed)) * 1000
    found = divided(points, 10, 150, 450)
    check(found, 4000, 10, 150, 450)
    start = divided(points, 10, 150, 450, thorough=False)
    land = Land(points, np.ones(4000, np.int64), np.full(10, 150), np.full(10, 450), np.ones(10, dtype=bool))
    assert found.cost_mm < settle(land, start.centers).cost_mm


def test_the_same_seed_makes_the_same_catchments() -> None:
    points = towns(1500, np.random.default_rng(2)) * 1000
    one, other = divided(points, 5, 150, 450, seed=3), divided(points, 5, 150, 450, seed=3)
    assert one.centers.tobytes() == other.centers.tobytes()
    assert one.cost_mm == other.cost_mm


def test_ten_thousand_at_one_point_are_divided_all_the_same() -> None:
    found = divided(np.full((10_000, 2), 777.0), 25, 150, 450)
    check(found, 10_000, 25, 150, 450)
    assert found.cost_mm == 0


def test_a_center_that_exists_stays_and_the_new_one_goes_where_it_does_not_reach() -> None:
    points = np.r_[np.zeros((40, 2)), np.full((40, 2), 90_000.0)]
    bounds = Bounds(np.array([10, 10]), np.array([60, 60]), np.array([[1000.0, 0.0]]))
    found = divide(points, np.ones(80, np.int64), bounds, rng=np.random.default_rng(0))
    assert found.centers[0].tolist() == [1000.0, 0.0]
    assert np.hypot(*(found.centers[1] - 90_000)) < 1


def test_a_median_leaves_a_point_it_stands_on_only_where_the_others_pull_harder() -> None:
    points = np.array([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0]])
    here, owner = np.array([[0.0, 0.0]]), np.zeros(3, np.int64)
    heavy = geometric_medians(points, np.array([5.0, 1.0, 1.0]), owner, here)
    light = geometric_medians(points, np.array([1.0, 1.0, 1.0]), owner, here)
    assert heavy[0].tolist() == [0.0, 0.0]
    assert np.abs(light[0] - [1000.0, 0.0]).max() < 5


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 30), kinds=st.integers(1, 8))
def test_points_gathered_and_spread_again_are_each_served_once(seed: int, size: int, kinds: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 3, (kinds, 2)).astype(float)[rng.integers(0, kinds, size)]
    cases = rng.integers(1, 4, size)
    none = np.empty(0, np.int64)
    land = Land(points, cases, none, none, none.astype(bool))
    distinct, of_point = gathered(land)
    assert len(np.unique(distinct.points, axis=0)) == len(distinct.points)
    assert (distinct.points[of_point] == points).all()
    where = rng.integers(-1, 3, int(distinct.cases.sum()))
    whose = np.repeat(np.arange(len(distinct.points)), distinct.cases)
    arcs, counts = np.unique(np.column_stack([whose, where]), axis=0, return_counts=True)
    told = spread(land, of_point, Division(points, cases, arcs[:, 0], arcs[:, 1], counts, 0))
    assert (np.bincount(told.point, weights=told.cases, minlength=size) == cases).all()
    back = np.column_stack([of_point[told.point], told.center])
    again, inverse = np.unique(back, axis=0, return_inverse=True)
    assert (again == arcs).all()
    assert (np.bincount(inverse.ravel(), weights=told.cases) == counts).all()


def test_thousands_at_one_point_are_divided_as_fast_as_any() -> None:
    rng = np.random.default_rng(0)
    points = np.vstack([np.zeros((3000, 2)), rng.normal(0, 5000, (1500, 2))])
    bounds = Bounds(np.full(12, 150), np.full(12, 450), np.empty((0, 2)))
    found = divide(points, np.ones(4500, np.int64), bounds, rng=rng)
    load = np.bincount(found.center, weights=found.cases, minlength=12)
    assert found.cases.sum() == 4500
    assert load.min() >= 150
    assert load.max() <= 450
