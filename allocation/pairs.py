"""What a case costs at a center: each group's cheapest pairs, and those that prices show to be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from allocation.network import FAR
from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

MM_PER_M = 1000.0
Arcs = tuple["NDArray[np.int32]", "NDArray[np.int64]"]
Missing = tuple["NDArray[np.int64]", "NDArray[np.int32]", "NDArray[np.int64]"]


class Pairs(Protocol):
    """Costs of all pairs of groups and centers, whether kept or computed."""

    @property
    def shape(self) -> tuple[int, int]:
        """Groups and centers."""

    def cheapest(self, count: int) -> Arcs:
        """Return centers and costs of each group's cheapest pairs, ascending, ``NO_CENTER`` at the end."""

    def missing(
        self,
        center: NDArray[np.int32],
        cost: NDArray[np.int64],
        price: NDArray[np.int64],
        count: int,
        *,
        nearest: int,
    ) -> Missing | None:
        """Return the pairs cheaper, price included, than all arcs of their group.

        Parameters
        ----------
        center, cost : ndarray, shape (n_groups, width)
            Arcs there are; the first is the one of being left out, which has no price.
        price : ndarray of int, shape (n_centers,)
            Prices.
        count : int
            At most so many a group, the cheapest.
        nearest : int
            So many arcs of each group, after the first, are its cheapest pairs.

        Returns
        -------
        rows, center, cost : ndarray
            Groups with missing arcs, and these, shape (n_rows, count); None where no arc is missing.
        """


@dataclass(frozen=True)
class Table:
    """A table of costs.

    Attributes
    ----------
    cost_mm : ndarray of int64, shape (n_groups, n_centers)
        Cost of one case, 1e-6 km.
    forbidden_mm : int
        Cost from which on a pair may not be used.
    """

    cost_mm: NDArray[np.int64]
    forbidden_mm: int

    @property
    def shape(self) -> tuple[int, int]:
        """Groups and centers."""
        return self.cost_mm.shape[0], self.cost_mm.shape[1]

    def cheapest(self, count: int) -> Arcs:
        """As `Pairs.cheapest`."""
        return _cheapest_of_table(self.cost_mm, self.forbidden_mm, min(count, self.shape[1]))

    def missing(
        self,
        center: NDArray[np.int32],
        cost: NDArray[np.int64],
        price: NDArray[np.int64],
        count: int,
        *,
        nearest: int,
    ) -> Missing | None:
        """As `Pairs.missing`; every pair is looked at."""
        if nearest >= self.shape[1]:
            return None
        value = _least_worth(center, cost, price)
        return _kept(*_missing_in_table(self.cost_mm, self.forbidden_mm, value, price, count))


@dataclass(frozen=True)
class Plane:
    """Straight lines between points of a plane.

    Attributes
    ----------
    points, centers : ndarray of float64, shapes (n_groups, 2) and (n_centers, 2)
        Metres.
    """

    points: NDArray[np.float64]
    centers: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Groups and centers."""
        return len(self.points), len(self.centers)

    def cheapest(self, count: int) -> Arcs:
        """As `Pairs.cheapest`."""
        from scipy.spatial import cKDTree  # noqa: PLC0415 - heavy, and costs are seldom of a plane

        width = min(count, len(self.centers))
        _, found = cKDTree(self.centers).query(self.points, k=width, workers=1)
        center = found.reshape(len(self.points), width).astype(np.int32)
        return center, _lengths(self.points, self.centers, center)

    def missing(
        self,
        center: NDArray[np.int32],
        cost: NDArray[np.int64],
        price: NDArray[np.int64],
        count: int,
        *,
        nearest: int,
    ) -> Missing | None:
        """As `Pairs.missing`; groups whose nearest arcs reach far enough at the least price need no look."""
        if nearest >= self.shape[1]:
            return None
        value = _least_worth(center, cost, price)
        open_ = np.flatnonzero(cost[:, nearest] + price.min() < value)
        rows, more, more_cost = _missing_in_plane(
            self.points[open_], self.centers, value[open_], price, count
        )
        return _kept(open_[rows], more, more_cost)


def _kept(rows: NDArray[np.int64], center: NDArray[np.int32], cost: NDArray[np.int64]) -> Missing | None:
    return (rows, center, cost) if rows.size else None


@compiled
def _least_worth(
    center: NDArray[np.int32], cost: NDArray[np.int64], price: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return what each group pays at the prices, shape (n_groups,)."""
    value = cost[:, 0].copy()
    for group in range(len(center)):
        for position in range(1, center.shape[1]):
            to = center[group, position]
            if to < 0:
                break
            value[group] = min(value[group], cost[group, position] + price[to])
    return value


