"""What was done to a nation is taken back in all its provinces, or in none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from data.errors import Exit, SitingError
from door.record import apply_proposal
from tests.cli.moving_nation import WENT, killed, living, rows_of, versions, write
from tests.cli.small_nation import content

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

KILLED = [
    ("data.folder.put_in_place", "after", 1),
    ("data.casebook.book.Casebook.commit", "after", 2),
]
KILLED_TOO = [
    ("data.folder.put_in_place", "before", 1),
    ("door.renew.write_nation", "before", 1),
    *(
        ("data.casebook.book.Casebook.commit", when, number)
        for when in ("before", "after")
        for number in (1, 3, 4)
    ),
    ("door.staged._drawn", "before", 2),
    ("door.journal.end", "before", 1),
    ("door.journal.end", "after", 1),
    *(("os.fsync", "before", number) for number in range(1, 110, 9)),
]


def national(nation: Path) -> list[dict[str, str]]:
    """Return who is served by whom in every province, as its table says."""
    codes = sorted(one.name for one in (nation / "provinces").iterdir())
    return [row for code in codes for row in rows_of(nation / "provinces" / code / "assignments.csv")]


def own_change(siting: Siting, nation: Path, out: Path, code: str = "16") -> Path:
    """Return a proposal of one province alone."""
    moves = write(out.parent / "own.csv", [f"{code}-2,1405/07/05,leave,,,,"])
    result = siting("rebalance", nation / "provinces" / code, "--moves", moves, "--out", out)
    assert result.exit_code == 0, result.output
    return out


def ids(siting: Siting, nation: Path) -> list[str]:
    return [one["nation_id"] for one in json.loads(siting("history", nation, "--json").stdout)]


def test_a_version_is_brought_back_in_every_province(founded: Path, applied: Path, siting: Siting) -> None:
    result = siting("revert", applied, 1, "--why", "a mistake", "--who", "Reza")
    assert result.exit_code == 0, result.output
    assert set(versions(applied).values()) == {3}
    assert national(applied) == national(founded)
    assert siting("verify", applied).exit_code == 0
    last = json.loads(siting("history", applied, "--json").stdout)[-1]
    assert (last["kind"], last["takes_back"]) == ("revert", [2])
    assert (last["crossed"], last["crossed_back"]) == (0, 2)
    assert (last["who"], last["why"]) == ("Reza", "a mistake")
    now, first = (json.loads((one / "summary.json").read_text("utf-8")) for one in (applied, founded))
    assert [now[name] for name in ("households", "km", "objective_km")] == [
        first[name] for name in ("households", "km", "objective_km")
    ]
    for asked in (1, 3, ids(siting, applied)[1][:12]):
        again = siting("revert", applied, asked)
        assert again.exit_code == 6
        assert "[in_force_already]" in again.stderr
    assert set(versions(applied).values()) == {3}


def test_what_was_taken_back_is_done_again_by_taking_that_back(applied: Path, siting: Siting) -> None:
    moved = national(applied)
    assert siting("revert", applied, ids(siting, applied)[1][:12]).exit_code == 0
    assert living(applied)["15-3"] == ["15"]
    assert siting("revert", applied, ids(siting, applied)[2]).exit_code == 0
    assert national(applied) == moved
    homes = living(applied)
    assert {who: homes[who] for who in WENT} == {who: [code] for who, code in WENT.items()}
    assert siting("verify", applied).exit_code == 0


@pytest.mark.parametrize("by", ["version", "id"])
def test_a_province_that_changed_since_by_itself_keeps_all_from_going_back(
    applied: Path, siting: Siting, tmp_path: Path, by: str
) -> None:
    proposal = own_change(siting, applied, tmp_path / "own")
    assert siting("apply", applied / "provinces/16", proposal).exit_code == 0
    before = content(applied)
    result = siting("revert", applied, 1 if by == "version" else ids(siting, applied)[1])
    assert result.exit_code == 6
    assert "[changed_since] province 16 was changed since, by itself (its version 3" in result.stderr
    assert content(applied) == before
    # Once the province took its own change back, the nation can go back.
    assert siting("revert", applied / "provinces/16", 2).exit_code == 0
    assert siting("revert", applied, 1).exit_code == 0
    assert living(applied)["15-3"] == ["15"]
    assert siting("verify", applied).exit_code == 0


def test_by_its_id_one_proposal_is_taken_back_unless_a_later_one_stands_on_it(
    applied: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "m.csv", ["13-9,1405/09/01,move,48.41,33.51,,"])
    assert siting("rebalance", applied, "--moves", moves, "--out", tmp_path / "p").exit_code == 0
    assert siting("apply", applied, tmp_path / "p").exit_code == 0
    _, first, second = ids(siting, applied)
    refused = siting("revert", applied, first)
    assert refused.exit_code == 6
    assert "by version 3 of the nation" in refused.stderr
    assert siting("revert", applied, second).exit_code == 0
    # Provinces that it did not touch are left alone.
    assert versions(applied) == {"00": 2, "13": 4, "15": 4, "16": 2}
    assert siting("revert", applied, first).exit_code == 0
    assert living(applied)["15-3"] == ["15"]
    assert siting("verify", applied).exit_code == 0


@pytest.mark.parametrize(
    "killed_at", [*KILLED, *(pytest.param(one, marks=pytest.mark.soak) for one in KILLED_TOO)], ids=str
)
def test_whatever_is_killed_the_next_opening_finishes_the_return(
    founded: Path, applied: Path, siting: Siting, killed_at: tuple[str, str, int]
) -> None:
    moved = national(applied)
    killed(*killed_at, "revert", applied, 1)
    verified = siting("verify", applied)
    assert verified.exit_code == 0, verified.output
    (version,) = set(versions(applied).values())
    assert national(applied) == (national(founded) if version == 3 else moved)
    homes = living(applied)
    assert all(len(codes) == 1 for codes in homes.values())
    assert homes["15-3"] == (["15"] if version == 3 else ["16"])
    assert siting("revert", applied, 1).exit_code == (6 if version == 3 else 0)


def test_a_return_that_cannot_be_finished_is_undone(applied: Path, siting: Siting, tmp_path: Path) -> None:
    moved, own = national(applied), own_change(siting, applied, tmp_path / "own")
    killed("data.casebook.book.Casebook.commit", "after", 2, "revert", applied, 1)
    assert versions(applied) == {"00": 3, "13": 3, "15": 2, "16": 2}
    # Past the door, which would finish the nation first.
    apply_proposal(applied / "provinces/16", own, lang="en")
    verified = siting("verify", applied)
    assert verified.exit_code == 0, verified.output
    assert "could not be" in verified.stderr
    assert versions(applied) == {"00": 4, "13": 4, "15": 2, "16": 3}
    assert national(applied) == [one for one in moved if one["household_id"] != "16-2"]
    kinds = [one["kind"] for one in json.loads(siting("history", applied, "--json").stdout)]
    assert sorted(kinds[2:]) == ["rebalance", "revert", "undone"]


def test_a_full_disk_leaves_the_return_to_the_next_command(
    applied: Path, siting: Siting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise SitingError("full", code="disk_full", exit_code=Exit.MACHINE)

    with monkeypatch.context() as patch:
        patch.setattr("door.journal.revert_to", full)
        result = siting("revert", applied, 1)
    assert result.exit_code == 8
    assert "the return is left half done" in result.stderr
    verified = siting("verify", applied)
    assert verified.exit_code == 0, verified.output
    assert "is now taken back in all 4" in verified.stderr
    assert set(versions(applied).values()) == {3}


def test_a_province_has_numbers_alone(applied: Path, siting: Siting) -> None:
    for command in ("revert", "show"):
        result = siting(command, applied / "provinces/15", "abc")
        assert result.exit_code == 2
        assert "abc is not the number of a version" in result.stderr
