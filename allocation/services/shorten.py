"""Where devices shorten travel most: a p-median beside what stands, with a Lagrangian bound, made exact."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.services.covering import Placed
from allocation.services.savings import costs_of, savings, swap_changes, times_served
from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.services.savings import Costs

ROOT_STEPS, NODE_STEPS, NODES = 120, 40, 1500
"""Steps of the bound at the root and at a node, and nodes: what is open after them has a gap."""
PATIENCE = 6
"""Steps without a better bound after which they become half as long."""
TINY = 1e-11
"""Share of a bound that the sums of its terms may be wrong by, of a nation's metres as of a village's."""


@dataclass(frozen=True, order=True)
class _Node:
    """A part of all choices: some candidates are in, some out.

    Attributes
    ----------
    bound : float
        No choice of this part costs less.
    number : int
        Of the node: the older of two that are alike comes first.
    """

    bound: float
    number: int
    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    price: NDArray[np.float64]


def shorten(
    standing_m: NDArray[np.int64], metres: NDArray[np.int64], cases: NDArray[np.int64], devices: int
) -> Placed:
    """Choose the candidates that leave the least cases times metres.

    With ``S`` the candidates chosen, of which there are ``devices``, and ``w_i`` the cases of household
    ``i``::

        min sum_i w_i min(standing_i, min_{j in S} metres_ij)

    Greedy choice and interchange (Teitz and Bart 1968) give a choice. For any prices ``0 <= l_i <= w_i
    standing_i`` its cost is at least ``sum_i l_i - max_S sum_{j in S} sum_i max(0, l_i - w_i metres_ij)``
    (Cornuejols, Fisher and Nemhauser 1977), which subgradients raise; candidates that this bound settles are
    fixed and the others branched on until nothing below the best choice is left, or `NODES` are used up.

    Parameters
    ----------
    standing_m : ndarray of int, shape (n,)
        Metres of each household to the nearest giver that stands.
    metres : ndarray of int, shape (n, m)
        To each candidate.
    cases : ndarray of int, shape (n,)
        Of each household.
    devices : int
        From 1 to ``m``.

    Returns
    -------
    Placed
        ``value`` and ``bound`` in cases times metres, equal where the choice is proven best.
    """
    # Some device is chosen, so that nobody goes further than to the furthest candidate.
    standing_m = np.minimum(standing_m, metres.max(axis=1))
    costs = costs_of(standing_m, metres, cases)
    away = int((standing_m * cases).sum()) - int(costs.standing.sum())
    if not len(costs.standing):
        return Placed(np.arange(devices), away, away)
    search = _Search(costs, devices)
    chosen, value, bound = search.run()
    return Placed(chosen, value + away, min(bound, value) + away)


def interchange(costs: Costs, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a choice that no exchange of one candidate for another betters."""
    while True:
        change = swap_changes(costs.order, costs.cost, *costs.nearest_two(chosen))
        free = np.flatnonzero(~costs.mask(chosen))
        if not free.size:
            return chosen
        part = change[np.ix_(free, chosen)]
        comes, goes = np.unravel_index(int(np.argmin(part)), part.shape)
        if part[comes, goes] >= 0:
            return chosen
        chosen = np.sort(np.append(np.delete(chosen, goes), free[comes]))


