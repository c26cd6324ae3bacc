"""Exact least-cost flow of cases to centers with lower and upper bounds, and its prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import min_cost_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_ARCS = 8
ADDED_ARCS = 4
MM_PER_KM = 1_000_000
FORBIDDEN_MM = 1 << 40
"""A cost (in 1e-6 km) from which on a pair may not be used: more than a million kilometres."""
_UNMET_MM = 2 * FORBIDDEN_MM
_NO_STEP_MM = 8 * FORBIDDEN_MM


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
    """

    group: NDArray[np.int64]
    center: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost_mm: int
    price_mm: NDArray[np.int64]
    rounds: int

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
) -> Flow:
    """Send every case to a center, at least cost, each center between its bounds.

    Starts from each group's cheapest arcs, reads the prices of the centers from the optimum, adds every arc
    that those prices say is missing, and ends when there is none: the result is optimal over all pairs.

    Parameters
    ----------
    cost_mm : ndarray of int, shape (n_groups, n_centers)
        Cost of one case, 1e-6 km; from `FORBIDDEN_MM` on the pair may not be used.
    cases : ndarray of int, shape (n_groups,)
        Cases of each group, positive. A group may be split over centers.
    lower, upper : ndarray of int, shape (n_centers,)
        Least and most cases of each center. A lower bound that cannot be met is met as far as possible.
    left_out_mm : int
        Cost of a case that is served nowhere, below `FORBIDDEN_MM`.

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        If the lower bounds together exceed the cases or an upper bound lies below its lower one.
    """
    if (upper < lower).any() or int(lower.sum()) > int(cases.sum()):
        raise ValueError("the lower bounds exceed the upper bounds or the cases there are")
    task = Transport(cost_mm, cases, lower, upper, left_out_mm)
    known = _cheapest(cost_mm, FIRST_ARCS) & (cost_mm < FORBIDDEN_MM)
    rounds = 0
    while True:
        rounds += 1
        group, center, amount = _sent(task, known)
        price, value = _prices(task, known, group, center, amount)
        worth = cost_mm + price
        missing = (worth < value[:, None]) & ~known & (cost_mm < FORBIDDEN_MM)
        if not missing.any():
            break
        worth[~missing] = np.iinfo(np.int64).max
        known |= _cheapest(worth, ADDED_ARCS) & missing
    served = center >= 0
    cost = int((cost_mm[group[served], center[served]] * amount[served]).sum())
    cost += left_out_mm * int(amount[~served].sum())
    return Flow(group, center, amount, cost, price, rounds)


def _cheapest(cost: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Mark so many of the least entries of every row."""
    width = min(count, cost.shape[1])
    marked = np.zeros(cost.shape, dtype=bool)
    least = np.argpartition(cost, width - 1, axis=1)[:, :width]
    np.put_along_axis(marked, least, values=True, axis=1)
    return marked


def _sent(
    task: Transport, known: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return group, center (-1 for left out) and cases of every arc in use when only known arcs may be."""
    arc_group, arc_center = np.nonzero(known)
    sent = _solve(task, arc_group, arc_center)
    used = sent > 0
    left = task.cases - np.bincount(arc_group, weights=sent, minlength=len(task.cases)).astype(np.int64)
    group = np.concatenate([arc_group[used], np.flatnonzero(left)])
    center = np.concatenate([arc_center[used], np.full(np.count_nonzero(left), -1)])
    return group, center, np.concatenate([sent[used], left[left > 0]])


def _solve(task: Transport, arc_group: NDArray[np.int64], arc_center: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the cases on every arc of one min-cost flow.

    Nodes: groups, centers, one that takes what is left out, and the end. A center's lower bound is its own
    demand; what it takes beyond flows to the end. The end may fill a demand at a price above all others, so
    that the flow exists whatever the arcs.
    """
    cases, lower = task.cases, task.lower
    n_groups, n_centers = len(cases), len(lower)
    arc_mm = task.cost_mm[arc_group, arc_center]
    centers = n_groups + np.arange(n_centers)
    out, end = n_groups + n_centers, n_groups + n_centers + 1
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(arc_group, n_groups + arc_center, cases[arc_group], arc_mm)
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(n_groups), np.full(n_groups, out), cases, np.full(n_groups, task.left_out_mm)
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        centers, np.full(n_centers, end), task.upper - lower, np.zeros(n_centers, np.int64)
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        np.full(n_centers, end), centers, lower, np.full(n_centers, _UNMET_MM)
    )
    total = int(cases.sum())
    solver.add_arcs_with_capacity_and_unit_cost(
        np.array([out]), np.array([end]), np.array([total]), np.array([0])
    )
    supply = np.concatenate([cases, -lower, [0, -(total - int(lower.sum()))]])
    solver.set_nodes_supplies(np.arange(end + 1), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow ended with status {status}")
    return np.asarray(solver.flows(np.arange(len(arc_mm))), dtype=np.int64)


def _prices(
    task: Transport,
    known: NDArray[np.bool_],
    group: NDArray[np.int64],
    center: NDArray[np.int64],
    amount: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the price of each center and each group's cost at those prices.

    Shortest paths over the centers in the residual network of the known arcs: moving one case from ``j`` to
    ``k`` costs the least difference over the groups at ``j``; a center below its upper bound can take one
    case, one above its lower bound can give one, and one below its lower bound gains by taking one.
    """
    cost_mm, lower, left_out_mm = task.cost_mm, task.lower, task.left_out_mm
    n_groups, n_centers = cost_mm.shape
    load = task.load(center, amount)
    out, end = n_centers, n_centers + 1
    step = np.full((n_centers + 2, n_centers + 2), _NO_STEP_MM, dtype=np.int64)
    for j in range(-1, n_centers):
        rows = group[center == j]
        if rows.size:
            own = cost_mm[rows, j] if j >= 0 else np.full(rows.size, left_out_mm)
            at = j if j >= 0 else out
            reachable = np.where(known[rows], cost_mm[rows] - own[:, None], _NO_STEP_MM)
            step[at, :n_centers] = reachable.min(axis=0)
            step[at, out] = (left_out_mm - own).min()
    step[:n_centers, end][load < task.upper] = 0
    step[end, :n_centers][load > lower] = 0
    unmet = np.maximum(lower - load, 0)
    step[:n_centers, end][unmet > 0] = -_UNMET_MM
    fillable = (unmet < lower) & (load <= lower)
    step[end, :n_centers][fillable] = _UNMET_MM
    step[out, end] = 0
    if (center < 0).any():
        step[end, out] = 0
    distance = np.full(n_centers + 2, _NO_STEP_MM, dtype=np.int64)
    distance[end] = 0
    for _ in range(n_centers + 2):
        shorter = np.minimum(distance, (distance[:, None] + step).min(axis=0))
        if (shorter == distance).all():
            break
        distance = shorter
    price = -distance[:n_centers]
    value = np.full(n_groups, np.iinfo(np.int64).max)
    own = np.where(center >= 0, cost_mm[group, center] + price[center], left_out_mm - distance[out])
    np.minimum.at(value, group, own)
    return price, value
