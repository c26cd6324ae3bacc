"""What a case costs at each center, as the plan counts it, for ground where nobody lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.fairness import far_extra_km
from data.fold import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.rules import Rules

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

METRES = 1000.0


@dataclass(frozen=True)
class Costs:
    """Detour, what is far, price and crossing of districts, in metres a case.

    Attributes
    ----------
    rural, district : ndarray of int, shape (n,)
        Of each household: whether it is rural (0 or 1), and the number of its district, -1 where unknown.
    center_district : ndarray of int, shape (m,)
        Number of each center's district, -1 where unknown.
    price_m : ndarray of float, shape (m,)
        What a case costs at a center beside its way there.
    detours : ndarray of float, shape (2,)
        Factor of an urban and of a rural way.
    crossing_m : float
        What a case costs that is served in another district.
    rules : Rules
        What a way that is far counts more.
    """

    rural: Ints
    district: Ints
    center_district: Ints
    price_m: Floats
    detours: Floats
    crossing_m: float
    rules: Rules

    @classmethod
    def of(cls, homes: pd.DataFrame, centers: pd.DataFrame, rules: Rules) -> Costs:
        """Take them from households (``area``, ``district``), centers and rules.

        A center keeps the price of the site it was founded on when it has become an existing one.
        """
        own, theirs = _districts(homes), _districts(centers)
        names = {one: fold(one) for one in {*own.unique(), *theirs.unique()}}
        number = {key: place for place, key in enumerate(sorted({*names.values()} - {""}))}
        number_of = {name: number.get(key, -1) for name, key in names.items()}
        preference = _given(centers, "preference", 1.0)
        price = rules.preference_km * (preference - 1) - rules.merit_km * _given(centers, "score", 0.0)
        return cls(
            rural=np.asarray(homes["area"] == "rural", dtype=np.int64),
            district=np.asarray(own.map(number_of), dtype=np.int64),
            center_district=np.asarray(theirs.map(number_of), dtype=np.int64),
            price_m=price * METRES,
            detours=np.array([rules.detour_urban, rules.detour_rural]),
            crossing_m=rules.cross_district_km * METRES,
            rules=rules,
        )

    def metres(self, straight_m: Floats, center: Ints, rural: Ints, district: Ints) -> Floats:
        """Return what a case costs at each of some centers, metres ``(q, k)``.

        Parameters
        ----------
        straight_m : ndarray
            Straight line to each center, ``(q, k)``.
        center : ndarray
            Their numbers, ``(q, k)``.
        rural, district : ndarray
            Of the ground the case would live on, ``(q,)``.
        """
        theirs, own = self.center_district[center], district[:, None]
        crosses = (own >= 0) & (theirs >= 0) & (own != theirs)
        way = straight_m * self.detours[rural][:, None]
        way = way + METRES * far_extra_km(self.rules, way / METRES, rural[:, None] == 1)
        return np.asarray(way + self.price_m[center] + self.crossing_m * crosses, dtype=np.float64)


def _districts(table: pd.DataFrame) -> pd.Series:
    # Whoever parts the ground of a table of its own need not know any district.
    return table["district"].fillna("") if "district" in table else pd.Series("", index=table.index)


def _given(table: pd.DataFrame, column: str, default: float) -> Floats:
    if column not in table:
        return np.full(len(table), default)
    return np.asarray(table[column].astype("Float64").fillna(default), dtype=np.float64)
