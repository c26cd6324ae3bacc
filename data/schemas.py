"""Schemas of the input tables: what each column means, and which values are refused, with what reason.

Every check is named for its reason code. `problems` validates lazily: all failing rows in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandera.pandas as pa

from data.errors import Failure
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

LON_RANGE = (44.0, 63.5)
LAT_RANGE = (25.0, 40.0)
"""The box around Iran, degrees."""

AREAS = ("urban", "rural", "")
CENTER_STATUSES = ("approved", "premises", "licensed", "open", "closing", "closed")
USES = ("candidate", "required", "forbidden")
EVENTS = ("move", "join", "leave", "address_unknown")
DECISIONS = ("accepted", "refused", "pending")


def _check(code: str, test: Callable[[Any], Any], *, ignore_na: bool = True) -> pa.Check:
    return pa.Check(test, name=code, error=code, ignore_na=ignore_na)


def _column(name: str, dtype: str = "str", *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=nullable,
        title=text(f"readers.title_{name}"),
        description=text(f"readers.meaning_{name}"),
        metadata={
            "title_fa": text(f"readers.title_{name}", "fa"),
            "description_fa": text(f"readers.meaning_{name}", "fa"),
        },
    )


def _table(columns: dict[str, pa.Column], *, name: str) -> pa.DataFrameSchema:
    columns["row"] = _column("row", "int64")
    return pa.DataFrameSchema(columns, name=name, checks=[])


def _texts(*names: str) -> dict[str, pa.Column]:
    return {name: _column(name) for name in names}


def _within(values: pd.Series[float], limits: tuple[float, float]) -> pd.Series[bool]:
    return values.between(*limits)


def _inside(points: pd.DataFrame) -> pd.Series[bool]:
    return _within(points["lon"], LON_RANGE) & _within(points["lat"], LAT_RANGE)


def _swapped(points: pd.DataFrame) -> pd.Series[bool]:
    return _within(points["lat"], LON_RANGE) & _within(points["lon"], LAT_RANGE)


def _zero(points: pd.DataFrame) -> pd.Series[bool]:
    return (points["lon"] == 0) | (points["lat"] == 0)


def _known(points: pd.DataFrame) -> pd.Series[bool]:
    return points["lon"].notna() & points["lat"].notna()


_ID = (_check("missing_id", lambda ids: ids != ""),)
_UNIQUE_ID = (*_ID, _check("duplicate_id", lambda ids: (ids == "") | ~ids.duplicated()))
_POINT = {"lon": _column("lon", "float64", nullable=True), "lat": _column("lat", "float64", nullable=True)}
_GROUND = _texts("province", "county", "district", "place") | {
    "area": _column("area", "str", _check("bad_area", lambda areas: areas.isin(AREAS)))
}

HOUSEHOLDS = _table(
    {
        "household_id": _column("household_id", "str", *_UNIQUE_ID),
        **_POINT,
        "cases": _column("cases", "int64", _check("bad_cases", lambda cases: cases >= 1)),
        **_GROUND,
        **_texts("status", "center_id", "pin", "synthetic"),
    },
    name="households",
)

APPLICANTS = _table(
    {
        "applicant_id": _column("applicant_id", "str", *_ID),
        "site_id": _column("site_id", "str", _check("duplicate_id", lambda ids: ~ids.duplicated())),
        **_POINT,
        "preference": _column("preference", "int64"),
        "score": _column("score", "float64", _check("bad_score", lambda scores: scores >= 0)),
        **_texts("kind", "field", "accessible"),
        "use": _column("use", "str", _check("bad_use", lambda uses: uses.isin(USES))),
        "decision": _column("decision", "str", _check("bad_decision", lambda made: made.isin(DECISIONS))),
        **_texts("decision_reason", "registered_at"),
        **_GROUND,
    },
    name="applicants",
)

CENTERS = _table(
    {
        "center_id": _column("center_id", "str", *_UNIQUE_ID),
        **_POINT,
        **_texts("name", "address", "phone", "applicant_id"),
        "status": _column(
            "status", "str", _check("bad_status", lambda statuses: statuses.isin(CENTER_STATUSES))
        ),
        "max_cases": _column(
            "max_cases", "float64", _check("bad_max_cases", lambda cases: cases >= 1), nullable=True
        ),
        "caseworkers": _column(
            "caseworkers",
            "float64",
            _check("bad_caseworkers", lambda number: number >= 1),
            nullable=True,
        ),
        **_texts("grade"),
        **_GROUND,
    },
    name="centers",
)

TRAVEL = _table(
    {
        "household_id": _column("household_id", "str", *_ID),
        "site_id": _column("site_id", "str", *_ID),
        "km": _column("km", "float64", _check("bad_km", lambda km: km >= 0)),
    },
    name="travel",
)

MOVES = _table(
    {
        "household_id": _column("household_id", "str", *_ID),
        "date": _column("date", "str", _check("bad_date", lambda dates: dates != "")),
        "event": _column("event", "str", _check("bad_event", lambda events: events.isin(EVENTS))),
        **_POINT,
        "cases": _column("cases", "int64", _check("bad_cases", lambda cases: cases >= 1)),
        **_GROUND,
        **_texts("status", "pin"),
    },
    name="moves",
)

GAZETTEER = _table(
    {
        "place_code": _column(
            "place_code", "str", _check("duplicate_id", lambda ids: (ids == "") | ~ids.duplicated())
        ),
        "place": _column("place", "str", _check("missing_place", lambda names: names != "")),
        **_texts("other_names", "rural_district"),
        "county": _column("county", "str", _check("missing_county", lambda names: names != "")),
        **_texts("province"),
        **_POINT,
    },
    name="gazetteer",
)

POINTS = pa.DataFrameSchema(
    {},
    name="points",
    checks=[
        _check("zero_coordinates", lambda points: ~(_known(points) & _zero(points)), ignore_na=False),
        _check(
            "lon_lat_swapped",
            lambda points: ~_known(points) | _zero(points) | ~_swapped(points),
            ignore_na=False,
        ),
        _check(
            "outside_iran",
            lambda points: ~_known(points) | _zero(points) | _swapped(points) | _inside(points),
            ignore_na=False,
        ),
    ],
)
"""Checks of ``lon`` and ``lat`` together, on a frame of these two columns."""

TRAVEL_PAIRS = pa.DataFrameSchema(
    {}, name="pairs", checks=[_check("duplicate_pair", lambda pairs: ~pairs.duplicated(), ignore_na=False)]
)

EVENTS_OF_A_DAY = pa.DataFrameSchema(
    {},
    name="events_of_a_day",
    checks=[
        _check(
            "duplicate_event",
            lambda events: ~events.duplicated() | (events == "").any(axis=1),
            ignore_na=False,
        )
    ],
)
"""Checks of ``household_id`` and ``date`` together: which of two events of a day was last cannot be told."""


def applications(sites_per_applicant: int) -> pa.DataFrameSchema:
    """Return the checks over all sites of an applicant.

    They read a frame of ``applicant_id``, ``preference`` and ``province_key``.
    """

    def place(rows: pd.DataFrame) -> pd.Series[int]:
        return rows.groupby("applicant_id").cumcount()

    def in_one_province(rows: pd.DataFrame) -> pd.Series[bool]:
        told = rows["province_key"].where(rows["province_key"] != "")
        first = told.groupby(rows["applicant_id"]).transform("first")
        return told.isna() | (told == first) | (rows["applicant_id"] == "")

    def preference_in_range(rows: pd.DataFrame) -> pd.Series[bool]:
        told = rows["preference"].between(1, sites_per_applicant) | (rows["applicant_id"] == "")
        return told | (place(rows) >= sites_per_applicant)

    def preference_once(rows: pd.DataFrame) -> pd.Series[bool]:
        again = rows.duplicated(["applicant_id", "preference"])
        return ~again | (rows["applicant_id"] == "") | (rows["preference"] < 1)

    def few_enough(rows: pd.DataFrame) -> pd.Series[bool]:
        return (place(rows) < sites_per_applicant) | (rows["applicant_id"] == "")

    return pa.DataFrameSchema(
        {},
        name="applications",
        checks=[
            _check("too_many_sites", few_enough, ignore_na=False),
            _check("bad_preference", preference_in_range, ignore_na=False),
            _check("duplicate_preference", preference_once, ignore_na=False),
            _check("sites_in_two_provinces", in_one_province, ignore_na=False),
        ],
    )


def problems(
    table: pd.DataFrame,
    schema: pa.DataFrameSchema,
    *,
    file: str,
    rows: Sequence[int] | pd.Series[int],
    ids: pd.Series[str],
    **values: object,
) -> list[Failure]:
    """Return every row a schema refuses, once for each reason.

    Parameters
    ----------
    table : DataFrame
        Parsed values, index ``0..n-1``.
    schema : DataFrameSchema
        Its checks are named for reason codes.
    file : str
        Name of the file, for the failures.
    rows : sequence of int, shape (n,)
        Row numbers in the file.
    ids : Series of str, shape (n,)
        Who the row is about.
    **values
        Fields of the messages.
    """
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases[["check", "index"]].drop_duplicates()
        messages = {code: phrase(f"readers.{code}", **values) for code in cases["check"].unique()}
        at = cases["index"].to_numpy(int)
        found = zip(np.asarray(rows)[at].tolist(), cases["check"], ids.iloc[at], strict=True)
        return [Failure(file, row, code, subject, messages[code]) for row, code, subject in found]
    return []
