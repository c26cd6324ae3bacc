"""The capacitated p-median problem: p of the points become medians and serve all, none above its capacity.

Annealing over patches: a few neighbouring clusters at a time are kicked, settled by themselves and kept while
they are better or hardly worse (`siting.medians.patches`). Many clusters are walked over by two threads, each
on its side of a line that turns from round to round; few, by two walkers that start apart.
"""

from __future__ import annotations

import itertools
import math
import time
from bisect import bisect_left, insort
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from data.errors import SitingError
from data.text import phrase
from siting.medians.patches import MOST_POINTS, link, walk
from siting.medians.records import CLUSTER, POINT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

ROUNDS = 500
WALKERS = 2
"""Fixed, so that the answer does not depend on the machine's cores."""
SPLIT_FROM = 40
"""Clusters from which on the two walkers share one whole."""
HOT, COLD = 0.5, 0.01
"""What a patch may be worse by, in mean distances, at the start and at the end."""
STILL_FROM = 0.98
PRICE = 3.0
"""Price of the mean demand above capacity at the start, in mean distances."""
PRICE_LEAST, PRICE_MOST = 0.5, 1000.0
DEARER, CHEAPER = 1.1, 0.95
"""How the price changes from round to round while something is above capacity, and while nothing is."""
STRICT_FROM, MUCH_DEARER = 0.6, 1.5
"""From this share of the effort on the price only rises, and fast."""
STEPS = 150_000.0
"""Steps of a round if patches had one point; about 10 ms."""
STEPS_POWER = 1.4
CLUSTERS_A_PATCH = 5
NEAR = 16
POINTS_A_ROUND = 50_000
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Medians:
    """An answer to a p-median problem.

    Attributes
    ----------
    median : ndarray of int, shape (p,)
        Rows of the medians, ascending.
    assigned : ndarray of int, shape (n,)
        Row of the median of each point.
    value : float
        Sum of the distances of all points to their medians, in the unit of the points.
    """

    median: NDArray[np.int64]
    assigned: NDArray[np.int64]
    value: float


def rounds_spent(rounds: int) -> Callable[[], float]:
    """Return a count of rounds: each time it is asked it says which share of them is spent."""
    count = itertools.count()
    return lambda: next(count) / rounds


def seconds_spent(seconds: float) -> Callable[[], float]:
    """Return a clock that says which share of some seconds, from now on, is spent."""
    since = time.perf_counter()
    return lambda: (time.perf_counter() - since) / seconds


def solve_p_median(
    points: NDArray[np.float64],
    capacity: NDArray[np.float64],
    demand: NDArray[np.float64],
    p: int,
    *,
    rng: np.random.Generator,
    spent: Callable[[], float] | None = None,
) -> Medians:
    """Choose p points as medians and a median for each point, so that distances add up to little.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        Where the points are, in any metric unit. All are clients and all may be medians.
    capacity : ndarray of float, shape (n,)
        Demand that a point can serve as a median.
    demand : ndarray of float, shape (n,)
        Demand of each point, not negative; it is never split.
    p : int
        Medians, 1 to n.
    rng : Generator
        Source of every choice.
    spent : callable, optional
        The share of the effort that is spent, asked between rounds of about 10 ms; the search cools as it
        grows and ends at 1. `rounds_spent` of 500 by default: the same answer on any machine.

    Raises
    ------
    SitingError
        If an array has the wrong shape or a number that is none, if p medians cannot hold the demand, or if
        no way was found to pack it into them.
    """
    _check(points, capacity, demand, p)
    spent = spent or rounds_spent(ROUNDS)
    best = _packed(points, capacity, demand, p)
    searches = [
        _Search.started(points, capacity, demand, p, one)
        for one in rng.spawn(1 if p >= SPLIT_FROM else WALKERS)
    ]
    prices = [PRICE] * len(searches)
    with ThreadPoolExecutor(WALKERS) as pool:
        while (share := spent()) < 1:
            heat = HOT * (COLD / HOT) ** share if share < STILL_FROM else 0.0
            jobs = [
                pool.submit(search.walk, side, source, heat, price)
                for search, price in zip(searches, prices, strict=True)
                for side, source in search.sides()
            ]
            for job in jobs:
                job.result()
            for at, search in enumerate(searches):
                found = search.found()
                prices[at] = _next_price(prices[at], share, fits=found is not None)
                if found is not None and (best is None or found.value < best.value):
                    best = found
    if best is None:
        raise SitingError(phrase("siting.medians_not_packed", p=p), code="medians_not_packed")
    return best


def _next_price(price: float, share: float, *, fits: bool) -> float:
    """Return the price of what is above capacity for the next round."""
    if fits:
        return price if share >= STRICT_FROM else max(price * CHEAPER, PRICE_LEAST)
    return min(price * (MUCH_DEARER if share >= STRICT_FROM else DEARER), PRICE_MOST)


