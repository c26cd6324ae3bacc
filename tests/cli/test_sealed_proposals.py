"""What was signed is what is applied: nothing of a proposal may be changed, and nothing applied twice."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from data.casebook import CASEBOOK, Casebook
from data.change.asked import AskedChanges
from data.errors import Exit, SitingError
from door.record import apply_proposal
from siting.running.proposing import propose
from tests.maps.handing_over import eventful, founded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    plan = founded(tmp_path / "plan")
    return plan, eventful(plan, tmp_path / "proposal")


def refused(plan: Path, proposal: Path) -> str:
    with pytest.raises(SitingError) as error:
        apply_proposal(plan, proposal, lang="en")
    assert error.value.exit_code == Exit.REFUSED
    assert Casebook.open(plan / CASEBOOK).version == 1
    return error.value.code


@pytest.mark.parametrize("name", ["transfers", "forced_cases", "seed", "plan_hash", "by_reason"])
def test_a_figure_that_was_changed_is_refused(made: tuple[Path, Path], name: str) -> None:
    plan, proposal = made
    file = proposal / "proposal.json"
    facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    facts[name] = {"own_move": 5} if name == "by_reason" else f"{facts[name]}0"
    file.write_text(json.dumps(facts), encoding="utf-8")
    assert refused(plan, proposal) == "changed_proposal"


@pytest.mark.parametrize("name", ["transfers", "joined", "left", "unassigned", "address_unknown", "moves"])
def test_a_table_that_was_changed_or_taken_away_is_refused(made: tuple[Path, Path], name: str) -> None:
    plan, proposal = made
    file = proposal / f"{name}.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    assert refused(plan, proposal) == "changed_proposal"
    file.unlink()
    assert refused(plan, proposal) == "changed_proposal"


def test_what_is_as_it_was_made_is_applied_once(made: tuple[Path, Path]) -> None:
    plan, proposal = made
    summary = apply_proposal(plan, proposal, lang="en")
    assert summary["casebook_version"] == 2
    with pytest.raises(SitingError) as error:
        apply_proposal(plan, proposal, lang="en")
    assert (error.value.code, error.value.exit_code) == ("stale_proposal", Exit.REFUSED)


def test_nothing_is_built_on_a_version_that_was_changed_by_hand(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    plan, proposal = made
    with closing(sqlite3.connect(plan / CASEBOOK)) as book, book:
        book.execute("UPDATE plan_assignments SET km = km + 1 WHERE rowid = 1")
    with pytest.raises(SitingError) as error:
        apply_proposal(plan, proposal, lang="en")
    assert (error.value.code, error.value.exit_code) == ("broken_entry", Exit.VERIFICATION_FAILED)
    (tmp_path / "next").mkdir()
    with pytest.raises(SitingError, match="restore a copy"):
        propose(plan, AskedChanges(), tmp_path / "next")
    assert Casebook.open(plan / CASEBOOK).version == 1
