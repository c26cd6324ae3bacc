"""The list that two centers sign: which household's files go from one to the other, ready to be printed."""

from __future__ import annotations

from math import ceil, isnan
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from data.call.said import seal_lines
from data.text import PERSIAN_DIGITS, number, text
from maps.dates import shown_day
from maps.handover.looks import styles
from maps.xlsx import MergedCells, put_text, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from data.text import Lang
    from maps.handover.contacts import Center
    from maps.handover.pairs import Handover, Pair

WIDTHS = {
    "number": 6, "household": 18, "cases": 8, "place": 26, "reason": 34, "km_before": 10, "km_after": 10,
    "effective": 13, "given": 12, "received": 12,
}  # fmt: skip
"""The columns of the list and how wide each is, characters."""
KM_DIGITS = 2
_TICK = "☐"
_ALL, _LABELS, _VALUES = (1, len(WIDTHS)), (1, 2), (3, len(WIDTHS))
_SIGNERS = {"from": (1, 4), "to": (5, 6), "office": (7, len(WIDTHS))}
"""First and last column of what is wider than one, and of the place where each signs."""
_VALUE_CHARACTERS = sum(list(WIDTHS.values())[2:])
_SIGNED = {"name": 24, "date": 24, "signature": 60}
_LINE_POINTS, _TITLE_POINTS = 15, 27
_FOOTER_CHARACTERS = 40
_A4 = 9


def handover_sheet(pair: Pair, handover: Handover, lang: Lang) -> bytes:
    """Return the list of a pair of centers as an XLSX file: A4, the same bytes whenever it is written.

    Parameters
    ----------
    pair : Pair
        Who hands over what to whom.
    handover : Handover
        That it belongs to.
    lang : {"fa", "en"}
        Persian is written from right to left, with Persian digits and Jalali dates.
    """
    workbook = Workbook()
    workbook.properties.creator = "siting"
    workbook.properties.title = text("handover.title", lang)
    for style in styles(lang):
        workbook.add_named_style(style)
    sheet = workbook.active
    sheet.title = text("handover.sheet", lang)
    sheet.merged_cells = MergedCells()
    head = _write_heading(sheet, pair, handover, lang)
    last = _write_signatures(sheet, _write_rows(sheet, head, pair, lang), pair, lang)
    _set_up_page(sheet, pair, handover, lang, head=head, last=last)
    return workbook_bytes(workbook)


def _write_heading(sheet: Worksheet, pair: Pair, handover: Handover, lang: Lang) -> int:
    """Write who, what and when; return the row where the list begins."""
    row = 1
    _write_wide(sheet, row, _ALL, text("handover.title", lang), "title")
    sheet.row_dimensions[row].height = _TITLE_POINTS
    if handover.synthetic:
        row += 1
        _write_wide(sheet, row, _ALL, text("cli.synthetic", lang), "warning")
    for name, value in _facts(pair, handover, lang):
        row += 1
        _write_wide(sheet, row, _LABELS, text(f"handover.label_{name}", lang), "label")
        _write_wide(sheet, row, _VALUES, value, "value")
        sheet.row_dimensions[row].height = _LINE_POINTS * max(1, ceil(len(value) / _VALUE_CHARACTERS))
    return row + 2


def _facts(pair: Pair, handover: Handover, lang: Lang) -> Iterator[tuple[str, str]]:
    yield "from", _described(pair.from_center, lang)
    yield "to", _described(pair.to_center, lang)
    days = sorted(set(pair.rows["effective"]))
    first, last = shown_day(days[0], lang), shown_day(days[-1], lang)
    yield "effective", first if first == last else text("handover.days", lang, first=first, last=last)
    yield "content", text("handover.content", lang, **_counts(pair))
    for one in (handover, *([] if handover.other is None else [handover.other])):
        yield from _origin(one, lang)


def _origin(handover: Handover, lang: Lang) -> Iterator[tuple[str, str]]:
    made_on = {"version": handover.version, "folder": handover.folder, "head": handover.head}
    sealed = seal_lines(handover.seal, lang)
    yield "made_on", " · ".join([text("handover.made_on", lang, **made_on), *sealed])
    if handover.applied is None:
        yield "state", text("handover.not_applied", lang)
    elif handover.taken_back is not None:
        versions = {"version": handover.applied, "later": handover.taken_back}
        yield "state", text("handover.taken_back", lang, **versions)
    else:
        yield "state", text("handover.applied", lang, version=handover.applied)


