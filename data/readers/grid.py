"""Cells in rows: where the header stands, and cells as text."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from data.fold import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.readers.source import Recognises

HEADER_WITHIN = 40
"""Title rows above the header are at most so many."""


def header_row(records: Sequence[Sequence[str]], recognises: Recognises) -> tuple[int, int]:
    """Return the header's position among the first rows, and how many of its cells are recognised.

    The first row with the most recognised cells; without any, the first row that is not blank.
    """
    best, score = None, 0
    for at, record in enumerate(records[:HEADER_WITHIN]):
        known = sum(1 for cell in record if cell.strip() and recognises(cell))
        if known > score:
            best, score = at, known
    if best is None:
        best = next((at for at, record in enumerate(records) if any(cell.strip() for cell in record)), 0)
    return best, score


def headers_of(
    records: Sequence[Sequence[str]], at: int, recognises: Recognises
) -> tuple[tuple[str, ...], int]:
    """Return the headers, and the position of the last row that tells them.

    Where the row above or below a header row names what that leaves blank, or says it more exactly (a merged
    cell over two), they are one header: the lower word where it means something, else the upper.
    """
    headers = trimmed(records[at])
    for upper, lower in ((at, at + 1), (at - 1, at)):
        if upper < 0 or lower >= len(records):
            continue
        above, below = trimmed(records[upper]), trimmed(records[lower])
        if not _is_header(below, recognises) or not _is_header(above, recognises):
            continue
        width = max(len(above), len(below))
        pairs = zip(*((*row, *[""] * (width - len(row))) for row in (above, below)), strict=True)
        both = tuple(under if under and (recognises(under) or not over) else over for over, under in pairs)
        if sum(map(recognises, filter(None, both))) > sum(map(recognises, filter(None, headers))):
            return both, lower
    return headers, at


def _is_header(cells: Sequence[str], recognises: Recognises) -> bool:
    told = [cell for cell in cells if cell]
    return any(map(recognises, told)) and not any(letter.isdigit() for cell in told for letter in cell)


def trimmed(record: Sequence[str]) -> tuple[str, ...]:
    """Return cells without the blank ones at the end."""
    cells = [clean(cell) for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def cell_text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO with the time of day that is told.

    A spreadsheet gives every date the time 00:00, which tells nothing. Whatever zone a file names, its clock
    is read as it stands, as in text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        told = value.replace(tzinfo=None)
        return told.isoformat() if told.time() != time() else told.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
