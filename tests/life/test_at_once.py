"""Several at once: one writer wins, readers are never disturbed, and whoever must wait is told why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.record import rebuild
from data.record.recount import recount
from door.record import revert_to
from door.staged import staged
from tests.life.tiny import holds, version_of

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.life.conftest import Ground
    from tests.life.killing import Killer

READERS = 20


@pytest.fixture
def here(proposed: Ground, tmp_path: Path) -> Path:
    return proposed.copied(tmp_path / "ground")


def test_of_two_that_apply_at_once_one_wins_and_the_other_is_refused(here: Path, killer: Killer) -> None:
    apply = ("apply", here / "plan", here / "proposal")
    said = killer.together(apply, apply)
    assert sorted(one.code or 0 for one in said) == [0, 6]
    (loser,) = (one.words for one in said if one.code)
    assert "nothing was changed" in loser
    assert version_of(here / "plan") == 2
    assert holds(here / "plan") == []
    assert list((here / "plan").rglob(".*")) == []


def test_twenty_readers_while_one_writes_are_never_disturbed(here: Path, killer: Killer) -> None:
    later = here / "later"
    reads = [
        ("verify", later),
        ("history", later),
        ("show", later, 2),
        ("history", later),
        ("show", later, 1),
    ]
    lines = [reads[number % len(reads)] for number in range(READERS)]
    lines.insert(READERS // 4, ("revert", later, 1))
    said = killer.together(*lines)
    assert [one.words for one in said if one.code] == []
    assert version_of(later) == 3
    assert holds(later) == []


def run(*args: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in args])


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_casebook_that_is_held_elsewhere_is_told_in_a_sentence(
    here: Path, killer: Killer, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    monkeypatch.setattr("data.casebook.connection.BUSY_SECONDS", 0.05)
    plan = here / "plan"
    with closing(sqlite3.connect(plan / CASEBOOK, isolation_level=None)) as held:
        held.execute(lock)
        said = run("apply", plan, here / "proposal")
        assert said.exit_code == 6, said.output
        assert "[casebook_busy]" in said.stderr
        assert "is open and locked elsewhere; close it there and try again" in said.stderr
        assert run("history", plan).exit_code == (6 if "EXCLUSIVE" in lock else 0)
    assert killer("apply", plan, here / "proposal").code == 0, killer.said
    assert holds(plan) == []


def test_a_folder_that_is_written_while_it_is_verified_is_read_once_more(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, compares = iter([True]), rebuild.differing_exports

    def meanwhile(folder: Path, *told: Any) -> list[str]:
        if next(first, False):
            revert_to(folder, 1, lang="en")
        return compares(folder, *told)

    monkeypatch.setattr(rebuild, "differing_exports", meanwhile)
    (result,) = recount(here / "later")
    assert (result["version"], result["behind"]) == (3, [])


def test_files_of_a_version_do_not_cover_those_of_one_that_came_after(here: Path) -> None:
    later = here / "later"
    book = Casebook.open(later / CASEBOOK)
    with staged(later, book.problem(), book.plan(), 2, "en") as ready:
        revert_to(later, 1, lang="en")
        assert ready.put(book, 2)["casebook_version"] == 2
    assert (version_of(later), holds(later)) == (3, [])
