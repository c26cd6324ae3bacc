"""Kilometres between the spots and the facilities of a unit: with their detour, or measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import KM_DECIMALS, all_pairs_km, all_pairs_published_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit


def straight_km(unit: Unit, spots: slice, which: NDArray[np.int64], *, exact: bool) -> NDArray[np.float64]:
    """Return the ways of some spots to facilities, their detour counted, km, shape (n, m).

    Parameters
    ----------
    unit : Unit
        The unit.
    spots : slice
        Of its spots.
    which : ndarray of int, shape (m,)
        Facilities.
    exact : bool
        As `allocation.unit.Unit.cost_km`.
    """
    facilities = unit.facilities
    ends = unit.lon[spots], unit.lat[spots], facilities.lon[which], facilities.lat[which]
    detour = unit.detour[spots, None]
    if not exact:
        return all_pairs_km(*ends) * detour
    return np.round(all_pairs_published_km(*ends) * detour, KM_DECIMALS)


def measured_km(unit: Unit, which: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Return the measured ways of all spots to facilities, None where there are none."""
    if unit.travel is None:
        return None
    km = np.full((len(unit.spot_group), len(which)), np.inf)
    column = pd.Series(np.arange(len(which)), index=unit.facilities.travel_id[which])
    rows = unit.travel[unit.travel["site_id"].isin(column.index)]
    np.minimum.at(
        km,
        (rows["spot"].to_numpy(), column.loc[rows["site_id"]].to_numpy()),
        np.round(rows["km"].to_numpy(), KM_DECIMALS),
    )
    return km
