"""A service for everybody: the own center first, then the least way, against every other sharing there is."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.services.sharing import share
from allocation.services.ways import Ways
from data.work.coverage import NO_CAPACITY, NO_GIVER

LEFT_KM = 10_000.0


def ways(own: list[int], km: list[list[float]], cases: list[int] | None = None) -> Ways:
    n = len(own)
    return Ways(
        household_id=np.array([f"H{one}" for one in range(n)], dtype=object),
        cases=np.array(cases or [1] * n, dtype=np.int64),
        own=np.array(own, dtype=np.int64),
        center_id=np.array([f"C{one}" for one in range(len(km[0]))], dtype=object),
        km=np.array(km, dtype=float),
    )


def worth(told: Ways, capacity: list[int], center: tuple[int, ...]) -> tuple[float, float, float] | None:
    """Cases not at their own center, then without the service, then km; None where it cannot be."""
    at, cases = np.array(center), told.cases
    load = [int(cases[at == one].sum()) for one in range(len(capacity))]
    km = [told.km[place, one] if one >= 0 else 0.0 for place, one in enumerate(center)]
    if any(l > c for l, c in zip(load, capacity, strict=True)) or not np.isfinite(km).all():  # noqa: E741
        return None
    return float(cases[at != told.own].sum()), float(cases[at < 0].sum()), float(cases @ np.array(km))


@st.composite
def small(draw: st.DrawFn) -> tuple[Ways, list[int]]:
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    own = draw(st.lists(st.integers(0, m - 1), min_size=n, max_size=n))
    km = [[float(draw(st.integers(0, 40))) for _ in range(m)] for _ in range(n)]
    return ways(own, km), draw(st.lists(st.sampled_from([0, 1, 2, 3, 9]), min_size=m, max_size=m))


@settings(max_examples=150, deadline=None)
@given(small())
def test_no_other_sharing_is_better(case: tuple[Ways, list[int]]) -> None:
    told, capacity = case
    found = share(told, np.array(capacity, dtype=np.int64))
    every = product(range(-1, len(capacity)), repeat=len(told.own))
    best = min(one for center in every if (one := worth(told, capacity, center)) is not None)
    assert worth(told, capacity, tuple(np.maximum(found.center, -1).tolist())) == best
    assert found.loss_km == 0
    assert (found.center == NO_GIVER).all() if not any(capacity) else NO_GIVER not in found.center


@settings(max_examples=100, deadline=None)
@given(small(), st.data())
def test_a_household_of_several_cases_goes_whole_and_leaves_no_room_that_is_nearer(
    case: tuple[Ways, list[int]], data: st.DataObject
) -> None:
    single, capacity = case
    n = len(single.own)
    cases = data.draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    told = ways(single.own.tolist(), single.km.tolist(), cases)
    found = share(told, np.array(capacity, dtype=np.int64))
    center = tuple(np.maximum(found.center, -1).tolist())
    mine = worth(told, capacity, center)
    assert mine is not None
    load = np.bincount([one for one in center if one >= 0], minlength=len(capacity))
    assert load.sum() == sum(one >= 0 for one in center)
    for place, one in enumerate(center):
        for other in {int(told.own[place])} - {one}:
            moved = (*center[:place], other, *center[place + 1 :])
            again = worth(told, capacity, moved)
            assert again is None or again >= mine


def test_who_is_sent_away_from_a_full_center_is_who_has_another_near() -> None:
    told = ways([0, 0, 0], [[1.0, 9.0], [1.0, 2.0], [5.0, 50.0]])
    found = share(told, np.array([2, 5]))
    assert found.center.tolist() == [0, 1, 0]


def test_a_center_serves_its_own_before_a_stranger_who_is_nearer() -> None:
    told = ways([0, 0, 1], [[9.0, 1.0], [9.0, 1.0], [0.5, 7.0]])
    found = share(told, np.array([2, 0]))
    assert found.center.tolist() == [0, 0, NO_CAPACITY]


def test_a_pair_that_the_travel_file_lacks_is_not_used() -> None:
    told = ways([0, 0], [[1.0, np.inf], [1.0, 3.0]])
    assert share(told, np.array([0, 9])).center.tolist() == [NO_GIVER, 1]


def test_without_a_limit_everybody_stays_or_goes_to_the_nearest() -> None:
    told = ways([0, 1, 2], [[1.0, 5.0, 9.0], [8.0, 1.0, 3.0], [4.0, 9.0, 2.0]])
    assert share(told, np.array([9, 0, 9])).center.tolist() == [0, 2, 2]
