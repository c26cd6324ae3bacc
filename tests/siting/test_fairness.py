"""Ways that are far count more: exactly, with a bound, and as much as the planner says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.errors import SitingError
from data.fairness import far_extra_km, rural, worst_tenth_of
from data.rules import Rules
from data.summary import weighted_km
from data.verify import findings
from siting.explain.household import explain_household
from siting.fairness import fair_problem
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites, together
from tests.siting.fairness_oracle import fairest_km, fairest_worst_tenth_km, ways_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.plan import Plan
    from data.problem import Problem

ROUNDING_KM = 0.002
GROUND = np.array([(x, y) for x in range(9) for y in range(7)], dtype=float)
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 10.0)


def small(seed: int, rules: Rules, *, count: int = 10, owners: Sequence[str] = ()) -> Problem:
    """Urban and rural households of one county, and five sites, of four applicants unless told."""
    rng = np.random.default_rng(seed)
    folk = people(
        GROUND[rng.choice(len(GROUND), count, replace=False)], area=rng.choice(["urban", "rural"], count)
    )
    stands = GROUND[rng.choice(len(GROUND), 5, replace=False)]
    return problem(folk, sites(stands, owners or rng.choice(list("QRST"), 5)), rules=rules)


def town_and_village(rules: Rules) -> Problem:
    """Nineteen households of a town, three of a village, and sites in both and between."""
    town = people([(x, y) for x in range(5) for y in range(4)][:19], prefix="T")
    village = people([(14, 0), (14, 1), (15, 1)], prefix="V", area="rural")
    return problem(together(town, village), sites([(2, 1), (4, 1), (6, 1), (9, 1), (14, 1)]), rules=rules)


def planned(plan: Plan) -> int:
    return int(plan.units["planned"].sum())


def far_km(made: Problem, plan: Plan) -> float:
    """Kilometres beyond what is far, over all cases."""
    each = far_extra_km(replace(made.rules, far_weight=1.0), plan.assignments["km"], rural(plan.assignments))
    return float(each @ plan.assignments["cases"])


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.5, 2.0, 8.0]),
    st.sampled_from([(2.0, 4.0), (0.0, 3.0), (3.0, inf)]),
    st.sampled_from([0.0, 0.3]),
)
def test_the_plan_is_the_fairest_there_is_and_the_bound_lies_below_it(
    seed: int, weight: float, far: tuple[float, float], preference_km: float
) -> None:
    rules = Rules(
        min_cases=2,
        max_cases=5,
        far_weight=weight,
        far_km_urban=far[0],
        far_km_rural=far[1],
        detour_rural=1.3,
        preference_km=preference_km,
    )
    made = small(seed, rules)
    plan = plan_sites(made)
    assert findings(made, plan) == []
    least = fairest_km(made, planned(plan))
    # Of a single applicant one center opens, and some wait.
    assume(isfinite(least))
    assert plan.bound is not None
    assert plan.bound.value_km <= least + ROUNDING_KM
    assert plan.objective_km == pytest.approx(least, abs=ROUNDING_KM)
    assert plan.terms["far_km"] == pytest.approx(weight * far_km(made, plan), abs=0.001)


def test_a_higher_weight_never_lengthens_the_far_ways_nor_shortens_travel() -> None:
    shortened = 0.0
    for seed in range(3):
        far, travel = [], []
        for weight in WEIGHTS:
            rules = Rules(
                min_cases=2,
                max_cases=7,
                preference_km=0.0,
                far_weight=weight,
                far_km_urban=2.0,
                far_km_rural=2.5,
            )
            made = small(seed, rules, count=14, owners=list("QRSTU"))
            plan = plan_sites(made)
            assert plan.objective_km == pytest.approx(fairest_km(made, planned(plan)), abs=ROUNDING_KM)
            far.append(far_km(made, plan))
            travel.append(plan.terms["travel_km"])
        assert all(later <= before + ROUNDING_KM for before, later in pairwise(far))
        assert all(later >= before - ROUNDING_KM for before, later in pairwise(travel))
        shortened += far[0] - far[-1]
    assert shortened > 0.5


def test_weight_brings_a_center_nearer_to_the_village() -> None:
    rules = Rules(min_cases=1, max_cases=30, far_km_urban=4.0, far_km_rural=4.0)
    plain = plan_sites(town_and_village(rules))
    fair = plan_sites(town_and_village(replace(rules, far_weight=3.0)))
    assert worst_tenth_of(fair) < worst_tenth_of(plain)
    assert fair.terms["travel_km"] > plain.terms["travel_km"]
    assert plain.terms["far_km"] == 0.0


def test_what_is_far_is_told_by_area() -> None:
    """The same ways: those of the village are far, or those of the town."""
    of_village = plan_sites(
        town_and_village(Rules(min_cases=1, max_cases=30, far_weight=1.0, far_km_rural=0.0))
    )
    of_town = plan_sites(town_and_village(Rules(min_cases=1, max_cases=30, far_weight=1.0, far_km_urban=0.0)))
    for plan, area in ((of_village, "rural"), (of_town, "urban")):
        own = plan.assignments[plan.assignments["area"] == area]
        assert plan.terms["far_km"] == pytest.approx(own["km"].sum(), abs=0.001)


def test_a_longest_way_of_rural_households_leaves_those_of_the_town_alone() -> None:
    rules = Rules(min_cases=1, max_cases=30, centers=1, max_km_rural=9.0)
    made = town_and_village(rules)
    plan = plan_sites(made)
    assert findings(made, plan) == []
    ways = plan.assignments.groupby("area")["km"].max()
    assert (
        ways["rural"]
        <= 9.0
        < plan_sites(town_and_village(replace(rules, max_km_rural=inf))).assignments["km"].max()
    )
    hard = town_and_village(replace(rules, max_km_rural=0.01, max_km_urban=20.0))
    told = plan_sites(hard)
    assert findings(hard, told) == []
    left = told.unassigned.set_index("household_id")["reason"]
    assert set(left.index.str[0]) == {"V"}
    # The limit that is named is that from which on somebody reaches it.
    facts = explain_household(hard, told, left.index[0])
    if facts.reason == "too_far":
        assert facts.needed_max_km is not None
        assert facts.needed_max_km > 0.01


def test_the_verifier_finds_a_way_beyond_the_limit_of_its_area_and_a_far_term_that_is_wrong() -> None:
    rules = Rules(min_cases=1, max_cases=30, centers=1, far_weight=1.0, far_km_rural=1.0)
    made = town_and_village(rules)
    plan = plan_sites(made)
    longest = float(plan.assignments.loc[plan.assignments["area"] == "rural", "km"].max())
    strict = replace(made, rules=replace(rules, max_km_rural=longest - 0.1))
    assert {one.code for one in findings(strict, plan)} >= {"beyond_max_km"}
    only_urban = replace(made, rules=replace(rules, max_km_urban=longest - 0.1))
    assert "beyond_max_km" not in {one.code for one in findings(only_urban, plan)}
    terms = {**plan.terms, "far_km": plan.terms["far_km"] - 1.0}
    less = replace(plan, terms=terms, objective_km=round(sum(terms.values()), 3))
    assert [one.id for one in findings(made, less) if one.code == "wrong_term"] == ["far_km"]
    without = {name: value for name, value in plan.terms.items() if name != "far_km"}
    older = replace(plan, terms=without, objective_km=round(sum(without.values()), 3))
    assert [one.id for one in findings(made, older) if one.code == "wrong_term"] == ["far_km"]


def test_a_bound_of_far_ways_is_none_where_they_do_not_count() -> None:
    rules = Rules(min_cases=1, max_cases=30, far_weight=3.0, far_km_urban=2.0, far_km_rural=2.0)
    made = town_and_village(rules)
    plan = plan_sites(made)
    assert findings(made, plan) == []
    plain = replace(made, rules=replace(rules, far_weight=0.0))
    terms = {**plan.terms, "far_km": 0.0}
    cheaper = replace(plan, terms=terms, objective_km=round(sum(terms.values()), 3))
    assert {one.code for one in findings(plain, cheaper)} & {"unsupported_bound", "bound_above_objective"}


def test_measured_ways_are_far_by_what_was_measured() -> None:
    made = town_and_village(Rules(min_cases=1, max_cases=30, preference_km=0.0))
    km = ways_km(made) * 2 + 1
    pairs = [
        (who, site, round(float(km[row, column]), 3))
        for row, who in enumerate(made.households["household_id"])
        for column, site in enumerate(made.sites["site_id"])
    ]
    travel = pd.DataFrame(pairs, columns=["household_id", "site_id", "km"])
    rules = replace(made.rules, far_weight=2.0, far_km_urban=8.0, far_km_rural=9.0, max_km_rural=60.0)
    measured = replace(made, travel=travel, rules=rules)
    plan = plan_sites(measured)
    assert findings(measured, plan) == []
    assert plan.terms["far_km"] > 0
    assert plan.objective_km == pytest.approx(fairest_km(measured, planned(plan)), abs=ROUNDING_KM)


def worst_tenth_cost(made: Problem, plan: Plan) -> float:
    tenth = 0.1 * plan.assignments["cases"].sum()
    return float(plan.terms["travel_km"] + made.rules.far_weight * tenth * (worst_tenth_of(plan) or 0.0))


def test_the_worst_tenth_finds_what_is_far_and_is_the_best_of_the_town_and_the_village() -> None:
    rules = Rules(min_cases=1, max_cases=30, preference_km=0.0, fairness="worst_tenth", far_weight=4.0)
    made = town_and_village(rules)
    with pytest.raises(SitingError) as refused:
        plan_sites(made)
    assert [one.code for one in refused.value.failures] == ["far_km_not_found"]
    fair = fair_problem(made)
    found = fair.problem
    assert found.rules.far_km_urban == found.rules.far_km_rural < inf
    assert fair_problem(found).problem is found
    plan = plan_sites(found)
    assert findings(found, plan) == []
    plain = plan_sites(replace(made, rules=replace(rules, fairness="beyond", far_weight=0.0)))
    assert (worst_tenth_of(plan) or 0) < (worst_tenth_of(plain) or 0)
    assert plan.terms["travel_km"] > plain.terms["travel_km"]
    least = fairest_worst_tenth_km(made, planned(plan))
    assert worst_tenth_cost(found, plan) == pytest.approx(least, abs=0.01)
    # At the plan's own percentile the far term is the mean of the worst tenth, but for a constant.
    p90 = weighted_km(plan.assignments["km"], plan.assignments["cases"])["p90"]
    assert p90 == pytest.approx(found.rules.far_km_urban)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 4.0]))
def test_no_plan_of_the_worst_tenth_costs_less_by_more_than_its_gap(seed: int, weight: float) -> None:
    rules = Rules(min_cases=2, max_cases=6, preference_km=0.0, fairness="worst_tenth", far_weight=weight)
    made = small(seed, rules)
    fair = fair_problem(made)
    plan = fair.judged(plan_sites(fair.problem))
    assert findings(fair.problem, plan) == []
    plain = plan_sites(replace(made, rules=replace(rules, fairness="beyond", far_weight=0.0)))
    cost, least = worst_tenth_cost(fair.problem, plan), fairest_worst_tenth_km(made, planned(plan))
    assert cost <= worst_tenth_cost(made, plain) + 0.01
    assert fair.least_km is not None
    assert fair.least_km <= least + ROUNDING_KM
    assert plan.bound is not None
    assert cost - least <= plan.objective_km - plan.bound.value_km + ROUNDING_KM


def test_nobody_waits_for_a_center_because_their_way_counts_more() -> None:
    """A village of one household, 30 km off: served though far ways weigh much."""
    rules = Rules(min_cases=1, max_cases=30, centers=1, far_km_urban=5.0, far_km_rural=5.0, far_weight=20.0)
    made = problem(
        together(people([(x, 0) for x in range(9)], prefix="T"), people([(30, 0)], prefix="V")),
        sites([(4, 0)]),
        rules=rules,
    )
    plan = plan_sites(made)
    assert findings(made, plan) == []
    assert plan.unassigned.empty
    assert plan.assignments["km"].max() * (1 + rules.far_weight) > rules.vacancy_km


def test_a_weight_of_far_ways_needs_to_know_what_is_far() -> None:
    with pytest.raises(SitingError) as refused:
        Rules(far_weight=3.0)
    assert [(one.code, one.id) for one in refused.value.failures] == [("impossible_rules", "far_weight")]


def test_a_problem_that_asks_for_no_worst_tenth_is_left_as_it_is() -> None:
    made = town_and_village(Rules(min_cases=1, max_cases=30, far_weight=1.0, far_km_urban=1.0))
    assert fair_problem(made).problem is made
