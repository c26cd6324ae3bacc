"""Counts that are told of many: in every history that Hypothesis can think of, none tells of fewer than k."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.geodesy import to_degrees, to_plane
from data.privacy.history import SERVED, changed
from data.privacy.ratchet import ratchet, told
from data.privacy.releases import (
    CELL_M,
    OTHER_PLACES,
    Version,
    cell_corners,
    cell_counts,
    density_of,
    places_of,
    release_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.privacy.releases import Release

K = 3
CELLS = 4
EXAMPLES = 25
Homes = dict[int, tuple[int, int]]
"""Cell and center of each household, by its number; center -1 for none."""

homes = st.dictionaries(
    st.integers(0, 24), st.tuples(st.integers(0, CELLS - 1), st.integers(-1, 1)), min_size=1
)
histories = st.lists(homes, min_size=1, max_size=5)


def households(lived: Homes) -> pd.DataFrame:
    """Households as a snapshot has them: each cell is a place of its own."""
    ids = sorted(lived)
    cell = np.array([lived[one][0] for one in ids])
    center = [lived[one][1] for one in ids]
    lon, lat = to_degrees(np.column_stack([cell * CELL_M + 100.0 + np.array(ids), np.full(len(ids), 100.0)]))
    table = pd.DataFrame(
        {
            "lon": lon,
            "lat": lat,
            "place": [f"place {one}" for one in cell],
            "center_id": [f"C-{one}" if one >= 0 else "" for one in center],
            "km": 1.0,
            "cases": 2.0,
            **dict.fromkeys(("province", "county"), "P"),
            **dict.fromkeys(("district", "area"), ""),
        },
        index=pd.Index([f"H-{one:02d}" for one in ids], dtype=object, name="household_id"),
    )
    assert set(SERVED) <= set(table)
    return table


def released(history: Sequence[Homes]) -> Release:
    return release_of([Version(households(lived)) for lived in history], K)


def lives_in(lived: Homes, cell: int) -> set[int]:
    return {one for one, (at, _) in lived.items() if at == cell}


def decided(release: Release) -> dict[int, int]:
    counts = dict.fromkeys(range(CELLS), 0)
    return counts | {int(key[0]): int(n) for key, n in release.cells["households"].items()}


@settings(max_examples=EXAMPLES)
@given(histories, homes)
def test_fewer_than_k_households_that_change_after_a_release_change_nothing(
    history: list[Homes], following: Homes
) -> None:
    before = released(history)
    every = [*history, following]
    few = changed(before.households, households(following)) < K
    after = released(every)
    assert (after.version == before.version) == few
    if few:
        assert_frame_equal(density_of(before, K), density_of(after, K))
        assert_frame_equal(places_of(before, K), places_of(after, K))


@settings(max_examples=EXAMPLES)
@given(histories, homes)
def test_a_release_is_the_same_when_who_never_changed_is_counted_once(
    history: list[Homes], always: Homes
) -> None:
    steady = households({100 + one: there for one, there in always.items()})
    moving = [households(one) for one in history]
    once = release_of([Version(one) for one in moving], K, steady)
    each_time = release_of([Version(pd.concat([one, steady])) for one in moving], K)
    assert once.version == each_time.version
    for table in ("cells", "places", "others"):
        assert_frame_equal(getattr(once, table), getattr(each_time, table))


@settings(max_examples=EXAMPLES)
@given(histories)
def test_a_count_changes_only_when_k_households_came_to_that_cell_or_left_it(history: list[Homes]) -> None:
    since = dict.fromkeys(range(CELLS), 0)
    last = decided(released(history[:1]))
    for number in range(1, len(history)):
        now = decided(released(history[: number + 1]))
        for cell in range(CELLS):
            if now[cell] == last[cell]:
                continue
            then, here = lives_in(history[since[cell]], cell), lives_in(history[number], cell)
            assert abs(now[cell] - last[cell]) >= K
            assert max(len(here - then), len(then - here)) >= K
            since[cell] = number
        last = now


@settings(max_examples=EXAMPLES)
@given(histories)
def test_a_count_that_is_told_is_a_multiple_of_k_and_of_no_more_than_were_there(history: list[Homes]) -> None:
    release = released(history)
    density = density_of(release, K)
    assert (density["households"] % K == 0).all()
    assert (density["households"] >= K).all()
    most = {cell: max(len(lives_in(lived, cell)) for lived in history) for cell in range(CELLS)}
    for cell, count in zip(density["column"], density["households"], strict=True):
        assert count <= most[int(cell)]


@settings(max_examples=EXAMPLES)
@given(histories, st.permutations(range(25)))
def test_a_count_does_not_tell_which_households_they_are(history: list[Homes], names: list[int]) -> None:
    renamed = [{names[one]: where for one, where in lived.items()} for lived in history]
    assert_frame_equal(density_of(released(history), K), density_of(released(renamed), K))
    assert_frame_equal(places_of(released(history), K), places_of(released(renamed), K))


@settings(max_examples=EXAMPLES)
@given(histories)
def test_no_place_of_fewer_than_k_is_told_and_no_sum_of_them(history: list[Homes]) -> None:
    told_places = places_of(released(history), K)
    assert (told_places["households"] >= K).all()
    assert (told_places["households"] % K == 0).all()
    first = released(history[:1])
    served = first.households[first.households["center_id"] != ""]
    for center, shown in places_of(first, K).groupby("center_id"):
        assert shown["households"].sum() <= (served["center_id"] == center).sum()


def test_slow_changes_are_told_once_they_are_k() -> None:
    history = [
        {0: (0, 0), 1: (0, 0), 2: (0, 0), **{9 + n: (1, 0) for n in range(n_came)}} for n_came in range(5)
    ]
    counts = [density_of(released(history[: n + 1]), K).set_index("column")["households"] for n in range(5)]
    assert [one.to_dict() for one in counts] == [{0: 3}, {0: 3}, {0: 3}, {0: 3, 1: 3}, {0: 3, 1: 3}]


def test_a_network_that_changes_is_a_release_and_its_counts_stay() -> None:
    one, other = {0: (0, 0), 1: (0, 0), 2: (0, 0)}, {0: (0, 0), 1: (0, 0), 2: (1, 0)}
    versions = [Version(households(one), "before"), Version(households(other), "after")]
    after = release_of(versions, K)
    assert after.version == 2
    assert density_of(after, K)["households"].tolist() == [3]


def test_small_places_of_a_center_are_told_together() -> None:
    few = {n: (n % CELLS, 0) for n in range(2 * CELLS)}
    together = places_of(released([few]), K)
    assert together["place"].tolist() == [OTHER_PLACES]
    assert together["households"].tolist() == [6]
    assert together["cases"].tolist() == [15]


@pytest.mark.parametrize("origin", [(48.356, 33.488), (61.5, 26.0)])
def test_cells_lie_on_a_grid_that_no_household_moves(origin: tuple[float, float]) -> None:
    rng = np.random.default_rng(3)
    lonlat = np.array(origin) + rng.normal(0, 0.05, (200, 2))
    table = pd.DataFrame(lonlat, columns=["lon", "lat"])
    cells = cell_counts(table).reset_index()
    assert cells["households"].sum() == len(table)
    some = cell_counts(table.iloc[:50]).reset_index()
    assert set(map(tuple, some[["column", "row"]].to_numpy())) <= set(
        map(tuple, cells[["column", "row"]].to_numpy())
    )
    corners = cell_corners(cells)
    xy = to_plane(corners[..., 0].ravel(), corners[..., 1].ravel())
    assert np.abs(xy - np.round(xy / CELL_M) * CELL_M).max() < 0.2


def test_a_household_without_a_point_is_in_no_cell() -> None:
    table = pd.DataFrame({"lon": [48.0, np.nan], "lat": [33.0, np.nan]})
    assert cell_counts(table)["households"].tolist() == [1]


def test_what_was_decided_stays_also_where_it_was_too_few_to_be_told() -> None:
    frames = [pd.DataFrame({"households": [n]}, index=pd.Index(["a"])) for n in (10, 11, 20, 21, 11, 10)]
    shown, kept = [], frames[0]
    for one in frames:
        kept = ratchet(kept, one, 11)
        shown.append(told(kept, 11)["households"].tolist())
    assert shown == [[], [], [], [11], [11], []]
