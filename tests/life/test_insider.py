"""Who edits the record by hand is found out; who also seals it anew, by a head that was printed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook, beside, log
from data.hashing import plan_hash, value_hash
from data.verify.certificate import problem_hash

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.life.conftest import Ground

FORGERIES = (
    (1, "UPDATE problem_households SET status = 'forged' WHERE _key = 'H0007'"),
    (1, "UPDATE plan_centers SET name = 'forged' WHERE _key = 'C-P02-1' AND _version = 1"),
    (2, "UPDATE log SET payload = json_set(payload, '$.transfers', 0) WHERE version = 2"),
)
ASIDE = (1, "UPDATE log SET why = 'nothing of note' WHERE version = 1")
"""Sealed, but no part of a head: the same run by another hand has the same."""


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in args])


@pytest.fixture
def plan(proposed: Ground, tmp_path: Path) -> Path:
    """Two versions."""
    return proposed.copied(tmp_path / "ground") / "later"


def edited(plan: Path, statement: str) -> None:
    """Edit a value by hand."""
    with closing(sqlite3.connect(plan / CASEBOOK)) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def sealed_anew(plan: Path) -> None:
    """Recompute every hash in the file, and write every export anew: all that an insider can do."""
    book = Casebook.open(plan / CASEBOOK)
    hashes = [
        {"plan_hash": plan_hash(book.plan(one)), "problem_hash": problem_hash(book.problem(one))}
        for one in range(1, book.version + 1)
    ]
    with closing(sqlite3.connect(plan / CASEBOOK)) as connection, connection:
        previous = seal = ""
        for entry, right in zip(log.read_log(connection), hashes, strict=True):
            payload = {**entry.payload, **right}
            content = log.version_hash(connection, entry.version)
            own = value_hash(
                (entry.entry, entry.version, entry.kind, payload, entry.inputs, content, previous)
            )
            seal = log._seal(own, entry.who, entry.when_utc, entry.why, seal)
            text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
            connection.execute(
                "UPDATE log SET payload = ?, content = ?, previous = ?, hash = ?, seal = ? WHERE entry = ?",
                (text, content, previous, own, seal, entry.entry),
            )
            previous = own
        seals = beside._seals_of_log(connection)
        for one in beside.told(connection):
            connection.execute(
                "UPDATE casebook_files SET seal = ? WHERE (name, sha256, version) = (?, ?, ?)",
                (beside._seal(one, seals), one.name, one.sha256, one.version),
            )
        connection.execute(
            "UPDATE meta SET value = ? WHERE key = 'files'", (beside._seal_of_all(connection),)
        )
    assert run("export", plan, "--out", plan).exit_code == 0


@pytest.mark.parametrize(("entry", "statement"), [*FORGERIES, ASIDE])
def test_a_value_edited_by_hand_fails_with_its_entry_named(plan: Path, entry: int, statement: str) -> None:
    edited(plan, statement)
    result = run("verify", plan)
    assert result.exit_code == 7
    assert f"{CASEBOOK} [broken_entry] {entry}" in result.stderr


@pytest.mark.parametrize("statement", [one for _, one in FORGERIES])
def test_a_chain_recomputed_by_an_insider_fails_a_head_that_was_printed(plan: Path, statement: str) -> None:
    printed = Casebook.open(plan / CASEBOOK).head
    edited(plan, statement)
    sealed_anew(plan)
    plain = run("verify", plan)
    assert plain.exit_code == 0, plain.output
    anchored = run("verify", plan, "--anchor", printed)
    assert anchored.exit_code == 7, anchored.output
    assert f"{CASEBOOK} [unknown_anchor] {printed}" in anchored.stderr
