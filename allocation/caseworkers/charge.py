"""What a center's caseworkers share out: its households, those at one point together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOBODY = -1
"""In place of a caseworker."""


@dataclass(frozen=True)
class Charge:
    """Groups of households of one center; a group has one caseworker.

    Attributes
    ----------
    points : ndarray of float, shape (n_groups, 2)
        Where each lives, metres.
    cases : ndarray of int, shape (n_groups,)
        Cases of each, positive.
    held : ndarray of int, shape (n_groups, k)
        Cases of each group that each of the ``k`` caseworkers has today; nothing in a center that begins.
    moved : ndarray of int, shape (n_groups, k)
        Those of them whose family moved house: it may change for the way it saves.
    group : ndarray of int, shape (n_households,)
        Group of each household.
    """

    points: NDArray[np.float64]
    cases: NDArray[np.int64]
    held: NDArray[np.int64]
    moved: NDArray[np.int64]
    group: NDArray[np.int64]

    @property
    def total(self) -> int:
        """Cases of all."""
        return int(self.cases.sum())


@dataclass(frozen=True)
class Homes:
    """Households of one center.

    Attributes
    ----------
    points : ndarray of float, shape (n, 2)
        Metres.
    cases : ndarray of int, shape (n,)
        Cases of each.
    today : ndarray of int, shape (n,)
        Position of its caseworker of today, `NOBODY` where it has none that goes on.
    moved : ndarray of bool, shape (n,)
        Whether it lives elsewhere since.
    """

    points: NDArray[np.float64]
    cases: NDArray[np.int64]
    today: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    moved: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def charge(self, k: int, apart: NDArray[np.bool_]) -> Charge:
        """Gather who lives at one point.

        Parameters
        ----------
        k : int
            Caseworkers.
        apart : ndarray of bool, shape (n,)
            Households that are a group each, for their point has more cases than a caseworker may have.
        """
        n = len(self.cases)
        own = np.where(apart, np.arange(n), -1)
        _, first, group = np.unique(
            np.column_stack([self.points, own]), axis=0, return_index=True, return_inverse=True
        )
        group = group.ravel().astype(np.int64)
        held, moved = np.zeros((len(first), k), np.int64), np.zeros((len(first), k), np.int64)
        if len(self.today):
            kept = np.flatnonzero(self.today != NOBODY)
            np.add.at(held, (group[kept], self.today[kept]), self.cases[kept])
            went = kept[self.moved[kept]]
            np.add.at(moved, (group[went], self.today[went]), self.cases[went])
        cases = np.bincount(group, weights=self.cases, minlength=len(first)).astype(np.int64)
        return Charge(self.points[first], cases, held, moved, group)

    def larger(self, most: int) -> NDArray[np.bool_]:
        """Mark the households at points of more than ``most`` cases, shape (n,)."""
        charge = Homes(self.points, self.cases).charge(0, np.zeros(len(self.cases), np.bool_))
        return np.asarray(charge.cases[charge.group] > most)
