"""A comparison counts every household once, adds up to the loads, and says the same from both ends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.compare.comparing import compare
from data.compare.files import comparison_files, record
from data.compare.gini import gini
from data.compare.said import sentence
from data.compare.shown import lines
from data.compare.sides import Side
from data.kinds import COMPARISON_FILES

if TYPE_CHECKING:
    from data.compare.comparison import Comparison

Home = tuple[str, str]
Served = tuple[int, int, int]
"""Number of the center, metres to it, and cases."""
DISTRICTS = [("A", "one"), ("A", "two"), ("A", "two"), ("B", ""), ("B", "")]
HOMES = [("urban", "A"), ("rural", "A"), ("rural", "B"), ("", "B")]
MIRROR = {"gained": "lost", "lost": "gained", "joined": "left", "left": "joined"}


def side_of(who: dict[int, Served | None], homes: list[Home], *, shut: frozenset[int] = frozenset()) -> Side:
    """A side that serves households by their number; None is known and not served."""
    served = [(number, *one) for number, one in sorted(who.items()) if one is not None]
    table = pd.DataFrame(
        [
            (f"H-{number:04d}", f"C-{center}", metres / 1000, cases, "P", homes[number][1], homes[number][0])
            for number, center, metres, cases in served
        ],
        columns=["household_id", "center_id", "km", "cases", "province", "county", "area"],
    )
    used = {center for _, center, _, _ in served}
    centers = [number for number in range(len(DISTRICTS)) if number in used or number not in shut]
    stand = pd.DataFrame(
        [(f"C-{one}", 48 + one / 10, 33.5, "P", *DISTRICTS[one], "urban") for one in centers],
        columns=["center_id", "lon", "lat", "province", "county", "district", "area"],
    )
    waiting = [f"H-{number:04d}" for number, one in sorted(who.items()) if one is None]
    return Side(
        label="plan@1",
        assignments=table.astype({"km": float, "cases": "int64"}),
        centers=stand.astype({"lon": float, "lat": float}),
        unassigned=pd.DataFrame({"household_id": pd.Series(waiting, dtype=object)}),
        synthetic=True,
        distance="straight_line",
        version=1,
        head="ab" * 32,
    )


@st.composite
def two(draw: st.DrawFn) -> tuple[Side, Side]:
    homes = draw(st.lists(st.sampled_from(HOMES), max_size=25))
    served = st.tuples(st.integers(0, 4), st.integers(0, 9_000), st.integers(0, 3))
    known = st.one_of(st.just("absent"), st.none(), served)
    sides = []
    for _ in range(2):
        each = {number: draw(known) for number in range(len(homes))}
        who = {number: one for number, one in each.items() if not isinstance(one, str)}
        sides.append(side_of(who, homes, shut=draw(st.frozensets(st.integers(0, 4)))))
    return sides[0], sides[1]


def load_of(one: Side) -> dict[str, int]:
    return {
        str(center): int(cases)
        for center, cases in one.assignments.groupby("center_id")["cases"].sum().items()
    }


@settings(max_examples=30, deadline=None)
@given(two())
def test_rows_and_columns_of_the_transfers_are_the_difference_of_the_loads(sides: tuple[Side, Side]) -> None:
    a, b = sides
    found = compare(a, b)
    table = found.transfers_centers
    gone = table.groupby("from_center")["cases_before"].sum()
    come = table.groupby("to_center")["cases_after"].sum()
    before, after = load_of(a), load_of(b)
    stayed = a.assignments.merge(b.assignments, on=["household_id", "center_id"])
    for row in found.loads.to_dict("records"):
        center = row["center_id"]
        more = stayed.loc[stayed["center_id"] == center, "cases_y"].sum()
        more -= stayed.loc[stayed["center_id"] == center, "cases_x"].sum()
        change = int(come.get(center, 0)) - int(gone.get(center, 0)) + int(more)
        assert after.get(center, 0) - before.get(center, 0) == change
        assert (row["cases_before"], row["cases_after"]) == (before.get(center, 0), after.get(center, 0))
        assert (row["cases_left"], row["cases_came"], row["cases_recounted"]) == (
            gone.get(center, 0),
            come.get(center, 0),
            more,
        )
        assert row["households_after"] - row["households_before"] == (
            row["households_came"] - row["households_left"]
        )
    assert (table[["households"]] > 0).all(axis=None)


@settings(max_examples=30, deadline=None)
@given(two())
def test_the_matrix_of_districts_is_that_of_centers_gathered(sides: tuple[Side, Side]) -> None:
    found = compare(*sides)
    names = {f"C-{number}": place for number, place in enumerate(DISTRICTS)} | {"": ("", "")}
    sums: dict[Any, np.ndarray] = {}
    for row in found.transfers_centers.to_dict("records"):
        key = (*names[row["from_center"]], *names[row["to_center"]], row["kind"])
        counts = np.array([row["households"], row["cases_before"], row["cases_after"]])
        sums[key] = sums.get(key, 0) + counts
    ends = ["from_county", "from_district", "to_county", "to_district", "kind"]
    gathered = {
        tuple(row[name] for name in ends): [row["households"], row["cases_before"], row["cases_after"]]
        for row in found.transfers_districts.to_dict("records")
    }
    assert gathered == {key: counts.tolist() for key, counts in sums.items()}


@settings(max_examples=30, deadline=None)
@given(two())
def test_every_household_is_counted_once_as_one_by_one(sides: tuple[Side, Side]) -> None:
    a, b = sides
    found = compare(a, b)
    served = [
        dict(zip(one.assignments["household_id"], one.assignments["center_id"], strict=True)) for one in sides
    ]
    metres = [
        {
            who: round(1000 * km)
            for who, km in zip(one.assignments["household_id"], one.assignments["km"], strict=True)
        }
        for one in sides
    ]
    known = [{*one.assignments["household_id"], *one.unassigned["household_id"]} for one in sides]
    both = known[0] & known[1]
    common = set(served[0]) & set(served[1])
    changed = {who for who in common if served[0][who] != served[1][who]}
    assert dict(found.households) == {
        "in_both": len(both),
        "only_in_a": len(known[0] - known[1]),
        "only_in_b": len(known[1] - known[0]),
        "kept": len(common - changed),
        "transfer": len(changed),
        "gained": len(both & (set(served[1]) - set(served[0]))),
        "lost": len(both & (set(served[0]) - set(served[1]))),
        "joined": len(set(served[1]) - known[0]),
        "left": len(set(served[0]) - known[1]),
    }
    longer = {who: metres[1][who] - metres[0][who] for who in common}
    for shift, sign in ((found.nearer, -1), (found.further, 1)):
        theirs = {who: sign * by for who, by in longer.items() if sign * by > 1}
        assert shift.households == len(theirs)
        assert shift.transferred == len(changed & set(theirs))
        assert shift.by_1_km == sum(by > 1000 for by in theirs.values())
        assert shift.max_km == (max(theirs.values()) / 1000 if theirs else None)
    losses = sorted((by for by in longer.values() if by > 1), reverse=True)[:10]
    assert [round(1000 * km) for km in found.worst_losses["longer_km"]] == losses


def mirrored(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows as they must be when A and B change places, in an order that is that of neither."""
    ends = [("before", "after"), ("from", "to"), ("left", "came"), ("nearer", "further")]
    swapped = {one: other for pair in ends for one, other in (pair, pair[::-1])}
    renamed = {
        name: "_".join(swapped.get(part, part) for part in str(name).split("_")) for name in table.columns
    }
    turned = table.rename(columns=renamed)
    if "kind" in turned:
        turned["kind"] = turned["kind"].replace(MIRROR)
    if "there" in turned:
        turned["there"] = turned["there"].replace({"only_a": "only_b", "only_b": "only_a"})
        turned["cases_recounted"] = -turned["cases_recounted"]
    return rows_of(turned[list(table.columns)])


