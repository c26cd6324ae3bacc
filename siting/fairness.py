"""From where on a way is far, where the mean of the worst tenth is to be short: a search over a few plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.fairness import WORST, is_settled, settled, worst_tenth_of
from data.geodesy import KM_DECIMALS
from data.process.deadline import never
from data.summary import weighted_km
from siting.plan import plan_sites

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules

SHARES = (1.0, 0.8, 0.6, 0.4)
"""Ways that are tried as far, by the 90th percentile of the plan of least travel.

At its own percentile no plan gains by bringing the furthest below it, so that lower ones are needed.
"""


@dataclass(frozen=True)
class _Tried:
    """A plan of the search: its own 90th percentile, and what it costs with its worst tenth, km."""

    p90_km: float
    cost_km: float

    @classmethod
    def of(cls, plan: Plan, far_weight: float) -> _Tried:
        """Take the figures of a plan; one that serves nobody has no way."""
        served = plan.assignments
        p90 = weighted_km(served["km"].to_numpy(), served["cases"].to_numpy())["p90"]
        tenth = WORST * float(served["cases"].sum())
        cost = plan.objective_km - plan.terms["far_km"] + far_weight * tenth * (worst_tenth_of(plan) or 0.0)
        return cls(p90 or 0.0, cost)


def fair_problem(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    centers_by_unit: Mapping[str, int] | None = None,
    stop: Callable[[], bool] = never,
) -> Problem:
    """Return the problem with ``far_km`` set, where ``fairness = "worst_tenth"`` leaves it to be found.

    What is to be small is travel and all other terms, plus ``far_weight`` times what the worst tenth travels.
    The mean of that tenth is the least, over all ``t``, of ``t`` and what all cases travel beyond ``t`` by
    tenth of the cases, and the plan's own 90th percentile attains it [1]_. So plans are made for a few ``t``,
    and ``far_km`` is the percentile of the best: the plan that is then made is no worse, as far as it is the
    best for this ``far_km``. Its bound is one for this ``far_km``, not for all others.

    Parameters
    ----------
    problem : Problem
        With any other ``fairness``, or with ``far_km_urban`` or ``far_km_rural`` given, it is returned as it
        is.
    seed, workers, centers_by_unit, stop
        As `siting.plan_sites`.

    Returns
    -------
    Problem
        Its rules have ``far_km_urban`` and ``far_km_rural``, km.

    Raises
    ------
    SitingError
        As `siting.plan_sites`.

    References
    ----------
    .. [1] Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
    """
    rules = problem.rules
    if is_settled(rules):
        return problem

    def tried(made: Rules) -> _Tried:
        plan = plan_sites(
            replace(problem, rules=made),
            seed=seed,
            workers=workers,
            centers_by_unit=centers_by_unit,
            proven=False,
            stop=stop,
        )
        return _Tried.of(plan, rules.far_weight)

    best = plain = tried(replace(rules, fairness="beyond", far_weight=0.0))
    for share in SHARES:
        if stop():
            break
        best = min(best, tried(settled(rules, round(share * plain.p90_km, KM_DECIMALS))), key=_cost_km)
    return replace(problem, rules=settled(rules, best.p90_km))


def _cost_km(one: _Tried) -> float:
    return one.cost_km
