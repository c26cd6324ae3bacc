"""Made-up land for benchmarks: towns of uneven size on a square, and people scattered between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE_KM = 200.0
POINTS_A_TOWN = 800
SCATTERED = 0.15
LEAST, MOST = 150, 450
"""Cases of a center."""


def towns(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return points, shape (n, 2), km: one town for 800, sizes Pareto(1.2) + 0.3, 15 % scattered evenly.

    A town spreads normally, by 0.6 + 6 times the root of its share, km.
    """
    count = max(1, n // POINTS_A_TOWN)
    size = rng.pareto(1.2, count) + 0.3
    share = size / size.sum()
    middle = rng.uniform(0, SIDE_KM, (count, 2))
    town = rng.choice(count, n, p=share)
    points = middle[town] + rng.normal(size=(n, 2)) * (0.6 + 6 * np.sqrt(share))[town, None]
    scattered = rng.random(n) < SCATTERED
    points[scattered] = rng.uniform(0, SIDE_KM, (int(scattered.sum()), 2))
    clipped: NDArray[np.float64] = np.clip(points, 0, SIDE_KM)
    return clipped
