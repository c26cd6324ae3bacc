"""What closing one facility and opening another would change, estimated for all pairs of them; compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def two_best(
    cost_mm: NDArray[np.int64], open_: NDArray[np.int64], price_mm: NDArray[np.int64], left_out_mm: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return what each cell pays at its best and its second best open facility, and the best one's position.

    Parameters
    ----------
    cost_mm : ndarray of int64, shape (n_cells, m)
        Cost of one case at each facility, 1e-6 km.
    open_ : ndarray of int64, shape (k,)
        Open facilities.
    price_mm : ndarray of int64, shape (k,)
        Their prices, which are added.
    left_out_mm : int
        What a case pays that is served nowhere; the position is then -1.
    """
    n = len(cost_mm)
    first, second = np.full(n, left_out_mm, np.int64), np.full(n, left_out_mm, np.int64)
    at = np.full(n, -1, np.int64)
    for cell in range(n):
        for position in range(open_.size):
            worth = cost_mm[cell, open_[position]] + price_mm[position]
            if worth < first[cell]:
                second[cell], first[cell], at[cell] = first[cell], worth, position
            elif worth < second[cell]:
                second[cell] = worth
    return first, second, at


@compiled
def swap_changes(
    cost_mm: NDArray[np.int64],
    cases: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    at: NDArray[np.int64],
    closed: NDArray[np.int64],
    k: int,
) -> NDArray[np.float64]:
    """Estimate the change of cost when an open facility closes and a closed one opens, shape (k, n_closed).

    Every cell goes to the cheapest facility at the prices there are: a guess, for prices would follow.

    Parameters
    ----------
    cost_mm, first, second, at
        As `two_best` takes and returns them.
    cases : ndarray of float, shape (n_cells,)
        Cases of each cell.
    closed : ndarray of int64, shape (n_closed,)
        Facilities that could open.
    k : int
        Open facilities.
    """
    drawn, change = np.zeros(closed.size), np.zeros((k, closed.size))
    for cell in range(len(cost_mm)):
        for number in range(closed.size):
            own = cost_mm[cell, closed[number]]
            gain = min(own - first[cell], 0)
            drawn[number] += cases[cell] * gain
            if at[cell] >= 0:
                moved = min(own, second[cell]) - first[cell]
                change[at[cell], number] += cases[cell] * (moved - gain)
    return change + drawn
