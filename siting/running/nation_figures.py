"""What a nation's proposal says of all provinces together."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from data.casebook import CASEBOOK, Casebook
from data.geodesy import KM_DECIMALS
from data.plan import TERMS
from data.summary import km_figures
from siting.running.proposing import standing_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

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


@dataclass(frozen=True)
class Resting:
    """A province in which nothing changes.

    Attributes
    ----------
    households : int
        All that it has.
    objective_km : float
        Of its plan as it stands (`siting.running.proposing.standing_km`).
    served : ndarray of float, shape (2, n)
        Kilometres and cases of every served household.
    unassigned : mapping of str to int
        Households that nobody serves, by reason.
    """

    households: int
    objective_km: float
    served: NDArray[np.float64]
    unassigned: Mapping[str, int]

    @classmethod
    def of(cls, folder: Path) -> Resting:
        """Read it from a province's folder."""
        plan = Casebook.open(folder / CASEBOOK).plan()
        served = plan.assignments[["km", "cases"]].to_numpy(dtype=float).T.copy()
        reasons = Counter(str(one) for one in plan.unassigned["reason"])
        return cls(len(plan.assignments) + len(plan.unassigned), standing_km(plan), served, reasons)


def nation_figures(
    provinces: Mapping[str, tuple[Mapping[str, Any], Half]],
    *,
    names: Mapping[str, str],
    resting: Sequence[Resting],
) -> dict[str, Any]:
    """Return what is said of a nation's proposal, in the words of `siting.running.proposing.facts_of`.

    Households, who is left without a center, kilometres and objectives are the nation's; households,
    kilometres and objectives of the provinces that change are under ``changing``. The curve, ``terms`` and
    ``serving_km`` are of the provinces that change.

    Parameters
    ----------
    provinces : mapping of str to (mapping, Half)
        ``proposal.json`` of each province that changes, by code.
    names : mapping of str to str
        Of all provinces by code.
    resting : sequence of Resting
        The provinces in which nothing changes.
    """
    facts, halves = [one for one, _ in provinces.values()], [half for _, half in provinces.values()]
    losses = [one["at_most_above_least_km"] for one in facts]
    reasons = _counted(
        [*(one["unassigned_by_reason"] for one in facts), *(one.unassigned for one in resting)]
    )
    return {
        "synthetic": any(one["synthetic"] for one in facts),
        **_totals(facts, halves, resting),
        "changing": _totals(facts, halves),
        **{name: sum(one[name] for one in facts) for name in _SUMMED},
        "by_reason": _counted(one["by_reason"] for one in facts),
        "unassigned": sum(reasons.values()),
        "unassigned_by_reason": reasons,
        "not_granted": [],
        "terms": {when: _terms([one["terms"][when] for one in facts]) for when in ("before", "after")},
        "serving_km": _sum(one["serving_km"] for one in facts),
        "at_most_above_least_km": None if None in losses else _sum(losses),
        "curve": curve_of([one["curve"] for one in facts]),
        "curve_gap_km": _sum(one["curve_gap_km"] for one in facts),
        "max_transfers": None,
        "advice": [told for one in facts for told in one["advice"]],
        "short_staffed": [told for one in facts for told in one["short_staffed"]],
        "unplaced": [told for one in facts for told in one["unplaced"]],
        "provinces": {
            code: {"province": names[code], **{name: one[name] for name in _SUMMED}}
            for code, (one, _) in provinces.items()
        },
    }


def with_crossing(facts: Mapping[str, Any], pairs: int, served: int, cases: Sequence[int]) -> dict[str, Any]:
    """Return the figures of a nation with the families that go from one province to another among them.

    Of the nation these neither leave nor join. Whoever has a center in either province is transferred, which
    nothing could spare them: a center serves only its own unit.

    Parameters
    ----------
    facts : mapping
        Of `nation_figures`.
    pairs, served : int
        Families that go, and those of them who have a center where they come to.
    cases : sequence of int
        Of each family that has a center before and after.
    """
    count, moved = len(cases), sum(cases)
    added = {"transfers": count, "transferred_cases": moved, "forced_cases": moved}
    reasons = {**facts["by_reason"], "own_move": facts["by_reason"].get("own_move", 0) + count}
    return {
        **facts,
        **{name: facts[name] + more for name, more in added.items()},
        "by_reason": {name: number for name, number in sorted(reasons.items()) if number},
        "curve": [{**one, "transferred_cases": one["transferred_cases"] + moved} for one in facts["curve"]],
        "pairs": pairs,
        "crossing": {"households": count, "cases": moved},
        "left": facts["left"] - pairs,
        "joined": facts["joined"] - served,
    }


def _totals(
    facts: Sequence[Mapping[str, Any]], halves: Sequence[Half], resting: Sequence[Resting] = ()
) -> dict[str, dict[str, Any]]:
    """Return households, kilometres and objective of provinces, before and after."""
    found: dict[str, dict[str, Any]] = {"households": {}, "km": {}, "objective_km": {}}
    for name in ("before", "after"):
        served = [getattr(one, name) for one in halves] + [one.served for one in resting]
        objectives = [one["objective_km"][name] for one in facts] + [one.objective_km for one in resting]
        counts = [one["households"][name] for one in facts] + [one.households for one in resting]
        found["households"][name] = sum(counts)
        found["km"][name] = km_figures(*np.concatenate(served, axis=1))
        found["objective_km"][name] = _sum(objectives)
    return found


def _counted(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    return dict(sorted(sum((Counter(one) for one in each), Counter[str]()).items()))


def _terms(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: _sum(one.get(name, 0.0) for one in each) for name in TERMS}


def _sum(each: Iterable[float]) -> float:
    return round(math.fsum(each), KM_DECIMALS)


def curve_of(curves: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the points of all together: at one price every province is at its own best.

    Their curve is the sum of the provinces' curves, edge by edge in the order of the prices.

    Parameters
    ----------
    curves : sequence of sequence of mapping
        ``curve`` of each province's ``proposal.json``.
    """
    cases = sum(one[0]["transferred_cases"] for one in curves)
    km = _sum(one[0]["serving_km"] for one in curves)
    edges = [pair for curve in curves for pair in pairwise(curve)]
    points = [{"price_km": None, "transferred_cases": cases, "serving_km": km}]
    for few, many in sorted(edges, key=lambda pair: -pair[1]["price_km"]):
        cases += many["transferred_cases"] - few["transferred_cases"]
        km += many["serving_km"] - few["serving_km"]
        if points[-1]["price_km"] == many["price_km"]:
            points.pop()
        told = {
            "price_km": many["price_km"],
            "transferred_cases": cases,
            "serving_km": round(km, KM_DECIMALS),
        }
        points.append(told)
    return points
