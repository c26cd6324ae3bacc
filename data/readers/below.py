"""What stands below a table and is none of its rows: totals, signatures, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.readers.failures import failure
from data.readers.headers import header_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.errors import Failure
    from data.readers.source import Source

BELOW = ("total_row", "note_below_table")
"""Codes of what is no row of the table."""
_SENTENCE = re.compile(r"[^\W\d]{2}[^\W\d]*(?:\s*:|\s+[^\W\d]{2})")
_TOTALS = {
    header_key(word)
    for word in ("جمع", "جمع کل", "جمع‌کل", "مجموع", "مجموع کل", "total", "grand total", "sum")
}


def told_below(source: Source, ids: pd.Series[str], failures: Sequence[Failure]) -> list[Failure]:
    """Return failures, those of rows below the table told as what these are.

    A total, as the last row or above notes, is ``total_row``; lines after blank rows (or a total) that have
    no id and text in few cells are one ``note_below_table``, and so are words alone in their row. Only rows
    that failed are either.

    Parameters
    ----------
    source : Source
        The file.
    ids : Series of str, shape (n_rows,)
        Who each row is about.
    failures : sequence of Failure
        All that was found.
    """
    failing = {one.row for one in failures}
    below = [at for at in _tail(source, ids) if int(source.rows[at]) in failing]
    told = {int(source.rows[at]) for at in below}
    totals = [at for at in below if _is_total(_cells(source, at))]
    notes = [at for at in below if at not in totals]
    return [
        *(one for one in failures if one.row not in told),
        *(failure(source.file, int(source.rows[at]), "total_row", ids.iloc[at]) for at in totals),
        *(failure(source.file, int(source.rows[at]), "note_below_table") for at in notes[:1]),
    ]


def _tail(source: Source, ids: pd.Series[str]) -> range:
    """Return the rows at the end that look like no rows of the table."""
    last = len(source.table)
    start = at = last
    numbered = bool(ids[ids != ""].str.contains(r"\d").mean() > 0.5)  # noqa: PLR2004 - most
    while at > 0:
        cells = _cells(source, at - 1)
        total = _is_total(cells)
        if not total and not _is_note(cells, ids.iloc[at - 1], len(source.headers), numbered):
            break
        at -= 1
        after_blank = at > 0 and source.rows[at] - source.rows[at - 1] > 1
        after_total = at > 0 and _is_total(_cells(source, at - 1))
        if total or after_blank or after_total or _is_sentence(cells, len(source.headers), numbered):
            start = at
    return range(start, last)


def _cells(source: Source, at: int) -> list[str]:
    return [cell for cell in source.table.iloc[at] if isinstance(cell, str) and cell.strip()]


def _is_total(cells: Sequence[str]) -> bool:
    return any(header_key(cell) in _TOTALS for cell in cells)


def _is_note(cells: Sequence[str], subject: str, width: int, numbered: bool) -> bool:  # noqa: FBT001 - of the ids
    if _is_sentence(cells, width, numbered):
        return True
    if subject:
        # Alone in the column of the ids a signature is no id: it is written in words.
        return width > 1 and len(cells) == 1 and any(letter in " :" for letter in cells[0].strip())
    few = width > 1 and 0 < len(cells) <= max(1, width // 2)
    return few and any(letter.isalpha() for cell in cells for letter in cell)


def _is_sentence(cells: Sequence[str], width: int, numbered: bool) -> bool:  # noqa: FBT001 - of the ids
    """Tell whether a row has nothing but words in one of its cells: no row of a table of several columns.

    One word is an id, unless the ids of the table have digits and it has none.
    """
    if width == 1 or len(cells) != 1:
        return False
    word = numbered and not any(map(str.isdigit, cells[0]))
    return word or _SENTENCE.search(cells[0]) is not None
