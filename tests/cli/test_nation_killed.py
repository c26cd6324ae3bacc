"""Whatever is killed while a nation changes, the next opening leaves everybody in exactly one province."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from data.errors import Exit, SitingError
from door.record import apply_proposal
from tests.cli.moving_nation import killed, living, versions, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

KILLED = [
    ("data.casebook.book.Casebook.commit", "after", 1),
    ("door.renew.write_nation", "after", 1),
]
KILLED_TOO = [
    ("data.folder.put_in_place", "after", 1),
    ("data.folder.put_in_place", "before", 1),
    ("data.casebook.book.Casebook.commit", "after", 4),
    *(
        ("data.casebook.book.Casebook.commit", when, number)
        for when in ("before", "after")
        for number in (2, 3)
    ),
    ("door.staged._drawn", "before", 2),
    ("door.journal.end", "before", 1),
    ("door.journal.end", "after", 1),
    ("door.renew.draw_nation", "before", 1),
    *(("os.fsync", "before", number) for number in range(1, 120, 7)),
]


@pytest.mark.parametrize(
    "killed_at", [*KILLED, *(pytest.param(one, marks=pytest.mark.soak) for one in KILLED_TOO)], ids=str
)
def test_whatever_is_killed_when_the_next_opening_finishes_it(
    nation: Path, proposal: Path, siting: Siting, killed_at: tuple[str, str, int]
) -> None:
    killed(*killed_at, "apply", nation, proposal)
    verified = siting("verify", nation)
    assert verified.exit_code == 0, verified.output
    homes = living(nation)
    assert all(len(codes) == 1 for codes in homes.values())
    assert len(homes) == 700
    (version,) = set(versions(nation).values())
    assert homes["15-3"] == (["15"] if version == 1 else ["16"])


def test_what_cannot_be_finished_is_taken_back(
    nation: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "own.csv", ["16-2,1405/07/05,leave,,,,"])
    assert (
        siting("rebalance", nation / "provinces/16", "--moves", moves, "--out", tmp_path / "own").exit_code
        == 0
    )
    killed("data.casebook.book.Casebook.commit", "after", 3, "apply", nation, proposal)
    assert versions(nation) == {"00": 2, "13": 2, "15": 2, "16": 1}
    # Past the door, which would finish the nation first.
    apply_proposal(nation / "provinces/16", tmp_path / "own", lang="en")
    verified = siting("verify", nation)
    assert verified.exit_code == 0, verified.output
    assert "could not be finished" in verified.stderr
    assert versions(nation) == {"00": 3, "13": 3, "15": 3, "16": 2}
    homes = living(nation)
    assert homes["15-3"] == homes["15-4"] == ["15"]
    assert "NEW-1" not in homes


@pytest.mark.soak
@pytest.mark.parametrize("number", [1, 2, 3])
def test_taking_back_may_be_killed_too(
    nation: Path, proposal: Path, siting: Siting, tmp_path: Path, number: int
) -> None:
    moves = write(tmp_path / "own.csv", ["16-2,1405/07/05,leave,,,,"])
    place = nation / "provinces/16"
    assert siting("rebalance", place, "--moves", moves, "--out", tmp_path / "own").exit_code == 0
    killed("data.casebook.book.Casebook.commit", "after", 3, "apply", nation, proposal)
    apply_proposal(place, tmp_path / "own", lang="en")
    killed("data.casebook.book.Casebook.commit", "after", number, "verify", nation)
    assert siting("verify", nation).exit_code == 0
    assert versions(nation) == {"00": 3, "13": 3, "15": 3, "16": 2}
    assert all(len(codes) == 1 for codes in living(nation).values())


@pytest.mark.soak
def test_a_province_changed_alone_leaves_its_nation_right_whatever_is_killed(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "own.csv", ["16-2,1405/07/05,leave,,,,"])
    place = nation / "provinces/16"
    assert siting("rebalance", place, "--moves", moves, "--out", tmp_path / "own").exit_code == 0
    killed("data.casebook.book.Casebook.commit", "after", 1, "apply", place, tmp_path / "own")
    verified = siting("verify", nation)
    assert verified.exit_code == 0, verified.output
    assert json.loads((nation / "summary.json").read_text(encoding="utf-8"))["households"] == 699


def test_a_full_disk_leaves_the_rest_to_the_next_command(
    nation: Path, proposal: Path, siting: Siting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise SitingError("full", code="disk_full", exit_code=Exit.MACHINE)

    with monkeypatch.context() as patch:
        patch.setattr("door.journal.apply_proposal", full)
        result = siting("apply", nation, proposal)
    assert result.exit_code == 8
    assert "left half applied" in result.stderr
    verified = siting("verify", nation)
    assert verified.exit_code == 0, verified.output
    assert set(versions(nation).values()) == {2}
