from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def planned(siting: Siting, home: Path) -> Path:
    """Plan 200 households of `home/data` into `home/plans/one`."""
    (home / "data").mkdir(parents=True)
    folk = "".join(f"{number},48.3{number:03d},33.4,A,urban\n" for number in range(200))
    (home / "data" / "households.csv").write_text("household_id,lon,lat,county,area\n" + folk)
    (home / "data" / "rules.toml").write_text("max_cases = 400\n")
    result = siting(
        "plan", home / "data" / "households.csv", "--rules", home / "data" / "rules.toml",
        "--out", home / "plans" / "one",
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
