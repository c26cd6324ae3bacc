"""The peer of the exact flow: the min-cost flow of OR-Tools over the nearest arcs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.graph.python import min_cost_flow

from benchmarks.ours import flow_case
from benchmarks.work import Work

if TYPE_CHECKING:
    from numpy.typing import NDArray


def flow(n: int, k: int, arcs: int) -> Work[float | None]:
    """Send n people to k centers over so many nearest arcs each; there may be no such flow."""
    plane, lower, upper = flow_case(n, k)

    def run() -> float | None:
        center, cost = plane.cheapest(arcs)
        return _plain_flow(center, cost, lower, upper)

    def figures(km: float | None) -> dict[str, Any]:
        if km is None:
            return {"value": None, "note": "no flow over these arcs"}
        return {"value": round(km, 3)}

    return Work(run, figures)


def _plain_flow(
    center: NDArray[np.int32], cost: NDArray[np.int64], lower: NDArray[np.int64], upper: NDArray[np.int64]
) -> float | None:
    """Return the cost (km) of a plain model over given arcs, None where it has no solution."""
    (n, width), k = center.shape, len(lower)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.repeat(np.arange(n), width), n + center.ravel(), np.ones(n * width, np.int64), cost.ravel()
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        n + np.arange(k), np.full(k, n + k), upper - lower, np.zeros(k, np.int64)
    )
    solver.set_nodes_supplies(
        np.arange(n + k + 1), np.concatenate([np.ones(n, np.int64), -lower, [int(lower.sum()) - n]])
    )
    return solver.optimal_cost() / 1e6 if solver.solve() == solver.OPTIMAL else None
