"""Search over open sites: location and allocation in turn, swaps, kicks, judged by exact flow over cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix

from allocation.flow import MM_PER_KM, Flow, least_cost_flow, to_mm
from siting.alternate import best_sites

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from siting.cells import Cells
    from siting.unit import Unit

TURNS = 12
KICKS_A_CENTER = 4
FEWEST_KICKS = 60
PATIENCE_A_CENTER = 1.0
FEWEST_PATIENCE = 30
SWAPS_A_ROUND = 20
INTO_A_CENTER = 4


@dataclass
class Search:
    """The search of one unit: what each set of open facilities costs over cells.

    Parameters
    ----------
    unit : Unit
        The unit.
    cells : Cells
        Its groups, gathered.
    allowed : ndarray of bool, shape (m,)
        Facilities that may open here.
    left_out_km : float
        Price of a case no center can take.
    """

    unit: Unit
    cells: Cells
    allowed: NDArray[np.bool_]
    left_out_km: float
    _known: dict[bytes, tuple[int, Flow]] = field(default_factory=dict, init=False)

    def value(self, open_: NDArray[np.int64]) -> tuple[int, Flow]:
        """Return the cost (1e-6 km) and the flow over cells when the facilities ``open_`` are open."""
        key = open_.tobytes()
        if key not in self._known:
            lower, upper = limits(self.unit, open_)
            left_out_mm = round(self.left_out_km * MM_PER_KM)
            flow = least_cost_flow(
                to_mm(self.cells.cost_km[:, open_]), self.cells.cases, lower, upper, left_out_mm=left_out_mm
            )
            served = flow.center >= 0
            load = np.bincount(flow.center[served], weights=flow.cases[served], minlength=len(open_))
            short = int(np.maximum(lower - load, 0).sum())
            self._known[key] = flow.cost_mm + short * left_out_mm, flow
        return self._known[key]

    def least_km(self, open_: NDArray[np.int64]) -> float:
        """Return the travel with each cell at its nearest open facility: a quick lower limit of the value."""
        nearest = np.minimum(self.cells.cost_km[:, open_].min(axis=1), self.left_out_km)
        return float(nearest @ self.cells.cases)

    def improve(
        self, open_: NDArray[np.int64], *, rng: np.random.Generator, stop: Callable[[], bool] = lambda: False
    ) -> NDArray[np.int64]:
        """Alternate and swap, then kick and alternate again until nothing better was found for a while.

        A kick closes one facility and opens another where the cells cost most. Its number is counted, never
        timed: `KICKS_A_CENTER` and `PATIENCE_A_CENTER` a center.

        Parameters
        ----------
        open_ : ndarray of int
            Facilities open at the start.
        rng : Generator
            Source of the kicks.
        stop : callable
            Asked between steps.
        """
        best = self.swap(self.alternate(np.sort(open_)), stop=stop)
        kicks = max(FEWEST_KICKS, round(KICKS_A_CENTER * len(best)))
        patience = max(FEWEST_PATIENCE, round(PATIENCE_A_CENTER * len(best)))
        stale = 0
        for _ in range(kicks):
            if stale >= patience or stop():
                break
            kicked = self._kicked(best, rng)
            if kicked is None:
                break
            found = self.alternate(kicked)
            if self.value(found)[0] < self.value(best)[0]:
                best, stale = self.swap(found, stop=stop), 0
            else:
                stale += 1
        return best

    def alternate(self, open_: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give each catchment its best site, each site its catchment, until the flow finds nothing better."""
        cost, flow = self.value(open_)
        for _ in range(TURNS):
            served = flow.center >= 0
            weight = coo_matrix(
                (flow.cases[served], (flow.center[served], flow.group[served])),
                shape=(len(open_), len(self.cells.cases)),
            )
            finite = np.where(np.isfinite(self.cells.cost_km), self.cells.cost_km, self.left_out_km)
            moved = best_sites(self.unit.facilities, self.allowed, weight.tocsr() @ finite)
            if moved is None:
                break
            moved = np.sort(moved)
            moved_cost, moved_flow = self.value(moved)
            if moved_cost >= cost:
                break
            open_, cost, flow = moved, moved_cost, moved_flow
        return open_

    def _kicked(self, open_: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64] | None:
        """Return the open facilities with one closed at random and one opened beside a costly cell."""
        places, flow = self.unit.facilities, self.value(open_)[1]
        movable = open_[~places.fixed[open_]]
        if not movable.size:
            return None
        served = flow.center >= 0
        paid = np.full(len(flow.group), self.left_out_km)
        paid[served] = self.cells.cost_km[flow.group[served], open_[flow.center[served]]]
        weight = np.bincount(flow.group, weights=flow.cases * np.maximum(paid, 0) + 1e-9)
        kept = open_[open_ != rng.choice(movable)]
        cell = rng.choice(len(weight), p=weight / weight.sum())
        busy = np.isin(places.applicant, places.applicant[kept][places.applicant[kept] >= 0])
        able = np.setdiff1d(np.flatnonzero(self.allowed & ~busy), kept)
        return np.sort(np.r_[kept, able[int(self.cells.cost_km[cell, able].argmin())]])

    def swap(
        self, open_: NDArray[np.int64], *, stop: Callable[[], bool] = lambda: False
    ) -> NDArray[np.int64]:
        """Exchange one open for one closed facility while the exact flow agrees that it pays."""
        while not stop():
            cost, flow = self.value(open_)
            for out, into in self._guesses(open_, flow):
                swapped = np.sort(np.r_[open_[open_ != out], into])
                if self.value(swapped)[0] < cost:
                    open_ = swapped
                    break
            else:
                break
        return open_

    def _guesses(self, open_: NDArray[np.int64], flow: Flow) -> list[tuple[int, int]]:
        """Return the swaps that look best at the flow's prices, best first.

        Each cell pays its cost and the price of the center; closing one sends its cells to their second best,
        opening one draws the cells that it serves for less.
        """
        places, cost = self.unit.facilities, self.cells.cost_km
        weight = self.cells.cases.astype(float)
        worth = np.column_stack(
            [cost[:, open_] + flow.price_mm / MM_PER_KM, np.full((len(weight), 2), self.left_out_km)]
        )
        rank = np.argsort(worth, axis=1, kind="stable")[:, :2]
        first, second = np.take_along_axis(worth, rank, axis=1).T
        closed = np.setdiff1d(np.flatnonzero(self.allowed), open_)
        owner = places.applicant[closed]
        busy = np.isin(owner, places.applicant[open_])
        drawn = np.minimum(cost[:, closed] - first[:, None], 0)
        draw = weight @ drawn
        guesses = []
        for position, out in enumerate(open_.tolist()):
            own = np.flatnonzero(rank[:, 0] == position)
            able = np.flatnonzero(~busy | (owner == places.applicant[out]))
            if places.fixed[out] or not able.size:
                continue
            moved = np.minimum(cost[np.ix_(own, closed[able])], second[own, None]) - first[own, None]
            change = weight[own] @ (moved - drawn[np.ix_(own, able)]) + draw[able]
            best = np.argsort(change, kind="stable")[:INTO_A_CENTER]
            guesses += [(float(change[one]), out, int(closed[able[one]])) for one in best]
        return [(out, into) for _, out, into in sorted(guesses)[:SWAPS_A_ROUND]]


def limits(unit: Unit, open_: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and most cases of each open facility.

    Existing centers are filled to the lower bound where that is possible. Where the unit cannot fill all its
    centers to the lower bound, new ones come first: an existing one may have fewer, and they share what is
    left.
    """
    upper = unit.facilities.max_cases[open_].copy()
    old = unit.facilities.existing[open_]
    lower = np.minimum(unit.rules.min_cases, upper)
    left = unit.total
    for own in (~old, old):
        if lower[own].sum() > left:
            lower[own] = np.minimum(lower[own], left // np.count_nonzero(own))
        left -= int(lower[own].sum())
    return lower, upper
