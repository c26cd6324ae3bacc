"""`siting verify` rebuilds every version, knows a printed head, and tells a killed writer from a forger."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from data.casebook import CASEBOOK, Casebook, log
from data.exports import export
from data.folder import write_folder, write_plan
from data.hashing import file_hash
from data.verify import verify
from tests.data.network import network
from tests.data.network_wrong import NETWORK, PLAN

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from tests.cli.conftest import Siting

PAGE = "map/index.html"
OTHER = network(to_existing=290)


def continued(before: Plan) -> Problem:
    served = before.assignments.set_index("household_id")["center_id"]
    households = NETWORK.problem.households
    told = served.reindex(households["household_id"], fill_value="").to_numpy()
    return replace(NETWORK.problem, households=households.assign(center_id=told))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions; exports and map are those of the last."""

    def fill(folder: Path) -> None:
        (folder / "map").mkdir()
        draw(folder, "one")
        write_plan(folder, NETWORK.problem, PLAN, verify(NETWORK.problem, PLAN), run={})

    out = tmp_path_factory.mktemp("lived") / "plan"
    write_folder(out, overwrite=False, fill=fill)
    book = Casebook.open(out / CASEBOOK)
    plans = [PLAN, OTHER.plan(), NETWORK.plan()]
    for today, (before, plan) in enumerate(pairwise(plans), start=1):
        problem = continued(before)
        certificate = verify(problem, plan)
        book.commit(plan, certificate, kind="rebalance", who="", why="", problem=problem, today=today)
        shutil.copytree(out, out.parent / f"before-{today + 1}")
        draw(out, f"page {today + 1}")
        book.note_files({PAGE: file_hash(out / PAGE)})
        export(out, out, public=False)
    return out


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived, tmp_path / "plan")


def draw(folder: Path, words: str) -> None:
    (folder / PAGE).write_text(f"<html>{words}</html>", encoding="utf-8")


