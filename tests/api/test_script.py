"""A script written from the docstrings alone: files, problem, plan, folder, pages, a change, a comparison."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from data import (
    SitingError,
    compare_plans,
    demo_problem,
    open_plan,
    read_problem,
    read_problems,
    save_plan,
    verify_plan,
)
from data.scenarios import make_scenario, write_inputs
from siting import (
    explain_applicant,
    explain_center,
    explain_household,
    locate_points,
    plan_sites,
    rebalance_plan,
)

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from pathlib import Path

from data import (
    Rules, compare_plans, open_plan, read_problem, read_rules, save_plan, verify_plan,
)
from maps import draw, draw_changes, write_report
from siting import (
    explain_applicant, locate_points, plan_sites, rebalance_plan, try_variants,
)

rules = read_rules(Path("input/rules.toml"))
problem = read_problem(
    "input/households.csv",
    applicants="input/applicants.csv",
    boundaries=["input/boundaries.gpkg"],
    rules=rules,
)
plan = plan_sites(problem, seed=1)
certificate = verify_plan(problem, plan)
summary = save_plan("plan", problem, plan, draw=draw, why="first")
problem, plan = open_plan("plan")
assert summary["centers"] == len(plan.centers) and certificate.checks
assert Path("plan/map/index.html").is_file()
write_report(Path("plan"), Path("report"), lang="fa")

first = plan.centers.iloc[0]
there = locate_points(problem, plan, first["lon"], first["lat"])
assert there["center_id"].iloc[0] == first["center_id"]
assert explain_applicant(problem, plan, first["applicant_id"]).center_id == first["center_id"]

tried = try_variants(problem, plan, {"400": {"max_cases": 400}}, forbid=[first["site_id"]])
assert tried.table()["variant"].is_unique
assert tried.table()["variant"].iloc[-1] == f"without {first['site_id']}"

proposal = rebalance_plan(
    problem, plan, max_cases=[f"{first['center_id']}={first['cases'] - 5}"], effective="1405/07/01"
)
verify_plan(proposal.problem, proposal.plan)
found = compare_plans(plan, proposal.plan)
assert found.households["transfer"] == len(proposal.transfers) >= 5
page = draw_changes("changes", plan, proposal.plan, boundaries=problem.boundaries, lang="fa")
assert page.stat().st_size > 100_000
for one in (problem, plan, rules, certificate, tried, proposal, found):
    assert one._repr_html_().startswith("<table")
"""


def test_the_script_runs(tmp_path: Path) -> None:
    write_inputs(make_scenario("lorestan", seed=0, scale=0.02), tmp_path / "input")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def asked() -> dict[str, object]:
    problem = demo_problem("lorestan", scale=0.02)
    return {"problem": problem, "plan": plan_sites(problem)}


def test_an_unknown_id_is_a_sentence(asked: dict[str, object]) -> None:
    for function in (explain_household, explain_applicant, explain_center):
        with pytest.raises(SitingError) as error:
            function(*asked.values(), "nobody")
        assert error.value.failures[0].code.startswith("unknown_")


def test_points_that_are_none_are_refused(asked: dict[str, object]) -> None:
    for lon, lat in (("x", "y"), ([1.0, 2.0], [1.0]), (float("nan"), 3.0)):
        with pytest.raises(SitingError, match="degrees"):
            locate_points(*asked.values(), lon, lat)


def test_a_change_that_cannot_be_meant_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(SitingError) as error:
        rebalance_plan(*asked.values(), close=["C-nobody"])
    assert error.value.failures
    with pytest.raises(SitingError, match="nothing"):
        rebalance_plan(*asked.values())


def test_what_is_no_file_no_plan_and_no_folder_is_refused(asked: dict[str, object], tmp_path: Path) -> None:
    for call in (
        lambda: read_problem(3),
        lambda: read_problem(tmp_path / "none.csv"),
        lambda: read_problems(tmp_path / "none.csv", rules=tmp_path / "none.toml"),
        lambda: demo_problem("atlantis"),
        lambda: open_plan(tmp_path / "none"),
        lambda: open_plan(None),
        lambda: open_plan(tmp_path),
        lambda: compare_plans(asked["plan"], 3),
    ):
        with pytest.raises(SitingError):
            call()


def test_a_number_of_centers_for_other_units_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(SitingError, match="every unit"):
        plan_sites(asked["problem"], centers_by_unit={"elsewhere": 2})


def test_files_of_two_provinces_are_two_problems(tmp_path: Path) -> None:
    rows = "household_id,lon,lat,province,county\nH1,48.35,33.49,لرستان,الف\nH2,51.4,35.7,تهران,ب\n"
    file = tmp_path / "households.csv"
    file.write_text(rows, encoding="utf-8")
    assert len(read_problems(file)) == 2
    with pytest.raises(SitingError, match="read_problems"):
        read_problem(file)


def test_nothing_is_saved_that_does_not_hold(asked: dict[str, object], tmp_path: Path) -> None:
    from dataclasses import replace  # noqa: PLC0415

    wrong = replace(asked["plan"], objective_km=1.0)
    with pytest.raises(SitingError):
        verify_plan(asked["problem"], wrong)
    with pytest.raises(SitingError):
        save_plan(tmp_path / "plan", asked["problem"], wrong)
    assert list(tmp_path.iterdir()) == []
