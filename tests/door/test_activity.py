"""`siting record`: what was done goes into the record once, and what is strange is listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from data.casebook import CASEBOOK, Casebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

    Run = Callable[..., Result]

HEAD = "date,household_id,center_id,caseworker,kind,result"
SUNDAY = "1404/07/06"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "acts.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def beat(plan: Path, row: int = 0) -> tuple[str, str, str]:
    one = Casebook.open(plan / CASEBOOK).work("beats").iloc[row]
    return str(one["household_id"]), str(one["center_id"]), str(one["caseworker_id"])


def visit(plan: Path, day: str = SUNDAY, row: int = 0) -> str:
    home, center, caseworker = beat(plan, row)
    return f"{day},{home},{center},{caseworker},visit,"


def test_the_same_file_twice_is_one_version(plan: Path, run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, visit(plan), visit(plan, row=1))
    first = json.loads(run("record", plan, "--activity", file, "--json").stdout)
    second = json.loads(run("record", plan, "--activity", file, "--json").stdout)
    assert (first["new"], first["flagged"], second["new"], second["repeated"]) == (2, 0, 0, 2)
    assert first["casebook_version"] == second["casebook_version"]
    assert len(Casebook.open(plan / CASEBOOK).work("activity")) == 2
    assert run("verify", plan).exit_code == 0


def test_strange_days_are_kept_listed_and_written(plan: Path, run: Run, tmp_path: Path) -> None:
    home, center, _ = beat(plan)
    file = write(
        tmp_path, visit(plan), visit(plan, "1404/07/04"), f"{SUNDAY},{home},{center},Nobody,casework,"
    )
    result = run("record", plan, "--activity", file)
    assert result.exit_code == 0
    assert f"acts.csv:3 [day_off] {home}" in result.stdout
    assert f"acts.csv:4 [off_roster] {home}" in result.stdout
    folder = plan.with_name("plan-activity")
    strange = pd.read_csv(folder / "flagged.csv", encoding="utf-8-sig")
    assert sorted(strange["flags"]) == ["day_off", "off_roster"]
    assert folder.stat().st_mode & 0o077 == 0
    assert len(Casebook.open(plan / CASEBOOK).work("activity")) == 3


def test_a_home_of_another_center_is_flagged(plan: Path, run: Run, tmp_path: Path) -> None:
    home, own, _ = beat(plan)
    beats = Casebook.open(plan / CASEBOOK).work("beats")
    _, other, worker = beats[beats["center_id"] != own].iloc[0]
    file = write(tmp_path, f"{SUNDAY},{home},{other},{worker},interview,")
    facts = json.loads(run("record", plan, "--activity", file, "--json").stdout)
    assert [one["flag"] for one in facts["rows_flagged"]] == ["other_center"]


def test_days_split_over_two_files_are_judged_together(plan: Path, run: Run, tmp_path: Path) -> None:
    _, _, worker = beat(plan)
    beats = Casebook.open(plan / CASEBOOK).work("beats")
    rows = [number for number, one in enumerate(beats["caseworker_id"]) if one == worker]
    rules = tmp_path / "rules.toml"
    rules.write_text("most_visits_a_day = 5\n")
    for part in (rows[:4], rows[4:8]):
        file = write(tmp_path, *(visit(plan, row=one) for one in part))
        assert run("record", plan, "--activity", file, "--rules", rules).exit_code == 0
    assert set(Casebook.open(plan / CASEBOOK).work("activity")["flags"]) == {"too_many_visits"}


def test_a_table_of_holidays_takes_the_place_of_the_official_ones(
    plan: Path, run: Run, tmp_path: Path
) -> None:
    holidays = tmp_path / "holidays.csv"
    holidays.write_text(f"date,name\n{SUNDAY},ours\n")
    file = write(tmp_path, visit(plan))
    facts = json.loads(run("record", plan, "--activity", file, "--holidays", holidays, "--json").stdout)
    assert facts["by_flag"] == {"holiday": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{SUNDAY},NOBODY,C,Sara,visit,", "unknown_household"),
        ("1504/07/06,NOBODY,C,Sara,visit,", "bad_date"),
        ("1404/13/06,NOBODY,C,Sara,visit,", "bad_date"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    plan: Path, run: Run, tmp_path: Path, line: str, code: str
) -> None:
    version = Casebook.open(plan / CASEBOOK).version
    result = run("record", plan, "--activity", write(tmp_path, visit(plan), line))
    assert result.exit_code == 3
    assert f"acts.csv:3 [{code}]" in result.stderr
    assert Casebook.open(plan / CASEBOOK).version == version


def test_without_a_file_what_was_done_is_told_by_month(plan: Path, run: Run, tmp_path: Path) -> None:
    assert run("record", plan, "--activity", write(tmp_path, visit(plan))).exit_code == 0
    home, center, worker = beat(plan)
    (row,) = json.loads(run("record", plan, "--json").stdout)
    assert (row["caseworker_id"], row["center_id"], row["month"]) == (worker, center, "1404-07")
    assert (row["planned_visits"], row["visits"]) == (0, 1)
    assert f"1404-07 · {worker}: ۱ بازدید" in run("record", plan, "--lang", "fa").stdout
    assert f"1404-07-06: home visit · {worker} · {center}" in run("history", plan, home).stdout


def test_options_of_a_file_without_one_are_refused(plan: Path, run: Run, tmp_path: Path) -> None:
    assert run("record", plan, "--out", tmp_path / "there").exit_code == 2


def test_the_activity_folder_replaces_nothing_else(plan: Path, run: Run, tmp_path: Path) -> None:
    there = tmp_path / "mine"
    there.mkdir()
    (there / "thesis.txt").write_text("mine")
    assert run("record", plan, "--activity", write(tmp_path, visit(plan)), "--out", there).exit_code == 6
    assert (there / "thesis.txt").read_text() == "mine"
