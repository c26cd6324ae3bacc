"""With count = "households" each household is one case everywhere, and everything says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rows = "".join(f"{n},48.3{n},33.4,A,{n + 1}\n" for n in range(5))
    (tmp_path / "in.csv").write_text("household_id,lon,lat,county,cases\n" + rows)
    (tmp_path / "rules.toml").write_text("count = 'households'\nmin_cases = 2\nmax_cases = 4")
    return tmp_path / "in.csv", tmp_path / "rules.toml"


def test_check_shows_what_is_counted_and_what_the_file_says(siting: Siting, files: tuple[Path, Path]) -> None:
    households, rules = files
    served = json.loads(siting("check", households, "--rules", rules, "--json").stdout)["served"]
    assert (served["cases"], served["cases_in_file"]) == (5, 15)
    said = siting("check", households, "--rules", rules).stdout
    assert "Each household counts as one case" in said
    assert "cases in the input: 15" in said
    assert "cases in the input" not in siting("check", households).stdout


def test_a_plan_says_that_households_were_counted(
    siting: Siting, files: tuple[Path, Path], tmp_path: Path
) -> None:
    households, rules = files
    result = siting("plan", households, "--rules", rules, "--out", tmp_path / "out", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert "Each household counts as one case everywhere" in result.stdout
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["cases"] == 5
