"""Beats hold even shares of a center and little travel, and few families change when the caseload does."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from allocation.caseworkers.charge import NOBODY, Homes
from allocation.caseworkers.dividing import divide, fewest
from allocation.flow import least_cost_flow
from allocation.geometric import distances_mm, geometric_medians

MOST = 150


def spread(n: int, seed: int, *, scale: float = 3000.0) -> np.ndarray:
    """Homes of a few villages."""
    rng = np.random.default_rng(seed)
    villages = rng.uniform(-2 * scale, 2 * scale, (4, 2))
    return villages[rng.integers(4, size=n)] + rng.normal(0, scale / 4, (n, 2))


def divided(homes: Homes, k: int, most: int = MOST, *, move_km: float = 1.0, seed: int = 0) -> np.ndarray:
    return divide(homes, k, most, move_km=move_km, rng=np.random.default_rng(seed)).caseworker


def loads(homes: Homes, owner: np.ndarray, k: int) -> np.ndarray:
    served = owner != NOBODY
    return np.bincount(owner[served], weights=homes.cases[served], minlength=k)


def travel_km(points: np.ndarray, owner: np.ndarray) -> float:
    """Total distance to the best point of each beat."""
    total = 0.0
    for one in np.unique(owner):
        own = points[owner == one]
        middle = geometric_medians(
            own, np.ones(len(own)), np.zeros(len(own), np.int64), own.mean(axis=0, keepdims=True)
        )
        total += np.linalg.norm(own - middle, axis=1).sum() / 1000
    return float(total)


def one_case(points: np.ndarray, today: np.ndarray | None = None) -> Homes:
    n = len(points)
    if today is None:
        return Homes(points, np.ones(n, np.int64))
    return Homes(points, np.ones(n, np.int64), today, np.zeros(n, np.bool_))


@pytest.mark.parametrize(("cases", "count"), [(1, 1), (150, 1), (151, 2), (300, 2), (301, 3), (450, 3)])
def test_a_center_has_as_few_caseworkers_as_its_cases_allow(cases: int, count: int) -> None:
    assert fewest(one_case(np.zeros((cases, 2))), MOST) == count


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 10_000))
def test_shares_differ_by_one_case_at_most_and_nobody_is_forgotten(n: int, k: int, seed: int) -> None:
    homes = one_case(spread(n, seed))
    owner = divided(homes, k)
    assert (owner != NOBODY).all()
    assert np.ptp(loads(homes, owner, k)) <= 1


@settings(max_examples=25)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=40), st.integers(1, 3), st.integers(0, 10_000))
def test_who_lives_at_one_point_has_one_caseworker_and_shares_differ_by_the_largest(
    groups: list[int], k: int, seed: int
) -> None:
    points = np.repeat(spread(len(groups), seed), groups, axis=0)
    homes = one_case(points)
    owner = divided(homes, k, MOST * 4)
    for point in np.unique(points, axis=0):
        assert len(set(owner[(points == point).all(axis=1)])) == 1
    assert np.ptp(loads(homes, owner, k)) <= max(groups)


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), min_size=1, max_size=20),
    st.integers(1, 4),
    st.integers(5, 12),
)
def test_households_of_several_cases_are_packed_within_the_limit_and_evenly(
    told: list[tuple[int, int]], k: int, most: int
) -> None:
    """Whoever has none finds no room anywhere: these very laws the recount asks of every center."""
    points, cases = spread(10, 1)[[at for at, _ in told]], np.array([count for _, count in told])
    homes = Homes(points, cases)
    owner = divided(homes, k, most)
    load = loads(homes, owner, k)
    of_point = np.bincount([at for at, _ in told], weights=cases)
    assert load.max() <= most
    assert np.ptp(load) <= max(of_point[of_point <= most].max(initial=1), cases[cases <= most].max(initial=1))
    assert not ((owner == NOBODY) & (cases <= most - load.min())).any()


def test_a_care_home_of_more_cases_than_a_caseworker_may_have_is_shared() -> None:
    homes = one_case(np.vstack([np.zeros((200, 2)), spread(100, 1)]))
    owner = divided(homes, 2)
    assert loads(homes, owner, 2).tolist() == [150, 150]


def test_care_homes_that_cannot_be_packed_whole_are_shared_rather_than_left_out() -> None:
    points = np.repeat(np.array([[0.0, 0.0], [5000.0, 0.0], [0.0, 5000.0]]), 100, axis=0)
    owner = divided(one_case(points), 2)
    assert (owner != NOBODY).all()
    assert np.bincount(owner).tolist() == [150, 150]


def test_a_household_of_more_cases_than_a_caseworker_may_have_has_none() -> None:
    homes = Homes(spread(11, 0), np.array([151] + [1] * 10))
    owner = divided(homes, 2)
    assert owner[0] == NOBODY
    assert (owner[1:] != NOBODY).all()


def test_with_too_few_caseworkers_each_has_all_that_one_may_have() -> None:
    homes = one_case(spread(50, 3))
    owner = divided(homes, 3, 12)
    assert loads(homes, owner, 3).tolist() == [12, 12, 12]
    assert (owner == NOBODY).sum() == 14


@pytest.mark.parametrize("seed", range(12))
def test_no_even_division_of_a_tiny_center_is_shorter(seed: int) -> None:
    """Every way to share seven homes between two is tried."""
    points = spread(7, seed)
    best = min(
        travel_km(points, np.array(way)) for way in product(range(2), repeat=7) if abs(2 * sum(way) - 7) == 1
    )
    assert travel_km(points, divided(one_case(points), 2)) == pytest.approx(best, abs=2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_beats_are_shorter_than_those_of_k_means_and_one_flow(seed: int) -> None:
    points = spread(300, seed)
    means = KMeans(3, n_init=10, random_state=seed).fit(points).cluster_centers_
    share = np.full(3, 100)
    flow = least_cost_flow(
        distances_mm(points, means), np.ones(300, np.int64), share, share, left_out_mm=10**11
    )
    peer = np.empty(300, np.int64)
    peer[flow.group] = flow.center
    assert travel_km(points, divided(one_case(points), 3)) <= travel_km(points, peer) + 1e-6


def test_the_same_center_has_the_same_beats() -> None:
    homes = one_case(spread(200, 5))
    assert (divided(homes, 2) == divided(homes, 2)).all()


def test_beats_are_numbered_from_west_to_east() -> None:
    points = np.vstack([spread(20, 0, scale=10) + np.array([9000, 0]), spread(20, 1, scale=10)])
    assert divided(one_case(points), 2).tolist() == [1] * 20 + [0] * 20


def test_nobody_changes_while_shares_stay_even() -> None:
    points = spread(120, 2)
    today = divided(one_case(points), 3)
    joined = one_case(np.vstack([points, points[:1] + 50]), np.append(today, NOBODY))
    assert (divided(joined, 3)[:-1] == today).all()


@settings(max_examples=30)
@given(st.integers(6, 60), st.integers(2, 4), st.integers(0, 10_000), st.data())
def test_as_few_change_as_even_shares_force(n: int, k: int, seed: int, data: st.DataObject) -> None:
    """However many leave each beat and join the center: what is over in one beat and lacking in another."""
    rng = np.random.default_rng(seed)
    points = spread(n, seed)
    today = divided(one_case(points), k)
    stays = rng.random(n) > data.draw(st.floats(0, 0.6))
    joins = data.draw(st.integers(0, 10))
    kept = today[stays]
    homes = one_case(
        np.vstack([points[stays], spread(joins, seed + 1)]), np.append(kept, np.full(joins, NOBODY))
    )
    if not len(homes.cases):
        return
    owner = divided(homes, k)
    assert np.ptp(loads(homes, owner, k)) <= 1
    assert (owner[: len(kept)] != kept).sum() == _forced(np.bincount(kept, minlength=k), joins)


def _forced(held: np.ndarray, joins: int) -> int:
    """Return how many must go so that every beat ends within one case of the others."""
    each, more = divmod(int(held.sum()) + joins, len(held))
    # The largest beats keep one more.
    share = np.full(len(held), each)
    share[np.argsort(-held, kind="stable")[:more]] += 1
    return int(np.maximum(held - share, 0).sum())


def test_a_resigned_caseworkers_families_alone_change() -> None:
    points = spread(120, 4)
    today = divided(one_case(points), 3)
    left = np.where(today == 2, NOBODY, today)
    owner = divided(one_case(points, left), 2)
    assert (owner[today != 2] == today[today != 2]).all()
    assert np.bincount(owner).tolist() == [60, 60]


def test_a_new_caseworker_gets_an_even_share_and_nothing_else_changes() -> None:
    points = spread(120, 6)
    today = divided(one_case(points), 2)
    owner = divided(one_case(points, today), 3)
    assert np.bincount(owner).tolist() == [40, 40, 40]
    assert set(owner[owner != today]) == {2}


@pytest.mark.parametrize("k", [1, 2])
def test_too_few_caseworkers_leave_out_who_came_last(k: int) -> None:
    points = spread(20, 7)
    today = divided(one_case(points), k, 20 // k)
    homes = one_case(np.vstack([points, spread(5, 8)]), np.append(today, np.full(5, NOBODY)))
    owner = divided(homes, k, 20 // k)
    assert (owner[:20] == today).all()
    assert (owner[20:] == NOBODY).all()


@pytest.mark.parametrize(("move_km", "changes"), [(1.0, True), (100.0, False)])
def test_a_family_that_moved_house_changes_where_that_saves_enough(move_km: float, *, changes: bool) -> None:
    """It moved from the one village to the other, ten kilometres off, where somebody is to come anyway."""
    west = spread(20, 0, scale=10)
    points = np.vstack([west, west + np.array([10_000, 0])])
    today = np.repeat([0, 1], 20)
    points[0] = points[25] + 1
    homes = Homes(points[:-1], np.ones(39, np.int64), today[:-1], np.arange(39) == 0)
    owner = divided(homes, 2, move_km=move_km)
    assert (owner[0] == 1) == changes
    assert (owner[1:] == today[1:-1]).all()