def rows_of(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(table.astype(object).fillna(-1).itertuples(index=False, name=None))


@settings(max_examples=30, deadline=None)
@given(two())
def test_it_says_the_same_from_both_ends(sides: tuple[Side, Side]) -> None:
    forth, back = compare(*sides), compare(*sides[::-1])
    assert (forth.a, forth.b) == (back.b, back.a)
    assert (forth.nearer, forth.further) == (back.further, back.nearer)
    assert forth.is_same == back.is_same
    turned = {**MIRROR, "only_in_a": "only_in_b", "only_in_b": "only_in_a"}
    assert {turned.get(name, name): count for name, count in forth.households.items()} == back.households
    for name, table in forth.tables().items():
        assert mirrored(table) == rows_of(back.tables()[name]), name


@settings(max_examples=20, deadline=None)
@given(two())
def test_areas_and_counties_add_up_to_everybody(sides: tuple[Side, Side]) -> None:
    found = compare(*sides)
    for table in (found.by_area, found.by_county):
        assert table["households_before"].sum() == found.a.assigned
        assert table["households_after"].sum() == found.b.assigned
        assert table["cases_after"].sum() == found.b.cases
        assert table["transfer"].sum() == found.households["transfer"]
        assert table["nearer"].sum() == found.nearer.households
        assert table["further"].sum() == found.further.households


@settings(max_examples=20, deadline=None)
@given(two(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_no_household_is_named(
    sides: tuple[Side, Side], random: Any
) -> None:
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(table)))
        random.shuffle(order)
        return table.iloc[order]

    mixed = [
        replace(
            one,
            assignments=shuffled(one.assignments),
            centers=shuffled(one.centers),
            unassigned=shuffled(one.unassigned),
        )
        for one in sides
    ]
    files = comparison_files(compare(*sides))
    assert comparison_files(compare(mixed[0], mixed[1])) == files
    assert set(files) == set(COMPARISON_FILES)
    assert not [name for name, content in files.items() if b"H-0" in content]
    found = compare(*sides)
    assert "H-0" not in json.dumps(record(found), allow_nan=False)
    assert not [line for lang in ("fa", "en") for line in lines(found, lang) if "H-0" in line]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 4)), max_size=30))
