"""Why a center has fewer cases than the least: each reason by its test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.unit import spots_apart
from data.fairness import is_limited

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.solve import Solved


def underfull_reason(solved: Solved, load: NDArray[np.int64]) -> list[str]:
    """Return the reason of each open facility of a unit, empty where it has its least.

    ``existing_center``: it was there before. ``small_unit``: the unit has too few cases for the fewest
    centers that hold it. ``hard_distance``: too few cases of the unit are within its reach, or to be spared
    by other centers that reach them. ``indivisible``: groups of several cases that cannot be parted leave
    it short.

    Parameters
    ----------
    solved : Solved
        The unit.
    load : ndarray of int, shape (k,)
        Cases of each open facility.
    """
    unit = solved.unit
    rules, facilities = unit.rules, unit.facilities
    limited = is_limited(rules) or unit.travel is not None
    each = spots_apart(replace(unit, pin=np.full(len(unit.cases), "", dtype=object)))
    cost = each.cost_km(solved.open, exact=True) if limited else None
    reasons = []
    for position, (facility, cases) in enumerate(zip(solved.open, load, strict=True)):
        if cases >= rules.min_cases:
            reasons.append("")
        elif facilities.existing[facility]:
            reasons.append("existing_center")
        elif unit.total < rules.min_cases * -(-unit.total // rules.max_cases):
            reasons.append("small_unit")
        elif cost is not None and (
            unit.cases.max(initial=0) <= 1
            or each.cases[np.isfinite(cost[:, position])].sum() < rules.min_cases
        ):
            reasons.append("hard_distance")
        else:
            reasons.append("indivisible")
    return reasons