class _Search:
    """Branch and bound over candidates; the best choice so far is all that changes.

    Parameters
    ----------
    costs : Costs
        Of the households.
    devices : int
        How many candidates are chosen.
    """

    def __init__(self, costs: Costs, devices: int) -> None:
        self.costs = costs
        self.devices = devices
        self.chosen = interchange(costs, self._greedy())
        self.value = costs.value(self.chosen)
        self.seen: set[bytes] = set()
        self.number = 0

    def run(self) -> tuple[NDArray[np.int64], int, int]:
        """Return the best choice, its value and its bound."""
        none = np.zeros(self.costs.candidates, dtype=bool)
        _, best, second = self.costs.nearest_two(self.chosen)
        start = np.minimum((best + second) / 2, self.costs.standing)
        nodes: list[_Node] = []
        self._push(nodes, none, none.copy(), start, ROOT_STEPS)
        while nodes and self._whole(nodes[0].bound) < self.value and self.number < NODES:
            node = heapq.heappop(nodes)
            at = self._branch(node)
            for mask in (node.inside, node.outside):
                ours = [node.inside.copy(), node.outside.copy()]
                ours[0 if mask is node.inside else 1][at] = True
                self._push(nodes, ours[0], ours[1], node.price, NODE_STEPS)
        bound = min((self._whole(one.bound) for one in nodes), default=self.value)
        return self.chosen, self.value, min(bound, self.value)

    def _greedy(self) -> NDArray[np.int64]:
        paid = self.costs.standing.astype(float)
        chosen: list[int] = []
        for _ in range(self.devices):
            gain = savings(self.costs.order, self.costs.cost, paid)
            gain[chosen] = -1
            chosen.append(int(np.argmax(gain)))
            paid = self.costs.nearest_two(np.array(chosen))[1].astype(float)
        return np.sort(np.array(chosen, dtype=np.int64))

    def _push(
        self,
        nodes: list[_Node],
        inside: NDArray[np.bool_],
        outside: NDArray[np.bool_],
        price: NDArray[np.float64],
        steps: int,
    ) -> None:
        """Bound a part of the choices; keep it where it may hold a better one than the best so far."""
        self.number += 1
        free = self.devices - int(inside.sum())
        if free < 0 or free > int((~inside & ~outside).sum()):
            return
        bound, price, inside, outside = self._raised(inside, outside, price, steps)
        if self._whole(bound) < self.value and int(inside.sum()) < self.devices:
            heapq.heappush(nodes, _Node(bound, self.number, inside, outside, price))

    def _raised(
        self,
        inside: NDArray[np.bool_],
        outside: NDArray[np.bool_],
        price: NDArray[np.float64],
        steps: int,
    ) -> tuple[float, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Raise the bound of a part by subgradients, fixing what it settles; return it with its prices."""
        costs, best_price, best_bound = self.costs, price, -np.inf
        scale, idle = 1.0, 0
        for _ in range(steps):
            saved = savings(costs.order, costs.cost, price)
            picked, marginal = self._picked(saved, inside, outside)
            bound = float(price.sum() - saved[picked].sum())
            idle += 1
            if bound > best_bound:
                best_bound, best_price, idle = bound, price, 0
                goes_in, goes_out = self._settled(bound, saved, picked, marginal)
                free = ~inside & ~outside
                inside, outside = inside | (free & goes_in), outside | (free & goes_out)
            self._try(picked)
            if self._whole(best_bound) >= self.value or int(inside.sum()) >= self.devices:
                break
            if idle >= PATIENCE:
                scale, idle, price = scale / 2, 0, best_price
                if scale < 1e-3:  # noqa: PLR2004 - the steps no longer move anything
                    break
                continue
            slope = 1 - times_served(costs.order, costs.cost, price, costs.mask(picked))
            length = scale * (self.value - bound) / max(float(weighted_sum(slope, slope)), 1.0)
            price = np.clip(price + max(length, 0.0) * slope, 0, costs.standing)
        if int(inside.sum()) == self.devices:
            self._try(np.flatnonzero(inside))
        return best_bound, best_price, inside, outside

    def _picked(
        self, saved: NDArray[np.float64], inside: NDArray[np.bool_], outside: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], tuple[float, float]]:
        """Return the candidates that save most, and the savings of the last one in and the first one out."""
        rank = np.where(inside, np.inf, np.where(outside, -np.inf, saved))
        order = np.argsort(-rank, kind="stable")
        last_in = float(rank[order[self.devices - 1]])
        first_out = float(rank[order[self.devices]]) if len(order) > self.devices else -np.inf
        return np.sort(order[: self.devices]), (last_in, first_out)

    def _settled(
        self,
        bound: float,
        saved: NDArray[np.float64],
        picked: NDArray[np.int64],
        marginal: tuple[float, float],
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the candidates without which, and with which, nothing is below the best choice so far."""
        last_in, first_out = marginal
        is_in = self.costs.mask(picked)
        loses_in = bound + (last_in - saved) if np.isfinite(last_in) else np.full(len(saved), -np.inf)
        loses_out = bound + (saved - first_out) if np.isfinite(first_out) else np.full(len(saved), -np.inf)
        return (
            is_in & (self._ceiled(loses_out) >= self.value),
            ~is_in & (self._ceiled(loses_in) >= self.value),
        )

    def _branch(self, node: _Node) -> int:
        """Return the free candidate of a node that saves most."""
        saved = savings(self.costs.order, self.costs.cost, node.price)
        return int(np.argmax(np.where(node.inside | node.outside, -np.inf, saved)))

    def _try(self, picked: NDArray[np.int64]) -> None:
        if (key := picked.tobytes()) in self.seen:
            return
        self.seen.add(key)
        value = self.costs.value(picked)
        if value < self.value:
            self.chosen = interchange(self.costs, picked)
            self.value = self.costs.value(self.chosen)

    def _whole(self, bound: float) -> int:
        return int(np.ceil(bound - TINY * max(abs(bound), 1.0)))

    def _ceiled(self, bound: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.ceil(bound - TINY * np.maximum(np.abs(bound), 1.0))
