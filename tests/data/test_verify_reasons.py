"""Reasons and rules that make an unusual plan right, and only where they are true."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from data.verify import findings
from tests.data.network import Network, network
from tests.data.network_inputs import BUILDING, EXISTING, FIRST, PINNED, RULES, SECOND
from tests.data.network_plan import edited
from tests.data.network_wrong import NETWORK, PLAN, Planted, codes, from_a, moved, ungrouped, without

if TYPE_CHECKING:
    from data.problem import Problem


def _named(start: Network, center: str, reason: str, **provenance: Any) -> Planted:
    plan = start.plan(underfull={center: reason})
    return start.problem, replace(plan, provenance=MappingProxyType(dict(plan.provenance) | provenance))


@pytest.mark.parametrize(
    "reason", ["small_unit", "existing_center", "hard_distance", "indivisible", "after_leaving", "because"]
)
def test_a_false_reason_for_few_cases_is_refused(reason: str) -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600))
    assert "untrue_underfull_reason" in codes(*_named(start, FIRST, reason))


def test_a_unit_too_small_for_its_centers_is_a_true_reason() -> None:
    assert codes(*_named(network(in_b=149), SECOND, "small_unit")) == set()


def test_an_existing_center_may_have_few_or_none() -> None:
    few = network(to_existing=0, in_a=440, rules=replace(RULES, centers="fewest"))
    start = replace(few, problem=_regrouped(few.problem))
    assert codes(*_named(start, EXISTING, "existing_center")) == set()


def _regrouped(problem: Problem) -> Problem:
    """Without the building and the pin, which lie beyond the households kept."""
    return replace(problem, households=problem.households.assign(pin=""))


def test_a_center_too_far_for_most_is_a_true_reason_only_with_the_limit() -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600, max_km=60.0))
    assert "untrue_underfull_reason" in codes(*_named(start, FIRST, "hard_distance"))
    near = network(to_existing=560, rules=replace(RULES, max_cases=600, max_km=4.0))
    assert "untrue_underfull_reason" not in codes(*_named(near, FIRST, "hard_distance"))


def test_whole_buildings_that_nobody_can_spare_are_a_true_reason() -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600))
    households = start.problem.households.copy()
    in_existing = households["household_id"].map(start.serves) == EXISTING
    households.loc[in_existing, "group"] = 5_000
    problem = replace(start.problem, households=households)
    assert codes(*_named(replace(start, problem=problem), FIRST, "indivisible")) == set()
    households.loc[households["household_id"].isin(from_a(100, 106)), "group"] = 5_001
    assert codes(*_named(replace(start, problem=problem), FIRST, "indivisible")) == set()
    households.loc[households["household_id"].isin(from_a(106, 110)), "group"] = 5_002
    assert codes(*_named(replace(start, problem=problem), FIRST, "indivisible")) == {
        "untrue_underfull_reason"
    }


def test_a_center_that_others_left_is_named_in_the_provenance() -> None:
    few = network(to_existing=90, in_a=440, rules=replace(RULES, centers="fewest"))
    start = replace(few, problem=_regrouped(few.problem))
    assert codes(*_named(start, EXISTING, "after_leaving", after_leaving=[EXISTING])) == set()
    assert "untrue_underfull_reason" in codes(*_named(start, EXISTING, "after_leaving"))


def test_a_center_was_not_left_that_has_enough_today_or_fewer_than_stayed() -> None:
    few = network(to_existing=90, in_a=440, rules=replace(RULES, centers="fewest"))
    for stayed, wrong in ((90, False), (91, True), (149, True), (150, True)):
        regrouped = _regrouped(few.problem)
        here = regrouped.households["household_id"].str[2:].astype(int) < stayed
        in_a = regrouped.households["county"] == "A"
        today = regrouped.households["center_id"].mask(here & in_a, EXISTING)
        problem = replace(regrouped, households=regrouped.households.assign(center_id=today))
        planted = _named(replace(few, problem=problem), EXISTING, "after_leaving", after_leaving=[EXISTING])
        assert ("untrue_underfull_reason" in codes(*planted)) == wrong


def test_a_center_that_opens_was_left_by_nobody() -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600))
    planted = _named(start, FIRST, "after_leaving", after_leaving=[FIRST])
    assert "untrue_underfull_reason" in codes(*planted)


def test_a_full_unit_leaves_no_capacity_and_a_short_limit_leaves_too_far() -> None:
    tight = network(to_existing=300, rules=replace(RULES, max_cases=400, centers="fewest"))
    centers = tight.problem.centers.assign(max_cases=310.0)
    tight = replace(tight, problem=replace(tight.problem, centers=centers))
    who = "A-0400"
    assert "untrue_reason" in codes(*without(tight, [who], unassigned={who: ("no_capacity", "")}))
    fuller = replace(tight, problem=replace(tight.problem, rules=replace(tight.problem.rules, max_cases=399)))
    problem, plan = without(fuller, [who], unassigned={who: ("no_capacity", "")})
    assert codes(problem, plan) == set()
    near = replace(NETWORK, problem=replace(NETWORK.problem, rules=replace(RULES, max_km=0.5)))
    problem, plan = without(near, [who], unassigned={who: ("too_far", "")})
    assert codes(problem, plan) == {"beyond_max_km"}


def test_a_vacancy_of_its_own_county_is_accepted_and_paid_for() -> None:
    who = from_a(100, 110)
    start = network(rules=replace(RULES, centers=4))
    problem, plan = without(
        start, who, unassigned=dict.fromkeys(who, ("vacancy", "V-1")), vacancies={"V-1": "A"}
    )
    assert plan.terms["vacancy_km"] == 1000.0
    assert codes(problem, plan) == set()
    assert "wrong_vacancy" in codes(problem, edited(plan, "vacancies", 0, "cases", 11))
    assert "duplicate_vacancy_id" in codes(problem, edited(plan, "vacancies", 0, "vacancy_id", FIRST))
    tiny = replace(problem, rules=replace(problem.rules, max_cases=9, min_cases=1))
    assert "overfull_vacancy" in codes(tiny, plan)


@pytest.mark.parametrize("subject", [("split_point", BUILDING[3]), ("split_place", "place of A")])
def test_a_split_that_is_named_is_accepted(subject: tuple[str, str]) -> None:
    exception = (*subject, f"{EXISTING} {FIRST}")
    assert codes(*moved(NETWORK, [BUILDING[0]], EXISTING, exceptions=(exception,))) == set()


def test_the_same_building_may_be_apart_where_the_rule_says_nobody_stays_together() -> None:
    problem, plan = ungrouped()
    free = replace(problem, rules=replace(RULES, keep_together="none"))
    assert codes(free, plan) == set()


def test_a_plan_without_applicants_proposes_its_own_points() -> None:
    problem = replace(NETWORK.problem, sites=NETWORK.problem.sites.iloc[:0])
    households = problem.households.assign(pin="")
    plan = PLAN
    for row in (0, 1):
        for column, value in {"site_id": "", "applicant_id": "", "preference": None}.items():
            plan = edited(plan, "centers", row, column, value)
    terms = dict(plan.terms) | {"preference_km": 0.0, "merit_km": 0.0}
    plan = replace(plan, terms=terms, objective_km=sum(terms.values()), bound=None)
    assert codes(replace(problem, households=households), plan) == set()
    assert "bound_without_sites" in codes(
        replace(problem, households=households, centers=problem.centers.iloc[:0]),
        replace(plan, bound=PLAN.bound),
    )


def test_measured_travel_replaces_straight_lines() -> None:
    places = {EXISTING: EXISTING, FIRST: "P1-1", SECOND: "P2-1"}
    travel = pd.DataFrame(
        {
            "household_id": PLAN.assignments["household_id"],
            "site_id": PLAN.assignments["center_id"].map(places),
            "km": np.round(PLAN.assignments["km"] * 1.5, 3),
        }
    )
    problem = replace(NETWORK.problem, travel=travel)
    assert {"wrong_distance"} <= codes(problem, PLAN)
    assigned = PLAN.assignments.assign(km=travel["km"])
    terms = dict(PLAN.terms) | {"travel_km": float(assigned["km"] @ assigned["cases"])}
    plan = replace(PLAN, assignments=assigned, terms=terms, objective_km=sum(terms.values()), bound=None)
    assert codes(problem, plan) == set()
    assert codes(replace(problem, travel=travel.iloc[1:]), plan) == {"no_travel"}


def test_where_households_fill_a_center_their_cases_do_not() -> None:
    start = network(to_existing=249, rules=replace(RULES, count="households", max_cases=452))
    households = start.problem.households.copy()
    households.loc[300, "cases"] = 50
    start = replace(start, problem=replace(start.problem, households=households))
    assert "overfull" not in codes(start.problem, start.plan())


def test_rules_of_a_province_hold_in_it() -> None:
    overrides = MappingProxyType({"P": MappingProxyType({"max_cases": 399})})
    strict = replace(NETWORK.problem, rules=replace(RULES, overrides=overrides))
    assert "overfull" in codes(strict, PLAN)


def test_a_center_takes_no_more_than_others_can_spare() -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600))
    # The existing center holds 570 in tens: one may go when it keeps 150, none when the rule is 565.
    households = start.problem.households.copy()
    in_existing = (households["household_id"].map(start.serves) == EXISTING).to_numpy()
    households.loc[in_existing, "group"] = 5_000 + np.arange(in_existing.sum()) // 10
    free = replace(start, problem=replace(start.problem, households=households))
    assert codes(*_named(free, FIRST, "indivisible")) == {"untrue_underfull_reason"}
    strict = replace(free, problem=replace(free.problem, rules=replace(RULES, max_cases=600, min_cases=565)))
    found = findings(*_named(strict, FIRST, "indivisible"))
    assert not [one for one in found if one.id == FIRST]


def test_a_pinned_household_is_not_to_be_spared() -> None:
    start = network(to_existing=560, rules=replace(RULES, max_cases=600))
    households = start.problem.households.copy()
    in_existing = households["household_id"].map(start.serves) == EXISTING
    households.loc[in_existing, "pin"] = EXISTING
    pinned = replace(start, problem=replace(start.problem, households=households))
    assert codes(*_named(pinned, FIRST, "indivisible")) == set()


def test_a_building_that_fits_nowhere_together_waits_together() -> None:
    tight = network(rules=replace(RULES, max_cases=390, centers="fewest"))
    centers = tight.problem.centers.assign(max_cases=320)
    tight = replace(tight, problem=replace(tight.problem, centers=centers))
    waiting = dict.fromkeys(BUILDING, ("no_capacity", ""))
    problem, plan = without(tight, list(BUILDING), unassigned=waiting)
    # Of 20 in the building ten would fit in each center, and all of them in none.
    assert codes(problem, plan) == set()
    roomy = replace(problem, rules=replace(problem.rules, max_cases=400))
    assert codes(roomy, plan) == {"untrue_reason"}


def test_a_pinned_household_waits_for_its_own_center_but_not_for_a_vacancy() -> None:
    full = replace(RULES, max_cases=399, centers="fewest")
    start = network(rules=full)
    problem, plan = without(start, [PINNED], unassigned={PINNED: ("no_capacity", "")})
    assert codes(problem, plan) == set()
    vacant = {"unassigned": {PINNED: ("vacancy", "V-1")}, "vacancies": {"V-1": "A"}}
    assert codes(*without(start, [PINNED], **vacant)) == {"pin_not_kept"}


def test_a_price_of_centers_counts_every_center_under_the_price_rule() -> None:
    start = network(rules=replace(RULES, centers="price", center_km=3.0))
    plan = replace(start.plan(), bound=None)
    assert plan.terms["center_km"] == 9.0
    assert codes(start.problem, plan) == set()


def test_who_changes_center_is_paid_for_in_a_rebalancing() -> None:
    today = NETWORK.problem.households["household_id"].map(NETWORK.serves).fillna("")
    today.loc[:3] = FIRST
    today.loc[4] = ""
    problem = replace(NETWORK.problem, households=NETWORK.problem.households.assign(center_id=today))
    # Four households of two cases each come from another center, one from none.
    terms = dict(PLAN.terms) | {"move_km": 8.0}
    provenance = MappingProxyType(dict(PLAN.provenance) | {"rebalancing": True})
    plan = replace(PLAN, terms=terms, objective_km=sum(terms.values()), provenance=provenance)
    assert codes(problem, plan) == set()
