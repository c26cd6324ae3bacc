"""Where a place is that is told by its name: in the gazetteer, or in the record itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import Failure, SitingError
from data.fold import fold
from data.gazetteer import counties, places
from data.gazetteer.match import Asked, Found, Gazetteer, Spot
from data.gazetteer.match_names import area_key
from data.locating.tables import known_places
from data.text import phrase
from siting.locate.names import either, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.gazetteer.match import Missed
    from data.problem import Problem
    from data.text import Phrase
    from siting.locate.names import Name

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
    name_en : str
        The name in Latin letters; empty where the gazetteer has none.
    match_quality : str
        How much like its name the asked one is: ``exact``, ``spelling`` or ``near``; empty where several may
        be meant.
    """

    province: str
    county: str
    name: str
    lon: float
    lat: float
    population: int = 0
    name_en: str = ""
    match_quality: str = field(default="", compare=False)

    def words(self) -> dict[str, Name]:
        """Return what it is called, and its county and province, in the language of whoever asks."""
        return {
            "place": either(self.name, self.name_en),
            "county": name_of(self.province, self.county),
            "province": name_of(self.province),
        }


def gazetteer_places(
    name: str, county: str = "", *, provinces: Sequence[str] = (), gazetteer: Gazetteer | None = None
) -> list[Place]:
    """Return the places that a name means, in either language.

    The same name goes before another spelling of it, that before a name much like it; of the last only those
    of the county that is told, or of the provinces where none is.

    Parameters
    ----------
    name, county : str
        As asked; no county is told where it is empty.
    provinces : sequence of str
        Where to look for a misspelt name of which no county is told.
    gazetteer : Gazetteer, optional
        Where to look; the country's places unless told.
    """
    known = gazetteer or known_places()
    for wanted in dict.fromkeys((name, _bare(name))):
        if found := _meant(known.search(Asked(wanted, county), anywhere=True)):
            return found
    if towns := _county_town(name, county):
        return sorted(towns)
    near = () if county else (known.search(Asked(name, "", province)) for province in provinces)
    return sorted(place for answer in near for place in _meant(answer))


def _meant(answer: Found | Missed) -> list[Place]:
    spots = (answer.spot,) if isinstance(answer, Found) else answer.spots
    quality = answer.quality if isinstance(answer, Found) else ""
    return sorted(
        Place(
            spot.province,
            spot.county,
            spot.name,
            spot.lon,
            spot.lat,
            spot.population,
            next((one for one in spot.names if one.isascii()), ""),
            quality,
        )
        for spot in spots
    )


def own_places(problem: Problem, name: str, county: str = "") -> list[Place]:
    """Return the places of a name in which households of the record live, each in their midst.

    A place of fewer than ``privacy_k`` households has none: its midst would be somebody's home.
    """
    people = pd.DataFrame(problem.households[["lon", "lat", "place", "county", "province"]])
    people = people[people["lon"].notna() & (people["place"] != "")]
    live = people.groupby(["province", "county", "place"], sort=True).agg(
        lon=("lon", "median"), lat=("lat", "median"), households=("lon", "size")
    )
    enough = live[live["households"] >= problem.rules.privacy_k].reset_index()
    spots = tuple(
        Spot(
            province=str(row["province"]),
            county=str(row["county"]),
            name=str(row["place"]),
            lon=round(float(row["lon"]), POINT_DECIMALS),
            lat=round(float(row["lat"]), POINT_DECIMALS),
            names=(str(row["place"]),),
            counties=(str(row["county"]),),
        )
        for row in enough.to_dict("records")
    )
    return _meant(Gazetteer((spots,)).search(Asked(name, county), anywhere=True))


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
            phrase("locate.candidate", **one.words(), lon=f"{one.lon:g}", lat=f"{one.lat:g}"),
        )
        for one in candidates
    ]
    return SitingError(words, code=code, failures=[Failure(name, 0, code, "", words), *rows])


def _county_town(name: str, county: str) -> list[Place]:
    """Return the largest place of the counties of a name; a user may well ask for one."""
    known = counties()
    called = _matches(known[["county_fa", "county_en"]], name)
    if county:
        called &= _matches(known[["county_fa", "county_en"]], county)
    return [
        Place(
            row["province_fa"],
            row["county_fa"],
            row["county_fa"],
            float(row["lon"]),
            float(row["lat"]),
            name_en=row["county_en"],
        )
        for _, row in known[called].iterrows()
    ]


def _matches(table: pd.DataFrame, county: str) -> pd.Series[bool]:
    wanted = area_key(county)
    return (table.map(area_key) == wanted).any(axis=1) & bool(wanted)


def _bare(name: str) -> str:
    """Return a folded name without the word for what it is of."""
    folded = fold(name)
    for kind in _KINDS:
        folded = folded.removeprefix(fold(kind) + " ")
    return folded
