"""The table of every center's load, free places, caseworkers and visits: a page, a workbook, a CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from data.exports import to_csv
from data.text import text
from data.work.status import summed
from maps.dates import shown_day
from maps.report.tables import Column, Table, named
from maps.work.paper import Part, paper
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from data.text import Lang
    from maps.origin import Origin
    from maps.report.tables import Cell, Kind

FIRST_SHOWN = 20
"""Centers that are named first on a terminal and on the page."""
COLUMNS: Mapping[str, Kind] = {
    "center_id": "code", "name": "text", "county": "text", "concerned": "count", "cases": "count",
    "max_cases": "count", "free": "count", "places_staffed": "count", "caseworkers_needed": "count",
    "caseworkers": "count", "no_caseworker": "count", "visits_done": "count", "visits_due": "count",
    "visits_overdue": "count", "visits_planned": "count", "flagged": "count", "services_missing": "number",
    "fees_toman": "count", "km_median": "km", "km_p90": "km",
}  # fmt: skip
SUMS: Mapping[str, Kind] = {
    "centers": "count",
    **{name: kind for name, kind in COLUMNS.items() if kind == "count"},
}


def page(
    table: pd.DataFrame, day: date, origin: Origin, missing: Iterable[str], lang: Lang, *, synthetic: bool
) -> bytes:
    """Return the page of a status, UTF-8.

    Parameters
    ----------
    table : DataFrame
        As `data.work.status.status_table`.
    day : date
        The day it is of.
    origin : Origin
        The version in force.
    missing : iterable of str
        What nobody recorded (`door.status.Status.missing`).
    lang : {"fa", "en"}
        Its language.
    synthetic : bool
        Whether the data are.
    """
    first = table[table["concerned"] > 0].head(FIRST_SHOWN)
    parts = (
        Part(
            text("status.first", lang),
            (text("status.first_lead" if len(first) else "status.none_concerned", lang, count=len(first)),),
            ((text("status.first", lang), center_table(first, lang)),) if len(first) else (),
            wide=True,
        ),
        *_places(table, lang),
        Part(
            text("status.centers", lang),
            (),
            ((text("status.centers", lang), center_table(table, lang)),),
            wide=True,
        ),
    )
    words = paper(
        title(day, lang),
        parts,
        lead=(text("status.lead", lang), *(text(f"status.missing_{one}", lang) for one in missing)),
        origin=origin,
        synthetic=synthetic,
        private=False,
        lang=lang,
    )
    return words.encode()


def workbook(table: pd.DataFrame, day: date, origin: Origin, lang: Lang, *, synthetic: bool) -> bytes:
    """Return the same tables as XLSX."""
    sheets = [Sheet(text("status.centers", lang), text("status.centers", lang), center_table(table, lang))]
    sheets += [
        Sheet(part.heading, caption, one) for part in _places(table, lang) for caption, one in part.tables
    ]
    return workbook_of(sheets, title=title(day, lang), synthetic=synthetic, origin=origin, lang=lang)


def csv_of(table: pd.DataFrame, *, synthetic: bool) -> bytes:
    """Return the table as CSV, in English."""
    return to_csv(table, synthetic=synthetic)


def title(day: date, lang: Lang) -> str:
    """Return what the page is called."""
    return text("status.title", lang, day=shown_day(day.isoformat(), lang))


def center_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Return a row for each center, and their sums."""
    columns = tuple(Column(text(f"status.col_{name}", lang), kind) for name, kind in COLUMNS.items())
    rows = tuple(_row(one, lang) for one in table.to_dict("records"))
    sums = summed(table, []).iloc[0].to_dict()
    total = tuple(_cell(sums.get(name)) if kind == "count" else None for name, kind in COLUMNS.items())
    return Table("centers", columns, rows, ("", text("status.all", lang), *total[2:]))


def _places(table: pd.DataFrame, lang: Lang) -> tuple[Part, ...]:
    """Return the sums by province and by county, where there is more than one."""
    parts = []
    for by, key in ((["province"], "provinces"), (["province", "county"], "counties")):
        sums = summed(table, by)
        if len(sums) < 2:  # noqa: PLR2004 - of one the sums are those of all
            continue
        columns = tuple(Column(text(f"status.col_{name}", lang), kind) for name, kind in SUMS.items())
        rows = tuple(
            (
                named(str(one["province"]), str(one.get("county", "")), lang),
                *(_cell(one.get(name)) for name in SUMS),
            )
            for one in sums.to_dict("records")
        )
        heads = (Column(text(f"status.col_{by[-1]}", lang), "text"), *columns)
        words = text(f"status.{key}", lang)
        parts.append(Part(words, (), ((words, Table(key, heads, rows)),), wide=True))
    return tuple(parts)


def _row(one: Mapping[object, object], lang: Lang) -> tuple[Cell, ...]:
    place = named(str(one["province"]), str(one["county"]), lang)
    return tuple(place if name == "county" else _cell(one.get(name)) for name in COLUMNS)


def _cell(value: Any) -> Cell:  # noqa: ANN401 - a cell of a table
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    return float(value) if float(value) % 1 else int(value)
