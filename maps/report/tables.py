"""Tables that a report prints and a workbook holds: the same cells in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from data.text import number, text
from maps.names import names_of
from maps.report.small import AtLeast, Few, Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.text import Lang
    from maps.report.small import Shown

Kind = Literal["words", "text", "code", "count", "km", "far_km", "sum_km", "percent", "ratio", "number"]
Cell = str | float | None
"""A text, a number, or nothing; `Few`, `AtLeast` and `Withheld` stand for counts that are not shown."""
NOTHING = "–"
DIGITS = {"count": 0, "km": 2, "far_km": 1, "percent": 2, "ratio": 2}
_SIGNIFICANT = 3
"""Of a sum of kilometres (`data.public.coarsely`)."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    title : str
        In the report's language.
    kind : str
        How its cells are written: ``words`` of the report itself, ``text`` of the plan, ``code`` (ids, from
        the left), or numbers.
    """

    title: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    key : str
        ``report.table_KEY`` is its title and ``report.sheet_KEY`` the name of its sheet.
    columns : tuple of Column
        From the first to the last in reading order.
    rows : tuple of tuple
        Cells, one for each column.
    total : tuple, optional
        The last row, of everything.
    """

    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Shown, ...], ...]
    total: tuple[Cell | Shown, ...] | None = None


def columns(lang: Lang, kinds: Mapping[str, Kind]) -> tuple[Column, ...]:
    """Return columns of these names, whose titles are ``report.col_NAME``, and kinds."""
    return tuple(Column(text(f"report.col_{name}", lang), kind) for name, kind in kinds.items())


def written(cell: Cell | Shown, kind: Kind, lang: Lang) -> str:
    """Return a cell as a reader of the language sees it."""
    if isinstance(cell, Few):
        return text("report.few", lang, k=cell.k)
    if isinstance(cell, AtLeast):
        return text("report.at_least", lang, count=cell.value)
    if isinstance(cell, Withheld):
        return text("report.withheld", lang)
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, str):
        return cell
    return number(cell, lang, digits=sum_digits(cell) if kind == "sum_km" else DIGITS.get(kind))


def sum_digits(km: float) -> int:
    """Return the decimals of a sum of kilometres that has three significant digits."""
    return max(0, _SIGNIFICANT - len(str(int(abs(km))))) if km else 0


def named(province: str, county: str, lang: Lang) -> str:
    """Return a county's name in the language, or a province's; that none was told where there is none."""
    return names_of(province, county)[lang] or text("report.unnamed", lang)


def known(key: str, value: str, values: Sequence[str], lang: Lang) -> str:
    """Return the text of a key where its value is one that the program knows, else the value itself."""
    return text(key, lang) if value in values else value
