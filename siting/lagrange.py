"""Lagrangian relaxation of "each household once": multipliers, site values, and a bound over all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from siting.choose import Choice, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

NEAREST = 48
FIRST_STEP = 0.06
LAST_STEP = 0.0005
PATIENCE = 8
SMOOTHING = 0.7


@dataclass(frozen=True)
class Market:
    """What the relaxation sees of one unit: points with a caseload, and the arcs that can ever matter.

    A point's multiplier never exceeds ``cap_km``, the cost of its last kept arc (or what a vacancy costs), so
    that the arcs left out have no negative reduced cost and the bound holds over all pairs.

    Attributes
    ----------
    cases : ndarray of float, shape (n,)
        Cases of each point.
    cap_km : ndarray of float, shape (n,)
        Highest multiplier allowed.
    point, cost_km : ndarray, shape (n_arcs,)
        Point and cost of each arc, sorted by facility.
    start : ndarray of int, shape (m + 1,)
        Arcs of facility ``j`` are ``start[j]:start[j + 1]``.
    max_cases : ndarray of float, shape (m,)
        Most cases of each facility.
    first_km : ndarray of float, shape (n,)
        Multipliers to start from.
    """

    cases: NDArray[np.float64]
    cap_km: NDArray[np.float64]
    point: NDArray[np.int64]
    cost_km: NDArray[np.float64]
    start: NDArray[np.int64]
    max_cases: NDArray[np.float64]
    first_km: NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """One evaluation: the value of the relaxation and what was picked.

    Attributes
    ----------
    value_km : float
        A lower limit of the objective.
    choice : Choice
        Sites picked, numbered over all units.
    site_km : ndarray of float
        Value of every facility, numbered over all units.
    """

    value_km: float
    choice: Choice
    site_km: NDArray[np.float64]


@dataclass(frozen=True)
class Slots:
    """How many centers open where, and who owns the facilities of all units, end to end.

    Attributes
    ----------
    unit, applicant : ndarray of int, shape (n_facilities,)
        Unit and applicant of each facility.
    fixed : ndarray of bool, shape (n_facilities,)
        Whether it is open whatever happens.
    places : ndarray of int, shape (n_units,)
        Centers each unit may open besides the fixed ones.
    opening_km : float
        Price of opening one.
    """

    unit: NDArray[np.int64]
    applicant: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    places: NDArray[np.int64]
    opening_km: float = 0.0


def market(
    cost_km: NDArray[np.float64],
    cases: NDArray[np.int64],
    max_cases: NDArray[np.int64],
    *,
    n_open: int,
    vacancy_km: float,
) -> Market:
    """Keep each point's nearest arcs and cap its multiplier at the last one.

    Parameters
    ----------
    cost_km : ndarray, shape (n, m)
        Cost of one case at each facility, infinite where forbidden.
    cases : ndarray of int, shape (n,)
        Cases of each point.
    max_cases : ndarray of int, shape (m,)
        Most cases of each facility.
    n_open : int
        About how many facilities open; sets where the multipliers start.
    vacancy_km : float
        No multiplier exceeds it.
    """
    n, m = cost_km.shape
    keep = min(NEAREST, m)
    nearest = np.argpartition(cost_km, keep - 1, axis=1)[:, :keep]
    near_km = np.take_along_axis(cost_km, nearest, axis=1)
    cap = np.full(n, vacancy_km) if keep == m else np.minimum(near_km.max(axis=1), vacancy_km)
    rank = min(keep - 1, max(0, round(m / max(n_open, 1) / 2)))
    first = np.minimum(np.partition(near_km, rank, axis=1)[:, rank], cap)
    point = np.repeat(np.arange(n), keep)
    facility, arc_km = nearest.ravel(), near_km.ravel().astype(np.float64)
    useful = arc_km < cap[point]
    point, facility, arc_km = point[useful], facility[useful], arc_km[useful]
    order = np.lexsort((arc_km, facility))
    return Market(
        cases=cases.astype(np.float64),
        cap_km=cap.astype(np.float64),
        point=point[order],
        cost_km=arc_km[order],
        start=np.searchsorted(facility[order], np.arange(m + 1)),
        max_cases=max_cases.astype(np.float64),
        first_km=first.astype(np.float64),
    )


def evaluate(markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], slots: Slots) -> Round:
    """Return the value of the relaxation at the given multipliers, one array a unit."""
    site_km = np.concatenate(
        [_facility_km(one, own) for one, own in zip(markets, multipliers, strict=True)]
    ) + slots.opening_km
    free = np.flatnonzero(~slots.fixed & ~np.isin(slots.applicant, slots.applicant[slots.fixed & (slots.applicant >= 0)]))
    choice = choose(site_km[free], slots.unit[free], slots.applicant[free], slots.places)
    picked = Choice(
        np.sort(np.r_[free[choice.site], np.flatnonzero(slots.fixed)]), choice.unit_km, choice.value_km
    )
    paid = sum(float(one.cases @ own) for one, own in zip(markets, multipliers, strict=True))
    return Round(paid + float(site_km[slots.fixed].sum()) + choice.value_km, picked, site_km)


def ascend(
    markets: Sequence[Market],
    multipliers: Sequence[NDArray[np.float64]],
    slots: Slots,
    *,
    rounds: int,
    first_step: float = FIRST_STEP,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[list[NDArray[np.float64]], Round, list[NDArray[np.int64]]]:
    """Raise the bound by smoothed subgradient steps.

    Returns the best multipliers, their round, and every choice of facilities met on the way. The step aims a little above the best value so far, and less so after `PATIENCE` rounds without progress.
    """
    sizes = np.cumsum([0, *(len(one.cases) for one in markets)])
    cases = np.concatenate([one.cases for one in markets])
    cap = np.concatenate([one.cap_km for one in markets])
    now = np.concatenate(list(multipliers))
    best, best_round = now, evaluate(markets, multipliers, slots)
    choices = {best_round.choice.site.tobytes(): best_round.choice.site}
    current, direction, aim, stale = best_round, np.zeros(len(now)), first_step, 0
    for _ in range(rounds):
        if aim < LAST_STEP or stop():
            break
        served = np.concatenate(_served(markets, _parts(now, sizes), current, slots))
        slack = 1.0 - served
        direction = SMOOTHING * slack + (1 - SMOOTHING) * direction
        length = float((cases * direction * direction).sum())
        if length == 0:
            break
        target = best_round.value_km + aim * abs(best_round.value_km)
        now = np.minimum(now + (target - current.value_km) / length * direction, cap)
        current = evaluate(markets, _parts(now, sizes), slots)
        choices[current.choice.site.tobytes()] = current.choice.site
        if current.value_km > best_round.value_km:
            better = current.value_km > best_round.value_km * (1 + aim / 50)
            best, best_round = now, current
            stale = 0 if better else stale + 1
        else:
            stale += 1
        if stale >= PATIENCE:
            aim, stale = aim / 2, 0
            now, current, direction = best, best_round, np.zeros(len(now))
    return _parts(best, sizes), best_round, list(choices.values())


def _parts(values: NDArray[np.float64], sizes: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    return [values[start:end] for start, end in zip(sizes[:-1], sizes[1:], strict=True)]


def _facility_km(one: Market, multiplier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least value of each facility: its best (fractional) caseload at the multipliers."""
    reduced = one.cost_km - multiplier[one.point]
    gains = reduced < 0
    m = len(one.start) - 1
    facility = np.repeat(np.arange(m), np.diff(one.start))[gains]
    reduced, weight = reduced[gains], one.cases[one.point[gains]]
    value = np.bincount(facility, weights=reduced * weight, minlength=m)
    load = np.bincount(facility, weights=weight, minlength=m)
    start = np.searchsorted(facility, np.arange(m + 1))
    for j in np.flatnonzero(load > one.max_cases):
        own = slice(start[j], start[j + 1])
        order = np.argsort(reduced[own])
        value[j] = _filled(reduced[own][order], weight[own][order], one.max_cases[j])
    return value


def _filled(reduced: NDArray[np.float64], weight: NDArray[np.float64], room: float) -> float:
    taken = np.clip(room - (np.cumsum(weight) - weight), 0, weight)
    return float(reduced @ taken)


def _served(
    markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], current: Round, slots: Slots
) -> list[NDArray[np.float64]]:
    """Return how often each point is served by the facilities picked."""
    offsets = np.cumsum([0, *(len(one.start) - 1 for one in markets)])
    result = []
    for number, (one, own) in enumerate(zip(markets, multipliers, strict=True)):
        served = np.zeros(len(one.cases))
        picked = current.choice.site
        for j in picked[(picked >= offsets[number]) & (picked < offsets[number + 1])] - offsets[number]:
            arcs = slice(one.start[j], one.start[j + 1])
            point = one.point[arcs]
            reduced = one.cost_km[arcs] - own[point]
            gains = np.flatnonzero(reduced < 0)
            gains = gains[np.argsort(reduced[gains], kind="stable")]
            weight = one.cases[point[gains]]
            taken = np.clip(one.max_cases[j] - (np.cumsum(weight) - weight), 0, weight)
            np.add.at(served, point[gains], taken / weight)
        result.append(served)
    return result
