"""Transfers against travel over several units: the points of the curve, and the best of at most so many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.rebalance import Network, Rebalanced, rebalance, rebalance_least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_PRICES = 40
"""Prices at which the curve is asked for a number of transfers; each new one is a corner of it."""
SAME_KM = 1e-6


@dataclass(frozen=True)
class Priced:
    """What all units cost at one price of a transfer: a supported point of the curve.

    Attributes
    ----------
    move_km : float
        The price, km a case; infinite where transfers are as few as can be.
    found : tuple of Rebalanced
        One a unit.
    """

    move_km: float
    found: tuple[Rebalanced, ...]

    @property
    def transferred(self) -> int:
        """Cases that are transferred."""
        return sum(one.transferred for one in self.found)

    @property
    def serving_km(self) -> float:
        """What serving costs, km, without the price of transfers."""
        return sum(one.serving_km for one in self.found)

    def least_km(self, most: int) -> float:
        """Return what serving costs at least with at most so many transfers, by this price."""
        loss = sum(one.loss_km for one in self.found)
        return self.serving_km - loss + self.move_km * (self.transferred - most)


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


@dataclass(frozen=True)
class Networks:
    """Several units that run, everybody of them to be served, and what pairs cost.

    Attributes
    ----------
    each : tuple of Network
        The units, as `Network.of` gives them.
    cost_km : tuple of ndarray
        What one case of each group costs at each open center, one array a unit.
    """

    each: tuple[Network, ...]
    cost_km: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, networks: Sequence[Network]) -> Networks:
        """Return networks with the costs of their pairs."""
        return cls(tuple(networks), tuple(one.unit.cost_km(one.open, exact=True) for one in networks))

    def priced(self, move_km: float) -> Priced:
        """Return the point of the curve at a price of a transfer, km a case."""
        pairs = zip(self.each, self.cost_km, strict=True)
        return Priced(move_km, tuple(rebalance(one, move_km, cost_km=cost) for one, cost in pairs))

    def least(self) -> tuple[Priced, int]:
        """Return the point of the fewest transfers, and how many every way has at least."""
        pairs = zip(self.each, self.cost_km, strict=True)
        both = [rebalance_least(one, cost_km=cost) for one, cost in pairs]
        return Priced(np.inf, tuple(one for one, _ in both)), sum(at_least for _, at_least in both)

    def at_most(self, most: int, few: Priced, many: Priced) -> Fewer:
        """Return the best that is found with at most so many transfers.

        The corner of the curve next below comes from prices between two points; units then go over to the
        corner next above one by one while there are transfers left, and single groups after them.

        Parameters
        ----------
        most : int
            Cases that may be transferred.
        few, many : Priced
            Points of the curve with no more, and with more transfers than that.
        """
        bound_km = many.least_km(most)
        for _ in range(MOST_PRICES):
            apart = few.transferred - many.transferred
            price = (many.serving_km - few.serving_km) / apart if apart else 0.0
            if price <= 0:
                break
            between = self.priced(price)
            bound_km = max(bound_km, between.least_km(most))
            value = between.serving_km + price * between.transferred
            if value >= few.serving_km + price * few.transferred - SAME_KM:
                break
            few, many = (between, many) if between.transferred <= most else (few, between)
        return Fewer(self._filled(most, few, many), bound_km)

    def _filled(self, most: int, few: Priced, many: Priced) -> tuple[Rebalanced, ...]:
        """Go over from one corner to the next unit by unit, what saves most a transfer first."""
        found, left = list(few.found), most - few.transferred
        gain = [one.serving_km - other.serving_km for one, other in zip(few.found, many.found, strict=True)]
        more = [other.transferred - one.transferred for one, other in zip(few.found, many.found, strict=True)]
        for number in sorted(range(len(found)), key=lambda one: (-gain[one] / max(more[one], 1), one)):
            if gain[number] > 0 and more[number] <= left:
                found[number] = many.found[number]
                left -= more[number]
        return tuple(self._transferred(found, left))

    def _transferred(self, found: list[Rebalanced], left: int) -> list[Rebalanced]:
        """Transfer single groups that stay to where there is room, what saves most a transfer first."""
        pairs = zip(self.each, self.cost_km, found, strict=True)
        offers = [_Offers.of(one, cost, own) for one, cost, own in pairs]
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
        serving_km = float(self.network.unit.cases[served] @ self.cost_km[served, self.center[served]])
        return Rebalanced(self.center, int(self.network.moves(self.center).sum()), serving_km, np.inf)
