"""Households of which only a place is told stand in the midst of those who live there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.fold import fold
from data.readers.values import by_unique

if TYPE_CHECKING:
    from collections.abc import Iterator

DEGREE_DECIMALS = 6
_TOLD = ("county", "province")
_WHERE = ["lon", "lat", "province", "county", "district", "area"]


def with_points(rows: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a point wherever their place has one.

    The point of a place is the median longitude and latitude of its households. A name that several counties
    have, of which none is told, has no point.

    Parameters
    ----------
    rows : DataFrame
        ``lon``, ``lat`` (degrees, NaN where only the place is known), ``place``, ``province``, ``county``,
        ``district``, ``area``.
    households : DataFrame
        Of a problem.

    Returns
    -------
    DataFrame
        Province and county are told too where the place told them; district and area where all of the place
        agree.
    """
    lacking = rows[rows["lon"].isna() & (rows["place"] != "")]
    if lacking.empty:
        return rows
    midsts = (
        (index, *_midst(there))
        for same, there in _looked_up(lacking, households)
        if _counties(there) == 1
        for index in same
    )
    found = pd.DataFrame(list(midsts), columns=["index", *_WHERE]).set_index("index")
    filled = rows.copy()
    for column in ("lon", "lat"):
        filled.loc[found.index, column] = found[column].astype("float64")
    for column in _WHERE[2:]:
        unsaid = found.index[(filled.loc[found.index, column] == "").to_numpy()]
        filled.loc[unsaid, column] = found.loc[unsaid, column]
    return filled


def places_called(rows: pd.DataFrame, households: pd.DataFrame) -> pd.Series[int]:
    """Return how many places each row of which only a place is known may mean; with one it has a point.

    Parameters
    ----------
    rows, households : DataFrame
        As `with_points`; rows that have a point or no place are left out.
    """
    lacking = rows[rows["lon"].isna() & (rows["place"] != "")]
    counts = pd.Series(0, index=lacking.index, dtype="int64")
    for same, there in _looked_up(lacking, households):
        counts[same] = _counties(there)
    return counts


def _counties(there: pd.DataFrame) -> int:
    return len(there[list(_TOLD)].drop_duplicates())


def _looked_up(lacking: pd.DataFrame, households: pd.DataFrame) -> Iterator[tuple[pd.Index, pd.DataFrame]]:
    """Yield the index of rows that name one place, and the households that live in a place of that name."""
    keys = ["place", *_TOLD]
    wanted = pd.DataFrame({name: by_unique(lacking[name], fold).astype("str") for name in keys})
    known = households[households["lon"].notna()]
    place = by_unique(known["place"], fold).astype("str")
    known = known[place.isin(wanted["place"])]
    names = pd.DataFrame({name: by_unique(known[name], fold).astype("str") for name in keys})
    by_place = dict(list(known.groupby(names["place"])))
    for told, same in wanted.groupby(keys):
        there = by_place.get(told[0])
        if there is None:
            continue
        for name, value in zip(_TOLD, told[1:], strict=True):
            if value:
                there = there[names.loc[there.index, name] == value]
        yield same.index, there


def _midst(there: pd.DataFrame) -> tuple[object, ...]:
    names = (there[name].unique() for name in _WHERE[2:])
    shared = (one[0] if len(one) == 1 else "" for one in names)
    point = (round(float(there[axis].median()), DEGREE_DECIMALS) for axis in ("lon", "lat"))
    return (*point, *shared)
