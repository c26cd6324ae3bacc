"""The lower convex hull of (transferred cases, travel) of one unit, and what is proven of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import MM_PER_KM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from allocation.rebalance import Rebalanced

DEPTH_KM = 1e-8
"""Rounding of the sums of a unit; a shallower triangle holds no corner."""


@dataclass(frozen=True)
class Corner:
    """A way to serve a unit that no mixture of other known ways beats.

    Attributes
    ----------
    way : Rebalanced
        Who goes where.
    transferred : int
        Cases that are transferred.
    serving_mm : int
        What serving costs, 1e-6 km: whole numbers compare exactly.
    """

    way: Rebalanced
    transferred: int
    serving_mm: int


@dataclass(frozen=True)
class Known:
    """What was proven at one price of a transfer.

    Attributes
    ----------
    price_km : float
        The price, km a case.
    least_km : float
        What serving and transfers cost at least then.
    worth_km : ndarray, shape (k,)
        What one more place at each center is worth, km a case: a price near by is solved sooner from there.
    """

    price_km: float
    least_km: float
    worth_km: NDArray[np.float64] = field(compare=False)


@dataclass(frozen=True)
class Hull:
    """The corners of a unit that are known, and how far below them others may lie.

    What serving and transfers cost at least is concave in the price: between two prices that were solved it
    lies above their chord; beyond the dearest it grows by the forced transfers at least.

    Attributes
    ----------
    corners : tuple of Corner
        From the fewest transfers to the least travel, bending strictly one way.
    known : tuple of Known
        By ascending price.
    forced : int
        Cases that every way transfers.
    tried : frozenset of Fraction
        Slopes of the edges under which a corner was sought, 1e-6 km a case.
    proven : frozenset of int
        Transfers of the ways that cost the least at some price.
    """

    corners: tuple[Corner, ...]
    known: tuple[Known, ...]
    forced: int
    tried: frozenset[Fraction] = frozenset()
    proven: frozenset[int] = frozenset()

    @classmethod
    def of(cls, corners: Iterable[Corner], forced: int) -> Hull:
        """Return the hull of some ways, of which nothing is proven but what is forced."""
        return cls(_bent(corners), (), forced)

    def with_found(self, price: Fraction, corner: Corner | None, known: Known) -> Hull:
        """Return the hull with what was found at a price of a transfer, 1e-6 km a case.

        What is proven there already by the prices beside it stays proven.
        """
        corners, proven = self.corners, self.proven
        if self.known:
            least_km = float(self._least_km(np.array([known.price_km]))[0])
            known = replace(known, least_km=max(known.least_km, least_km))
        if corner is not None:
            corners = _bent((*corners, corner))
            paid_km = corner.serving_mm / MM_PER_KM + known.price_km * corner.transferred
            proven |= {corner.transferred} if paid_km <= known.least_km + DEPTH_KM else set()
        others = (one for one in self.known if one.price_km != known.price_km)
        every = sorted((*others, known), key=lambda one: one.price_km)
        return Hull(corners, tuple(every), self.forced, self.tried | {price}, proven)

    def settled(self, edge: int) -> Known | None:
        """Return what is known under an edge between two proven ways of which one has one transfer more.

        A way has a whole number of transfers, so none lies between them.
        """
        few, many = self.corners[edge], self.corners[edge + 1]
        is_narrow = many.transferred == few.transferred + 1
        if not is_narrow or not {few.transferred, many.transferred} <= self.proven:
            return None
        price_km = float(self.slopes[edge]) / MM_PER_KM
        worth_km = self.worth_km(price_km)
        if worth_km is None:
            return None
        return Known(price_km, few.serving_mm / MM_PER_KM + price_km * few.transferred, worth_km)

    @cached_property
    def slopes(self) -> tuple[Fraction, ...]:
        """The price at which both ends of each edge cost the same, 1e-6 km a case, falling."""
        return tuple(
            Fraction(few.serving_mm - many.serving_mm, many.transferred - few.transferred)
            for few, many in pairwise(self.corners)
        )

    def worth_km(self, price_km: float) -> NDArray[np.float64] | None:
        """Return what places are worth at a price of a transfer, as between the known prices beside it."""
        if not self.known:
            return None
        above = bisect_left(self.known, price_km, key=lambda one: one.price_km)
        if above in (0, len(self.known)):
            return self.known[min(above, len(self.known) - 1)].worth_km
        left, right = self.known[above - 1], self.known[above]
        share = (price_km - left.price_km) / (right.price_km - left.price_km)
        return (1.0 - share) * left.worth_km + share * right.worth_km

    def best_km(self, price_km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the best way known costs at each price, transfers at it, km."""
        transferred = np.array([one.transferred for one in self.corners], dtype=float)
        serving_km = np.array([one.serving_mm for one in self.corners]) / MM_PER_KM
        best: NDArray[np.float64] = (serving_km + price_km[:, None] * transferred).min(axis=1)
        return best

    def depth_km(self, price_km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much an unknown way may cost less at each price than the best known, at most."""
        if not self.known:
            return np.full(len(price_km), np.inf)
        depth = self.best_km(price_km) - self._least_km(price_km)
        return np.where(depth > DEPTH_KM, depth, 0.0)

    def _least_km(self, price_km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what every way costs at least at each price, km, as between the known prices beside it."""
        at = np.array([one.price_km for one in self.known])
        least: NDArray[np.float64] = np.interp(
            price_km, at, [one.least_km for one in self.known], left=-np.inf
        )
        least += self.forced * np.maximum(price_km - at[-1], 0.0)
        return least

    def widest(self) -> tuple[float, int]:
        """Return the depth of the largest triangle in which no corner was sought, km, and its edge."""
        depth = self.depth_km(np.array([float(one) for one in self.slopes]) / MM_PER_KM)
        for edge in np.argsort(-depth, kind="stable"):
            if depth[edge] > 0 and self.slopes[edge] not in self.tried:
                return float(depth[edge]), int(edge)
        return 0.0, 0


def _bent(ways: Iterable[Corner]) -> tuple[Corner, ...]:
    """Return the corners of the lower hull of ways, transfers ascending and travel falling."""
    kept: list[Corner] = []
    for one in sorted(ways, key=lambda one: (one.transferred, one.serving_mm)):
        if kept and one.serving_mm >= kept[-1].serving_mm:
            continue
        while len(kept) > 1 and _is_above(kept[-2], kept[-1], one):
            kept.pop()
        kept.append(one)
    return tuple(kept)


def _is_above(left: Corner, middle: Corner, right: Corner) -> bool:
    """Whether a way lies on the chord between two others or above it."""
    rise = (middle.serving_mm - left.serving_mm) * (right.transferred - left.transferred)
    return rise >= (right.serving_mm - left.serving_mm) * (middle.transferred - left.transferred)
