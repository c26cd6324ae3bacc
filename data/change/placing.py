"""Families of which only a place is told stand in the midst of those who live there, or where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.gazetteer.areas import names_like
from data.gazetteer.match import Asked, Found, Gazetteer, Missed, Spot
from data.gazetteer.match_known import country_spots
from data.locating.columns import MATCHED

if TYPE_CHECKING:
    from collections.abc import Iterator

DEGREE_DECIMALS = 6
_TOLD = ["place", "county", "province"]
_WHERE = ["lon", "lat", "province", "county", "district", "area", *MATCHED]


@dataclass(frozen=True)
class _Midst:
    """A place of the record: where its households live, and the district and area all of them share."""

    spot: Spot
    district: str
    area: str


def with_points(rows: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a point wherever their place has one.

    The point of a place of the record is the median longitude and latitude of its households; of another it
    is the gazetteer's. A name that several counties have, of which none is told, has no point.

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
        agree. `data.locating.rows.MATCHED` says which place it is, empty for rows with a point of their own.
    """
    lacking = rows[rows["lon"].isna() & (rows["place"] != "")]
    filled = rows.assign(**{name: pd.Series("", index=rows.index, dtype="str") for name in MATCHED})
    if lacking.empty:
        return filled
    found = pd.DataFrame(
        [
            (index, *_facts(answer, midst))
            for same, answer, midst in _looked_up(lacking, households)
            if isinstance(answer, Found)
            for index in same
        ],
        columns=["index", *_WHERE],
    ).set_index("index")
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
    for same, answer, _ in _looked_up(lacking, households):
        counts[same] = len(answer.spots) if isinstance(answer, Missed) else 1
    return counts


def _facts(answer: Found, midst: _Midst | None) -> tuple[object, ...]:
    spot = answer.spot
    shared = (midst.district, midst.area) if midst else ("", "")
    return (spot.lon, spot.lat, spot.province, spot.county, *shared, spot.name, answer.quality)


def _looked_up(
    lacking: pd.DataFrame, households: pd.DataFrame
) -> Iterator[tuple[pd.Index, Found | Missed, _Midst | None]]:
    """Yield the index of rows that name one place, what it is, and its midst where the record has it."""
    if lacking.empty:
        return
    midsts = {one.spot: one for one in _midsts(households)}
    record = Gazetteer((tuple(midsts),))
    both = Gazetteer((tuple(midsts), country_spots()))
    provinces = set(households["province"]) - {""}
    own = provinces.pop() if len(provinces) == 1 else ""
    for told, same in lacking.groupby(_TOLD):
        place, county, province = (str(one) for one in told)
        answer = record.search(Asked(place, county, province), anywhere=True)
        if isinstance(answer, Missed) and not answer.spots:
            answer = both.search(Asked(place, county, province or ("" if county else own)))
        yield same.index, answer, midsts.get(answer.spot) if isinstance(answer, Found) else None


def _midsts(households: pd.DataFrame) -> Iterator[_Midst]:
    known = households[households["lon"].notna() & (households["place"] != "")]
    for names, there in known.groupby(["province", "county", "place"], sort=True):
        province, county, place = (str(name) for name in names)
        lon, lat = (round(float(there[axis].median()), DEGREE_DECIMALS) for axis in ("lon", "lat"))
        shared = [one[0] if len(one := there[name].unique()) == 1 else "" for name in ("district", "area")]
        counties, provinces = names_like("county", county), names_like("province", province)
        yield _Midst(Spot(province, county, place, lon, lat, (place,), counties, provinces), *shared)