def sql(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection, connection:
        assert connection.execute(statement, values).rowcount >= 1


def rewrite_log(folder: Path) -> None:
    """Seal everything anew, as an insider would who knows this program."""
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection, connection:
        previous, seal = "", ""
        for entry in log.read_log(connection):
            content = log.version_hash(connection, entry.version)
            payload = dict(entry.payload)
            logical = (entry.entry, entry.version, entry.kind, payload, entry.inputs, content, previous)
            own = log.value_hash(logical)
            seal = log._seal(own, entry.who, entry.when_utc, entry.why, seal)
            connection.execute(
                "UPDATE log SET content = ?, previous = ?, hash = ?, seal = ? WHERE entry = ?",
                (content, previous, own, seal, entry.entry),
            )
            previous = own


def test_every_version_is_rebuilt_and_head_and_version_are_told(lived: Path, siting: Siting) -> None:
    result = siting("verify", lived)
    assert result.exit_code == 0, result.output
    assert "version 3" in result.stdout
    assert Casebook.open(lived / CASEBOOK).head in result.stdout
    assert result.stderr == ""


def test_a_value_of_an_earlier_version_changed_by_hand_names_its_entry(folder: Path, siting: Siting) -> None:
    sql(folder, "UPDATE plan_assignments SET km = km + 1 WHERE _version = 2 AND _key = 'A-0295'")
    result = siting("verify", folder)
    assert result.exit_code == 7
    assert "casebook.gpkg [broken_entry] 2" in result.stderr
    assert "casebook.gpkg@2/assignments.csv" in result.stderr
    assert "[wrong_distance] A-0295" in result.stderr


def test_a_value_that_cannot_even_be_read_names_its_entry(folder: Path, siting: Siting) -> None:
    sql(folder, "UPDATE plan_assignments SET km = 'far' WHERE _version = 1 AND _key = 'A-0005'")
    result = siting("verify", folder)
    assert result.exit_code == 7
    assert "casebook.gpkg [broken_entry] 1" in result.stderr


def test_an_earlier_version_that_is_not_what_was_certified_is_named_although_the_log_agrees(
    folder: Path, siting: Siting
) -> None:
    sql(folder, "UPDATE plan_centers SET name = 'x' WHERE _version = 1 AND _key = 'C-P1'")
    rewrite_log(folder)
    result = siting("verify", folder)
    assert result.exit_code == 7
    assert "casebook.gpkg [wrong_version] 1" in result.stderr


def test_a_wrong_row_that_stayed_is_named_once_and_not_in_every_version(folder: Path, siting: Siting) -> None:
    sql(folder, "UPDATE plan_assignments SET km = km + 1 WHERE _key = 'A-0005'")
    stderr = siting("verify", folder).stderr
    assert stderr.count("[wrong_distance] A-0005") == 1


def test_a_printed_head_of_any_version_is_known(lived: Path, siting: Siting) -> None:
    heads = [entry.hash for entry in Casebook.open(lived / CASEBOOK).log()]
    result = siting("verify", lived, "--anchor", heads[0], "--anchor", heads[1].upper())
    assert result.exit_code == 0, result.output
    assert f"version 1: {heads[0]}" in result.stdout
    assert f"version 2: {heads[1]}" in result.stdout
    record = json.loads(siting("verify", lived, "--json", "--anchor", heads[2]).stdout)
    assert record["anchors"] == {heads[2]: 3}


def test_a_log_rewritten_by_an_insider_fails_the_printed_head(folder: Path, siting: Siting) -> None:
    printed = Casebook.open(folder / CASEBOOK).log()[1].hash
    sql(folder, "UPDATE log SET payload = json_set(payload, '$.of', 'another') WHERE version = 1")
    rewrite_log(folder)
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection:
        assert log.broken_entries(connection) == []
    result = siting("verify", folder, "--anchor", printed)
    assert result.exit_code == 7
    assert f"casebook.gpkg [unknown_anchor] {printed}" in result.stderr


def test_a_head_that_no_version_has_is_refused(lived: Path, siting: Siting) -> None:
    result = siting("verify", lived, "--anchor", "0" * 64)
    assert result.exit_code == 7
    assert "[unknown_anchor]" in result.stderr
    assert "no version ever had this head" in result.stderr


@pytest.mark.parametrize("anchor", ["", "abc", "0" * 63])
def test_a_head_that_is_not_whole_is_wrong_usage_and_accuses_nobody(
    lived: Path, siting: Siting, anchor: str
) -> None:
    result = siting("verify", lived, "--anchor", anchor)
    assert result.exit_code == 2
    assert "give all 64 letters" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("version", [2, 3])
def test_what_a_writer_killed_after_its_version_leaves_is_behind_and_no_fault(
    lived: Path, siting: Siting, tmp_path: Path, version: int
) -> None:
    killed = shutil.copytree(lived.parent / f"before-{version}", tmp_path / "plan")
    result = siting("verify", killed)
    assert result.exit_code == 0, result.output
    assert f"version {version}" in result.stdout
    behind = {line.split(" ")[0] for line in result.stderr.splitlines() if "[behind_export]" in line}
    assert {"assignments.csv", "centers.csv", "summary.json"} <= behind
    assert f"{PAGE} [stale_map]" in result.stderr
    assert f"is of version {version - 1} of the plan" in result.stderr
    command = result.stderr.split("siting export")[1].splitlines()[0].split()
    exported = siting("export", *command)
    assert exported.exit_code == 0
    assert f"version {version}, head {Casebook.open(killed / CASEBOOK).head}" in exported.stdout
    mended = siting("verify", killed)
    assert mended.exit_code == 0
    assert "behind_export" not in mended.stderr


def test_a_mixture_of_versions_files_is_behind(folder: Path, lived: Path, siting: Siting) -> None:
    shutil.copy(lived.parent / "before-2" / "centers.csv", folder / "centers.csv")
    shutil.copy(lived.parent / "before-3" / "assignments.csv", folder / "assignments.csv")
    shutil.copy(lived.parent / "before-3" / "summary.json", folder / "summary.json")
    result = siting("verify", folder, "--json")
    assert result.exit_code == 0, result.output
    assert {"assignments.csv", "summary.json"} <= set(json.loads(result.stdout)["behind"])


def test_a_file_of_no_version_stays_a_fault_beside_files_that_are_behind(
    lived: Path, siting: Siting, tmp_path: Path
) -> None:
    killed = shutil.copytree(lived.parent / "before-3", tmp_path / "plan")
    with (killed / "centers.csv").open("ab") as file:
        file.write(b" ")
    draw(killed, "forged")
    result = siting("verify", killed)
    assert result.exit_code == 7
    assert "centers.csv [stale_export]" in result.stderr
    assert f"{PAGE} [changed_map]" in result.stderr
    assert "assignments.csv [behind_export]" in result.stderr


def test_a_summary_of_an_earlier_version_with_a_forged_figure_is_a_fault(
    folder: Path, lived: Path, siting: Siting
) -> None:
    words = (lived.parent / "before-3" / "summary.json").read_text(encoding="utf-8")
    (folder / "summary.json").write_text(words.replace('"centers": 3', '"centers": 4'), encoding="utf-8")
    result = siting("verify", folder)
    assert result.exit_code == 7
    assert "summary.json [stale_export]" in result.stderr


def test_a_map_that_was_noted_and_not_yet_put_in_its_place_is_behind(folder: Path, siting: Siting) -> None:
    book = Casebook.open(folder / CASEBOOK)
    book.note_files({PAGE: "a" * 64, "map/new.html": "b" * 64})
    result = siting("verify", folder)
    assert result.exit_code == 0, result.output
    assert f"{PAGE} [stale_map]" in result.stderr
    assert "map/new.html [stale_map]" in result.stderr


def test_a_page_that_a_version_has_no_more_may_be_there_or_not(folder: Path, siting: Siting) -> None:
    book = Casebook.open(folder / CASEBOOK)
    draw(folder, "the only page")
    book.note_files({"map/only.html": file_hash(folder / PAGE)}, gone=[PAGE])
    shutil.copy(folder / PAGE, folder / "map" / "only.html")
    draw(folder, "page 3")
    export(folder, folder, public=False)
    assert f"{PAGE} [stale_map]" in siting("verify", folder).stderr
    (folder / PAGE).unlink()
    result = siting("verify", folder)
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_past_and_a_version_are_told_by_the_command_line(
    lived: Path, siting: Siting, tmp_path: Path
) -> None:
    entries = json.loads(siting("history", lived, "--json").stdout)
    assert [one["version"] for one in entries] == [1, 2, 3]
    assert len(siting("history", lived, "--lang", "fa").stdout.splitlines()) == 3
    told = siting("history", lived, "A-0295").stdout
    assert "C-P1" in told
    assert siting("history", lived, "nobody").exit_code == 3
    shown = siting("show", lived, 1, "--json", "--out", tmp_path / "first")
    assert json.loads(shown.stdout)["head"] == entries[0]["head"]
    assert (tmp_path / "first" / "assignments.csv").is_file()
    assert siting("show", lived, 2).stdout.startswith("version 2: rebalanced")
    assert siting("show", lived, 4).exit_code == 2
