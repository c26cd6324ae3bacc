"""Kicks to a few neighbouring clusters of a whole, mended where they are: compiled kernels.

A step cuts a patch of clusters out of the whole, closes one or more of them and opens them elsewhere in
it, settles it by itself, and puts it back if it is better, or hardly worse while the search is warm.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled
from siting.medians.records import (
    CLUSTER,
    POINT,
    UNCHANGED,
    may_be_median,
    measure,
    name_median,
    over,
    put,
    take,
    worth,
)
from siting.medians.shifts import settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 400
"""Points of a patch at most, unless two clusters have more."""
FEWEST_CLUSTERS, MOST_CLUSTERS = 3, 7
FEWEST_HALF, MOST_HALF = 3, 5
"""Clusters of each half of a patch in two places."""
MOST_KICKED = 3
TWO_PLACES = 0.08
"""Share of the steps that close a cluster here and open it far away."""
AT_HOME = 0.3
"""Share of the steps that open a cluster again among its own points."""
HOME_DRAWS = 20


@compiled
def link(points: NDArray[np.void], clusters: NDArray[np.void]) -> None:
    """Complete a whole from its points' clusters and its clusters' medians."""
    for a in range(clusters.size):
        median = clusters[a].median
        clusters[a].x, clusters[a].y, clusters[a].room = (
            points[median].x,
            points[median].y,
            points[median].own,
        )
        clusters[a].head, clusters[a].load, clusters[a].size = -1, 0.0, 0
    for i in range(points.size):
        put(points, clusters, i, points[i].at, 0)


@compiled
def walk(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    mine: NDArray[np.int64],
    taken: NDArray[np.bool_],
    rng: np.random.Generator,
    steps: int,
    heat: float,
    price: float,
) -> None:
    """Take steps over some clusters of a whole; the others and their points are neither read nor changed.

    Parameters
    ----------
    points, clusters : ndarray of `POINT`, `CLUSTER`
        The whole, linked; changed in place.
    mine : ndarray of int64
        The clusters.
    taken : ndarray of bool, shape (n,)
        Points that are medians; changed in place.
    rng : Generator
        Source of the kicks.
    steps : int
        How many.
    heat : float
        A patch that is worse by as much is kept with probability 1/e.
    price : float
        Price of a unit above capacity.
    """
    chosen, apart = np.empty(2 * MOST_CLUSTERS, np.int64), np.empty(2 * MOST_CLUSTERS)
    patch_space, part_space = np.empty(points.size, POINT), np.empty(2 * MOST_CLUSTERS, CLUSTER)
    cost = np.empty((points.size, 2 * MOST_CLUSTERS))
    for _ in range(steps):
        far = rng.random() < TWO_PLACES and mine.size > 2 * MOST_CLUSTERS
        if far:
            half = _between(rng, FEWEST_HALF, MOST_HALF)
            first = _gather(clusters, chosen, apart, mine, _any(rng, mine), half, 0)
            count = _gather(clusters, chosen, apart, mine, _any(rng, mine), half, first)
        else:
            wanted = min(_between(rng, FEWEST_CLUSTERS, MOST_CLUSTERS), mine.size)
            first = count = _gather(clusters, chosen, apart, mine, _any(rng, mine), wanted, 0)
        for position in range(count):
            taken[clusters[chosen[position]].median] = False
        size = _cut(points, clusters, chosen[:count], patch_space, part_space)
        patch, parts = patch_space[:size], part_space[:count]
        for a in range(count):
            measure(patch, parts, cost, a)
        distance, excess = worth(patch, parts, cost)
        _kick(patch, parts, cost, taken, rng, first, price)
        settle(patch, parts, cost, taken, price)
        new_distance, new_excess = worth(patch, parts, cost)
        worse = new_distance - distance + price * (new_excess - excess)
        if worse < -heat * math.log(1.0 - rng.random()):
            _paste(points, clusters, patch, parts)
        for position in range(count):
            taken[clusters[chosen[position]].median] = True


@compiled
def _between(rng: np.random.Generator, least: int, most: int) -> int:
    return least + int(rng.random() * (most - least + 1))


@compiled
def _any(rng: np.random.Generator, mine: NDArray[np.int64]) -> int:
    return int(mine[int(rng.random() * mine.size)])


@compiled
def _holds(chosen: NDArray[np.int64], first: int, a: int) -> bool:
    for position in range(first):  # noqa: SIM110
        if chosen[position] == a:
            return True
    return False


@compiled
def _gather(
    clusters: NDArray[np.void],
    chosen: NDArray[np.int64],
    apart: NDArray[np.float64],
    mine: NDArray[np.int64],
    seed: int,
    wanted: int,
    first: int,
) -> int:
    """Add to the ``first`` clusters chosen those nearest to another; return how many there are then."""
    x, y, count = clusters[seed].x, clusters[seed].y, 0
    for a in mine:
        dx, dy = clusters[a].x - x, clusters[a].y - y
        distance = dx * dx + dy * dy
        if (count == wanted and distance >= apart[count - 1]) or _holds(chosen, first, a):
            continue
        count = min(count + 1, wanted)
        at = count - 1
        while at > 0 and apart[at - 1] > distance:
            apart[at], chosen[first + at] = apart[at - 1], chosen[first + at - 1]
            at -= 1
        apart[at], chosen[first + at] = distance, a
    size = 0
    for position in range(count):
        size += clusters[chosen[first + position]].size
        if position > 1 and size > MOST_POINTS:
            return first + position
    return first + count


@compiled
def _cut(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    chosen: NDArray[np.int64],
    patch: NDArray[np.void],
    parts: NDArray[np.void],
) -> int:
    """Copy clusters into a patch; return the number of its points."""
    size = 0
    for a in range(chosen.size):
        whole = chosen[a]
        parts[a].id, parts[a].median = whole, clusters[whole].median
        parts[a].x, parts[a].y, parts[a].room = clusters[whole].x, clusters[whole].y, clusters[whole].room
        parts[a].head, parts[a].load, parts[a].size = -1, 0.0, 0
        i = clusters[whole].head
        while i >= 0:
            patch[size].id = i
            patch[size].x, patch[size].y = points[i].x, points[i].y
            patch[size].demand, patch[size].own = points[i].demand, points[i].own
            put(patch, parts, size, a, UNCHANGED)
            size += 1
            i = points[i].after
        parts[a].turn = 0 if over(parts, a, 0.0) > 0 else UNCHANGED
        parts[a].changed = False
    return size


@compiled
def _paste(
    points: NDArray[np.void], clusters: NDArray[np.void], patch: NDArray[np.void], parts: NDArray[np.void]
) -> None:
    """Copy a patch back into the whole."""
    for a in range(parts.size):
        whole = parts[a].id
        clusters[whole].median = parts[a].median
        clusters[whole].x, clusters[whole].y, clusters[whole].room = parts[a].x, parts[a].y, parts[a].room
        clusters[whole].head, clusters[whole].load, clusters[whole].size = -1, 0.0, 0
    for i in range(patch.size):
        put(points, clusters, patch[i].id, parts[patch[i].at].id, 0)


@compiled
def _kick(
    patch: NDArray[np.void],
    parts: NDArray[np.void],
    cost: NDArray[np.float64],
    taken: NDArray[np.bool_],
    rng: np.random.Generator,
    first: int,
    price: float,
) -> None:
    """Close clusters and open them elsewhere: one of the ``first`` among the others, if there are others."""
    count, size = parts.size, patch.size
    if first < count:
        a, beyond = int(rng.random() * first), 0
        while beyond < size - 1 and patch[beyond].at < first:
            beyond += 1
        i = beyond + int(rng.random() * (size - beyond))
        if may_be_median(parts, taken, patch[i].id):
            _relocate(patch, parts, cost, a, i, price)
        return
    at_home = rng.random() < AT_HOME
    for _ in range(_between(rng, 1, MOST_KICKED)):
        a, other, i = int(rng.random() * count), int(rng.random() * count), int(rng.random() * size)
        # The nearer of two: what closes close by is made up for more often.
        if cost[i, other] < cost[i, a]:
            a = other
        for _ in range(HOME_DRAWS if at_home else 0):
            if patch[i].at == a:
                break
            i = int(rng.random() * size)
        if may_be_median(parts, taken, patch[i].id):
            _relocate(patch, parts, cost, a, i, price)


@compiled
def _relocate(
    patch: NDArray[np.void],
    parts: NDArray[np.void],
    cost: NDArray[np.float64],
    a: int,
    median: int,
    price: float,
) -> None:
    """Close a cluster, open it again at a point, and put its points where that is cheapest."""
    loose, i = -1, parts[a].head
    while i >= 0:
        after = patch[i].after
        take(patch, parts, i, 0)
        if i != median:
            patch[i].after, loose = loose, i
        i = after
    if patch[median].at >= 0:
        take(patch, parts, median, 0)
    name_median(patch, parts, cost, a, median, 0)
    put(patch, parts, median, a, 0)
    while loose >= 0:
        i, loose = loose, patch[loose].after
        best, least = 0, np.inf
        for b in range(parts.size):
            paid = cost[i, b] + price * (over(parts, b, patch[i].demand) - over(parts, b, 0.0))
            if paid < least:
                best, least = b, paid
        put(patch, parts, i, best, 0)