@compiled
def _keep_least(center: NDArray[np.int32], worth: NDArray[np.int64], one: int, own: int) -> None:
    """Put a center into an ascending list of fixed length where it belongs."""
    at = worth.size - 1
    while at > 0 and worth[at - 1] > own:
        worth[at], center[at] = worth[at - 1], center[at - 1]
        at -= 1
    worth[at], center[at] = own, one


@compiled
def _cheapest_of_table(cost: NDArray[np.int64], forbidden: int, width: int) -> Arcs:
    n = len(cost)
    center, least = np.full((n, width), -1, np.int32), np.full((n, width), FAR, np.int64)
    for group in range(n):
        for one in range(cost.shape[1]):
            own = cost[group, one]
            if own < forbidden and own < least[group, width - 1]:
                _keep_least(center[group], least[group], one, own)
    return center, least


@compiled
def _missing_in_table(
    cost: NDArray[np.int64], forbidden: int, value: NDArray[np.int64], price: NDArray[np.int64], count: int
) -> Missing:
    wanting = np.zeros(len(cost), np.bool_)
    for group in range(len(cost)):
        for one in range(cost.shape[1]):
            if cost[group, one] + price[one] < value[group] and cost[group, one] < forbidden:
                wanting[group] = True
                break
    rows = np.flatnonzero(wanting)
    center, worth = np.full((rows.size, count), -1, np.int32), np.full((rows.size, count), FAR, np.int64)
    for row in range(rows.size):
        group = rows[row]
        for one in range(cost.shape[1]):
            own = cost[group, one] + price[one]
            if own < value[group] and cost[group, one] < forbidden and own < worth[row, count - 1]:
                _keep_least(center[row], worth[row], one, own)
        for position in range(count):
            if center[row, position] >= 0:
                worth[row, position] = cost[group, center[row, position]]
    return rows, center, worth


@compiled
def _length(one: NDArray[np.float64], other: NDArray[np.float64]) -> np.int64:
    """Return the distance of two points, 1e-6 km."""
    return np.int64(np.rint(np.hypot(one[0] - other[0], one[1] - other[1]) * MM_PER_M))


@compiled
def _lengths(
    points: NDArray[np.float64], centers: NDArray[np.float64], center: NDArray[np.int32]
) -> NDArray[np.int64]:
    length = np.empty(center.shape, np.int64)
    for group in range(len(points)):
        for position in range(center.shape[1]):
            length[group, position] = _length(points[group], centers[center[group, position]])
    return length


@compiled
def _missing_in_plane(
    points: NDArray[np.float64],
    centers: NDArray[np.float64],
    value: NDArray[np.int64],
    price: NDArray[np.int64],
    count: int,
) -> Missing:
    wanting = np.zeros(len(points), np.bool_)
    for group in range(len(points)):
        for one in range(len(centers)):
            # A square is quicker than a root; a metre of slack keeps rounding out of it.
            reach = (value[group] - price[one]) / MM_PER_M + 1.0
            across = points[group, 0] - centers[one, 0]
            along = points[group, 1] - centers[one, 1]
            if reach > 0 and across * across + along * along < reach * reach:
                wanting[group] |= _length(points[group], centers[one]) + price[one] < value[group]
    rows = np.flatnonzero(wanting)
    center, worth = np.full((rows.size, count), -1, np.int32), np.full((rows.size, count), FAR, np.int64)
    for row in range(rows.size):
        group = rows[row]
        for one in range(len(centers)):
            own = _length(points[group], centers[one]) + price[one]
            if own < value[group] and own < worth[row, count - 1]:
                _keep_least(center[row], worth[row], one, own)
        for position in range(count):
            if center[row, position] >= 0:
                worth[row, position] = _length(points[group], centers[center[row, position]])
    return rows, center, worth
