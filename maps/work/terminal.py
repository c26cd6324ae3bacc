"""Tables on a terminal: columns as wide as what they hold, Persian letters counted as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from maps.report.tables import written

if TYPE_CHECKING:
    from data.text import Lang
    from maps.report.tables import Table

_GAP = "  "
_WIDEST = 28
_WORDS = ("words", "text", "code")


def table_lines(table: Table, lang: Lang) -> list[str]:
    """Return a table as lines: its heads, its rows, its total.

    Parameters
    ----------
    table : Table
        What to show.
    lang : {"fa", "en"}
        Language of the user; in Persian the first column stands at the right.
    """
    kinds = [column.kind for column in table.columns]
    rows = [[column.title for column in table.columns]]
    rows += [[written(cell, kind, lang) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows]
    if table.total is not None:
        rows.append(
            [
                "" if cell is None else written(cell, kind, lang)
                for cell, kind in zip(table.total, kinds, strict=True)
            ]
        )
    cut = [[one if cell_len(one) <= _WIDEST else one[: _WIDEST - 1] + "…" for one in row] for row in rows]
    widths = [max(cell_len(row[place]) for row in cut) for place in range(len(kinds))]
    return [
        _GAP.join(
            _padded(one, width, left=kind in _WORDS)
            for one, width, kind in zip(row, widths, kinds, strict=True)
        ).rstrip()
        for row in cut
    ]


def _padded(words: str, width: int, *, left: bool) -> str:
    room = " " * (width - cell_len(words))
    return words + room if left else room + words
