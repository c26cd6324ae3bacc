"""The ground parted in a thread of its own, while the rest of a plan is made and recounted."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from siting.ground.neighbourhoods import partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from data.problem import Problem


class Parting:
    """Ground that is being parted. Most of the work is shapely's and SciPy's, which let other threads run.

    Parameters
    ----------
    problem : Problem
        Whose ground it is.
    pool : ThreadPoolExecutor
        Where it is parted.
    """

    def __init__(self, problem: Problem, pool: ThreadPoolExecutor) -> None:
        self._problem, self._pool = problem, pool
        self._future: Future[gpd.GeoDataFrame] = Future()

    def begin(self, assignments: pd.DataFrame, centers: pd.DataFrame) -> None:
        """Begin to part the ground; tables as `siting.ground.neighbourhoods.partition` takes them."""
        self._future = self._pool.submit(partition, self._problem, assignments, centers)

    def neighbourhoods(self) -> gpd.GeoDataFrame:
        """Return the neighbourhoods once they are there; begin before."""
        return self._future.result()


@contextmanager
def parting(problem: Problem) -> Iterator[Parting]:
    """Yield ground to be parted beside what the block does; it ends when that is done too."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ground") as pool:
        yield Parting(problem, pool)
