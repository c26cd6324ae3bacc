"""A nation has a past of its own: what was done to it, and everybody's whole way through its provinces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from data.casebook import CASEBOOK, Casebook
from data.casebook.log import Entry
from data.nation.events import events_of
from data.text import LANGS
from tests.cli.moving_nation import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

CODES = ["00", "13", "15", "16"]


def told(siting: Siting, *command: object) -> Any:
    result = siting(*command, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def center_of(nation: Path, code: str) -> str:
    return str(Casebook.open(nation / "provinces" / code / CASEBOOK).plan().centers["center_id"].iloc[0])


def test_what_several_provinces_did_under_one_id_is_one_event(
    applied: Path, proposal: Path, siting: Siting
) -> None:
    founding, moves = told(siting, "history", applied)
    facts = json.loads((proposal / "proposal.json").read_text(encoding="utf-8"))
    assert (founding["version"], founding["kind"], list(founding["provinces"])) == (1, "found", CODES)
    assert moves["provinces"] == dict.fromkeys(CODES, 2)
    assert (moves["version"], moves["kind"], moves["nation_id"]) == (2, "rebalance", facts["id"])
    assert (moves["who"], moves["why"]) == ("Sara", "autumn")
    assert (moves["crossed"], moves["crossed_back"]) == (facts["pairs"], 0)
    assert moves["transfers"] + facts["crossing"]["households"] == facts["transfers"]
    assert founding["when"] < moves["when"]


def test_a_province_changed_alone_is_an_event_of_its_own(
    applied: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "own.csv", ["16-2,1405/07/05,leave,,,,"])
    place = applied / "provinces/16"
    assert siting("rebalance", place, "--moves", moves, "--out", tmp_path / "own").exit_code == 0
    assert siting("apply", place, tmp_path / "own", "--why", "one family").exit_code == 0
    last = told(siting, "history", applied)[-1]
    assert (last["version"], last["nation_id"], last["provinces"]) == (3, "", {"16": 3})
    assert "in province ایلام (16) alone (its version 3)" in siting("history", applied).stdout


def test_a_household_is_followed_over_the_border(applied: Path, siting: Siting) -> None:
    came_in, left, joined = told(siting, "history", applied, "15-3")
    assert [one["province"] for one in (came_in, left, joined)] == ["15", "15", "16"]
    assert [one["nation_version"] for one in (came_in, left, joined)] == [1, 2, 2]
    assert (left["change"]["events"], left["other_province"]) == (["left"], "16")
    assert (joined["change"]["events"], joined["other_province"]) == (["joined"], "15")
    assert left["change"]["from_center"] == center_of(applied, "15")
    assert joined["change"]["to_center"] == center_of(applied, "16")
    assert came_in["other_province"] == ""
    assert "from province لرستان (15)" in siting("history", applied, "15-3").stdout


def test_a_household_that_only_passed_through_a_province_is_in_its_last(
    applied: Path, siting: Siting
) -> None:
    (joined,) = told(siting, "history", applied, "NEW-1")
    assert (joined["province"], joined["nation_version"], joined["other_province"]) == ("15", 2, "")


def test_a_center_has_the_history_of_its_province(applied: Path, siting: Siting) -> None:
    center = center_of(applied, "13")
    steps = told(siting, "history", applied, center)
    own = told(siting, "history", applied / "provinces/13", center)
    assert [one["change"] for one in steps] == own
    assert {one["province"] for one in steps} == {"13"}


def test_an_id_that_no_province_ever_had_is_invalid_in_every_command(applied: Path, siting: Siting) -> None:
    result = siting("history", applied, "99-1")
    assert result.exit_code == siting("explain", applied, "--household", "99-1").exit_code == 3
    assert "[unknown_subject]" in result.stderr


@pytest.mark.parametrize("lang", LANGS)
def test_a_nation_is_shown_as_it_stands_and_as_it_was(
    founded: Path, applied: Path, siting: Siting, lang: str
) -> None:
    now = json.loads((applied / "summary.json").read_text(encoding="utf-8"))
    assert told(siting, "show", applied, "--lang", lang) == now
    first = json.loads((founded / "summary.json").read_text(encoding="utf-8"))
    del first["exports"]
    assert told(siting, "show", applied, 1, "--lang", lang) == first
    lines = siting("show", applied, 1, "--lang", lang).stdout.splitlines()
    assert len([one for one in lines if any(f"({code})" in one for code in CODES)]) == len(CODES)


def test_a_version_is_shown_by_its_id_too(applied: Path, siting: Siting) -> None:
    own = told(siting, "history", applied)[1]["nation_id"]
    assert told(siting, "show", applied, own[:12]) == told(siting, "show", applied)
    assert siting("show", applied, own[:12]).stdout.startswith("version 2 of the nation: rebalanced")


@pytest.mark.parametrize("asked", ["3", "0", "no-id", "999999"])
def test_what_a_nation_never_had_is_wrong_usage(applied: Path, siting: Siting, asked: str) -> None:
    for command in ("show", "revert"):
        result = siting(command, applied, asked)
        assert result.exit_code == 2
        assert "siting history" in result.stderr


def test_tables_of_a_version_are_those_of_its_provinces(
    applied: Path, siting: Siting, tmp_path: Path
) -> None:
    result = siting("show", applied, 1, "--out", tmp_path / "first")
    assert result.exit_code == 2
    assert "/provinces/00 1 --out DIR" in result.stderr
    assert not (tmp_path / "first").exists()
    assert siting("show", applied / "provinces/00", 1, "--out", tmp_path / "first").exit_code == 0


def test_whom_an_explanation_is_of_is_found_in_its_province(applied: Path, siting: Siting) -> None:
    found = told(siting, "explain", applied, "--household", "15-3")
    inside = told(siting, "explain", applied / "provinces/16", "--household", "15-3")
    assert found == {"province": "16", **inside}
    before = told(siting, "explain", f"{applied}@1", "--household", "15-3")
    assert (before["province"], before["version"]) == ("15", 1)
    center = center_of(applied, "00")
    assert told(siting, "explain", applied, "--center", center)["province"] == "00"
    assert f"{applied}/provinces/00@2" in siting("explain", applied, "--center", center).stdout


def test_who_is_in_no_province_is_not_explained(applied: Path, siting: Siting) -> None:
    gone = siting("explain", applied, "--household", "13-5")
    assert gone.exit_code == 3
    assert "it was last in province 13" in gone.stderr
    assert siting("explain", applied, "--household", "99-1").exit_code == 3
    center = center_of(applied, "00")
    wrong = siting("explain", applied, "--center", center[:-1])
    assert wrong.exit_code == 3
    assert center in wrong.stderr
    assert "[unknown_applicant]" in siting("explain", applied, "--applicant", "A-1").stderr


def entry(version: int, when: str, nation_id: str = "", **payload: object) -> Entry:
    kind = "found" if version == 1 else "rebalance"
    kept = {**payload, **({"nation": nation_id} if nation_id else {})}
    return Entry(version, version, kind, kept, "", "", "", "", "", when, "", "")


def test_events_keep_the_order_of_every_log_whatever_clocks_say() -> None:
    logs = {
        "01": [entry(1, "2026-01-01"), entry(2, "2026-03-01", "a"), entry(3, "2026-03-02")],
        # The clock of this one was a month behind from its second version on.
        "02": [entry(1, "2026-01-01"), entry(2, "2026-02-01", "a"), entry(3, "2026-02-02", "b")],
        "03": [entry(1, "2026-01-01"), entry(2, "2026-02-15"), entry(3, "2026-03-03", "b")],
    }
    events = events_of(logs)
    assert [dict(one.provinces) for one in events] == [
        {"01": 1, "02": 1, "03": 1},
        {"01": 2, "02": 2},
        {"03": 2},
        {"02": 3, "03": 3},
        {"01": 3},
    ]
    assert [one.version for one in events] == [1, 2, 3, 4, 5]
