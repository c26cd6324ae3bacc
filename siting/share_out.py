"""How many centers each unit gets: the fewest, or a number shared out by cases or by travel."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from data.errors import Failure, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from data.rules import Rules


@dataclass(frozen=True)
class Demand:
    """What one unit needs.

    Attributes
    ----------
    name : str
        The unit.
    cases : int
        Cases to be served.
    fixed : int
        Centers that are open whatever happens.
    needed : int
        Fewest centers that hold the cases.
    most : int
        Most centers that the cases can fill to the lower bound, at least ``needed`` and ``fixed``.
    """

    name: str
    cases: int
    fixed: int
    needed: int
    most: int


def demand(name: str, cases: int, rules: Rules, *, fixed: int = 0, fixed_capacity: int = 0) -> Demand:
    """Return what a unit needs.

    Parameters
    ----------
    name : str
        The unit.
    cases : int
        Cases to be served there.
    rules : Rules
        Bounds of a center.
    fixed : int
        Existing and required centers.
    fixed_capacity : int
        Cases that these can hold together.
    """
    if not cases:
        return Demand(name, 0, fixed, fixed, fixed)
    needed = fixed + max(0, ceil((cases - fixed_capacity) / rules.max_cases))
    most = max(needed, fixed, cases // rules.min_cases if rules.min_cases else cases)
    return Demand(name, cases, fixed, needed, most)


def share_by_cases(demands: Sequence[Demand], number: int) -> NDArray[np.int64]:
    """Share a number of centers out in proportion to cases, by largest remainder.

    Every unit gets at least what it needs and at most what its cases can fill. Where the number does not hold
    everyone the units get their share and some of their cases will be left out.

    Parameters
    ----------
    demands : sequence of Demand
        The units.
    number : int
        Centers over all units.

    Returns
    -------
    ndarray of int, shape (n_units,)

    Raises
    ------
    SitingError
        As `check_number`.
    """
    cases = np.array([one.cases for one in demands], dtype=float)
    quota = number * cases / max(cases.sum(), 1)
    return _fill(demands, number, lambda given: quota - given)


def share_by_travel(
    demands: Sequence[Demand], number: int, travel_km: Sequence[tuple[float, float]]
) -> NDArray[np.int64]:
    """Share a number of centers out so that each goes where it saves most travel.

    Parameters
    ----------
    demands : sequence of Demand
        The units.
    number : int
        Centers over all units.
    travel_km : sequence of (float, float)
        ``a`` and ``b`` of each unit's travel ``a * k ** -b`` with ``k`` centers, as
        `siting.medians.catchments` measures.

    Raises
    ------
    SitingError
        As `check_number`.
    """
    a, b = np.array(travel_km, dtype=float).reshape(-1, 2).T

    def saved(given: NDArray[np.int64]) -> NDArray[np.float64]:
        now = np.maximum(given, 0.5)
        return np.asarray(a * now**-b - a * (now + 1) ** -b)

    return _fill(demands, number, saved)


def check_number(demands: Sequence[Demand], number: int) -> None:
    """Refuse a number of centers that the units cannot be given.

    Parameters
    ----------
    demands : sequence of Demand
        The units.
    number : int
        Centers over all units.

    Raises
    ------
    SitingError
        ``too_many_centers`` if the cases cannot fill so many, ``too_few_centers`` if more are fixed.
    """
    fixed, most = sum(one.fixed for one in demands), sum(one.most for one in demands)
    if number < fixed:
        raise _refused("too_few_centers", asked=number, fixed=fixed)
    if number > most:
        raise _refused("too_many_centers", asked=number, most=most)


def _fill(
    demands: Sequence[Demand], number: int, worth: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> NDArray[np.int64]:
    check_number(demands, number)
    least = np.array([one.needed for one in demands], dtype=np.int64)
    most = np.array([one.most for one in demands], dtype=np.int64)
    fixed = np.array([one.fixed for one in demands], dtype=np.int64)
    given, limit = (least.copy(), most) if number >= least.sum() else (fixed.copy(), least)
    while given.sum() < number:
        value = np.where(given < limit, worth(given), -np.inf)
        given[int(value.argmax())] += 1
    return given


def _refused(code: str, **values: int) -> SitingError:
    """Return the error of a number of centers that the rules ask for and nobody can plan."""
    return SitingError.of([Failure("rules", 0, code, "centers", phrase(f"siting.{code}", **values))])
