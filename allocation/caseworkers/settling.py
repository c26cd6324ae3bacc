"""Beats settle: groups flow to the middles of beats in equal shares, middles go to the groups' medians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.assignment import placed_whole
from allocation.caseworkers.balance import evened
from allocation.caseworkers.charge import NOBODY
from allocation.flow import FORBIDDEN_MM, MM_PER_KM, Transport, least_cost_flow
from allocation.geometric import distances_mm, geometric_medians

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.caseworkers.charge import Charge

ROUNDS = 40
LEFT_OUT_MM = FORBIDDEN_MM - 1
"""Price of a case that no caseworker has room for: above every way and every change."""
DEAREST_MM = FORBIDDEN_MM // 8
"""Price of a change at most, which keeps the sums of a flow exact."""


@dataclass(frozen=True)
class Beats:
    """Who visits whom.

    Attributes
    ----------
    owner : ndarray of int, shape (n_groups,)
        Caseworker of each group, `NOBODY` where none has room.
    middles : ndarray of float, shape (k, 2)
        The point of least travel of each beat, metres.
    travel_mm : int
        Cases times distance to the middle of their beat, 1e-6 km.
    changed : int
        Cases whose caseworker of today is another, or nobody any more, and who did not move house.
    left_out : int
        Cases that nobody has room for.
    """

    owner: NDArray[np.int64]
    middles: NDArray[np.float64]
    travel_mm: int
    changed: int
    left_out: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """What beats are judged by: few left out, few who change, little travel."""
        return self.left_out, self.changed, self.travel_mm


def shares(charge: Charge, k: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and most cases of each of ``k`` beats that are even, shape (k,) each."""
    each, more = divmod(charge.total, k)
    lower, upper = min(each, most), min(each + (more > 0), most)
    return np.full(k, lower, np.int64), np.full(k, upper, np.int64)


def settled(charge: Charge, middles: NDArray[np.float64], *, most: int, move_km: float) -> Beats:
    """Settle beats from where their middles are.

    Every round is an exact flow of the groups to the middles, in shares that differ by one case at most
    (by the largest group at most where groups are of several cases), and the geometric medians of what
    comes of it; it ends when a round gains nothing. A change of caseworker costs more than all ways
    together, so that there are as few as even shares allow; that of a family that moved house costs
    ``move_km``.

    Parameters
    ----------
    charge : Charge
        Who is shared out.
    middles : ndarray, shape (k, 2)
        Where to begin, metres.
    most : int
        Cases a caseworker at most.
    move_km : float
        Price of a change that a family's own move allows, km a case.
    """
    best: Beats | None = None
    price_mm: NDArray[np.int64] | None = None
    lower, upper = shares(charge, len(middles), most)
    for _ in range(ROUNDS):
        away_mm = distances_mm(charge.points, middles)
        task = Transport(
            away_mm + _changes_mm(charge, away_mm, move_km), charge.cases, lower, upper, LEFT_OUT_MM
        )
        flow = least_cost_flow(
            task.cost_mm, charge.cases, lower, upper, left_out_mm=LEFT_OUT_MM, price_mm=price_mm
        )
        price_mm = flow.price_mm
        owner = evened(task, placed_whole(task, flow, repair=False).center, most)
        middles = geometric_medians(charge.points, charge.cases.astype(np.float64), owner, middles)
        found = beats_of(charge, owner, middles)
        if best is not None and found.rank >= best.rank:
            break
        best = found
    if best is None:
        raise RuntimeError("beats that never settled")
    return best


def beats_of(charge: Charge, owner: NDArray[np.int64], middles: NDArray[np.float64]) -> Beats:
    """Return beats with what they cost."""
    served = np.flatnonzero(owner != NOBODY)
    away_mm = distances_mm(charge.points, middles)[served, owner[served]]
    stays = charge.held.copy()
    stays[served, owner[served]] = 0
    return Beats(
        owner,
        middles,
        int((away_mm * charge.cases[served]).sum()),
        int(stays.sum() - np.minimum(stays, charge.moved).sum()),
        int(charge.cases[owner == NOBODY].sum()),
    )


def _changes_mm(charge: Charge, away_mm: NDArray[np.int64], move_km: float) -> NDArray[np.int64]:
    """Return what a case of each group pays with each caseworker for those that another has today."""
    if not charge.held.any():
        return np.zeros_like(away_mm)
    change_mm = min(int((away_mm.max(axis=1) * charge.cases).sum()) + 1, DEAREST_MM)
    lost = charge.held.sum(axis=1, keepdims=True) - charge.held
    own = charge.moved.sum(axis=1, keepdims=True) - charge.moved
    # Whom nobody has today pays it everywhere, or the flow would rather leave out whom somebody has.
    new = (charge.cases - charge.held.sum(axis=1))[:, None]
    paid = change_mm * (lost - own + new) + round(move_km * MM_PER_KM) * own
    return np.asarray(paid // charge.cases[:, None], np.int64)
