"""A network of seventy families whose caseworkers may have twelve cases each, founded in seconds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from data.folder import write_folder, write_plan
from data.rules import Rules
from data.verify import verify
from maps import draw
from siting import plan_sites
from tests.life.tiny import MOST, network

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

A_CASEWORKER = 12


@cache
def staffed() -> tuple[Problem, Plan]:
    made, _ = network()
    rules = Rules(min_cases=1, max_cases=MOST, merit_km=0.01, caseworker_cases=A_CASEWORKER)
    problem = replace(made, rules=rules)
    return problem, plan_sites(problem)


def found(out: Path) -> Path:
    """Write the folder of the network."""
    problem, plan = staffed()

    def fill(folder: Path) -> None:
        draw(folder / "map", plan=plan, boundaries=problem.boundaries, lang="en")
        write_plan(folder, problem, plan, verify(problem, plan), run={})

    write_folder(out, overwrite=False, fill=fill)
    return out
