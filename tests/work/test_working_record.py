"""What centers did is kept beside who is served where, and changes nothing of that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from shutil import copytree
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, SitingError
from data.nation.lineage import made_alone
from data.record.rebuild import rebuild
from data.work.tables import as_kept, none_of
from door.record import apply_proposal, revert_to
from door.working import keep
from tests.maps.handing_over import eventful, founded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("working") / "plan")


@pytest.fixture
def plan(ground: Path, tmp_path: Path) -> Path:
    return copytree(ground, tmp_path / "plan")


def beats_of(book: Casebook) -> pd.DataFrame:
    beats = book.plan().assignments[["household_id", "center_id"]].copy()
    return beats.assign(caseworker_id=beats["center_id"].astype(str) + "-1")


def kept(plan: Path, tables: Mapping[str, pd.DataFrame], kind: str = "caseworkers") -> int:
    return keep(plan, tables, kind=kind, lang="en", after=Casebook.open(plan / CASEBOOK).head, who="Sara")


def test_a_working_table_is_a_version_with_the_same_plan(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    before, beats = book.log()[-1], beats_of(book)
    assert kept(plan, {"beats": beats}) == 2
    entry = book.log()[-1]
    assert (entry.kind, entry.who, entry.previous) == ("caseworkers", "Sara", before.hash)
    assert entry.payload["plan_hash"] == before.payload["plan_hash"]
    assert entry.payload["changed"] == {"work_beats": [len(beats), 0]}
    pd.testing.assert_frame_equal(book.work("beats"), as_kept("beats", beats))
    assert book.is_work(2)
    assert not book.is_work(1)
    rebuilt = rebuild(plan)
    assert rebuilt.failures == []
    assert rebuilt.behind == []


def test_what_is_as_it_was_makes_no_version(plan: Path) -> None:
    beats = beats_of(Casebook.open(plan / CASEBOOK))
    assert kept(plan, {"beats": beats}) == 2
    assert kept(plan, {"beats": beats.sample(frac=1, random_state=1)}) == 2
    assert Casebook.open(plan / CASEBOOK).version == 2


def test_only_the_rows_that_changed_are_added(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    beats = beats_of(book)
    kept(plan, {"beats": beats})
    beats.loc[beats.index[0], "caseworker_id"] = "other"
    kept(plan, {"beats": beats.drop(index=beats.index[1])})
    assert book.log()[-1].payload["changed"] == {"work_beats": [1, 1]}
    assert len(book.work("beats")) == len(beats) - 1
    assert len(book.work("beats", 2)) == len(beats)
    assert book.work("beats", 1).equals(none_of("beats"))


def test_work_outlives_what_changes_the_plan(plan: Path, tmp_path: Path) -> None:
    proposal = eventful(plan, tmp_path / "proposal")
    book = Casebook.open(plan / CASEBOOK)
    beats = beats_of(book)
    kept(plan, {"beats": beats})
    # Made before, and still of the plan in force.
    apply_proposal(plan, proposal, lang="en")
    revert_to(plan, 1, lang="en")
    assert book.version == 4
    pd.testing.assert_frame_equal(book.work("beats"), as_kept("beats", beats))
    assert rebuild(plan).failures == []


def test_a_province_that_records_its_work_stands_on_nothing_of_its_own(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    kept(plan, {"beats": beats_of(book)})
    assert made_alone(book.log()) == [frozenset(), frozenset()]


def test_a_working_value_changed_by_hand_fails_and_names_its_entry(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    kept(plan, {"beats": beats_of(book)})
    with closing(sqlite3.connect(plan / CASEBOOK)) as connection, connection:
        connection.execute("UPDATE work_beats SET caseworker_id = 'nobody' WHERE rowid = 1")
    failures = rebuild(plan).failures
    assert [(one.code, one.id) for one in failures] == [("broken_entry", "2")]


def test_of_two_that_record_at_once_one_is_refused(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    first = book.head
    kept(plan, {"beats": beats_of(book)})
    with pytest.raises(SitingError) as error:
        keep(plan, {"beats": none_of("beats")}, kind="caseworkers", lang="en", after=first)
    assert error.value.exit_code == Exit.REFUSED
    assert book.version == 2


def test_a_table_with_a_key_twice_is_a_bug_and_keeps_nothing(plan: Path) -> None:
    beats = beats_of(Casebook.open(plan / CASEBOOK))
    with pytest.raises(ValueError, match="a key twice"):
        kept(plan, {"beats": pd.concat([beats, beats[:1]])})
    assert Casebook.open(plan / CASEBOOK).version == 1
