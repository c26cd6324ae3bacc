"""Where a place is that is told by its name: in the gazetteer, or in the record itself."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import Failure, SitingError
from data.fold import fold
from data.gazetteer import counties, places
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.problem import Problem
    from data.text import Phrase

SHOWN_MATCHES = 3
POINT_DECIMALS = 4
_KINDS = ("شهرستان ", "شهر ", "روستای ", "بخش ", "county ", "city of ")


@dataclass(frozen=True, order=True)
class Place:
    """A place that a name may mean.

    Attributes
    ----------
    province, county, name : str
        As the gazetteer, or the record, writes them.
    lon, lat : float
        Degrees.
    population : int
        0 where unknown.
    """

    province: str
    county: str
    name: str
    lon: float
    lat: float
    population: int = 0


def gazetteer_places(name: str, county: str = "") -> list[Place]:
    """Return the places of the gazetteer of a name, in either language; of a county, where one is told."""
    known = places()
    wanted, within = _bare(name), _bare(county)
    called = _matches(known[["name_fa", "name_en"]], fold(name))
    if not called.any():
        called = _matches(known[["name_fa", "name_en"]], wanted)
    if within:
        called &= _matches(known[["county_fa", "county_en"]], within)
    found = [
        Place(
            str(row["province_fa"]),
            str(row["county_fa"]),
            str(row["name_fa"] or row["name_en"]),
            float(row["lon"]),
            float(row["lat"]),
            int(row["population"]),
        )
        for _, row in known[called].iterrows()
    ]
    return sorted(found or _county_town(name, county))


def own_places(problem: Problem, name: str, county: str = "") -> list[Place]:
    """Return the places of a name in which households of the record live, each in their midst.

    A place of fewer than ``privacy_k`` households has none: its midst would be somebody's home.
    """
    people = problem.households
    here = people[people["lon"].notna() & _matches(people[["place"]], fold(name))]
    if county:
        here = here[_matches(here[["county"]], _bare(county))]
    found = []
    for (province, of, place), own in here.groupby(["province", "county", "place"], sort=True):
        if len(own) >= problem.rules.privacy_k:
            lon, lat = (round(float(own[axis].median()), POINT_DECIMALS) for axis in ("lon", "lat"))
            found.append(Place(str(province), str(of), str(place), lon, lat))
    return found


def one_of(name: str, candidates: Sequence[Place]) -> Place:
    """Return the one place that a name means.

    Raises
    ------
    SitingError
        ``ambiguous_place``, naming the candidates and how to tell them apart; ``unknown_place``.
    """
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        known = places()
        near = get_close_matches(name, sorted({*known["name_fa"], *known["name_en"]} - {""}), SHOWN_MATCHES)
        code = "like_place" if near else "unknown_place"
        words = phrase(f"locate.{code}", name=name, names=" · ".join(near))
        raise SitingError(words, code="unknown_place")
    same_county = len({(one.province, one.county) for one in candidates}) == 1
    remedy = phrase("locate.by_point" if same_county else "locate.by_county")
    words = phrase("locate.ambiguous_place", name=name, count=len(candidates), remedy=remedy)
    raise _listed(name, candidates, "ambiguous_place", words)


def elsewhere(name: str, candidates: Sequence[Place]) -> SitingError:
    """Return the error for a name that only places off the ground of a plan have."""
    words = phrase("locate.place_elsewhere", name=name, count=len(candidates))
    return _listed(name, candidates, "place_elsewhere", words)


def _listed(name: str, candidates: Sequence[Place], code: str, words: Phrase) -> SitingError:
    rows = [
        Failure(
            name,
            0,
            code,
            "",
            phrase(
                "locate.candidate",
                place=one.name,
                county=one.county,
                province=one.province,
                lon=f"{one.lon:g}",
                lat=f"{one.lat:g}",
            ),
        )
        for one in candidates
    ]
    return SitingError(words, code=code, failures=[Failure(name, 0, code, "", words), *rows])


def _county_town(name: str, county: str) -> list[Place]:
    """Return the largest place of the counties of a name; a user may well ask for one."""
    known = counties()
    called = _matches(known[["county_fa", "county_en"]], _bare(name))
    if county:
        called &= _matches(known[["county_fa", "county_en"]], _bare(county))
    return [
        Place(row["province_fa"], row["county_fa"], row["county_fa"], float(row["lon"]), float(row["lat"]))
        for _, row in known[called].iterrows()
    ]


def _matches(table: pd.DataFrame, wanted: str) -> pd.Series[bool]:
    found = pd.Series(False, index=table.index)  # noqa: FBT003 - a value, not a switch
    if wanted:
        for column in table:
            spelt = {one: fold(one) == wanted for one in table[column].unique()}
            found |= table[column].map(spelt).astype(bool)
    return found


def _bare(name: str) -> str:
    """Return a folded name without the word for what it is of."""
    folded = fold(name)
    for kind in _KINDS:
        folded = folded.removeprefix(fold(kind) + " ")
    return folded
