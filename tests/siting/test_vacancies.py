"""Families wait for a center only where none is near; vacancies take nothing from the number of centers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from data.rules import Rules
from data.verify import findings
from siting.plan import plan_sites
from tests.engine_problems import people, problem, scattered, sites

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

SMALL = {"min_cases": 2, "max_cases": 5}
TOWNS = np.repeat([(0.0, 0.0), (60.0, 0.0), (120.0, 0.0)], 6, axis=0)
"""Three towns of six, about 56 km apart."""


def right(made: Problem) -> Plan:
    """A plan that the verifier finds right."""
    plan = plan_sites(made)
    assert findings(made, plan) == []
    return plan


def spread(count: int, *, seed: int = 1) -> np.ndarray:
    return scattered(np.random.default_rng(seed), count)


@pytest.mark.parametrize("number", ["fewest", 2, 3])
def test_a_vacancy_takes_no_center_from_those_who_apply(number: str | int) -> None:
    offered = sites([(0, 0), (120, 0)])
    rules = Rules(min_cases=3, max_cases=9, vacancy_km=20, keep_together="none", centers=number)
    plan = right(problem(people(TOWNS), offered, rules=rules))
    assert plan.centers["cases"].tolist() == [6, 6]
    assert plan.vacancies["cases"].tolist() == [6]
    assert plan.objective_km == 6 * 20
    assert plan.units["planned"].tolist() == [2 if number == "fewest" else number]


@pytest.mark.parametrize("limits", [{"vacancy_km": 20.0}, {"max_km": 30.0}], ids=["far", "out of reach"])
@pytest.mark.parametrize("number", ["fewest", 1, 2])
def test_a_town_without_an_applicant_waits_whatever_the_number_of_centers(
    number: str | int, limits: dict[str, float]
) -> None:
    rules = Rules(min_cases=3, max_cases=12, keep_together="none", centers=number, **limits)
    plan = right(problem(people(TOWNS[:12]), sites([(0, 0)]), rules=rules))
    assert (plan.centers["cases"].tolist(), plan.vacancies["cases"].tolist()) == ([6], [6])
    assert set(plan.unassigned["reason"]) == {"vacancy"}
    assert plan.bound is not None


def test_the_fewest_are_more_where_families_would_wait_though_somebody_applies() -> None:
    rules = Rules(min_cases=3, max_cases=18, vacancy_km=20, keep_together="none")
    plan = right(problem(people(TOWNS), sites([(0, 0), (60, 0), (120, 0)]), rules=rules))
    assert len(plan.centers) == 3
    assert len(plan.assignments) == 18


def test_who_is_pinned_waits_for_no_other_center() -> None:
    folk = people(TOWNS[:12], pin=[*[""] * 6, *["P00-1"] * 6])
    rules = Rules(min_cases=3, max_cases=12, vacancy_km=20, keep_together="none")
    plan = right(problem(folk, sites([(0, 0), (0, 1)]), rules=rules))
    assert plan.centers[["site_id", "cases"]].to_numpy().tolist() == [["P00-1", 12]]


def test_nobody_waits_where_everybody_is_nearer_than_a_vacancy_is_dear() -> None:
    """Leaving one of the full town to wait would save more than a vacancy costs; a center is worth more."""
    folk = people([*np.zeros((3, 2)), (15, 0), (-8, 0)])
    rules = Rules(min_cases=0, max_cases=3, vacancy_km=20, keep_together="none")
    plan = right(problem(folk, sites([(0, 0), (15, 0)], use="required"), rules=rules))
    assert plan.unassigned.empty
    assert plan.objective_km > rules.vacancy_km


def test_more_centers_than_applicants_leaves_the_others_vacant() -> None:
    made = problem(people(spread(30)), sites(spread(3, seed=2)), rules=Rules(**SMALL, centers=8))
    plan = right(made)
    assert (len(plan.centers), len(plan.vacancies)) == (3, 5)
    assert plan.units[["needed", "planned"]].to_numpy().tolist() == [[6, 8]]


def test_more_centers_than_applicants_opens_one_of_each_and_nobody_waits() -> None:
    folk = people(spread(30))
    plan = right(problem(folk, sites(spread(4, seed=7)), rules=Rules(min_cases=2, max_cases=15, centers=9)))
    assert len(plan.centers) == 4
    assert len(plan.assignments) == 30
    assert plan.units[["planned", "opened", "vacant"]].to_numpy().tolist() == [[9, 4, 0]]
