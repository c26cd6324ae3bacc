"""Assign groups that stay together to centers: exact where each is one case, else by flow and repair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import FORBIDDEN_MM, Flow, Transport, least_cost_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

REPAIR_ARCS = 6
REPAIR_GROUPS = 1500
REPAIR_WORK = 4.0
"""CP-SAT's own measure of work, which is the same on every machine."""
REPAIR_GAP = 1e-4
MM_PER_STEP = 1_000
"""The repair counts in metres a case: large sums stay exact."""
REPAIR_LOSS = 1e-3
"""Share of the cost above the bound from which the repair is worth its time."""
SHORT_STEPS = 100_000_000
"""Penalty of a case missing to a lower bound in the repair: a hundred thousand km, so that a case is sooner
left out of another center than missing here, and the sums of whole provinces stay exact."""
TO_FLOW = -2
"""Mark of a group that is still to be sent, where -1 is one that no center takes."""


@dataclass(frozen=True)
class Assignment:
    """Who goes where.

    Attributes
    ----------
    center : ndarray of int, shape (n_groups,)
        Center of each group, -1 where no center could take it.
    cost_mm : int
        Cost of the served cases plus the price of those left out, 1e-6 km.
    bound_mm : int
        Least cost if groups could be split: the optimum lies between the two, and they are equal when every
        group is a single case.
    price_mm : ndarray of int, shape (n_centers,)
        Worth of one more place at each center in the flow that gave the bound, 1e-6 km a case.
    """

    center: NDArray[np.int64]
    cost_mm: int
    bound_mm: int
    price_mm: NDArray[np.int64]

    @property
    def loss_mm(self) -> int:
        """What keeping groups together may have cost at most, 1e-6 km."""
        return self.cost_mm - self.bound_mm


def assign(
    cost_mm: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    *,
    left_out_mm: int,
) -> Assignment:
    """Assign whole groups to centers at least cost within the bounds.

    The flow over divisible groups gives the bound. Groups it splits are placed whole, largest first, at the
    center cheapest at the flow's prices that has room; single cases then flow around them, exactly. Where
    that breaks a bound, or costs more than `REPAIR_LOSS`, the groups nearest to indifference are placed anew
    by integer programming.

    Parameters
    ----------
    cost_mm : ndarray of int, shape (n_groups, n_centers)
        Cost of one case, 1e-6 km; from `allocation.flow.FORBIDDEN_MM` on the pair may not be used.
    cases : ndarray of int, shape (n_groups,)
        Cases of each group, positive.
    lower, upper : ndarray of int, shape (n_centers,)
        Least and most cases of each center; lower bounds are met as far as possible.
    left_out_mm : int
        Price of a case that is served nowhere.

    Returns
    -------
    Assignment
        Center of each group, cost and proven bound, 1e-6 km.

    Raises
    ------
    ValueError
        As `allocation.flow.least_cost_flow`.

    Examples
    --------
    >>> import numpy as np
    >>> from allocation import assign
    >>> cost_mm = np.array([[1, 5], [2, 1], [1, 9]]) * 1_000_000
    >>> one = np.ones(3, dtype=np.int64)
    >>> found = assign(cost_mm, one, np.array([0, 0]), np.array([2, 2]), left_out_mm=10**9)
    >>> found.center.tolist(), found.cost_mm
    ([0, 1, 0], 3000000)
    """
    flow = least_cost_flow(cost_mm, cases, lower, upper, left_out_mm=left_out_mm)
    return placed_whole(Transport(cost_mm, cases, lower, upper, left_out_mm), flow)


def placed_whole(task: Transport, flow: Flow, *, repair: bool = True) -> Assignment:
    """Place every group whole, given the flow that may split them.

    Parameters
    ----------
    task : Transport
        What is to be sent.
    flow : Flow
        Its least cost.
    repair : bool
        Whether groups may be placed anew by integer programming, which takes seconds.
    """
    whole, split = _whole(flow, len(task.cases))
    if not split.any():
        return Assignment(whole, flow.cost_mm, flow.cost_mm, flow.price_mm)
    center = flow_around(task, _place_largest_first(task, flow, whole, split))

    def rank(one: NDArray[np.int64]) -> tuple[int, int, int]:
        return short_of(task, one), int(task.cases[one < 0].sum()), _cost(task, one)

    short, left_out, cost = rank(center)
    if repair and (short > 0 or left_out > flow.left_out() or cost - flow.cost_mm > REPAIR_LOSS * cost):
        center = min(center, _repair(task, flow, center), key=rank)
    return Assignment(center, _cost(task, center), flow.cost_mm, flow.price_mm)


