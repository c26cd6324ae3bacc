"""What a variant costs, and how much of that is proven: the bounds of both plans decide, not the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from data.build.check import NOT_IN_PHASE
from data.build.same import NEUTRAL
from data.summary import rounded_gap
from siting.explain.stood import TIE_KM
from siting.founding import terms_of
from siting.what_if.variants import changed_rules

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules
    from siting.what_if.variants import Variant

PRICES = ("preference_km", "merit_km", "cross_district_km", "vacancy_km", "center_km")
"""Rules that price what a plan does, and leave what it may do as it is."""
FAR = ("far_", "fairness")
"""How the names of the rules begin that price long ways."""
NARROW = ("none", "province", "county", "district")
"""Values of ``within``, each narrower than the one before."""
MEASURES = ("detour_urban", "detour_rural", "count")
"""Rules after which a kilometre of the objective is not what it was."""

SAME, FACTS, SERVED, UNBOUNDED = "same", "facts", "served", "unbounded"
EXACT, PROVEN, TIE, BETTER, NO_BETTER = "exact", "proven", "near_tie", "better", "no_better"
CHEAPER, CHEAPER_TIE, CHEAPER_UNBOUNDED = "cheaper", "cheaper_tie", "cheaper_unbounded"
NOT_POSSIBLE = "not_possible"
MEASURED, PAID, MIXED = "measured", "paid", "mixed"
"""Why two objectives do not measure the same."""


@dataclass(frozen=True)
class Judged:
    """What a variant costs beside the plan it is held against.

    Every difference is the variant less the plan in force, both counted by the variant's prices: below 0 the
    variant costs less.

    Attributes
    ----------
    kind : str
        ``same`` (nothing is asked that is not so); ``facts`` (both objectives do not measure the same);
        ``served`` (they do not serve as many); ``unbounded`` (nothing is proven of one of them); ``exact``
        (both are proven best), ``proven`` (the sign of the difference is), ``near_tie`` (it is not: inside
        the gaps), ``better`` (the variant may only cost more, and costs less: the plan in force is not the
        best), ``no_better`` (it may only cost less, and nothing that does was found). Where prices alone
        differ the plan in force is one of those that the variant chooses from: ``cheaper`` (the variant's
        costs less than it by more than its own gap), ``cheaper_tie`` (it does not), ``cheaper_unbounded``.
        ``not_possible`` is the verdict of a question without a plan.
    km : float or None
        Difference of the objectives, km.
    low_km, high_km : float or None
        Between which the difference is proven to lie, km: of the two best plans there are, or where prices
        alone differ of the best by these prices and the plan in force.
    in_force_km : float or None
        What the plan in force costs by the variant's prices, km.
    cases_more : int
        Cases that the variant leaves without a center more than the plan in force.
    why : str
        Of ``facts``: ``measured`` (a kilometre or a case counts otherwise), ``paid`` (only one of the two
        pays for its centers), ``mixed`` (prices and what a plan may do changed together).
    """

    kind: str
    km: float | None = None
    low_km: float | None = None
    high_km: float | None = None
    in_force_km: float | None = None
    cases_more: int = 0
    why: str = ""


def judge(
    base: tuple[Problem, Plan], found: tuple[Problem, Plan], variant: Variant, *, same: bool = False
) -> Judged:
    """Judge a variant's plan beside the plan in force.

    Parameters
    ----------
    base, found : (Problem, Plan)
        What the variant is held against, and the variant's own.
    variant : Variant
        The question.
    same : bool
        Whether the plan is already as is asked.
    """
    if same:
        return Judged(SAME, 0.0, 0.0, 0.0, base[1].objective_km)
    changed = changed_rules(base[0].rules, found[0].rules)
    names = {name for name, _, _ in changed} - set(NEUTRAL)
    priced = {one for one in names if one in PRICES or one.startswith(FAR)}
    limited = bool(names - priced) or bool(variant.require or variant.forbid)
    more = left_cases(found[1]) - left_cases(base[1])
    if unlike := _unlike(names, priced=bool(priced), limited=limited, rules=(base[0].rules, variant.rules)):
        return Judged(FACTS, cases_more=more, why=unlike)
    if more:
        return Judged(SERVED, cases_more=more)
    if priced:
        return _by_other_prices(base, found)
    return _by_limits(base[1], found[1], _direction(base, found, variant))


def _unlike(names: set[str], *, priced: bool, limited: bool, rules: tuple[Rules, Rules]) -> str:
    """Return why two objectives do not measure the same; empty where they do."""
    if names & set(MEASURES):
        return MEASURED
    if "centers" in names and "price" in (rules[0].centers, rules[1].centers):
        return PAID
    return MIXED if priced and limited else ""


def left_cases(plan: Plan) -> int:
    """Return the cases that a plan should serve and leaves without a center."""
    left = plan.unassigned
    return int(left.loc[left["reason"] != NOT_IN_PHASE, "cases"].sum())


def slack_km(plan: Plan) -> float | None:
    """Return how far a plan's objective may lie above the least there is, km; None without a bound."""
    if plan.bound is None:
        return None
    if rounded_gap(plan.bound.value_km, plan.objective_km) == 0:
        return 0.0
    return max(0.0, plan.objective_km - plan.bound.value_km)


