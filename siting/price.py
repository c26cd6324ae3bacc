"""How many centers a unit opens where that is not given: as many as pay for themselves, or the fewest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import LEFT_OUT_KM, NOBODY, VACANT
from data.sums import weighted_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siting.solve import Solved

MORE_TRIED = 3
"""Centers beyond the fewest that are tried in vain before it is given up."""


def best_number(found: Callable[[int], Solved], start: int, *, least: int, most: int) -> Solved:
    """Return the network that costs least with its centers paid for, one center more or fewer at a time.

    Parameters
    ----------
    found : callable
        Solves the unit with so many centers.
    start : int
        Number to begin from.
    least, most : int
        Fewest and most centers.
    """
    best_at = int(np.clip(start, least, most))
    best = found(best_at)
    for step in (1, -1):
        while least <= best_at + step <= most:
            other = found(best_at + step)
            if paid_km(other) >= paid_km(best):
                break
            best_at, best = best_at + step, other
    return best


def fewest_number(found: Callable[[int], Solved], start: int, *, most: int) -> Solved:
    """Return the network of the smallest number that serves all who can be served for less than waiting.

    By the rule of the fewest, more centers are tried while somebody finds no room, or waits though another
    center could open; `MORE_TRIED` in vain end it. They open only where they help.

    Parameters
    ----------
    found : callable
        Solves the unit with so many centers.
    start : int
        Number to begin from.
    most : int
        Most centers.
    """
    best = found(start)
    if best.unit.rules.centers != "fewest":
        return best
    number, in_vain = start, 0
    while number < most and in_vain < MORE_TRIED and _may_need_more(best):
        number, in_vain = number + 1, in_vain + 1
        other = found(number)
        if unserved(other) < unserved(best) and paid_km(other) < paid_km(best):
            best, in_vain = other, 0
    return best


def _may_need_more(result: Solved) -> bool:
    all_open = len(result.open) == result.n_centers
    return bool((result.center == NOBODY).any() or (all_open and (result.center == VACANT).any()))


def cheapest(networks: Iterable[Solved]) -> Solved:
    """Return the network that costs least of those of one number of centers, the first of equals.

    Fewer centers than the first opens are right only where somebody waits for another.
    """
    first, *others = networks
    fair = [one for one in others if len(one.open) == len(first.open) or (one.center == VACANT).any()]
    return min([first, *fair], key=fair_km)


def unserved(result: Solved) -> int:
    """Return the cases of a unit that no center serves."""
    return int(result.unit.cases[result.center < 0].sum())


def number_that_pays(a: float, b: float, center_km: float, *, most: int) -> int:
    """Return the number of centers at which travel ``a * k ** -b`` and their price are least together."""
    if center_km <= 0:
        return most
    best: float = (a * b / center_km) ** (1 / (1 + b))
    return max(1, round(best))


def paid_km(result: Solved) -> float:
    """Return what a unit's network costs: serving, vacancies, whom nobody serves, and its centers, km."""
    return _sum_km(result, LEFT_OUT_KM)


def fair_km(result: Solved) -> float:
    """Return what a unit's network costs beside another of as many centers, km.

    Who finds all centers full costs as much as who waits. Else a network would be the better for standing so
    far away that those whom it leaves out wait for a center, and do not merely find no room in one.
    """
    return _sum_km(result, result.unit.rules.waiting_km)


def _sum_km(result: Solved, no_room_km: float) -> float:
    unit, center = result.unit, result.center
    cost_km = unit.cost_km(result.open, exact=True)
    served = np.flatnonzero(center >= 0)
    each = np.where(center == VACANT, unit.rules.waiting_km, no_room_km)
    nowhere = (center == NOBODY) & ((unit.pin != "") | ~np.isfinite(cost_km).any(axis=1))
    each[nowhere] = LEFT_OUT_KM
    each[served] = cost_km[served, center[served]]
    price_km = unit.rules.center_km if unit.rules.centers == "price" else 0.0
    return float(weighted_sum(unit.cases, each)) + price_km * len(result.open)
