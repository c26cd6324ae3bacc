"""Pick the sites of least value: so many a unit, at most one an applicant over all units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import FORBIDDEN_MM, least_cost_flow, to_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Choice:
    """Sites picked, and the price of a center in each unit.

    Attributes
    ----------
    site : ndarray of int
        The sites picked, ascending.
    unit_km : ndarray of float, shape (n_units,)
        What one more center in the unit would be worth, zero or negative.
    value_km : float
        Sum of the picked values, equal to the value of the prices by duality (to the rounding of 1e-6 km).
    """

    site: NDArray[np.int64]
    unit_km: NDArray[np.float64]
    value_km: float


def choose(
    value_km: NDArray[np.float64],
    unit: NDArray[np.int64],
    applicant: NDArray[np.int64],
    n_centers: NDArray[np.int64],
) -> Choice:
    """Pick sites of least total value, never one of positive value.

    Parameters
    ----------
    value_km : ndarray, shape (n_sites,)
        Value of opening each site; only negative ones are worth picking.
    unit, applicant : ndarray of int, shape (n_sites,)
        Unit and applicant of each site, 0-based.
    n_centers : ndarray of int, shape (n_units,)
        At most so many sites a unit.

    Notes
    -----
    A transportation problem of applicants and units, hence integral: each applicant offers each unit its best
    site there.
    """
    if not len(value_km):
        return Choice(np.empty(0, np.int64), np.zeros(len(n_centers)), 0.0)
    order = np.lexsort((np.arange(len(value_km)), value_km))
    pair = applicant[order] * len(n_centers) + unit[order]
    best = np.sort(order[np.unique(pair, return_index=True)[1]])
    best = best[value_km[best] < 0]
    if np.unique(applicant[best]).size == best.size:
        return _unit_by_unit(value_km, unit, n_centers, best)
    who, row = np.unique(applicant[best], return_inverse=True)
    cost = np.full((who.size, len(n_centers)), FORBIDDEN_MM, dtype=np.int64)
    cost[row, unit[best]] = to_mm(value_km[best])
    site = np.full(cost.shape, -1, dtype=np.int64)
    site[row, unit[best]] = best
    flow = least_cost_flow(
        cost, np.ones(who.size, np.int64), np.zeros(len(n_centers), np.int64), n_centers, left_out_mm=0
    )
    served = flow.center >= 0
    picked = np.sort(site[flow.group[served], flow.center[served]])
    unit_km = np.minimum(-flow.price_mm / 1e6, 0.0)
    return Choice(picked, unit_km, float(value_km[picked].sum()))


def _unit_by_unit(
    value_km: NDArray[np.float64],
    unit: NDArray[np.int64],
    n_centers: NDArray[np.int64],
    best: NDArray[np.int64],
) -> Choice:
    picked, unit_km = [], np.zeros(len(n_centers))
    for number, most in enumerate(n_centers):
        own = best[unit[best] == number]
        own = own[np.lexsort((own, value_km[own]))]
        picked.append(own[:most])
        if own.size > most:
            unit_km[number] = value_km[own[most]] if most else value_km[own[0]]
    site = np.sort(np.concatenate(picked))
    return Choice(site, unit_km, float(value_km[site].sum()))
