"""A nation's events are shared out so that everybody ends in one province, and no half stands alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.change.changes import Changes, no_moves
from data.change.succession import succeed
from data.gazetteer.areas import area_id
from data.nation.destinations import wanted_of
from data.nation.pairs import halves_of
from data.nation.routes import Routed, routed
from data.nation.survey import Surveyed
from tests.data.network_wrong import NETWORK, PLAN

NAMES = {"07": "فارس", "15": "لرستان", "23": "تهران"}
HOME = {"a": "07", "b": "15", "c": "23"}
RECORD = {"cases": 3, "status": "pensioner", "colour": "green"}
TIMES = st.lists(
    st.tuples(
        st.sampled_from("abcdz"), st.sampled_from(["go", "leave", "unknown"]), st.sampled_from(sorted(NAMES))
    ),
    min_size=1,
    max_size=25,
)


def event(who: str, date: str, kind: str, row: int, **told: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("place", "province", "county", "district", "area", "status", "pin"), "")
    plain = {"household_id": who, "date": date, "event": kind, "lon": np.nan, "lat": np.nan, "cases": 1}
    return {**plain, **texts, "row": row, **told}


def changes_of(rows: list[dict[str, Any]], **more: Any) -> Changes:
    empty = no_moves()
    return Changes(moves=pd.DataFrame(rows, columns=list(empty)).astype(dict(empty.dtypes)), **more)


def surveyed(
    changes: Changes,
    *,
    inside: dict[str, list[bool]] | None = None,
    nearest: dict[str, list[float]] | None = None,
) -> list[Surveyed]:
    """Return three provinces that have one household each; points are nowhere unless told."""
    wanted = wanted_of(changes)
    return [
        Surveyed(
            code=code,
            version=1,
            head=code,
            households=1,
            people={who: RECORD for who, home in HOME.items() if home == code and who in wanted.households},
            centers=wanted.centers & {f"C-{code}"},
            sites=wanted.sites & {f"S-{code}"},
            places=frozenset(),
            counties=frozenset({area_id("county", f"county of {code}"), "everywhere"}),
            inside=np.array((inside or {}).get(code, [False] * len(wanted.lon)), dtype=bool),
            nearest_km=np.array((nearest or {}).get(code, [np.inf] * len(wanted.lon)), dtype=float),
        )
        for code in NAMES
    ]


def shared(rows: list[dict[str, Any]], **told: Any) -> Routed:
    changes = changes_of(rows)
    return routed(changes, surveyed(changes, **told), NAMES)


def ends(code: str, moves: pd.DataFrame) -> set[str]:
    """Return who is in a province after its own events, each of which must be possible there."""
    here = {who for who, home in HOME.items() if home == code}
    for _, own in moves.sort_values(["household_id", "date", "row"], kind="stable").groupby("household_id"):
        for one in own.itertuples():
            assert (one.household_id in here) == (one.event != "join")
            here = here - {one.household_id} if one.event == "leave" else here | {one.household_id}
    return here


@given(TIMES)
def test_whatever_happens_everybody_ends_where_a_plain_dictionary_says(
    times: list[tuple[str, str, str]],
) -> None:
    home: dict[str, str] = dict(HOME)
    rows = []
    for number, (who, kind, code) in enumerate(times):
        date = f"2026-01-{number + 1:02d}"
        if kind == "go":
            rows.append(
                event(who, date, "move" if who in home else "join", number + 2, province=NAMES[code], cases=3)
            )
            home[who] = code
        elif who in home:
            rows.append(event(who, date, "leave" if kind == "leave" else "address_unknown", number + 2))
            home = home if kind == "unknown" else {one: at for one, at in home.items() if one != who}
    if not rows:
        return
    found = shared(rows)
    for code in NAMES:
        moves = found.changes[code].moves if code in found.changes else no_moves()
        assert ends(code, moves) == {who for who, at in home.items() if at == code}
    gone = {who: at for who, at in home.items() if who in HOME and HOME[who] != at}
    assert dict(zip(found.pairs["household_id"], found.pairs["to_province"], strict=True)) == gone
    left = {pair for one in found.changes.values() for pair in halves_of(one.moves).get("left", {})}
    joined = {pair for one in found.changes.values() for pair in halves_of(one.moves).get("joined", {})}
    assert left == joined == set(found.pairs["pair_id"])


def test_a_family_takes_along_what_was_known_of_it_and_leaves_its_pin() -> None:
    found = shared([event("a", "2026-01-01", "move", 2, province="تهران", county="ری")])
    (join,) = found.changes["23"].moves.to_dict("records")
    assert (join["event"], join["cases"], join["status"], join["pin"]) == ("join", 3, "pensioner", "")
    assert json.loads(join["carried"]) == {"colour": "green"}
    assert (join["province"], join["county"]) == ("تهران", "ری")
    (leave,) = found.changes["07"].moves.to_dict("records")
    assert (leave["event"], leave["date"], leave["province"]) == ("leave", "2026-01-01", "")
    assert leave["pair_id"] == join["pair_id"] == found.pairs["pair_id"].iloc[0]


def test_who_only_passes_through_a_province_does_not_touch_it() -> None:
    rows = [
        event("a", "2026-01-01", "move", 2, province="لرستان"),
        event("a", "2026-02-01", "move", 3, province="تهران"),
    ]
    assert set(shared(rows).changes) == {"07", "23"}


def test_who_comes_home_again_is_no_pair() -> None:
    rows = [
        event("a", "2026-01-01", "move", 2, province="لرستان"),
        event("a", "2026-02-01", "move", 3, province="فارس"),
    ]
    found = shared(rows)
    assert found.pairs.empty
    assert found.changes["07"].moves["event"].tolist() == ["leave", "join"]
    assert set(found.changes) == {"07"}


def test_dates_decide_and_not_the_order_of_the_file() -> None:
    rows = [
        event("a", "2026-02-01", "move", 2, province="تهران"),
        event("a", "2026-01-01", "move", 3, province="لرستان"),
    ]
    assert shared(rows).pairs["to_province"].tolist() == ["23"]


@pytest.mark.parametrize("name", ["Tehran", "استان تهران", "تهران"])
def test_a_province_may_be_told_as_offices_write_it(name: str) -> None:
    assert shared([event("a", "2026-01-01", "move", 2, province=name)]).pairs["to_province"].tolist() == [
        "23"
    ]


POINT = {"lon": 50.0, "lat": 33.0}


@pytest.mark.parametrize(
    ("inside", "nearest", "to"),
    [
        ({"23": [True]}, {"07": [0.1]}, "23"),
        ({"07": [True], "23": [True]}, {}, None),
        ({}, {"15": [3.0], "07": [4.0]}, "15"),
        ({}, {"15": [30.0], "07": [40.0]}, None),
    ],
    ids=["ground beats neighbours", "both hold it: it stays", "the nearest family", "nobody near: it stays"],
)
def test_a_point_tells_the_province(
    inside: dict[str, list[bool]], nearest: dict[str, list[float]], to: str | None
) -> None:
    pairs = shared([event("a", "2026-01-01", "move", 2, **POINT)], inside=inside, nearest=nearest).pairs
    assert pairs["to_province"].tolist() == ([] if to is None else [to])


def test_a_county_tells_the_province_only_where_one_alone_has_it() -> None:
    for told in ("county of 15", "شهرستان ۱۵"):
        alone = shared([event("a", "2026-01-01", "move", 2, county=told)])
        assert alone.pairs["to_province"].tolist() == ["15"]
    assert shared([event("a", "2026-01-01", "move", 2, county="everywhere")]).pairs.empty


def test_centers_and_sites_go_to_their_provinces_and_unknown_ones_are_not_lost() -> None:
    changes = Changes(close={"C-15": "2026-01-01", "C-99": "2026-01-01"}, open={"S-23": "2026-01-01"})
    found = routed(changes, surveyed(changes), NAMES).changes
    assert {code: (set(one.close), set(one.open)) for code, one in found.items()} == {
        "07": ({"C-99"}, set()),
        "15": ({"C-15"}, set()),
        "23": (set(), {"S-23"}),
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (event("z", "2026-01-01", "move", 2, province="تهران"), "unknown_household"),
        (event("a", "2026-01-01", "join", 2, province="تهران"), "already_here"),
        (event("a", "2026-01-01", "move", 2, province="Atlantis"), "unknown_province"),
        (event("z", "2026-01-01", "join", 2, **POINT), "no_province"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_meant_is_refused_by_its_row(row: dict[str, Any], code: str) -> None:
    found = shared([row])
    assert [(one.row, one.code) for one in found.failures] == [(2, code)]
    assert not found.changes


def test_every_row_of_a_household_that_cannot_be_meant_is_told() -> None:
    found = shared(
        [
            event("z", "2026-01-01", "move", 2, province="تهران"),
            event("z", "2026-01-02", "leave", 3),
            event("a", "2026-01-01", "join", 4, province="تهران"),
        ]
    )
    assert [(one.row, one.code) for one in found.failures] == [
        (4, "already_here"),
        (2, "unknown_household"),
        (3, "unknown_household"),
    ]


def test_what_else_was_known_of_a_family_is_known_where_it_joins() -> None:
    here = NETWORK.problem.households
    problem = replace(NETWORK.problem, households=here.assign(colour="red", note=""))
    where = here.iloc[0]
    told = {name: where[name] for name in ("lon", "lat", "province", "county")}
    moves = changes_of([event("new", "2026-01-01", "join", 2, **told)]).moves
    moves = moves.assign(carried=json.dumps({"colour": "green", "elsewhere": "unknown here"}))
    after = succeed(problem, PLAN, Changes(moves=moves)).problem.households.set_index("household_id")
    assert after.loc["new", ["colour", "note"]].tolist() == ["green", ""]
    assert (after.drop("new")["colour"] == "red").all()
