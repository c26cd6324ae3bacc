"""`siting try`: prices side by side, of a folder that stays as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.hashing import file_hash
from tests.life.tiny import found

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("what-if") / "plan")


def hashes(folder: Path) -> dict[str, str]:
    return {str(one.relative_to(folder)): file_hash(one) for one in folder.rglob("*") if one.is_file()}


def opened(plan: Path) -> str:
    return str(Casebook.open(plan / CASEBOOK).plan().centers["site_id"].iloc[0])


def test_variants_are_told_and_the_plan_stays_as_it_is(plan: Path, tmp_path: Path) -> None:
    before, out = hashes(plan), tmp_path / "out"
    rules = tmp_path / "smaller.toml"
    rules.write_text("max_cases = 25\n", encoding="utf-8")
    asked = (
        "--rules", rules, "--ask", "borders", "--ask", "preference", "--forbid", opened(plan),
        "--out", out,
    )  # fmt: skip
    result = run("try", plan, *asked)
    assert result.exit_code == 0, result.output
    assert hashes(plan) == before
    assert sorted(one.name for one in out.iterdir()) == [
        "centers.csv", "summary.json", "try.html", "try.xlsx", "variants.csv",
    ]  # fmt: skip
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [one["variant"] for one in told["variants"]] == [
        "the plan in force",
        "rules of smaller.toml",
        "without county borders",
        "without regard to preference",
        f"without {opened(plan)}",
    ]
    assert told["variants"][1]["changed"] == {"max_cases": [30, 25]}
    assert told["variants"][1]["rules"]["merit_km"] == 0.01
    assert all(one["unserved"] == 0 for one in told["variants"])
    assert out.stat().st_mode & 0o777 == 0o700


def test_the_files_are_the_same_bytes_again_and_name_no_household(plan: Path, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for workers, folder in enumerate(folders, start=1):
        asked = ("--max-cases", 25, "--lang", "fa", "--workers", workers, "--out", folder)
        assert run("try", plan, *asked).exit_code == 0
    assert hashes(folders[0]) == hashes(folders[1])
    names = Casebook.open(plan / CASEBOOK).problem().households["household_id"]
    book = openpyxl.load_workbook(folders[0] / "try.xlsx")
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    texts = [one.read_text(encoding="utf-8-sig") for one in folders[0].iterdir() if one.suffix != ".xlsx"]
    assert not [name for name in names if any(name in one for one in (cells, *texts))]


def test_everything_that_is_wrong_is_said_at_once(plan: Path, tmp_path: Path) -> None:
    bad, broken, out = tmp_path / "bad.toml", tmp_path / "broken.toml", tmp_path / "out"
    bad.write_text("max_case = 400\nvacancy_km = -1\n", encoding="utf-8")
    broken.write_text("max_cases = = 4", encoding="utf-8")
    result = run(
        "try", plan, "--rules", bad, "--rules", broken, "--rules", tmp_path / "none.toml",
        "--require", "nobody", "--out", out,
    )  # fmt: skip
    assert result.exit_code == 3
    for words in ("unknown_rule", "unreadable_rules", "missing_file", "unknown_site"):
        assert words in result.output
    assert not out.exists()


def test_nothing_asked_is_refused_and_so_is_a_nation(plan: Path, tmp_path: Path) -> None:
    assert "--ask" in run("try", plan).output
    assert run("try", plan).exit_code == 3
    nation = tmp_path / "nation"
    (nation / "provinces" / "15").mkdir(parents=True)
    (nation / "summary.json").write_text("{}", encoding="utf-8")
    result = run("try", nation, "--ask", "borders")
    assert result.exit_code == 3
    assert "provinces" in result.output


def test_a_site_that_is_open_already_costs_nothing(plan: Path) -> None:
    result = run("try", plan, "--require", opened(plan), "--json")
    told = json.loads(result.stdout)["variants"][1]
    assert (told["verdict"], told["difference_km"], told["would_move"]) == ("same", 0.0, 0)


def test_a_network_that_runs_is_held_against_itself_planned_anew(plan: Path, tmp_path: Path) -> None:
    center = str(Casebook.open(plan / CASEBOOK).plan().centers["center_id"].iloc[0])
    running, proposal = found(tmp_path / "running"), tmp_path / "proposal"
    asked = ("--max-cases", f"{center}=28@1405/07/01", "--out", proposal)
    assert run("rebalance", running, *asked).exit_code == 0
    assert run("apply", running, proposal).exit_code == 0
    told = json.loads(run("try", running, "--ask", "preference", "--json").stdout)
    assert [one["variant"] for one in told["variants"]] == [
        "the plan in force", "the same network, planned anew", "without regard to preference",
    ]  # fmt: skip
    assert told["reference"] == "the same network, planned anew"
    first = json.loads(run("try", f"{running}@1", "--max-cases", 28, "--json").stdout)
    assert first["version"] == 1
    assert len(first["variants"]) == 2


def test_files_of_one_name_are_told_apart_and_a_question_is_answered_once(plan: Path, tmp_path: Path) -> None:
    for folder, most in (("one", 25), ("two", 26)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.toml").write_text(f"max_cases = {most}\n", encoding="utf-8")
    one, two = (tmp_path / folder / "x.toml" for folder in ("one", "two"))
    again = one.parent / ".." / "one" / "x.toml"
    site = opened(plan)
    result = run(
        "try", plan, "--rules", one, "--rules", two, "--rules", again,
        "--require", site, "--require", site, "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert [told["variant"] for told in json.loads(result.stdout)["variants"]] == [
        "the plan in force", "rules of one/x.toml", "rules of two/x.toml", f"with {site} opened",
    ]  # fmt: skip


def test_a_ready_question_that_cannot_be_does_not_stop_the_others(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("try", plan, "--centers", 99, "--ask", "preference", "--out", out)
    assert result.exit_code == 0, result.output
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))["variants"]
    assert [one["verdict"] == "not_possible" for one in told] == [False, True, False]
    header, *rows = (out / "variants.csv").read_text(encoding="utf-8-sig").splitlines()
    count = header.split(",").index("centers")
    assert [row.split(",")[count] for row in rows] == [str(told[0]["centers"]), "", str(told[2]["centers"])]
