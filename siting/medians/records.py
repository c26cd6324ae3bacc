"""Points and clusters as rows of records, and the small moves that searches are made of: compiled kernels.

Arrays side by side in a tuple would be counted at every call, which took three quarters of the time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINT = np.dtype(
    [
        ("id", np.int64),  # as the whole numbers it
        ("x", np.float64),
        ("y", np.float64),
        ("demand", np.float64),
        ("own", np.float64),  # what it may hold as a median
        ("at", np.int64),  # its cluster, -1 for none, and its neighbours in that cluster's linked list
        ("after", np.int64),
        ("before", np.int64),
        ("nearest", np.int64),  # the cluster with the nearest median, and the distances to the two nearest
        ("first", np.float64),
        ("second", np.float64),
        ("note", np.float64),  # free for whoever works on it
    ]
)
CLUSTER = np.dtype(
    [
        ("id", np.int64),  # as the whole numbers it
        ("median", np.int64),  # as the whole numbers it
        ("x", np.float64),  # of the median
        ("y", np.float64),
        ("room", np.float64),  # what the median may hold
        ("load", np.float64),
        ("size", np.int64),
        ("head", np.int64),  # its first point, -1 for none
        ("turn", np.int64),  # when it last changed
        ("changed", np.bool_),  # whether its points are no longer those the median was chosen for
    ]
)
UNCHANGED = -9
"""A turn long ago."""


@compiled
def over(clusters: NDArray[np.void], a: int, more: float) -> float:
    """Return what a cluster would hold above its capacity with ``more`` in it."""
    return float(max(0.0, clusters[a].load + more - clusters[a].room))


@compiled
def put(points: NDArray[np.void], clusters: NDArray[np.void], i: int, a: int, turn: int) -> None:
    """Put a loose point into a cluster."""
    first = clusters[a].head
    points[i].after, points[i].before, points[i].at = first, -1, a
    if first >= 0:
        points[first].before = i
    clusters[a].head = i
    clusters[a].load += points[i].demand
    clusters[a].size += 1
    clusters[a].turn, clusters[a].changed = turn, True


@compiled
def take(points: NDArray[np.void], clusters: NDArray[np.void], i: int, turn: int) -> None:
    """Take a point out of its cluster."""
    a, left, right = points[i].at, points[i].before, points[i].after
    if left >= 0:
        points[left].after = right
    else:
        clusters[a].head = right
    if right >= 0:
        points[right].before = left
    points[i].at = -1
    clusters[a].load -= points[i].demand
    clusters[a].size -= 1
    clusters[a].turn, clusters[a].changed = turn, True


@compiled
def measure(points: NDArray[np.void], clusters: NDArray[np.void], cost: NDArray[np.float64], a: int) -> None:
    """Measure the distance of every point to a cluster's median."""
    x, y = clusters[a].x, clusters[a].y
    for i in range(points.size):
        dx, dy = points[i].x - x, points[i].y - y
        cost[i, a] = math.sqrt(dx * dx + dy * dy)


@compiled
def name_median(
    points: NDArray[np.void],
    clusters: NDArray[np.void],
    cost: NDArray[np.float64],
    a: int,
    i: int,
    turn: int,
) -> None:
    """Make a point the median of a cluster."""
    clusters[a].median = points[i].id
    clusters[a].x, clusters[a].y, clusters[a].room = points[i].x, points[i].y, points[i].own
    clusters[a].turn = turn
    measure(points, clusters, cost, a)


@compiled
def may_be_median(clusters: NDArray[np.void], taken: NDArray[np.bool_], point: int) -> bool:
    """Say whether a point is nobody's median; ``taken`` speaks for the clusters outside the patch."""
    for a in range(clusters.size):
        if clusters[a].median == point:
            return False
    return not taken[point]


@compiled
def worth(
    points: NDArray[np.void], clusters: NDArray[np.void], cost: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the distance of all points, and what clusters hold above their capacity."""
    distance, excess = 0.0, 0.0
    for i in range(points.size):
        distance += cost[i, points[i].at]
    for a in range(clusters.size):
        excess += over(clusters, a, 0.0)
    return distance, excess
