"""Workbooks that are the same bytes whenever they are written, and whose text is never a formula."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.cell_range import CellRange

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can say."""
_BEGINS_A_FORMULA = ("=", "+", "-", "@")
_UNPRINTABLE = "\ufffd"


class MergedCells(MultiCellRange):  # type: ignore[misc]
    """The merged cells of a sheet in one order: openpyxl keeps a set of them."""

    def __iter__(self) -> Iterator[CellRange]:
        yield from self.sorted()


def put_text(cell: Cell, value: str, style: str) -> None:
    """Write text into a cell as text, whatever it begins with, also for whoever edits the cell later.

    Parameters
    ----------
    cell : Cell
        Where it goes.
    value : str
        The text; what no workbook can hold is replaced.
    style : str
        Name of a style of the workbook.
    """
    cell.style = style
    if not value:
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub(_UNPRINTABLE, value)
    cell.data_type = "s"
    if value.startswith(_BEGINS_A_FORMULA):
        cell.quotePrefix = True


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return a workbook as the bytes of an XLSX file that say nothing of when it was written."""
    properties: Any = workbook.properties
    properties.created = properties.modified = datetime(*_EPOCH)  # noqa: DTZ001 - the format knows no zone
    dated, undated = BytesIO(), BytesIO()
    with ZipFile(dated, "w") as archive:
        ExcelWriter(workbook, archive).write_data()
    with ZipFile(dated) as source, ZipFile(undated, "w") as target:
        for part in source.infolist():
            target.writestr(ZipInfo(part.filename, _EPOCH), source.read(part), ZIP_DEFLATED)
    return undated.getvalue()
