"""A price says no more than is proven: the true one, of the best plans there are, lies between its ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import SitingError
from data.rules import Rules
from data.text import LANGS
from siting.plan import plan_sites
from siting.what_if.judging import (
    BETTER,
    DEARER,
    DEARER_TIE,
    EXACT,
    FACTS,
    NO_BETTER,
    PROVEN,
    SAME,
    SERVED,
    TIE,
    UNBOUNDED,
    judge,
    recounted_km,
)
from siting.what_if.said import sentences
from siting.what_if.trying import try_variants
from siting.what_if.variants import Variant
from tests.engine_oracle import cheapest
from tests.engine_problems import people, problem, sites
from tests.life.tiny import network

if TYPE_CHECKING:
    from data.plan import Bound, Plan
    from data.problem import Problem

ROUNDING_KM = 0.004
GROUND = np.array([(x, y) for x in range(7) for y in range(7)], dtype=float)


@st.composite
def tiny(draw: st.DrawFn) -> Problem:
    """A county of few cases and a few applicants, each with one site."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spots = GROUND[rng.choice(len(GROUND), 9, replace=False)]
    rules = Rules(
        min_cases=draw(st.integers(0, 2)),
        max_cases=draw(st.integers(3, 4)),
        preference_km=draw(st.sampled_from([0.0, 1.0])),
    )
    return problem(people(spots[:5]), sites(spots[5:]), rules=rules)


def best_km(made: Problem, plan: Plan) -> float:
    return cheapest(made, dict(zip(plan.units["unit"], plan.units["planned"], strict=True)))


@settings(max_examples=8, deadline=None)
@given(tiny(), st.integers(0, 3), st.sampled_from(["require", "forbid"]))
def test_the_true_price_of_a_site_lies_between_the_ends(made: Problem, number: int, how: str) -> None:
    plan = plan_sites(made)
    site = str(made.sites["site_id"].iloc[number])
    tried = try_variants(made, plan, **{how: [site]})
    [outcome] = tried.outcomes
    cost = outcome.judged
    assert cost is not None
    if cost.low_km is None or cost.high_km is None:
        assert cost.kind in (SERVED, UNBOUNDED)
        return
    true_km = best_km(outcome.problem, outcome.plan) - best_km(made, plan)
    assert cost.low_km - ROUNDING_KM <= true_km <= cost.high_km + ROUNDING_KM
    if cost.kind == EXACT:
        assert cost.km == pytest.approx(true_km, abs=ROUNDING_KM)


def bounded(plan: Plan, objective_km: float, bound_km: float | None) -> Plan:
    assert plan.bound is not None
    proof: Bound | None = None if bound_km is None else replace(plan.bound, value_km=bound_km)
    return replace(plan, objective_km=objective_km, bound=proof)


kilometres = st.floats(10, 1000)
slacks = st.tuples(st.floats(0, 50), st.floats(0, 1))
"""How far a plan is above its bound, and how much of that the best plan there is saves."""


@settings(max_examples=40, deadline=None)
@given(kilometres, kilometres, slacks, slacks)
def test_what_is_called_proven_is_so_whatever_the_best_plans_are(
    base_km: float, found_km: float, own: tuple[float, float], others: tuple[float, float]
) -> None:
    (slack, share), (other, other_share) = own, others
    made, plan = network()
    base = bounded(plan, base_km, base_km - slack)
    found = bounded(plan, found_km, found_km - other)
    # A change of two ways at once: neither plan is known to be one of the other's.
    rules = replace(made.rules, max_cases=made.rules.max_cases + 1, keep_together="none")
    cost = judge((made, base), (replace(made, rules=rules), found), Variant("x", rules))
    true_km = (found_km - other * other_share) - (base_km - slack * share)
    assert cost.low_km is not None
    assert cost.high_km is not None
    assert cost.low_km - ROUNDING_KM <= true_km <= cost.high_km + ROUNDING_KM
    if cost.kind == PROVEN:
        assert np.sign(true_km) == np.sign(cost.km or 0.0)
    else:
        assert cost.kind in (TIE, EXACT)


