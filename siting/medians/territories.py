"""Catchments improved by moving whole territories: one center gives its own up, another's is split in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import FORBIDDEN_MM, flow_of, least_cost_flow
from allocation.geometric import distances_mm, geometric_medians, halves
from allocation.pairs import Plane
from data.process.deadline import never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


LEFT_OUT_MM = FORBIDDEN_MM - 1
"""Price of a case that no center has room for: above every distance."""
ROUNDS = 12
LOCAL_ROUNDS = 6
ENOUGH = 1e-4
"""Relative gain below which another round is not worth it."""
GIVERS, RECEIVERS = 8, 8
HOPE = 3.0
"""All further rounds of settling together gain hardly more than so many times the last one, or than the first
centers gain by moving."""
TRIALS_A_CENTER = 20
FEWEST_TRIALS = 200
ARCS = 10
MOST_PAIRS = 200_000
"""Pairs up to which all of them are arcs from the start."""


@dataclass(frozen=True)
class Land:
    """Points to be divided into catchments.

    Attributes
    ----------
    points : ndarray of float, shape (n, 2)
        Metres.
    cases : ndarray of int, shape (n,)
        Cases at each.
    lower, upper : ndarray of int, shape (k,)
        Least and most cases of each catchment.
    movable : ndarray of bool, shape (k,)
        Whether the center may move; existing ones may not.
    """

    points: NDArray[np.float64]
    cases: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    movable: NDArray[np.bool_]


@dataclass(frozen=True)
class Division:
    """Centers and who goes to them.

    Attributes
    ----------
    centers : ndarray of float, shape (k, 2)
        Metres.
    price_mm : ndarray of int, shape (k,)
        Price of a place at each, 1e-6 km a case.
    point, center, cases : ndarray of int, shape (n_arcs,)
        Who goes where; a point may be divided, -1 is no center.
    cost_mm : int
        Total travel, 1e-6 km.
    """

    centers: NDArray[np.float64]
    price_mm: NDArray[np.int64]
    point: NDArray[np.int64]
    center: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost_mm: int


def settle(
    land: Land,
    centers: NDArray[np.float64],
    *,
    rounds: int = ROUNDS,
    enough: float = ENOUGH,
    stop: Callable[[], bool] = never,
) -> Division:
    """Send everybody to the centers exactly, move each to its catchment's best point, and so on in turn.

    Parameters
    ----------
    land : Land
        Points and bounds.
    centers : ndarray, shape (k, 2)
        Where to start, metres.
    rounds, enough
        Most rounds, and the relative gain below which they end.
    stop : callable
        Asked between rounds.
    """
    best: Division | None = None
    price_mm: NDArray[np.int64] | None = None
    arcs = ARCS if len(land.points) * len(centers) > MOST_PAIRS else len(centers)
    for _ in range(rounds):
        flow = flow_of(
            Plane(land.points, centers),
            land.cases,
            land.lower,
            land.upper,
            left_out_mm=LEFT_OUT_MM,
            price_mm=price_mm,
            arcs=arcs,
        )
        price_mm, arcs = flow.price_mm, max(arcs, flow.arcs)
        gain = 1.0 if best is None else 1 - flow.cost_mm / max(best.cost_mm, 1)
        if gain > 0 or best is None:
            best = Division(centers, price_mm, flow.group, flow.center, flow.cases, flow.cost_mm)
        if gain < enough or stop():
            break
        centers = _moved(land, best)
    if best is None:
        raise ValueError("at least one round is needed")
    return best


def gathered(land: Land) -> tuple[Land, NDArray[np.int64]]:
    """Return the land with each point once, and which of its points each was, shape (n,).

    Thousands at one place, a tower or a file without coordinates of its own, are otherwise as many ties.
    """
    order = np.lexsort((land.points[:, 1], land.points[:, 0]))
    ordered = land.points[order]
    first = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]
    of_point = np.empty(len(order), dtype=np.int64)
    of_point[order] = np.cumsum(first) - 1
    cases = np.bincount(of_point, weights=land.cases).astype(np.int64)
    return replace(land, points=ordered[first], cases=cases), of_point


def spread(land: Land, of_point: NDArray[np.int64], found: Division) -> Division:
    """Return a division of gathered points told of the points themselves.

    Parameters
    ----------
    land : Land
        The points.
    of_point : ndarray of int, shape (n,)
        As `gathered` returns it.
    found : Division
        Of the gathered points.
    """
    points = np.lexsort((np.arange(len(of_point)), of_point))
    arcs = np.lexsort((found.center, found.point))
    point_ends, arc_ends = np.cumsum(land.cases[points]), np.cumsum(found.cases[arcs])
    # Both lines are as long as there are cases, place by place: a piece of each belongs to the other.
    ends = np.union1d(point_ends, arc_ends)
    point = points[np.searchsorted(point_ends, ends)]
    center = found.center[arcs[np.searchsorted(arc_ends, ends)]]
    order = np.argsort(point, kind="stable")
    cases = np.diff(ends, prepend=0)
    return replace(found, point=point[order], center=center[order], cases=cases[order])


def rearrange(
    land: Land, start: Division, *, rng: np.random.Generator, stop: Callable[[], bool] = never
) -> Division:
    """Move whole territories where that shortens travel.

    One center, drawn at random, gives its territory up to those around it and opens anew in another's, which
    is split. The centers around both share their points anew, exactly, and settle; the others keep theirs.
    The number of trials is counted, never timed.

    Parameters
    ----------
    land : Land
        Points and bounds.
    start : Division
        Where to start.
    rng : Generator
        Draws the centers.
    stop : callable
        Asked between trials.
    """
    now, k = start, len(start.centers)
    movable = np.flatnonzero(land.movable)
    if k == 1 or not movable.size:
        return now
    places = halves(*_members(land, now), now.centers).reshape(2 * k, 2)
    for _ in range(max(FEWEST_TRIALS, TRIALS_A_CENTER * k)):
        if stop():
            break
        out, into = int(rng.choice(movable)), int(rng.integers(2 * k))
        if into // 2 == out:
            continue
        found = _exchanged(land, now, out, into, places)
        if found is not None:
            now = found
            places = halves(*_members(land, now), now.centers).reshape(2 * k, 2)
    return now


def _members(land: Land, now: Division) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    return land.points[now.point], now.cases.astype(np.float64), now.center


def _moved(land: Land, now: Division) -> NDArray[np.float64]:
    """Return the centers at the best points of their catchments."""
    found = geometric_medians(*_members(land, now), now.centers)
    return np.where(land.movable[:, None], found, now.centers)


def _around(land: Land, now: Division, out: int, split: int) -> NDArray[np.int64]:
    """Return the centers that take part: who closes, who takes its points, who is split, and neighbours."""
    k = len(now.centers)
    own = land.points[now.point[now.center == out]]
    worth = distances_mm(own, now.centers) + now.price_mm
    worth[:, out] = np.iinfo(np.int64).max
    receives = np.bincount(worth.argmin(axis=1), minlength=k) if len(own) else np.zeros(k)
    first = np.argsort(-receives, kind="stable")[:RECEIVERS]
    near = np.argsort(np.hypot(*(now.centers - now.centers[split]).T), kind="stable")[: GIVERS + 1]
    return np.unique(np.concatenate([[out, split], first[receives[first] > 0], near]))


def _exchanged(
    land: Land, now: Division, out: int, into: int, places: NDArray[np.float64]
) -> Division | None:
    """Close a center, split another's territory, let those around share anew; None where it does not pay."""
    around = _around(land, now, out, into // 2)
    inside = np.zeros(len(now.centers) + 1, dtype=bool)
    inside[around] = True
    arcs, rest = np.flatnonzero(inside[now.center]), np.flatnonzero(~inside[now.center])
    part = Land(
        land.points[now.point[arcs]],
        now.cases[arcs],
        land.lower[around],
        land.upper[around],
        land.movable[around],
    )
    before = int(distances_mm_of(part.points, now.centers[now.center[arcs]]) @ part.cases)
    centers, price_mm = now.centers.copy(), now.price_mm.copy()
    centers[out], price_mm[out] = places[into], now.price_mm[into // 2]
    if land.movable[into // 2]:
        centers[into // 2] = places[into ^ 1]
    found = _settled_near(part, centers[around], price_mm[around], before)
    if found is None:
        return None
    centers[around], price_mm[around] = found.centers, found.price_mm
    return Division(
        centers,
        price_mm,
        np.append(now.point[rest], now.point[arcs][found.point]),
        np.append(now.center[rest], around[found.center]),
        np.append(now.cases[rest], found.cases),
        now.cost_mm + found.cost_mm - before,
    )


def distances_mm_of(points: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the distance of each point from its own center, 1e-6 km, shape (n,); both in metres."""
    apart = points - centers
    return np.rint(np.hypot(apart[:, 0], apart[:, 1]) * 1000.0).astype(np.int64)


def _settled_near(
    part: Land, centers: NDArray[np.float64], price_mm: NDArray[np.int64], before_mm: int
) -> Division | None:
    """Settle a few centers; None as soon as they are not going to cost less than before."""
    best: Division | None = None
    gain = 0
    for _ in range(LOCAL_ROUNDS):
        flow = least_cost_flow(
            distances_mm(part.points, centers),
            part.cases,
            part.lower,
            part.upper,
            left_out_mm=LEFT_OUT_MM,
            price_mm=price_mm,
        )
        price_mm = flow.price_mm
        if best is not None:
            gain = best.cost_mm - flow.cost_mm
            if gain <= ENOUGH * best.cost_mm:
                break
        first = best is None
        best = Division(centers, price_mm, flow.group, flow.center, flow.cases, flow.cost_mm)
        centers = _moved(part, best)
        if first:
            moved_mm = distances_mm_of(part.points[best.point], centers[best.center]) @ best.cases
            gain = best.cost_mm - int(moved_mm)
        if best.cost_mm - HOPE * gain > before_mm:
            return None
    return best if best is not None and best.cost_mm < before_mm else None
