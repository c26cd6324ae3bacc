"""A few clusters of points and their medians, cut out of a whole and improved alone: compiled kernels.

A point is never split. What a cluster holds above its median's capacity is paid at a price for each unit, so
that a search may pass through it. Distances are about 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled
from siting.medians.records import may_be_median, name_median, over, put, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIED_ALL = 20
"""Clusters up to this size try every point as their median; larger ones those around their middle."""
TRIED = 10
"""Points around the middle that a larger cluster tries."""
MIDDLE_TURNS = 6
CLOSEST = 1e-6
EPSILON = 1e-8


@compiled
def settle(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    cost: NDArray[np.float64],
    taken: NDArray[np.bool_],
    price: float,
) -> None:
    """Shift, swap and pass on points and choose medians anew, until nothing of it helps.

    Parameters
    ----------
    points, clusters : ndarray of `POINT`, `CLUSTER`
        The patch; changed in place. Only pairs of clusters that changed of late, or hold too much, are
        looked at.
    cost : ndarray of float, shape (at least n_points, at least n_clusters)
        Distance to each median.
    taken : ndarray of bool
        Points of the whole that are medians outside the patch.
    price : float
        Price of a unit above capacity.
    """
    turn, better = 0, True
    while better:
        _ranked(points, clusters, cost)
        while better:
            turn, better = turn + 1, False
            for i in range(points.size):
                if points[i].nearest == points[i].at and over(clusters, points[i].at, 0.0) <= 0:
                    continue
                if _shifted(points, clusters, cost, i, price, turn):
                    better = True
        for a in range(clusters.size):
            if clusters[a].changed:
                clusters[a].changed = False
                best = _best_median(points, clusters, cost, taken, a, price)
                if best >= 0:
                    name_median(points, clusters, cost, a, best, turn)
                    better = True


@compiled
def _ranked(points: NDArray[np.void], clusters: NDArray[np.void], cost: NDArray[np.float64]) -> None:
    """Note the two nearest medians of every point."""
    for i in range(points.size):
        nearest, first, second = 0, np.inf, np.inf
        for a in range(clusters.size):
            if cost[i, a] < first:
                nearest, first, second = a, cost[i, a], first
            elif cost[i, a] < second:
                second = cost[i, a]
        points[i].nearest, points[i].first, points[i].second = nearest, first, second


@compiled
def _shifted(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    cost: NDArray[np.float64],
    i: int,
    price: float,
    turn: int,
) -> bool:
    """Find a point a better cluster, one that is full included if a point of it can go elsewhere for it."""
    a, asked = points[i].at, points[i].demand
    over_a = over(clusters, a, 0.0)
    relief = price * (over(clusters, a, -asked) - over_a)
    still = clusters[a].turn < turn - 1
    least, to, other, onward = -EPSILON, -1, -1, -1
    for b in range(clusters.size):
        gain = cost[i, b] - cost[i, a] + relief
        if b == a or gain >= least or (still and clusters[b].turn < turn - 1):
            continue
        over_b = over(clusters, b, 0.0)
        change = gain + price * (over(clusters, b, asked) - over_b)
        if change < least:
            least, to, other = change, b, -1
        if change <= gain:
            continue
        j = clusters[b].head
        while j >= 0:
            passed = points[j].demand
            base = gain + price * (over(clusters, b, asked - passed) - over_b) - cost[j, b]
            if base + (points[j].second if points[j].nearest == b else points[j].first) < least:
                for c in range(clusters.size):
                    change = base + cost[j, c]
                    if change >= least or c == b:
                        continue
                    if c == a:
                        change += price * (over(clusters, a, passed - asked) - over_a) - relief
                    else:
                        change += price * (over(clusters, c, passed) - over(clusters, c, 0.0))
                    if change < least:
                        least, to, other, onward = change, b, j, c
            j = points[j].after
    if to < 0:
        return False
    if other >= 0:
        take(points, clusters, other, turn)
        put(points, clusters, other, onward, turn)
    take(points, clusters, i, turn)
    put(points, clusters, i, to, turn)
    return True


@compiled
def _best_median(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    cost: NDArray[np.float64],
    taken: NDArray[np.bool_],
    a: int,
    price: float,
) -> int:
    """Return the point of a cluster that is better as its median; -1 where none is."""
    i, best, least = clusters[a].head, -1, price * over(clusters, a, 0.0) - EPSILON
    while i >= 0:
        least += cost[i, a]
        i = points[i].after
    reach = np.inf if clusters[a].size <= TRIED_ALL else _reach(points, clusters, a)
    i = clusters[a].head
    while i >= 0:
        if reach == np.inf or points[i].note <= reach:
            total = price * max(0.0, clusters[a].load - points[i].own)
            j = clusters[a].head
            while j >= 0 and total < least:
                dx, dy = points[i].x - points[j].x, points[i].y - points[j].y
                total += math.sqrt(dx * dx + dy * dy)
                j = points[j].after
            if total < least and may_be_median(clusters, taken, points[i].id):
                least, best = total, i
        i = points[i].after
    return best


@compiled
def _reach(points: NDArray[np.void], clusters: NDArray[np.void], a: int) -> float:
    """Note how far points are from the geometric median; return how far the first to be tried reach."""
    x, y = clusters[a].x, clusters[a].y
    for _ in range(MIDDLE_TURNS):
        sum_x, sum_y, weight = 0.0, 0.0, 0.0
        i = clusters[a].head
        while i >= 0:
            dx, dy = points[i].x - x, points[i].y - y
            share = 1.0 / max(math.sqrt(dx * dx + dy * dy), CLOSEST)
            sum_x, sum_y, weight = sum_x + share * points[i].x, sum_y + share * points[i].y, weight + share
            i = points[i].after
        x, y = sum_x / weight, sum_y / weight
    closest = np.empty(TRIED)
    count, i = 0, clusters[a].head
    while i >= 0:
        dx, dy = points[i].x - x, points[i].y - y
        points[i].note = math.sqrt(dx * dx + dy * dy)
        if count < TRIED or points[i].note < closest[TRIED - 1]:
            count = min(count + 1, TRIED)
            at = count - 1
            while at > 0 and closest[at - 1] > points[i].note:
                closest[at] = closest[at - 1]
                at -= 1
            closest[at] = points[i].note
        i = points[i].after
    return float(closest[TRIED - 1])
