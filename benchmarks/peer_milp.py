"""The peer of site choice: a plain mixed-integer model of it in OR-Tools, solved by its HiGHS.

Of its solvers HiGHS is by far the best at this model: with 1,000 households and 40 sites it proves the
optimum, where SCIP and CP-SAT end half a minute more than a quarter above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.linear_solver import pywraplp

from benchmarks.landscape import LEAST, MOST
from benchmarks.site_case import make
from benchmarks.work import Work
from data.geodesy import all_pairs_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.site_case import SiteCase

ANSWERED = (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)


@dataclass(frozen=True)
class Answer:
    """The site of each household, and what no answer can be below."""

    serves: NDArray[np.int64]
    bound_km: float


def sites(
    households: int, applicants: int, centers: int, seed: int, limit_seconds: float
) -> Work[Answer | None]:
    """Choose sites by a plain model; it is built and solved in what is timed."""
    case = make(households, applicants, centers, seed=seed)
    km = all_pairs_km(*case.home.T, *case.site.T)

    def figures(found: Answer | None) -> dict[str, Any]:
        if found is None:
            return {"value": None, "note": f"no answer in {limit_seconds:g} s"}
        value = case.recount(found.serves)
        return {"value": round(value, 3), "gap": round(max(0.0, 1 - found.bound_km / value), 6)}

    return Work(lambda: _solved(case, km, limit_seconds), figures)


def _solved(case: SiteCase, km: NDArray[np.float64], limit_seconds: float) -> Answer | None:
    """Return what the solver finds: x serves (integer where the sites are), y opens, x <= y."""
    solver = pywraplp.Solver.CreateSolver("HIGHS")
    opens = [solver.BoolVar("") for _ in case.site]
    serves = [[solver.NumVar(0, 1, "") for _ in case.site] for _ in case.home]
    for row in serves:
        solver.Add(solver.Sum(row) == 1)
    for site, opened in enumerate(opens):
        column = [row[site] for row in serves]
        for one in column:
            solver.Add(one <= opened)
        solver.Add(solver.Sum(column) <= MOST * opened)
        solver.Add(solver.Sum(column) >= LEAST * opened)
    solver.Add(solver.Sum(opens) == case.centers)
    for applicant in np.unique(case.applicant):
        own = np.flatnonzero(case.applicant == applicant)
        solver.Add(solver.Sum([opens[site] for site in own]) <= 1)
    aim = solver.Objective()
    for row, distances in zip(serves, km.tolist(), strict=True):
        for one, distance in zip(row, distances, strict=True):
            aim.SetCoefficient(one, distance)
    aim.SetMinimization()
    solver.SetTimeLimit(round(1000 * limit_seconds))
    if solver.Solve() not in ANSWERED:
        return None
    share = np.array([[one.solution_value() for one in row] for row in serves])
    return Answer(share.argmax(axis=1), aim.BestBound())
