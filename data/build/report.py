"""What `siting check` tells of the files: rows, columns left out, units, who would be served and who not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.build.joined import joined_names
from data.build.travel import foreign_travel
from data.locating.columns import located_counts
from data.text import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.errors import Failure
    from data.problem import Problem
    from data.readers.reading import Seen
    from data.tables import Tables
    from data.text import Lang


def report(
    tables: Tables, problems: Sequence[Problem], lang: Lang = "en", *, seen: Sequence[Seen] = ()
) -> dict[str, Any]:
    """Return what the files hold and what a plan would make of them.

    Parameters
    ----------
    tables : Tables
        As read.
    problems : sequence of Problem
        Built from them, one a province.
    lang : {"fa", "en"}
        Language of the notes.
    seen : sequence of Seen
        The files whose headers were read.

    Returns
    -------
    dict
        ``files`` (file, rows, ``columns``: the file's header by our column, ``located``: rows by how their
        point is known, ``not_read``: headers of columns that were left out, ``repeated``: headers that
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
                "columns": _columns(seen, tables.file(role)),
                "located": _located(table),
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


def _columns(seen: Sequence[Seen], file: str) -> dict[str, str]:
    return next((dict(one.columns) for one in seen if one.file == file), {})


def _located(table: pd.DataFrame) -> dict[str, int]:
    """Return how many rows have a point of their own, one of their place (by quality), and none."""
    if "lon" not in table:
        return {}
    by_place = located_counts(table)
    located = int(table["lon"].notna().sum())
    return {"point": located - sum(by_place.values()), **by_place, "none": len(table) - located}


def _repeated(tables: Tables, file: str) -> list[str]:
    return [
        str(dict(note.words.values)["column"])
        for note in tables.notes
        if note.file == file and note.code == "repeated_header" and isinstance(note.words, Phrase)
    ]


def notes(tables: Tables) -> tuple[Failure, ...]:
    """Return what was read although it may be meant otherwise, and what was left aside."""
    return (*tables.notes, *joined_names(tables), *foreign_travel(tables))
