"""What catchments are worth, counted anew; knows no engine, so that peers are counted alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 500
SETTLED_KM = 1e-7


def travel_km(points: NDArray[np.float64], whose: NDArray[np.int64]) -> float:
    """Return the total distance of points (km) to the geometric medians of their catchments."""
    total = 0.0
    for one in np.unique(whose):
        own = points[whose == one]
        here = own.mean(axis=0)
        for _ in range(STEPS):
            pull = 1 / np.maximum(np.hypot(*(own - here).T), SETTLED_KM)
            moved = pull @ own / pull.sum()
            done = np.hypot(*(moved - here)) < SETTLED_KM
            here = moved
            if done:
                break
        total += float(np.hypot(*(own - here).T).sum())
    return total
