"""What a proposal says last, and of whom the rules know nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HEADER = "household_id,lon,lat,province,county,status"


def table(file: Path, rows: list[str]) -> Path:
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory, siting: Siting) -> Path:
    """A town of one center that holds no more than it has, in a phase of pensioners."""
    folder = tmp_path_factory.mktemp("town")
    folk = [f"H-{one},48.{one:03d},33.5,لرستان,خرم‌آباد,pensioner" for one in range(300, 330)]
    (folder / "rules.toml").write_text(
        "status = ['pensioner']\nmin_cases = 1\nmax_cases = 32\n", encoding="utf-8"
    )
    rules = ("--rules", folder / "rules.toml")
    result = siting("plan", table(folder / "h.csv", folk), *rules, "--out", folder / "plan", "--workers", 1)
    assert result.exit_code == 0, result.output
    return folder / "plan"


def test_a_status_that_the_rules_do_not_serve_is_named(plan: Path, siting: Siting, tmp_path: Path) -> None:
    more = [f"G-{one},48.31,33.5,لرستان,خرم‌آباد,{one}" for one in ("zombie", "pensioner")]
    result = siting("grow", plan, "--households", table(tmp_path / "g.csv", more), "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    assert (
        "1 household of the file has a status that the rule status does not name: zombie (1)" in result.stdout
    )
    assert result.stdout.splitlines()[-1].endswith(f"siting apply {plan} {tmp_path / 'p'}")
    ours = [more[1].replace("G-", "N-")]
    result = siting("grow", plan, "--households", table(tmp_path / "g.csv", ours), "--out", tmp_path / "q")
    assert "does not name" not in result.stdout


def test_what_is_to_be_done_next_comes_after_the_advice(plan: Path, siting: Siting, tmp_path: Path) -> None:
    more = [f"G-{one},48.31,33.5,لرستان,خرم‌آباد,pensioner" for one in range(9)]
    result = siting("grow", plan, "--households", table(tmp_path / "g.csv", more), "--out", tmp_path / "p")
    assert result.exit_code == 4
    assert result.stderr.strip()
    assert "To apply it" in result.output.splitlines()[-1]
