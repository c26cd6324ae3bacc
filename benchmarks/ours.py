"""Our engine's side of every comparison, each a `Work`: what is timed, and what its answer is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.flow import FORBIDDEN_MM, flow_of
from allocation.pairs import Plane
from benchmarks.catchments import METRES
from benchmarks.instances import counted, made_up
from benchmarks.landscape import LEAST, MOST, towns
from benchmarks.site_case import make
from benchmarks.site_problem import chosen, problem_of
from benchmarks.travel import travel_km
from benchmarks.work import Work
from siting.medians.catchments import Bounds, divide
from siting.medians.pmedian import ROUNDS, rounds_spent, solve_p_median
from siting.plan import plan_sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.plan import Plan
    from siting.medians.pmedian import Medians


def catchments(n: int, k: int, seed: int) -> Work[NDArray[np.int64]]:
    """Divide n towns' people into k catchments."""
    points = towns(n, np.random.default_rng(seed))
    bounds = Bounds(np.full(k, LEAST), np.full(k, MOST), np.empty((0, 2)))

    def run() -> NDArray[np.int64]:
        found = divide(points * METRES, np.ones(n, np.int64), bounds, rng=np.random.default_rng(0))
        whose = np.full(n, -1)
        whose[found.point] = found.center
        return whose

    return Work(run, lambda whose: {"value": round(travel_km(points, whose), 3)})


def flow_case(n: int, k: int) -> tuple[Plane, NDArray[np.int64], NDArray[np.int64]]:
    """Return people and centers at places of some of them, and the fewest and most cases of each center."""
    points = towns(n, np.random.default_rng(0)) * METRES
    centers = points[np.random.default_rng(1).choice(n, k, replace=False)]
    return Plane(points, centers), np.full(k, LEAST), np.full(k, MOST)


def flow(n: int, k: int, arcs: int) -> Work[int]:
    """Send n people to k centers exactly: over all pairs, begun with so many arcs each."""
    plane, lower, upper = flow_case(n, k)
    one = np.ones(n, np.int64)

    def run() -> int:
        return flow_of(plane, one, lower, upper, left_out_mm=FORBIDDEN_MM - 1, arcs=arcs).cost_mm

    return Work(run, lambda cost_mm: {"value": round(cost_mm / 1e6, 3)})


def medians(n: int, p: int, seed: int, rounds: int = ROUNDS) -> Work[Medians]:
    """Choose p medians of n points."""
    case = made_up(n, p, seed)

    def run() -> Medians:
        return solve_p_median(
            case.points,
            case.capacity,
            case.demand,
            case.p,
            rng=np.random.default_rng(0),
            spent=rounds_spent(rounds),
        )

    return Work(run, lambda found: counted(case, found.assigned))


def sites(households: int, applicants: int, centers: int, seed: int) -> Work[Plan]:
    """Choose sites of applicants, assign everybody, and prove how good it is."""
    case = make(households, applicants, centers, seed=seed)
    problem = problem_of(case)

    def figures(plan: Plan) -> dict[str, Any]:
        gap = None if plan.bound_gap is None else round(plan.bound_gap, 6)
        return {"value": round(case.recount(chosen(case, plan)), 3), "gap": gap}

    return Work(lambda: plan_sites(problem, seed=seed), figures)
