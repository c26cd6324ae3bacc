"""As many centers as pay for themselves, where a center has a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siting.solve import LEFT_OUT_KM

if TYPE_CHECKING:
    from collections.abc import Callable

    from siting.solve import Solved


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


def number_that_pays(a: float, b: float, center_km: float, *, most: int) -> int:
    """Return the number of centers at which travel ``a * k ** -b`` and their price are least together."""
    if center_km <= 0:
        return most
    best: float = (a * b / center_km) ** (1 / (1 + b))
    return max(1, round(best))


def paid_km(result: Solved) -> float:
    """Return what a unit's network costs: serving, vacancies, whom nobody serves, and its centers, km."""
    unit, served = result.unit, np.flatnonzero(result.center >= 0)
    each = np.where(result.center == -1, unit.rules.vacancy_km, LEFT_OUT_KM)
    each[served] = unit.cost_km(result.open, exact=True)[served, result.center[served]]
    return float(unit.cases @ each) + unit.rules.center_km * len(result.open)
