"""The curve of transfers against travel over several units: corner by corner, the widest gap first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import MM_PER_KM
from allocation.hull import Hull
from allocation.priced import Priced
from allocation.rebalance import rebalance_least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.rebalance import Network, Rebalanced

MOST_PAIRS = 30_000_000
"""Pairs of groups and centers that solving for corners may look at: counted, so that every machine finds the
same ones."""
LEAST_PRICE = Fraction(1, 1000)
"""Price, 1e-6 km a case, that tells the fewest transfers of those ways that travel least."""


@dataclass(frozen=True)
class Supported:
    """A corner of the curve of all units.

    Attributes
    ----------
    price : Fraction or None
        Price of a transfer below which it is better than the corner before, 1e-6 km a case; None for the
        fewest transfers.
    transferred : int
        Cases that are transferred.
    serving_km : float
        What serving costs, km.
    """

    price: Fraction | None
    transferred: int
    serving_km: float


@dataclass(frozen=True)
class Curve:
    """Corners of several units, which together are those of all.

    At one price of a transfer every unit is at its own best: the hull of all is the sum of the units' hulls,
    edge by edge in the order of their slopes (the Minkowski sum).

    Attributes
    ----------
    units : tuple of Priced
        Everybody of them is to be served.
    hulls : tuple of Hull
        One a unit.
    """

    units: tuple[Priced, ...]
    hulls: tuple[Hull, ...]

    @classmethod
    def of(
        cls,
        networks: Sequence[Network],
        costs_km: Sequence[NDArray[np.float64]],
        ways: Sequence[Rebalanced],
    ) -> Curve:
        """Return the curve of which both ends are known, and ways that are known beside them.

        Parameters
        ----------
        networks : sequence of Network
            As `Network.of` gives them.
        costs_km : sequence of ndarray
            What one case of each group costs at each open center.
        ways : sequence of Rebalanced
            One a unit that serves everybody.
        """
        pairs = zip(networks, costs_km, ways, strict=True)
        units = tuple(Priced.of(*one) for one in pairs)
        return cls(units, tuple(_ends(unit, way) for unit, way in zip(units, ways, strict=True)))

    @property
    def forced(self) -> int:
        """Cases that every way transfers."""
        return sum(one.forced for one in self.hulls)

    def traced(self, most_pairs: int = MOST_PAIRS) -> Curve:
        """Return the curve with the corners between those known, below the widest edges first.

        Under an edge the unit is solved at the price at which both its ends cost the same: what costs less is
        a new corner, else there is none.

        Parameters
        ----------
        most_pairs : int
            Pairs of groups and centers that may be looked at.
        """
        hulls = list(self.hulls)
        widest = [hull.widest() for hull in hulls]
        queue = [(-depth_km, number) for number, (depth_km, _) in enumerate(widest)]
        heapify(queue)
        while queue:
            depth_km, number = heappop(queue)
            unit, hull, edge = self.units[number], hulls[number], widest[number][1]
            if depth_km == 0:
                break
            if known := hull.settled(edge):
                hulls[number] = hull.with_found(hull.slopes[edge], None, known)
            else:
                most_pairs -= unit.pairs
                if most_pairs < 0:
                    break
                hulls[number] = _solved(unit, hull, hull.slopes[edge])
            widest[number] = hulls[number].widest()
            heappush(queue, (-widest[number][0], number))
        return replace(self, hulls=tuple(hulls))

    def solved_at(self, number: int, price: Fraction) -> Curve:
        """Return the curve with what the best way of one unit at a price adds to it."""
        hulls = list(self.hulls)
        hulls[number] = _solved(self.units[number], hulls[number], price)
        return replace(self, hulls=tuple(hulls))

    def doubtful(self, price: Fraction) -> list[int]:
        """Return the units of which a better way at a price is possible and was not sought."""
        at = np.array([float(price)]) / MM_PER_KM
        return [
            number
            for number, hull in enumerate(self.hulls)
            if price not in hull.tried and hull.depth_km(at)[0] > 0
        ]

    def edges(self) -> list[tuple[Fraction, int]]:
        """Return the slope of each unit's edges, 1e-6 km a case, falling, and the unit."""
        each = [(one, number) for number, hull in enumerate(self.hulls) for one in hull.slopes]
        return sorted(each, key=lambda one: (-one[0], one[1]))

    def corners(self) -> list[Supported]:
        """Return the corners of all units together, from the fewest transfers on."""
        first = [hull.corners[0] for hull in self.hulls]
        transferred = sum(one.transferred for one in first)
        serving_mm = sum(one.serving_mm for one in first)
        found = [Supported(None, transferred, serving_mm / MM_PER_KM)]
        position = [0] * len(self.hulls)
        for slope, number in self.edges():
            few, many = self.hulls[number].corners[position[number] :][:2]
            position[number] += 1
            transferred += many.transferred - few.transferred
            serving_mm += many.serving_mm - few.serving_mm
            if slope == found[-1].price:
                found.pop()
            found.append(Supported(slope, transferred, serving_mm / MM_PER_KM))
        return found

    def gap_km(self) -> float:
        """Return how far below the curve a way may lie, km of travel, at most."""
        return float(self._depth_km(self._prices_km()).max())

    def bound_km(self, most: int) -> float:
        """Return what serving costs at least with at most so many transfers, km."""
        prices_km = self._prices_km()
        best = np.sum([hull.best_km(prices_km) for hull in self.hulls], axis=0)
        return float((best - self._depth_km(prices_km) - prices_km * most).max(initial=0.0))

    def _depth_km(self, prices_km: NDArray[np.float64]) -> NDArray[np.float64]:
        depth: NDArray[np.float64] = np.sum([hull.depth_km(prices_km) for hull in self.hulls], axis=0)
        return depth

    def _prices_km(self) -> NDArray[np.float64]:
        slopes = [*(one for one, _ in self.edges()), LEAST_PRICE]
        # A large unit is solved at a price near the least one, below which nothing is known of it.
        least_km = max((hull.known[0].price_km for hull in self.hulls if hull.known), default=0.0)
        return np.maximum(np.array([float(one) for one in slopes]) / MM_PER_KM, least_km)


def _ends(unit: Priced, way: Rebalanced) -> Hull:
    few, forced = rebalance_least(unit.network, cost_km=unit.cost_km, lower=unit.lower)
    corners = [unit.corner(one.center) for one in (few, way)]
    return _solved(unit, Hull.of([one for one in corners if one is not None], forced), LEAST_PRICE)


def _solved(unit: Priced, hull: Hull, price: Fraction) -> Hull:
    return hull.with_found(price, *unit.at(price, hull))
