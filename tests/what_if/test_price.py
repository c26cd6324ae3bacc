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
from data.text import LANGS, phrase
from siting.plan import plan_sites
from siting.what_if.judging import (
    BETTER,
    CHEAPER,
    CHEAPER_TIE,
    CHEAPER_UNBOUNDED,
    EXACT,
    FACTS,
    MEASURED,
    MIXED,
    NO_BETTER,
    PAID,
    PROVEN,
    SAME,
    SERVED,
    TIE,
    UNBOUNDED,
    Judged,
    judge,
    recounted_km,
)
from siting.what_if.said import sentences
from siting.what_if.tried import NotPossible, Outcome
from siting.what_if.trying import try_variants
from siting.what_if.variants import Variant
from tests.engine_oracle import cheapest
from tests.engine_problems import people, problem, sites
from tests.life.tiny import network

if TYPE_CHECKING:
    from typing import Any

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
    if isinstance(outcome, NotPossible):
        return
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
    assert cost.kind in (CHEAPER, CHEAPER_TIE)
    assert cost.in_force_km == pytest.approx(recounted_km(free, plan))


@pytest.mark.parametrize("mine", [0.0, 20.0])
def test_a_difference_below_nothing_means_everywhere_that_the_variant_is_cheaper(mine: float) -> None:
    made, plan = network()
    plain = replace(plan, centers=plan.centers.assign(underfull_reason=""))
    free = replace(made, rules=replace(made.rules, merit_km=0.0))
    wide = replace(made, rules=replace(made.rules, max_cases=made.rules.max_cases + 1))
    counted = recounted_km(free, plain)
    by_price = judge(
        (made, bounded(plain, 100.0, 100.0 - mine)),
        (free, bounded(plain, counted - 12.0, counted - 15.0)),
        Variant("x", free.rules),
    )
    by_limit = judge(
        (made, bounded(plain, 100.0, 100.0)), (wide, bounded(plain, 88.0, 85.0)), Variant("x", wide.rules)
    )
    for cost in (by_price, by_limit):
        assert (cost.km, cost.low_km, cost.high_km) == (*map(pytest.approx, (-12.0, -15.0, -12.0)),)
    assert by_price.kind == (CHEAPER if mine < 12.0 else CHEAPER_TIE)


def test_the_sentence_of_a_near_tie_compares_the_difference_it_names() -> None:
    made, plan = network()
    tried = try_variants(made, plan, {"same": {}})
    [outcome] = tried.outcomes
    assert isinstance(outcome, Outcome)
    cost = Judged(CHEAPER_TIE, km=-14.1, low_km=-22.9, high_km=-14.1, in_force_km=1410.0)
    [price, *_] = sentences(tried, replace(outcome, judged=cost), "en")
    assert "costs 14.1 km (1.00 %) less than the plan in force" in price
    assert "no plan is more than 22.9 km cheaper" in price
    assert "the 14.1 km are no more than" in price


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"detour_rural": 1.4}, MEASURED),
        ({"centers": "price", "center_km": 3.0}, PAID),
        ({"preference_km": 0.7, "max_cases": 29}, MIXED),
    ],
)
def test_why_two_costs_are_not_compared_is_true_of_what_was_changed(
    changed: dict[str, Any], why: str
) -> None:
    made, plan = network()
    rules = replace(made.rules, **changed)
    cost = judge((made, plan), (replace(made, rules=rules), plan), Variant("x", rules))
    assert (cost.kind, cost.why, cost.km) == (FACTS, why, None)


def few(**rules: Any) -> Problem:
    """A county of six cases, each alone at its point, and three applicants."""
    spots = GROUND[[0, 6, 20, 30, 42, 48]]
    offered = sites(GROUND[[0, 30, 24]])
    return problem(people(spots), offered, rules=Rules(**{"min_cases": 1, "max_cases": 3, **rules}))


