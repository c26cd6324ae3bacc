"""Families that arrive at a place nobody can find: which place it is, and where it was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.change.arrivals import outcome_of
from data.change.placing import places_called
from data.errors import Failure
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.text import Phrase

NO_LOCATION = "no_location"


@dataclass(frozen=True)
class Unplaced:
    """A family of which only the name of a place is known, and that names no place or several.

    Attributes
    ----------
    file, row : str, int
        Where its arrival is told.
    household_id : str
        Who it is.
    place, county, province : str
        As told; the last two empty where not told.
    places : int
        How many places may be meant: none, or several.
    """

    file: str
    row: int
    household_id: str
    place: str
    county: str
    province: str
    places: int

    @property
    def failure(self) -> Failure:
        """What is said of it, as of a row that fails."""
        where = looked_up_in(self.county, self.province)
        words = phrase("changes.place_not_found", place=self.place, where=where)
        if self.places:
            several = "place_ambiguous_in_county" if self.county else "place_ambiguous"
            words = phrase(f"changes.{several}", place=self.place, where=where, count=self.places)
        return Failure(self.file, self.row, NO_LOCATION, self.household_id, words)


def unplaced(arrived: pd.DataFrame, households: pd.DataFrame, file: str) -> tuple[Unplaced, ...]:
    """Return who arrives at a place that is not found or ambiguous, in the order of the rows.

    Parameters
    ----------
    arrived : DataFrame
        Of `data.change.arrivals.outcome_of`.
    households : DataFrame
        Of the problem before: a place is where its households live already.
    file : str
        Name of the file that tells of the arrivals.
    """
    counts = places_called(arrived, households)
    lost = arrived.loc[counts.index[counts != 1]].sort_values("row", kind="stable")
    told = lost[["row", "place", "county", "province"]].itertuples()
    return tuple(
        Unplaced(file, int(row), str(who), place, county, province, int(counts[who]))
        for who, row, place, county, province in told
    )


def not_found(moves: pd.DataFrame, households: pd.DataFrame, file: str) -> list[Failure]:
    """Return the arrivals of events at places that nobody can find, as rows that fail.

    Parameters
    ----------
    moves : DataFrame
        Events that can be read.
    households, file : DataFrame, str
        As `unplaced`.
    """
    arrived = outcome_of(moves, households).arrived
    return [one.failure for one in unplaced(arrived, households, file)]


def unplaced_of(facts: Mapping[str, Any]) -> list[Unplaced]:
    """Return those that ``proposal.json`` names; none in one that says nothing of it."""
    return [Unplaced(**one) for one in facts.get("unplaced", [])]


def looked_up_in(county: str, province: str) -> Phrase:
    """Return where a place was looked for, as a row told it."""
    if county:
        return phrase("changes.in_county", county=county)
    if province:
        return phrase("changes.in_province", province=province)
    return phrase("changes.in_the_network")
