"""Whether other rules make another problem at all of the same households, sites and centers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.fairness import counts_far, is_settled

if TYPE_CHECKING:
    from data.problem import Problem
    from data.rules import Rules

NEUTRAL = ("caseworker_cases", "move_km", "privacy_k", "grid_urban_m", "grid_rural_m")
"""Rules that leave the objective, and what a plan may do, as they are."""
OF_TABLES = ("within", "area_apart", "keep_together", "status", "count")
"""Rules that act through the tables of a problem alone: where these are alike, so are the plans."""
FAR = ("fairness", "far_weight", "far_km_urban", "far_km_rural")
"""Rules that price long ways."""


def is_same_task(before: Problem, after: Problem) -> bool:
    """Whether every plan of a problem is one of another too, and costs the same in both.

    It is so where their rules differ in nothing that counts here: in `NEUTRAL` ones, in prices that nothing
    pays, and in `OF_TABLES` where these put the same households together and into the same units, whatever
    these are called, with the same sites.

    Parameters
    ----------
    before, after : Problem
        The same households, sites and centers, built with two sets of rules.
    """
    one, other = before.rules, after.rules
    changed = {rule.name for rule in fields(one) if getattr(one, rule.name) != getattr(other, rule.name)}
    changed -= {"overrides", *NEUTRAL, *OF_TABLES, *(_idle(one) & _idle(other))}
    if changed:
        return False
    pairs = zip(_task(before), _task(after), strict=True)
    return all(mine.equals(theirs) for mine, theirs in pairs)


def _idle(rules: Rules) -> set[str]:
    """Return the rules that ask for nothing as the others are."""
    idle: set[str] = set()
    if is_settled(rules) and not counts_far(rules):
        idle |= set(FAR)
    if rules.centers != "price":
        idle.add("center_km")
    if not isinstance(rules.centers, int):
        idle.add("share")
    return idle


def _task(problem: Problem) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who is to be served together, and what is of one unit, whatever the order and the names."""
    people, sites = problem.households, problem.sites
    served = people[people["reason"] == ""].sort_values("household_id")
    free = sites[sites["ineligible"] == ""].sort_values("site_id")
    stand = problem.centers.sort_values("center_id")
    who = pd.DataFrame(
        {
            "id": served["household_id"].to_numpy(dtype=object),
            "cases": served["cases"].to_numpy(dtype=np.int64),
            "together": pd.factorize(served["group"])[0],
        }
    )
    where = pd.DataFrame(
        {
            "id": [*who["id"], *free["site_id"], *stand["center_id"]],
            "kind": ["home"] * len(served) + ["site"] * len(free) + ["center"] * len(stand),
            "max_cases": [*[0] * (len(served) + len(free)), *stand["max_cases"]],
            "unit": pd.factorize(np.array([*served["unit"], *free["unit"], *stand["unit"]], dtype=object))[0],
        }
    )
    return who, where
