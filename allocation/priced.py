"""A unit at any price of a transfer: exact least costs, each solved from what the prices near by prove."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import placed_whole
from allocation.flow import FORBIDDEN_MM, MM_PER_KM, Transport, flow_of, to_mm
from allocation.hull import Corner, Known
from allocation.network import FAR, NO_CENTER
from allocation.pairs import Table
from allocation.rebalance import Rebalanced
from data.compiled import compiled

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from allocation.hull import Hull
    from allocation.pairs import Arcs
    from allocation.rebalance import Network

OPEN_GROUPS = 8
"""Groups a center that are sent anew at the least."""
_Choice = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]"]


@dataclass(frozen=True)
class Priced:
    """A unit of which everybody is to be served, at any price of a transfer.

    Attributes
    ----------
    network : Network
        The unit, as `Network.of` gives it.
    cost_km : ndarray, shape (n_groups, k)
        What one case of each group costs at each open center.
    base_mm : ndarray of int, shape (n_groups, k)
        The same, 1e-6 km.
    home : ndarray of int, shape (n_groups,)
        Where a group is served today and may stay, -1 for nowhere.
    lower, upper : ndarray of int, shape (k,)
        Least and most cases of each center.
    """

    network: Network
    cost_km: NDArray[np.float64]
    base_mm: NDArray[np.int64]
    home: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]

    @classmethod
    def of(cls, network: Network, cost_km: NDArray[np.float64], way: Rebalanced) -> Priced:
        """Return a network as it is priced.

        Parameters
        ----------
        network : Network
            The unit.
        cost_km : ndarray, shape (n_groups, k)
            As the attribute.
        way : Rebalanced
            One that serves everybody. Where it leaves a center short of its least, others may too.
        """
        unit = network.unit
        base_mm = to_mm(cost_km)
        here = base_mm[np.arange(len(unit.cases)), network.at]
        home = np.where((network.at >= 0) & (here < FORBIDDEN_MM), network.at, -1)
        upper = np.minimum(unit.facilities.max_cases[network.open], unit.total)
        load = np.bincount(way.center, weights=unit.cases, minlength=len(upper)).astype(np.int64)
        return cls(network, cost_km, base_mm, home, np.minimum(network.lower(), load), upper)

    @property
    def pairs(self) -> int:
        """Pairs of groups and centers."""
        return self.base_mm.size

    @cached_property
    def dearest_mm(self) -> int:
        """What a case costs at the dearest pair, 1e-6 km."""
        return int(self.base_mm[self.base_mm < FORBIDDEN_MM].max(initial=1))

    @cached_property
    def home_mm(self) -> NDArray[np.int64]:
        """What a case of each group costs where it is served today."""
        return self.base_mm[np.arange(len(self.home)), self.home]

    @cached_property
    def staying(self) -> NDArray[np.float64]:
        """Share of each group's cases that are served there, shape (n_groups,)."""
        return self.network.staying / self.network.unit.cases

    @cached_property
    def several(self) -> NDArray[np.int64]:
        """Groups of which some are served today elsewhere than the others (`Network.beside`)."""
        return np.unique(self.network.beside.group)

    @cached_property
    def ascending(self) -> Arcs:
        """Centers and costs of each group, the cheapest first, `NO_CENTER` for those it may not go to."""
        order = np.argsort(self.base_mm, axis=1, kind="stable").astype(np.int32)
        cost = np.take_along_axis(self.base_mm, order, axis=1)
        return np.where(cost < FORBIDDEN_MM, order, np.int32(NO_CENTER)), cost

    @cached_property
    def rounded(self) -> int:
        """What rounding the price of groups that stay in part may change at most, units of the flow."""
        cases, staying = self.network.unit.cases, self.network.staying
        return int(cases[(self.home >= 0) & (staying != cases)].sum() + 1) // 2

    def corner(self, center: NDArray[np.int64]) -> Corner | None:
        """Return the way that sends each group to a center; None where it breaks a bound."""
        if (center < 0).any():
            return None
        cases = self.network.unit.cases
        load = np.bincount(center, weights=cases, minlength=len(self.upper))
        if (load < self.lower).any() or (load > self.upper).any():
            return None
        serving_mm = int((cases * self.base_mm[np.arange(len(center)), center]).sum())
        moved = int(self.network.moves(center).sum())
        return Corner(Rebalanced(center, moved, serving_mm / MM_PER_KM, 0.0), moved, serving_mm)

    def at(self, price: Fraction, hull: Hull) -> tuple[Corner | None, Known]:
        """Return the best way at a price of a transfer, and what every way costs at least.

        What places are worth at prices near by bounds what any way costs. No better way uses a pair that
        exceeds its group's best by more than what is then left to the best way known, and most groups have
        a single pair left: the flow is of the few others.

        Parameters
        ----------
        price : Fraction
            1e-6 km a case, not negative.
        hull : Hull
            What is known.

        Returns
        -------
        corner : Corner or None
            The way found; None where groups that stay together find no room so.
        known : Known
            What is proven by it.
        """
        if not self.pairs:
            return self.corner(self.home), Known(float(price) / MM_PER_KM, 0.0, np.zeros(len(self.upper)))
        # A path over all centers costs less than a case that is left out.
        most = (FORBIDDEN_MM - 1) // ((self.dearest_mm + int(price) + 1) * (len(self.upper) + 2))
        scale = max(min(price.denominator, most), 1)
        paid = round(price * scale)
        tariff = _Tariff(self, scale, paid)
        worth_km = hull.worth_km(paid / scale / MM_PER_KM)
        if worth_km is None:
            center, least, worth = tariff.solved(np.arange(len(self.home)))
        else:
            center, least, worth = tariff.solved_from(tariff.whole(worth_km), hull)
        per_km = scale * MM_PER_KM
        least += paid * int(self.network.had.sum()) - self.rounded
        return self.corner(center), Known(paid / per_km, least / per_km, worth / per_km)


