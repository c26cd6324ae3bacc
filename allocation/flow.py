"""Exact least-cost flow of cases to centers with lower and upper bounds, and its prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.network import NO_CENTER, UNMET_MM
from allocation.pairs import Table
from allocation.transport import transport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.pairs import Pairs

FIRST_ARCS = 12
ADDED_ARCS = 4
COARSE = (27, 9, 3)
"""Groups gathered to one, level by level, to find prices for many groups quickly."""
COARSE_FROM = 4
"""Gathered groups a center from which a level is worth its time."""
MM_PER_KM = 1_000_000
FORBIDDEN_MM = int(UNMET_MM) // 4
"""A cost (in 1e-6 km) from which on a pair may not be used: more than a million kilometres."""


@dataclass(frozen=True)
class Transport:
    """Cases to be sent to centers.

    Attributes
    ----------
    cost_mm : ndarray of int, shape (n_groups, n_centers)
        Cost of one case, 1e-6 km; from `FORBIDDEN_MM` on the pair may not be used.
    cases : ndarray of int, shape (n_groups,)
        Cases of each group, positive.
    lower, upper : ndarray of int, shape (n_centers,)
        Least and most cases of each center.
    left_out_mm : int
        Cost of a case that is served nowhere, below `FORBIDDEN_MM`.
    """

    cost_mm: NDArray[np.int64]
    cases: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    left_out_mm: int

    def load(self, center: NDArray[np.int64], cases: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cases of each center, shape (n_centers,), of those sent to a ``center`` of 0 or more."""
        served = center >= 0
        return np.bincount(center[served], weights=cases[served], minlength=len(self.upper)).astype(np.int64)


@dataclass(frozen=True)
class Flow:
    """An optimal flow.

    Attributes
    ----------
    group, center : ndarray of int, shape (n_arcs,)
        Group and center of every arc that carries cases; ``center`` is -1 for cases left out.
    cases : ndarray of int, shape (n_arcs,)
        Cases the arc carries, all positive.
    cost_mm : int
        Cost of the served cases plus ``left_out_mm`` for each one left out, in 1e-6 km.
    price_mm : ndarray of int, shape (n_centers,)
        What one more place at the center is worth, in 1e-6 km a case: with it no other pair is cheaper.
    rounds : int
        How often arcs were added until none was missing.
    arcs : int
        Arcs of the group that needed most.
    """

    group: NDArray[np.int64]
    center: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost_mm: int
    price_mm: NDArray[np.int64]
    rounds: int
    arcs: int

    def left_out(self) -> int:
        """Return the number of cases that no center could take."""
        return int(self.cases[self.center < 0].sum())


def to_mm(km: NDArray[np.float64]) -> NDArray[np.int64]:
    """Turn kilometres into the integer cost of the flow (1e-6 km); infinite ones become forbidden."""
    capped: NDArray[np.float64] = np.minimum(km * MM_PER_KM, float(FORBIDDEN_MM))
    return np.rint(capped).astype(np.int64)


def least_cost_flow(
    cost_mm: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    *,
    left_out_mm: int,
    price_mm: NDArray[np.int64] | None = None,
) -> Flow:
    """Send every case to a center, at least cost, each center between its bounds.

    Parameters
    ----------
    cost_mm : ndarray of int, shape (n_groups, n_centers)
        Cost of one case, 1e-6 km; from `FORBIDDEN_MM` on the pair may not be used.
    cases, lower, upper, left_out_mm, price_mm
        As `flow_of`.

    Returns
    -------
    Flow
        Optimal, with the price of a place at each center, 1e-6 km a case.

    Raises
    ------
    ValueError
        As `flow_of`.

    Examples
    --------
    >>> import numpy as np
    >>> from allocation import least_cost_flow
    >>> cost_mm = np.array([[1, 5], [2, 1]]) * 1_000_000
    >>> flow = least_cost_flow(
    ...     cost_mm, np.array([3, 2]), np.array([0, 0]), np.array([2, 9]), left_out_mm=10**9
    ... )
    >>> flow.cost_mm, flow.left_out()
    (9000000, 0)
    """
    return flow_of(
        Table(np.ascontiguousarray(cost_mm, dtype=np.int64), FORBIDDEN_MM),
        cases,
        lower,
        upper,
        left_out_mm=left_out_mm,
        price_mm=price_mm,
    )


