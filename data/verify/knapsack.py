"""Fractional knapsacks, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from data.verify.columns import Numbers, Rows

_NONE = -1
"""Before the first knapsack, so that its first item too differs from what came before it."""


def least_sums(knapsack: Rows, cost: Numbers, size: Rows, room: Numbers, *, gainful: bool = True) -> Numbers:
    """Return the least sum of costs of items, or parts of items, that each knapsack has room for.

    The cheapest by cost over size go first and the last one goes in part (Dantzig 1957).

    Parameters
    ----------
    knapsack : ndarray
        Which knapsack an item may go into, from 0, shape ``(n_items,)``.
    cost, size : ndarray
        Of each item, shape ``(n_items,)``.
    room : ndarray
        Of each knapsack, in the unit of size, shape ``(n_knapsacks,)``.
    gainful : bool
        Whether only items of negative cost are taken; else every knapsack is filled.

    Returns
    -------
    ndarray
        Sum of each knapsack, shape ``(n_knapsacks,)``.
    """
    worth = np.flatnonzero((size > 0) & ((cost < 0) | (not gainful)))
    order = worth[np.lexsort((cost[worth] / size[worth], knapsack[worth]))]
    into, sizes = knapsack[order], size[order].astype(np.float64)
    before = np.cumsum(sizes) - sizes
    first = np.flatnonzero(np.diff(into, prepend=_NONE))
    before -= np.repeat(before[first], np.diff(np.append(first, len(into))))
    taken = np.clip(room[into] - before, 0.0, sizes)
    sums: Numbers = np.bincount(into, cost[order] * taken / sizes, minlength=len(room)).astype(np.float64)
    return sums
