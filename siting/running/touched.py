"""Which units a change touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from data.change.changes import Changes
    from data.change.succession import Succession
    from data.plan import Plan
    from data.problem import Problem


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
