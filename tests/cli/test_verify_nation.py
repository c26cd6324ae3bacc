"""What is changed in a nation's folder is named by its path from there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.folder import write_folder, write_plan
from data.nation.folder import nation_summary, write_nation
from data.replay import seen_from
from data.verify import verify
from tests.data.network_inputs import RULES
from tests.data.network_wrong import NETWORK, PLAN

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem
    from tests.cli.conftest import Siting

CODES = ("01", "02")
RUN = {"command": "plan", "seed": 0, "inputs": {"households": "input/households.csv", "boundaries": []}}


def draw(folder: Path) -> None:
    (folder / "map").mkdir(parents=True)
    (folder / "map" / "index.html").write_text("<html>a page</html>", encoding="utf-8")


def own_people(code: str) -> tuple[Problem, Plan]:
    """Return the network with households of its own, for a household lives in one province."""

    def named(table: Any) -> Any:
        return table.assign(household_id=f"{code}-" + table["household_id"])

    bound = PLAN.bound
    assert bound is not None
    paid = bound.household_km.set_axis(f"{code}-" + bound.household_km.index)
    problem = replace(NETWORK.problem, households=named(NETWORK.problem.households))
    tables = {name: named(getattr(PLAN, name)) for name in ("assignments", "unassigned")}
    return problem, replace(PLAN, **tables, bound=replace(bound, household_km=paid))


def fill(folder: Path) -> None:
    summaries = []
    for code in CODES:
        place = folder / "provinces" / code
        draw(place)
        run = seen_from(RUN, f"provinces/{code}")
        problem, plan = own_people(code)
        own = write_plan(place, problem, plan, verify(problem, plan), run=run)
        summaries.append({**own, "code": code, "province": "P"})
    draw(folder)
    twice = len(CODES)
    summary = nation_summary(
        summaries,
        loads=np.tile(PLAN.centers["cases"].to_numpy(), twice),
        km=np.tile(PLAN.assignments["km"].to_numpy(), twice),
        cases=np.tile(PLAN.assignments["cases"].to_numpy(float), twice),
        rules=RULES,
    )
    write_nation(folder, summary, run=RUN)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("folder") / "iran"
    write_folder(out, overwrite=False, fill=fill)
    return out


@pytest.fixture
def nation(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "iran")


def change_summary(folder: Path, change: Any) -> None:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    change(summary)
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def test_an_untouched_nation_verifies_and_lists_its_map(whole: Path, siting: Siting) -> None:
    assert siting("verify", whole).exit_code == 0
    assert list(json.loads((whole / "summary.json").read_text())["exports"]) == ["map/index.html"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda one: (one / "map" / "index.html").write_text("mine"), "map/index.html [changed_map]"),
        (lambda one: (one / "map" / "index.html").unlink(), "map/index.html [missing_map]"),
        (lambda one: (one / "run.toml").unlink(), "run.toml [missing_run]"),
        (lambda one: (one / "run.toml").write_text("seed ="), "run.toml [changed_run]"),
        (
            lambda one: (one / "run.toml").write_bytes((one / "run.toml").read_bytes() + b"# mine\n"),
            "run.toml [changed_run]",
        ),
        (
            lambda one: (one / "run.toml").write_text(
                (one / "run.toml").read_text().replace("seed = 0", "seed = 1")
            ),
            "run.toml [changed_run]",
        ),
        (lambda one: (one / "summary.json").unlink(), "summary.json [unreadable_summary]"),
        (
            lambda one: change_summary(one, lambda summary: summary["km"].update(mean=1.0)),
            "summary.json [wrong_total] km",
        ),
        (
            lambda one: change_summary(one, lambda summary: summary.update(kept_together_loss_km=1.0)),
            "summary.json [wrong_total] kept_together_loss_km",
        ),
        (
            lambda one: change_summary(one, lambda summary: summary.pop("kept_together_loss_km")),
            "summary.json [wrong_total] kept_together_loss_km",
        ),
        (
            lambda one: change_summary(one, lambda summary: summary["provinces"][1].update(cases=1)),
            "summary.json [wrong_total] 02",
        ),
        (
            lambda one: change_summary(one, lambda summary: summary["rules"].update(max_cases=500)),
            "summary.json [wrong_total] rules",
        ),
        (
            lambda one: shutil.rmtree(one / "provinces" / "02"),
            "provinces/02 [missing_province] 02",
        ),
        (
            lambda one: shutil.copytree(one / "provinces" / "02", one / "provinces" / "03"),
            "provinces/03 [extra_province] 03",
        ),
        (
            lambda one: (one / "provinces" / "02" / "centers.csv").unlink(),
            "provinces/02/centers.csv [stale_export]",
        ),
        (
            lambda one: (one / "provinces" / "02" / "run.toml").write_text("seed = 1"),
            "provinces/02/run.toml [changed_run]",
        ),
        (
            lambda one: (one / "provinces" / "02" / "summary.json").unlink(),
            "provinces/02/summary.json [stale_export]",
        ),
        (
            lambda one: (one / "provinces" / "02" / "casebook.gpkg").unlink(),
            "provinces/02/casebook.gpkg [missing_casebook]",
        ),
    ],
)
def test_what_was_changed_in_a_nation_is_named(change: Any, named: str, nation: Path, siting: Siting) -> None:
    change(nation)
    result = siting("verify", nation)
    assert result.exit_code == 7, result.output
    assert named in result.stderr
