"""Made-up applications for benchmarks: households in towns, applicants with five sites near some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.landscape import LEAST, MOST, SIDE_KM, towns
from data.geodesy import geodesic_km, to_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

SITES_AN_APPLICANT = 5
SPREAD_KM = 1.0
METRES = 1000.0


@dataclass(frozen=True)
class SiteCase:
    """Whom to serve and where centers may stand.

    Attributes
    ----------
    home : ndarray of float, shape (n, 2)
        Longitude and latitude of the households, degrees; one case each.
    site : ndarray of float, shape (n_sites, 2)
        Likewise of the sites.
    applicant : ndarray of int, shape (n_sites,)
        Whose a site is; at most one of them may open.
    centers : int
        Sites to open, each for `LEAST` to `MOST` cases.
    """

    home: NDArray[np.float64]
    site: NDArray[np.float64]
    applicant: NDArray[np.int64]
    centers: int

    def recount(self, serves: NDArray[np.int64]) -> float:
        """Return the geodesic distance that an answer adds up to, km.

        Parameters
        ----------
        serves : ndarray of int, shape (n,)
            The site of each household.

        Raises
        ------
        RuntimeError
            If the answer breaks a rule: a figure of wrong work is none.
        """
        if (serves < 0).any():
            raise RuntimeError(f"{(serves < 0).sum()} households are not served")
        opened, load = np.unique(serves, return_counts=True)
        if len(opened) != self.centers:
            raise RuntimeError(f"{len(opened)} centers instead of {self.centers}")
        if load.min() < LEAST or load.max() > MOST:
            raise RuntimeError(f"a center has {load.min()} cases, another {load.max()}")
        if len(np.unique(self.applicant[opened])) < len(opened):
            raise RuntimeError("an applicant has two centers")
        return float(geodesic_km(*self.home.T, *self.site[serves].T).sum())


def make(households: int, applicants: int, centers: int, *, seed: int) -> SiteCase:
    """Return towns in the middle of Iran and sites that each lie about `SPREAD_KM` from some household."""
    rng = np.random.default_rng(seed)
    points = towns(households, rng)
    near = rng.integers(households, size=applicants * SITES_AN_APPLICANT)
    spots = points[near] + rng.normal(scale=SPREAD_KM, size=(len(near), 2))
    owner = np.repeat(np.arange(applicants), SITES_AN_APPLICANT)
    return SiteCase(_degrees(points), _degrees(spots), owner, centers)


def _degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_degrees((points - SIDE_KM / 2) * METRES))