def test_gini_is_half_the_relative_mean_difference_of_all_pairs(people: list[tuple[int, int]]) -> None:
    km, cases = np.array([one for one, _ in people]) / 1000, np.array([one for _, one in people], dtype=int)
    weight = cases if cases.any() else np.ones_like(cases)
    apart = sum(
        w * v * abs(x - y) for x, w in zip(km, weight, strict=True) for y, v in zip(km, weight, strict=True)
    )
    way = float(km @ weight)
    if not people:
        assert gini(km, cases) is None
    elif way == 0:
        assert gini(km, cases) == 0
    else:
        mean = way / weight.sum()
        assert gini(km, cases) == pytest.approx(apart / (2 * weight.sum() ** 2 * mean), abs=1e-6)


@pytest.mark.parametrize(
    ("km", "cases", "expected"),
    [
        ([3, 3, 3], [1, 2, 1], 0.0),
        ([0, 1], [1, 1], 0.5),
        ([0, 1], [3, 1], 0.75),
        ([1, 2, 3], [1, 1, 1], 2 / 9),
    ],
)
def test_gini_of_known_distances(km: list[float], cases: list[int], expected: float) -> None:
    assert gini(km, cases) == pytest.approx(expected, abs=1e-6)


HOMES_OF_TEN = [("urban", "A")] * 6 + [("rural", "B")] * 4
TEN: dict[int, Served | None] = dict.fromkeys(range(10), (0, 4000, 1))


def after(**changes: Served | None) -> Comparison:
    """Ten households at 4 km from one center, of whom some change."""
    changed = {int(name[1:]): one for name, one in changes.items()}
    return compare(side_of(TEN, HOMES_OF_TEN), side_of(TEN | changed, HOMES_OF_TEN))


def test_one_sentence_says_who_changes_who_wins_and_what_becomes_of_the_mean() -> None:
    found = after(h0=(1, 1_000, 1), h1=(1, 2_500, 1), h6=(3, 4_500, 1))
    assert sentence(found, "en") == (
        "In B 3 of 10 households (30.0 %) change their center; 2 of them are then nearer, 1 further; "
        "the mean distance falls from 4.00 to 3.60 km."
    )
    assert sentence(found, "fa") == (
        "در ب مرکز ۳ خانوار از ۱۰ خانوار (۳۰٫۰ درصد) عوض می‌شود؛ از آنها ۲ خانوار نزدیک‌تر و "
        "۱ خانوار دورتر می‌شوند؛ میانگین فاصله از ۴٫۰۰ به ۳٫۶۰ کیلومتر کاهش می‌یابد."
    )


def test_a_gain_counts_by_cases_and_beyond_a_kilometre_apart() -> None:
    found = after(h0=(1, 1_000, 1), h1=(1, 3_000, 1), h2=(1, 3_999, 1))
    assert (found.nearer.households, found.nearer.by_1_km) == (2, 1)
    assert (found.nearer.mean_km, found.nearer.max_km) == (2.0, 3.0)
    assert found.households["transfer"] == 3
    heavy = {**TEN, 0: (0, 4_000, 3)}
    moved = heavy | {0: (1, 1_000, 3), 1: (1, 3_000, 1)}
    weighted = compare(side_of(heavy, HOMES_OF_TEN), side_of(moved, HOMES_OF_TEN))
    assert weighted.nearer.mean_km == 2.5


