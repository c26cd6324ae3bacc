"""Location and allocation in turn: catchments for the open sites, then the best site of every catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.facilities import Facilities

NEVER_KM = 1e9
"""Cost of a catchment at a site that may not serve it: above any catchment with all its cases left out."""


def best_sites(
    facilities: Facilities,
    allowed: NDArray[np.bool_],
    catchment_km: NDArray[np.float64],
) -> NDArray[np.int64] | None:
    """Give every catchment a site of its own, at most one an applicant, at least total cost.

    Parameters
    ----------
    facilities : Facilities
        Facilities of the unit.
    allowed : ndarray of bool, shape (m,)
        Which may open.
    catchment_km : ndarray, shape (k, m)
        Cost of serving each catchment from each facility.

    Returns
    -------
    ndarray of int, shape (k,), or None
        The facility of each catchment; None when there are not enough.

    Notes
    -----
    An applicant serves a catchment from its best site there, so this is an assignment problem of catchments
    and applicants. Fixed facilities stay open: leaving one out costs more than anything else.
    """
    able = np.flatnonzero(allowed | facilities.fixed)
    owner = np.where(facilities.applicant[able] >= 0, facilities.applicant[able], -1 - able)
    owners, who = np.unique(owner, return_inverse=True)
    if len(owners) < len(catchment_km):
        return None
    cost = np.minimum(catchment_km[:, able], NEVER_KM)
    cost = np.where(facilities.fixed[able], cost - NEVER_KM, cost)
    order = np.argsort(who, kind="stable")
    starts = np.searchsorted(who[order], np.arange(len(owners)))
    cheapest = np.minimum.reduceat(cost[:, order], starts, axis=1)
    rows, columns = linear_sum_assignment(cheapest)
    chosen = np.empty(len(catchment_km), dtype=np.int64)
    for row, column in zip(rows, columns, strict=True):
        own = np.flatnonzero(who == column)
        chosen[row] = able[own[int(cost[row, own].argmin())]]
    return chosen
