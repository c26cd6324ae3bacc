"""A nation in phases and with a number of centers: a province that waits takes none and stops no other."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from data.nation.folder import nation_head
from data.summary import schema
from tests.cli.small_nation import PROVINCES, SIZES, write_households

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting

EMPTY = "16"
SERVED = [code for code in PROVINCES if code != EMPTY]


def asking(folder: Path, rules: str, *left: str) -> tuple[Path, str, Path]:
    """Return the files of a nation in which nobody of some provinces is served in this phase."""
    file = write_households(folder)
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    marked = [f"{row},{'left' if row.split('-')[0] in left else 'pensioner'}" for row in rows]
    file.write_text("\n".join([f"{head},status", *marked]) + "\n", encoding="utf-8")
    (folder / "rules.toml").write_text(f"status = ['pensioner']\n{rules}\n", encoding="utf-8")
    return file, "--rules", folder / "rules.toml"


def summary_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("rules", ["centers = 3", "centers = 3\nshare = 'travel'", ""])
def test_a_province_of_a_later_phase_takes_no_center_and_is_no_failure(
    siting: Siting, tmp_path: Path, rules: str
) -> None:
    files = asking(tmp_path, rules, EMPTY)
    result = siting("plan", *files, "--out", tmp_path / "nation", "--workers", 1)
    assert result.exit_code == siting("check", *files).exit_code == 0, result.output
    summary = summary_of(tmp_path / "nation")
    jsonschema.validate(summary, schema())
    assert {one["code"]: one["centers"] for one in summary["provinces"]} == {
        EMPTY: 0,
        **dict.fromkeys(SERVED, 1),
    }
    named = next(one for one in summary["provinces"] if one["code"] == EMPTY)
    assert (named["province"], named["households"], named["unassigned"]) == ("ایلام", *[SIZES[EMPTY]] * 2)
    assert summary["missing"] == []
    assert summary["unassigned_by_reason"] == {"not_in_phase": SIZES[EMPTY]}
    assert summary["households"] == sum(SIZES.values()) == summary["assigned"] + summary["unassigned"]
    assert "180 households are not served in this phase" in result.stderr


def test_the_verifier_counts_the_households_of_a_later_phase(siting: Siting, tmp_path: Path) -> None:
    out = tmp_path / "nation"
    siting("plan", *asking(tmp_path, "", EMPTY), "--out", out, "--workers", 1)
    verified = siting("verify", out)
    assert verified.exit_code == 0
    told = [line.split(":")[0] for line in verified.stdout.splitlines()]
    assert told == [*sorted(PROVINCES), "nation", "nation"]
    summary = summary_of(out)
    heads = {one["code"]: one["head"] for one in summary["provinces"]}
    assert verified.stdout.splitlines()[-1].endswith(f"version 1 of the nation, head {nation_head(heads)}")
    summary["households"] -= SIZES[EMPTY]
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    assert "summary.json [wrong_total] households" in siting("verify", out).stderr


def test_sites_of_a_later_phase_take_nothing_from_the_bound_of_a_nation(
    siting: Siting, tmp_path: Path
) -> None:
    files = asking(tmp_path, "", EMPTY)
    rows = [f"A-{code},{lon},{lat},{name},{name}-1" for code, (name, lon, lat) in PROVINCES.items()]
    sites = tmp_path / "applicants.csv"
    sites.write_text("\n".join(["applicant_id,lon,lat,province,county", *rows]) + "\n", encoding="utf-8")
    out = tmp_path / "nation"
    result = siting("plan", *files, "--applicants", sites, "--out", out, "--workers", 1)
    assert result.exit_code == siting("verify", out).exit_code == 0, result.output
    summary = summary_of(out)
    bounds = [one["bound_km"] for one in summary["provinces"] if one["code"] != EMPTY]
    assert summary["bound_km"] == pytest.approx(sum(bounds), abs=1e-3)
    assert "of its cost" in result.stdout


def test_nobody_located_in_a_province_is_no_later_phase(siting: Siting, tmp_path: Path) -> None:
    files = asking(tmp_path, "", EMPTY)
    file = files[0]
    nowhere = "nowhere,,,ایلام,ایلام-1,pensioner,Pol\n"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{head},place", *(f"{row}," for row in rows), nowhere]), encoding="utf-8")
    result = siting("plan", *files, "--out", tmp_path / "nation", "--workers", 1)
    assert result.exit_code == siting("check", *files).exit_code == 3
    assert [one["code"] for one in summary_of(tmp_path / "nation")["missing"]] == [EMPTY]
    assert "[no_households] ایلام: no household is to be served (no location: 1" in result.stderr
    assert siting("verify", tmp_path / "nation").exit_code == 7


def test_a_province_that_is_given_no_center_is_planned_and_told(siting: Siting, tmp_path: Path) -> None:
    out = tmp_path / "nation"
    result = siting("plan", *asking(tmp_path, "centers = 3"), "--out", out, "--workers", 1)
    assert result.exit_code == 4, result.output
    summary = summary_of(out)
    assert summary["missing"] == []
    assert summary["unassigned_by_reason"] == {"no_capacity": min(SIZES.values())}
    assert "1 center is needed, 0 are planned" in result.stderr
    assert siting("verify", out).exit_code == 0


@pytest.mark.parametrize(("asked", "exit_code"), [(4, 0), (5, 3)])
def test_catchments_share_a_number_out_over_the_nation(
    siting: Siting, tmp_path: Path, asked: int, exit_code: int
) -> None:
    result = siting("catchments", *asking(tmp_path, f"centers = {asked}"), "--out", tmp_path / "points")
    assert result.exit_code == exit_code, result.output
    if exit_code:
        assert "5 centers are asked for, but the cases can fill at most 4" in result.stderr
        return
    with (tmp_path / "points" / "catchments.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["province"] for row in csv.DictReader(file)) == sorted(
            name for name, _, _ in PROVINCES.values()
        )


def test_its_households_fill_no_center_of_the_number(siting: Siting, tmp_path: Path) -> None:
    files = asking(tmp_path, "centers = 4", EMPTY)
    told = "rules.toml [too_many_centers] centers: 4 centers are asked for, but the cases can fill at most 3"
    for command in (("check",), ("plan", "--out", tmp_path / "nation", "--workers", 1)):
        result = siting(command[0], *files, *command[1:])
        assert result.exit_code == 3
        assert told in result.stderr
        assert "no_households" not in result.stderr
    assert not (tmp_path / "nation").exists()
    assert siting("check", *asking(tmp_path, "centers = 4")).exit_code == 0


@pytest.mark.parametrize("rules", ["", "centers = 3"])
@pytest.mark.parametrize("command", ["check", "plan", "catchments"])
def test_nobody_in_any_province_is_refused_with_all_of_them(
    siting: Siting, tmp_path: Path, rules: str, command: str
) -> None:
    out = () if command == "check" else ("--out", tmp_path / "nation", "--workers", 1)
    result = siting(command, *asking(tmp_path, rules, *PROVINCES), *out)
    assert result.exit_code == 3
    assert not (tmp_path / "nation").exists()
    assert "\nhouseholds.csv [no_households] ایلام: " in f"\n{result.stderr}"
    assert result.stderr.count("[no_households]") == len(PROVINCES)


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_number_is_not_shared_out_over_rows_that_cannot_be_meant(
    siting: Siting, tmp_path: Path, command: str
) -> None:
    files = asking(tmp_path, "centers = 3", "15")
    file = files[0]
    rows = file.read_text(encoding="utf-8").replace("ایلام-1", "", 2).replace("همدان-1", "", 3)
    file.write_text(rows, encoding="utf-8")
    out = () if command == "check" else ("--out", tmp_path / "nation", "--workers", 1)
    result = siting(command, *files, *out)
    assert result.exit_code == 3
    assert result.stderr.count("[missing_unit]") == 5
    assert "[no_households]" not in result.stderr
    assert not (tmp_path / "nation").exists()
