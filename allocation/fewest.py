"""The fewest transfers where some groups are of several cases, by a small integer program of these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

MOST_PAIRS = 20_000
"""Pairs of a group of several cases and a center, beyond which the program is not tried."""
WORK = 2.0
"""CP-SAT's own measure of work for each of the two questions, the same on every machine."""


class Task(NamedTuple):
    """A unit of which everybody is to be served within the bounds.

    Attributes
    ----------
    moves : ndarray of int, shape (n_groups, k)
        Cases of each group that a center would be new to.
    cost_km : ndarray of float, shape (n_groups, k)
        What one case costs there, infinite where it may not go.
    cases : ndarray of int, shape (n_groups,)
        Of each group.
    lower, upper : ndarray of int, shape (k,)
        Least and most cases of each center.
    """

    moves: NDArray[np.int64]
    cost_km: NDArray[np.float64]
    cases: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]


class Fewest(NamedTuple):
    """What the program found.

    Attributes
    ----------
    center : ndarray of int, shape (n_groups,)
        Center of each group of several cases; -1 for single cases, which flow around these.
    at_least : int
        Cases that every way transfers.
    """

    center: NDArray[np.int64]
    at_least: int


def fewest(task: Task) -> Fewest | None:
    """Return where groups of several cases go in a way with the fewest transfers; None where none is found.

    Variables: one a pair of such a group and a center, and one a pair of a kind of single cases and a center:
    single cases that may go to the same centers, which are new to them alike, are of one kind. The second
    question is which of those ways brings these groups nearest. Work is counted, never timed.
    """
    several = np.flatnonzero(task.cases > 1)
    if not several.size or several.size * len(task.upper) > MOST_PAIRS:
        return None
    from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and single cases never need it

    model = cp_model.CpModel()
    able = np.isfinite(task.cost_km)
    group, to = np.nonzero(able[several])
    pair = [model.new_bool_var("") for _ in group]
    counted, kind_at, kind_moves = _kinds(model, task, able)
    for which in range(several.size):
        model.add_exactly_one([pair[one] for one in np.flatnonzero(group == which)])
    weight = task.cases[several]
    for at, (least, most) in enumerate(zip(task.lower.tolist(), task.upper.tolist(), strict=True)):
        load = [int(weight[group[one]]) * pair[one] for one in np.flatnonzero(to == at)]
        load += [counted[one] for one in np.flatnonzero(kind_at == at)]
        model.add_linear_constraint(cp_model.LinearExpr.sum(load), least, most)
    moved = cp_model.LinearExpr.weighted_sum(
        [*pair, *counted], [*task.moves[several[group], to].tolist(), *kind_moves.tolist()]
    )
    model.minimize(moved)
    solver = _solved(model)
    if solver is None:
        return None
    at_least, found = round(solver.best_objective_bound), round(solver.objective_value)
    chosen = [solver.boolean_value(one) for one in pair]
    model.add(moved <= found)
    for one, is_chosen in zip(pair, chosen, strict=True):
        model.add_hint(one, is_chosen)
    meters = np.round(task.cost_km[several[group], to] * weight[group] * 1_000).astype(np.int64)
    model.minimize(cp_model.LinearExpr.weighted_sum(pair, meters.tolist()))
    nearer = _solved(model)
    if nearer is not None:
        chosen = [nearer.boolean_value(one) for one in pair]
    center = np.full(len(task.cases), -1, dtype=np.int64)
    center[several[group[chosen]]] = to[chosen]
    return Fewest(center, at_least)


def _kinds(
    model: cp_model.CpModel, task: Task, able: NDArray[np.bool_]
) -> tuple[list[cp_model.IntVar], NDArray[np.int64], NDArray[np.int64]]:
    """Return how many single cases of each kind go where: a variable each, its center and what it moves."""
    singles = np.flatnonzero(task.cases == 1)
    rows = np.column_stack([task.moves[singles], able[singles]])
    kinds, count = np.unique(rows, axis=0, return_counts=True)
    k = len(task.upper)
    counted, at, moves = [], [], []
    for kind, number in zip(kinds, count.tolist(), strict=True):
        centers = np.flatnonzero(kind[k:])
        own = [model.new_int_var(0, number, "") for _ in centers]
        model.add(sum(own) == number)
        counted += own
        at += centers.tolist()
        moves += kind[centers].tolist()
    return counted, np.array(at, dtype=np.int64), np.array(moves, dtype=np.int64)


def _solved(model: cp_model.CpModel) -> cp_model.CpSolver | None:
    """Return the solver with a way, the best it found within its work; None without one."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loaded already

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = WORK
    return solver if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
