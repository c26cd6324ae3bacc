"""Branches are all the ways there are, prove more than one relaxation, and never more than is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.casebook.branches import branch_table, branches_of
from data.rules import Rules
from data.verify import findings
from data.verify.bound import recounted_bound
from data.verify.ledger import open_ledger
from siting.bound.branch import branch
from siting.bound.climb import Climb
from siting.bound.lagrange import offer_of
from siting.bound.market import Slots, market
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

CLIMB = Climb(rounds=300, first_step=1.5, last_step=0.002, patience=30)


def cheapest(cost: np.ndarray, slots: Slots, most: int) -> float:
    """The least cost of a unit of single cases, by trying every set of sites and every assignment."""
    best = np.inf
    for count in range(1, int(slots.places[0]) + 1):
        for opened in combinations(range(cost.shape[1]), count):
            if len(set(slots.applicant[list(opened)])) == count and most * count >= len(cost):
                places = np.repeat(cost[:, list(opened)], most, axis=1)
                best = min(best, assigned(places))
    return best


def assigned(places: np.ndarray) -> float:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - as the oracle alone needs it

    rows, columns = linear_sum_assignment(places)
    return float(places[rows, columns].sum())


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), relaxations=st.integers(3, 25))
def test_the_least_of_all_ways_is_no_more_than_the_cheapest_plan(seed: int, relaxations: int) -> None:
    rng = np.random.default_rng(seed)
    homes, at = rng.uniform(0, 9, (9, 2)), rng.uniform(0, 9, (6, 2))
    cost = np.hypot(*(homes[:, None] - at[None]).transpose(2, 0, 1))
    slots = Slots(np.zeros(6, int), rng.integers(0, 5, 6), np.zeros(6, bool), np.array([3]), np.zeros(6))
    one = market(cost, np.ones(9, int), np.zeros(6, int), np.full(6, 4), n_open=3, vacancy_km=100.0)
    best = cheapest(cost, slots, 4)
    if not np.isfinite(best):
        return
    limits = {"upper_km": best, "enough_km": best, "root": CLIMB, "climbs": CLIMB}
    alone = branch(offer_of(one, slots), at, one.first_km, most=1, **limits)
    leaves = branch(offer_of(one, slots), at, one.first_km, most=relaxations, **limits)
    assert min(leaf.value_km for leaf in leaves) <= best + 1e-4
    assert min(leaf.value_km for leaf in leaves) >= alone[0].value_km
    for count in range(4):
        for opened in combinations(range(6), count):
            fitting = [
                all(
                    (len(set(opened) & set(limit.facilities.tolist())) <= limit.count)
                    if limit.at_most
                    else (len(set(opened) & set(limit.facilities.tolist())) >= limit.count)
                    for limit in leaf.limits
                )
                for leaf in leaves
            ]
            assert sum(fitting) == 1


def a_town_and_villages() -> Problem:
    """A town of 14 families, villages of 3 on both sides 40 km away, and three centers of at most 10."""
    rng = np.random.default_rng(4)
    homes = [
        rng.uniform(0, 3, (count, 2)) + np.array([east, 0]) for count, east in ((3, 0), (14, 40), (3, 80))
    ]
    stands = [rng.uniform(0, 3, (4, 2)) + np.array([east, 0]) for east in (0, 40, 80)]
    rules = Rules(centers=3, min_cases=1, max_cases=10)
    return problem(people(np.vstack(homes)), sites(np.vstack(stands)), rules=rules)


@pytest.fixture(scope="module")
def parted() -> tuple[Problem, Plan]:
    made = a_town_and_villages()
    return made, plan_sites(made)


def test_a_unit_whose_centers_the_relaxation_splits_is_parted_and_proven(
    parted: tuple[Problem, Plan],
) -> None:
    made, plan = parted
    assert plan.bound is not None
    assert plan.bound.branches
    assert findings(made, plan) == []
    assert plan.bound_gap is not None
    assert plan.bound_gap < 0.01
    whole = replace(plan.bound, branches=())
    assert recounted_bound(open_ledger(made, plan), whole) < 0.9 * plan.objective_km


def test_branches_are_kept_as_they_are(parted: tuple[Problem, Plan]) -> None:
    bound = parted[1].bound
    assert bound is not None
    ids = bound.household_km.index
    kept = branches_of(branch_table(bound.branches, ids), ids)
    for one, other in zip(bound.branches, kept, strict=True):
        assert (one.unit, one.limits, one.unit_km) == (other.unit, other.limits, other.unit_km)
        assert one.household_km.equals(other.household_km)


def wrong(plan: Plan, **changes: object) -> Plan:
    assert plan.bound is not None
    first, *others = plan.bound.branches
    return replace(plan, bound=replace(plan.bound, branches=(replace(first, **changes), *others)))


def codes(made: Problem, plan: Plan) -> set[str]:
    return {failure.code for failure in findings(made, plan)}


def test_a_way_left_out_is_found(parted: tuple[Problem, Plan]) -> None:
    made, plan = parted
    assert plan.bound is not None
    fewer = replace(plan, bound=replace(plan.bound, branches=plan.bound.branches[1:]))
    assert "wrong_branches" in codes(made, fewer)


def test_a_limit_that_is_none_is_found(parted: tuple[Problem, Plan]) -> None:
    made, plan = parted
    assert plan.bound is not None
    limit = plan.bound.branches[0].limits[0]
    for other in (
        replace(limit, km=-1.0 if not limit.at_most else 1.0),
        replace(limit, ids=(*limit.ids, "nowhere")),
        replace(limit, count=limit.count + 1),
    ):
        assert "wrong_branches" in codes(made, wrong(plan, limits=(other,)))


def test_multipliers_of_a_branch_that_prove_less_are_found(parted: tuple[Problem, Plan]) -> None:
    made, plan = parted
    assert plan.bound is not None
    for own in plan.bound.branches:
        others = tuple(one for one in plan.bound.branches if one is not own)
        low = replace(own, household_km=own.household_km * 0.0)
        less = replace(plan, bound=replace(plan.bound, branches=(low, *others)))
        assert "unsupported_bound" in codes(made, less)
    first = plan.bound.branches[0]
    assert "missing_multiplier" in codes(made, wrong(plan, household_km=first.household_km.iloc[1:]))
    assert "multiplier_above_vacancy" in codes(made, wrong(plan, household_km=first.household_km + 200.0))
    assert "wrong_unit_price" in codes(made, wrong(plan, unit_km=1.0))


def test_prices_of_applicants_are_not_negative(parted: tuple[Problem, Plan]) -> None:
    made, plan = parted
    assert plan.bound is not None
    priced = replace(plan, bound=replace(plan.bound, applicant_km={"P00": -1.0}))
    assert "wrong_applicant_price" in codes(made, priced)
