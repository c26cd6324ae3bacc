"""The half of the data dictionary that tells what a plan writes: its tables, and what its summary says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.call.outcomes import COLUMNS, TIE_COLUMNS
from data.exports import FIRST_COLUMNS, PLACES_COLUMNS, SUMMARY
from data.summary import schema
from data.text import text
from data.work.status import COLUMNS as STATUS_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.text import Lang

_BY_TABLE = {
    ("applicants.csv", "center_id"): "applicants_center",
    ("applicants.csv", "site_id"): "applicants_site",
    ("applicants.csv", "reason"): "applicants_reason",
    ("ties.csv", "applicant_id"): "ties_applicant",
    ("ties.csv", "site_id"): "ties_site",
    ("reserves.csv", "applicant_id"): "reserves_applicant",
    ("reserves.csv", "site_id"): "reserves_site",
    ("reserves.csv", "decided_by"): "reserves_decided",
    ("reserves.csv", "alike"): "reserves_alike",
    ("places.csv", "place"): "places_place",
    ("exceptions.csv", "kind"): "exceptions_kind",
    ("exceptions.csv", "reason"): "exceptions_reason",
}
"""Columns that mean something of their own in one table."""
STATUS = "status.csv"
_JSON_KINDS = ("array", "boolean", "integer", "number", "object", "string")


def outputs() -> Mapping[str, Sequence[str]]:
    """Return the columns of every table that a plan's folder holds, by the table's name."""
    return {**FIRST_COLUMNS, "places": PLACES_COLUMNS, "applicants": COLUMNS, "ties": TIE_COLUMNS}


def of_table(name: str, columns: Iterable[str], lang: Lang, *, key: str = "") -> list[str]:
    """Return the section of a table: its key if it has one, and what each column is called.

    Parameters
    ----------
    name : str
        Of the file or layer.
    columns : iterable of str
        In their order.
    lang : {"fa", "en"}
        Of the titles.
    key : str
        Columns that no two rows share.
    """
    rows = [(f"`{column}`", title_of(name, column, lang)) for column in columns]
    heads = [text(f"dictionary.{one}", lang) for one in ("column", "name")]
    told = [f"{text('dictionary.key', lang)}: `{key}`"] if key else []
    return [f"### `{name}`", *told, as_table(heads, rows)]


def title_of(name: str, column: str, lang: Lang) -> str:
    """Return what a column of a table is called; its own name where the house has none for it."""
    own = _BY_TABLE.get((name, column), column)
    keys = [f"dictionary.col_{own}", f"folder.alias_{column}", f"readers.title_{column}"]
    if name == STATUS:
        keys = [f"status.col_{column}", *keys]
    for key in keys:
        try:
            return text(key, lang)
        except KeyError:
            continue
    return column


def of_summary(lang: Lang) -> list[str]:
    """Return the section of the summary: each of its names, its kind by the schema, and what it says."""
    names: Mapping[str, Mapping[str, Any]] = schema()["properties"]
    rows = [
        (f"`{name}`", _json_kind(about, lang), text(f"dictionary.says_{name}", lang))
        for name, about in names.items()
    ]
    heads = [text(f"dictionary.{one}", lang) for one in ("entry", "kind", "meaning")]
    return [f"### `{SUMMARY}`", text("dictionary.summary_is", lang), as_table(heads, rows)]


def of_status(lang: Lang) -> list[str]:
    """Return the section of the table that `siting status` writes into a folder of its own."""
    head, table = of_table(STATUS, STATUS_COLUMNS, lang)
    return [head, text("dictionary.status_is", lang), table]


def as_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(one.replace('|', '/') for one in line)} |" for line in lines)


def _json_kind(about: Mapping[str, Any], lang: Lang) -> str:
    told = about.get("type") or ("integer" if "const" in about else "string")
    kinds = [told] if isinstance(told, str) else told
    kind = next(one for one in _JSON_KINDS if one in kinds)
    said = text(f"dictionary.json_{kind}", lang)
    return f"{said} ({text('dictionary.or_null', lang)})" if "null" in kinds else said
