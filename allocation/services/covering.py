"""Where devices reach most: maximal covering, solved to optimality or with its bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NODES = 20_000
"""Of branch and bound, the same on every machine; what is open then has a gap."""
SURE = 1e-9
"""Share of a bound that sums of real numbers may be wrong by."""


@dataclass(frozen=True)
class Placed:
    """Where devices are placed.

    Attributes
    ----------
    chosen : ndarray of int, shape (devices,)
        Candidates, ascending.
    value : int
        What is sought: cases reached, or cases times metres.
    bound : int
        No choice is better than this.
    """

    chosen: NDArray[np.int64]
    value: int
    bound: int


def cover(reaches: NDArray[np.bool_], cases: NDArray[np.int64], devices: int) -> Placed:
    """Choose the candidates that reach most cases (Church and ReVelle 1974).

    With ``y_j`` for a device at candidate ``j`` and ``z_g`` for the cases ``w_g`` that the same candidates
    ``C_g`` reach::

        max sum_g w_g z_g,  z_g <= sum_{j in C_g} y_j,  sum_j y_j = devices,  y_j in {0, 1},  0 <= z_g <= 1

    Whoever is reached by the same candidates is one ``g``, so that the model is small however many households
    there are. A candidate that reaches nobody but whom another does is none of the model unless there are
    too few others.

    Parameters
    ----------
    reaches : ndarray of bool, shape (n, m)
        Whether a device at each candidate would reach a household that none reaches yet.
    cases : ndarray of int, shape (n,)
        Cases of each.
    devices : int
        From 1 to ``m``.
    """
    sets, weight = gathered(reaches, cases)
    greedy = _greedy(sets, weight, devices)
    most = int(weight.sum())
    reached = _reached(sets, weight, greedy)
    if reached == most:
        return Placed(greedy, reached, most)
    chosen, bound = _solved(sets, weight, devices, greedy)
    return Placed(chosen, _reached(sets, weight, chosen), bound)


def gathered(
    reaches: NDArray[np.bool_], cases: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return the different sets of candidates that reach somebody, and the cases of each."""
    packed = np.packbits(reaches, axis=1)
    kinds, place = np.unique(packed, axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), weights=cases, minlength=len(kinds)).astype(np.int64)
    sets = np.unpackbits(kinds, axis=1, count=reaches.shape[1]).astype(bool)
    some = sets.any(axis=1) & (weight > 0)
    return sets[some], weight[some]


def _greedy(sets: NDArray[np.bool_], weight: NDArray[np.int64], devices: int) -> NDArray[np.int64]:
    """Return candidates taken one by one, each the one that reaches most more."""
    chosen: list[int] = []
    open_ = np.ones(len(weight), dtype=bool)
    for _ in range(devices):
        gain = weight[open_] @ sets[open_]
        gain[chosen] = -1
        chosen.append(int(np.argmax(gain)))
        open_ &= ~sets[:, chosen[-1]]
    return np.sort(np.array(chosen, dtype=np.int64))


def _reached(sets: NDArray[np.bool_], weight: NDArray[np.int64], chosen: NDArray[np.int64]) -> int:
    return int(weight[sets[:, chosen].any(axis=1)].sum())


def _solved(
    sets: NDArray[np.bool_], weight: NDArray[np.int64], devices: int, start: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    from ortools.linear_solver import pywraplp  # noqa: PLC0415 - heavy

    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SuppressOutput()
    solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {NODES}")
    y = [solver.BoolVar(f"y{place}") for place in range(sets.shape[1])]
    z = [solver.NumVar(0, 1, f"z{place}") for place in range(len(weight))]
    for one, own in zip(z, sets, strict=True):
        solver.Add(one <= solver.Sum([y[place] for place in np.flatnonzero(own).tolist()]))
    solver.Add(solver.Sum(y) == devices)
    solver.Maximize(solver.Sum([cases * one for cases, one in zip(weight.tolist(), z, strict=True)]))
    solver.SetHint([*y], np.isin(np.arange(len(y)), start).astype(float).tolist())
    exactly = pywraplp.MPSolverParameters()
    exactly.SetDoubleParam(pywraplp.MPSolverParameters.RELATIVE_MIP_GAP, 0.0)
    if solver.Solve(exactly) not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return start, int(weight.sum())
    chosen = np.flatnonzero([one.solution_value() > 0.5 for one in y])  # noqa: PLR2004 - 0 or 1
    bound = solver.Objective().BestBound()
    return chosen, int(np.floor(bound + max(1e-6, abs(bound) * SURE)))
