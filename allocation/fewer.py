"""The best that is found with at most so many transfers, from the corner of the curve below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.curve import LEAST_PRICE
from allocation.rebalance import Network, Rebalanced
from data.sums import weighted_sum

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from allocation.curve import Curve


@dataclass(frozen=True)
class Fewer:
    """The best that was found with at most so many transfers.

    Attributes
    ----------
    found : tuple of Rebalanced
        One a unit.
    bound_km : float
        What serving costs at least, km, with so many transfers.
    """

    found: tuple[Rebalanced, ...]
    bound_km: float

    @property
    def transferred(self) -> int:
        """Cases that are transferred."""
        return sum(one.transferred for one in self.found)

    @property
    def serving_km(self) -> float:
        """What serving costs, km."""
        return sum(one.serving_km for one in self.found)


def at_most(curve: Curve, most: int) -> Fewer:
    """Return the best that is found with at most so many transfers.

    The way starts from the corner of the curve with no more, goes on along later edges that fit, and then
    transfers single groups. The bound is of the curve: the price of its edge there makes it the highest.

    Parameters
    ----------
    curve : Curve
        With the corners that are known; those beside ``most`` are sought where they are not.
    most : int
        Cases that may be transferred, no fewer than those of the curve's first corner.
    """
    while True:
        price = _price_at(curve, most)
        doubtful = curve.doubtful(price)
        if not doubtful:
            break
        for number in doubtful:
            curve = curve.solved_at(number, price)
    position, left = [0] * len(curve.hulls), most - curve.corners()[0].transferred
    blocked: set[int] = set()
    for _, number in curve.edges():
        few, many = curve.hulls[number].corners[position[number] :][:2]
        if number in blocked or many.transferred - few.transferred > left:
            blocked.add(number)
            continue
        position[number] += 1
        left -= many.transferred - few.transferred
    found = [hull.corners[own].way for hull, own in zip(curve.hulls, position, strict=True)]
    return Fewer(tuple(_transferred(curve, found, left)), curve.bound_km(most))


def _price_at(curve: Curve, most: int) -> Fraction:
    """Return the slope of the edge on which a number of transfers lies, 1e-6 km a case."""
    prices = (one.price for one in curve.corners() if one.transferred > most)
    return next(prices, None) or LEAST_PRICE


def _transferred(curve: Curve, found: list[Rebalanced], left: int) -> list[Rebalanced]:
    """Transfer single groups that stay to where there is room, what saves most a transfer first."""
    pairs = zip(curve.units, found, strict=True)
    offers = [_Offers.of(one.network, one.cost_km, own) for one, own in pairs]
    bests = [one.best(left) for one in offers]
    while bests:
        number = max(range(len(bests)), key=lambda one: (bests[one][0], -one))
        gain, group, to = bests[number]
        if gain <= 0:
            break
        left -= offers[number].take(group, to)
        bests[number] = (np.inf, -1, -1)
        for other, (_, its, _) in enumerate(bests):
            if its < 0 or offers[other].network.staying[its] > left:
                bests[other] = offers[other].best(left)
    return [one.rebalanced() for one in offers]


@dataclass
class _Offers:
    """What transferring one group of a unit saves."""

    network: Network
    cost_km: NDArray[np.float64]
    center: NDArray[np.int64]
    load: NDArray[np.int64]
    lower: NDArray[np.int64]

    @classmethod
    def of(cls, network: Network, cost_km: NDArray[np.float64], found: Rebalanced) -> _Offers:
        served = found.center >= 0
        cases = network.unit.cases
        load = np.bincount(found.center[served], weights=cases[served], minlength=len(network.open))
        return cls(network, cost_km, found.center.copy(), load.astype(np.int64), network.lower())

    def best(self, left: int) -> tuple[float, int, int]:
        """Return what the best transfer saves a case moved, km, its group and where that goes."""
        network, cases = self.network, self.network.unit.cases
        stays = np.flatnonzero((self.center >= 0) & (self.center == network.at) & (network.staying <= left))
        here = self.center[stays]
        stays = stays[self.load[here] - cases[stays] >= self.lower[here]]
        if not stays.size:
            return 0.0, -1, -1
        room = network.unit.facilities.max_cases[network.open] - self.load
        saved = self.cost_km[stays, self.center[stays]][:, None] - self.cost_km[stays]
        saved = np.where(cases[stays][:, None] <= room, saved * cases[stays][:, None], 0.0)
        saved /= network.staying[stays][:, None]
        which, to = np.unravel_index(int(saved.argmax()), saved.shape)
        return float(saved[which, to]), int(stays[which]), int(to)

    def take(self, group: int, to: int) -> int:
        """Transfer a group; return the cases that it moves."""
        cases = int(self.network.unit.cases[group])
        self.load[self.center[group]] -= cases
        self.load[to] += cases
        self.center[group] = to
        return int(self.network.staying[group])

    def rebalanced(self) -> Rebalanced:
        served = np.flatnonzero(self.center >= 0)
        serving_km = float(
            weighted_sum(self.network.unit.cases[served], self.cost_km[served, self.center[served]])
        )
        return Rebalanced(self.center, int(self.network.moves(self.center).sum()), serving_km, np.inf)
