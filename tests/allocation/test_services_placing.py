"""Where devices serve most: against every choice there is, and never beyond the bound that is told."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.services import covering, shorten
from allocation.services.placing import Standing, place_devices

Case = tuple[Standing, np.ndarray, int]


@st.composite
def small(draw: st.DrawFn) -> Case:
    seed = draw(st.integers(0, 10_000))
    n, m = draw(st.integers(1, 40)), draw(st.integers(1, 7))
    rng = np.random.default_rng(seed)
    points, places = rng.uniform(0, 40, (n, 2)), rng.uniform(0, 40, (m, 2))
    km = np.round(np.linalg.norm(points[:, None] - places[None], axis=2), 3)
    stands = draw(st.sampled_from([np.inf, 30.0, 12.0]))
    standing = np.round(rng.uniform(0, stands, n), 3) if np.isfinite(stands) else np.full(n, np.inf)
    return Standing(standing, rng.integers(1, 4, n)), km, draw(st.integers(1, m))


@settings(max_examples=80, deadline=None)
@given(small(), st.sampled_from([2.0, 8.0, 20.0]))
def test_no_other_choice_reaches_more(case: Case, within_km: float) -> None:
    before, km, devices = case
    found = place_devices(before, km, devices, within_km=within_km)
    reached = [
        before.cases[(np.minimum(before.km, km[:, list(one)].min(axis=1)) <= within_km)].sum()
        for one in combinations(range(km.shape[1]), devices)
    ]
    assert found.value == max(reached) == before.cases[found.after.km <= within_km].sum()
    assert found.bound == found.value
    assert len(set(found.chosen.tolist())) == devices


@settings(max_examples=80, deadline=None)
@given(small())
def test_no_other_choice_shortens_travel_more(case: Case) -> None:
    before, km, devices = case
    found = place_devices(before, km, devices)
    travel = [
        float(before.cases @ np.minimum(before.km, km[:, list(one)].min(axis=1)))
        for one in combinations(range(km.shape[1]), devices)
    ]
    assert found.value == pytest.approx(min(travel), abs=1e-6)
    assert found.bound == found.value
    assert found.gap == 0
    assert len(set(found.chosen.tolist())) == devices


def test_what_stands_stays_and_a_device_beside_it_gains_nothing() -> None:
    km = np.array([[0.0, 30.0], [1.0, 31.0], [30.0, 0.0]])
    before = Standing(km[:, 0], np.array([5, 5, 1]))
    found = place_devices(before, km, 1)
    assert found.chosen.tolist() == [1]
    assert found.nearest.tolist() == [-1, -1, 1]
    assert found.after.km.tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("within_km", [None, 6.0])
def test_a_bound_holds_also_where_the_search_is_cut_short(
    monkeypatch: pytest.MonkeyPatch, within_km: float | None
) -> None:
    rng = np.random.default_rng(4)
    km = np.round(np.linalg.norm(rng.uniform(0, 40, (400, 1, 2)) - rng.uniform(0, 40, (1, 30, 2)), axis=2), 3)
    before = Standing(np.full(400, np.inf), np.ones(400, np.int64))
    whole = place_devices(before, km, 6, within_km=within_km)
    assert whole.gap == 0
    monkeypatch.setattr(shorten, "ROOT_STEPS", 3)
    monkeypatch.setattr(shorten, "NODES", 1)
    monkeypatch.setattr(covering, "NODES", 1)
    cut = place_devices(before, km, 6, within_km=within_km)
    if within_km is None:
        assert cut.bound <= whole.value <= cut.value
        assert cut.gap > 0
    else:
        assert cut.value <= whole.value <= cut.bound