@pytest.mark.parametrize(
    ("most", "found", "kind", "ends"),
    [
        (29, (102.0, 101.0), PROVEN, (1.0, 3.0)),
        (29, (100.5, 99.0), TIE, (0.0, 1.5)),
        (29, (99.5, 98.0), BETTER, (0.0, 0.5)),
        (31, (97.0, 96.5), PROVEN, (-3.5, -2.0)),
        (31, (100.0, 96.0), NO_BETTER, (-4.0, 0.0)),
        (31, (101.0, 96.0), NO_BETTER, (-4.0, 0.0)),
    ],
)
def test_a_rule_that_only_narrows_or_only_widens_the_choice_has_a_price_of_one_sign(
    most: int, found: tuple[float, float], kind: str, ends: tuple[float, float]
) -> None:
    made, plan = network()
    plain = replace(plan, centers=plan.centers.assign(underfull_reason=""))
    rules = replace(made.rules, max_cases=most)
    other = (replace(made, rules=rules), bounded(plain, *found))
    cost = judge((made, bounded(plain, 100.0, 99.0)), other, Variant("x", rules))
    assert (cost.kind, cost.low_km, cost.high_km) == (kind, *map(pytest.approx, ends))


def test_plans_without_a_bound_or_with_others_served_have_no_price() -> None:
    made, plan = network()
    rules = replace(made.rules, keep_together="none")
    other = replace(made, rules=rules)
    unbounded = judge((made, plan), (other, bounded(plan, 1.0, None)), Variant("x", rules))
    assert (unbounded.kind, unbounded.low_km) == (UNBOUNDED, None)
    left = plan.assignments[["household_id"]].iloc[:3].assign(reason="no_capacity", vacancy_id="", cases=1)
    fewer = replace(plan, unassigned=left)
    served = judge((made, plan), (other, fewer), Variant("x", rules))
    assert (served.kind, served.cases_more, served.km) == (SERVED, 3, None)
    mixed = replace(made.rules, preference_km=0.0, max_cases=29)
    assert judge((made, plan), (replace(made, rules=mixed), plan), Variant("x", mixed)).kind == FACTS


def test_the_plan_in_force_is_recounted_by_other_prices() -> None:
    made, plan = network()
    assert recounted_km(made, plan) == pytest.approx(plan.objective_km, abs=0.001)
    free = replace(made, rules=replace(made.rules, merit_km=0.0))
    assert recounted_km(free, plan) == pytest.approx(plan.terms["travel_km"] + plan.terms["preference_km"])
    cost = judge((made, plan), (free, plan_sites(free)), Variant("x", free.rules))
    assert cost.kind in (DEARER, DEARER_TIE)
    assert cost.high_km is not None
    assert (cost.km or 0.0) <= cost.high_km


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "kind",
    [SAME, FACTS, SERVED, UNBOUNDED, EXACT, PROVEN, TIE, BETTER, NO_BETTER, DEARER, DEARER_TIE],
)
@pytest.mark.parametrize("km", [-12.5, 0.0, 3.25])
def test_every_verdict_has_its_sentence(lang: str, kind: str, km: float) -> None:
    made, plan = network()
    tried = try_variants(made, plan, {"same": {}})
    [outcome] = tried.outcomes
    assert outcome.judged is not None
    judged = replace(outcome.judged, kind=kind, km=km, low_km=km - 1, high_km=km + 1, cases_more=int(km))
    told = " ".join(sentences(tried, replace(outcome, judged=judged), "fa" if lang == "fa" else "en"))
    assert told
    assert "{" not in told


def test_what_cannot_be_asked_is_refused_in_one_pass() -> None:
    made, plan = network()
    with pytest.raises(SitingError) as error:
        try_variants(
            made,
            plan,
            {"a": {"max_case": 3}, "b": {"min_cases": 40}, "c": {"boundary_snap_km": 9.0}},
            require=["nobody-1"],
            centers=[99],
        )
    codes = [one.code for one in error.value.failures]
    assert sorted(codes) == [
        "impossible_rules", "rule_of_reading", "too_many_centers", "unknown_rule", "unknown_site",
    ]  # fmt: skip
    with pytest.raises(SitingError) as nothing:
        try_variants(made, plan)
    assert nothing.value.failures[0].code == "nothing_to_try"


def test_workers_and_repetition_do_not_change_the_answer() -> None:
    made, plan = network()
    asked = {"29": {"max_cases": 29}, "free": {"preference_km": 0.0}}
    once = try_variants(made, plan, asked, workers=1)
    again = try_variants(made, plan, asked, workers=2)
    assert once.as_dict() == again.as_dict()
    assert once.table().equals(again.table())
