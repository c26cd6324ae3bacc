"""Values as files hand them on: fixed decimals, no -0.0, empty for none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

DEGREE_DECIMALS = 6
_NUMBER = re.compile(r"[+\-]?\d+([.,]\d+)?([eE][+\-]?\d+)?")
_BEGINS = frozenset("'=+-@\t\r")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula.

    What begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return and is no number gets an
    apostrophe before it, and so does what has such an apostrophe already: `unguarded` gives the text as it
    was.
    """
    if text[:1] not in _BEGINS or not _FORMULA.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that `guarded` put before it."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def guarded_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table each of whose texts is `guarded`."""
    return _texts(table, guarded)


def unguarded_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table each of whose texts is `unguarded`."""
    return _texts(table, unguarded)


def _texts(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    def of_cell(cell: object) -> object:
        return change(cell) if isinstance(cell, str) else cell

    texts = table.select_dtypes(["str", "object"])
    return table.assign(**{str(name): texts[name].map(of_cell) for name in texts})


def cells_of(name: str, values: pd.Series) -> list[str]:
    """Return the cells of a column as text: degrees with 6 decimals, kilometres with 3, empty for none.

    No text is a formula, see `guarded`.
    """
    if name in {"lon", "lat"}:
        return [_decimal(value, DEGREE_DECIMALS) for value in plain_values(values)]
    if "km" in name.split("_"):
        return [_decimal(value, 3) for value in plain_values(values)]
    if isinstance(values.dtype, pd.StringDtype):
        texts: list[str] = values.to_numpy(object, na_value="").tolist()
        return [guarded(text) for text in texts]
    return [_cell(value) for value in plain_values(values)]


def plain_values(values: pd.Series) -> list[Any]:
    """Return a column as values that JSON and CSV know; None for none."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        whole: list[Any] = values.to_numpy().tolist()
        return whole
    plain = values.astype(object)
    cells = plain.where(plain.notna(), None).tolist()
    return [cell.item() if isinstance(cell, np.generic) else cell for cell in cells]


def _decimal(value: float | None, digits: int) -> str:
    # Adding 0.0 after rounding turns -0.0 to 0.0.
    return "" if value is None else f"{round(float(value), digits) + 0.0:.{digits}f}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return guarded(value) if isinstance(value, str) else str(value)


def rounded(value: Any) -> Any:  # noqa: ANN401 - coordinates at any depth
    """Return a geometry's mapping with degrees of 6 decimals."""
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(value, DEGREE_DECIMALS) + 0.0 if isinstance(value, float) else value
