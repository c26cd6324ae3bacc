"""Geometric medians, compact cells and halves of catchments, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEISZFELD_STEPS = 60
SETTLED_M = 0.5
AT_M = 1.0
LLOYD_STEPS = 6


@compiled
def distances_mm(points: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the distance of every point from every center, 1e-6 km, shape (n, k); both in metres."""
    found = np.empty((len(points), len(centers)), np.int64)
    for point in range(len(points)):
        for one in range(len(centers)):
            across = points[point, 0] - centers[one, 0]
            along = points[point, 1] - centers[one, 1]
            found[point, one] = np.int64(np.rint(np.sqrt(across * across + along * along) * 1000.0))
    return found


@compiled
def geometric_medians(
    points: NDArray[np.float64],
    weight: NDArray[np.float64],
    owner: NDArray[np.int64],
    centers: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the point of least total distance of every catchment, shape (k, 2), metres.

    Weiszfeld's steps (1937), all catchments at a time, from the centers there are. Points within `AT_M` of a
    center hold it as Vardi and Zhang (2000) have it: it leaves them only where the others pull harder.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Metres.
    weight : ndarray, shape (n,)
        Cases at each point.
    owner : ndarray of int, shape (n,)
        Catchment of each point; negative for none.
    centers : ndarray, shape (k, 2)
        Where to start; that of an empty catchment stays.
    """
    k = len(centers)
    now, moving = centers.copy(), np.ones(k, np.bool_)
    total = np.empty((k, 4))
    for _ in range(WEISZFELD_STEPS):
        total[:] = 0.0
        for point in range(len(points)):
            one = owner[point]
            if one >= 0 and moving[one]:
                across, along = points[point, 0] - now[one, 0], points[point, 1] - now[one, 1]
                distance = np.sqrt(across * across + along * along)
                if distance < AT_M:
                    total[one, 3] += weight[point]
                else:
                    pull = weight[point] / distance
                    total[one, 0] += pull
                    total[one, 1] += pull * across
                    total[one, 2] += pull * along
        settled = True
        for one in range(k):
            if moving[one]:
                force = np.sqrt(total[one, 1] ** 2 + total[one, 2] ** 2)
                if force <= total[one, 3]:
                    moving[one] = False
                    continue
                step = (1.0 - total[one, 3] / force) / total[one, 0]
                now[one, 0] += step * total[one, 1]
                now[one, 1] += step * total[one, 2]
                moving[one] = step * force > SETTLED_M
                settled &= not moving[one]
        if settled:
            break
    return now


@compiled
def halves(
    points: NDArray[np.float64],
    weight: NDArray[np.float64],
    owner: NDArray[np.int64],
    centers: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where two centers would stand in every catchment, shape (k, 2, 2), metres.

    Two means by Lloyd's steps, started on both sides of the center along the catchment's longer axis.

    Parameters
    ----------
    points, weight, owner, centers
        As `geometric_medians`.
    """
    k = len(centers)
    spread, mass = np.zeros((k, 2)), np.full(k, 1e-9)
    for point in range(len(points)):
        one = owner[point]
        if one >= 0:
            mass[one] += weight[point]
            for axis in range(2):
                spread[one, axis] += weight[point] * abs(points[point, axis] - centers[one, axis])
    pair = np.empty((k, 2, 2))
    for one in range(k):
        axis = 1 if spread[one, 1] > spread[one, 0] else 0
        pair[one, 0], pair[one, 1] = centers[one], centers[one]
        pair[one, 0, axis] -= spread[one, axis] / mass[one] + 1.0
        pair[one, 1, axis] += spread[one, axis] / mass[one] + 1.0
    total = np.empty((k, 2, 3))
    for _ in range(LLOYD_STEPS):
        total[:] = 0.0
        for point in range(len(points)):
            one = owner[point]
            if one < 0:
                continue
            x, y = points[point, 0], points[point, 1]
            first = (x - pair[one, 0, 0]) ** 2 + (y - pair[one, 0, 1]) ** 2
            second = (x - pair[one, 1, 0]) ** 2 + (y - pair[one, 1, 1]) ** 2
            side = 0 if first <= second else 1
            total[one, side, 0] += weight[point]
            total[one, side, 1] += weight[point] * x
            total[one, side, 2] += weight[point] * y
        for one in range(k):
            for side in range(2):
                if total[one, side, 0] > 0:
                    pair[one, side, 0] = total[one, side, 1] / total[one, side, 0]
                    pair[one, side, 1] = total[one, side, 2] / total[one, side, 0]
    return pair
