"""A file of points or places, and the center of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.errors import Failure, SitingError
from data.fold import fold
from data.locating.columns import MATCHED
from data.readers.builder import Builder
from siting.locate.network import Found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.gazetteer.match import Gazetteer
    from data.text import Lang
    from siting.locate.network import Network
    from siting.locate.standing import Nowhere


@dataclass(frozen=True)
class Asked:
    """Rows of a file.

    Attributes
    ----------
    rows : DataFrame
        ``id`` (the row's number where the file has no ids), ``lon``, ``lat``, ``place``, ``county``, ``row``.
    failures : tuple of Failure
        What cannot be read.
    """

    rows: pd.DataFrame
    failures: tuple[Failure, ...]

    @classmethod
    def read(cls, path: Path, columns: Path | None = None) -> Asked:
        """Read a file in any format that households may have: points, or names of places.

        Raises
        ------
        SitingError
            Where the file as a whole cannot be read.
        """
        file = Builder(path, "households", columns)
        file.need(point=True, or_place=True)
        ids = file.identify("household_id")
        place, county = file.text("place"), file.text("county")
        points = file.points(place)
        rows = pd.DataFrame(
            {
                "id": ids.mask(ids == "", file.rows.astype("str")),
                **points,
                "place": place,
                "county": county,
                "row": file.rows,
            }
        )
        return cls(rows, tuple(file.faults()))


def located_rows(
    network: Network, asked: Asked, lang: Lang, gazetteer: Gazetteer | None = None
) -> pd.DataFrame:
    """Return the center of every row, in the order of the file.

    Places are looked up in the country's gazetteer unless told another.

    Returns
    -------
    DataFrame
        ``id``, ``row``, ``center_id``, ``name``, ``neighbourhood``, ``province``, ``county``, ``km`` (in a
        straight line), ``cases``, ``max_cases``, ``free``, and where the center is full ``other_center_id``,
        ``other_km``, ``other_free``; else ``reason`` and ``message`` (in ``lang``). Last come
        ``matched_place`` and ``match_quality`` of rows that are located by their place.
    """
    rows = asked.rows.reset_index(drop=True)
    wrong = {one.row: (one.code, one.said(lang)) for one in reversed(asked.failures)}
    reasons = [wrong.get(int(row), ("", "")) for row in rows["row"]]
    rows, reasons = _with_points(network, rows, reasons, lang, gazetteer)
    known = np.array([not code for code, _ in reasons], dtype=bool) & rows["lon"].notna().to_numpy()
    at = np.flatnonzero(known)
    answers: dict[int, Found | Nowhere] = {}
    if len(at):
        there = network.locate(rows["lon"].to_numpy(float)[at], rows["lat"].to_numpy(float)[at])
        answers = {int(number): answer for number, answer in zip(at, there, strict=True)}
    told = [
        {"id": one, "row": int(row), **_told(answers.get(number), reason, lang)}
        for number, (one, row, reason) in enumerate(zip(rows["id"], rows["row"], reasons, strict=True))
    ]
    table = pd.DataFrame(told).assign(**{name: rows[name].tolist() for name in MATCHED})
    return _typed(table)


def _with_points(
    network: Network,
    rows: pd.DataFrame,
    reasons: list[tuple[str, str]],
    lang: Lang,
    gazetteer: Gazetteer | None,
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Give rows of which only a place is told its point; what cannot be found has a reason."""
    filled, why = rows.assign(**dict.fromkeys(MATCHED, "")), list(reasons)
    named = rows[rows["lon"].isna() & (rows["place"] != "")]
    for _, same in named.groupby([named["place"].map(fold), named["county"].map(fold)]):
        first = same.iloc[0]
        try:
            place = network.place(str(first["place"]), str(first["county"]), gazetteer)
        except SitingError as error:
            for number in same.index:
                why[number] = why[number] if why[number][0] else (error.code, error.said(lang))
        else:
            filled.loc[same.index, "lon"], filled.loc[same.index, "lat"] = place.lon, place.lat
            filled.loc[same.index, list(MATCHED)] = (place.name, place.match_quality)
    return filled, why


def _told(answer: Found | Nowhere | None, reason: tuple[str, str], lang: Lang) -> Mapping[str, object]:
    if isinstance(answer, Found):
        center, other = answer.answer.center, answer.answer.other
        beside = {} if other is None else {"center_id": other.center_id, "km": other.km, "free": other.free}
        return {
            **{name: getattr(center, name) for name in _OF_CENTER},
            **{f"other_{name}": value for name, value in beside.items()},
        }
    code, message = reason if answer is None else (answer.code, answer.words.said(lang))
    return {"reason": code, "message": message}


_OF_CENTER = (
    "center_id",
    "name",
    "neighbourhood",
    "province",
    "county",
    "km",
    "cases",
    "max_cases",
    "free",
)
_TYPES: Mapping[str, str] = {
    "id": "str",
    "row": "Int64",
    **dict.fromkeys(_OF_CENTER[:5], "str"),
    "km": "Float64",
    "cases": "Int64",
    "max_cases": "Int64",
    "free": "Int64",
    "other_center_id": "str",
    "other_km": "Float64",
    "other_free": "Int64",
    "reason": "str",
    "message": "str",
    **dict.fromkeys(MATCHED, "str"),
}


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    whole = table.reindex(columns=list(_TYPES))
    words = [name for name, kind in _TYPES.items() if kind == "str"]
    whole[words] = whole[words].astype(object).where(whole[words].notna(), "")
    return whole.astype(dict(_TYPES))
