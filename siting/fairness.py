"""From where on a way is far, where the mean of the worst tenth is to be short: a search over a few plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.fairness import WORST, far_from, furthest_km, is_settled, settled
from data.geodesy import KM_DECIMALS
from data.process.deadline import never
from siting.bound.worst_tenth import Least, Proofs, least_km
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
MORE = 12
"""Further ways that are tried at most: each where the bound leaves most open."""
ENOUGH = 0.005
"""Share of the cost that the bound may leave open without another being tried."""
SLACK, ROUGHLY = 0.001, 0.002
"""Share of the cost that the bound may lack for stretches that were not halved: in the end, and before."""
GAIN = 0.004
"""Share of the cost by which the bound has to lie below that of the nearest that was tried."""


@dataclass(frozen=True)
class Fair:
    """A problem that says from where on a way is far.

    Attributes
    ----------
    problem : Problem
        Its rules have ``far_km_urban`` and ``far_km_rural``, km.
    least_km : float or None
        What every plan costs at least with its worst tenth, at whatever ``far_km``: travel, the other terms
        and ``far_weight`` times what the tenth travels; None where nothing was searched, or nothing proven.
    """

    problem: Problem
    least_km: float | None = None

    def judged(self, plan: Plan) -> Plan:
        """Return a plan of the problem with a bound that holds whatever ``far_km`` is.

        Of the objective the constant is missing that ``far_km`` times the tenth is; it is taken off here too.
        """
        if self.least_km is None or plan.bound is None:
            return plan
        rules = self.problem.rules
        least = self.least_km - rules.far_weight * rules.far_km_urban * _tenth(self.problem)
        value = min(plan.bound.value_km, round(least, KM_DECIMALS))
        return replace(plan, bound=replace(plan.bound, value_km=value))


def fair_problem(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    centers_by_unit: Mapping[str, int] | None = None,
    stop: Callable[[], bool] = never,
) -> Fair:
    """Return the problem with ``far_km`` set, where ``fairness = "worst_tenth"`` leaves it to be found.

    What is to be small is travel and all other terms, plus ``far_weight`` times what the worst tenth travels:
    the tenth of all cases to be served that travels furthest. The mean of that tenth is the least, over all
    ``t``, of ``t`` and what all cases travel beyond ``t`` by tenth of the cases, and the plan's own 90th
    percentile attains it [1]_. So plans are made for a few ``t``, further ones where the bound leaves most
    open, and ``far_km`` is the percentile of the best.

    Parameters
    ----------
    problem : Problem
        With any other ``fairness``, or with ``far_km_urban`` or ``far_km_rural`` given, it is returned as it
        is.
    seed, workers, centers_by_unit, stop
        As `siting.plan_sites`.

    Returns
    -------
    Fair
        With what is proven of all plans, whose `Fair.judged` puts into the plan that is then made.

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
        return Fair(problem)

    def planned(made: Rules, *, proven: bool) -> Plan:
        return plan_sites(
            replace(problem, rules=made),
            seed=seed,
            workers=workers,
            centers_by_unit=centers_by_unit,
            proven=proven,
            stop=stop,
        )

    plain = planned(replace(rules, fairness="beyond", far_weight=0.0), proven=False)
    search = _Search.of(problem, plain)
    for share in SHARES:
        if stop():
            break
        far_km = round(share * search.plain_km, KM_DECIMALS)
        search = search.with_plan(far_km, planned(settled(rules, far_km), proven=True))
    least = search.least(stop, ROUGHLY)
    for _ in range(MORE):
        if least is None or stop() or not search.is_worth(least):
            break
        far_km = round(least.far_km, KM_DECIMALS)
        search = search.with_plan(far_km, planned(settled(rules, far_km), proven=True))
        least = search.least(stop, ROUGHLY)
    least = search.least(stop, SLACK)
    return Fair(
        replace(problem, rules=settled(rules, search.far_km)), None if least is None else least.value_km
    )


def _tenth(problem: Problem) -> float:
    """Return how many of the cases to be served are the worst off."""
    return WORST * float(problem.households.loc[problem.households["reason"] == "", "cases"].sum())


@dataclass(frozen=True)
class _Search:
    """What was tried: the cost of the best plan, and all plans that prove something.

    Attributes
    ----------
    proofs : Proofs
        Plans with a bound.
    plain_km : float
        90th percentile of the plan of least travel, km.
    cost_km, far_km : float
        Of the best plan: with its worst tenth, and its 90th percentile, km.
    longest_km : float
        Longest way of all plans.
    """

    proofs: Proofs
    plain_km: float
    cost_km: float
    far_km: float
    longest_km: float

    @classmethod
    def of(cls, problem: Problem, plain: Plan) -> _Search:
        proofs = Proofs(problem, _tenth(problem), {})
        cost, far = _figures(proofs, plain)
        return cls(proofs, far, cost, far, _longest(plain))

    def with_plan(self, tried_km: float, plan: Plan) -> _Search:
        """Return the search with one more plan, made for a ``far_km``; of equals the first is the best."""
        plans = self.proofs.plans if plan.bound is None else {**self.proofs.plans, tried_km: plan}
        best = min((self.cost_km, self.far_km), _figures(self.proofs, plan), key=lambda one: one[0])
        longest = max(self.longest_km, _longest(plan))
        return replace(
            self,
            proofs=replace(self.proofs, plans=plans),
            cost_km=best[0],
            far_km=best[1],
            longest_km=longest,
        )

    def least(self, stop: Callable[[], bool], slack: float) -> Least | None:
        """Return what is proven; None where no plan has a bound, or nobody travels."""
        if not (self.proofs.plans and self.longest_km > 0):
            return None
        slack_km = slack * self.cost_km
        return least_km(self.proofs, self.longest_km, upper_km=self.cost_km, slack_km=slack_km, stop=stop)

    def is_worth(self, least: Least) -> bool:
        """Whether a plan where the bound leaves most open may say more."""
        nearest = min(self.proofs.plans, key=lambda one: (abs(one - least.far_km), one))
        open_km = min(self.proofs.own_km(nearest), self.cost_km) - least.value_km
        return least.value_km < (1 - ENOUGH) * self.cost_km and open_km > GAIN * self.cost_km


def _figures(proofs: Proofs, plan: Plan) -> tuple[float, float]:
    """Return what a plan costs with its worst tenth, km, and from where on that tenth travels."""
    km, cases = plan.assignments["km"].to_numpy(), plan.assignments["cases"].to_numpy()
    weight, far = proofs.problem.rules.far_weight, plan.terms["far_km"]
    worst = furthest_km(km, cases, proofs.tenth)
    return plan.objective_km - far + weight * worst, far_from(km, cases, proofs.tenth)


def _longest(plan: Plan) -> float:
    return float(plan.assignments["km"].max()) if len(plan.assignments) else 0.0
