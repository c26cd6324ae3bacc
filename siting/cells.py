"""Groups gathered into compact cells, so that the search sees hundreds of points, not tens of thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import to_plane
from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit

CELLS_A_CENTER = 24
FEWEST_CENTERS = 8
MOST_CELLS = 3000


@dataclass(frozen=True)
class Cells:
    """A coarser unit.

    Attributes
    ----------
    of_group : ndarray of int, shape (n_groups,)
        Cell of each group.
    cases : ndarray of int, shape (n_cells,)
        Cases of each cell.
    cost_km : ndarray of float, shape (n_cells, m)
        Mean cost of a case of the cell at each facility: exact as long as a cell is not divided.
    pinned : ndarray of bool, shape (n_cells,)
        Whether its households are pinned to a facility.
    """

    of_group: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost_km: NDArray[np.float64]
    pinned: NDArray[np.bool_]


def gather(unit: Unit, cost_km: NDArray[np.float64], n_centers: int) -> Cells:
    """Gather the groups of a unit into cells of about equal caseload.

    The ground is halved along its longer side at the median case until cells are small enough; pinned groups
    stay apart because their costs differ.

    Parameters
    ----------
    unit : Unit
        What to coarsen.
    cost_km : ndarray, shape (n_groups, m)
        Cost of each pair, as `Unit.cost_km` gives it.
    n_centers : int
        About how many centers will open.
    """
    wanted = min(CELLS_A_CENTER * max(n_centers, FEWEST_CENTERS), MOST_CELLS)
    free = np.flatnonzero(unit.pin == "")
    of_group = np.full(len(unit.cases), -1, dtype=np.int64)
    xy = middle(unit)
    next_cell = 0
    for part in halved(xy, unit.cases, free, unit.total / wanted):
        of_group[part] = next_cell
        next_cell += 1
    for group in np.flatnonzero(of_group < 0):
        of_group[group] = next_cell
        next_cell += 1
    cases = np.bincount(of_group, weights=unit.cases, minlength=next_cell).astype(np.int64)
    order = np.argsort(of_group, kind="stable")
    starts = np.searchsorted(of_group[order], np.arange(next_cell))
    cost = np.empty((next_cell, cost_km.shape[1]))
    for cell, own in enumerate(np.split(order, starts[1:]) if next_cell else ()):
        cost[cell] = weighted_sum(unit.cases[own], cost_km[own].astype(np.float64)) / cases[cell]
    return Cells(of_group, cases, cost, unit.pin[order[starts]] != "")


def middle(unit: Unit) -> NDArray[np.float64]:
    """Return the mean place of each group in plane metres, shape (n_groups, 2)."""
    xy = to_plane(unit.lon, unit.lat) * unit.spot_cases[:, None]
    total = np.zeros((len(unit.cases), 2))
    np.add.at(total, unit.spot_group, xy)
    return total / unit.cases[:, None]


def halved(
    xy: NDArray[np.float64], cases: NDArray[np.int64], rows: NDArray[np.int64], most: float
) -> list[NDArray[np.int64]]:
    """Halve rows at the median case along the longer side until each part has at most ``most`` cases."""
    done, waiting = [], [rows] if rows.size else []
    while waiting:
        part = waiting.pop()
        if part.size == 1 or cases[part].sum() <= most:
            done.append(part)
            continue
        spread = np.ptp(xy[part], axis=0)
        axis = int(spread[1] > spread[0])
        part = part[np.lexsort((xy[part, 1 - axis], xy[part, axis]))]
        so_far = np.cumsum(cases[part])
        cut = int(np.clip(np.searchsorted(so_far, so_far[-1] / 2), 1, part.size - 1))
        waiting += [part[:cut], part[cut:]]
    return done
