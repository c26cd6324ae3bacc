"""The tables of a report as a workbook: a sheet each, numbers as numbers, text never a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from data.text import text
from maps.report import counties, groups, network_tables, proof
from maps.report.document import FIGURES, key_figures, title
from maps.report.figures import access, distance_classes
from maps.report.tables import Table, columns, written
from maps.xlsx import put_text, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from data.text import Lang
    from maps.report.network import Network
    from maps.report.tables import Column

_FORMATS = {
    "count": "#,##0",
    "km": "#,##0.00",
    "whole_km": "#,##0",
    "percent": "0.00",
    "ratio": "0.000",
    "number": "General",
}
_HEAD_ROW = 2
_WIDEST, _NARROWEST = 60, 9
_A4 = 9


def workbook(network: Network, lang: Lang) -> bytes:
    """Return the tables as an XLSX file, the same bytes whenever it is written.

    Parameters
    ----------
    network : Network
        What it tells of.
    lang : {"fa", "en"}
        Persian sheets run from right to left.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "siting"
    book.properties.title = title(network, lang)
    for style in _styles(lang):
        book.add_named_style(style)
    for table in all_tables(network, lang):
        _write(book.create_sheet(text(f"report.sheet_{table.key}", lang)), table, network, lang)
    return workbook_bytes(book)


def all_tables(network: Network, lang: Lang) -> tuple[Table, ...]:
    """Return every table of the report, and the figures that its charts draw."""
    left, nation = counties.unserved(network), bool(network.parts)
    return (
        _figures(network, lang),
        *((counties.province_table(network, left, lang),) if nation else ()),
        counties.county_table(network, left, lang),
        network_tables.center_table(network, lang),
        network_tables.vacancy_table(network, lang),
        network_tables.reserve_table(network, lang),
        network_tables.split_table(network, lang),
        groups.area_table(network, lang),
        groups.status_table(network, left, lang),
        _distances(network, lang),
        _access(network, lang),
        proof.term_table(network, lang),
        proof.check_table(network, lang),
        proof.rule_table(network, lang),
        proof.origin_table(network, lang),
        *((proof.head_table(network, lang),) if nation else ()),
    )


def _figures(network: Network, lang: Lang) -> Table:
    km = text(f"maps.km_{network.summary['distance']}", lang)
    named = [text(f"report.figure_{key}", lang, km=km) for key, _ in FIGURES]
    rows = tuple(zip(named, key_figures(network), strict=True))
    return Table("figures", columns(lang, {"figure": "text", "value": "number"}), rows)


def _distances(network: Network, lang: Lang) -> Table:
    rows = tuple(
        (one.low_km, None if one.high_km == float("inf") else one.high_km, one.households, one.cases)
        for one in distance_classes(network.served, network.k)
    )
    heads = columns(lang, {"from_km": "number", "to_km": "number", "households": "count", "cases": "count"})
    return Table("distances", heads, rows)


def _access(network: Network, lang: Lang) -> Table:
    curve = access(network.served, network.k)
    points = [] if curve is None else zip(curve.share_of_cases, curve.share_of_km, strict=True)
    rows = tuple((100 * cases, 100 * way) for cases, way in points)
    return Table("access", columns(lang, {"share_cases": "percent", "share_way": "percent"}), rows)


def _write(sheet: Worksheet, table: Table, network: Network, lang: Lang) -> None:
    words = [text(f"report.table_{table.key}", lang), title(network, lang)]
    if network.summary["synthetic"]:
        words.append(text("report.synthetic", lang))
    put_text(sheet.cell(1, 1), " · ".join(words), "title")
    for number, column in enumerate(table.columns, start=1):
        put_text(sheet.cell(_HEAD_ROW, number), column.title, "head")
    rows = [(row, "") for row in table.rows]
    rows += [(table.total, "_total")] if table.total else []
    for place, (row, last) in enumerate(rows, start=_HEAD_ROW + 1):
        for number, (value, column) in enumerate(zip(row, table.columns, strict=True), start=1):
            _put(sheet.cell(place, number), value, column, last, lang)
    _set_up(sheet, table, network, lang)


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


def _set_up(sheet: Worksheet, table: Table, network: Network, lang: Lang) -> None:
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
    if network.summary["synthetic"]:
        sheet.oddHeader.center.text = text("report.synthetic", lang)
    sheet.oddFooter.center.text = text("report.pages", lang, page="&P", pages="&N")
    sheet.oddFooter.left.text = network.origin.head


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
