"""A set of open facilities with the cells they serve, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import MM_PER_KM, least_cost_flow, to_mm
from allocation.serving import LEFT_OUT_KM, limits
from siting.search.exchange import drawn, least_cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit
    from siting.cells import Cells

GIVERS = 8
RECEIVERS = 6


@dataclass(frozen=True)
class Opened:
    """Open facilities and the flow of cells to them.

    Attributes
    ----------
    open : ndarray of int, shape (k,)
        Facilities, ascending.
    lower, upper : ndarray of int, shape (k,)
        Least and most cases of each.
    price_mm : ndarray of int, shape (k,)
        Price of a place at each, 1e-6 km a case.
    group, center, cases : ndarray of int, shape (n_arcs,)
        Cell, position of its facility (-1 for left out) and cases of every arc of the flow.
    cost_mm : int
        What it costs, with what lower bounds lack, 1e-6 km.
    """

    open: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    price_mm: NDArray[np.int64]
    group: NDArray[np.int64]
    center: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost_mm: int

    def load(self) -> NDArray[np.int64]:
        """Return the cases of each facility, shape (k,)."""
        served = self.center >= 0
        return np.bincount(self.center[served], weights=self.cases[served], minlength=len(self.open)).astype(
            np.int64
        )

    def lacking(self) -> NDArray[np.int64]:
        """Return how many cases each facility is short of its least, shape (k,)."""
        short: NDArray[np.int64] = np.maximum(self.lower - self.load(), 0)
        return short


@dataclass(frozen=True)
class Ground:
    """What a search stands on: cells, facilities, and the price of a case that is left out.

    Attributes
    ----------
    unit : Unit
        The unit.
    cells : Cells
        Its groups, gathered.
    cost_mm : ndarray of int64, shape (n_cells, m)
        Cost of one case of each cell at each facility, 1e-6 km.
    left_out_mm : int
        Price of a case that no center takes.
    """

    unit: Unit
    cells: Cells
    cost_mm: NDArray[np.int64]
    left_out_mm: int

    @classmethod
    def of(cls, unit: Unit, cells: Cells, left_out_km: float = LEFT_OUT_KM) -> Ground:
        """Lay out the ground.

        Whoever is pinned may not wait, whatever the others pay for it: their own center is made cheaper by
        what leaving them out should cost more.
        """
        cost_mm = np.ascontiguousarray(to_mm(cells.cost_km))
        cost_mm[cells.pinned] -= round((LEFT_OUT_KM - left_out_km) * MM_PER_KM)
        return cls(unit, cells, cost_mm, round(left_out_km * MM_PER_KM))

    def opened(self, open_: NDArray[np.int64], near: Opened | None = None) -> Opened:
        """Send every cell to the open facilities, exactly.

        Parameters
        ----------
        open_ : ndarray of int
            Facilities, ascending.
        near : Opened, optional
            Another set much like this one: its prices save time.
        """
        lower, upper = limits(self.unit, open_, int(self.cells.cases.sum()))
        price = None
        if near is not None:
            known = np.isin(open_, near.open)
            price = np.zeros(len(open_), np.int64)
            price[known] = near.price_mm[np.searchsorted(near.open, open_[known])]
        everyone = np.arange(len(self.cells.cases))
        cost_mm = self.cost_mm[:, open_]
        return self._flow((open_, lower, upper), everyone, self.cells.cases, cost_mm, price_mm=price)

    def swapped(self, now: Opened, out: int, into: int, *, to_gain: bool = False) -> Opened | None:
        """Close one facility, open another, and let those around them share the cells anew, exactly.

        The facilities around are those that would take the cells of the one that closes, and those whose
        cells the new one draws. The others keep theirs, so that the cost is that of a true network.

        Parameters
        ----------
        now : Opened
            The network.
        out, into : int
            An open facility and a closed one.
        to_gain : bool
            Whether a network that does not cost less is of no use.

        Returns
        -------
        Opened or None
            None where the lower bounds cannot be met, or where prices prove that nothing is gained.
        """
        at = int(np.searchsorted(now.open, out))
        around = self._around(now, at, into)
        inside = np.append(around, True)[now.center]
        arcs, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
        kept = np.flatnonzero(around)
        kept = kept[kept != at]
        facilities = np.append(now.open[kept], into)
        upper = np.append(now.upper[kept], self.unit.facilities.max_cases[into])
        lower = np.minimum(np.append(now.lower[kept], now.lower[at]), upper)
        if lower.sum() > now.cases[arcs].sum():
            return None
        cell, cases, price_mm = now.group[arcs], now.cases[arcs], np.append(now.price_mm[kept], 0)
        cost_mm, paid_mm = self.cost_mm[np.ix_(cell, facilities)], self._cost_of(now, arcs, around)
        priced = cost_mm, cases, lower, upper, price_mm
        if to_gain and least_cost(*priced, self.left_out_mm, paid_mm) >= paid_mm:
            return None
        part = self._flow((facilities, lower, upper), cell, cases, cost_mm, price_mm=price_mm)
        return _joined(now, out, part, rest, paid_mm)

    def _flow(
        self,
        bounds: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
        cell: NDArray[np.int64],
        cases: NDArray[np.int64],
        cost_mm: NDArray[np.int64],
        *,
        price_mm: NDArray[np.int64] | None,
    ) -> Opened:
        """Send cells to facilities, given with their lower and upper bounds, at some costs."""
        open_, lower, upper = bounds
        flow = least_cost_flow(
            cost_mm,
            cases,
            lower,
            upper,
            left_out_mm=self.left_out_mm,
            price_mm=price_mm,
        )
        served = flow.center >= 0
        load = np.bincount(flow.center[served], weights=flow.cases[served], minlength=len(open_))
        short = int(np.maximum(lower - load, 0).sum()) * self.left_out_mm
        group, total = cell[flow.group], flow.cost_mm + short
        return Opened(open_, lower, upper, flow.price_mm, group, flow.center, flow.cases, total)

    def _around(self, now: Opened, at: int, into: int) -> NDArray[np.bool_]:
        """Mark the facilities that take part in a swap, shape (k,)."""
        k = len(now.open)
        arcs = now.group, now.center, now.cases
        receives, gives = drawn(self.cost_mm, now.open, now.price_mm, *arcs, at, into)
        around = np.zeros(k, dtype=bool)
        for weight, most in ((receives, RECEIVERS), (gives, GIVERS)):
            first = np.argsort(-weight, kind="stable")[:most]
            around[first[weight[first] > 0]] = True
        around[at] = True
        return around

    def _cost_of(self, now: Opened, arcs: NDArray[np.int64], around: NDArray[np.bool_]) -> int:
        """Return what some arcs cost, with what the facilities around lack."""
        center, group = now.center[arcs], now.group[arcs]
        paid = np.where(center >= 0, self.cost_mm[group, now.open[center]], self.left_out_mm)
        lacking = now.lacking()[around].sum()
        return int((paid * now.cases[arcs]).sum()) + int(lacking) * self.left_out_mm


def _joined(now: Opened, out: int, part: Opened, rest: NDArray[np.int64], paid_mm: int) -> Opened:
    """Put a part that was solved anew back into its network; ``rest`` are the arcs that stay."""
    open_ = np.sort(np.append(now.open[now.open != out], part.open[-1:]))
    stays = now.open != out
    old, new = np.searchsorted(open_, now.open), np.searchsorted(open_, part.open)

    def merged(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
        values = np.zeros(len(open_), dtype=np.int64)
        values[old[stays]] = before[stays]
        values[new] = after
        return values

    center = np.where(part.center >= 0, new[part.center], -1)
    return Opened(
        open_,
        merged(now.lower, part.lower),
        merged(now.upper, part.upper),
        merged(now.price_mm, part.price_mm),
        np.append(now.group[rest], part.group),
        np.append(old[now.center[rest]], center),
        np.append(now.cases[rest], part.cases),
        now.cost_mm + part.cost_mm - paid_mm,
    )
