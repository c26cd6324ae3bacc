from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def planned(siting: Siting, home: Path, *options: str) -> Path:
    """Plan 200 households of `home/data` into `home/plans/one`."""
    (home / "data").mkdir(parents=True)
    folk = "".join(f"{number},48.3{number:03d},33.4,A,urban\n" for number in range(200))
    (home / "data" / "households.csv").write_text("household_id,lon,lat,county,area\n" + folk)
    (home / "data" / "rules.toml").write_text("max_cases = 400\n")
    result = siting(
        "plan", home / "data" / "households.csv", "--rules", home / "data" / "rules.toml",
        "--out", home / "plans" / "one", *options,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return home / "plans" / "one"


def test_a_run_replays_after_inputs_and_folder_were_moved(siting: Siting, tmp_path: Path) -> None:
    first = planned(siting, tmp_path / "here")
    assert str(tmp_path) not in (first / "run.toml").read_text(encoding="utf-8")
    (tmp_path / "here").rename(tmp_path / "there")
    moved = tmp_path / "there" / "plans" / "one"
    assert siting("verify", moved).exit_code == 0
    result = siting("plan", moved / "run.toml", "--out", tmp_path / "far" / "away" / "again")
    assert result.exit_code == 0, result.output
    for name in ("summary.json", "assignments.csv", "map/index.html"):
        assert (tmp_path / "far" / "away" / "again" / name).read_bytes() == (moved / name).read_bytes()


def test_the_stats_of_a_run_count_every_stage(siting: Siting, tmp_path: Path) -> None:
    stats = json.loads((planned(siting, tmp_path / "here") / "run_stats.json").read_text(encoding="utf-8"))
    assert {"read", "plan", "verify", "draw", "write"} <= set(stats["seconds"])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--seed", "0"),
        ("--seed", "3"),
        ("--keep", "area"),
        *((f"--{role}", "other.csv") for role in ("applicants", "centers", "boundaries", "travel")),
        ("--rules", "rules.toml"),
        ("--columns", "columns.toml"),
    ],
)
def test_what_a_run_says_itself_is_refused_beside_it(
    siting: Siting, tmp_path: Path, option: str, value: str
) -> None:
    (tmp_path / "run.toml").write_text("seed = 5\n[inputs]\nhouseholds = 'households.csv'\n")
    result = siting("plan", tmp_path / "run.toml", "--out", tmp_path / "again", option, value)
    assert result.exit_code == 2
    assert "a run.toml names its own inputs, columns, seed and seal" in result.stderr
    assert not (tmp_path / "again").exists()


def test_a_run_is_replayed_with_its_own_seed_which_is_0_unless_told(siting: Siting, tmp_path: Path) -> None:
    first = planned(siting, tmp_path / "here")
    run = first / "run.toml"
    assert tomllib.loads(run.read_text(encoding="utf-8"))["seed"] == 0
    run.write_text(run.read_text(encoding="utf-8").replace("seed = 0", "seed = 7"), encoding="utf-8")
    again = tmp_path / "here" / "plans" / "again"
    assert siting("plan", run, "--out", again).exit_code == 0
    assert tomllib.loads((again / "run.toml").read_text(encoding="utf-8"))["seed"] == 7
    assert json.loads((again / "summary.json").read_text(encoding="utf-8"))["seed"] == 7


@pytest.mark.parametrize("asked", [(), ("--lang", "en")])
def test_a_run_is_replayed_in_its_own_language_whatever_language_messages_have(
    siting: Siting, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    first = planned(siting, tmp_path / "here", "--lang", "fa")
    again = tmp_path / "here" / "plans" / "again"
    result = siting("plan", first / "run.toml", "--out", again, *asked)
    assert result.exit_code == 0, result.output
    assert "Open the map" in result.output
    for name in ("map/index.html", "run.toml", "summary.json"):
        assert (again / name).read_bytes() == (first / name).read_bytes()
    assert '<html lang="fa"' in (again / "map" / "index.html").read_text(encoding="utf-8")


def test_a_run_that_names_no_language_is_replayed_in_that_of_the_messages(
    siting: Siting, tmp_path: Path
) -> None:
    run = planned(siting, tmp_path / "here") / "run.toml"
    run.write_text(run.read_text(encoding="utf-8").replace('lang = "en"\n', ""), encoding="utf-8")
    again = tmp_path / "here" / "plans" / "again"
    assert siting("plan", run, "--out", again, "--lang", "fa").exit_code == 0
    assert '<html lang="fa"' in (again / "map" / "index.html").read_text(encoding="utf-8")
