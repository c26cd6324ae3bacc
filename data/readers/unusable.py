"""Cells in which nothing can be read: errors of a spreadsheet, formulas without a value, ids cut short."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from data.readers.failures import failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.errors import Failure
    from data.readers.source import Source

_ERRORS = (
    "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA", "#ERROR!", "#ERROR",
)  # fmt: skip
"""What a spreadsheet shows where a formula fails; by ``#N/A`` people say that nothing is known."""
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,/٫](\d+))?[eE]\+?(\d{1,3})")


@dataclass(frozen=True, order=True)
class Unusable:
    """A cell, and why nothing is read in it.

    Attributes
    ----------
    row : int
        In the file.
    place : int
        Of its column, from 0.
    code : str
        ``error_cell``, ``formula_without_value`` or ``id_lost_digits``.
    """

    row: int
    place: int
    code: str


def without_errors(source: Source, places: Iterable[int]) -> tuple[Source, list[Unusable]]:
    """Return a file without a spreadsheet's errors in some columns, and the cells there that say nothing.

    Parameters
    ----------
    source : Source
        The file.
    places : iterable of int
        The columns that are read.
    """
    used = sorted(set(places))
    found = [
        Unusable(row, place, "formula_without_value") for row, place in source.uncomputed if place in used
    ]
    cleared: dict[int, pd.Series] = {}
    for place in used:
        column = source.table[place]
        if not pd.api.types.is_string_dtype(column):
            continue
        wrong = column.isin(_ERRORS)
        if wrong.any():
            cleared[place] = column.mask(wrong, "")
            found += [Unusable(int(row), place, "error_cell") for row in source.rows[wrong.to_numpy(bool)]]
    if not cleared:
        return source, found
    table = source.table.copy()
    for place, column in cleared.items():
        table[place] = column
    return replace(source, table=table), found


def lost_digits(ids: pd.Series[str]) -> pd.Series[bool]:
    """Return which ids a spreadsheet has written as ``1.23457E+09``, without their last digits."""
    found = ids.str.contains(r"^[+-]?\d.*[eE]\+?\d", regex=True)
    return found & ids.where(found, "").map(_is_short).astype(bool)


def _is_short(text: str) -> bool:
    found = _SCIENTIFIC.fullmatch(text)
    return found is not None and "+" in text[1:] and int(found[2]) > len(found[1] or "")


def with_unusable(
    source: Source, cells: Iterable[Unusable], ids: Mapping[int, str], failures: Iterable[Failure]
) -> list[Failure]:
    """Return failures and, in place of what else is wrong with their rows, the cells that say nothing.

    Parameters
    ----------
    source : Source
        The file.
    cells : iterable of Unusable
        Of its columns that are read.
    ids : mapping of int to str
        Whom a row is told by.
    failures : iterable of Failure
        All that was found: what an empty cell is refused for is no fault of a row that is not read.
    """
    several = sorted(set(cells))
    rows = {one.row for one in several}
    return [
        *(one for one in failures if one.row not in rows),
        *(
            failure(source.file, one.row, one.code, ids.get(one.row, ""), column=source.headers[one.place])
            for one in several
        ),
    ]
