"""Every group of a unit goes to one of its open facilities, exactly, or waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import Assignment, assign
from allocation.flow import MM_PER_KM, to_mm
from siting.catchments import at_points, plan_catchments
from siting.opened import LEFT_OUT_KM, limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.unit import Unit


def send(
    unit: Unit, open_: NDArray[np.int64], cost_km: NDArray[np.float64], *, may_wait: bool = False
) -> Assignment:
    """Send every group to one of the open facilities at least cost.

    Parameters
    ----------
    unit : Unit
        The unit.
    open_ : ndarray of int, shape (k,)
        Facilities that are open.
    cost_km : ndarray, shape (n_groups, k)
        What one case of each group costs at each of them, infinite where it may not go.
    may_wait : bool
        Whether groups may wait for a center instead, at ``vacancy_km`` a case: as position ``k``, which has
        room for all. Who is pinned waits for that center and for no other.
    """
    lower, upper = limits(unit, open_, unit.total)
    if may_wait:
        cost_km = np.column_stack([cost_km, np.where(unit.pin == "", unit.rules.vacancy_km, np.inf)])
        lower, upper = np.append(lower, 0), np.append(upper, unit.total)
    if not cost_km.shape[1]:
        return Assignment(np.full(len(cost_km), -1), 0, 0, np.empty(0, np.int64))
    return assign(to_mm(cost_km), unit.cases, lower, upper, left_out_mm=round(LEFT_OUT_KM * MM_PER_KM))


def gather_waiting(
    unit: Unit, groups: NDArray[np.int64], fewest: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Gather groups that wait for a center: the vacancy of each group, and the best point of each vacancy.

    As few as hold them, but no fewer than ``fewest`` while each has cases enough for a center. Nobody opens
    there yet, so ``max_km`` does not part them further.
    """
    rules = unit.rules
    free = replace(unit, rules=replace(rules, min_cases=0, max_km=np.inf), facilities=unit.facilities.none())
    waiting = subset(free, groups)
    enough = waiting.total // max(rules.min_cases, 1)
    count = min(max(min(fewest, enough), -(-waiting.total // rules.max_cases)), len(groups))
    while True:
        found = plan_catchments(waiting, count, rng=rng)
        points = at_points(waiting, found.lon, found.lat)
        whose = send(points, np.arange(count), points.cost_km(exact=True)).center
        if (whose >= 0).all() or count == len(groups):
            break
        count += 1
    used, vacancy = np.unique(whose, return_inverse=True)
    return vacancy, found.lon[used], found.lat[used]


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
