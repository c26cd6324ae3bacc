"""Several columns that mean the same: one is taken where they agree, none where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import Failure
from data.fold import fold
from data.readers.failures import failure
from data.readers.headers import header_key, value_words
from data.readers.points import coordinates
from data.readers.values import as_ids, as_numbers, as_text, as_words, by_unique
from data.text import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.readers.source import Source

_AXES = ("lon", "lat")
_NUMBERS = ("cases", "preference", "score", "max_cases", "caseworkers", "km")
_VOCABULARIES = {
    ("households", "status"): "household_status",
    ("centers", "status"): "center_status",
    ("moves", "status"): "household_status",
    ("moves", "event"): "event",
    **{
        (table, column): column
        for table in ("households", "applicants", "centers", "moves")
        for column in ("area", "kind", "accessible", "use", "decision")
    },
}
_SAME = 1e-6
"""Numbers that differ by less are one: a degree to the decimetre, as one column may be rounded."""


def settle(
    source: Source, table: str, at: Mapping[str, int], rivals: Mapping[str, tuple[int, ...]]
) -> tuple[dict[str, int], list[Failure], list[Failure]]:
    """Take one of several columns that mean the same; those without any value are left out of account.

    Parameters
    ----------
    source : Source
        The file.
    table : str
        What it is read as.
    at, rivals : mapping
        Of `data.readers.headers.Resolved`.

    Returns
    -------
    dict of str to int
        Position by column.
    list of Failure
        ``duplicate_column`` for columns that differ, with the first row where they do.
    list of Failure
        Notes: ``same_column`` for one that is left out because it says the same.
    """
    taken = dict(at)
    failures: list[Failure] = []
    notes: list[Failure] = []
    for column, places in rivals.items():
        if column in _AXES and (source.points is not None or {"x", "y"} <= at.keys()):
            continue
        told = [place for place in places if (as_text(source.table[place]) != "").any()] or [places[0]]
        taken[column] = told[0]
        one = source.headers[told[0]]
        for place in told[1:]:
            other = source.headers[place]
            differ = _differ(source.table[told[0]], source.table[place], table, column)
            if differ.any():
                row = str(source.rows[int(differ.to_numpy().argmax())])
                said = _differing(column, one, other, row)
                failures.append(Failure(source.file, 1, "duplicate_column", "", said))
            elif header_key(one) != header_key(other):
                notes.append(failure(source.file, 1, "same_column", column=column, one=one, other=other))
    return taken, failures, notes


def _differing(column: str, one: str, other: str, row: str) -> Phrase:
    if header_key(one) == header_key(other):
        return phrase("readers.twins_differ", one=one, row=row)
    return phrase("readers.columns_differ", column=column, one=one, other=other, row=row)


def _differ(one: pd.Series, other: pd.Series, table: str, column: str) -> pd.Series[bool]:
    """Return the rows in which two columns do not mean the same, however it is written."""
    if column in _AXES or column in _NUMBERS:
        read = coordinates if column in _AXES else as_numbers
        (first, no_first), (second, no_second) = read(one), read(other)
        apart = (first - second).abs() > _SAME
        words = no_first | no_second
        return apart | (first.isna() != second.isna()) | (words & (_plain(one) != _plain(other)))
    if vocabulary := _VOCABULARIES.get((table, column)):
        known = value_words(vocabulary)
        return as_words(one, known)[0] != as_words(other, known)[0]
    return _plain(one) != _plain(other)


def _plain(column: pd.Series) -> pd.Series[str]:
    return by_unique(as_ids(column), fold).astype("str")
