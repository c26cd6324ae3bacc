"""The multipliers of one unit climb: smoothed subgradient steps in one compiled loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from data.compiled import compiled
from siting.bound.tender import facility_values, select, times_served

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTHING = 0.7
"""Weight of the newest subgradient in the direction."""
STEP_FLOOR = 0.1
"""Share of what all multipliers pay that a step is measured by where the value itself is near zero."""
PROGRESS = 0.02
"""Share of the aim that a round must gain to count as progress."""
FADING = 0.98
"""How much of how often a facility was picked is kept from round to round."""
PROMISING, FEWEST_PROMISING = 3.0, 24
"""Facilities a place that are valued between whole rounds: those of least worth at the last one."""


class Climb(NamedTuple):
    """How far and how patiently multipliers climb; work is counted, never timed.

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


class Offer(NamedTuple):
    """What the relaxation of one unit sees; arrays as in `siting.bound.market` and `siting.bound.lagrange`.

    Attributes
    ----------
    start, point, near, cases, least, room, cap
        The market: pairs by facility, cases, least and most cases, highest multipliers.
    applicant : ndarray of int, shape (m,)
        Owner of each facility, from 0 up, -1 for those that open nothing.
    fixed : ndarray of int
        Facilities that are open whatever happens.
    n_free : int
        How many others open at most.
    opening_km : ndarray, shape (m,)
        Price of opening each.
    member : ndarray, shape (n_limits, m)
        1 for the facilities that each limit counts, else 0.
    number, sign : ndarray, shape (n_limits,)
        At most (-1) or at least (+1) so many of them are open.
    """

    start: NDArray[np.int64]
    point: NDArray[np.int32]
    near: NDArray[np.float32]
    cases: NDArray[np.float64]
    least: NDArray[np.float64]
    room: NDArray[np.float64]
    cap: NDArray[np.float64]
    applicant: NDArray[np.int64]
    fixed: NDArray[np.int64]
    n_free: int
    opening_km: NDArray[np.float64]
    member: NDArray[np.float64]
    number: NDArray[np.float64]
    sign: NDArray[np.float64]


@compiled
def pick(
    worth: NDArray[np.float64], applicant: NDArray[np.int64], fixed: NDArray[np.int64], n_free: int
) -> tuple[NDArray[np.int64], float]:
    """Return the facilities of least worth, the fixed ones first, and what all are worth together.

    Of each applicant one at most; none that is worth more than nothing, unless it is fixed.
    """
    best = np.full(applicant.max() + 2, -1, np.int64)
    picked, total = np.empty(fixed.size + n_free, np.int64), 0.0
    for j in range(worth.size):
        own = applicant[j]
        if own >= 0 and worth[j] < 0 and (best[own] < 0 or worth[j] < worth[best[own]]):
            best[own] = j
    for position in range(fixed.size):
        picked[position] = fixed[position]
        total += worth[fixed[position]]
    size = fixed.size
    while size < picked.size:
        least = -1
        for own in range(best.size):
            if best[own] >= 0 and (least < 0 or worth[best[own]] < worth[best[least]]):
                least = own
        if least < 0:
            break
        picked[size] = best[least]
        total += worth[best[least]]
        best[least] = -1
        size += 1
    return picked[:size], total


@compiled
def _valued(
    offer: Offer,
    multiplier: NDArray[np.float64],
    price: NDArray[np.float64],
    asked: NDArray[np.int64],
    worth: NDArray[np.float64],
    last: NDArray[np.float64],
) -> tuple[float, NDArray[np.int64], NDArray[np.float64]]:
    """Return the value of the relaxation, the facilities picked, and the reduced cost of their last cases.

    Worth and last are known of all facilities from before, and renewed for those asked for: the value is a
    limit where these are all.
    """
    worth[asked], last[asked] = facility_values(
        offer.start, offer.point, offer.near, multiplier, offer.cases, offer.least, offer.room, asked
    )
    value = 0.0
    for row in range(price.size):
        value += price[row] * offer.number[row]
    for j in asked:
        worth[j] += offer.opening_km[j]
        for row in range(price.size):
            worth[j] -= price[row] * offer.member[row, j]
    picked, total = pick(worth, offer.applicant, offer.fixed, offer.n_free)
    for one in range(multiplier.size):
        value += multiplier[one] * offer.cases[one]
    return value + total, picked, last[picked]