def flow_of(
    pairs: Pairs,
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    *,
    left_out_mm: int,
    price_mm: NDArray[np.int64] | None = None,
    arcs: int = FIRST_ARCS,
) -> Flow:
    """Send every case to a center, at least cost over all pairs, each center between its bounds.

    Starts from each group's cheapest arcs, solves, adds every arc that the prices of the optimum say is
    missing, and ends when there is none. A case can always be left out, so a want of arcs never ends it.

    Parameters
    ----------
    pairs : Pairs
        What a case of each group costs at each center.
    cases : ndarray of int, shape (n_groups,)
        Cases of each group, positive. A group may be split over centers.
    lower, upper : ndarray of int, shape (n_centers,)
        Least and most cases of each center. A lower bound that cannot be met is met as far as possible.
    left_out_mm : int
        Cost of a case that is served nowhere, below `FORBIDDEN_MM`.
    price_mm : ndarray of int, shape (n_centers,), optional
        Prices to start from, of a problem much like this one; the optimum's cost does not depend on them.
    arcs : int
        Cheapest arcs of each group to start with.

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        If the lower bounds together exceed the cases or an upper bound lies below its lower one.
    """
    total = int(cases.sum())
    if (upper < lower).any() or int(lower.sum()) > total:
        raise ValueError("the lower bounds exceed the upper bounds or the cases there are")
    n_groups, n_centers = pairs.shape
    least = np.r_[np.asarray(lower, np.int64), 0]
    most = np.r_[np.asarray(upper, np.int64), total]
    center, cost = pairs.cheapest(arcs)
    nearest = center.shape[1]
    # Being left out is one more center, the first arc of every group.
    center = np.column_stack([np.full(n_groups, n_centers, np.int32), center])
    cost = np.column_stack([np.full(n_groups, left_out_mm, np.int64), cost])
    cases = np.asarray(cases, np.int64)
    if price_mm is None:
        price = _guessed(center, cost, cases, least, most)
    else:
        price = _tempered(np.r_[np.asarray(price_mm, np.int64), 0], center, cost)
    rounds = 0
    while True:
        rounds += 1
        flow, price = transport(center, cost, cases, least, most, price)
        # A center that takes nobody and need not has no price.
        price = np.where(least == 0, np.maximum(price, 0), price)
        # Who finds no room near by must look far: twice as far every time.
        most_added = min(ADDED_ARCS << (rounds - 1), n_centers)
        missing = pairs.missing(center, cost, price[:-1], most_added, nearest=nearest)
        if missing is None:
            break
        center, cost = _widened(center, cost, *missing)
        # Prices of a region that was full for want of arcs say nothing once it has more, nor where many have.
        if flow[:, 0].any() or len(missing[0]) > COARSE_FROM * n_centers:
            price = _guessed(center, cost, cases, least, most)
    group, position = np.nonzero(flow)
    to, amount = center[group, position].astype(np.int64), flow[group, position].astype(np.int64)
    paid = int((cost[group, position] * amount).sum())
    served = np.where(to == n_centers, -1, to)
    return Flow(group, served, amount, paid, price[:-1], rounds, center.shape[1] - 1)


def _tempered(
    price: NDArray[np.int64], center: NDArray[np.int32], cost: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Hold prices to the dearest arc: those of a region that was full say nothing of another problem."""
    dearest = np.where(center[:, 1:] == NO_CENTER, 0, cost[:, 1:]).max(initial=0)
    tempered: NDArray[np.int64] = np.clip(price, -dearest, dearest)
    return tempered


def _guessed(
    center: NDArray[np.int32],
    cost: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return prices near the optimum's: of gathered groups, coarse ones first.

    Neighbours in the order of their two cheapest centers, and of the difference between these, are gathered
    to the middle one of each run.
    """
    price = np.zeros(len(lower), np.int64)
    if center.shape[1] <= 2:  # noqa: PLR2004 - nothing to choose from
        return price
    order = np.lexsort((cost[:, 2] - cost[:, 1], center[:, 2], center[:, 1]))
    for run in COARSE:
        starts = np.arange(0, len(cases), run)
        if starts.size < COARSE_FROM * len(lower):
            continue
        middle = order[np.minimum(starts + run // 2, len(cases) - 1)]
        gathered = np.add.reduceat(cases[order], starts)
        _, price = transport(center[middle], cost[middle], gathered, lower, upper, price)
    return price


def _widened(
    center: NDArray[np.int32],
    cost: NDArray[np.int64],
    rows: NDArray[np.int64],
    more: NDArray[np.int32],
    more_cost: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return arcs with more of them in some rows, unused ones last."""
    used = np.count_nonzero(center != NO_CENTER, axis=1)
    added = np.count_nonzero(more != NO_CENTER, axis=1)
    width = max(int((used[rows] + added).max()), center.shape[1])
    wide = np.full((len(center), width), NO_CENTER, np.int32)
    wide_cost = np.zeros((len(center), width), np.int64)
    wide[:, : center.shape[1]], wide_cost[:, : center.shape[1]] = center, cost
    for position in range(more.shape[1]):
        own = position < added
        at = used[rows[own]] + position
        wide[rows[own], at] = more[own, position]
        wide_cost[rows[own], at] = more_cost[own, position]
    return wide, wide_cost
