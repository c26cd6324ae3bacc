"""Catchments without sites: where centers should be when only the households are in view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.facilities import NO_APPLICANT, Facilities
from allocation.flow import MM_PER_KM
from allocation.unit import Unit
from data.geodesy import to_degrees, to_plane
from data.given import given_kind
from data.process.deadline import never
from siting.cells import halved, middle
from siting.medians.territories import Division, Land, gathered, rearrange, settle, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CELLS_A_CATCHMENT = 12
FEWEST_CELLS = 200
STARTS_AT_POINTS = 40
"""Points a catchment up to which cells are not worth their while."""
ENOUGH = 1e-5


@dataclass(frozen=True)
class Catchments:
    """Centers of catchments.

    Attributes
    ----------
    lon, lat : ndarray of float, shape (k,)
        The best point of each catchment, west to east.
    travel_km : float
        Total travel on the plane, km.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    travel_km: float


def plan_catchments(
    unit: Unit,
    n_centers: int,
    *,
    rng: np.random.Generator,
    thorough: bool = True,
    stop: Callable[[], bool] = never,
) -> Catchments:
    """Divide a unit into catchments of bounded caseload and find the best point of each.

    Parameters
    ----------
    unit : Unit
        Its existing centers stay where they are and take their share; its sites are not looked at.
    n_centers : int
        How many catchments besides those of existing centers, at least 1.
    rng : Generator
        Source of the start and of the moves.
    thorough : bool
        Whether to move whole territories and settle point by point; else cells settle once from their start.
    stop : callable
        Asked between steps.

    Returns
    -------
    Catchments
        Best points, degrees, and what travel to them costs, km.

    Examples
    --------
    >>> import numpy as np
    >>> from allocation import units_of
    >>> from data import demo_problem
    >>> from siting import plan_catchments
    >>> unit = units_of(demo_problem("lorestan", scale=0.02))[0]
    >>> found = plan_catchments(unit, 2, rng=np.random.default_rng(0))
    >>> len(found.lon)
    2
    """
    given_kind(unit, Unit, "unit")
    given_kind(rng, np.random.Generator, "rng")
    old = np.flatnonzero(unit.facilities.existing)
    fixed = to_plane(unit.facilities.lon[old], unit.facilities.lat[old])
    least, most = _bounds(unit, n_centers, unit.facilities.max_cases[old])
    bounds = Bounds(least, most, fixed)
    found = divide(middle(unit), unit.cases, bounds, rng=rng, thorough=thorough, stop=stop)
    lon, lat = to_degrees(found.centers[len(old) :])
    order = np.lexsort((lat, lon))
    return Catchments(lon[order], lat[order], found.cost_mm / MM_PER_KM)


@dataclass(frozen=True)
class Bounds:
    """How much each catchment takes, and which centers stand already.

    Attributes
    ----------
    lower, upper : ndarray of int, shape (k,)
        Least and most cases of each catchment, those of fixed centers first.
    fixed : ndarray of float, shape (n_fixed, 2)
        Centers that do not move, metres.
    """

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    fixed: NDArray[np.float64]


def divide(
    points: NDArray[np.float64],
    cases: NDArray[np.int64],
    bounds: Bounds,
    *,
    rng: np.random.Generator,
    thorough: bool = True,
    stop: Callable[[], bool] = never,
) -> Division:
    """Divide points of a plane into catchments of least total distance to their own best points.

    Cells of neighbouring points are clustered by k-means, settle, and are rearranged territory by territory;
    then the points themselves settle, each sent exactly.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Metres.
    cases : ndarray of int, shape (n,)
        Cases at each.
    bounds : Bounds
        Of the catchments.
    rng, thorough, stop
        As `plan_catchments`.

    Returns
    -------
    Division
        Fixed centers first.
    """
    k = len(bounds.lower)
    movable = np.arange(k) >= len(bounds.fixed)
    land = Land(points, cases, bounds.lower, bounds.upper, movable)
    coarse = land
    if len(points) > STARTS_AT_POINTS * k:
        wanted = max(CELLS_A_CATCHMENT * k, FEWEST_CELLS)
        parts = halved(points, cases, np.arange(len(points)), int(cases.sum()) / wanted)
        weight = np.array([cases[part].sum() for part in parts])
        middles = np.array([np.average(points[part], axis=0, weights=cases[part]) for part in parts])
        coarse = replace(land, points=middles, cases=weight)
    start = np.concatenate([bounds.fixed, _start(coarse, int(movable.sum()), rng)])
    found = settle(coarse, start, stop=stop)
    if not thorough:
        return found
    found = rearrange(coarse, found, rng=rng, stop=stop)
    distinct, of_point = gathered(land)
    return spread(land, of_point, settle(distinct, found.centers, enough=ENOUGH, stop=stop))


def at_points(unit: Unit, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Unit:
    """Return the unit with its existing centers and these points, all open, as its facilities."""
    old, count = unit.facilities, len(lon)
    kept = np.flatnonzero(old.existing)
    facilities = Facilities(
        id=np.r_[old.id[kept], np.full(count, "", dtype=object)],
        travel_id=np.r_[old.travel_id[kept], np.full(count, "", dtype=object)],
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
    return replace(unit, facilities=facilities)


def travel_curve(unit: Unit, low: int, high: int, *, rng: np.random.Generator) -> tuple[float, float]:
    """Fit the unit's travel as ``a * k ** -b`` from catchments of ``low`` and ``high`` centers."""
    few = plan_catchments(unit, low, rng=rng, thorough=False).travel_km
    many = plan_catchments(unit, max(high, low + 1), rng=rng, thorough=False).travel_km
    if few <= 0 or many <= 0:
        return 0.0, 0.5
    b = float(np.clip(np.log(few / many) / np.log(max(high, low + 1) / low), 0.05, 2.0))
    return few * low**b, b


def _bounds(
    unit: Unit, n_centers: int, fixed_capacity: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return bounds that the unit's cases can meet: of existing centers first, then of new ones."""
    most = np.append(fixed_capacity, np.full(n_centers, unit.rules.max_cases))
    lacking = unit.total - int(most.sum())
    if lacking > 0:
        most[len(fixed_capacity) :] += -(-lacking // n_centers)
    least = np.minimum(min(unit.rules.min_cases, unit.total // len(most)), most)
    return least, most


def _start(land: Land, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return where movable centers start: at the clusters of k-means, repeated where points are too few."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy, and rebalancing hardly ever needs it

    distinct = len(np.unique(land.points, axis=0))
    seed = int(rng.integers(2**31))
    means = KMeans(min(count, distinct), n_init=1, random_state=seed)
    centers = means.fit(land.points, sample_weight=land.cases).cluster_centers_
    return np.resize(centers, (count, 2))
