"""What the relaxation sees: points and the pairs that can matter, and how many centers open where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from siting.bound.tender import ROWS, near_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

CENTERS_NEAR, FEWEST_NEAR = 16, 64
"""Pairs of a point that are looked at: as many sites as stand about so many centers, and how many at least.

No multiplier exceeds the cost of the next pair, so that none is missed; a short list would hold them down.
"""
FEW_LEAST = 4.0
"""A facility that fewer points list than make so many least caseloads stands apart, and lists all of them."""


@dataclass(frozen=True)
class Market:
    """What the relaxation sees of one unit: points with a caseload, and the pairs that can matter.

    Attributes
    ----------
    cases : ndarray of float, shape (n,)
        Cases of each point.
    least_cases, max_cases : ndarray of float, shape (m,)
        Least and most cases of each facility; a least of 0 where it cannot be asked of every plan.
    start, point, near_km : ndarray, shapes (m + 1,), (n_pairs,), (n_pairs,)
        Pairs by facility: the point, and the cost of one of its cases.
    cap_km : ndarray of float, shape (n,)
        Highest multiplier allowed: what a vacancy costs, and the cost of the first pair that is not listed.
    first_km : ndarray of float, shape (n,)
        Multipliers to start from.
    """

    cases: NDArray[np.float64]
    least_cases: NDArray[np.float64]
    max_cases: NDArray[np.float64]
    start: NDArray[np.int64]
    point: NDArray[np.int32]
    near_km: NDArray[np.float32]
    cap_km: NDArray[np.float64]
    first_km: NDArray[np.float64]


@dataclass(frozen=True)
class Slots:
    """How many centers open where, and who owns the facilities of all units, end to end.

    Attributes
    ----------
    unit, applicant : ndarray of int, shape (n_facilities,)
        Unit and applicant of each facility.
    fixed : ndarray of bool, shape (n_facilities,)
        Whether it is open whatever happens.
    places : ndarray of int, shape (n_units,)
        Centers each unit may open besides the fixed ones.
    opening_km : ndarray of float, shape (n_facilities,)
        Price of opening each.
    """

    unit: NDArray[np.int64]
    applicant: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    places: NDArray[np.int64]
    opening_km: NDArray[np.float64]

    def apart(self) -> list[NDArray[np.int64]]:
        """Return units in parts that share no applicant: each can be relaxed by itself."""
        owned = self.applicant >= 0
        links = coo_matrix(
            (np.ones(np.count_nonzero(owned)), (self.unit[owned], len(self.places) + self.applicant[owned])),
            shape=(size := len(self.places) + int(self.applicant.max(initial=-1)) + 1, size),
        )
        part = connected_components(links, directed=False)[1][: len(self.places)]
        return [np.flatnonzero(part == one) for one in np.unique(part)]

    def of(self, units: NDArray[np.int64]) -> Slots:
        """Return the facilities of some units alone, units renumbered."""
        own = np.isin(self.unit, units)
        return Slots(
            np.searchsorted(units, self.unit[own]),
            self.applicant[own],
            self.fixed[own],
            self.places[units],
            self.opening_km[own],
        )


def market(
    cost_km: NDArray[np.float64] | NDArray[np.float32],
    cases: NDArray[np.int64],
    least_cases: NDArray[np.int64],
    max_cases: NDArray[np.int64],
    *,
    n_open: int,
    vacancy_km: float,
) -> Market:
    """Lay out a unit for the relaxation, facility by facility.

    Parameters
    ----------
    cost_km : ndarray, shape (n, m)
        Cost of one case at each facility, infinite where forbidden.
    cases : ndarray of int, shape (n,)
        Cases of each point.
    least_cases, max_cases : ndarray of int, shape (m,)
        Least and most cases of each facility. The least is asked of those that list every point: the others
        stand where there are many.
    n_open : int
        About how many facilities open; sets where the multipliers start.
    vacancy_km : float
        No multiplier exceeds it.
    """
    n, m = cost_km.shape
    most = max(FEWEST_NEAR, round(CENTERS_NEAR * m / max(n_open, 1)))
    count, least = cases.astype(np.float64), least_cases.astype(np.float64)
    cap, start, point, near = near_pairs(
        np.ascontiguousarray(cost_km, dtype=np.float32), most, count, FEW_LEAST * least.max(initial=0.0)
    )
    least[np.diff(start) < n] = 0.0
    cap_km = np.minimum(cap.astype(np.float64), vacancy_km)
    first = np.zeros(n)
    if n and m:
        rank = int(np.clip(round(m / max(n_open, 1) / 2), 0, m - 1))
        for some in range(0, n, ROWS):
            own = slice(some, some + ROWS)
            first[own] = np.minimum(np.partition(cost_km[own], rank, axis=1)[:, rank], cap_km[own])
    return Market(count, least, max_cases.astype(np.float64), start, point, near, cap_km, first)
