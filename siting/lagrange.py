"""Lagrangian relaxation of "each household once": multipliers, site values, and a bound over all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from siting.choose import Choice, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

FIRST_STEP = 0.06
LAST_STEP = 0.0005
PATIENCE = 12
STEP_FLOOR = 0.1
"""Share of what all multipliers pay that a step is measured by where the value itself is near zero."""
SMOOTHING = 0.7


@dataclass(frozen=True)
class Market:
    """What the relaxation sees of one unit: points with a caseload, and every pair.

    Attributes
    ----------
    cases : ndarray of float, shape (n,)
        Cases of each point.
    cost_km : ndarray of float32, shape (m, n)
        Cost of one case at each facility (a row), infinite where forbidden.
    max_cases : ndarray of float, shape (m,)
        Most cases of each facility.
    cap_km : float
        Highest multiplier allowed: what a vacancy costs.
    first_km : ndarray of float, shape (n,)
        Multipliers to start from.
    """

    cases: NDArray[np.float64]
    cost_km: NDArray[np.float32]
    max_cases: NDArray[np.float64]
    cap_km: float
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
    """Lay out a unit for the relaxation, facility by facility.

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
    first = np.zeros(n)
    if n and m:
        rank = int(np.clip(round(m / max(n_open, 1) / 2), 0, m - 1))
        first = np.minimum(np.partition(cost_km, rank, axis=1)[:, rank], vacancy_km)
    return Market(
        cases=cases.astype(np.float64),
        cost_km=np.ascontiguousarray(cost_km.T, dtype=np.float32),
        max_cases=max_cases.astype(np.float64),
        cap_km=vacancy_km,
        first_km=first.astype(np.float64),
    )


def evaluate(markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], slots: Slots) -> Round:
    """Return the value of the relaxation at the given multipliers, one array a unit."""
    site_km = (
        np.concatenate([_facility_km(one, own) for one, own in zip(markets, multipliers, strict=True)])
        + slots.opening_km
    )
    free = np.flatnonzero(
        ~slots.fixed & ~np.isin(slots.applicant, slots.applicant[slots.fixed & (slots.applicant >= 0)])
    )
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

    Returns the best multipliers, their round, and every choice of facilities met on the way. The step aims a
    little above the best value so far, and less so after `PATIENCE` rounds without progress.
    """
    sizes = np.cumsum([0, *(len(one.cases) for one in markets)])
    cases = np.concatenate([one.cases for one in markets])
    cap = np.concatenate([np.full(len(one.cases), one.cap_km) for one in markets])
    now = np.concatenate(list(multipliers))
    best, best_round = now, evaluate(markets, multipliers, slots)
    choices = {best_round.choice.site.tobytes(): best_round.choice.site}
    current, direction, aim, stale = best_round, np.zeros(len(now)), first_step, 0
    for _ in range(rounds):
        if aim < LAST_STEP or stop():
            break
        served = np.concatenate(_served(markets, _parts(now, sizes), current))
        slack = 1.0 - served
        direction = SMOOTHING * slack + (1 - SMOOTHING) * direction
        length = float((cases * direction * direction).sum())
        if length == 0:
            break
        target = best_round.value_km + aim * max(abs(best_round.value_km), STEP_FLOOR * float(cases @ now))
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
    return [values[start:end] for start, end in pairwise(sizes)]


def _facility_km(one: Market, multiplier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least value of each facility: its best (fractional) caseload at the multipliers."""
    value = np.zeros(len(one.max_cases))
    paid = multiplier.astype(np.float32)
    for j, row in enumerate(one.cost_km):
        point = np.flatnonzero(row < paid)
        reduced = row[point] - multiplier[point]
        weight = one.cases[point]
        if weight.sum() > one.max_cases[j]:
            point, reduced, weight = _cheapest(point, reduced, weight, one.max_cases[j])
        value[j] = reduced @ weight
    return value


def _cheapest(
    point: NDArray[np.int64], reduced: NDArray[np.float64], weight: NDArray[np.float64], room: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the points that fill a facility at least reduced cost, with the cases taken of each."""
    count = int(room)
    if count < point.size and weight.min() >= 1:
        # Cases are whole numbers: so many points are always enough.
        kept = np.argpartition(reduced, count)[: count + 1]
        point, reduced, weight = point[kept], reduced[kept], weight[kept]
    order = np.argsort(reduced, kind="stable")
    point, reduced, weight = point[order], reduced[order], weight[order]
    taken = np.clip(room - (np.cumsum(weight) - weight), 0, weight)
    return point, reduced, taken


def _served(
    markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], current: Round
) -> list[NDArray[np.float64]]:
    """Return how often each point is served by the facilities picked."""
    offsets = np.cumsum([0, *(len(one.max_cases) for one in markets)])
    picked = current.choice.site
    result = []
    for number, (one, own) in enumerate(zip(markets, multipliers, strict=True)):
        served = np.zeros(len(one.cases))
        for j in picked[(picked >= offsets[number]) & (picked < offsets[number + 1])] - offsets[number]:
            reduced = one.cost_km[j] - own
            point = np.flatnonzero(reduced < 0)
            point, _, taken = _cheapest(point, reduced[point], one.cases[point], one.max_cases[j])
            served[point] += taken / one.cases[point]
        result.append(served)
    return result
