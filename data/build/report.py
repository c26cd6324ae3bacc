"""What `siting check` tells of the files: rows, columns left out, units, who would be served and who not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.build.travel import foreign_travel
from data.errors import SHOWN_FAILURES, Failure
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.problem import Problem
    from data.tables import Tables
    from data.text import Lang


def report(tables: Tables, problems: Sequence[Problem], lang: Lang = "en") -> dict[str, Any]:
    """Return what the files hold and what a plan would make of them.

    Parameters
    ----------
    tables : Tables
        As read.
    problems : sequence of Problem
        Built from them, one a province.
    lang : {"fa", "en"}
        Language of the notes.

    Returns
    -------
    dict
        ``files`` (file, rows, ``not_read``: headers of columns that were left out, ``repeated``: headers that
        occur more than once), ``notes`` (file, row, code, message: what was taken for granted or left
        aside), ``served`` (units, households, cases, needed; ``cases_in_file`` is more than ``cases`` where
        each household counts as one) and ``unserved`` (households by reason).
    """
    read = {
        "households": tables.households,
        "applicants": tables.applicants,
        "centers": tables.centers,
        "travel": tables.travel,
    }
    units = households = cases = in_file = needed = 0
    written = tables.households.set_index("household_id")["cases"]
    reasons: dict[str, int] = {}
    for problem in problems:
        table = problem.households
        served = table[table["reason"] == ""]
        by_unit = served.groupby("unit")["cases"].sum()
        units += len(by_unit)
        households += len(served)
        cases += int(by_unit.sum())
        in_file += int(written.loc[served["household_id"]].sum())
        needed += int((-(-by_unit // problem.rules.max_cases)).sum())
        for reason, count in table.loc[table["reason"] != "", "reason"].value_counts().items():
            reasons[str(reason)] = reasons.get(str(reason), 0) + int(count)
    return {
        "files": [
            {
                "file": tables.file(role),
                "rows": len(table),
                "not_read": list(tables.unread.get(tables.file(role), ())),
                "repeated": _repeated(tables, tables.file(role)),
            }
            for role, table in read.items()
            if table is not None
        ],
        "notes": [
            {"file": note.file, "row": note.row, "code": note.code, "message": note.said(lang)}
            for note in notes(tables)
        ],
        "served": {
            "units": units,
            "households": households,
            "cases": cases,
            "cases_in_file": in_file,
            "needed": needed,
        },
        "unserved": dict(sorted(reasons.items())),
    }


def _repeated(tables: Tables, file: str) -> list[str]:
    return [
        str(dict(note.words.values)["column"])
        for note in tables.notes
        if note.file == file and note.code == "repeated_header" and isinstance(note.words, Phrase)
    ]


def notes(tables: Tables) -> tuple[Failure, ...]:
    """Return what was read although it may be meant otherwise, and what was left aside."""
    return (*tables.notes, *_places_without_points(tables), *foreign_travel(tables))


def _places_without_points(tables: Tables) -> list[Failure]:
    """Return the places that stand in place of coordinates: a plan looks none up."""
    households, file = tables.households, tables.file("households")
    lacking = households[households["lon"].isna() & (households["place"] != "")]
    places = lacking.groupby(["place", "county", "province"], sort=False)["row"].agg(["min", "size"])
    told = []
    for (place, county, province), row, count in places.itertuples():
        where = _where(county, province)
        words = phrase("build.place_without_point", place=place, where=where, count=int(count))
        told.append(Failure(file, int(row), "no_location", "", words))
    if len(told) <= SHOWN_FAILURES:
        return told
    more = phrase("build.more_places_without_point", count=len(told) - SHOWN_FAILURES)
    return [*told[:SHOWN_FAILURES], Failure(file, 0, "no_location", "", more)]


def _where(county: str, province: str) -> Phrase:
    level, name = ("county", county) if county else ("province", province)
    return phrase(f"build.in_{level}", name=name) if name else phrase("build.in_no_county")
