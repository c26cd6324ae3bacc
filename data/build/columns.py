"""Columns that a rule needs and the households do not have at all: told once, not at every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.build.admin import LEVELS
from data.errors import Failure, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.rules import Rules
    from data.tables import Tables
    from data.text import Phrase

HEADER = 1
"""Row of a file's header."""


def check_columns(tables: Tables, rules: Rules) -> None:
    """Refuse households without a column, or without anything in it, that a rule needs.

    Parameters
    ----------
    tables : Tables
        With province, county and district filled in where they can be told.
    rules : Rules
        Of the run, with their overrides.

    Raises
    ------
    SitingError
        ``missing_column``, once for each column.
    """
    households = tables.households
    in_force = [rules.for_province(name) for name in sorted(households["province"].unique())]
    failures = {
        column: Failure(tables.file("households"), HEADER, "missing_column", column, said)
        for one in in_force
        for column, said in _needed(tables, one)
        if (households[column] == "").all()
    }
    if failures:
        raise SitingError.of(list(failures.values()))


def _needed(tables: Tables, rules: Rules) -> Iterator[tuple[str, Phrase]]:
    """Yield the columns that rules need, and what says so."""
    if rules.within in LEVELS and rules.within not in tables.boundaries:
        yield rules.within, phrase("build.missing_column_within", within=rules.within)
    if rules.area_apart:
        yield "area", phrase("build.missing_column_area_apart")
    if rules.status and "" not in rules.status:
        yield "status", phrase("build.missing_column_status")
