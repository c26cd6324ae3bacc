"""Where nobody is to be served, check, plan and catchments refuse alike and say how many are left out why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

HEAD = "household_id,lon,lat,county,place,status\n"
NOBODY = HEAD + "1,,,A,Pol,pensioner\n2,48.3,33.4,A,,left\n3,48.4,33.4,A,,left\n"


@pytest.mark.parametrize("command", ["check", "plan", "catchments"])
def test_nobody_to_be_served_is_refused_with_counts_by_reason(
    siting: Siting, tmp_path: Path, command: str
) -> None:
    (tmp_path / "in.csv").write_text(NOBODY)
    (tmp_path / "rules.toml").write_text("status = ['pensioner']")
    out = () if command == "check" else ("--out", tmp_path / "out")
    result = siting(command, tmp_path / "in.csv", "--rules", tmp_path / "rules.toml", *out)
    assert result.exit_code == 3
    assert (
        "in.csv [no_households] no household is to be served (no location: 1, outside all boundaries: 0, "
        "a status that the rule status does not serve: 2)\n"
    ) in result.stderr
    assert (tmp_path / "out.failures.csv").exists() is (command != "check")


@pytest.mark.parametrize(
    ("command", "asked", "code"),
    [
        ("check", 9, "too_many_centers"),
        ("check", 1, "too_few_centers"),
        ("plan", 9, "too_many_centers"),
        ("plan", 1, "too_few_centers"),
        ("catchments", 9, "too_many_centers"),
    ],
)
def test_a_number_of_centers_that_cannot_be_is_told_of_the_rules_file(
    siting: Siting, tmp_path: Path, command: str, asked: int, code: str
) -> None:
    (tmp_path / "in.csv").write_text(HEAD + "".join(f"{n},48.3{n},33.4,A,,\n" for n in range(4)))
    (tmp_path / "mine.toml").write_text(f"centers = {asked}\nmin_cases = 1\nmax_cases = 2")
    (tmp_path / "old.csv").write_text("center_id,lon,lat,county\nX,48.3,33.4,A\nY,48.31,33.4,A\n")
    old = () if command == "catchments" else ("--centers", tmp_path / "old.csv")
    out = () if command == "check" else ("--out", tmp_path / "out")
    result = siting(command, tmp_path / "in.csv", *old, "--rules", tmp_path / "mine.toml", *out)
    assert result.exit_code == 3
    told = {
        "too_many_centers": "9 centers are asked for, but the cases can fill at most 4 to the lower bound",
        "too_few_centers": "1 center is asked for, but 2 already exist or are required",
    }
    assert f"mine.toml [{code}] centers: {told[code]}" in result.stderr
    if command == "check":
        return
    listed = (tmp_path / "out.failures.csv").read_text(encoding="utf-8-sig")
    assert f"mine.toml,0,{code},centers," in listed


@pytest.mark.parametrize("asked", [1, 2, 4, 5])
def test_check_passes_a_number_exactly_where_plan_does(siting: Siting, tmp_path: Path, asked: int) -> None:
    """Two sites where four centers could be filled: more than applicants can open is no refusal."""
    rows = [f"{n},48.3{n},33.4,A,," for n in range(4)] + [f"{n},48.3{n},34.4,B,," for n in range(4, 8)]
    (tmp_path / "in.csv").write_text(HEAD + "\n".join(rows) + "\n")
    (tmp_path / "sites.csv").write_text("applicant_id,lon,lat,county\nX,48.3,33.4,A\nY,48.36,34.4,B\n")
    (tmp_path / "mine.toml").write_text(f"centers = {asked}\nmin_cases = 2\nmax_cases = 4\nshare = 'travel'")
    files = (tmp_path / "in.csv", "--applicants", tmp_path / "sites.csv", "--rules", tmp_path / "mine.toml")
    checked = siting("check", *files)
    planned = siting("plan", *files, "--out", tmp_path / "out", "--workers", 1)
    assert (checked.exit_code == 3) == (planned.exit_code == 3) == (asked == 5)
    if asked == 5:
        (told,) = (line for line in checked.stderr.splitlines() if "[too_many_centers]" in line)
        assert told in planned.stderr.splitlines()


def test_catchments_replace_catchments_and_never_a_plan(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HEAD + "".join(f"{n},48.3{n},33.4,A,,\n" for n in range(4)))
    commands = {name: (name, tmp_path / "in.csv", "--workers", 1) for name in ("plan", "catchments")}
    for name in ("plan", "catchments", "catchments", "plan"):
        again = siting(*commands[name], "--out", tmp_path / name, "--overwrite")
        assert again.exit_code == 0, again.output
    for name, other, code in (
        ("catchments", "plan", "not_a_catchments_folder"),
        ("plan", "catchments", "not_a_plan_folder"),
    ):
        refused = siting(*commands[name], "--out", tmp_path / other, "--overwrite")
        assert (refused.exit_code, f"[{code}]" in refused.stderr) == (6, True)
    assert siting("verify", tmp_path / "plan").exit_code == 0
