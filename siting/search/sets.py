"""Sets of facilities that are worth opening in a unit, by search over its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import all_pairs_km
from data.process.deadline import never
from siting.medians.catchments import plan_catchments
from siting.search.alternate import best_sites
from siting.search.open_sites import Search
from siting.search.opened import Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from siting.search.opened import Opened
    from siting.solve import Task

STARTS = 12
"""Choices of the relaxation that are tried as starts: those of least travel when centers have no bounds."""


def sets_to_open(
    task: Task, *, rng: np.random.Generator, stop: Callable[[], bool] = never
) -> list[NDArray[np.int64]]:
    """Return sets of facilities, each ascending, at most ``n_centers`` of them and one an applicant.

    The first has as many as can open. Where that sends families beyond ``vacancy_km`` or leaves some without
    room, others follow that were searched with waiting allowed: as many again, and fewer.

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
    able = _complete(task, np.flatnonzero(unit.facilities.fixed))
    if not (len(able) and unit.total):
        return [able]
    starts = {one.tobytes(): one for one in (_complete(task, start) for start in task.starts)}
    starts.setdefault(able.tobytes(), able)
    starts_near = _complete(task, _at_catchments(task, len(able), rng, stop))
    found: list[NDArray[np.int64]] = []

    def search(ground: Ground) -> Search:
        own = Search(ground, task.allowed)
        ranked = [*sorted(starts.values(), key=own.least_km)[:STARTS], starts_near, *found]
        if stop():
            # There is time for one.
            ranked = [min(ranked, key=own.least_km)]
        found.append(_best(own, ranked, rng=rng, stop=stop))
        return own

    if unit.facilities.max_cases[able].sum() >= unit.total:
        ground = search(Ground.of(unit, task.cells)).ground
        if not _sends_too_far(ground.opened(found[0]), ground, unit.rules.waiting_km):
            return found
    patient = search(Ground.of(unit, task.cells, unit.rules.waiting_km))
    found.append(_fewer(patient, found[-1], stop=stop))
    return found


def _best(
    search: Search,
    starts: Iterable[NDArray[np.int64]],
    *,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    best: Opened | None = None
    for start in starts:
        tried = search.alternate(search.ground.opened(start), stop=stop)
        if best is None or tried.cost_mm < best.cost_mm:
            best = tried
        if stop():
            break
    if best is None:
        raise ValueError("at least one start is needed")
    return search.improve(best.open, rng=rng, stop=stop)


def _sends_too_far(now: Opened, ground: Ground, vacancy_km: float) -> bool:
    """Say whether a cell that is not pinned is left out or costs more than waiting."""
    paid_km = np.append(ground.cells.cost_km[:, now.open], np.full((len(ground.cells.cases), 1), np.inf), 1)
    far = paid_km[now.group, now.center] > vacancy_km
    return bool((far & ~ground.cells.pinned[now.group]).any())


def _at_catchments(
    task: Task, count: int, rng: np.random.Generator, stop: Callable[[], bool]
) -> NDArray[np.int64]:
    """Return the sites nearest to the best points of the unit's catchments, each applicant once."""
    unit = task.unit
    found = plan_catchments(unit, count, rng=rng, thorough=False, stop=stop)
    km = all_pairs_km(found.lon, found.lat, unit.facilities.lon, unit.facilities.lat)
    sites = best_sites(unit.facilities, task.allowed, km + unit.facilities.price_km)
    return np.empty(0, np.int64) if sites is None else sites


def _complete(task: Task, start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a start made valid: fixed facilities in, one site an applicant, most promising first, full."""
    facilities = task.unit.facilities
    ordered = [*np.flatnonzero(facilities.fixed).tolist()]
    ordered += start[np.lexsort((start, -task.promise[start]))].tolist()
    allowed = np.flatnonzero(task.allowed)
    ordered += allowed[np.lexsort((allowed, -task.promise[allowed]))].tolist()
    chosen: list[int] = []
    owners: set[int] = set()
    for one in ordered:
        owner = int(facilities.applicant[one])
        if len(chosen) >= max(task.n_centers, int(facilities.fixed.sum())):
            break
        if one in chosen or not (task.allowed[one] or facilities.fixed[one]) or owner in owners:
            continue
        chosen.append(one)
        if owner >= 0:
            owners.add(owner)
    return np.array(sorted(chosen), dtype=np.int64)


def _fewer(search: Search, open_: NDArray[np.int64], *, stop: Callable[[], bool]) -> NDArray[np.int64]:
    """Close centers that only their least load holds together, one by one while waiting costs less.

    A center that has more than its least draws nobody against his interest: without it, nothing is cheaper.
    What a center lacks to its least is no cost here; a plan may say why it is underfull.
    """
    ground, fixed = search.ground, search.ground.unit.facilities.fixed
    best = ground.opened(open_)
    while not stop():
        tight = ~fixed[best.open] & (best.load() <= best.lower)
        options = [ground.opened(best.open[best.open != one]) for one in best.open[tight]]
        options.append(ground.opened(best.open[fixed[best.open]]))
        fewer = min(options, key=lambda one: _paid_mm(one, ground))
        # Those that stay may stand better without it, and only then be worth it.
        fewer = search.descend(fewer, stop=stop) if len(fewer.open) else fewer
        if _paid_mm(fewer, ground) >= _paid_mm(best, ground):
            break
        best = fewer
    return best.open


def _paid_mm(now: Opened, ground: Ground) -> int:
    return now.cost_mm - int(now.lacking().sum()) * ground.left_out_mm
