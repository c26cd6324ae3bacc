"""Which province each family of a nation's events arrives in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.build.admin import NEIGHBOUR_KM
from data.errors import Failure
from data.events import ARRIVALS
from data.fold import fold
from data.gazetteer.areas import area_id, names_like
from data.nation.folder import province_codes
from data.nation.survey import Wanted
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from data.change.changes import Changes
    from data.nation.survey import Surveyed


def wanted_of(changes: Changes) -> Wanted:
    """Return what every province must be asked before changes can be shared out among them.

    Parameters
    ----------
    changes : Changes
        Of the whole nation.
    """
    moves = changes.moves
    points = _points(moves)
    centers = {*changes.close, *changes.relocate, *changes.max_cases}
    return Wanted(
        households=frozenset(moves["household_id"]),
        centers=frozenset(centers),
        sites=frozenset({*changes.open, *changes.withdrawn}),
        places=frozenset(fold(one) for one in moves["place"].unique()) - {""},
        lon=points["lon"].to_numpy(dtype=float),
        lat=points["lat"].to_numpy(dtype=float),
    )


def _points(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the arrivals of which the point tells the province."""
    return moves[moves["event"].isin(ARRIVALS) & (moves["province"] == "") & moves["lon"].notna()]


@dataclass(frozen=True)
class Destinations:
    """Where arrivals lead.

    Attributes
    ----------
    surveyed : sequence of Surveyed
        All provinces, by code.
    by_point : mapping of int to tuple of str
        By row of the file, the provinces that a point may be in: those whose polygons hold it, else that of
        the nearest household.
    file : str
        Name of the file of events.
    """

    surveyed: Sequence[Surveyed]
    by_point: Mapping[int, tuple[str, ...]]
    file: str

    @classmethod
    def of(cls, changes: Changes, surveyed: Sequence[Surveyed]) -> Destinations:
        """Take together what the provinces know of the points."""
        rows = [int(row) for row in _points(changes.moves)["row"]]
        codes = np.array([one.code for one in surveyed], dtype=object)
        inside = np.array([one.inside for one in surveyed])
        away_km = np.array([one.nearest_km for one in surveyed])
        by_point: dict[int, tuple[str, ...]] = {}
        for number, row in enumerate(rows):
            held = tuple(codes[inside[:, number]])
            nearest = int(away_km[:, number].argmin())
            near = (codes[nearest],) if away_km[nearest, number] <= NEIGHBOUR_KM else ()
            by_point[row] = held or near
        return cls(surveyed, by_point, changes.file or "moves")

    def of_event(self, event: Any, now: str | None) -> str | Failure:  # noqa: ANN401 - a row of the moves
        """Return the code of the province that an arrival leads to, or why none can be told.

        What the row says beats its point. Where several may be meant, or none, a family stays in its own.

        Parameters
        ----------
        event : namedtuple
            A row of the moves.
        now : str or None
            Where the household is before it.
        """
        codes = [one.code for one in self.surveyed]
        if event.province:
            named = (one for name in names_like("province", event.province) for one in province_codes([name]))
            told = next((one for one in named if one in codes), "")
            return told or self._wrong(event, "unknown_province")
        if not np.isnan(event.lon):
            found: Sequence[str] = self.by_point[event.row]
        elif event.county:
            county = area_id("county", event.county)
            found = [one.code for one in self.surveyed if county in one.counties]
        else:
            found = [one.code for one in self.surveyed if fold(event.place) in one.places]
        if now is not None and (now in found or len(found) != 1):
            return now
        if found and (len(found) == 1 or not np.isnan(event.lon)):
            return found[0]
        return self._lost(event, len(found))

    def _lost(self, event: Any, count: int) -> Failure:  # noqa: ANN401
        """Return why nothing tells the province: the place or the county that was looked up is named."""
        if not np.isnan(event.lon) or not (event.place or event.county):
            return self._wrong(event, "no_province")
        told = phrase("changes.in_county", county=event.county) if event.county else f'"{event.place}"'
        words = phrase(
            "moves.of_several_provinces" if count else "moves.of_no_province", told=told, count=count
        )
        return Failure(self.file, int(event.row), "no_province", event.household_id, words)

    def _wrong(self, event: Any, code: str) -> Failure:  # noqa: ANN401
        return Failure(self.file, int(event.row), code, event.household_id, phrase(f"moves.{code}"))
