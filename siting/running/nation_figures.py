"""What a nation's proposal says of all provinces together."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.geodesy import KM_DECIMALS
from data.summary import weighted_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from data.plan import Plan

_SUMMED = (
    "transfers", "transferred_cases", "forced_cases", "worth_it_cases", "joined", "left", "address_unknown",
    "unassigned",
)  # fmt: skip


@dataclass(frozen=True)
class Half:
    """How far everybody goes in one province.

    Attributes
    ----------
    before, after : ndarray of float, shape (2, n)
        Kilometres and cases of every served household.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]

    @classmethod
    def of(cls, before: Plan, after: Plan) -> Half:
        """Take it from the plan that is and the one that is proposed."""
        one, other = (
            plan.assignments[["km", "cases"]].to_numpy(dtype=float).T.copy() for plan in (before, after)
        )
        return cls(one, other)


def nation_figures(
    provinces: Mapping[str, tuple[Mapping[str, Any], Half]], *, names: Mapping[str, str], resting: int
) -> dict[str, Any]:
    """Return what is said of a nation's proposal, in the words of `siting.running.proposing.facts_of`.

    Kilometres, objectives and the curve are of the provinces that change.

    Parameters
    ----------
    provinces : mapping of str to (mapping, Half)
        ``proposal.json`` of each province that changes, by code.
    names : mapping of str to str
        Of all provinces by code.
    resting : int
        Households of the provinces in which nothing changes.
    """
    facts = [one for one, _ in provinces.values()]
    losses = [one["at_most_above_least_km"] for one in facts]
    return {
        "synthetic": any(one["synthetic"] for one in facts),
        "households": {
            name: resting + sum(one["households"][name] for one in facts) for name in ("before", "after")
        },
        **{name: sum(one[name] for one in facts) for name in _SUMMED},
        "by_reason": _counted(one["by_reason"] for one in facts),
        "unassigned_by_reason": _counted(one["unassigned_by_reason"] for one in facts),
        "not_granted": [],
        "serving_km": _sum(one["serving_km"] for one in facts),
        "at_most_above_least_km": None if None in losses else _sum(losses),
        "curve": _curve([one["curve"] for one in facts]),
        "max_transfers": None,
        "km": {
            name: weighted_km(
                *np.concatenate([getattr(half, name) for _, half in provinces.values()], axis=1)
            )
            for name in ("before", "after")
        },
        "objective_km": {
            name: _sum(one["objective_km"][name] for one in facts) for name in ("before", "after")
        },
        "advice": [told for one in facts for told in one["advice"]],
        "provinces": {
            code: {"province": names[code], **{name: one[name] for name in _SUMMED}}
            for code, (one, _) in provinces.items()
        },
    }


def _counted(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    return dict(sorted(sum((Counter(one) for one in each), Counter[str]()).items()))


def _sum(each: Iterable[float]) -> float:
    return round(math.fsum(each), KM_DECIMALS)


def _curve(curves: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the supported points of all together: at one price every province is at its own best.

    A point of a province is kept with the highest price at which it is best.
    """
    prices = sorted({_price(one) for curve in curves for one in curve}, reverse=True)
    points: dict[tuple[int, float], float] = {}
    for price in reversed(prices):
        best = [min((one for one in curve if _price(one) >= price), key=_price) for curve in curves]
        cases = sum(one["transferred_cases"] for one in best)
        points[cases, _sum(one["serving_km"] for one in best)] = price
    return [
        {"move_km": price if np.isfinite(price) else None, "transferred_cases": cases, "serving_km": km}
        for (cases, km), price in sorted(points.items())
    ]


def _price(point: Mapping[str, Any]) -> float:
    return np.inf if point["move_km"] is None else float(point["move_km"])
