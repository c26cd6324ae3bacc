"""A province may go back with its nation unless it did something by itself that still stands."""

from __future__ import annotations

import pytest

from data.casebook.log import Entry
from data.errors import SitingError
from data.nation.events import events_of
from data.nation.lineage import is_as_in, made_alone
from data.nation.reverting import event_asked

NATIONAL, OWN = ("rebalance", "n"), ("rebalance", "")


def log_of(*steps: tuple[str, str] | tuple[str, str, int]) -> list[Entry]:
    """Return a log that begins with a founding; a step is a kind, the id, and where it goes back to."""
    contents = ["1"]
    entries = [_entry(1, "found", "", "1")]
    for version, (kind, nation_id, *to) in enumerate(steps, start=2):
        contents.append(contents[to[0] - 1] if to else str(version))
        entries.append(_entry(version, kind, nation_id, contents[-1], **({"to": to[0]} if to else {})))
    return entries


def _entry(version: int, kind: str, nation_id: str, content: str, **payload: object) -> Entry:
    own = {"nation": f"{nation_id}{version}"} if nation_id else {}
    kept = {"plan_hash": content, "problem_hash": content, **own, **payload}
    when = f"2026-01-{version:02d}"
    return Entry(version, version, kind, kept, "", "", "", "", "", when, "", "")


def test_what_the_nation_did_is_nothing_of_a_provinces_own() -> None:
    assert made_alone(log_of(NATIONAL, NATIONAL, ("revert", "n", 1))) == [frozenset()] * 4


def test_its_own_change_stands_until_it_is_taken_back() -> None:
    log = log_of(NATIONAL, OWN, ("revert", "", 2), NATIONAL)
    assert made_alone(log) == [frozenset(), frozenset(), {3}, frozenset(), frozenset()]


def test_to_take_back_alone_what_was_done_to_the_nation_is_its_own() -> None:
    assert made_alone(log_of(NATIONAL, ("revert", "", 1)))[-1] == {3}
    assert made_alone(log_of(NATIONAL, ("revert", "n", 1), ("revert", "", 2)))[-1] == {4}


def test_the_nation_going_back_brings_back_what_a_province_had_done_before() -> None:
    log = log_of(OWN, NATIONAL, ("revert", "n", 2))
    assert made_alone(log)[-1] == {2}
    assert [is_as_in(log, version) for version in (1, 2, 3, 4)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("asked", "code"), [("n", "ambiguous_event"), ("x", "unknown_event"), ("", "unknown_event")]
)
def test_an_id_must_mean_one_event(asked: str, code: str) -> None:
    events = events_of({"01": log_of(NATIONAL, NATIONAL)})
    assert event_asked(events, "n3", nation="iran").version == 3
    with pytest.raises(SitingError) as refused:
        event_asked(events, asked, nation="iran")
    assert (refused.value.code, refused.value.exit_code) == (code, 2)


def test_what_a_half_done_proposal_left_is_undone_not_done() -> None:
    halves = [_entry(1, "found", "", "1"), _entry(2, "rebalance", "", "2", nation="n"),
              _entry(3, "revert", "", "1", nation="n", to=1)]  # fmt: skip
    events = events_of({"01": halves, "02": [_entry(1, "found", "", "1")]})
    assert [(one.kind, one.takes_back) for one in events] == [
        ("found", ()),
        ("rebalance", ()),
        ("undone", (2,)),
    ]
    assert event_asked(events, "n", nation="iran").version == 2
