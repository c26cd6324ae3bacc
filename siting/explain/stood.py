"""A unit as a version left it, ready to be solved again with one thing changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.assignment import assign
from allocation.flow import FORBIDDEN_MM, MM_PER_KM, least_cost_flow, to_mm
from allocation.serving import LEFT_OUT_KM, NOBODY, VACANT, limits
from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.flow import Flow
    from allocation.unit import Unit

SCALE = 50
"""What a kilometre counts against staying: no number of transfers in a province outweighs a metre."""
LEFT_OUT_MM = round(LEFT_OUT_KM * MM_PER_KM * SCALE)
TIE_KM = 0.0015
"""Two plans that differ by less cost the same: a metre, and the last bits of a sum."""


@dataclass(frozen=True)
class Again:
    """A unit solved again.

    Attributes
    ----------
    open : ndarray of int, shape (k,)
        Facilities that are open.
    center : ndarray of int, shape (n_groups,)
        Facility that serves each group, or `VACANT` (it waits) or `NOBODY`.
    cost_km : float
        What serving and waiting cost, km, prices and transfers included.
    least_km : float
        What they cost at least; equal where every group is a single case.
    left_out : int
        Cases that nobody serves and that do not wait.
    short : int
        Cases that centers lack to their least.
    price_km : ndarray of float, shape (k,)
        Worth of one more place at each, km a case.
    """

    open: NDArray[np.int64]
    center: NDArray[np.int64]
    cost_km: float
    least_km: float
    left_out: int
    short: int
    price_km: NDArray[np.float64]


@dataclass(frozen=True)
class Stood:
    """A unit as a version left it.

    Attributes
    ----------
    unit : Unit
        Its groups are those that stay together and are served together.
    open : ndarray of int, shape (k,)
        Facilities that are open.
    center_id : ndarray of str, shape (k,)
        Their centers.
    center : ndarray of int, shape (n_groups,)
        Facility that serves each group, or `VACANT` or `NOBODY`.
    had : ndarray of int, shape (n_groups,)
        Cases of each group that had a center in the version before; 0 where there was none to keep.
    today : ndarray of int, shape (n_groups, k)
        Of these, the cases that each open facility had.
    waits : ndarray of bool, shape (n_groups,)
        Who may wait for a center instead of being served.
    transfers : bool
        Whether a transfer has a price.
    """

    unit: Unit
    open: NDArray[np.int64]
    center_id: NDArray[np.object_]
    center: NDArray[np.int64]
    had: NDArray[np.int64]
    today: NDArray[np.int64]
    waits: NDArray[np.bool_]
    transfers: bool

    @cached_property
    def paid_open_km(self) -> NDArray[np.float64]:
        """What a case of each group pays at the open facilities, shape (n_groups, k)."""
        return self.paid_km(self.open)

    def paid_km(self, which: NDArray[np.int64], *, exact: bool = True) -> NDArray[np.float64]:
        """Return what a case of each group pays at facilities, price of a transfer included.

        Parameters
        ----------
        which : ndarray of int, shape (m,)
            Open facilities and others.
        exact : bool
            As `allocation.unit.Unit.cost_km`.

        Returns
        -------
        ndarray, shape (n_groups, m)
        """
        paid = self.unit.cost_km(which, exact=exact).astype(np.float64)
        if self.transfers and which.size:
            known = dict(zip(self.open.tolist(), self.today.T, strict=True))
            stays = np.column_stack([known.get(one, np.zeros_like(self.had)) for one in which.tolist()])
            paid += self.unit.rules.move_km * (self.had[:, None] - stays) / self.unit.cases[:, None]
        return paid

    def bounds(self, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the least and most cases of facilities when they are the open ones, each shape (m,).

        Nobody is transferred to fill a center that families left.
        """
        lower, upper = limits(self.unit, which, self.unit.total)
        if self.transfers:
            stayed = dict(zip(self.open.tolist(), self.today.sum(axis=0).tolist(), strict=True))
            runs = self.unit.facilities.existing[which]
            most = np.array([stayed.get(one, 0) for one in which.tolist()], dtype=np.int64)
            lower = np.where(runs, np.minimum(lower, most), lower)
        return lower, upper

    def load(self) -> NDArray[np.int64]:
        """Return the cases of each open facility, shape (k,)."""
        where = position_in(self.open, self.center)
        served = where >= 0
        load = np.bincount(where[served], weights=self.unit.cases[served], minlength=len(self.open))
        return load.astype(np.int64)

    @cached_property
    def as_it_is(self) -> Again:
        """The unit as the version left it, unsolved; its prices are none."""
        paid = self.paid_open_km
        lower, _ = self.bounds(self.open)
        cost, left_out = self._cost(paid, self.open, self.center)
        short = int(np.maximum(lower - self.load(), 0).sum())
        return Again(self.open, self.center, cost, cost, left_out, short, np.zeros(len(self.open)))

    @cached_property
    def several(self) -> bool:
        """Whether some group is of several cases."""
        return bool(self.unit.cases.max(initial=1) > 1)

    @cached_property
    def parted(self) -> Again:
        """The unit solved with nothing changed, groups parted where that is cheaper."""
        return self.again(whole=False)

    def again(
        self,
        open_: NDArray[np.int64] | None = None,
        *,
        only: tuple[int, int] | None = None,
        drawn_to: tuple[int, int] | None = None,
        room: tuple[int, int] | None = None,
        cut: tuple[int, float] | None = None,
        whole: bool = True,
    ) -> Again:
        """Solve the unit again; of ways that cost the same, the one in which most stay where they are.

        Parameters
        ----------
        open_ : ndarray of int, optional
            Facilities that are open; the same as before unless told.
        only : (int, int), optional
            A group, and the facility that alone may serve it.
        drawn_to : (int, int), optional
            A group, and the facility that it goes to where that costs the same as another.
        room : (int, int), optional
            A facility, and how many cases more it may serve.
        cut : (int, float), optional
            A facility, and by how many km a case less is paid there.
        whole : bool
            Whether groups stay whole; else the cost is the least there is, and a group is where most of it
            goes.
        """
        open_ = self.open if open_ is None else open_
        paid, waits = self._paid_anew(open_), self.waits.copy()
        lower, upper = self.bounds(open_)
        if only is not None:
            paid[only[0], open_ != only[1]] = np.inf
            waits[only[0]] = False
        if room is not None:
            upper = upper + room[1] * (open_ == room[0])
        if cut is not None:
            paid = paid - cut[1] * (open_ == cut[0])
        every = np.column_stack([paid, np.where(waits, self.unit.rules.waiting_km, np.inf)])
        usual = (
            np.append(open_, VACANT)[None, :] == np.where(self.center == NOBODY, VACANT, self.center)[:, None]
        )
        favored = usual.astype(np.int64)
        if drawn_to is not None:
            favored[drawn_to[0], np.flatnonzero(open_ == drawn_to[1])] += 2
        cost_mm = to_mm(every * SCALE)
        if only is not None:
            # Whoever else it costs a place: without this the group itself could be left out as well.
            favored[only[0]] += LEFT_OUT_MM
        cost_mm -= np.where(cost_mm < FORBIDDEN_MM, favored, 0)
        bounds = np.append(lower, 0), np.append(upper, self.unit.total)
        if not whole:
            flow = least_cost_flow(cost_mm, self.unit.cases, *bounds, left_out_mm=LEFT_OUT_MM)
            return self._flowing(open_, paid, lower, flow)
        sent = assign(cost_mm, self.unit.cases, *bounds, left_out_mm=LEFT_OUT_MM)
        center = np.append(open_, [VACANT, NOBODY])[sent.center]
        cost, left_out = self._cost(paid, open_, center)
        load = np.bincount(sent.center[sent.center >= 0], self.unit.cases[sent.center >= 0], len(upper) + 1)
        return Again(
            open=open_,
            center=center,
            cost_km=cost,
            least_km=cost - sent.loss_mm / SCALE / MM_PER_KM,
            left_out=left_out,
            short=int(np.maximum(lower - load[: len(lower)], 0).sum()),
            price_km=sent.price_mm[: len(open_)] / SCALE / MM_PER_KM,
        )

    def _flowing(
        self, open_: NDArray[np.int64], paid: NDArray[np.float64], lower: NDArray[np.int64], flow: Flow
    ) -> Again:
        """Return what a flow of cases costs, groups parted where that is cheaper."""
        k = len(open_)
        served = (flow.center >= 0) & (flow.center < k)
        group, at, cases = flow.group[served], flow.center[served], flow.cases[served]
        waiting = int(flow.cases[flow.center == k].sum())
        cost = float(weighted_sum(cases, paid[group, at])) + self.unit.rules.waiting_km * waiting
        center = np.full(len(self.unit.cases), NOBODY)
        order = np.argsort(flow.cases, kind="stable")
        center[flow.group[order]] = np.append(open_, [VACANT, NOBODY])[flow.center[order]]
        short = np.maximum(lower - np.bincount(at, cases, k), 0)
        price_km = flow.price_mm[:k] / SCALE / MM_PER_KM
        return Again(open_, center, cost, cost, flow.left_out(), int(short.sum()), price_km)

    def swapped(self, out: int | None, into: int) -> NDArray[np.int64]:
        """Return the open facilities with one in place of another, or beside them all."""
        return np.append(self.open[self.open != (-1 if out is None else out)], into)

    def _paid_anew(self, open_: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a copy of what `paid_km` says, without measuring again what is open already."""
        at = position_in(self.open, open_)
        paid = np.empty((len(self.unit.cases), len(open_)))
        paid[:, at >= 0] = self.paid_open_km[:, at[at >= 0]]
        paid[:, at < 0] = self.paid_km(open_[at < 0])
        return paid

    def _cost(
        self, paid: NDArray[np.float64], open_: NDArray[np.int64], center: NDArray[np.int64]
    ) -> tuple[float, int]:
        """Return what serving and waiting cost, km, and the cases that nobody serves and that do not wait."""
        where = position_in(open_, center)
        served = np.flatnonzero(where >= 0)
        rest = where < 0
        waiting = int(self.unit.cases[rest & self.waits].sum())
        cost = float(weighted_sum(self.unit.cases[served], paid[served, where[served]]))
        left_out = int(self.unit.cases[rest & ~self.waits].sum())
        return cost + self.unit.rules.waiting_km * waiting, left_out


def position_in(open_: NDArray[np.int64], facility: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of each facility among those that are open, -1 for any other."""
    return np.asarray(pd.Index(open_).get_indexer(pd.Index(facility)), dtype=np.int64)
