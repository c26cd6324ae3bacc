"""Who is pinned away from the neighbours leaves them, and the plan says so by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.rules import Rules
from data.verify import findings
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites, together

RULES = {"min_cases": 2, "max_cases": 9, "centers": 2}
OFFERED = sites([(0, 1), (9, 9)], use="required")


def test_a_building_that_a_pin_parts_is_named_with_the_pin_as_the_reason() -> None:
    house = people(np.zeros((4, 2)), prefix="A", pin=["", "P01-1", "", ""])
    made = problem(together(house, people([(9, 9), (9, 8)], prefix="B")), OFFERED, rules=Rules(**RULES))
    plan = plan_sites(made)
    assert findings(made, plan) == []
    assert plan.exceptions.to_numpy().tolist() == [["split_point", "A0000", "C-P00-1 C-P01-1", 4, "pin"]]
    silent = replace(plan, exceptions=plan.exceptions.iloc[:0])
    assert [one.code for one in findings(made, silent)] == ["split_not_named"]


def test_a_pin_to_where_the_neighbours_go_parts_nobody() -> None:
    house = people(np.zeros((4, 2)), prefix="A", pin=["", "P00-1", "", ""])
    made = problem(together(house, people([(9, 9), (9, 8)], prefix="B")), OFFERED, rules=Rules(**RULES))
    plan = plan_sites(made)
    assert plan.exceptions.empty
    assert findings(made, plan) == []


def test_a_building_too_large_for_a_center_keeps_that_reason_beside_a_pin() -> None:
    house = people(np.zeros((11, 2)), prefix="A", pin=["P01-1", *[""] * 10])
    made = problem(house, OFFERED, rules=Rules(**RULES))
    plan = plan_sites(made)
    assert findings(made, plan) == []
    assert plan.exceptions[["subject", "cases", "reason"]].to_numpy().tolist() == [
        ["A0000", 11, "larger_than_a_center"]
    ]


@pytest.mark.parametrize("rule", ["place", "point"])
def test_a_place_that_a_pin_parts_is_named_where_places_stay_together(rule: str) -> None:
    village = people([(0, 0), (1, 0), (2, 0)], prefix="A", place="Deh", area="rural", pin=["", "P01-1", ""])
    made = problem(
        together(village, people([(9, 9), (9, 8)], prefix="B")),
        OFFERED,
        rules=Rules(**RULES, keep_together=rule),
    )
    plan = plan_sites(made)
    assert findings(made, plan) == []
    named = plan.exceptions[["kind", "subject", "reason"]].to_numpy().tolist()
    assert named == ([["split_place", "Deh", "pin"]] if rule == "place" else [])
    silent = replace(plan, exceptions=plan.exceptions.iloc[:0])
    assert [one.code for one in findings(made, silent)] == (["split_not_named"] if rule == "place" else [])