@compiled
def _least(worth: NDArray[np.float64], few: int) -> NDArray[np.int64]:
    """Return so many of the facilities of least worth, and those that are worth the same, ascending."""
    if few >= worth.size:
        return np.arange(worth.size)
    _, limit = select(worth.copy(), np.ones(worth.size), worth.size, float(few))
    return np.flatnonzero(worth <= limit)


@compiled
def _noted(picked: NDArray[np.int64], often: NDArray[np.float64], chosen: NDArray[np.int32]) -> None:
    """Count the facilities picked, and write them down."""
    chosen[:] = -1
    for position in range(picked.size):
        often[picked[position]] += 1.0
        chosen[position] = picked[position]


@compiled
def climb_unit(
    offer: Offer,
    multiplier: NDArray[np.float64],
    price: NDArray[np.float64],
    upper_km: float,
    work: Climb,
    chosen: NDArray[np.int32],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Raise the value of the relaxation of one unit.

    A step aims at the cost of a known plan where there is one (Polyak 1969; a share of the way), else
    a share above the best value so far; half as far after a while without
    progress, from the best multipliers again.

    Parameters
    ----------
    offer : Offer
        The unit.
    multiplier : ndarray, shape (n,)
        What a case of each point pays at first, km.
    price : ndarray, shape (n_limits,)
        Prices of the limits at first, km a center.
    upper_km : float
        What a known plan costs, where the climb ends too; infinite for none.
    work : Climb
        How far.
    chosen : ndarray of int32, shape (n_rows, at least fixed and free centers)
        Filled with the facilities picked in the last rounds, in turn.

    Returns
    -------
    value : float
        The best value, a lower limit of what a plan within the limits costs.
    multiplier, price : ndarray
        Those that prove it.
    often : ndarray, shape (m,)
        How often each facility was picked, late rounds counting more, 0 to 1.
    """
    every = np.arange(offer.applicant.size)
    worth, last_of = np.empty(every.size), np.empty(every.size)
    few = max(FEWEST_PROMISING, int(PROMISING * (offer.fixed.size + offer.n_free)))
    value, picked, last = _valued(offer, multiplier, price, every, worth, last_of)
    promising = _least(worth, few)
    best, best_multiplier, best_price = value, multiplier, price
    a_center = offer.cases.sum() / max(offer.fixed.size + offer.n_free, 1)
    along, over = np.zeros(multiplier.size), np.zeros(price.size)
    often, total = np.zeros(offer.applicant.size), 0.0
    step, stale = work.first_step, 0
    for turn in range(work.rounds):
        if step < work.last_step or best >= upper_km:
            break
        served = times_served(
            offer.start,
            offer.point,
            offer.near,
            multiplier,
            offer.cases,
            offer.least,
            offer.room,
            picked,
            last,
        )
        length, paid = 0.0, 0.0
        for one in range(multiplier.size):
            along[one] = SMOOTHING * (1.0 - served[one]) + (1 - SMOOTHING) * along[one]
            length += offer.cases[one] * along[one] * along[one]
            paid += offer.cases[one] * multiplier[one]
        for row in range(price.size):
            lacking = offer.number[row]
            for j in picked:
                lacking -= offer.member[row, j]
            over[row] = SMOOTHING * lacking + (1 - SMOOTHING) * over[row]
            length += a_center * over[row] * over[row]
        if length == 0:
            break
        if np.isfinite(upper_km):
            far = step * (upper_km - value) / length
        else:
            far = (best + step * max(abs(best), STEP_FLOOR * paid) - value) / length
        multiplier = np.minimum(multiplier + far * along, offer.cap)
        price = price + far * a_center * over
        for row in range(price.size):
            price[row] = max(price[row] * offer.sign[row], 0.0) * offer.sign[row]
        whole = turn % work.whole_every == work.whole_every - 1
        asked = every if whole else promising
        value, picked, last = _valued(offer, multiplier, price, asked, worth, last_of)
        if whole:
            promising = _least(worth, few)
        often *= FADING
        total = FADING * total + 1.0
        _noted(picked, often, chosen[turn % len(chosen)])
        stale += 1
        if whole and value > best:
            aimed = step * ((upper_km - best) if np.isfinite(upper_km) else abs(best))
            stale = 0 if value > best + PROGRESS * aimed else stale
            best, best_multiplier, best_price = value, multiplier, price
        if stale >= work.patience:
            step, stale = step / 2, 0
            multiplier, price = best_multiplier, best_price
            value, picked, last = _valued(offer, multiplier, price, every, worth, last_of)
            along[:], over[:] = 0.0, 0.0
    return best, best_multiplier, best_price, often / max(total, 1.0)
