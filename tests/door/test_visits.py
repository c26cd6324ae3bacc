"""`siting visits`: a half-year of visits in the record and in caseworkers' hands, that stays as it is."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from icalendar import Calendar

from data.casebook import CASEBOOK, Casebook
from data.work.calendar import months_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

    Run = Callable[..., Result]

FIRST = date(2090, 1, 7)
"""A Saturday that is never over while this is tested."""
UNTIL = months_after(FIRST, 6)
HOLIDAY = FIRST + timedelta(days=3)


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """Few visits a day, and one holiday."""
    folder = tmp_path_factory.mktemp("options")
    (folder / "rules.toml").write_text("visits_a_day = 3\n", encoding="utf-8")
    (folder / "days.csv").write_text(f"date,name\n{HOLIDAY},x\n", encoding="utf-8")
    return ["--rules", folder / "rules.toml", "--holidays", folder / "days.csv"]


@pytest.fixture(scope="module")
def _once(_shared: Path, run: Run, options: list[object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("visited")
    shutil.copytree(_shared, base, dirs_exist_ok=True)
    planned(run, base / "plan", *options)
    return base


@pytest.fixture
def visited(_once: Path, tmp_path: Path) -> Path:
    """A network whose visits are planned."""
    shutil.copytree(_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "plan"


def visits(plan: Path, name: str = "visits") -> pd.DataFrame:
    read = pd.read_csv(
        plan.with_name("plan-visits") / f"{name}.csv", keep_default_na=False, encoding="utf-8-sig"
    )
    assert isinstance(read, pd.DataFrame)
    return read


def planned(run: Run, plan: Path, *more: object, first: date = FIRST, code: int = 0) -> Any:
    result = run("visits", plan, "--from", first, "--overwrite", "--json", *more)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def one_more(run: Run, plan: Path, tmp_path: Path, *rows: str) -> None:
    """Let families come, move or go, and give them caseworkers."""
    file = tmp_path / "moves.csv"
    file.write_text("\n".join(["household_id,date,event,lon,lat,county", *rows]) + "\n", encoding="utf-8")
    proposal = tmp_path / "proposal"
    assert run("rebalance", plan, "--moves", file, "--out", proposal).exit_code == 0
    assert run("apply", plan, proposal).exit_code == 0
    assert run("caseworkers", plan, "--overwrite", "--date", "1404/07/01").exit_code in (0, 4)


def test_every_home_is_visited_once_on_a_working_day(visited: Path, run: Run) -> None:
    summary = json.loads((visited.with_name("plan-visits") / "summary.json").read_text(encoding="utf-8"))
    book = Casebook.open(visited / CASEBOOK)
    beats = book.work("beats").set_index("household_id")["caseworker_id"]
    made = visits(visited)
    assert made.set_index("household_id")["caseworker_id"].to_dict() == beats.to_dict()
    days = [date.fromisoformat(one) for one in made["date"]]
    assert all(FIRST <= one < UNTIL and one.weekday() not in (3, 4) and one != HOLIDAY for one in days)
    assert made.groupby(["caseworker_id", "date"]).size().max() <= 3
    assert summary["visited"] == len(beats) == len(book.work("visits"))
    assert summary["km"] == pytest.approx(visits(visited, "days")["km"].sum(), abs=1e-6)
    assert summary["saved_km"] == pytest.approx(summary["file_order_km"] - summary["km"], abs=1e-6)
    assert summary["holidays"] == {"source": "days.csv", "inside": 1, "estimated": []}
    assert run("verify", visited).exit_code == 0


def test_each_caseworker_carries_a_calendar_and_a_list_of_the_same_days(visited: Path) -> None:
    folder = visited.with_name("plan-visits")
    made = visits(visited)
    assert folder.stat().st_mode & 0o077 == 0
    names = set(made["caseworker_id"])
    assert {one.stem for one in folder.glob("*.ics")} == {one.stem for one in folder.glob("*.xlsx")} == names
    for name in sorted(names)[:3]:
        own = made[made["caseworker_id"] == name]
        events = list(Calendar.from_ical((folder / f"{name}.ics").read_bytes()).walk("VEVENT"))
        assert [one.start.date().isoformat() for one in events] == sorted(set(own["date"]))
        assert {one.start.strftime("%H:%M %z") for one in events} == {"08:00 +0330"}
        told = [str(one["description"]) for one in events]
        assert all(sum(home in one for one in told) == 1 for home in own["household_id"])
        sheet = openpyxl.load_workbook(folder / f"{name}.xlsx").worksheets[0]
        rows = list(sheet.iter_rows(min_row=3, values_only=True))
        assert [row[3] for row in rows] == own["household_id"].tolist()
        assert [row[1] for row in rows] == own["date"].tolist()


def test_once_more_is_the_same_bytes_and_no_version(visited: Path, run: Run, options: list[object]) -> None:
    folder, book = visited.with_name("plan-visits"), Casebook.open(visited / CASEBOOK)
    before, version = {one.name: one.read_bytes() for one in folder.iterdir()}, book.version
    planned(run, visited, *options, "--workers", "2", "--anew")
    after = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert book.version == version
    assert {name for name in before if before[name] != after[name]} == set()


def test_only_the_days_a_family_joins_or_leaves_change(
    visited: Path, run: Run, options: list[object], tmp_path: Path
) -> None:
    before = visits(visited).set_index("household_id")
    homes = Casebook.open(visited / CASEBOOK).problem().households.set_index("household_id")
    gone, moved, beside = before.index[0], before.index[5], before.index[9]
    there, county = homes.loc[beside], homes.loc[moved, "county"]
    near = homes[(homes["county"] == county) & (homes.index != moved)].iloc[0]
    one_more(
        run, visited, tmp_path,
        f"{gone},2026-10-01,leave,,,",
        f"NEW-1,2026-10-01,join,{there['lon'] + 0.001},{there['lat']},{there['county']}",
        f"{moved},2026-10-01,move,{near['lon'] + 0.002},{near['lat']},{county}",
    )  # fmt: skip
    summary = planned(run, visited, *options)
    after = visits(visited).set_index("household_id")
    beats = Casebook.open(visited / CASEBOOK).work("beats").set_index("household_id")["caseworker_id"]
    stayed = before.index.difference([gone, moved])
    kept = stayed[before.loc[stayed, "caseworker_id"] == beats.loc[stayed]]
    assert len(kept) >= len(stayed) - 4
    assert after.loc[kept, "date"].to_dict() == before.loc[kept, "date"].to_dict()
    assert set(after.index) == {*stayed, moved, "NEW-1"}
    touched = pd.concat([before.drop(kept), after.drop(kept)])
    days = set(zip(touched["caseworker_id"], touched["date"], strict=True))
    others = [one for one in kept if (before.loc[one, "caseworker_id"], before.loc[one, "date"]) not in days]
    columns = ["date", "turn", "stop_id", "km", "arrival"]
    assert after.loc[others, columns].equals(before.loc[others, columns])
    assert summary["fitted"]


def test_what_was_missed_is_planned_again_and_what_was_done_stays(
    visited: Path, run: Run, options: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = visits(visited).set_index("household_id")
    over = before[before["date"] < "2090-03-01"].index
    done = over[::2]
    acts = pd.DataFrame(
        {
            "activity_id": [f"A{one}" for one in done], "date": before.loc[done, "date"],
            "household_id": list(done), "center_id": before.loc[done, "center_id"],
            "caseworker_id": before.loc[done, "caseworker_id"], "kind": "visit", "result": "", "flags": "",
        }
    ).reset_index(drop=True)  # fmt: skip
    real = Casebook.work
    monkeypatch.setattr(
        Casebook, "work", lambda self, name, *more: acts if name == "activity" else real(self, name, *more)
    )
    planned(run, visited, *options, first=date(2090, 3, 4))
    after = visits(visited).set_index("household_id")
    assert after.loc[done, "date"].to_dict() == before.loc[done, "date"].to_dict()
    coming = before.index.difference(over)
    assert after.loc[coming, "date"].to_dict() == before.loc[coming, "date"].to_dict()
    assert (after.loc[over.difference(done), "date"] >= "2090-03-04").all()
    assert after["done"].sum() == len(done)


def test_one_center_alone_leaves_the_others_as_they_are(
    visited: Path, run: Run, options: list[object]
) -> None:
    book = Casebook.open(visited / CASEBOOK)
    before = book.work("visits").set_index("household_id")
    center = before["center_id"].iloc[0]
    planned(run, visited, *options, "--center", center, "--anew", first=FIRST + timedelta(days=14))
    after = book.work("visits").set_index("household_id")
    others = before.index[before["center_id"] != center]
    assert after.loc[others].equals(before.loc[others])
    assert set(visits(visited)["center_id"]) == {center}
    assert (after.loc[after["center_id"] == center, "date"] >= "2090-01-21").all()


def test_more_visits_than_days_and_ways_too_long_are_said_with_the_remedy(
    plan: Path, run: Run, tmp_path: Path
) -> None:
    rules, table = tmp_path / "rules.toml", tmp_path / "days.csv"
    rules.write_text("visits_a_day = 1\nvisit_months = 1\n", encoding="utf-8")
    busy = [FIRST + timedelta(days=one) for one in range(5, 31)]
    table.write_text("\n".join(["date", *(str(one) for one in busy)]) + "\n", encoding="utf-8")
    result = run("visits", plan, "--from", FIRST, "--rules", rules, "--holidays", table)
    assert result.exit_code == 4
    assert "do not fit into the 5 working days" in result.stderr
    left = visits(plan, "unvisited")
    assert set(left["reason"]) == {"no_day_left"}
    assert len(left) + len(visits(plan)) == len(Casebook.open(plan / CASEBOOK).work("beats"))
    rules.write_text("hours_a_day = 1\nvisit_minutes = 59.9\n", encoding="utf-8")
    result = run("visits", plan, "--from", FIRST, "--rules", rules, "--anew", "--overwrite", "--lang", "fa")
    assert result.exit_code == 4
    assert "hours_a_day" in result.stderr
    assert "too_far_for_a_day" in set(visits(plan, "unvisited")["reason"])


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["--from", "1400/04/01"], 3, "[past_date]"),
        (["--from", "2090-01-07", "--center", "Nowhere"], 3, "[unknown_center] Nowhere"),
        (["--from", "2100-13-01"], 2, "--from"),
        (["--from", "2090-01-07", "--rules", "none.toml"], 3, "none.toml [missing_file]"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    plan: Path, run: Run, asked: list[str], code: int, said: str
) -> None:
    result = run("visits", plan, *asked)
    assert result.exit_code == code
    assert said in result.stderr
    assert not plan.with_name("plan-visits").exists()


def test_without_caseworkers_they_come_first(plan: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Casebook.work
    monkeypatch.setattr(
        Casebook,
        "work",
        lambda self, name: real(self, name).iloc[:0] if name == "beats" else real(self, name),
    )
    result = run("visits", plan, "--from", FIRST)
    assert result.exit_code == 3
    assert "siting caseworkers plan" in result.stderr


def test_rules_of_working_life_are_printed_to_edit(run: Run, tmp_path: Path) -> None:
    printed = run("rules", "--work", "--lang", "fa").stdout
    file = tmp_path / "rules.toml"
    file.write_text(printed.replace("visits_a_day = 6", "visits_a_day = 0"), encoding="utf-8")
    result = run("rules", file, "--work")
    assert result.exit_code == 3
    assert "rules.toml [rule_out_of_range] visits_a_day" in result.stderr
