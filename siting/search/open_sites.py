"""Search over open sites: location and allocation in turn, swaps, kicks, judged by exact flow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix

from allocation.flow import MM_PER_KM
from data.geodesy import all_pairs_km
from data.process.deadline import never
from data.sums import weighted_sum
from siting.search.alternate import best_sites
from siting.search.exchange import swap_changes, two_best

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from siting.search.opened import Ground, Opened

TURNS, FEWEST_TURNS = 12, 3
"""Turns of location and allocation, and those taken though time is up: serving from a poor network takes
longer than mending it."""
PASSES = 12
INTO_A_CENTER = 6
INTO_NEARBY = 2
KICKS_A_CENTER = 6
FEWEST_KICKS = 60
PATIENCE_A_CENTER = 2.0
FEWEST_PATIENCE = 30
NEIGHBOURS = 8
KICKED_INTO = 12
LOCAL_PASSES = 3


@dataclass(frozen=True)
class Search:
    """The search of one unit.

    Parameters
    ----------
    ground : Ground
        Cells, facilities and costs.
    allowed : ndarray of bool, shape (m,)
        Facilities that may open here.
    """

    ground: Ground
    allowed: NDArray[np.bool_]

    @cached_property
    def finite_km(self) -> NDArray[np.float64]:
        """Cost of each cell at each facility, a forbidden pair as dear as being left out, km."""
        cost_km = self.ground.cells.cost_km
        return np.where(np.isfinite(cost_km), cost_km, self.ground.left_out_mm / MM_PER_KM)

    @cached_property
    def apart_km(self) -> NDArray[np.float64]:
        """Distances between facilities, shape (m, m)."""
        own = self.ground.unit.facilities
        return all_pairs_km(own.lon, own.lat, own.lon, own.lat)

    def least_km(self, open_: NDArray[np.int64]) -> float:
        """Return the travel with each cell at its nearest open facility: a quick lower limit of the value."""
        left_out_km = self.ground.left_out_mm / MM_PER_KM
        nearest = self.finite_km[:, open_].min(axis=1, initial=left_out_km)
        return float(weighted_sum(self.ground.cells.cases, nearest))

    def improve(
        self,
        open_: NDArray[np.int64],
        *,
        rng: np.random.Generator,
        stop: Callable[[], bool] = never,
    ) -> NDArray[np.int64]:
        """Alternate and swap, then kick and mend until nothing better was found for a while.

        A kick swaps two facilities that stand near each other, whatever it costs, and mends what it hit by
        the swaps that pay around it. Kicks are counted, never timed: `KICKS_A_CENTER` and
        `PATIENCE_A_CENTER` a center.

        Parameters
        ----------
        open_ : ndarray of int
            Facilities open at the start.
        rng : Generator
            Source of the kicks.
        stop : callable
            Asked between steps.
        """
        best = self.descend(self.alternate(self.ground.opened(np.sort(open_)), stop=stop), stop=stop)
        kicks = max(FEWEST_KICKS, round(KICKS_A_CENTER * len(open_)))
        patience = max(FEWEST_PATIENCE, round(PATIENCE_A_CENTER * len(open_)))
        stale = 0
        for _ in range(kicks):
            if stale >= patience or stop():
                break
            found = self._kicked(best, rng)
            if found is None:
                break
            better = found.cost_mm < best.cost_mm
            best, stale = (found, 0) if better else (best, stale + 1)
        # What was shared around swaps alone is shared over the whole unit once more.
        return self.descend(self.alternate(self.ground.opened(best.open, best), stop=stop), stop=stop).open

    def alternate(self, now: Opened, *, stop: Callable[[], bool] = never) -> Opened:
        """Give each catchment its best site, each site its catchment, until the flow finds nothing better."""
        for turn in range(TURNS):
            if turn >= FEWEST_TURNS and stop():
                break
            served = now.center >= 0
            weight = coo_matrix(
                (now.cases[served], (now.center[served], now.group[served])),
                shape=(len(now.open), len(self.ground.cells.cases)),
            )
            moved = best_sites(self.ground.unit.facilities, self.allowed, weight.tocsr() @ self.finite_km)
            if moved is None:
                break
            found = self.ground.opened(np.sort(moved), now)
            if found.cost_mm >= now.cost_mm:
                break
            now = found
        return now

    def descend(self, now: Opened, *, stop: Callable[[], bool] = never) -> Opened:
        """Swap one open for one closed facility while it pays, then alternate, until neither helps."""
        for _ in range(PASSES):
            found = self._swapped(now, np.arange(len(now.open)), INTO_A_CENTER, stop)
            if found is None:
                break
            now = self.alternate(self.ground.opened(found.open, found), stop=stop)
        return now

    def _swapped(
        self, now: Opened, outs: NDArray[np.int64], each: int, stop: Callable[[], bool] = never
    ) -> Opened | None:
        """Try the most promising swaps of the facilities at some positions; None where none pays."""
        found = now
        for out, into in self._guesses(now, outs, each):
            if stop():
                break
            if out in found.open and self._able(found.open, out, np.array([into])).size:
                tried = self.ground.swapped(found, out, into, to_gain=True)
                if tried is not None and tried.cost_mm < found.cost_mm:
                    found = tried
        return None if found is now else found

    def _able(self, open_: NDArray[np.int64], out: int, closed: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of some facilities that can open when one closes: one site an applicant."""
        owner = self.ground.unit.facilities.applicant
        others = open_[open_ != out]
        return closed[~np.isin(closed, others) & ~np.isin(owner[closed], owner[others])]

    def _guesses(self, now: Opened, outs: NDArray[np.int64], each: int) -> Iterator[tuple[int, int]]:
        """Yield the swaps that look best at the flow's prices, best first, a few for each position.

        Each cell pays its cost and the price of the center; closing one sends its cells to their second best,
        opening one draws the cells that it serves for less.
        """
        ground, facilities = self.ground, self.ground.unit.facilities
        closed = np.setdiff1d(np.flatnonzero(self.allowed), now.open)
        outs = outs[~facilities.fixed[now.open[outs]]]
        if not (closed.size and outs.size):
            return
        taking = np.zeros(len(now.open) + 1, dtype=bool)
        taking[outs] = True
        cells = np.unique(now.group[taking[now.center]])
        cost_mm = ground.cost_mm[cells]
        first, second, at = two_best(cost_mm, now.open, now.price_mm, ground.left_out_mm)
        cases = ground.cells.cases[cells].astype(np.float64)
        change = swap_changes(cost_mm, cases, first, second, at, closed, len(now.open))[outs]
        owner, theirs = facilities.applicant[closed], facilities.applicant[now.open]
        barred = np.isin(owner, theirs) & (owner[None, :] != theirs[outs, None])
        change[barred] = np.inf
        width = min(each, closed.size)
        into = np.argsort(change, axis=1, kind="stable")[:, :width]
        worth = np.take_along_axis(change, into, axis=1).ravel()
        for number in np.argsort(worth, kind="stable"):
            if np.isfinite(worth[number]):
                yield int(now.open[outs[number // width]]), int(closed[into.ravel()[number]])

    def _kicked(self, now: Opened, rng: np.random.Generator) -> Opened | None:
        """Return the network after a swap at random and what it takes to mend it; None where none is free."""
        movable = now.open[~self.ground.unit.facilities.fixed[now.open]]
        if not movable.size:
            return None
        out = int(rng.choice(movable))
        able = self._able(now.open, out, np.setdiff1d(np.flatnonzero(self.allowed), now.open))
        if not able.size:
            return None
        able = able[np.argsort(self.apart_km[out, able], kind="stable")[:KICKED_INTO]]
        into = int(rng.choice(able))
        kicked = self.ground.swapped(now, out, into)
        if kicked is None:
            return now
        for _ in range(LOCAL_PASSES):
            near = np.argsort(self.apart_km[into, kicked.open], kind="stable")[:NEIGHBOURS]
            mended = self._swapped(kicked, np.sort(near), INTO_NEARBY)
            if mended is None:
                break
            kicked = mended
        return kicked
