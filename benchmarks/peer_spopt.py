"""The peer of medians: the capacitated p-median of spopt, solved by the CBC that pulp brings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pulp
from scipy.spatial.distance import cdist
from spopt.locate import PMedian

from benchmarks.instances import counted, made_up
from benchmarks.work import Work

WHOLE = 1 - 1e-6
"""A client counts as served by one facility from this share on."""


def medians(n: int, p: int, seed: int, limit_seconds: float) -> Work[PMedian | None]:
    """Choose p medians of n points; the model is built and solved in what is timed."""
    case = made_up(n, p, seed)
    km = cdist(case.points, case.points)

    def run() -> PMedian | None:
        model = PMedian.from_cost_matrix(km, case.demand, p, facility_capacities=case.capacity)
        try:
            return model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit_seconds), results=False)
        except RuntimeError:
            return None

    def figures(model: PMedian | None) -> dict[str, Any]:
        if model is None:
            return {"value": None, "note": f"no answer in {limit_seconds:g} s"}
        share = np.array([[one.value() or 0.0 for one in row] for row in model.cli_assgn_vars])
        single = bool((share.max(axis=1) >= WHOLE).all())
        note = "proven best" if model.problem.sol_status == pulp.LpSolutionOptimal else "at its time limit"
        if single:
            return {
                **counted(case, share.argmax(axis=1)),
                "single_sourced": True,
                "note": f"{note}; single-sourced",
            }
        return {
            "value": round(float((share * km).sum()), 3),
            "single_sourced": False,
            "note": f"{note}; clients split over facilities",
        }

    return Work(run, figures)
