"""Every group of a unit goes to one of its open facilities, exactly, or waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import Assignment, assign
from allocation.flow import MM_PER_KM, to_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit

VACANT = -1
"""In place of a center: the group waits for one."""
NOBODY = -2
"""In place of a center: nobody serves the group, and no vacancy waits for it."""
LEFT_OUT_KM = 10_000.0
"""Price of a case that nobody serves and that may not wait: above every distance in the country, as the last
resort, and so low that a nation of them in 1e-6 km adds up exactly."""


def serve(
    unit: Unit,
    open_: NDArray[np.int64],
    cost_km: NDArray[np.float64],
    unopened: int,
    *,
    may_wait: NDArray[np.bool_],
    beside_km: NDArray[np.float64] | None = None,
    lower: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], float]:
    """Send every group to a center, or let it wait for one where that costs less than serving it.

    Parameters
    ----------
    unit : Unit
        The unit.
    open_ : ndarray of int, shape (k,)
        Facilities that are open.
    cost_km : ndarray, shape (n_groups, k)
        What one case of each group costs at each of them, infinite where it may not go.
    unopened : int
        Centers that were given and did not open; what finds no room waits for them.
    may_wait : ndarray of bool, shape (n_groups,)
        Who may wait for a center instead.
    beside_km : ndarray, shape (n_groups, k), optional
        What a case costs beside that, which makes nobody too far.
    lower : ndarray of int, shape (k,), optional
        Least cases of each, as `limits` unless told.

    Returns
    -------
    center : ndarray of int, shape (n_groups,)
        Position of each group's facility in ``open_``, or `VACANT` or `NOBODY`.
    loss_km : float
        What keeping groups together costs at most, km.
    """
    paid_km = cost_km if beside_km is None else cost_km + beside_km
    sent = send(unit, open_, paid_km, lower=lower)
    center = np.where(sent.center < 0, NOBODY, sent.center)
    if (_is_too_far(unit, cost_km, center) & may_wait).any():
        patient = send(unit, open_, paid_km, lower=lower, may_wait=may_wait)
        if (patient.center == len(open_)).any():
            sent = patient
            center = np.where(sent.center < 0, NOBODY, sent.center)
            center[center == len(open_)] = VACANT
            center[_without_room(unit, open_, cost_km, center, unopened)] = NOBODY
    return center, sent.loss_mm / MM_PER_KM


def send(
    unit: Unit,
    open_: NDArray[np.int64],
    cost_km: NDArray[np.float64],
    *,
    lower: NDArray[np.int64] | None = None,
    may_wait: NDArray[np.bool_] | None = None,
    left_out_km: float = LEFT_OUT_KM,
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
    lower : ndarray of int, shape (k,), optional
        Least cases of each, as `limits` unless told.
    may_wait : ndarray of bool, shape (n_groups,), optional
        Who may wait for a center instead, at `data.rules.Rules.waiting_km` a case: as position ``k``, which
        has room for all. Who is pinned waits for that center and for no other.
    left_out_km : float
        Price of a case that nobody serves.
    """
    least, upper = limits(unit, open_, unit.total)
    lower = least if lower is None else lower
    if may_wait is not None:
        waits = may_wait & (unit.pin == "")
        cost_km = np.column_stack([cost_km, np.where(waits, unit.rules.waiting_km, np.inf)])
        lower, upper = np.append(lower, 0), np.append(upper, unit.total)
    if not cost_km.shape[1]:
        return Assignment(np.full(len(cost_km), -1), 0, 0, np.empty(0, np.int64))
    return assign(to_mm(cost_km), unit.cases, lower, upper, left_out_mm=round(left_out_km * MM_PER_KM))


def limits(unit: Unit, open_: NDArray[np.int64], total: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and most cases of each open facility when there are ``total`` cases.

    Existing centers are filled to the lower bound where that is possible. Where the cases cannot fill all
    centers to the lower bound, new ones come first: an existing one may have fewer, and they share what is
    left.
    """
    upper = unit.facilities.max_cases[open_].copy()
    old = unit.facilities.existing[open_]
    lower = np.minimum(unit.rules.min_cases, upper)
    left = total
    for own in (~old, old):
        if lower[own].sum() > left:
            lower[own] = np.minimum(lower[own], left // np.count_nonzero(own))
        left -= int(lower[own].sum())
    return lower, upper


def _is_too_far(unit: Unit, cost_km: NDArray[np.float64], center: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the groups, none of them pinned, that find no room or cost more than waiting, ``(n_groups,)``."""
    served = np.flatnonzero(center >= 0)
    paid_km = np.full(len(center), np.inf)
    paid_km[served] = cost_km[served, center[served]]
    return np.asarray((paid_km > unit.rules.waiting_km) & (unit.pin == ""))


def _without_room(
    unit: Unit,
    open_: NDArray[np.int64],
    cost_km: NDArray[np.float64],
    center: NDArray[np.int64],
    unopened: int,
) -> NDArray[np.int64]:
    """Return the groups that wait, though no vacancy is theirs.

    A vacancy is for those who pay more than waiting at every center with room. Of those who merely find all
    centers in reach full, the centers that were given and did not open take the furthest; the others lack
    capacity, not a center near them. A group larger than a new center waits for none as a whole.
    """
    served = center >= 0
    load = np.bincount(center[served], weights=unit.cases[served], minlength=len(open_))
    room = unit.facilities.max_cases[open_] - load
    is_near = (cost_km <= unit.rules.waiting_km).any(axis=1)
    finds_room = (np.isfinite(cost_km) & (unit.cases[:, None] <= room)).any(axis=1)
    waits, large = center == VACANT, unit.cases > unit.rules.max_cases
    crowded = np.flatnonzero(waits & is_near & ~finds_room & ~large)
    crowded = crowded[np.argsort(-cost_km[crowded].min(axis=1, initial=np.inf), kind="stable")]
    taken = np.cumsum(unit.cases[crowded]) <= unopened * unit.rules.max_cases
    return np.append(crowded[~taken], np.flatnonzero(waits & large))