def _whole(flow: Flow, n_groups: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each group's center (the largest share) and whether the flow splits the group."""
    order = np.lexsort((flow.center, flow.cases, flow.group))
    center = np.full(n_groups, -1, dtype=np.int64)
    center[flow.group[order]] = flow.center[order]
    return center, np.bincount(flow.group, minlength=n_groups) > 1


def _place_largest_first(
    task: Transport, flow: Flow, whole: NDArray[np.int64], split: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return centers of the groups of several cases; single cases are marked `TO_FLOW`."""
    cases, never = task.cases, np.iinfo(np.int64).max
    placed = np.where((cases > 1) & ~split, whole, TO_FLOW)
    room = task.upper - task.load(placed, cases)
    for group in np.flatnonzero(split)[np.argsort(-cases[split], kind="stable")]:
        cost_mm = task.cost_mm[group]
        able = (room >= cases[group]) & (cost_mm < FORBIDDEN_MM)
        worth = np.where(able, cost_mm + flow.price_mm, never)
        best = int(worth.argmin())
        if worth[best] == never:
            placed[group] = -1
        else:
            placed[group] = best
            room[best] -= cases[group]
    return placed


def flow_around(task: Transport, placed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let the single cases, which are marked `TO_FLOW`, flow around the groups already placed."""
    taken = task.load(placed, task.cases)
    singles = np.flatnonzero(placed == TO_FLOW)
    center = placed.copy()
    if not singles.size:
        return center
    least = np.maximum(task.lower - taken, 0)
    if least.sum() > singles.size:
        least = least * singles.size // least.sum()
    flow = least_cost_flow(
        task.cost_mm[singles],
        task.cases[singles],
        least,
        task.upper - taken,
        left_out_mm=task.left_out_mm,
    )
    center[singles[flow.group]] = flow.center
    return center


def short_of(task: Transport, center: NDArray[np.int64]) -> int:
    """Return by how many cases centers miss their bounds, given where each group goes."""
    load = task.load(center, task.cases)
    return int(np.maximum(task.lower - load, 0).sum() + np.maximum(load - task.upper, 0).sum())


def _cost(task: Transport, center: NDArray[np.int64]) -> int:
    each = np.where(center >= 0, task.cost_mm[np.arange(len(center)), center], task.left_out_mm)
    return int((each * task.cases).sum())


def _repair(task: Transport, flow: Flow, center: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place the groups nearest to indifference anew by CP-SAT, the others as they are.

    Variables: one a pair of group and center (its cheapest few at the flow's prices), one a group left out,
    one a center for what it lacks to its lower bound. Work is counted, never timed.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and single cases never need it

    free, near = _indifferent(task, flow, center)
    others = center.copy()
    others[free] = -1
    taken = task.load(others, task.cases)

    group = np.repeat(np.arange(free.size), near.shape[1])
    to = near[free].ravel()
    usable = task.cost_mm[free[group], to] < FORBIDDEN_MM
    group, to = group[usable], to[usable]
    weight = task.cases[free]
    model = cp_model.CpModel()
    pair = [model.new_bool_var("") for _ in group]
    out = [model.new_bool_var("") for _ in free]
    short = [model.new_int_var(0, int(least), "") for least in task.lower]
    of_group: list[list[cp_model.IntVar]] = [[one] for one in out]
    at_center: list[list[cp_model.LinearExprT]] = [[] for _ in short]
    for one, who, where in zip(pair, group.tolist(), to.tolist(), strict=True):
        of_group[who].append(one)
        at_center[where].append(int(weight[who]) * one)
        model.add_hint(one, center[free[who]] == where)
    for choices in of_group:
        model.add_exactly_one(choices)
    for where, loads in enumerate(at_center):
        load = cp_model.LinearExpr.sum(loads)
        model.add(load <= int(task.upper[where] - taken[where]))
        model.add(load + short[where] >= int(task.lower[where] - taken[where]))
    steps = task.cost_mm[free[group], to] // MM_PER_STEP * weight[group]
    left = task.left_out_mm // MM_PER_STEP * weight
    model.minimize(
        cp_model.LinearExpr.weighted_sum(pair, steps.tolist())
        + cp_model.LinearExpr.weighted_sum(out, left.tolist())
        + SHORT_STEPS * cp_model.LinearExpr.sum(short)
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = REPAIR_WORK
    solver.parameters.relative_gap_limit = REPAIR_GAP
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return center
    chosen = np.array([solver.boolean_value(one) for one in pair], dtype=bool)
    others[free[group[chosen]]] = to[chosen]
    return others


def _indifferent(
    task: Transport, flow: Flow, center: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the groups whose best two centers differ least, ascending, and every group's nearest centers."""
    worth = np.where(task.cost_mm < FORBIDDEN_MM, task.cost_mm + flow.price_mm, FORBIDDEN_MM)
    width = min(REPAIR_ARCS, worth.shape[1])
    near = np.argsort(worth, axis=1, kind="stable")[:, :width]
    regret = np.take_along_axis(worth, near[:, min(1, width - 1) :][:, :1], axis=1)[:, 0] - worth.min(axis=1)
    regret[center < 0] = -1
    return np.sort(np.argsort(regret, kind="stable")[:REPAIR_GROUPS]), near