def test_rules_that_change_nothing_here_are_told_apart_from_those_in_force() -> None:
    made = few(keep_together="point")
    asked = {
        "privacy": {"privacy_k": 3, "move_km": 9.0},
        "far": {"center_km": 4.0},
        "alone": {"keep_together": "none"},
        "borders": {"within": "province"},
        "staff": {"caseworker_cases": 1},
        "nothing": {},
    }
    tried = try_variants(made, plan_sites(made), asked)
    assert [(one["variant"], one["verdict"]) for one in tried.figures()[1:]] == [
        (name, SAME) for name in asked
    ]
    lines = dict(tried.said("en"))
    (needed,) = {one["centers"] for one in tried.figures()}
    staff = phrase("try.note_caseworkers", before=needed, after=6).said("en")
    assert {label: staff in own for label, own in lines.items() if label in asked} == {
        name: name == "staff" for name in asked
    }
    told = {label: own[0] for label, own in lines.items()}
    assert told.pop("nothing") == "nothing: it is so already; nothing changes."
    assert all("these rules are not those in force" in line for line in told.values())


def test_what_has_no_plan_is_an_answer_among_the_others() -> None:
    made, plan = network()
    tried = try_variants(made, plan, centers=[len(plan.centers), 99, 99])
    assert [one["verdict"] == "not_possible" for one in tried.figures()] == [False, False, True]
    told = tried.table()
    assert told["centers"].tolist()[:2] == [len(plan.centers)] * 2
    assert told["centers"].dtype == "Int64"
    assert "99" in tried.as_dict()["variants"][2]["why"][0]
    assert "not possible" in tried.said("en")[1][1][0]


def test_a_number_beyond_the_applicants_is_said_to_be_so() -> None:
    spots = GROUND[[0, 6, 20, 30, 42, 48, 24]]
    made = problem(
        people(spots[:6]), sites(spots[[0, 3, 6]]), rules=Rules(min_cases=1, max_cases=6, centers=2)
    )
    tried = try_variants(made, plan_sites(made), centers=[3, 5])
    assert [one["centers"] for one in tried.figures()] == [2, 3, 3]
    said = [" ".join(told) for _, told in tried.said("en")]
    assert ["5 centers were asked for and 3 open" in one for one in said] == [False, True]


def test_too_few_centers_are_followed_by_as_many_as_the_cases_need() -> None:
    spots = GROUND[[0, 6, 20, 30, 42, 48, 24]]
    made = problem(
        people(spots[:6]), sites(spots[[0, 3, 6]]), rules=Rules(min_cases=1, max_cases=3, centers=2)
    )
    tried = try_variants(made, plan_sites(made), {"pairs": {"max_cases": 2}})
    assert [(one["centers"], one["unserved"], one["verdict"]) for one in tried.figures()] == [
        (2, 0, ""), (2, 2, SERVED), (3, 0, tried.figures()[2]["verdict"]),
    ]  # fmt: skip
    assert tried.figures()[2]["difference_km"] is not None
    short, enough = tried.said("en")
    assert enough[0] == "with 3 centers, pairs"
    assert "at least 3 centers and the plan has 2" in short[1][1]
    assert "max_cases = 2, centers = 3" in short[1][1]
    both = try_variants(
        made, plan_sites(made), {"pairs": {"max_cases": 2}, "both": {"max_cases": 2, "centers": 3}}
    )
    assert [name for name, _ in both.said("en")] == ["pairs", "both"]
    assert "“both”" in both.said("en")[0][1][1]


def test_rules_of_a_province_that_is_not_the_plan_s_are_not_passed_over() -> None:
    made, plan = network()
    tried = try_variants(made, plan, {"typo": {"province": {"نیست": {"max_cases": 29}}}})
    [(_, said)] = tried.said("en")
    assert len(said) == 2
    assert "نیست" in said[1]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "kind",
    [
        SAME,
        FACTS,
        SERVED,
        UNBOUNDED,
        EXACT,
        PROVEN,
        TIE,
        BETTER,
        NO_BETTER,
        CHEAPER,
        CHEAPER_TIE,
        CHEAPER_UNBOUNDED,
    ],
)
@pytest.mark.parametrize("km", [-12.5, 0.0, 3.25])
def test_every_verdict_has_its_sentence(lang: str, kind: str, km: float) -> None:
    made, plan = network()
    tried = try_variants(made, plan, {"same": {}})
    [outcome] = tried.outcomes
    assert isinstance(outcome, Outcome)
    assert outcome.judged is not None
    judged = replace(outcome.judged, kind=kind, km=km, low_km=km - 1, high_km=km + 1, cases_more=int(km))
    judged = replace(judged, why=PAID if kind == FACTS else "")
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
        "impossible_rules", "rule_of_reading", "unknown_rule", "unknown_site",
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
