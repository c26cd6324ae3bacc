"""Lagrangian relaxation of "each household once": multipliers, site values, and a bound over all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.process.deadline import never
from data.sums import weighted_sum
from siting.bound.choose import Choice, choose
from siting.bound.climb import SMOOTHING, STEP_FLOOR, Offer, climb_unit
from siting.bound.tender import facility_values, times_served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from siting.bound.branch import Limit
    from siting.bound.climb import Climb
    from siting.bound.market import Market, Slots

PROMISING, FEWEST_PROMISING = 3.0, 24
CHOICES = 100
"""Choices of facilities that are remembered, the latest."""


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
        found, _ = facility_values(
            one.start,
            one.point,
            one.near_km,
            own,
            one.cases,
            one.least_cases,
            one.max_cases,
            which - ends[number],
        )
        site_km[which] = found + slots.opening_km[which]
    paid = sum(float(weighted_sum(one.cases, own)) for one, own in zip(markets, multipliers, strict=True))
    return _chosen(site_km, slots, paid)


def _chosen(site_km: NDArray[np.float64], slots: Slots, paid_km: float) -> Round:
    """Pick facilities at their values; ``paid_km`` is what the multipliers pay."""
    free = np.flatnonzero(
        ~slots.fixed & ~np.isin(slots.applicant, slots.applicant[slots.fixed & (slots.applicant >= 0)])
    )
    choice = choose(site_km[free], slots.unit[free], slots.applicant[free], slots.places)
    picked = Choice(
        np.sort(np.r_[free[choice.site], np.flatnonzero(slots.fixed)]), choice.unit_km, choice.value_km
    )
    return Round(paid_km + float(site_km[slots.fixed].sum()) + choice.value_km, picked, site_km)


def evaluate_within(
    market: Market,
    multiplier: NDArray[np.float64],
    slots: Slots,
    limits: Sequence[Limit],
    price: NDArray[np.float64],
) -> Round:
    """Return the value of the relaxation of one unit within limits, at their prices (km a center)."""
    site_km = evaluate([market], [multiplier], slots).site_km.copy()
    paid = float(weighted_sum(market.cases, multiplier))
    for limit, km in zip(limits, price, strict=True):
        site_km[limit.facilities] -= km
        paid += km * limit.count
    return _chosen(site_km, slots, paid)


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
    stop: Callable[[], bool] = never,
) -> tuple[list[NDArray[np.float64]], Round, list[NDArray[np.int64]]]:
    """Raise the bound by smoothed subgradient steps, parts that share no applicant each by itself.

    Returns the best multipliers, their round over all units, and the choices of facilities met lately, each
    of one part. The step aims a little above the best value so far, and less so after a while without
    progress.
    """
    best = list(multipliers)
    choices: list[NDArray[np.int64]] = []
    for part in slots.apart():
        own_slots = slots.of(part)
        if len(part) == 1 and climb.whole_every == 1:
            own, met = _ascend_unit(markets[part[0]], best[part[0]], own_slots, climb, stop)
        else:
            own, met = _ascend_part(
                [markets[one] for one in part], [best[one] for one in part], own_slots, climb, stop
            )
        numbers = np.flatnonzero(np.isin(slots.unit, part))
        choices += [numbers[one] for one in met]
        for one, found in zip(part, own, strict=True):
            best[one] = found
    return best, evaluate(markets, best, slots), choices


def offer_of(market: Market, slots: Slots) -> Offer:
    """Return what the compiled climb sees of a unit that shares no applicant, without limits."""
    taken = slots.applicant[slots.fixed & (slots.applicant >= 0)]
    idle = slots.fixed | np.isin(slots.applicant, taken)
    _, owner = np.unique(slots.applicant, return_inverse=True)
    none = np.empty(0)
    return Offer(
        market.start,
        market.point,
        market.near_km,
        market.cases,
        market.least_cases,
        market.max_cases,
        market.cap_km,
        np.where(idle, -1, owner),
        np.flatnonzero(slots.fixed),
        int(slots.places[0]),
        slots.opening_km,
        np.empty((0, len(idle))),
        none,
        none,
    )


def _ascend_unit(
    market: Market,
    multiplier: NDArray[np.float64],
    slots: Slots,
    climb: Climb,
    stop: Callable[[], bool],
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.int64]]]:
    picked: list[NDArray[np.int64]] = []
    if len(slots.unit) and not stop():
        offer = offer_of(market, slots)
        chosen = np.full((CHOICES, offer.fixed.size + offer.n_free), -1, np.int32)
        _, multiplier, _, _ = climb_unit(offer, multiplier, np.empty(0), np.inf, climb, chosen)
        picked = [np.sort(row[row >= 0]).astype(np.int64) for row in chosen if row.max(initial=-1) >= 0]
    picked.append(evaluate([market], [multiplier], slots).choice.site)
    return [multiplier], list({row.tobytes(): row for row in picked}.values())


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
        least_gain = STEP_FLOOR * float(weighted_sum(cases, now))
        target = best_round.value_km + aim * max(abs(best_round.value_km), least_gain)
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
    served = []
    for number, (one, own) in enumerate(zip(markets, multipliers, strict=True)):
        picked = current.choice.site[edges[number] : edges[number + 1]] - ends[number]
        pairs = one.start, one.point, one.near_km, own, one.cases, one.least_cases, one.max_cases
        _, last = facility_values(*pairs, picked)
        served.append(times_served(*pairs, picked, last))
    return served
