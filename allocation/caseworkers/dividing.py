"""A center's households in compact beats: from the start, or after a change with as few changes as can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import assign
from allocation.caseworkers.balance import evened, first_fit
from allocation.caseworkers.charge import NOBODY, Homes
from allocation.caseworkers.settling import LEFT_OUT_MM, beats_of, settled
from allocation.flow import Transport
from allocation.geometric import distances_mm, geometric_medians

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.caseworkers.charge import Charge
    from allocation.caseworkers.settling import Beats

STARTS = 12
"""Starts of which the best is kept; the first is k-means' own."""


@dataclass(frozen=True)
class Divided:
    """The beats of one center.

    Attributes
    ----------
    caseworker : ndarray of int, shape (n_households,)
        Position of each household's caseworker, `NOBODY` where none has room.
    middles : ndarray of float, shape (k, 2)
        The point of least travel of each beat, metres.
    """

    caseworker: NDArray[np.int64]
    middles: NDArray[np.float64]


def fewest(homes: Homes, most: int) -> int:
    """Return ceil(cases / most), households of more than ``most`` cases left aside."""
    fit = homes.cases <= most
    return int(-(-homes.cases[fit].sum() // most))


def divide(homes: Homes, k: int, most: int, *, move_km: float, rng: np.random.Generator) -> Divided:
    """Divide a center's households into ``k`` beats of even caseload and little travel to their middles.

    Nobody changes the caseworker of today whom even shares do not force to; who has none goes where it costs
    least. Who lives at one point has one caseworker, unless that is more than ``most`` cases, or the beats
    cannot be packed otherwise. A household of more than ``most`` cases has none.

    Parameters
    ----------
    homes : Homes
        The households.
    k : int
        Caseworkers, at least 1.
    most : int
        Cases of each at most.
    move_km : float
        What a family that moved house must save to change its caseworker, km a case.
    rng : Generator
        Source of the starts.

    Returns
    -------
    Divided
        With ``today`` the positions of caseworkers are kept, else they go from west to east.
    """
    fit = np.flatnonzero(homes.cases <= most)
    caseworker = np.full(len(homes.cases), NOBODY, np.int64)
    if not fit.size:
        return Divided(caseworker, np.repeat(homes.points[:1], k, axis=0))
    begins = not (homes.today != NOBODY).any()
    own = Homes(homes.points[fit], homes.cases[fit])
    if not begins:
        own = replace(own, today=homes.today[fit], moved=homes.moved[fit])
    charge, found = _together(own, k, most, move_km, rng)
    weight = charge.cases[:, None] * (found.owner[:, None] == np.arange(k))
    owner, middles = found.owner, _middles(charge.points, weight) if weight.any() else found.middles
    if begins:
        owner, middles = _west_to_east(owner, middles)
    caseworker[fit] = owner[charge.group]
    return Divided(caseworker, middles)


def _together(
    homes: Homes, k: int, most: int, move_km: float, rng: np.random.Generator
) -> tuple[Charge, Beats]:
    """Return beats of groups as whole as there is room for, and the groups."""
    room = min(int(homes.cases.sum()), k * most)
    apart = homes.larger(most)
    while True:
        charge = homes.charge(k, apart)
        found = _best(charge, k, most, move_km, rng)
        if charge.total - found.left_out < room:
            found = min(found, _packed(charge, found, most), key=lambda one: one.rank)
        # Of whole groups some may find no room where single households do.
        left = (found.owner == NOBODY)[charge.group] & ~apart
        together = left & (charge.cases[charge.group] > homes.cases)
        if charge.total - found.left_out >= room or not together.any():
            break
        apart |= together
    if charge.total - found.left_out < room:
        alone = homes.charge(k, np.ones(len(homes.cases), np.bool_))
        task = _without_shares(alone, found.middles, most)
        packed = beats_of(alone, evened(task, first_fit(alone.cases, k, most), most), found.middles)
        if packed.left_out < found.left_out:
            return alone, packed
    return charge, found


def _best(charge: Charge, k: int, most: int, move_km: float, rng: np.random.Generator) -> Beats:
    """Return the best beats of several starts; of one where every beat has somebody who stays."""
    holders = np.flatnonzero(charge.held.any(axis=0))
    if len(holders) == k or k == 1:
        return settled(charge, _held_middles(charge, k), most=most, move_km=move_km)
    starts = _starts(charge, k, rng) if not len(holders) else _beside(charge, k, rng)
    found = [settled(charge, one, most=most, move_km=move_km) for one in starts]
    return min(found, key=lambda one: one.rank)


def _starts(charge: Charge, k: int, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Return where the beats of a center that begins may start: k-means' clusters, and seeds like its own."""
    from sklearn.cluster import KMeans, kmeans_plusplus  # noqa: PLC0415 - heavy

    distinct = min(k, len(np.unique(charge.points, axis=0)))
    seeds = rng.integers(2**31, size=STARTS).tolist()
    means = KMeans(distinct, n_init=1, random_state=seeds[0]).fit(charge.points, sample_weight=charge.cases)
    found = [means.cluster_centers_]
    for seed in seeds[1:]:
        centers, _ = kmeans_plusplus(
            charge.points, distinct, sample_weight=charge.cases.astype(float), random_state=seed
        )
        found.append(centers)
    return [np.resize(one, (k, 2)) for one in found]


def _held_middles(charge: Charge, k: int) -> NDArray[np.float64]:
    """Return the middles of today's beats, shape (k, 2); that of a beat without anybody amid all."""
    return _middles(charge.points, charge.held if charge.held.any() else charge.cases[:, None].repeat(k, 1))


def _middles(points: NDArray[np.float64], weight: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the point of least travel for each column of weights, shape (k, 2), whatever came before."""
    middles = np.repeat(np.average(points, axis=0, weights=weight.sum(axis=1))[None, :], weight.shape[1], 0)
    for one, own in enumerate(weight.T.astype(np.float64)):
        if own.any():
            start = np.average(points, axis=0, weights=own)[None, :]
            middles[one] = geometric_medians(points, own, np.where(own > 0, 0, NOBODY), start)[0]
    return middles


def _beside(charge: Charge, k: int, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Return starts with the beats of today where they are, and new ones far from them."""
    middles = _held_middles(charge, k)
    new = np.flatnonzero(~charge.held.any(axis=0))
    old = np.setdiff1d(np.arange(k), new)
    found = []
    for _ in range(STARTS):
        one, there = middles.copy(), list(old)
        for beat in new:
            away = distances_mm(charge.points, one[there]).min(axis=1) * charge.cases
            chance = (away + 1) / (away + 1).sum()
            one[beat] = charge.points[rng.choice(len(charge.points), p=chance)]
            there.append(beat)
        found.append(one)
    return found


def _packed(charge: Charge, found: Beats, most: int) -> Beats:
    """Return beats into which whole groups were packed by integer programming."""
    task = _without_shares(charge, found.middles, most)
    sent = assign(task.cost_mm, task.cases, task.lower, task.upper, left_out_mm=task.left_out_mm)
    packed = evened(task, sent.center, most)
    weight = charge.cases.astype(np.float64)
    return beats_of(charge, packed, geometric_medians(charge.points, weight, packed, found.middles))


def _without_shares(charge: Charge, middles: NDArray[np.float64], most: int) -> Transport:
    """Return the transport of groups to beats that need not be even."""
    k = len(middles)
    cost_mm = distances_mm(charge.points, middles)
    none, full = np.zeros(k, np.int64), np.full(k, most, np.int64)
    return Transport(cost_mm, charge.cases, none, full, LEFT_OUT_MM)


def _west_to_east(
    owner: NDArray[np.int64], middles: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the same beats in the order of their middles."""
    order = np.lexsort((middles[:, 1], middles[:, 0]))
    position = np.empty(len(order) + 1, np.int64)
    position[order] = np.arange(len(order))
    position[NOBODY] = NOBODY
    return position[owner], middles[order]