@dataclass(frozen=True)
class _Search:
    """A whole of points and clusters, changed in place, with the sources of its walkers."""

    points: NDArray[np.float64]
    whole: NDArray[np.void]
    clusters: NDArray[np.void]
    rng: np.random.Generator
    sources: list[np.random.Generator]
    mean_demand: float
    steps: int

    @classmethod
    def started(
        cls,
        points: NDArray[np.float64],
        capacity: NDArray[np.float64],
        demand: NDArray[np.float64],
        p: int,
        rng: np.random.Generator,
    ) -> _Search:
        """Start from points drawn evenly, each point with the nearest of them that has room."""
        n = len(points)
        median = rng.choice(n, p, replace=False)
        distance, near = cKDTree(points[median]).query(points, k=np.arange(1, min(p, NEAR) + 1))
        whole, clusters = np.zeros(n, POINT), np.zeros(p, CLUSTER)
        unit = distance[:, 0].mean() or distance[:, -1].mean() or 1.0
        whole["x"], whole["y"] = ((points - points.min(axis=0)) / unit).T
        whole["demand"], whole["own"] = demand, capacity
        whole["at"] = _dealt(near, capacity, demand, median)
        clusters["median"] = median
        link(whole, clusters)
        likely = min(MOST_POINTS, max(n * CLUSTERS_A_PATCH / p, 1))
        steps = STEPS / max(likely, 2 * n / p) ** STEPS_POWER * max(1, n / POINTS_A_ROUND)
        sources = rng.spawn(WALKERS if p >= SPLIT_FROM else 1)
        return cls(points, whole, clusters, rng, sources, demand.mean() or 1.0, math.ceil(steps))

    def sides(self) -> list[tuple[NDArray[np.int64], np.random.Generator]]:
        """Deal the clusters out to the walkers: to the two sides of a line."""
        if len(self.sources) == 1:
            return [(np.arange(len(self.clusters)), self.sources[0])]
        angle = self.rng.random() * math.pi
        along = math.cos(angle) * self.clusters["x"] + math.sin(angle) * self.clusters["y"]
        parts = np.array_split(np.argsort(along, kind="stable"), len(self.sources))
        return list(zip(parts, self.sources, strict=True))

    def walk(self, side: NDArray[np.int64], source: np.random.Generator, heat: float, price: float) -> None:
        """Take the steps of one round on one side."""
        taken = np.zeros(len(self.whole), dtype=bool)
        taken[self.clusters["median"]] = True
        walk(self.whole, self.clusters, side, taken, source, self.steps, heat, price / self.mean_demand)

    def found(self) -> Medians | None:
        """Return what the search stands on; None where a median holds too much.

        A median that serves nobody serves itself, if it can.
        """
        median = self.clusters["median"]
        load = np.bincount(self.whole["at"], weights=self.whole["demand"], minlength=len(median))
        if (load > self.whole["own"][median] * (1 + TOLERANCE)).any():
            return None
        assigned = median[self.whole["at"]]
        idle = median[self.clusters["size"] == 0]
        idle = idle[self.whole["demand"][idle] <= self.whole["own"][idle]]
        assigned[idle] = idle
        return _answer(self.points, assigned, median)


def _dealt(
    near: NDArray[np.int64],
    capacity: NDArray[np.float64],
    demand: NDArray[np.float64],
    median: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Give each point, the largest first, the nearest of its near medians with room, else the very nearest.

    A median serves itself, so that none is left empty where two share a place.
    """
    at = np.full(len(demand), -1)
    at[median] = np.arange(len(median))
    room, asked = (capacity[median] - demand[median]).tolist(), demand.tolist()
    for i in np.argsort(-demand, kind="stable").tolist():
        if at[i] < 0:
            choices = near[i].tolist()
            at[i] = next((a for a in choices if room[a] >= asked[i]), choices[0])
            room[at[i]] -= asked[i]
    return at


def _answer(points: NDArray[np.float64], assigned: NDArray[np.int64], median: NDArray[np.int64]) -> Medians:
    apart = points - points[assigned]
    return Medians(np.sort(median), assigned, float(np.hypot(apart[:, 0], apart[:, 1]).sum()))


def _packed(
    points: NDArray[np.float64], capacity: NDArray[np.float64], demand: NDArray[np.float64], p: int
) -> Medians | None:
    """Pack the demand into the roomiest medians, best fit first, wherever they are; None where it fails.

    It is what there is to say if the search never passes through an answer.
    """
    median = np.argsort(-capacity, kind="stable")[:p]
    rooms = sorted(zip(capacity[median].tolist(), median.tolist(), strict=True))
    assigned = np.empty(len(points), np.int64)
    for i in np.argsort(-demand, kind="stable").tolist():
        at = bisect_left(rooms, (float(demand[i]), -1))
        if at == len(rooms):
            return None
        room, assigned[i] = rooms.pop(at)
        insort(rooms, (room - float(demand[i]), int(assigned[i])))
    return _answer(points, assigned, median)


def _check(
    points: NDArray[np.float64], capacity: NDArray[np.float64], demand: NDArray[np.float64], p: int
) -> None:
    """Refuse what no search could answer."""
    n = len(points)
    if points.shape != (n, 2) or capacity.shape != (n,) or demand.shape != (n,):
        raise SitingError(phrase("siting.medians_shapes"), code="medians_shapes")
    known = all(np.isfinite(one).all() for one in (points, capacity, demand))
    if not known or (demand < 0).any() or (capacity < 0).any():
        raise SitingError(phrase("siting.medians_numbers"), code="medians_numbers")
    if not 1 <= p <= n:
        raise SitingError(phrase("siting.medians_count", p=p, n=n), code="medians_count")
    most = np.sort(capacity)[-p:]
    asked, held = float(demand.sum()), float(most.sum())
    if asked > held * (1 + TOLERANCE):
        words = phrase("siting.medians_capacity", p=p, asked=f"{asked:g}", held=f"{held:g}")
        raise SitingError(words, code="medians_capacity")
    if demand.max() > most[-1]:
        words = phrase("siting.medians_demand", asked=f"{demand.max():g}", held=f"{most[-1]:g}")
        raise SitingError(words, code="medians_demand")