def test_who_changes_no_center_may_still_be_nearer() -> None:
    assert sentence(after(h0=(0, 1_000, 1))) == (
        "In B no household changes its center; 1 household is then nearer, 0 further; "
        "the mean distance falls from 4.00 to 3.70 km."
    )


def test_equal_sides_are_said_to_be_equal_and_nothing_is_listed() -> None:
    found = after()
    assert found.is_same
    assert (
        sentence(found) == "A and B do not differ: none of 10 households changes its center or its distance."
    )
    assert len(lines(found)) == 4


def test_gained_lost_joined_and_left_are_told_apart() -> None:
    homes = HOMES_OF_TEN
    first: dict[int, Served | None] = {0: None, 1: (0, 500, 1), 2: (0, 500, 2)}
    second: dict[int, Served | None] = {0: (0, 700, 1), 1: None, 3: (1, 900, 4)}
    found = compare(side_of(first, homes), side_of(second, homes))
    kinds = found.transfers_centers.set_index("kind")
    assert kinds[["from_center", "to_center", "cases_before", "cases_after"]].T.to_dict("list") == {
        "gained": ["", "C-0", 0, 1],
        "lost": ["C-0", "", 1, 0],
        "joined": ["", "C-1", 0, 4],
        "left": ["C-0", "", 2, 0],
    }
    said = lines(found, "en")
    assert "In B 1 household that had no center gains one, and 1 loses its." in said
    assert "1 household is only in A, 1 only in B." in said


def test_a_center_that_stands_elsewhere_under_its_id_is_said() -> None:
    a, b = side_of(TEN, HOMES_OF_TEN), side_of(TEN, HOMES_OF_TEN)
    b.centers.loc[b.centers["center_id"] == "C-0", "lat"] += 0.01
    found = compare(a, b)
    assert not found.is_same
    assert found.loads["moved_km"].max() == pytest.approx(1.109, abs=0.01)
    assert "1 center stands elsewhere in B under the same id." in lines(found)


def test_distances_that_are_measured_otherwise_are_not_held_against_each_other() -> None:
    a = side_of(TEN, HOMES_OF_TEN)
    b = replace(side_of(TEN | {0: (1, 9_000, 1)}, HOMES_OF_TEN), distance="travel_file")
    assert sentence(compare(a, b)) == (
        "In B 1 of 10 households (10.0 %) changes its center; "
        "A and B do not measure distance alike, and comparing it means nothing."
    )


def test_sides_without_a_household_in_common_are_said_to_be_strangers() -> None:
    homes = HOMES_OF_TEN
    found = compare(side_of({0: (0, 500, 1)}, homes), side_of({1: (0, 500, 1), 2: None}, homes))
    assert sentence(found) == "No household is in both: 1 is only in A, 2 only in B."


def test_nobody_at_all_is_compared_without_a_figure() -> None:
    nobody = side_of({}, HOMES_OF_TEN, shut=frozenset(range(5)))
    found = compare(nobody, side_of(TEN, HOMES_OF_TEN))
    assert (found.a.km["mean"], found.a.gini, found.a.load["max"]) == (None, None, None)
    assert json.loads(comparison_files(found)["summary.json"])["a"]["load"] == {
        "min": None,
        "median": None,
        "max": None,
    }
    assert all(lines(found, lang) for lang in ("fa", "en"))


def test_the_five_centers_that_most_come_to_or_leave_are_named_first() -> None:
    found = after(h0=(1, 1_000, 1), h1=(1, 1_000, 1), h6=(3, 1_000, 1))
    assert found.most_affected["center_id"].tolist() == ["C-0", "C-1", "C-3"]
    assert found.most_affected["households_left"].tolist() == [3, 0, 0]


def test_a_long_table_says_how_many_rows_are_not_shown() -> None:
    homes = [("urban", f"county {number:02d}") for number in range(30)]
    who: dict[int, Served | None] = dict.fromkeys(range(30), (0, 4_000, 1))
    found = compare(side_of(who, homes), side_of(who | {0: (1, 100, 1)}, homes))
    assert "... and 10 more rows; --out writes all of them" in lines(found)
