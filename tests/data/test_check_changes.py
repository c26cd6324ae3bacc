"""What cannot be asked of a network that runs is refused, all of it at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data.change.changes import Changes, Relocation, check_changes, no_moves
from data.errors import Exit, SitingError
from data.text import LANGS
from tests.data.network_inputs import EXISTING, FIRST, SECOND
from tests.data.running import DAY, NETWORK, NEXT, PLAN, after, moves

REFUSED: list[tuple[str, dict[str, Any], list[tuple[str, str, str]]]] = [
    (
        "nobody's move",
        {"moves": [{"household_id": "X", "lon": 48.3, "lat": 33.5}]},
        [("moves.csv", "unknown_household", "X")],
    ),
    (
        "nobody's leave",
        {"moves": [{"household_id": "X", "event": "leave"}]},
        [("moves.csv", "unknown_household", "X")],
    ),
    (
        "an unknown address of nobody",
        {"moves": [{"household_id": "X", "event": "address_unknown"}]},
        [("moves.csv", "unknown_household", "X")],
    ),
    (
        "a move of who left before",
        {
            "moves": [
                {"household_id": "A-0001", "event": "leave"},
                {"household_id": "A-0001", "date": NEXT, "lon": 48.3, "lat": 33.5},
            ]
        },
        [("moves.csv", "unknown_household", "A-0001")],
    ),
    (
        "a move before the join",
        {
            "moves": [
                {"household_id": "X", "lon": 48.3, "lat": 33.5},
                {"household_id": "X", "event": "join", "date": NEXT, "lon": 48.3, "lat": 33.5},
            ]
        },
        [("moves.csv", "unknown_household", "X")],
    ),
    (
        "a join of who is here",
        {"moves": [{"household_id": "A-0001", "event": "join", "lon": 48.3, "lat": 33.5}]},
        [("moves.csv", "already_here", "A-0001")],
    ),
    (
        "more cases than a center holds",
        {"moves": [{"household_id": "X", "event": "join", "lon": 48.3, "lat": 33.5, "cases": 451}]},
        [("moves.csv", "cases_over_max", "X")],
    ),
    (
        "a pin to nothing",
        {"moves": [{"household_id": "A-0001", "lon": 48.3, "lat": 33.5, "pin": "X"}]},
        [("moves.csv", "unknown_pin", "A-0001")],
    ),
    (
        "a pin to another county",
        {"moves": [{"household_id": "A-0001", "lon": 48.3, "lat": 33.5, "county": "A", "pin": SECOND}]},
        [("moves.csv", "pin_outside_unit", "A-0001")],
    ),
    ("a center nobody has", {"close": {"X": DAY}}, [("--close", "unknown_center", "X")]),
    ("another size of nothing", {"max_cases": {"X": (300, DAY)}}, [("--max-cases", "unknown_center", "X")]),
    (
        "nothing goes elsewhere",
        {"relocate": {"X": Relocation(48.3, 33.5, DAY)}},
        [("--relocate", "unknown_center", "X")],
    ),
    ("no such site", {"open": {"X": DAY}}, [("--open", "unknown_site", "X")]),
    ("a site with a center", {"open": {"P1-1": DAY}}, [("--open", "site_open_already", "P1-1")]),
    ("a refused applicant", {"open": {"P5-1": DAY}}, [("--open", "ineligible_site", "P5-1")]),
    ("an applicant with a center", {"open": {"P1-2": DAY}}, [("--open", "applicant_has_center", "P1-2")]),
    (
        "two sites of one applicant",
        {"open": {"P3-1": DAY, "P3-2": DAY}},
        [("--open", "applicant_has_center", "P3-2")],
    ),
    (
        "closed and relocated",
        {"close": {FIRST: DAY}, "relocate": {FIRST: Relocation(48.21, 33.5, DAY)}},
        [("--close", "conflicting_changes", FIRST)],
    ),
    (
        "closed and resized",
        {"close": {FIRST: DAY}, "max_cases": {FIRST: (300, DAY)}},
        [("--close", "conflicting_changes", FIRST)],
    ),
    (
        "to another county",
        {"relocate": {FIRST: Relocation(49.1, 33.4, DAY)}},
        [("--relocate", "other_unit", FIRST)],
    ),
    (
        "to where nothing is",
        {"relocate": {FIRST: Relocation(60.0, 36.0, DAY)}},
        [("--relocate", "outside_boundaries", FIRST)],
    ),
    (
        "to another country",
        {"relocate": {FIRST: Relocation(12.5, 41.9, DAY)}},
        [("--relocate", "outside_iran", FIRST)],
    ),
    (
        "swapped",
        {"relocate": {FIRST: Relocation(33.5, 48.2, DAY)}},
        [("--relocate", "lon_lat_swapped", FIRST)],
    ),
    (
        "to nowhere",
        {"relocate": {FIRST: Relocation(float("nan"), 33.5, DAY)}},
        [("--relocate", "missing_location", FIRST)],
    ),
    ("a size of nothing", {"max_cases": {FIRST: (0, DAY)}}, [("--max-cases", "bad_max_cases", FIRST)]),
    ("no such day", {"close": {FIRST: "1404/7/1"}}, [("--close", "bad_date", FIRST)]),
    (
        "all at once",
        {"close": {"X": DAY, "Y": DAY}, "open": {"Z": DAY}},
        [
            ("--close", "unknown_center", "X"),
            ("--close", "unknown_center", "Y"),
            ("--open", "unknown_site", "Z"),
        ],
    ),
]


@pytest.mark.parametrize(("asked", "expected"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_be_meant_is_refused(asked: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    told = moves(*asked["moves"]) if "moves" in asked else no_moves()
    rest = {name: value for name, value in asked.items() if name != "moves"}
    with pytest.raises(SitingError) as caught:
        check_changes(NETWORK.problem, PLAN, Changes(told, file="moves.csv", **rest))
    assert [(one.file, one.code, one.id) for one in caught.value.failures] == expected
    assert caught.value.exit_code == Exit.INVALID_INPUT
    assert all(one.said(lang) for one in caught.value.failures for lang in LANGS)


def test_changes_of_nothing_are_refused() -> None:
    with pytest.raises(SitingError) as caught:
        check_changes(NETWORK.problem, PLAN, Changes())
    assert (caught.value.code, caught.value.exit_code) == ("nothing_changes", Exit.INVALID_INPUT)


def test_an_applicant_may_open_elsewhere_when_its_center_closes() -> None:
    made = after(NETWORK, close={FIRST: DAY}, open={"P1-2": DAY}).problem
    assert set(made.centers["center_id"]) == {EXISTING, SECOND}


def test_the_last_center_of_a_county_may_close() -> None:
    assert set(after(NETWORK, close={SECOND: DAY}).problem.centers["unit"]) == {"P/A"}


def test_changes_come_back_from_json_as_they_were() -> None:
    asked = Changes(
        moves({"household_id": "A-0003", "event": "leave"}),
        close={EXISTING: DAY},
        open={"P3-1": NEXT},
        relocate={FIRST: Relocation(48.21, 33.5, DAY)},
        max_cases={SECOND: (300, NEXT)},
        file="moves.csv",
        inputs={"moves": "abc"},
    )
    back = Changes.from_dict(json.loads(json.dumps(asked.as_dict())), asked.moves)
    assert back.as_dict() == asked.as_dict()
    assert back.relocate == asked.relocate
    assert back.max_cases == asked.max_cases
    assert not back.is_empty()
    assert Changes.from_dict(Changes().as_dict()).is_empty()
