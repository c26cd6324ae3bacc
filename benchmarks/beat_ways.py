"""Two ways to divide centers into beats, ours and that of k-means and one exact flow, measured alike."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans

from allocation.caseworkers.charge import Homes
from allocation.caseworkers.dividing import divide
from allocation.flow import least_cost_flow
from allocation.geometric import distances_mm
from benchmarks.landscape import LEAST, MOST, towns
from benchmarks.travel import travel_km
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.results import Row

    Divides = Callable[[NDArray[np.float64], int], NDArray[np.int64]]

A_CASEWORKER = 150
METRES = 1000.0
LEFT_OUT_MM = 10**11


def province(count: int) -> list[NDArray[np.float64]]:
    """Return the homes of so many centers, km."""
    rng = np.random.default_rng(0)
    return [towns(int(size), rng) for size in rng.integers(LEAST, MOST + 1, count)]


@one_threaded
def measured(name: str, centers: list[NDArray[np.float64]], runs: int) -> Row:
    """Divide every center ``runs`` times; return travel and the median of the seconds.

    Parameters
    ----------
    name : str
        One of `WAYS`.
    centers : list of ndarray, each of shape (n, 2)
        Homes, km.
    runs : int
        At least 1.
    """
    way = WAYS[name]
    # Compiling, which a machine does once, is none of the seconds.
    way(centers[0], 2)
    caseworkers = [-(-len(one) // A_CASEWORKER) for one in centers]
    seconds, travel = [], 0.0
    for _ in range(runs):
        begun = time.process_time()
        found = [way(one, k) for one, k in zip(centers, caseworkers, strict=True)]
        seconds.append(time.process_time() - begun)
        travel = sum(travel_km(*both) for both in zip(centers, found, strict=True))
    return {
        "by": name,
        "centers": len(centers),
        "households": sum(len(one) for one in centers),
        "caseworkers": sum(caseworkers),
        "travel_km": round(travel, 3),
        "seconds": round(statistics.median(seconds), 3),
    }


def _ours(points_km: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    homes = Homes(points_km * METRES, np.ones(len(points_km), np.int64))
    return divide(homes, k, A_CASEWORKER, move_km=0.0, rng=np.random.default_rng(0)).caseworker


def _peer(points_km: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    means = KMeans(k, n_init=10, random_state=0).fit(points_km).cluster_centers_
    each, more = divmod(len(points_km), k)
    flow = least_cost_flow(
        distances_mm(points_km * METRES, means * METRES),
        np.ones(len(points_km), np.int64),
        np.full(k, each),
        np.full(k, each + (more > 0)),
        left_out_mm=LEFT_OUT_MM,
    )
    owner = np.empty(len(points_km), np.int64)
    owner[flow.group] = flow.center
    return owner


WAYS: dict[str, Divides] = {"siting": _ours, "k-means, then one flow": _peer}
