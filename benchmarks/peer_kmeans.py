"""The peer of catchments: k-means-constrained, which minimises squares within the same bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from k_means_constrained import KMeansConstrained

from benchmarks.landscape import LEAST, MOST, towns
from benchmarks.travel import travel_km
from benchmarks.work import Work

if TYPE_CHECKING:
    from numpy.typing import NDArray


def catchments(n: int, k: int, seed: int) -> Work[NDArray[np.int64]]:
    """Divide n towns' people into k clusters, from one start."""
    points = towns(n, np.random.default_rng(seed))

    def run() -> NDArray[np.int64]:
        model = KMeansConstrained(k, size_min=LEAST, size_max=MOST, n_init=1, random_state=0)
        return np.asarray(model.fit(points).labels_, dtype=np.int64)

    return Work(run, lambda whose: {"value": round(travel_km(points, whose), 3)})
