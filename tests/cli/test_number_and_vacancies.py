"""A number of centers above the applicants: who waits, what is written of it, and what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

FAR_NORTH = 0.54
"""Degrees between the towns: about 60 km."""


def town(folder: Path, *, centers: str, far: float = FAR_NORTH) -> tuple[object, ...]:
    """Two crowds of 200, one where the only applicant is, and one some degrees north of it."""
    rows = [
        f"{at}{number},{51 + number / 1e5:.5f},{35 + north:.5f},P,A"
        for at, north in (("n", 0.0), ("f", far))
        for number in range(200)
    ]
    head = "household_id,lon,lat,province,county"
    (folder / "households.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    sites, rules = folder / "applicants.csv", folder / "rules.toml"
    sites.write_text("applicant_id,lon,lat,province\na1,51.0,35.0,P\n", encoding="utf-8")
    rules.write_text(f"vacancy_km = 20\ncenters = {centers}\n", encoding="utf-8")
    files = folder / "households.csv", "--applicants", sites, "--rules", rules
    return "plan", *files, "--out", folder / "plan", "--workers", 1


@pytest.mark.parametrize("centers", ["'fewest'", "1", "2"])
def test_the_far_town_waits_and_the_near_one_is_served(siting: Siting, tmp_path: Path, centers: str) -> None:
    result = siting(*town(tmp_path, centers=centers))
    summary = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))
    assert result.exit_code == 4
    assert (summary["centers"], summary["vacancies"]) == (1, 1)
    assert summary["unassigned_by_reason"] == {"vacancy": 200}
    assert 4000 < summary["bound_km"] <= summary["objective_km"] < 4200
    assert "200 households wait for a center that no eligible applicant opens" in result.stderr
    assert ("2 centers were asked for, 1 opens" in result.stderr) == (centers == "2")
    assert siting("verify", tmp_path / "plan").exit_code == 0


def test_a_number_above_the_applicants_makes_nobody_wait_who_lives_near_one(
    siting: Siting, tmp_path: Path
) -> None:
    result = siting(*town(tmp_path, centers="2", far=0.1))
    summary = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert (summary["centers"], summary["vacancies"], summary["assigned"]) == (1, 0, 400)
    assert "2 centers were asked for, 1 opens" in result.stderr
