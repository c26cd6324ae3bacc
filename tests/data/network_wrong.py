"""Plans that are wrong in one thing, and right in every number that follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.plan import Plan
from data.problem import Problem
from data.verify import findings
from tests.data.network import Network, network
from tests.data.network_inputs import BUILDING, EXISTING

NETWORK = network()
PLAN = NETWORK.plan()

Planted = tuple[Problem, Plan]


def codes(problem: Problem, plan: Plan) -> set[str]:
    return {failure.code for failure in findings(problem, plan)}


def moved(start: Network, who: list[str], to: str, **changed: Any) -> Planted:
    """A plan that is right in every number, but for where some households go."""
    return start.problem, replace(start, serves=start.serves | dict.fromkeys(who, to)).plan(**changed)


def without(start: Network, who: list[str], **changed: Any) -> Planted:
    kept = {one: to for one, to in start.serves.items() if one not in who}
    return start.problem, replace(start, serves=kept).plan(**changed)


def from_a(first: int, last: int) -> list[str]:
    return [f"A-{number:04d}" for number in range(first, last)]


def opening(start: Network, **sites: str) -> Planted:
    """A plan whose new centers stand on other sites, and every number follows."""
    opened = start.opened | {one.replace("_", "-"): site for one, site in sites.items()}
    return start.problem, replace(start, opened=opened).plan()


def ungrouped() -> Planted:
    """One household of the building is a group of its own."""
    households = NETWORK.problem.households.copy()
    households.loc[households["household_id"] == BUILDING[0], "group"] = 99_999
    return replace(NETWORK.problem, households=households), PLAN


def pinned_away(start: Network) -> Planted:
    """One household of the building is pinned to another center than its neighbours'."""
    households = start.problem.households.copy()
    own = households["household_id"] == BUILDING[0]
    households.loc[own, "pin"], households.loc[own, "group"] = EXISTING, 99_999
    return moved(
        replace(start, problem=replace(start.problem, households=households)), [BUILDING[0]], EXISTING
    )
