"""The committed tables of the gazetteer, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

City = Literal["tehran", "mashhad"]

BEARINGS = 16
"""Directions in which the room around a place is measured."""

CITY_COUNTY: dict[City, str] = {"tehran": "2301", "mashhad": "0916"}
"""Census code of the county whose city has districts."""

_TEXTS = dict.fromkeys(["census_code", "province_code", "name_fa", "name_en", "room_km"], "str")


@cache
def _table(name: str) -> pd.DataFrame:
    with as_file(files("data.gazetteer").joinpath(name)) as path:
        return pd.read_csv(path, dtype=_TEXTS, keep_default_na=False)


def places() -> pd.DataFrame:
    """Return the real places with the census county each lies in.

    Returns
    -------
    DataFrame
        ``geoname_id``, ``name_fa`` (empty where GeoNames has none), ``name_en``, ``lon``, ``lat`` (WGS84
        degrees), ``population`` (0 when unknown), ``census_code``, ``county_fa``, ``county_en``,
        ``province_fa``, ``province_en`` and ``room_km`` (text, see `rooms`).
    """
    names = counties()[["census_code", "county_fa", "county_en", "province_fa", "province_en"]]
    return _table("places.csv.gz").merge(names, on="census_code", how="left", validate="many_to_one")


def counties() -> pd.DataFrame:
    """Return the 429 counties of the 2016 census.

    Returns
    -------
    DataFrame
        ``census_code`` (four digits; the first two are ``province_code``), ``province_en``, ``province_fa``,
        ``county_en``, ``county_fa``, ``population``, ``urban``, ``rural``, ``non_settled`` (people, 2016),
        ``lon``, ``lat`` (degrees, the largest place), ``radius_km`` (of a disc of the county's area),
        ``room_km`` (text, see `rooms`) and ``source``.
    """
    return _table("counties.csv").copy()


def districts(city: City) -> pd.DataFrame:
    """Return the municipal districts of Tehran (22) or of Mashhad (12).

    Parameters
    ----------
    city : {"tehran", "mashhad"}
        Which city.

    Returns
    -------
    DataFrame
        ``district`` (int, 1 upward), ``name_fa``, ``lon``, ``lat`` (degrees, an inner point), ``area_km2``.

    Raises
    ------
    ValueError
        If the city has no table.
    """
    table = _table("districts.csv")
    own = table.loc[table["city"] == city].drop(columns="city").reset_index(drop=True)
    if own.empty:
        raise ValueError(f"no districts of {city!r}; there are tehran and mashhad")
    return own


def ground() -> pd.DataFrame:
    """Return inner points of the inhabited ground of counties and of the districts of the two cities.

    Returns
    -------
    DataFrame
        ``census_code``, ``district`` (int, 0 for the county's own ground), ``lon``, ``lat`` (degrees) and
        ``room_km`` (text, see `rooms`).
    """
    return _table("ground.csv.gz").copy()


def rooms(room_km: pd.Series) -> NDArray[np.float64]:
    """Return how far the land of its own county reaches around each place, shape ``(n, 16)``, km.

    Bearings run clockwise from north by 22.5 degrees. What lies nearer than the two bearings beside it stands
    in the county, and on land.
    """
    if room_km.empty:
        return np.empty((0, 16))
    return np.array([text.split() for text in room_km], dtype=np.float64)
