"""Tables as a workbook to print: a sheet each, numbers as numbers, text never a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from data.text import text
from maps.report.tables import written
from maps.xlsx import put_text, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from data.text import Lang
    from maps.origin import Origin
    from maps.report.tables import Column, Table

_FORMATS = {
    "count": "#,##0",
    "km": "#,##0.00",
    "far_km": "#,##0.0",
    "sum_km": "General",
    "percent": "0.00",
    "ratio": "0.00",
    "number": "General",
}
_HEAD_ROW = 2
_WIDEST, _NARROWEST = 60, 9
_A4 = 9


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    name, heading : str
        On its tab, and above its table.
    table : Table
        What it holds.
    """

    name: str
    heading: str
    table: Table


def workbook_of(sheets: Iterable[Sheet], *, title: str, synthetic: bool, origin: Origin, lang: Lang) -> bytes:
    """Return tables as an XLSX file, the same bytes whenever it is written.

    Parameters
    ----------
    sheets : iterable of Sheet
        In order.
    title : str
        Of the workbook, and beside every heading.
    synthetic : bool
        Whether every sheet says that its data are.
    origin : Origin
        Of the record they are of: its head, and the seal of its call, stand at the foot of each printed page.
    lang : {"fa", "en"}
        Persian sheets run from right to left.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "siting"
    book.properties.title = title
    for style in _styles(lang):
        book.add_named_style(style)
    foot = [origin.head, *([f"{text('call.seal', lang)}: {origin.seal}"] if origin.seal else [])]
    for one in sheets:
        sheet = book.create_sheet(one.name)
        words = [one.heading, title, *([text("report.synthetic", lang)] if synthetic else [])]
        _write(sheet, one.table, " · ".join(words), lang)
        _set_up(sheet, one.table, lang)
        if synthetic:
            sheet.oddHeader.center.text = text("report.synthetic", lang)
        sheet.oddFooter.left.text = "\n".join(foot)
    return workbook_bytes(book)


def _write(sheet: Worksheet, table: Table, heading: str, lang: Lang) -> None:
    put_text(sheet.cell(1, 1), heading, "title")
    for number, column in enumerate(table.columns, start=1):
        put_text(sheet.cell(_HEAD_ROW, number), column.title, "head")
    rows = [(row, "") for row in table.rows]
    rows += [(table.total, "_total")] if table.total else []
    for place, (row, last) in enumerate(rows, start=_HEAD_ROW + 1):
        for number, (value, column) in enumerate(zip(row, table.columns, strict=True), start=1):
            _put(sheet.cell(place, number), value, column, last, lang)


def _put(cell: Any, value: object, column: Column, last: str, lang: Lang) -> None:  # noqa: ANN401 - untyped
    if isinstance(value, int | float):
        cell.value = value
        cell.style = f"figure{last}"
        cell.number_format = _FORMATS.get(column.kind, "General")
    elif value is None or value == "":
        cell.style = f"words{last}"
    else:
        style = "code" if column.kind == "code" else f"words{last}"
        put_text(cell, value if isinstance(value, str) else written(value, column.kind, lang), style)  # type: ignore[arg-type]


def _set_up(sheet: Worksheet, table: Table, lang: Lang) -> None:
    """Fit the columns, keep the heads in view, and say on every printed page what it is."""
    for number, column in enumerate(table.columns, start=1):
        cells = (row[number - 1] for row in table.rows[:500])
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        width = max(_NARROWEST, min(_WIDEST, longest + 2), min(18, len(column.title) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.sheet_view.rightToLeft = lang == "fa"
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 1)
    if table.rows:
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A{_HEAD_ROW}:{last}{_HEAD_ROW + len(table.rows)}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if len(table.columns) > 5 else "portrait"  # noqa: PLR2004
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.oddFooter.center.text = text("report.pages", lang, page="&P", pages="&N")


def _styles(lang: Lang) -> Iterator[NamedStyle]:
    """Yield every style of a cell by its name: words begin at their own side, ids and figures do not turn."""
    side, order = ("right", 2) if lang == "fa" else ("left", 1)
    words = {"horizontal": side, "vertical": "top", "wrap_text": True, "readingOrder": order}
    head = {**words, "vertical": "center"}
    code = {"horizontal": side, "vertical": "top", "readingOrder": 1}
    figure = {"vertical": "top", "readingOrder": 1}
    line, grey = Border(top=Side(style="thin", color="14232C")), PatternFill("solid", "E8E8E8")
    looks: dict[str, tuple[dict[str, Any], dict[str, Any], Border, PatternFill]] = {
        "title": ({**words, "wrap_text": False}, {"bold": True, "size": 12}, Border(), PatternFill()),
        "head": (head, {"bold": True}, Border(), grey),
        "words": (words, {}, Border(), PatternFill()),
        "code": (code, {}, Border(), PatternFill()),
        "figure": (figure, {}, Border(), PatternFill()),
        "words_total": (words, {"bold": True}, line, PatternFill()),
        "figure_total": (figure, {"bold": True}, line, PatternFill()),
    }
    for name, (alignment, font, border, fill) in looks.items():
        style = NamedStyle(
            name, font=Font(**{"name": "Tahoma", "size": 10, **font}), border=border, fill=fill
        )
        style.alignment = Alignment(**alignment)
        yield style
