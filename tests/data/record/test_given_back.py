"""What a version adds is in the casebook as it was certified, or the version is not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from data.hashing import plan_hash
from data.verify.certificate import problem_hash
from tests.data.record.living import commit, found, start

if TYPE_CHECKING:
    from pathlib import Path

FURTHER = "UPDATE plan_assignments SET km = km + 1 WHERE household_id ="


def with_trigger(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TRIGGER meddles {statement}")


@pytest.mark.parametrize(
    "statement",
    [
        f"AFTER INSERT ON plan_assignments BEGIN {FURTHER} NEW.household_id; END",
        f"AFTER INSERT ON plan_assignments BEGIN {FURTHER} 'H0001' AND _version = 1; END",
        f"AFTER INSERT ON log BEGIN {FURTHER} 'H0001'; END",
        "AFTER INSERT ON plan_assignments BEGIN DELETE FROM plan_assignments WHERE _fid = NEW._fid; END",
        "AFTER INSERT ON log BEGIN UPDATE problem_households SET cases = 9 WHERE household_id = 'H0001'; END",
    ],
)
def test_rows_that_something_changes_on_their_way_are_not_kept(tmp_path: Path, statement: str) -> None:
    first = start()
    book = found(tmp_path / "casebook.gpkg", first)
    with_trigger(book.path, statement)
    with pytest.raises(RuntimeError):
        commit(book, first.lives_on(moves={"H0003": (11.0, 11.0)}), today=1)
    assert book.version == 1
    assert plan_hash(book.plan()) == plan_hash(first.plan)
    assert problem_hash(book.problem()) == problem_hash(first.problem)


def test_a_trigger_that_changes_nothing_is_no_hindrance(tmp_path: Path) -> None:
    first = start()
    book = found(tmp_path / "casebook.gpkg", first)
    with_trigger(book.path, "AFTER INSERT ON plan_assignments BEGIN SELECT 1; END")
    after = first.lives_on(moves={"H0003": (11.0, 11.0)}, leaves=["H0005"])
    assert commit(book, after, today=1) == 2
    assert plan_hash(book.plan()) == plan_hash(after.plan)


def test_a_row_changed_by_hand_is_set_right_by_the_next_version(tmp_path: Path) -> None:
    first = start()
    book = found(tmp_path / "casebook.gpkg", first)
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute(f"{FURTHER} 'H0001'")
    after = first.lives_on(moves={"H0003": (11.0, 11.0)})
    commit(book, after, today=1)
    assert plan_hash(book.plan()) == plan_hash(after.plan)
    assert book.broken_entries() == [1]
