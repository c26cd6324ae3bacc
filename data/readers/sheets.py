"""Spreadsheets: XLSX, XLS, and the HTML tables that web systems save as .xls."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
import xlrd
from lxml import html
from openpyxl.utils.exceptions import InvalidFileException

from data.readers.decode import decode
from data.readers.failures import failure
from data.readers.formulas import uncomputed
from data.readers.grid import cell_text, header_row, headers_of
from data.readers.source import Kind, Recognises, Source, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Grid = list[list[str]]
_MAX_SPAN = 1000
_PADDED = re.compile("0{2,}")


@dataclass(frozen=True)
class _Sheet:
    """Cells as text; in a workbook of XML, the name of the part that holds them."""

    grid: Grid
    part: str = ""


def read_sheet(path: Path, kind: Kind, recognises: Recognises) -> Source:
    """Read the sheet (or HTML table) whose header is recognised best.

    Raises
    ------
    SitingError
        ``unreadable_file``, ``password`` or ``empty_file``.
    """
    sheets = {"xlsx": _xlsx, "xls": _xls, "html": _html}[kind](path)
    best: tuple[int, int, _Sheet] | None = None
    for sheet in sheets:
        if any(cell.strip() for record in sheet.grid for cell in record):
            at, score = header_row(sheet.grid, recognises)
            if best is None or score > best[0]:
                best = (score, at, sheet)
    if best is None:
        raise refuse(path, "empty_file")
    _, at, sheet = best
    source, end = _source(path, sheet.grid, at, recognises)
    if not sheet.part or not _has_empty_cells(source, end, recognises):
        return source
    return replace(source, uncomputed=tuple(one for one in uncomputed(path, sheet.part) if one[0] > end))


def _has_empty_cells(source: Source, header_at: int, recognises: Recognises) -> bool:
    """Tell whether a cell is empty that means something: only there a formula may be that has no value."""
    needed = [place for place, header in enumerate(source.headers) if header and recognises(header)]
    some_are_blank = len(source.rows) == 0 or int(source.rows[-1]) - header_at > len(source.rows)
    return some_are_blank or bool((source.table[needed] == "").to_numpy(bool).any())


def _source(path: Path, grid: Grid, header_at: int, recognises: Recognises) -> tuple[Source, int]:
    """Return the table of a sheet and the row of its header."""
    headers, header_at = headers_of(grid, header_at, recognises)
    width = len(headers)
    kept: Grid = []
    rows: list[int] = []
    failures = []
    for number, record in enumerate(grid[header_at + 1 :], start=header_at + 2):
        if not any(cell.strip() for cell in record):
            continue
        if any(cell.strip() for cell in record[width:]):
            failures.append(failure(path.name, number, "ragged_row", wanted=width))
        kept.append(record[:width] + [""] * (width - len(record)))
        rows.append(number)
    table = pd.DataFrame(kept, columns=range(width), dtype="str")
    numbers = np.asarray(rows, dtype=np.int64)
    return Source(path.name, headers, table, numbers, failures=tuple(failures)), header_at + 1


def _xlsx(path: Path) -> list[_Sheet]:
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            # openpyxl warns of styles and lists it does not keep; only values are wanted
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            # openpyxl has no other name for where a sheet lies
            return [_Sheet(_xlsx_grid(sheet), sheet._worksheet_path) for sheet in book.worksheets]  # noqa: SLF001
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise refuse(path, "unreadable_file") from error


def _xlsx_grid(sheet: Any) -> Grid:  # noqa: ANN401 - openpyxl is untyped
    sheet.reset_dimensions()
    return [[_xlsx_text(cell) for cell in row] for row in sheet.iter_rows()]


def _xlsx_text(cell: Any) -> str:  # noqa: ANN401 - openpyxl is untyped
    """Return what a sheet shows: a number formatted ``00000`` has its leading zeros."""
    value = cell.value
    written = cell_text(value)
    if isinstance(value, int | float) and written.isdecimal() and _PADDED.fullmatch(cell.number_format):
        return written.zfill(len(cell.number_format))
    return written


def _xls(path: Path) -> list[_Sheet]:
    try:
        with path.open("rb") as file:
            book = xlrd.open_workbook(file_contents=file.read(), on_demand=True)
            return [
                _Sheet(
                    [[_xls_text(cell, book.datemode) for cell in sheet.row(at)] for at in range(sheet.nrows)]
                )
                for sheet in book.sheets()
            ]
    except Exception as error:  # xlrd raises whatever a damaged record happens to break
        if "encrypted" in str(error):
            raise refuse(path, "password") from error
        raise refuse(path, "unreadable_file") from error


def _xls_text(cell: Any, datemode: int) -> str:  # noqa: ANN401 - xlrd is untyped
    if cell.ctype == xlrd.XL_CELL_DATE:
        return cell_text(xlrd.xldate_as_datetime(cell.value, datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return cell_text(cell.value)


def _html(path: Path) -> list[_Sheet]:
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    page = html.document_fromstring(decode(path).encode(), parser=parser)
    tables = page.xpath("//table[.//tr]")
    if not tables:
        raise refuse(path, "unreadable_file")
    return [
        _Sheet(
            [list(_html_cells(row)) for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        )
        for table in tables
    ]


def _html_cells(row: Any) -> Iterator[str]:  # noqa: ANN401 - lxml elements are untyped
    for cell in row.iterchildren("td", "th"):
        yield cell.text_content().strip()
        span = cell.get("colspan", "1")
        for _ in range(min(int(span), _MAX_SPAN) - 1 if span.isdecimal() else 0):
            yield ""
