"""What closing one facility and opening another would change: guessed for all pairs, and at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled
from siting.bound.tender import select

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


@compiled
def drawn(
    cost_mm: NDArray[np.int64],
    open_: NDArray[np.int64],
    price_mm: NDArray[np.int64],
    group: NDArray[np.int64],
    center: NDArray[np.int64],
    cases: NDArray[np.int64],
    at: int,
    into: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Guess who takes the cells of a facility that closes, and whose cells one that opens draws.

    Parameters
    ----------
    cost_mm, open_, price_mm
        As `two_best` takes them.
    group, center, cases : ndarray of int64, shape (n_arcs,)
        Cell, position of its facility (-1 for none) and cases of every arc of the flow.
    at, into : int
        Position of the facility that closes, and the one that opens.

    Returns
    -------
    receives, gives : ndarray of float, shape (k,)
        How many cells would go to each, and what its cells would save (1e-6 km).
    """
    receives, gives = np.zeros(open_.size), np.zeros(open_.size)
    for arc in range(group.size):
        cell, own = group[arc], center[arc]
        if own < 0:
            continue
        paid = cost_mm[cell, open_[own]] + price_mm[own]
        gives[own] += max(paid - cost_mm[cell, into], 0) * cases[arc]
        if own != at:
            continue
        least, taker = np.int64(2**62), -1
        for position in range(open_.size):
            worth = cost_mm[cell, open_[position]] + price_mm[position]
            if position != at and worth < least:
                least, taker = worth, position
        if taker >= 0:
            receives[taker] += 1
    return receives, gives


@compiled
def least_cost(
    cost_mm: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    price_mm: NDArray[np.int64],
    left_out_mm: int,
    enough_mm: int,
) -> int:
    """Return what sending cells to facilities costs at least, by prices.

    The price of each facility in turn, the last one first, is set to what is best while the others stay
    (coordinate ascent of the dual), until the value is enough or all had their turn.

    Parameters
    ----------
    cost_mm : ndarray of int64, shape (n_cells, k)
        Cost of one case, 1e-6 km.
    cases : ndarray of int64, shape (n_cells,)
        Cases of each cell.
    lower, upper : ndarray of int64, shape (k,)
        Least and most cases of each facility.
    price_mm : ndarray of int64, shape (k,)
        Prices to start from.
    left_out_mm : int
        What a case pays that is served nowhere, and each that a facility lacks to its least.
    enough_mm : int
        A value that answers the question.
    """
    n, k = cost_mm.shape
    price = np.maximum(price_mm, -left_out_mm)
    gain, value = np.empty(n), 0.0
    for turn in range(k):
        own = k - 1 - turn
        value, wanted = 0.0, np.int64(0)
        for j in range(k):
            if j != own:
                value -= price[j] * (upper[j] if price[j] > 0 else lower[j])
        for cell in range(n):
            best = np.int64(left_out_mm)
            for j in range(k):
                if j != own:
                    best = min(best, cost_mm[cell, j] + price[j])
            value += cases[cell] * best
            # What a facility lacks is paid for, so that no cell need cost more than that.
            gain[cell] = min(cost_mm[cell, own] - best, left_out_mm)
            wanted += cases[cell] if gain[cell] < 0 else 0
        if wanted >= lower[own]:
            gain = np.minimum(gain, 0.0)
        room = upper[own] if wanted >= lower[own] else lower[own]
        total, last = select(gain, cases.astype(np.float64), n, float(room))
        lacking = max(lower[own] - cases.sum(), 0)
        value += total + left_out_mm * lacking
        price[own] = -left_out_mm if lacking else -np.int64(last)
        if value >= enough_mm:
            break
    return int(value)
