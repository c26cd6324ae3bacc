"""One unit solved: who goes to which open facility, who waits for a center, and who finds no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import VACANT, serve
from siting.waiting import gather_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.unit import Unit
    from siting.cells import Cells

NO_VACANCY = -1


@dataclass(frozen=True)
class Task:
    """What one unit is to solve, complete in itself so that it can run in another process.

    Attributes
    ----------
    unit : Unit
        The unit.
    n_centers : int
        Centers to open, existing and required ones among them.
    cells : Cells
        Its groups, gathered.
    allowed : ndarray of bool, shape (m,)
        Facilities that may open.
    promise : ndarray of float, shape (m,)
        How promising each is; the higher the better.
    starts : sequence of ndarray of int
        Sets of facilities to start from.
    """

    unit: Unit
    n_centers: int
    cells: Cells
    allowed: NDArray[np.bool_]
    promise: NDArray[np.float64]
    starts: Sequence[NDArray[np.int64]]


@dataclass(frozen=True)
class Solved:
    """A unit's network.

    Attributes
    ----------
    unit : Unit
        The unit; its facilities are the points proposed where no sites were given.
    n_centers : int
        Centers it was given; fewer are open where no site is left, or where waiting costs less.
    open : ndarray of int, shape (k,)
        Facilities that are open, ascending.
    center : ndarray of int, shape (n_groups,)
        Which of ``open`` serves each group, by position, or `VACANT` or `NOBODY`.
    vacancy : ndarray of int, shape (n_groups,)
        Number of the vacancy that each vacant group waits for, else `NO_VACANCY`.
    vacancy_lon, vacancy_lat : ndarray of float
        The best point of each vacancy.
    loss_km : float
        What keeping groups together costs at most, km.
    """

    unit: Unit
    n_centers: int
    open: NDArray[np.int64]
    center: NDArray[np.int64]
    vacancy: NDArray[np.int64]
    vacancy_lon: NDArray[np.float64]
    vacancy_lat: NDArray[np.float64]
    loss_km: float


def solve(
    unit: Unit, open_: NDArray[np.int64], n_centers: int, *, may_wait: bool, rng: np.random.Generator
) -> Solved:
    """Assign the unit's groups to its open facilities, exactly, and gather those that wait for a center.

    A family without a center is a loss that only distance excuses: groups wait where somebody would else
    travel beyond ``vacancy_km`` or find no room, and then as far as it costs less than serving them.

    Parameters
    ----------
    unit : Unit
        The unit.
    open_ : ndarray of int
        Facilities that open.
    n_centers : int
        Centers the unit was given.
    may_wait : bool
        Whether there are sites to choose among, so that a center may stay vacant.
    rng : Generator
        Source of the starts of vacancies' catchments.
    """
    cost_km = unit.cost_km(open_, exact=True)
    unopened = max(n_centers - len(open_), 0)
    waits = np.full(len(unit.cases), may_wait)
    center, loss_km = serve(unit, open_, cost_km, unopened, may_wait=waits)
    vacancy = np.full(len(center), NO_VACANCY)
    lon = lat = np.empty(0)
    waiting = np.flatnonzero(center == VACANT)
    if waiting.size:
        fewest = unopened if isinstance(unit.rules.centers, int) else 1
        vacancy[waiting], lon, lat = gather_waiting(unit, waiting, fewest, rng)
    return Solved(unit, n_centers, open_, center, vacancy, lon, lat, loss_km)
