"""Values as files hand them on: fixed decimals, no -0.0, empty for none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

DEGREE_DECIMALS = 6


def cells_of(name: str, values: pd.Series) -> list[str]:
    """Return the cells of a column as text: degrees with 6 decimals, kilometres with 3, empty for none."""
    if name in {"lon", "lat"}:
        return [_decimal(value, DEGREE_DECIMALS) for value in plain_values(values)]
    if "km" in name.split("_"):
        return [_decimal(value, 3) for value in plain_values(values)]
    if isinstance(values.dtype, pd.StringDtype):
        texts: list[str] = values.to_numpy(object, na_value="").tolist()
        return texts
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
    return str(value)


def rounded(value: Any) -> Any:  # noqa: ANN401 - coordinates at any depth
    """Return a geometry's mapping with degrees of 6 decimals."""
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(value, DEGREE_DECIMALS) + 0.0 if isinstance(value, float) else value