@dataclass(frozen=True)
class _Tariff:
    """A unit at one price: costs are less it for who stays, and multiplied so that it is whole."""

    unit: Priced
    scale: int
    paid: int

    @cached_property
    def stay_mm(self) -> NDArray[np.int64]:
        """What a case of each group pays at the center of today."""
        unit = self.unit
        return unit.home_mm * self.scale - np.rint(self.paid * unit.staying).astype(np.int64)

    def paid_mm(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what a case of some groups pays at each center, shape (n, k)."""
        unit = self.unit
        table = unit.base_mm[rows] * self.scale
        stay = np.flatnonzero(unit.home[rows] >= 0)
        table[stay, unit.home[rows[stay]]] = self.stay_mm[rows[stay]]
        group, center, cases = unit.network.beside.of(rows, len(unit.home))
        share = cases / unit.network.unit.cases[rows[group]]
        may = unit.base_mm[rows[group], center] < FORBIDDEN_MM
        table[group[may], center[may]] -= np.rint(self.paid * share[may]).astype(np.int64)
        return table

    def whole(self, km: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.rint(km * (self.scale * MM_PER_KM)).astype(np.int64)

    def proven(self, worth: NDArray[np.int64]) -> tuple[int, _Choice]:
        """Return what every way costs at least by the worth of places, and what groups choose then."""
        unit = self.unit
        choice = _chosen(unit.ascending, unit.home, self.stay_mm, worth, self.scale)
        if unit.several.size:
            value, slack, best = choice
            table = self.paid_mm(unit.several)
            table = np.where(table < FORBIDDEN_MM * self.scale, table + worth, FAR)
            best[unit.several] = table.argmin(axis=1)
            value[unit.several] = table.min(axis=1)
            # They are always sent anew: how much their next center costs more is not needed.
            slack[unit.several] = 0
        held = np.where(worth > 0, unit.upper, unit.lower)
        return int((unit.network.unit.cases * choice[0]).sum() - (worth * held).sum()), choice

    def solved_from(
        self, worth: NDArray[np.int64], hull: Hull
    ) -> tuple[NDArray[np.int64], int, NDArray[np.int64]]:
        """As `solved`, from what places are worth at prices near by."""
        unit = self.unit
        least, (_, slack, center) = self.proven(worth)
        best = min(one.serving_mm * self.scale + self.paid * one.transferred for one in hull.corners)
        room = best - self.paid * int(unit.network.had.sum()) - least + 2 * unit.rounded
        # Too few groups would leave open what places are worth.
        few = min(OPEN_GROUPS * len(worth), len(slack) - 1)
        rows = np.flatnonzero(slack <= max(room, int(np.partition(slack, few)[few])))
        center[rows] = NO_CENTER
        center, found, prices = self.solved(rows, center, worth)
        return center, found, prices if self.proven(prices)[0] >= least else worth

    def solved(
        self,
        rows: NDArray[np.int64],
        center: NDArray[np.int64] | None = None,
        worth: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], int, NDArray[np.int64]]:
        """Return where groups go, what that costs at least, and what places are worth.

        Parameters
        ----------
        rows : ndarray of int
            Groups that are to be sent.
        center : ndarray of int, shape (n_groups,)
            Where the others go.
        worth : ndarray of int, shape (k,)
            To start from.
        """
        unit, cases = self.unit, self.unit.network.unit.cases
        center = np.full(len(cases), NO_CENTER, np.int64) if center is None else center
        fixed = np.flatnonzero(center >= 0)
        load = np.bincount(center[fixed], weights=cases[fixed], minlength=len(unit.upper)).astype(np.int64)
        lower, upper = np.maximum(unit.lower - load, 0), unit.upper - load
        moved_mm = unit.base_mm[fixed, center[fixed]] * self.scale
        paid_mm = np.where(center[fixed] == unit.home[fixed], self.stay_mm[fixed], moved_mm)
        least = int((cases[fixed] * paid_mm).sum())
        table = self.paid_mm(rows)
        task = Transport(table, cases[rows], lower, upper, FORBIDDEN_MM - 1)
        pairs = Table(table, FORBIDDEN_MM)
        flow = flow_of(pairs, task.cases, lower, upper, left_out_mm=task.left_out_mm, price_mm=worth)
        center[rows] = placed_whole(task, flow, repair=False).center
        return center, least + flow.cost_mm, flow.price_mm


@compiled
def _chosen(
    arcs: Arcs,
    home: NDArray[np.int64],
    stay: NDArray[np.int64],
    worth: NDArray[np.int64],
    scale: int,
) -> _Choice:
    """Return what each group pays at its best center, by how much its next costs more, and the best.

    Costs of a group ascend; at the center of today it pays ``stay``.
    """
    center, cost = arcs
    n = len(center)
    value, slack = np.full(n, FAR, np.int64), np.full(n, FAR, np.int64)
    best = np.full(n, NO_CENTER, np.int64)
    cheapest = worth.min()
    for group in range(n):
        second = FAR
        if home[group] >= 0:
            best[group], value[group] = home[group], stay[group] + worth[home[group]]
        for position in range(center.shape[1]):
            one = center[group, position]
            if one < 0 or cost[group, position] * scale + cheapest >= second:
                break
            if one == home[group]:
                continue
            own = cost[group, position] * scale + worth[one]
            if own < value[group]:
                second = value[group]
                value[group], best[group] = own, one
            elif own < second:
                second = own
        slack[group] = second - value[group]
    return value, slack, best
