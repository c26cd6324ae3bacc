"""Catchments without sites: where centers should be when only the households are in view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans

from allocation.flow import FORBIDDEN_MM, least_cost_flow, to_mm
from data.geodesy import to_degrees
from siting.cells import halved, middle
from siting.facilities import NO_APPLICANT, Facilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.unit import Unit

CELLS_A_CATCHMENT = 40
MOST_CELLS = 4000
STARTS = 3
ROUNDS = 12
WEISZFELD_STEPS = 30
SETTLED_M = 1.0
NEARLY_AT_M = 1e-3


@dataclass(frozen=True)
class Catchments:
    """Centers of catchments.

    Attributes
    ----------
    lon, lat : ndarray of float, shape (k,)
        The best point of each catchment, west to east.
    travel_km : float
        Total travel over the gathered cells, km.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    travel_km: float


def plan_catchments(
    unit: Unit, n_centers: int, *, rng: np.random.Generator, starts: int = STARTS
) -> Catchments:
    """Divide a unit into catchments of bounded caseload and find the best point of each.

    Alternates an exact flow between cells and centers with the geometric median of every catchment, from
    several starts: the ground halved into parts of equal caseload, and k-means.

    Parameters
    ----------
    unit : Unit
        Its existing facilities are not looked at.
    n_centers : int
        How many catchments, at least 1.
    rng : Generator
        Source of the k-means starts.
    starts : int
        How many starts to try.
    """
    xy = middle(unit)
    wanted = min(CELLS_A_CATCHMENT * max(n_centers, 5), MOST_CELLS)
    parts = halved(xy, unit.cases, np.arange(len(xy)), unit.total / wanted)
    weight = np.array([unit.cases[part].sum() for part in parts])
    points = np.array([np.average(xy[part], axis=0, weights=unit.cases[part]) for part in parts])
    least, most = _bounds(unit, n_centers)
    best: tuple[float, NDArray[np.float64]] | None = None
    for start in _starts(points, weight, n_centers, rng, starts):
        found = _alternate(points, weight, start, least, most)
        if best is None or found[0] < best[0]:
            best = found
    if best is None:
        raise ValueError("at least one start is needed")
    lon, lat = to_degrees(best[1])
    order = np.lexsort((lat, lon))
    return Catchments(lon[order], lat[order], best[0])


def at_points(unit: Unit, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Unit:
    """Return the unit with its existing centers and these points, all open, as its facilities."""
    old, count = unit.facilities, len(lon)
    kept = np.flatnonzero(old.existing)
    places = Facilities(
        id=np.r_[old.id[kept], np.full(count, "", dtype=object)],
        row=np.r_[old.row[kept], np.full(count, -1)],
        existing=np.r_[old.existing[kept], np.zeros(count, bool)],
        fixed=np.ones(len(kept) + count, bool),
        applicant=np.full(len(kept) + count, NO_APPLICANT),
        lon=np.r_[old.lon[kept], lon],
        lat=np.r_[old.lat[kept], lat],
        price_km=np.zeros(len(kept) + count),
        max_cases=np.r_[old.max_cases[kept], np.full(count, unit.rules.max_cases)],
        district=np.r_[old.district[kept], np.full(count, -1)],
    )
    return replace(unit, facilities=places)


def travel_curve(unit: Unit, low: int, high: int, *, rng: np.random.Generator) -> tuple[float, float]:
    """Fit the unit's travel as ``a * k ** -b`` from catchments of ``low`` and ``high`` centers."""
    few = plan_catchments(unit, low, rng=rng, starts=1).travel_km
    many = plan_catchments(unit, max(high, low + 1), rng=rng, starts=1).travel_km
    if few <= 0 or many <= 0:
        return 0.0, 0.5
    b = float(np.clip(np.log(few / many) / np.log(max(high, low + 1) / low), 0.05, 2.0))
    return few * low**b, b


def geometric_median(points: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the point of least total distance (Weiszfeld 1937), shape ``(2,)``.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Metres.
    weight : ndarray, shape (n,)
        Cases at each point.
    """
    here: NDArray[np.float64] = np.average(points, axis=0, weights=weight)
    for _ in range(WEISZFELD_STEPS):
        distance = np.maximum(np.hypot(*(points - here).T), NEARLY_AT_M)
        moved: NDArray[np.float64] = np.average(points, axis=0, weights=weight / distance)
        if np.hypot(*(moved - here)) < SETTLED_M:
            return moved
        here = moved
    return here


def _bounds(unit: Unit, n_centers: int) -> tuple[int, int]:
    least = min(unit.rules.min_cases, unit.total // n_centers)
    return least, max(unit.rules.max_cases, -(-unit.total // n_centers))


def _starts(
    points: NDArray[np.float64], weight: NDArray[np.int64], k: int, rng: np.random.Generator, starts: int
) -> list[NDArray[np.float64]]:
    first = _equal_parts(points, weight, np.arange(len(points)), k)
    made = [np.array([np.average(points[part], axis=0, weights=weight[part]) for part in first])]
    distinct = len(np.unique(points, axis=0))
    while len(made) < starts and distinct > k:
        seed = int(rng.integers(2**31))
        made.append(KMeans(k, n_init=1, random_state=seed).fit(points, sample_weight=weight).cluster_centers_)
    return made


def _equal_parts(
    points: NDArray[np.float64], weight: NDArray[np.int64], rows: NDArray[np.int64], k: int
) -> list[NDArray[np.int64]]:
    """Cut the ground into ``k`` parts of about equal caseload; few points may make a part repeat."""
    if k == 1 or rows.size == 1:
        return [rows] * k
    axis = int(np.ptp(points[rows, 1]) > np.ptp(points[rows, 0]))
    rows = rows[np.lexsort((points[rows, 1 - axis], points[rows, axis]))]
    so_far = np.cumsum(weight[rows])
    left = k // 2
    cut = int(np.clip(np.searchsorted(so_far, so_far[-1] * left / k), 1, rows.size - 1))
    return _equal_parts(points, weight, rows[:cut], left) + _equal_parts(points, weight, rows[cut:], k - left)


def _alternate(
    points: NDArray[np.float64], weight: NDArray[np.int64], start: NDArray[np.float64], least: int, most: int
) -> tuple[float, NDArray[np.float64]]:
    centers, best = start, (np.inf, start)
    k = len(start)
    for _ in range(ROUNDS):
        km = np.hypot(*(points[:, None, :] - centers[None, :, :]).transpose(2, 0, 1)) / 1000
        flow = least_cost_flow(
            to_mm(km), weight, np.full(k, least), np.full(k, most), left_out_mm=FORBIDDEN_MM - 1
        )
        value = flow.cost_mm / 1e6
        if value >= best[0] * (1 - 1e-4):
            break
        best = (value, centers)
        centers = centers.copy()
        for j in range(k):
            own = flow.center == j
            if own.any():
                centers[j] = geometric_median(points[flow.group[own]], flow.cases[own].astype(float))
    return best
