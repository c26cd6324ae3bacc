"""A running network after a change: who is transferred, as few as must be and as many as pay."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.assignment import TO_FLOW, flow_around, short_of
from allocation.fewest import Task, fewest
from allocation.flow import MM_PER_KM, Transport, least_cost_flow, to_mm
from allocation.serving import NOBODY, limits, send, serve
from allocation.unit import subset
from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit

NO_CENTER = -1
TRANSFER_KM = 1_000.0
"""Price of a transfer where transfers are to be as few as can be; kilometres then count a thousandth."""
TENTH = 0.1


class Beside(NamedTuple):
    """Cases of groups that are served today elsewhere than the group, at a center that is open.

    Attributes
    ----------
    group, center, cases : ndarray of int, shape (n,)
        Number of the group, position in ``open``, and how many; no pair of group and center twice.
    """

    group: NDArray[np.int64]
    center: NDArray[np.int64]
    cases: NDArray[np.int64]

    def of(self, groups: NDArray[np.int64], count: int) -> Beside:
        """Return those of some of ``count`` groups, numbered as they are told."""
        number = np.full(count, NO_CENTER, dtype=np.int64)
        number[groups] = np.arange(len(groups))
        told = number[self.group] >= 0
        return Beside(number[self.group[told]], self.center[told], self.cases[told])


NOBODY_BESIDE = Beside(*(np.zeros(0, dtype=np.int64) for _ in Beside._fields))


@dataclass(frozen=True)
class Network:
    """A unit that runs: its open centers, and where its groups are served today.

    Attributes
    ----------
    unit : Unit
        The unit after the change. A group is of families that are served together today, and of those who
        came to live with them.
    open : ndarray of int, shape (k,)
        Facilities that are open after the change, ascending.
    unopened : int
        Centers that were given and did not open.
    at : ndarray of int, shape (n_groups,)
        Position in ``open`` of the center that serves each group today, or `NO_CENTER`.
    staying : ndarray of int, shape (n_groups,)
        Cases of each group that are served there today.
    had : ndarray of int, shape (n_groups,)
        Cases of each group that have a center today, open or not.
    may_wait : bool
        Whether whoever has no center to keep may wait for a vacancy.
    beside : Beside
        Cases that come to live with others and have another center than they.
    """

    unit: Unit
    open: NDArray[np.int64]
    unopened: int
    at: NDArray[np.int64]
    staying: NDArray[np.int64]
    had: NDArray[np.int64]
    may_wait: bool
    beside: Beside = NOBODY_BESIDE

    def lower(self) -> NDArray[np.int64]:
        """Return the least cases of each center, shape (k,).

        Nobody is transferred to fill a center that families left; a center that opens is filled.
        """
        least, _ = limits(self.unit, self.open, self.unit.total)
        kept = self.at >= 0
        today = np.bincount(self.at[kept], weights=self.staying[kept], minlength=len(self.open))
        runs = self.unit.facilities.existing[self.open]
        return np.where(runs, np.minimum(least, today.astype(np.int64)), least)

    def transferred(self) -> NDArray[np.float64]:
        """Return the share of each group's cases that a center would be new to, shape (n_groups, k)."""
        share = np.repeat((self.had / self.unit.cases)[:, None], len(self.open), axis=1)
        kept = np.flatnonzero(self.at >= 0)
        share[kept, self.at[kept]] = (self.had - self.staying)[kept] / self.unit.cases[kept]
        group, center, cases = self.beside
        share[group, center] -= cases / self.unit.cases[group]
        return share

    def of(self, groups: NDArray[np.int64]) -> Network:
        """Return the network with some of its groups alone, all of them to be served."""
        unit, beside = subset(self.unit, groups), self.beside.of(groups, len(self.at))
        at, staying, had = self.at[groups], self.staying[groups], self.had[groups]
        return Network(unit, self.open, 0, at, staying, had, may_wait=False, beside=beside)

    def moves(self, center: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cases of each group that are transferred, shape (n_groups,)."""
        stays = np.where(center == self.at, self.staying, 0)
        group, own, cases = self.beside
        stays[group] += np.where(center[group] == own, cases, 0)
        return np.where(center >= 0, self.had - stays, 0)


@dataclass(frozen=True)
class Rebalanced:
    """Who goes where after a change.

    Attributes
    ----------
    center : ndarray of int, shape (n_groups,)
        Position in the network's ``open``, or `allocation.serving.VACANT` or `NOBODY`.
    transferred : int
        Cases whose center is another than today.
    serving_km : float
        What serving costs, km, without the price of transfers.
    loss_km : float
        By how much all of it, transfers at their price, exceeds the least at most: what keeping groups
        together may cost. 0 where every group is a single case.
    """

    center: NDArray[np.int64]
    transferred: int
    serving_km: float
    loss_km: float


def rebalance(network: Network, move_km: float, *, cost_km: NDArray[np.float64] | None = None) -> Rebalanced:
    """Serve every group at least cost, a transfer costing ``move_km`` a case.

    Parameters
    ----------
    network : Network
        The unit.
    move_km : float
        Price of a transfer, km a case, at least 0.
    cost_km : ndarray, shape (n_groups, k), optional
        ``network.unit.cost_km(network.open, exact=True)``, where it is known.

    Raises
    ------
    ValueError
        As `allocation.flow.least_cost_flow`.
    """
    cost_km = network.unit.cost_km(network.open, exact=True) if cost_km is None else cost_km
    center, loss_km = serve(
        network.unit,
        network.open,
        cost_km,
        network.unopened,
        may_wait=_free_to_wait(network),
        beside_km=move_km * network.transferred(),
        lower=network.lower(),
    )
    return _rebalanced(network, cost_km, center, loss_km)


def rebalance_least(
    network: Network,
    *,
    cost_km: NDArray[np.float64] | None = None,
    lower: NDArray[np.int64] | None = None,
) -> tuple[Rebalanced, int]:
    """Serve every group with as few transfers as can be, and of those ways the one of least travel.

    Parameters
    ----------
    network, cost_km : Network, ndarray
        As `rebalance`; everybody is to be served (`Network.of`).
    lower : ndarray of int, shape (k,), optional
        Least cases of each center, as `Network.lower` unless told.

    Returns
    -------
    rebalanced : Rebalanced
        The way found; ``loss_km`` is 0.
    at_least : int
        Cases that every way transfers; equal to those of the way found where every group is a single case,
        and nearly always where some are of several: see `allocation.fewest.fewest`.
    """
    cost_km = network.unit.cost_km(network.open, exact=True) if cost_km is None else cost_km
    share, lower = network.transferred(), network.lower() if lower is None else lower
    # To serve one more may move on one in every center.
    left_out_km = TRANSFER_KM * (len(network.open) + 2)
    scaled = cost_km / TRANSFER_KM + TRANSFER_KM * share
    sent = send(network.unit, network.open, scaled, lower=lower, left_out_km=left_out_km)
    center = np.where(sent.center < 0, NOBODY, sent.center)
    found = _rebalanced(network, cost_km, center, 0.0)
    if network.unit.cases.max(initial=1) == 1:
        return found, found.transferred
    # All the kilometres there may be count a tenth of a transfer, less than what the bound gives away: of
    # centers that count alike the near come first, else whoever has none today would be offered the same few.
    able = np.isfinite(cost_km)
    most_km = float(weighted_sum(network.unit.cases, np.where(able, cost_km, 0.0).max(axis=1, initial=0.0)))
    counted = TRANSFER_KM * (share + TENTH * cost_km / max(most_km, 1.0))
    upper, left_out_mm = network.unit.facilities.max_cases[network.open], round(left_out_km * MM_PER_KM)
    flow = least_cost_flow(to_mm(counted), network.unit.cases, lower, upper, left_out_mm=left_out_mm)
    at_least = max(0, ceil(flow.cost_mm / MM_PER_KM / TRANSFER_KM - 2 * TENTH))
    task = Transport(to_mm(scaled), network.unit.cases, lower, upper, left_out_mm)
    if found.transferred <= at_least or (center < 0).any() or short_of(task, center):
        return found, at_least
    return _settled(network, cost_km, task, found, at_least)


def _settled(
    network: Network, cost_km: NDArray[np.float64], task: Transport, found: Rebalanced, at_least: int
) -> tuple[Rebalanced, int]:
    """Return a way with fewer transfers where there is one, and how many there must be."""
    moves = np.rint(network.transferred() * network.unit.cases[:, None]).astype(np.int64)
    settled = fewest(Task(moves, cost_km, network.unit.cases, task.lower, task.upper))
    if settled is None:
        return found, at_least
    around = np.where(settled.center < 0, TO_FLOW, settled.center)
    center = flow_around(task, around)
    other = _rebalanced(network, cost_km, np.where(center < 0, NOBODY, center), 0.0)
    is_whole = not ((center < 0).any() or short_of(task, center))
    fewer = other if is_whole and other.transferred < found.transferred else found
    return fewer, max(at_least, settled.at_least)


def _free_to_wait(network: Network) -> NDArray[np.bool_]:
    return np.asarray(network.may_wait & (network.at == NO_CENTER))


def _rebalanced(
    network: Network, cost_km: NDArray[np.float64], center: NDArray[np.int64], loss_km: float
) -> Rebalanced:
    served = np.flatnonzero(center >= 0)
    serving_km = float(weighted_sum(network.unit.cases[served], cost_km[served, center[served]]))
    return Rebalanced(center, int(network.moves(center).sum()), serving_km, loss_km)
