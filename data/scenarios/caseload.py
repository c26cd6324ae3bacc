"""How many households each county or district has, urban and rural apart, and how many centers that needs."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.gazetteer import counties, districts
from data.gazetteer.tables import CITY_COUNTY, City
from data.geodesy import geodesic_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.settings import Setting

CITY_FALL_KM = 15.0
_CITY_CENTER = {"tehran": (51.42, 35.68), "mashhad": (59.61, 36.29)}


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share a whole number out by weights: whole parts first, then the largest remainders.

    Parameters
    ----------
    weights : array, shape (n,)
        Not negative; at least one above zero unless ``total`` is 0.
    total : int
        What the shares sum to.
    """
    if not len(weights) or not weights.sum():
        if total:
            raise ValueError("nothing to share out to")
        return np.zeros(len(weights), np.int64)
    exact = weights * (total / weights.sum())
    shares: NDArray[np.int64] = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(shares - exact, kind="stable")
    shares[order[: total - int(shares.sum())]] += 1
    return shares


def units_of(setting: Setting, households: int) -> pd.DataFrame:
    """Return the households of each county, or of each district where the scenario is one city.

    Counties weigh by their people in the 2016 census; those who are not settled count as rural. How a city's
    caseload falls on its districts is invented: by size, and less at the edge.

    Returns
    -------
    DataFrame
        ``census_code``, ``province``, ``county`` (Persian), ``province_en``, ``district`` (empty outside a
        city), ``urban`` and ``rural`` (households).
    """
    table = counties()
    if setting.provinces:
        table = table[table["province_en"].isin(setting.provinces)]
    table = table.rename(columns={"province_fa": "province", "county_fa": "county"})
    if setting.city:
        return _district_units(table, setting.city, households)
    people = np.column_stack([table["urban"], table["rural"] + table["non_settled"]]).astype(float)
    shares = largest_remainder(people.ravel(), households).reshape(-1, 2)
    named = table[["census_code", "province", "county", "province_en"]].assign(
        district="", urban=shares[:, 0], rural=shares[:, 1]
    )
    return named.reset_index(drop=True)


def _district_units(table: pd.DataFrame, city: City, households: int) -> pd.DataFrame:
    own = districts(city)
    lon, lat = (np.full(len(own), degrees) for degrees in _CITY_CENTER[city])
    away_km = geodesic_km(own["lon"], own["lat"], lon, lat)
    weights = np.sqrt(own["area_km2"].to_numpy(float)) * np.exp(-away_km / CITY_FALL_KM)
    county = table.set_index("census_code").loc[CITY_COUNTY[city]]
    return pd.DataFrame(
        {
            "census_code": CITY_COUNTY[city],
            "province": county["province"],
            "county": county["county"],
            "province_en": county["province_en"],
            "district": own["district"].astype(str),
            "urban": largest_remainder(weights, households),
            "rural": 0,
        }
    )


def centers_needed(cases_by_unit: pd.Series, max_cases: int) -> int:
    """Return the least centers that hold every unit's cases, each unit for itself."""
    return int(sum(ceil(cases / max_cases) for cases in cases_by_unit))
