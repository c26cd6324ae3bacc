"""Rows without a point take that of their place; of the others it is said why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.errors import SHOWN_FAILURES, Failure
from data.gazetteer.areas import area_id
from data.gazetteer.match import Asked, Found
from data.locating.columns import MATCHED, QUALITIES
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.gazetteer.match import Gazetteer, Missed
    from data.text import Phrase

_ASKED = ["place", "county", "province", "district"]


@dataclass(frozen=True)
class Placed:
    """Rows, and what is said of those that told a place in place of a point.

    Attributes
    ----------
    rows : DataFrame
        As given, with ``lon`` and ``lat`` of those whose place is known, their county and province where they
        were not told, and `MATCHED`; without these columns where no row lacked a point.
    notes : tuple of Failure
        How many were located, which names were taken for another, and which were not found, and why.
    """

    rows: pd.DataFrame
    notes: tuple[Failure, ...] = ()


def placed(rows: pd.DataFrame, gazetteer: Gazetteer, *, file: str) -> Placed:
    """Locate the rows that tell a place and no point.

    Parameters
    ----------
    rows : DataFrame
        ``lon``, ``lat`` (degrees, NaN without a point), ``place``, ``county``, ``province``, ``district`` and
        ``row``.
    gazetteer : Gazetteer
        Where places are looked up.
    file : str
        Name of the rows' file, for the notes.
    """
    lacking = rows[rows["lon"].isna() & (rows["place"] != "")]
    if lacking.empty:
        return Placed(rows)
    told: list[tuple[Asked, Found | Missed, pd.Index]] = []
    facts: list[tuple[object, ...]] = []
    for values, same in lacking.groupby(_ASKED, sort=False):
        asked = Asked(*(str(value) for value in values))
        answer = gazetteer.search(asked)
        told.append((asked, answer, same.index))
        if isinstance(answer, Found):
            spot = answer.spot
            where = (spot.lon, spot.lat, asked.county or spot.county, asked.province or spot.province)
            facts += [(row, *where, spot.name, answer.quality) for row in same.index]
    columns = ["lon", "lat", "county", "province", *MATCHED]
    found = pd.DataFrame(facts, columns=["index", *columns]).set_index("index")
    filled = rows.assign(**{name: pd.Series("", index=rows.index, dtype="str") for name in MATCHED})
    for name in columns:
        filled.loc[found.index, name] = found[name]
    return Placed(filled, tuple(_notes(rows, told, file)))


def where_of(asked: Asked) -> Phrase:
    """Return where a place was looked for."""
    if asked.county:
        return phrase("locating.in_county", name=asked.county)
    return (
        phrase("locating.in_province", name=asked.province) if asked.province else phrase("locating.in_none")
    )


def why_missed(asked: Asked, missed: Missed) -> Phrase:
    """Return why no place is meant, and what helps: of several, what tells these apart."""
    why = f"locating.why_{missed.reason}"
    if missed.reason == "ambiguous":
        if not asked.county and len({area_id("county", spot.county) for spot in missed.spots}) > 1:
            why = "locating.why_several_counties"
        elif len({spot.rural_district for spot in missed.spots}) > 1:
            why = "locating.why_several_districts"
    return phrase(why, count=len(missed.spots))


def _notes(
    rows: pd.DataFrame, told: list[tuple[Asked, Found | Missed, pd.Index]], file: str
) -> Iterator[Failure]:
    counts = dict.fromkeys(QUALITIES, 0)
    near, lost = list[Failure](), list[Failure]()
    for asked, answer, index in told:
        common = {"place": asked.place, "where": where_of(asked), "count": len(index)}
        if not isinstance(answer, Found):
            row = int(rows.loc[index, "row"].min())
            words = phrase("locating.not_located", **common, why=why_missed(asked, answer))
            lost.append(Failure(file, row, "no_location", "", words))
            continue
        counts[answer.quality] += len(index)
        if answer.quality == "near":
            row = int(rows.loc[index, "row"].min())
            words = phrase("locating.taken_for", **common, found=answer.spot.name)
            near.append(Failure(file, row, "near_place", "", words))
    if sum(counts.values()):
        words = phrase("locating.located", count=sum(counts.values()), **counts)
        yield Failure(file, 0, "located_by_place", "", words)
    yield from _shown(near, file)
    yield from _shown(lost, file)


def _shown(notes: list[Failure], file: str) -> Iterator[Failure]:
    yield from notes[:SHOWN_FAILURES]
    if len(notes) > SHOWN_FAILURES:
        words = phrase("locating.more_places", count=len(notes) - SHOWN_FAILURES)
        yield Failure(file, 0, notes[0].code, "", words)
