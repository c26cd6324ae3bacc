"""One unit solved: which facilities open, who goes where, what stays vacant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import Assignment, assign
from allocation.flow import MM_PER_KM, to_mm
from data.deadline import never
from data.geodesy import all_pairs_km
from siting.alternate import best_sites
from siting.catchments import at_points, plan_catchments
from siting.opened import Ground, limits
from siting.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from siting.cells import Cells
    from siting.unit import Unit

LEFT_OUT_KM = 10_000.0
"""Price of a case no center can take: above every distance in the country, so that it is the last resort."""
STARTS = 12
"""Choices of the relaxation that are tried as starts: those of least travel when centers have no bounds."""


@dataclass(frozen=True)
class Task:
    """What one unit is to solve, complete in itself so that it can run in another process.

    Attributes
    ----------
    unit : Unit
        The unit.
    places : int
        Centers to open, existing and required ones among them.
    cells : Cells
        Its groups, gathered.
    allowed : ndarray of bool, shape (m,)
        Facilities that may open.
    promise : ndarray of float, shape (m,)
        How promising each is; the higher the better.
    starts : sequence of ndarray of int
        Sets of facilities to start from.
    """

    unit: Unit
    places: int
    cells: Cells
    allowed: NDArray[np.bool_]
    promise: NDArray[np.float64]
    starts: Sequence[NDArray[np.int64]]


@dataclass(frozen=True)
class Solved:
    """A unit's network.

    Attributes
    ----------
    unit : Unit
        The unit; its facilities are the points proposed where no sites were given.
    open : ndarray of int, shape (k,)
        Facilities that are open, ascending.
    center : ndarray of int, shape (n_groups,)
        Which of ``open`` serves each group, by position; -1 for a vacancy, -2 for nobody.
    vacancy : ndarray of int, shape (n_groups,)
        Number of the vacancy that each vacant group waits for, else -1.
    vacancy_lon, vacancy_lat : ndarray of float
        The best point of each vacancy.
    loss_km : float
        What keeping groups together costs at most, km.
    """

    unit: Unit
    open: NDArray[np.int64]
    center: NDArray[np.int64]
    vacancy: NDArray[np.int64]
    vacancy_lon: NDArray[np.float64]
    vacancy_lat: NDArray[np.float64]
    loss_km: float


def choose_sites(
    task: Task, *, rng: np.random.Generator, stop: Callable[[], bool] = never
) -> NDArray[np.int64]:
    """Return the facilities to open in a unit, ascending: at most ``places``, one an applicant.

    Parameters
    ----------
    task : Task
        The unit.
    rng : Generator
        Source of catchments and kicks.
    stop : callable
        Asked between steps of the search.
    """
    unit = task.unit
    able = _complete(task, np.flatnonzero(unit.facilities.fixed), task.places)
    vacant = task.places - len(able)
    left_out_km = unit.rules.vacancy_km if vacant else LEFT_OUT_KM
    search = Search(Ground.of(unit, task.cells, left_out_km), task.allowed)
    if not (len(able) and unit.total):
        return able
    starts = {one.tobytes(): one for one in (_complete(task, start, task.places) for start in task.starts)}
    starts.setdefault(able.tobytes(), able)
    ranked = sorted(starts.values(), key=search.least_km)[:STARTS]
    ranked.append(_complete(task, _at_catchments(task, len(able), rng), task.places))
    tried = (search.alternate(search.ground.opened(one)) for one in ranked)
    best = search.improve(min(tried, key=lambda one: one.cost_mm).open, rng=rng, stop=stop)
    return best if vacant else _leave_vacant(task, best)


def solve(unit: Unit, open_: NDArray[np.int64], places: int, *, rng: np.random.Generator) -> Solved:
    """Assign the unit's groups to its open facilities, exactly, and gather what stays vacant.

    Parameters
    ----------
    unit : Unit
        The unit.
    open_ : ndarray of int
        Facilities that open.
    places : int
        Centers the unit was given; where fewer open, the others are vacancies.
    rng : Generator
        Source of the starts of vacancies' catchments.
    """
    vacant = max(places - len(open_), 0)
    assigned = _assign(unit, open_, vacant)
    center = np.where(assigned.center == len(open_), -1, assigned.center)
    center = np.where(assigned.center < 0, -2, center)
    waiting = np.flatnonzero(center == -1)
    vacancy = np.full(len(center), -1)
    lon = lat = np.empty(0)
    if waiting.size:
        fewest = vacant if isinstance(unit.rules.centers, int) else 1
        vacancy[waiting], lon, lat = _vacancies(subset(unit, waiting), fewest, rng)
    return Solved(unit, open_, center, vacancy, lon, lat, assigned.loss_mm / MM_PER_KM)


def _vacancies(
    unit: Unit, fewest: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Gather groups that wait for a center: the vacancy of each group, and the best point of each vacancy.

    As few as hold them, but no fewer than ``fewest`` while there are groups enough. Nobody opens there yet,
    so ``max_km`` does not part them further.
    """
    count = min(max(fewest, -(-unit.total // unit.rules.max_cases)), len(unit.cases))
    free = replace(unit, rules=replace(unit.rules, min_cases=0, max_km=np.inf))
    while True:
        found = plan_catchments(free, count, rng=rng)
        points = at_points(free, found.lon, found.lat)
        new = np.flatnonzero(~points.facilities.existing)
        whose = _assign(points, new, 0).center
        if (whose >= 0).all() or count == len(unit.cases):
            break
        count += 1
    used, vacancy = np.unique(whose, return_inverse=True)
    return vacancy, found.lon[used], found.lat[used]


def _assign(unit: Unit, open_: NDArray[np.int64], vacant: int) -> Assignment:
    lower, upper = limits(unit, open_, unit.total)
    cost = unit.cost_km(open_, exact=True)
    if vacant:
        # Who is pinned waits for that center and for no other.
        cost = np.column_stack([cost, np.where(unit.pin == "", unit.rules.vacancy_km, np.inf)])
        lower = np.r_[lower, 0]
        upper = np.r_[upper, vacant * unit.rules.max_cases]
    if not cost.shape[1]:
        return Assignment(np.full(len(cost), -1), 0, 0, np.empty(0, np.int64))
    return assign(to_mm(cost), unit.cases, lower, upper, left_out_mm=round(LEFT_OUT_KM * MM_PER_KM))


def subset(unit: Unit, groups: NDArray[np.int64]) -> Unit:
    """Return the unit with some of its groups alone."""
    number = np.full(len(unit.cases), -1)
    number[groups] = np.arange(groups.size)
    spots = number[unit.spot_group] >= 0
    members = number[unit.group_of] >= 0
    spot_number = np.cumsum(spots) - 1
    return replace(
        unit,
        households=unit.households[members],
        group_of=number[unit.group_of[members]],
        cases=unit.cases[groups],
        spot_of=spot_number[unit.spot_of[members]],
        spot_group=number[unit.spot_group[spots]],
        spot_cases=unit.spot_cases[spots],
        lon=unit.lon[spots],
        lat=unit.lat[spots],
        detour=unit.detour[spots],
        district=unit.district[spots],
        pin=unit.pin[groups],
        travel=None,
    )


def _at_catchments(task: Task, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the sites nearest to the best points of the unit's catchments, each applicant once."""
    unit = task.unit
    found = plan_catchments(unit, count, rng=rng, thorough=False)
    km = all_pairs_km(found.lon, found.lat, unit.facilities.lon, unit.facilities.lat)
    sites = best_sites(unit.facilities, task.allowed, km + unit.facilities.price_km)
    return np.empty(0, np.int64) if sites is None else sites


def _complete(task: Task, start: NDArray[np.int64], places: int) -> NDArray[np.int64]:
    """Return a start made valid: fixed facilities in, one site an applicant, most promising first, full."""
    places_of = task.unit.facilities
    ordered = [*np.flatnonzero(places_of.fixed).tolist()]
    ordered += start[np.lexsort((start, -task.promise[start]))].tolist()
    allowed = np.flatnonzero(task.allowed)
    ordered += allowed[np.lexsort((allowed, -task.promise[allowed]))].tolist()
    chosen: list[int] = []
    owners: set[int] = set()
    for one in ordered:
        owner = int(places_of.applicant[one])
        if len(chosen) >= max(places, int(places_of.fixed.sum())):
            break
        if one in chosen or not (task.allowed[one] or places_of.fixed[one]) or owner in owners:
            continue
        chosen.append(one)
        if owner >= 0:
            owners.add(owner)
    return np.array(sorted(chosen), dtype=np.int64)


def _leave_vacant(task: Task, open_: NDArray[np.int64]) -> NDArray[np.int64]:
    """Close centers whose families would rather wait for a nearer one than travel beyond ``vacancy_km``.

    Families that no site may serve have no say: a vacancy would not be for them.
    """
    unit, limit = task.unit, task.unit.rules.vacancy_km
    reachable = np.isfinite(task.cells.cost_km[:, task.allowed]).any(axis=1)
    cells = replace(task.cells, cases=task.cells.cases[reachable], cost_km=task.cells.cost_km[reachable])
    nearest = cells.cost_km[:, open_].min(axis=1, initial=np.inf)
    if not (nearest[np.isfinite(nearest)] > limit).any():
        return open_
    patient = Ground.of(unit, cells, limit)
    best, cost_mm = open_, Ground.of(unit, cells, LEFT_OUT_KM).opened(open_).cost_mm
    while len(best):
        options = [np.setdiff1d(best, [one]) for one in best[~unit.facilities.fixed[best]]]
        if not options:
            break
        if len(best) == 1:
            all_wait_mm = round(limit * MM_PER_KM) * int(cells.cases.sum())
            return best[:0] if all_wait_mm < cost_mm else best
        fewer = min((patient.opened(one) for one in options), key=lambda one: one.cost_mm)
        if fewer.cost_mm >= cost_mm:
            break
        best, cost_mm = fewer.open, fewer.cost_mm
    return best
