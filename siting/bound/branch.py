"""Branch and bound over how many centers open in a region, to prove more than one relaxation can.

The relaxation opens parts of centers: 1.4 in a town, 0.6 in the villages around. A plan opens whole ones: at
most one in the town, or at least two. Each way is relaxed by itself; the plan goes one of them, and costs at
least the least of them.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import linkage

from data.process.deadline import never
from data.sums import weighted_sum
from siting.bound.climb import Climb, Offer, climb_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

EVEN = 0.5
"""A region of so many parts of a center is the least decided one."""


@dataclass(frozen=True)
class Limit:
    """How many facilities of a region may be open.

    Attributes
    ----------
    facilities : ndarray of int
        The region, ascending.
    count : int
        At most, or at least, so many.
    at_most : bool
        Which of the two.
    """

    facilities: NDArray[np.int64]
    count: int
    at_most: bool


@dataclass(frozen=True)
class Leaf:
    """One of the ways that together are all ways, relaxed.

    Attributes
    ----------
    limits : tuple of Limit
        What parts it from the others, in the order they were set.
    multiplier : ndarray, shape (n,)
        What a case of each point pays, km.
    price : ndarray, shape (n_limits,)
        Price of each limit, km a center.
    value_km : float
        What a plan within the limits costs at least.
    """

    limits: tuple[Limit, ...]
    multiplier: NDArray[np.float64]
    price: NDArray[np.float64]
    value_km: float


def limited(offer: Offer, limits: tuple[Limit, ...]) -> Offer:
    """Return what the relaxation of a unit sees, within limits."""
    member = np.zeros((len(limits), offer.applicant.size))
    for row, limit in enumerate(limits):
        member[row, limit.facilities] = 1.0
    number = np.array([float(limit.count) for limit in limits])
    sign = np.array([-1.0 if limit.at_most else 1.0 for limit in limits])
    return offer._replace(member=member, number=number, sign=sign)


def branch(
    offer: Offer,
    at_m: NDArray[np.float64],
    multiplier: NDArray[np.float64],
    *,
    upper_km: float,
    enough_km: float,
    most: int,
    root: Climb,
    climbs: Climb,
    stop: Callable[[], bool] = never,
) -> list[Leaf]:
    """Return ways that together are all ways a unit can be served, each with what it costs at least.

    The way of least value is parted in two, until no value is below ``enough_km`` or ``most`` ways were
    relaxed.

    Parameters
    ----------
    offer : Offer
        The unit, without limits.
    at_m : ndarray, shape (m, 2)
        Where its facilities are, metres.
    multiplier : ndarray, shape (n,)
        Where to start.
    upper_km : float
        What a known plan costs.
    enough_km : float
        A way that costs so much needs no parting.
    most : int
        Relaxations at most.
    root, climbs : Climb
        How far the first and the others climb.
    stop : callable
        Asked between relaxations.
    """
    regions, apart_m = _regions(at_m)
    chosen = np.empty((1, offer.fixed.size + offer.n_free), np.int32)

    def relaxed(leaf: Leaf, work: Climb) -> tuple[Leaf, NDArray[np.float64]]:
        value, multipliers, price, often = climb_unit(
            limited(offer, leaf.limits), leaf.multiplier, leaf.price, upper_km, work, chosen
        )
        return Leaf(leaf.limits, multipliers, price, max(value, leaf.value_km)), often

    first, often = relaxed(Leaf((), multiplier, np.empty(0), -np.inf), root)
    heap, count = [(first.value_km, 0, first, often)], 1
    while heap[0][0] < enough_km and count + 2 <= most and not stop():
        _, _, leaf, often = heapq.heappop(heap)
        expected = weighted_sum(often, regions.T)
        undecided = EVEN - np.abs(expected - np.floor(expected) - EVEN)
        region = int(np.argmax(undecided * apart_m))
        if undecided[region] * apart_m[region] <= 0:
            # All of one point, or as many as are open anyway: no region parts this way.
            heapq.heappush(heap, (leaf.value_km, count, leaf, often))
            break
        at_most = int(np.floor(expected[region]))
        for limit in (
            Limit(np.flatnonzero(regions[region]), at_most, at_most=True),
            Limit(np.flatnonzero(regions[region]), at_most + 1, at_most=False),
        ):
            child = Leaf((*leaf.limits, limit), leaf.multiplier, np.append(leaf.price, 0.0), leaf.value_km)
            found, picked = relaxed(child, climbs)
            heapq.heappush(heap, (found.value_km, count, found, picked))
            count += 1
    return [leaf for _, _, leaf, _ in sorted(heap, key=lambda one: one[1])]


def _regions(at_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return regions of facilities that stand near each other, and how far the next ones are.

    Returns
    -------
    member : ndarray, shape (n_regions, m)
        1 for the facilities of each region, else 0: every cluster of average linkage, single ones too.
    apart_m : ndarray, shape (n_regions,)
        Distance at which each joins another, metres; 0 for all together.
    """
    m = len(at_m)
    member, apart_m = np.zeros((2 * m - 1, m)), np.zeros(2 * m - 1)
    member[:m] = np.eye(m)
    for number, (one, other, distance, _) in enumerate(linkage(at_m, "average")):
        apart_m[[int(one), int(other)]] = distance
        member[m + number] = member[int(one)] + member[int(other)]
    return member, apart_m
