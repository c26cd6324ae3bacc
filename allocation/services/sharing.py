"""One service for everybody: at the own center as far as its capacity goes, else where all travel least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import assign
from allocation.flow import MM_PER_KM, to_mm
from allocation.serving import LEFT_OUT_KM
from data.sums import weighted_sum
from data.work.coverage import NO_CAPACITY, NO_GIVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.services.ways import Ways


@dataclass(frozen=True)
class Share:
    """Who gets a service where.

    Attributes
    ----------
    center : ndarray of int, shape (n,)
        Position of the center that gives it to each household, or `NO_CAPACITY` or `NO_GIVER`.
    price_km : ndarray of float, shape (m,)
        Worth of one more place at each center, km a case: by these prices anyone can recount that no other
        sharing travels less (`data.verify.services`).
    loss_km : float
        Most that keeping the cases of a household together may cost, km; 0 where each has one.
    """

    center: NDArray[np.int64]
    price_km: NDArray[np.float64]
    loss_km: float


@dataclass(frozen=True)
class Open:
    """Centers that households may go to.

    Attributes
    ----------
    center : ndarray of int, shape (n_to,)
        Their positions, ascending.
    room : ndarray of int, shape (n_to,)
        Cases that each has room for.
    km : ndarray of float, shape (n_movers, n_to)
        Infinite where a household may not go.
    """

    center: NDArray[np.int64]
    room: NDArray[np.int64]
    km: NDArray[np.float64]


def share(ways: Ways, capacity: NDArray[np.int64]) -> Share:
    """Give a service to every household.

    What is sought, in this order:

    1. at every center that gives it, as many cases of its own households as its capacity holds: all of them,
       or the whole capacity;
    2. of the others, as few cases as possible without the service. They may go to any center with capacity
       left by its own households;
    3. the least kilometres (cases times km) of all, also of those who stay at a center that cannot hold all
       its own: so it is those who have another center near who go there.

    By 1 and 2 a flow remains of those whose own center does not give it, or not to all of them, to what is
    left; `allocation.assignment.assign` solves it, exactly where every household is one case. A household of
    several cases gets a service at one center.

    Parameters
    ----------
    ways : Ways
        Households, centers and kilometres.
    capacity : ndarray of int, shape (m,)
        Cases a half-year of each center, each case once; 0 where it does not give the service.
    """
    total = int(ways.cases.sum())
    room = np.minimum(capacity, total)
    of_own = np.bincount(ways.own, weights=ways.cases, minlength=len(room)).astype(np.int64)
    holds_own = (room > 0) & (of_own <= room)
    center = np.where(holds_own[ways.own], ways.own, NO_GIVER)
    movers = np.flatnonzero(center < 0)
    left = np.where(holds_own, room - of_own, room)
    price_km, loss_km = np.zeros(len(room)), 0.0
    givers = np.flatnonzero(room > 0)
    reaches = np.isfinite(ways.km[np.ix_(movers, givers)]).any(axis=1)
    center[movers[reaches]] = NO_CAPACITY
    to = np.flatnonzero(left > 0)
    if movers.size and to.size:
        crowded = ~holds_own[to]
        km = ways.km[np.ix_(movers, to)]
        km[crowded & (ways.own[movers, None] != to)] = np.inf
        cases = ways.cases[movers]
        if not crowded.any() and (left[to] >= cases.sum()).all():
            nearest = np.argmin(km, axis=1)
            found = np.isfinite(km[np.arange(len(movers)), nearest])
            center[movers[found]] = to[nearest[found]]
        else:
            lower = np.where(crowded, left[to], 0)
            sent = assign(to_mm(km), cases, lower, left[to], left_out_mm=round(LEFT_OUT_KM * MM_PER_KM))
            served = sent.center >= 0
            center[movers[served]] = to[sent.center[served]]
            price_km[to] = sent.price_mm / MM_PER_KM
            if (cases > 1).any():
                center[movers] = _settled(ways, center[movers], movers, Open(to, left[to], km))
                loss_km = max(0.0, _paid_km(ways, center, movers) - sent.bound_mm / MM_PER_KM)
    return Share(center, price_km, loss_km)


def _settled(
    ways: Ways, center: NDArray[np.int64], movers: NDArray[np.int64], open_: Open
) -> NDArray[np.int64]:
    """Let households of several cases take what room is left: at their own center, then where it is nearer.

    Parameters
    ----------
    ways : Ways
        Of all.
    center : ndarray of int, shape (n_movers,)
        Center of each, or `NO_CAPACITY` or `NO_GIVER`.
    movers : ndarray of int, shape (n_movers,)
        Households that are shared out.
    open_ : Open
        Where they may go.

    Returns
    -------
    ndarray of int, shape (n_movers,)
        Their centers.
    """
    cases, order = ways.cases[movers], np.arange(len(movers))
    mine = open_.center[None, :] == ways.own[movers, None]
    rank = np.where(mine & np.isfinite(open_.km), -1.0, open_.km)
    at = np.where(center >= 0, np.searchsorted(open_.center, center), -1)
    stood = np.where(at >= 0, rank[order, at], np.inf)
    room = open_.room - np.bincount(at[at >= 0], cases[at >= 0], len(open_.room)).astype(np.int64)
    changed = True
    while changed:
        changed = False
        fits = (cases[:, None] <= room) & (rank < stood[:, None])
        for one in np.flatnonzero(fits.any(axis=1)):
            better = np.where((cases[one] <= room) & (rank[one] < stood[one]), rank[one], np.inf)
            best = int(np.argmin(better))
            if np.isfinite(better[best]):
                if at[one] >= 0:
                    room[at[one]] += cases[one]
                room[best] -= cases[one]
                at[one], stood[one], changed = best, better[best], True
    return np.where(at >= 0, open_.center[at], center)


def _paid_km(ways: Ways, center: NDArray[np.int64], movers: NDArray[np.int64]) -> float:
    """Return cases times km of households, each without the service at `LEFT_OUT_KM`."""
    at = center[movers]
    km = np.where(at >= 0, ways.km[movers, np.maximum(at, 0)], LEFT_OUT_KM)
    return float(weighted_sum(ways.cases[movers], km))
