"""The numbers that the report's charts draw: each of enough households, weighted by cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.compare.gini import gini
from data.compare.public import GINI_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

EDGES_KM = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0)
PERCENTS = (10, 25, 50, 75, 90)
SHARE_DECIMALS = 3
STEPS = 20
"""Points of the curve of access, one each 5 percent of the cases while that is enough households."""


@dataclass(frozen=True)
class DistanceClass:
    """Served people by how far they have to go.

    Attributes
    ----------
    low_km, high_km : float
        From `low_km` to under `high_km`; the last class has no end.
    households, cases : int
        How many.
    """

    low_km: float
    high_km: float
    households: int
    cases: int


@dataclass(frozen=True)
class Access:
    """The Lorenz curve of kilometres.

    Attributes
    ----------
    share_of_cases, share_of_km : tuple of float
        From 0 to 1: the nearest so many of the cases have so much of all kilometres together.
    gini : float
        0 where everybody has the same way.
    """

    share_of_cases: tuple[float, ...]
    share_of_km: tuple[float, ...]
    gini: float


def distance_classes(served: pd.DataFrame, k: int) -> list[DistanceClass]:
    """Return the histogram of distances; a class of fewer than ``k`` households is one with the nearer one.

    Parameters
    ----------
    served : DataFrame
        ``km``, ``cases``: one row a household.
    k : int
        Fewest households of a class; with fewer in all there is none. Counts are multiples of it, rounded
        down.
    """
    km, cases = served["km"].to_numpy(float), served["cases"].to_numpy(np.int64)
    if len(km) < k or not len(km):
        return []
    place = np.searchsorted(EDGES_KM, km, side="right") - 1
    households = np.bincount(place, minlength=len(EDGES_KM)).tolist()
    weights = np.bincount(place, weights=cases, minlength=len(EDGES_KM)).astype(np.int64).tolist()
    classes: list[DistanceClass] = []
    high, waiting = np.inf, (0, 0)
    for low, *here in reversed(list(zip(EDGES_KM, households, weights, strict=True))):
        waiting = waiting[0] + here[0], waiting[1] + here[1]
        if waiting[0] >= k:
            classes.append(DistanceClass(low, float(high), *waiting))
            high, waiting = low, (0, 0)
    first = classes.pop()
    together = first.households + waiting[0], first.cases + waiting[1]
    classes.append(DistanceClass(EDGES_KM[0], first.high_km, *together))
    return [
        replace(one, households=one.households // k * k, cases=one.cases // k * k)
        for one in reversed(classes)
    ]


def access(served: pd.DataFrame, k: int) -> Access | None:
    """Return the curve of access by steps of ``k`` households or more; None where two are not to be had.

    Parameters
    ----------
    served : DataFrame
        ``km``, ``cases``: one row a household.
    k : int
        Fewest households of a step.
    """
    steps = min(STEPS, len(served) // k)
    km, cases = served["km"].to_numpy(float), served["cases"].to_numpy(float)
    unequal = gini(km, cases)
    if steps < 2 or unequal is None or not (km @ cases):  # noqa: PLR2004 - a curve has a point between its ends
        return None
    order = np.argsort(km, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(cases[order])])
    ways = np.concatenate([[0.0], np.cumsum((km * cases)[order])])
    asked = np.linspace(0, 1, steps + 1)
    reached = np.interp(asked, people / people[-1], ways / ways[-1])
    cases_share, km_share = (tuple(one.round(SHARE_DECIMALS).tolist()) for one in (asked, reached))
    return Access(cases_share, km_share, round(unequal, GINI_DECIMALS))


def percentiles(km: ArrayLike, cases: ArrayLike, percents: Sequence[int] = PERCENTS) -> list[float]:
    """Return the smallest distances such that so many percent of the cases travel no further.

    Parameters
    ----------
    km, cases : array of shape (n,)
        Kilometres and cases of each household, at least one.
    percents : sequence of int
        From 1 to 100.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, np.int64)
    order = np.argsort(distance, kind="stable")
    reached: NDArray[np.int64] = np.cumsum(weight[order])
    return [
        round(float(distance[order][int(np.argmax(reached * 100 >= percent * int(reached[-1])))]), 3)
        for percent in percents
    ]
