"""Lagrangian relaxation of "each household once": multipliers, site values, and a bound over all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from siting.choose import Choice, choose
from siting.tender import facility_values, near_pairs, times_served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CENTERS_NEAR, FEWEST_NEAR = 16, 64
"""Pairs of a point that are looked at: as many sites as stand about so many centers, and how many at least.

No multiplier exceeds the cost of the next pair, so that none is missed; a short list would hold them down.
"""
STEP_FLOOR = 0.1
"""Share of what all multipliers pay that a step is measured by where the value itself is near zero."""
SMOOTHING = 0.7
PROMISING, FEWEST_PROMISING = 3.0, 24
CHOICES = 100
"""Choices of facilities that are remembered, the latest."""


@dataclass(frozen=True)
class Market:
    """What the relaxation sees of one unit: points with a caseload, and the pairs that can matter.

    Attributes
    ----------
    cases : ndarray of float, shape (n,)
        Cases of each point.
    max_cases : ndarray of float, shape (m,)
        Most cases of each facility.
    start, point, near_km : ndarray, shapes (m + 1,), (n_pairs,), (n_pairs,)
        Pairs by facility: the point, and the cost of one of its cases.
    cap_km : ndarray of float, shape (n,)
        Highest multiplier allowed: what a vacancy costs, and the cost of the first pair that is not listed.
    first_km : ndarray of float, shape (n,)
        Multipliers to start from.
    """

    cases: NDArray[np.float64]
    max_cases: NDArray[np.float64]
    start: NDArray[np.int64]
    point: NDArray[np.int32]
    near_km: NDArray[np.float32]
    cap_km: NDArray[np.float64]
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

    def apart(self) -> list[NDArray[np.int64]]:
        """Return units in parts that share no applicant: each can be relaxed by itself."""
        owned = self.applicant >= 0
        links = coo_matrix(
            (np.ones(np.count_nonzero(owned)), (self.unit[owned], len(self.places) + self.applicant[owned])),
            shape=(size := len(self.places) + int(self.applicant.max(initial=-1)) + 1, size),
        )
        part = connected_components(links, directed=False)[1][: len(self.places)]
        return [np.flatnonzero(part == one) for one in np.unique(part)]

    def of(self, units: NDArray[np.int64]) -> Slots:
        """Return the facilities of some units alone, units renumbered."""
        own = np.isin(self.unit, units)
        return Slots(
            np.searchsorted(units, self.unit[own]),
            self.applicant[own],
            self.fixed[own],
            self.places[units],
            self.opening_km,
        )


@dataclass(frozen=True)
class Climb:
    """How far and how patiently the multipliers climb; work is counted, never timed.

    Attributes
    ----------
    rounds : int
        Most evaluations.
    first_step, last_step : float
        How far above the best value a step aims at first, and from where on it is not worth it.
    patience : int
        Rounds without progress after which the aim is halved.
    whole_every : int
        Every so many rounds all facilities are valued, in between those that promise something.
    """

    rounds: int
    first_step: float
    last_step: float
    patience: int
    whole_every: int = 1


def market(
    cost_km: NDArray[np.float64] | NDArray[np.float32],
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
    most = max(FEWEST_NEAR, round(CENTERS_NEAR * m / max(n_open, 1)))
    cap, start, point, near = near_pairs(np.ascontiguousarray(cost_km, dtype=np.float32), most)
    cap_km = np.minimum(cap.astype(np.float64), vacancy_km)
    first = np.zeros(n)
    if n and m:
        rank = int(np.clip(round(m / max(n_open, 1) / 2), 0, m - 1))
        first = np.minimum(np.partition(cost_km, rank, axis=1)[:, rank], cap_km).astype(np.float64)
    return Market(cases.astype(np.float64), max_cases.astype(np.float64), start, point, near, cap_km, first)


def evaluate(markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], slots: Slots) -> Round:
    """Return the value of the relaxation at the given multipliers, one array a unit."""
    return _round(markets, multipliers, slots, np.arange(len(slots.unit)), np.zeros(len(slots.unit)))


def _round(
    markets: Sequence[Market],
    multipliers: Sequence[NDArray[np.float64]],
    slots: Slots,
    asked: NDArray[np.int64],
    known_km: NDArray[np.float64],
) -> Round:
    """Value the facilities asked for, ascending, the others as known: a limit only if all are asked for."""
    site_km = known_km.copy()
    ends = np.cumsum([0, *(len(one.max_cases) for one in markets)])
    edges = np.searchsorted(asked, ends)
    for number, (one, own) in enumerate(zip(markets, multipliers, strict=True)):
        which = asked[edges[number] : edges[number + 1]]
        found = facility_values(
            one.start, one.point, one.near_km, own, one.cases, one.max_cases, which - ends[number]
        )
        site_km[which] = found + slots.opening_km
    free = np.flatnonzero(
        ~slots.fixed & ~np.isin(slots.applicant, slots.applicant[slots.fixed & (slots.applicant >= 0)])
    )
    choice = choose(site_km[free], slots.unit[free], slots.applicant[free], slots.places)
    picked = Choice(
        np.sort(np.r_[free[choice.site], np.flatnonzero(slots.fixed)]), choice.unit_km, choice.value_km
    )
    paid = sum(float(one.cases @ own) for one, own in zip(markets, multipliers, strict=True))
    return Round(paid + float(site_km[slots.fixed].sum()) + choice.value_km, picked, site_km)


def _promising(slots: Slots, current: Round) -> NDArray[np.int64]:
    """Return the facilities that were picked or are next in value, ascending: `PROMISING` for each place."""
    found = [current.choice.site]
    for number, places in enumerate(slots.places):
        own = np.flatnonzero(slots.unit == number)
        order = own[np.argsort(current.site_km[own], kind="stable")]
        found.append(order[: max(FEWEST_PROMISING, round(PROMISING * places))])
    return np.unique(np.concatenate(found))


def ascend(
    markets: Sequence[Market],
    multipliers: Sequence[NDArray[np.float64]],
    slots: Slots,
    *,
    climb: Climb,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[list[NDArray[np.float64]], Round, list[NDArray[np.int64]]]:
    """Raise the bound by smoothed subgradient steps, parts that share no applicant each by itself.

    Returns the best multipliers, their round over all units, and the choices of facilities met lately, each
    of one part. The step aims a little above the best value so far, and less so after a while without
    progress.
    """
    best = list(multipliers)
    choices: list[NDArray[np.int64]] = []
    for part in slots.apart():
        own, met = _ascend_part(
            [markets[one] for one in part], [best[one] for one in part], slots.of(part), climb, stop
        )
        numbers = np.flatnonzero(np.isin(slots.unit, part))
        choices += [numbers[one] for one in met]
        for one, found in zip(part, own, strict=True):
            best[one] = found
    return best, evaluate(markets, best, slots), choices


def _ascend_part(
    markets: Sequence[Market],
    multipliers: Sequence[NDArray[np.float64]],
    slots: Slots,
    climb: Climb,
    stop: Callable[[], bool],
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.int64]]]:
    ends = np.cumsum([len(one.cases) for one in markets])[:-1]
    cases = np.concatenate([one.cases for one in markets])
    cap = np.concatenate([one.cap_km for one in markets])
    now = np.concatenate(list(multipliers))
    best, best_round = now, evaluate(markets, multipliers, slots)
    met: dict[bytes, NDArray[np.int64]] = {}
    current, direction, aim, stale = best_round, np.zeros(len(now)), climb.first_step, 0
    everyone = np.arange(len(slots.unit))
    promising = _promising(slots, best_round)
    for number in range(1, climb.rounds + 1):
        if aim < climb.last_step or stop():
            break
        slack = 1.0 - np.concatenate(_served(markets, np.split(now, ends), current))
        direction = SMOOTHING * slack + (1 - SMOOTHING) * direction
        length = float((cases * direction * direction).sum())
        if length == 0:
            break
        target = best_round.value_km + aim * max(abs(best_round.value_km), STEP_FLOOR * float(cases @ now))
        now = np.minimum(now + (target - current.value_km) / length * direction, cap)
        whole = number % climb.whole_every == 0
        asked = everyone if whole else promising
        current = _round(markets, np.split(now, ends), slots, asked, current.site_km)
        _remember(met, current)
        stale += 1
        if whole:
            promising = _promising(slots, current)
        if whole and current.value_km > best_round.value_km:
            stale = 0 if current.value_km > best_round.value_km * (1 + aim / 50) else stale
            best, best_round = now, current
        if stale >= climb.patience:
            aim, stale = aim / 2, 0
            now, current, direction = best, best_round, np.zeros(len(now))
    _remember(met, best_round)
    return np.split(best, ends), list(met.values())


def _remember(met: dict[bytes, NDArray[np.int64]], current: Round) -> None:
    key = current.choice.site.tobytes()
    met.pop(key, None)
    met[key] = current.choice.site
    if len(met) > CHOICES:
        del met[next(iter(met))]


def _served(
    markets: Sequence[Market], multipliers: Sequence[NDArray[np.float64]], current: Round
) -> list[NDArray[np.float64]]:
    """Return how often each point is served by the facilities picked."""
    ends = np.cumsum([0, *(len(one.max_cases) for one in markets)])
    edges = np.searchsorted(current.choice.site, ends)
    return [
        times_served(
            one.start,
            one.point,
            one.near_km,
            own,
            one.cases,
            one.max_cases,
            current.choice.site[edges[number] : edges[number + 1]] - ends[number],
        )
        for number, (one, own) in enumerate(zip(markets, multipliers, strict=True))
    ]
