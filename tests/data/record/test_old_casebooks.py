"""A casebook of before, each row kept as it was given, opens, verifies and goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from data.casebook import Casebook, beside, content, implied, store
from data.errors import SitingError
from data.hashing import plan_hash
from data.verify.certificate import problem_hash
from tests.data.record.living import commit, found, start

if TYPE_CHECKING:
    from pathlib import Path

FILES_OF_BEFORE = (
    "CREATE TABLE casebook_files (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, version INTEGER NOT NULL,"
    " seal TEXT NOT NULL)"
)
LATER_KEYS = ("problem_travel", "plan_reserves", "plan_exceptions")


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Casebook:
    """Rows by their numbers, groups and all; one row a file beside it; the first layout."""
    path = tmp_path / "casebook.gpkg"
    parts = content.problem_parts

    def parts_of_before(*given: Any) -> dict[str, Any]:
        return {name: value for name, value in parts(*given).items() if name != content.TODAY}

    keys = {name: key for name, key in content.KEYS.items() if name not in LATER_KEYS}
    with monkeypatch.context() as patch:
        patch.setattr(implied, "manners", lambda _: {})
        patch.setattr(content, "problem_parts", parts_of_before)
        patch.setattr(store, "KEYS", keys)
        patch.setattr(beside, "_with_history", lambda _: None)
        book = found(path, start())
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE casebook_files")
            connection.execute(FILES_OF_BEFORE)
            connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
        book.note_files({"run.toml": "a" * 64})
    return book


def first_key(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (key,) = connection.execute("SELECT min(_key) FROM problem_households").fetchone()
    return str(key)


def test_it_opens_and_holds_as_it_is(before: Casebook) -> None:
    network = start()
    book = Casebook.open(before.path)
    assert first_key(book.path) == "000000000"
    assert problem_hash(book.problem()) == problem_hash(network.problem)
    assert plan_hash(book.plan()) == plan_hash(network.plan)
    assert book.today() is None
    assert [one.name for one in book.files()] == ["run.toml"]
    assert book.faults() == []


def test_it_goes_on_in_the_new_way_and_keeps_its_first_version(before: Casebook) -> None:
    network = start()
    after = network.lives_on(moves={"H0003": (11.0, 11.0)}, joins={"A1": (3.0, 3.0)})
    commit(before, after, today=1)
    last = after.lives_on(leaves=["A1"])
    commit(before, last, today=2)
    assert problem_hash(before.problem(1)) == problem_hash(network.problem)
    assert problem_hash(before.problem(2)) == problem_hash(after.problem)
    assert problem_hash(before.problem()) == problem_hash(last.problem)
    assert before.log()[-1].payload["changed"]["problem_households"] == [0, 1]
    assert before.faults() == []


def test_what_was_said_of_its_files_is_kept_when_more_is_said(before: Casebook) -> None:
    before.note_files({"run.toml": "b" * 64})
    assert [one.sha256[0] for one in before.files_ever()] == ["a", "b"]
    assert [one.sha256[0] for one in before.files()] == ["b"]
    assert before.faults() == []


def test_a_new_casebook_that_says_it_is_of_before_is_named(tmp_path: Path) -> None:
    book = found(tmp_path / "casebook.gpkg", start())
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    assert [(one.code, one.id) for one in book.faults()] == [("changed_fact", "schema")]


def test_a_later_layout_than_this_is_refused(tmp_path: Path) -> None:
    book = found(tmp_path / "casebook.gpkg", start())
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema'")
    with pytest.raises(SitingError) as refusal:
        Casebook.open(book.path)
    assert refusal.value.code == "newer_casebook"
