"""Our engine beside its peers, on the same points in one run: medians of several runs, and ratios."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import min_cost_flow

from allocation.flow import FORBIDDEN_MM, flow_of
from allocation.pairs import Plane
from benchmarks.catchments import METRES, travel_km
from benchmarks.landscape import towns
from siting.catchments import Bounds, divide

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LEAST, MOST = 150, 450
CATCHMENTS = ((5_000, 13), (20_000, 53), (40_000, 107))
FLOWS = ((40_000, 107, 20), (200_000, 500, 12), (1_000_000, 3_000, 20))
PEER_UP_TO = 20_000
"""Points up to which the peer of catchments is run: it takes minutes beyond."""


@dataclass(frozen=True)
class Beside:
    """One piece of work done by us and by a peer.

    Attributes
    ----------
    work : str
        What was done.
    ours_seconds, ours_km : float
        Median seconds, and the value reached.
    peer : str
        Who did the same, empty where nobody did.
    peer_seconds, peer_km : float or None
        Likewise.
    """

    work: str
    ours_seconds: float
    ours_km: float
    peer: str = ""
    peer_seconds: float | None = None
    peer_km: float | None = None

    def row(self) -> str:
        """Return a row of a Markdown table, ratios last."""
        if self.peer_seconds is None or self.peer_km is None:
            return f"| {self.work} | {self.ours_seconds:.2f} | {self.ours_km:,.0f} | {self.peer} | | | | |"
        faster, shorter = self.peer_seconds / self.ours_seconds, 100 * (1 - self.ours_km / self.peer_km)
        return (
            f"| {self.work} | {self.ours_seconds:.2f} | {self.ours_km:,.0f} | {self.peer} "
            f"| {self.peer_seconds:.2f} | {self.peer_km:,.0f} | {faster:.1f} x | {shorter:.2f} % |"
        )


HEADER = (
    "| work | our seconds | our km | peer | its seconds | its km | faster | shorter |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def timed(work: Callable[[], float], runs: int) -> tuple[float, float]:
    """Return the median seconds of several runs and the value of the last."""
    seconds, value = [], 0.0
    for _ in range(runs):
        since = time.perf_counter()
        value = work()
        seconds.append(time.perf_counter() - since)
    return statistics.median(seconds), value


def catchments(n: int, k: int, *, seed: int, runs: int) -> Beside:
    """Divide towns into catchments; beside k-means-constrained where it is installed."""
    points = towns(n, np.random.default_rng(seed))
    bounds = Bounds(np.full(k, LEAST), np.full(k, MOST), np.empty((0, 2)))
    whose = np.empty(n, dtype=np.int64)

    def ours() -> float:
        found = divide(points * METRES, np.ones(n, np.int64), bounds, rng=np.random.default_rng(0))
        whose[found.point] = found.center
        return 0.0

    work = f"catchments, {n:,} points, {k} centers, seed {seed}"
    seconds, _ = timed(ours, runs)
    reached = travel_km(points, whose)
    try:
        from k_means_constrained import KMeansConstrained  # noqa: PLC0415 - may be absent
    except ImportError:
        return Beside(work, seconds, reached, "k-means-constrained is not installed")
    if n > PEER_UP_TO:
        return Beside(work, seconds, reached, "k-means-constrained takes minutes")

    def theirs() -> float:
        model = KMeansConstrained(k, size_min=LEAST, size_max=MOST, n_init=1, random_state=0)
        whose[:] = model.fit(points).labels_
        return 0.0

    peer_seconds, _ = timed(theirs, 1)
    return Beside(work, seconds, reached, "k-means-constrained", peer_seconds, travel_km(points, whose))


def flow(n: int, k: int, arcs: int, *, runs: int) -> Beside:
    """Send points to centers exactly; beside the min-cost flow of OR-Tools over the same nearest arcs.

    Ours proves its flow over all pairs; the peer's is over the arcs it was given, and ends without a flow
    where these are too few.
    """
    rng = np.random.default_rng(1)
    points = towns(n, np.random.default_rng(0)) * METRES
    centers = points[rng.choice(n, k, replace=False)]
    plane, one = Plane(points, centers), np.ones(n, np.int64)
    lower, upper = np.full(k, LEAST), np.full(k, MOST)

    def ours() -> float:
        found = flow_of(plane, one, lower, upper, left_out_mm=FORBIDDEN_MM - 1, arcs=arcs)
        return found.cost_mm / 1e6

    def theirs() -> float:
        center, cost = plane.cheapest(arcs)
        return _plain_flow(center, cost, lower, upper)

    work = f"exact flow, {n:,} points, {k:,} centers, {arcs} arcs"
    seconds, reached = timed(ours, runs)
    peer_seconds, peer_km = timed(theirs, 1)
    if np.isnan(peer_km):
        return Beside(work, seconds, reached, f"OR-Tools: no flow ({peer_seconds:.1f} s)")
    return Beside(work, seconds, reached, "OR-Tools", peer_seconds, peer_km)


def _plain_flow(
    center: NDArray[np.int32], cost: NDArray[np.int64], lower: NDArray[np.int64], upper: NDArray[np.int64]
) -> float:
    """Return the cost (km) of a plain OR-Tools model over given arcs, nan where it has no solution."""
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
    return solver.optimal_cost() / 1e6 if solver.solve() == solver.OPTIMAL else float("nan")


def all_of_them(*, runs: int = 3) -> list[Beside]:
    """Run everything."""
    catchments(*CATCHMENTS[0], seed=0, runs=1)  # compiles
    found = [catchments(n, k, seed=seed, runs=runs) for n, k in CATCHMENTS for seed in (0, 1)]
    return found + [flow(n, k, arcs, runs=1) for n, k, arcs in FLOWS]
