"""Formulas that no spreadsheet program has computed: whoever reads the values of a workbook sees nothing."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

if TYPE_CHECKING:
    from pathlib import Path

_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_TEXT = "str"


def uncomputed(path: Path, part: str) -> tuple[tuple[int, int], ...]:
    """Return where a sheet has formulas without a value: rows from 1, columns from 0.

    A formula whose value is an empty text has one. A sheet without any formula is not parsed.

    Parameters
    ----------
    path : Path
        A workbook that was read already.
    part : str
        Name of the sheet's part in it.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part.lstrip("/"))
    if not _ANY_FORMULA.search(content):
        return ()
    found: list[tuple[int, int]] = []
    number = 0
    rows = etree.iterparse(
        io.BytesIO(content), tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True
    )
    for _, row in rows:
        number = int(row.get("r") or number + 1)
        following = 0
        for cell in row.iterchildren("{*}c"):
            place = _place(cell.get("r")) if cell.get("r") else following
            following = place + 1
            if _is_uncomputed(cell):
                found.append((number, place))
        row.clear()
    return tuple(found)


def _place(reference: str) -> int:
    return int(column_index_from_string(coordinate_from_string(reference)[0])) - 1


def _is_uncomputed(cell: etree._Element) -> bool:
    if cell.find("{*}f") is None or cell.get("t") == _TEXT:
        return False
    value = cell.find("{*}v")
    return value is None or not value.text
