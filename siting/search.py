"""Search over open sites: regions chosen anew by integer programming, judged by exact flow over all cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import MM_PER_KM, Flow, least_cost_flow, to_mm
from data.geodesy import to_plane
from siting.region import reopen

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from siting.cells import Cells
    from siting.unit import Unit

REGION_CENTERS = 32
CANDIDATES_A_CENTER = 1.6
PASSES = 2
NEAR_SITES = 8
SWAPS_A_ROUND = 40
INTO_A_CENTER = 4


@dataclass
class Search:
    """The search of one unit: what each set of open facilities costs over cells.

    Parameters
    ----------
    unit : Unit
        The unit.
    cells, coarse : Cells
        Its groups, gathered finely to judge and coarsely to choose anew.
    allowed : ndarray of bool, shape (m,)
        Facilities that may open here.
    promise : ndarray of float, shape (m,)
        How promising each facility is, from the relaxation; the higher the better.
    left_out_km : float
        Price of a case no center can take.
    """

    unit: Unit
    cells: Cells
    coarse: Cells
    allowed: NDArray[np.bool_]
    promise: NDArray[np.float64]
    left_out_km: float
    _known: dict[bytes, tuple[int, Flow]] = field(default_factory=dict)

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

    def improve(self, open_: NDArray[np.int64], *, stop: Callable[[], bool] = lambda: False) -> NDArray[np.int64]:
        """Swap while that pays, then choose region after region anew; return the facilities open at the end.

        A region is a center and those nearest to it, up to `REGION_CENTERS`; regions are taken until every
        center was in one. What is found over the coarse cells counts only if it is better over the fine ones.

        Parameters
        ----------
        open_ : ndarray of int
            Facilities open at the start.
        stop : callable
            Asked between regions and swaps.
        """
        open_ = self.swap(np.sort(open_), stop=stop)
        for _ in range(PASSES):
            before = self.value(open_)[0]
            waiting = open_
            while waiting.size and not stop():
                region = self._region(open_, waiting)
                waiting = np.setdiff1d(waiting, region)
                open_ = self._choose_anew(open_, region, stop)
            if self.value(open_)[0] >= before or len(open_) <= REGION_CENTERS:
                break
        return open_

    def _region(self, open_: NDArray[np.int64], waiting: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the centers nearest to the waiting one that is furthest from the middle of all open ones."""
        xy = to_plane(self.unit.facilities.lon, self.unit.facilities.lat)
        off = ((xy[waiting] - xy[open_].mean(axis=0)) ** 2).sum(axis=1)
        seed = waiting[int(off.argmax())]
        order = np.argsort(((xy[open_] - xy[seed]) ** 2).sum(axis=1), kind="stable")
        return np.sort(open_[order[:REGION_CENTERS]])

    def _choose_anew(
        self, open_: NDArray[np.int64], region: NDArray[np.int64], stop: Callable[[], bool]
    ) -> NDArray[np.int64]:
        coarse = Search(self.unit, self.coarse, self.coarse, self.allowed, self.promise, self.left_out_km)
        flow = coarse.value(open_)[1]
        main = np.full(len(self.coarse.cases), -1)
        by_size = np.lexsort((flow.center, flow.cases))
        main[flow.group[by_size]] = flow.center[by_size]
        inside = np.flatnonzero((main < 0) | np.isin(open_[main], region))
        if not inside.size:
            return open_
        candidates = self._candidates(open_, region, inside)
        found = reopen(self.unit, self.coarse, inside, region, candidates, left_out_km=self.left_out_km)
        if found is None or np.array_equal(found, region):
            return open_
        changed = self.swap(np.sort(np.r_[np.setdiff1d(open_, region), found]), stop=stop)
        return changed if self.value(changed)[0] < self.value(open_)[0] else open_

    def _candidates(
        self, open_: NDArray[np.int64], region: NDArray[np.int64], inside: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the closed facilities worth trying: near the cells, most promising first."""
        places = self.unit.facilities
        elsewhere = places.applicant[np.setdiff1d(open_, region)]
        closed = np.setdiff1d(np.flatnonzero(self.allowed), open_)
        closed = closed[~np.isin(places.applicant[closed], elsewhere[elsewhere >= 0])]
        if not closed.size:
            return closed
        cost = self.coarse.cost_km[np.ix_(inside, closed)]
        width = min(NEAR_SITES, closed.size)
        near = closed[np.unique(np.argpartition(cost, width - 1, axis=1)[:, :width])]
        ranked = near[np.lexsort((near, -self.promise[near]))]
        return np.sort(ranked[: round(CANDIDATES_A_CENTER * len(region))])

    def swap(self, open_: NDArray[np.int64], *, stop: Callable[[], bool] = lambda: False) -> NDArray[np.int64]:
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

    Existing centers are filled to the lower bound where that is possible. Where the unit cannot fill its centers
    to the lower bound, they share what there is.
    """
    upper = unit.facilities.max_cases[open_].copy()
    lower = np.minimum(unit.rules.min_cases, upper)
    if lower.sum() > unit.total:
        lower = np.minimum(lower, unit.total // max(len(open_), 1))
    return lower, upper
