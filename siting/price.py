"""As many centers as pay for themselves, where a center has a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siting.solve import LEFT_OUT_KM

MORE_TRIED = 3

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


def fewest_number(found: Callable[[int], Solved], start: int, *, most: int) -> Solved:
    """Return the network of the smallest number that leaves the fewest cases out.

    By the rule of the fewest, up to `MORE_TRIED` more centers are tried while somebody finds no room; they
    are opened only where they help.

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
    more = MORE_TRIED if best.unit.rules.centers == "fewest" else 0
    for number in range(start + 1, min(start + more, most) + 1):
        if not left_out(best):
            break
        other = found(number)
        if left_out(other) < left_out(best):
            best = other
    return best


def left_out(result: Solved) -> int:
    """Return the cases of a unit that nobody serves and no vacancy waits for."""
    nobody = result.center == -2  # noqa: PLR2004 - by the contract of Solved
    return int(result.unit.cases[nobody].sum())


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
