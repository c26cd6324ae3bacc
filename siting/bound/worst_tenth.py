"""What every plan costs at least with its worst tenth: proven over all ways from which on one may be far.

The mean of the worst tenth of ``n`` cases is the least, over all ``t``, of ``t`` and what all cases travel
beyond ``t`` by ``n / 10`` [1]_. So no plan costs less with its worst tenth than the least, over all ``t``, of
``far_weight t n / 10`` and of what every plan costs whose ways are far from ``t`` on. The latter falls with
``t``: between two ``t`` nothing costs less than with the first of them in the first part, and with the second
in the other. The multipliers that prove a bound for one ``t`` prove one for every other, a weaker one; the
stretch of ``t`` that proves least is halved until no halving could say much more.

References
----------
.. [1] Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from heapq import heapify, heappush, heapreplace
from math import inf, isinf
from typing import TYPE_CHECKING

from data.fairness import settled
from data.verify.bound import recounted_bound
from data.verify.ledger import open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.plan import Bound, Plan
    from data.problem import Problem

NEAREST = 3
"""Proofs that are asked of a ``t``: those of the nearest that were proven."""
MOST_HALVED = 200


@dataclass(frozen=True)
class Least:
    """What is proven of all plans with their worst tenth.

    Attributes
    ----------
    value_km : float
        No plan costs less, km.
    far_km : float
        Where a plan that costs no more would have its 90th percentile, if there is one.
    """

    value_km: float
    far_km: float


@dataclass(frozen=True)
class Proofs:
    """Bounds for a few ways from which on one is far, and what they prove for others.

    Attributes
    ----------
    problem : Problem
        Whose rules have yet to say what is far.
    tenth : float
        Cases that are the worst off: a tenth of those to be served.
    plans : mapping of float to Plan
        Plans with a bound, by the ``far_km`` that they are for.
    known : dict
        What was counted already.
    """

    problem: Problem
    tenth: float
    plans: dict[float, Plan]
    known: dict[tuple[float, float], float] = field(default_factory=dict)

    def value_km(self, far_km: float) -> float:
        """Return what every plan costs at least whose ways are far from ``far_km`` on."""
        end = max(self.plans) if isinf(far_km) else far_km
        near = sorted(self.plans, key=lambda one: (abs(one - end), one))[:NEAREST]
        return max(self._proven_km(one, far_km) for one in near)

    def own_km(self, by: float) -> float:
        """Return what every plan costs at least whose worst tenth begins at a ``far_km`` that was proven."""
        return self._bound(by).value_km + self.problem.rules.far_weight * self.tenth * by

    def _proven_km(self, by: float, far_km: float) -> float:
        """Return what the multipliers for one ``far_km`` prove for another, rounding taken off as there."""
        bound = self._bound(by)
        rounding = max(self._counted_km(by, by) - bound.value_km, 0.0)
        return self._counted_km(by, far_km) - rounding

    def _counted_km(self, by: float, far_km: float) -> float:
        if (by, far_km) not in self.known:
            other = replace(self.problem, rules=settled(self.problem.rules, far_km))
            ledger = open_ledger(other, self.plans[by])
            self.known[by, far_km] = recounted_bound(ledger, self._bound(by))
        return self.known[by, far_km]

    def _bound(self, by: float) -> Bound:
        bound = self.plans[by].bound
        if bound is None:
            raise ValueError("a plan without a bound proves nothing")
        return bound


def least_km(
    proofs: Proofs, longest_km: float, *, upper_km: float, slack_km: float, stop: Callable[[], bool]
) -> Least:
    """Return what every plan costs at least with its worst tenth.

    Parameters
    ----------
    proofs : Proofs
        Of at least one ``far_km``.
    longest_km : float
        Some way, above 0, beyond which nobody travels in the plans found.
    upper_km : float
        What the best plan found costs with its worst tenth, km.
    slack_km : float
        What halving a stretch may bring to the bound without being worth it.
    stop : callable
        Asked before a stretch is halved; what is proven by then is proven.
    """
    weight = proofs.problem.rules.far_weight * proofs.tenth
    ends = sorted({0.0, longest_km, *proofs.plans})

    def stretch(first: float, last: float) -> tuple[float, float, float]:
        return proofs.value_km(last) + weight * first, first, last

    heap = [stretch(*pair) for pair in zip(ends, [*ends[1:], inf], strict=True)]
    heapify(heap)
    for _ in range(MOST_HALVED):
        value, first, last = heap[0]
        if value >= upper_km or weight * (last - first) <= slack_km or stop():
            break
        middle = 2 * first if isinf(last) else (first + last) / 2
        heapreplace(heap, stretch(first, middle))
        heappush(heap, stretch(middle, last))
    value, first, last = heap[0]
    return Least(min(value, upper_km), first if isinf(last) else (first + last) / 2)
