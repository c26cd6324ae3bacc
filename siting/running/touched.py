"""Which units a change touches, and which centers they still wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from data.change.changes import Changes
    from data.change.succession import Succession
    from data.plan import Plan
    from data.problem import Problem


def still_unopened(problem: Problem, plan: Plan, changes: Changes) -> dict[str, int]:
    """Return the centers that each unit was given and that still do not open."""
    opening = problem.sites.loc[problem.sites["site_id"].isin(changes.open), "unit"].value_counts()
    columns = (plan.units[name].tolist() for name in ("unit", "planned", "opened"))
    return {
        unit: max(planned - opened - int(opening.get(unit, 0)), 0)
        for unit, planned, opened in zip(*columns, strict=True)
    }


def touched_units(problem: Problem, plan: Plan, changes: Changes, succession: Succession) -> set[str]:
    """Return the units in which a family came or went or a center changed, before or after."""
    centers, sites = plan.centers.set_index("center_id")["unit"], problem.sites.set_index("site_id")["unit"]
    changed = {*changes.close, *changes.relocate, *changes.max_cases}
    units = {str(centers[one]) for one in changed} | {str(sites[one]) for one in changes.open}
    people = {*succession.moved, *succession.joined, *succession.left["household_id"]}
    people |= {*changes.wanted, *changes.pins}
    waited = problem.households.loc[problem.households["reason"] == "not_in_phase", "household_id"]
    following = succession.problem.households
    if len(waited):
        people |= set(waited[waited.isin(following.loc[following["reason"] == "", "household_id"])])
    for table in (problem.households, following):
        rows = pd.Index(table["household_id"].to_numpy(dtype=object)).isin(people)
        units |= set(table["unit"].to_numpy(dtype=object)[rows])
    return units - {""}