def _described(center: Center, lang: Lang) -> str:
    """Return everything that is known of a center in one line."""
    own = {"center": center.center_id, "name": center.name}
    told = [text("handover.center_named" if center.name else "handover.center", lang, **own), center.where]
    if center.address:
        told.append(center.address)
    if center.phone:
        phone = center.phone.translate(PERSIAN_DIGITS) if lang == "fa" else center.phone
        told.append(text("handover.phone", lang, phone=phone))
    return " · ".join(one for one in told if one)


def _write_rows(sheet: Worksheet, head: int, pair: Pair, lang: Lang) -> int:
    """Write the list; return its last row."""
    for column, name in enumerate(WIDTHS, start=1):
        put_text(sheet.cell(head, column), text(f"handover.column_{name}", lang), "head")
    for line, own in enumerate(pair.rows.to_dict("records"), start=1):
        reason, day = text(f"handover.reason_{own['reason']}", lang), shown_day(own["effective"], lang)
        cells = [
            (line, "figure"), (own["household_id"], "id"), (own["cases"], "figure"), (own["place"], "words"),
            (reason, "words"), (own["km_before"], "km"), (own["km_after"], "km"), (day, "id"),
            (_TICK, "tick"), (_TICK, "tick"),
        ]  # fmt: skip
        for column, (value, style) in enumerate(cells, start=1):
            _write_cell(sheet.cell(head + line, column), value, style, lang)
    return head + len(pair.rows)


def _write_cell(cell: Any, value: str | float, style: str, lang: Lang) -> None:  # noqa: ANN401 - untyped
    if isinstance(value, str):
        put_text(cell, value, style)
    elif isnan(value):
        cell.style = style
    elif lang == "fa":
        # A spreadsheet has no Persian digits of its own that every program prints.
        put_text(cell, number(value, lang, digits=KM_DIGITS if style == "km" else 0), style)
    else:
        cell.value, cell.style = value, style


def _write_signatures(sheet: Worksheet, last: int, pair: Pair, lang: Lang) -> int:
    """Write what is signed and where; return the last row."""
    row = last + 2
    _write_wide(sheet, row, _ALL, text("handover.signed", lang, **_counts(pair)), "value")
    centers = {"from": pair.from_center.center_id, "to": pair.to_center.center_id, "office": ""}
    row += 2
    for name, columns in _SIGNERS.items():
        _write_wide(sheet, row, columns, text(f"handover.signs_{name}", lang, center=centers[name]), "head")
    for name, points in _SIGNED.items():
        row += 1
        sheet.row_dimensions[row].height = points
        for columns in _SIGNERS.values():
            _write_wide(sheet, row, columns, text(f"handover.sign_{name}", lang), "signed")
    return row


def _write_wide(sheet: Worksheet, row: int, columns: tuple[int, int], value: str, style: str) -> None:
    """Write text over columns, from the first to the last of two."""
    first, last = columns
    for column in range(first, last + 1):
        sheet.cell(row, column).style = style
    put_text(sheet.cell(row, first), value, style)
    # Every cell has its style already; `merge_cells` would make each of them anew.
    sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def _set_up_page(
    sheet: Worksheet, pair: Pair, handover: Handover, lang: Lang, *, head: int, last: int
) -> None:
    """Make it fit the width of A4, each sheet with the head of the list, the pair and its number."""
    for column, width in enumerate(WIDTHS.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.rightToLeft = lang == "fa"
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize, sheet.page_setup.orientation = _A4, "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:{get_column_letter(len(WIDTHS))}{last}"
    sheet.print_title_rows = f"{head}:{head}"
    if handover.synthetic:
        sheet.oddHeader.center.text = text("cli.synthetic", lang)
    centers = {name: _in_footer(getattr(pair, name).center_id) for name in ("from_center", "to_center")}
    sheet.oddFooter.left.text = text("handover.pair", lang, **centers)
    sheet.oddFooter.center.text = text("handover.page", lang, page="&P", pages="&N")
    sheet.oddFooter.right.text = text("handover.private", lang)


def _in_footer(center_id: str) -> str:
    """Return an id as a footer takes it, which holds 255 characters and gives ``&`` a meaning."""
    return center_id[:_FOOTER_CHARACTERS].replace("&", "&&")


def _counts(pair: Pair) -> dict[str, int]:
    return {"households": len(pair.rows), "cases": int(pair.rows["cases"].sum())}
