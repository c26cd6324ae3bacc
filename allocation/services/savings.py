"""Costs of households at candidates, nearest first, and what follows from them; compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

STANDING = -1
"""In place of a candidate: what stands already."""


@dataclass(frozen=True)
class Costs:
    """What each household pays, cases times metres.

    Attributes
    ----------
    standing : ndarray of int, shape (n,)
        At the nearest giver that stands.
    order : ndarray of int32, shape (n, m)
        Candidates from the nearest.
    cost : ndarray of int, shape (n, m)
        At each of these, in that order.
    """

    standing: NDArray[np.int64]
    order: NDArray[np.int32]
    cost: NDArray[np.int64]

    @property
    def candidates(self) -> int:
        """How many there are."""
        return int(self.order.shape[1])

    def value(self, chosen: NDArray[np.int64]) -> int:
        """Return what all households pay with devices at some candidates."""
        return int(self.nearest_two(chosen)[1].sum())

    def nearest_two(
        self, chosen: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return each household's cheapest candidate (`STANDING` for none), its cost, and the next best."""
        return _nearest_two(self.order, self.cost, self.standing, self.mask(chosen))

    def mask(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return some candidates as a mask, shape (m,)."""
        mask = np.zeros(self.candidates, dtype=bool)
        mask[chosen] = True
        return mask


def costs_of(standing_m: NDArray[np.int64], metres: NDArray[np.int64], cases: NDArray[np.int64]) -> Costs:
    """Return the costs of households; who gains by no candidate is left out.

    Parameters
    ----------
    standing_m : ndarray of int, shape (n,)
        Metres to the nearest giver that stands.
    metres : ndarray of int, shape (n, m)
        To every candidate.
    cases : ndarray of int, shape (n,)
        Of each household.
    """
    gains = metres.min(axis=1) < standing_m
    near = metres[gains]
    order = np.argsort(near, axis=1, kind="stable").astype(np.int32)
    weight = cases[gains]
    return Costs(standing_m[gains] * weight, order, np.take_along_axis(near, order, axis=1) * weight[:, None])


@compiled
def _nearest_two(
    order: NDArray[np.int32],
    cost: NDArray[np.int64],
    standing: NDArray[np.int64],
    chosen: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    first = np.full(len(order), -1, np.int64)
    best, second = standing.copy(), standing.copy()
    for row in range(len(order)):
        found = 0
        for place in range(order.shape[1]):
            if cost[row, place] >= standing[row] or found == 2:  # noqa: PLR2004 - the two that are sought
                break
            if chosen[order[row, place]]:
                if found == 0:
                    first[row] = order[row, place]
                    best[row] = cost[row, place]
                else:
                    second[row] = cost[row, place]
                found += 1
    return first, best, second


@compiled
def savings(
    order: NDArray[np.int32], cost: NDArray[np.int64], price: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each candidate saves against the prices of households, shape (m,)."""
    saved = np.zeros(order.shape[1])
    for row in range(len(order)):
        for place in range(order.shape[1]):
            if cost[row, place] >= price[row]:
                break
            saved[order[row, place]] += price[row] - cost[row, place]
    return saved


@compiled
def times_served(
    order: NDArray[np.int32],
    cost: NDArray[np.int64],
    price: NDArray[np.float64],
    chosen: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return how many chosen candidates serve each household below its price, shape (n,)."""
    times = np.zeros(len(order))
    for row in range(len(order)):
        for place in range(order.shape[1]):
            if cost[row, place] >= price[row]:
                break
            if chosen[order[row, place]]:
                times[row] += 1
    return times


@compiled
def swap_changes(
    order: NDArray[np.int32],
    cost: NDArray[np.int64],
    first: NDArray[np.int64],
    best: NDArray[np.int64],
    second: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return how the cost changes where candidate ``r`` goes and ``j`` comes, shape (m, m) as ``[j, r]``.

    It counts for an ``r`` that is there and a ``j`` that is not (Whitaker 1983).
    """
    m = order.shape[1]
    change = np.zeros((m, m), np.int64)
    gain, loss = np.zeros(m, np.int64), np.zeros(m, np.int64)
    for row in range(len(order)):
        goes = first[row]
        if goes >= 0:
            loss[goes] += second[row] - best[row]
        for place in range(m):
            paid = cost[row, place]
            if paid >= second[row]:
                break
            comes = order[row, place]
            if paid < best[row]:
                gain[comes] += best[row] - paid
            if goes >= 0:
                change[comes, goes] -= second[row] - max(paid, best[row])
    for comes in range(m):
        for goes in range(m):
            change[comes, goes] += loss[goes] - gain[comes]
    return change