def _by_limits(base: Plan, found: Plan, direction: int) -> Judged:
    """Judge two plans of one objective by their bounds, and by which of them might have been the other."""
    whole = base.objective_km
    km, own, other = found.objective_km - whole, slack_km(base), slack_km(found)
    if own is None or other is None:
        return Judged(UNBOUNDED, km, in_force_km=whole)
    low, high = km - other, km + own
    if direction > 0:
        low, high = max(low, 0.0), max(high, 0.0)
    elif direction < 0:
        low, high = min(low, 0.0), min(high, 0.0)
    if km * direction < -TIE_KM:
        return Judged(BETTER if direction > 0 else NO_BETTER, km, low, high, whole)
    if high - low <= TIE_KM:
        return Judged(EXACT, km, km, km, whole)
    if direction < 0 and abs(km) <= TIE_KM:
        return Judged(NO_BETTER, km, low, high, whole)
    kind = PROVEN if low > TIE_KM or high < -TIE_KM else TIE
    return Judged(kind, km, low, high, whole)


def _direction(base: tuple[Problem, Plan], found: tuple[Problem, Plan], variant: Variant) -> int:
    """Return 1 where every plan of the variant might have been made before, -1 for the reverse, else 0.

    Only of as many centers, and where no center that is short of its least needed a reason for it.
    """
    ways = {_narrower(*one) for one in changed_rules(base[0].rules, found[0].rules) if one[0] not in NEUTRAL}
    ways |= {1} if variant.require or variant.forbid else set()
    if len(ways) != 1 or any((one.centers["underfull_reason"] != "").any() for _, one in (base, found)):
        return 0
    planned = [one.units.set_index("unit")["planned"].sort_index() for _, one in (base, found)]
    parted = base[0].rules.within == found[0].rules.within
    as_many = planned[0].equals(planned[1]) if parted else planned[0].sum() == planned[1].sum()
    return ways.pop() if as_many else 0


def _narrower(name: str, before: Any, after: Any) -> int:  # noqa: ANN401 - the value of any rule
    """Return 1 where a rule leaves fewer plans than before, -1 where more, 0 where neither is known."""
    if name == "max_cases" or name.startswith("max_km"):
        return 1 if after < before else -1
    if name == "within":
        return 1 if NARROW.index(after) > NARROW.index(before) else -1
    return 0


def _by_other_prices(base: tuple[Problem, Plan], found: tuple[Problem, Plan]) -> Judged:
    """Judge by the variant's prices, which might have chosen the plan in force too."""
    whole = recounted_km(replace(base[0], rules=found[0].rules), base[1])
    km, own, other = found[1].objective_km - whole, slack_km(base[1]), slack_km(found[1])
    if own is None or other is None:
        return Judged(CHEAPER_UNBOUNDED, km, in_force_km=whole)
    kind = CHEAPER if -km > own + TIE_KM else CHEAPER_TIE
    return Judged(kind, km, min(km - other, 0.0), min(km, 0.0), whole)


def recounted_km(problem: Problem, plan: Plan) -> float:
    """Return what a plan costs by the prices of a problem, km, transfers not counted."""
    rows = dict(zip(plan.centers["center_id"], range(len(plan.centers)), strict=True))
    center = np.array([rows[one] for one in plan.assignments["center_id"]], dtype=np.int64)
    vacant = int(plan.vacancies["cases"].sum())
    return float(sum(terms_of(problem, plan.centers, plan.assignments, center, vacant).values()))
