"""Where devices that are still to come serve most: as many as can be reached, or the least travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.services.covering import Placed, cover
from allocation.services.shorten import shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

M_PER_KM = 1000
UNREACHED_KM = 10_000.0
"""What is counted where nobody gives the service, or the travel file has no pair: above every distance."""


@dataclass(frozen=True)
class Standing:
    """How far households are from what gives a service.

    Attributes
    ----------
    km : ndarray of float, shape (n,)
        To the nearest giver; infinite where there is none.
    cases : ndarray of int, shape (n,)
        Of each household.
    """

    km: NDArray[np.float64]
    cases: NDArray[np.int64]

    def with_devices(self, km: NDArray[np.float64], chosen: NDArray[np.int64]) -> Standing:
        """Return the same with devices at some candidates, ``km`` of shape (n, n_candidates)."""
        nearest = km[:, chosen].min(axis=1) if len(chosen) else np.full(len(self.km), np.inf)
        return Standing(np.minimum(self.km, nearest), self.cases)


@dataclass(frozen=True)
class Placing:
    """Devices placed.

    Attributes
    ----------
    chosen : ndarray of int, shape (devices,)
        Candidates, ascending.
    before, after : Standing
        How far everybody is without and with them.
    value, bound : float
        Cases within ``within_km``, or cases times km; no choice is better than the bound.
    nearest : ndarray of int, shape (n,)
        Candidate whose device is nearer to each household than what stood before; -1 for none.
    """

    chosen: NDArray[np.int64]
    before: Standing
    after: Standing
    value: float
    bound: float
    nearest: NDArray[np.int64]

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the value; 0 where the choice is proven best."""
        return abs(self.value - self.bound) / abs(self.value) if self.value != self.bound else 0.0


def place_devices(
    before: Standing, km: NDArray[np.float64], devices: int, *, within_km: float | None = None
) -> Placing:
    """Place devices where they serve most; they and what stands serve whoever comes.

    With ``within_km``, most cases have a giver within that (maximal covering); of such choices any. Without
    it, cases times km to the nearest giver are least (p-median).

    Parameters
    ----------
    before : Standing
        Without them.
    km : ndarray of float, shape (n, n_candidates)
        From each household to each candidate; infinite where there is no way.
    devices : int
        From 1 to the number of candidates.
    within_km : float, optional
        At least 0.

    Returns
    -------
    Placing
        Candidates that were chosen, km of everybody before and after, the value and a bound of it.

    Examples
    --------
    >>> import numpy as np
    >>> from allocation import Standing, place_devices
    >>> before = Standing(np.array([np.inf, np.inf, np.inf]), np.array([1, 1, 4]))
    >>> km = np.array([[1.0, 9.0], [2.0, 8.0], [9.0, 1.0]])
    >>> place_devices(before, km, 1).chosen.tolist()
    [1]
    """
    if within_km is not None:
        open_ = before.km > within_km
        found = cover((km <= within_km) & open_[:, None], before.cases, devices)
        reached = int(before.cases[~open_].sum())
        value, bound = float(found.value + reached), float(found.bound + reached)
    else:
        found = _shortened(before, km, devices)
        value, bound = found.value / M_PER_KM, found.bound / M_PER_KM
    at = found.chosen[np.argmin(km[:, found.chosen], axis=1)]
    nearer = km[np.arange(len(km)), at] < before.km
    after = before.with_devices(km, found.chosen)
    return Placing(found.chosen, before, after, value, bound, np.where(nearer, at, -1))


def _shortened(before: Standing, km: NDArray[np.float64], devices: int) -> Placed:
    standing_m, metres = (
        np.rint(np.minimum(one, UNREACHED_KM) * M_PER_KM).astype(np.int64) for one in (before.km, km)
    )
    return shorten(standing_m, metres, before.cases, devices)
