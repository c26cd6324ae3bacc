"""Columns of a table as SQLite keeps them, and back to the very same values and types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

GEOMETRY = "geometry"
FOLLOWS = "follows"
APART = frozenset({GEOMETRY, FOLLOWS})
"""Kinds of columns that are no column in the casebook: kept in another way, or not at all."""
AFFINITY = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "boolean": "BOOLEAN", "json": "TEXT"}
_RESERVED = frozenset({"geom", "ogc_fid", "fid", "rowid"})


@dataclass(frozen=True)
class Column:
    """One column: its name in the table and in the casebook, how it is kept, and its type in memory.

    Attributes
    ----------
    name : str
        Name in the table.
    stored : str
        Name in the casebook: unlike the others there whatever the case of its letters.
    kind : str
        A key of `AFFINITY`; or ``geometry``, which is kept apart; or ``follows``, which is not kept, because
        it is counted anew from the rest.
    dtype : str
        Type in memory.
    """

    name: str
    stored: str
    kind: str
    dtype: str


def columns_of(
    table: pd.DataFrame, taken: Sequence[Column] = (), follows: Collection[str] = ()
) -> tuple[Column, ...]:
    """Describe the columns of a table, keeping the stored names of earlier versions where they still fit.

    Parameters
    ----------
    table : DataFrame
        The table as it will be kept.
    taken : sequence of Column
        Every column the casebook has for this table so far.
    follows : collection of str
        Columns that are not kept.
    """
    known = {(column.name, column.kind): column.stored for column in taken}
    used = {column.stored.casefold() for column in taken}
    described = []
    for name, values in table.items():
        if name in follows:
            described.append(Column(str(name), str(name), FOLLOWS, str(values.dtype)))
            continue
        kind = _kind(str(name), values)
        stored = known.get((str(name), kind)) or _free_name(str(name), used)
        used.add(stored.casefold())
        described.append(Column(str(name), stored, kind, str(values.dtype)))
    return tuple(described)


def encode(values: pd.Series, kind: str) -> list[Any]:
    """Return what SQLite is to keep for a column; None for a missing value."""
    whole = _at_once(values, kind)
    if whole is not None:
        return whole
    cells = values.astype(object)
    present = cells.notna().to_numpy()
    if kind == "boolean":
        return [int(bool(cell)) if known else None for cell, known in zip(cells, present, strict=True)]
    if kind == "json":
        return [
            json.dumps(_plain(cell), ensure_ascii=False, default=str) if known else None
            for cell, known in zip(cells, present, strict=True)
        ]
    as_kept = str if kind == "text" else _plain
    return [as_kept(cell) if known else None for cell, known in zip(cells, present, strict=True)]


def _at_once(values: pd.Series, kind: str) -> list[Any] | None:
    """Return what `encode` does for a column that holds just that already; None for any other."""
    whole = not values.hasnans and (
        (kind == "text" and isinstance(values.dtype, pd.StringDtype))
        or (kind == "real" and values.dtype == np.float64)
        or (kind == "integer" and isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu")
    )
    return list(values.to_numpy().tolist()) if whole else None


def decode(cells: Iterable[Any], column: Column) -> pd.Series:
    """Return a column from what SQLite kept, in the type it had."""
    kept = list(cells)
    if column.kind == "boolean":
        kept = [None if cell is None else bool(cell) for cell in kept]
    elif column.kind == "json":
        kept = [None if cell is None else json.loads(cell) for cell in kept]
    return pd.Series(kept, dtype="str" if column.dtype == "category" else column.dtype)


def _kind(name: str, values: pd.Series) -> str:
    if name == GEOMETRY:
        return GEOMETRY
    if pd.api.types.is_bool_dtype(values.dtype) and values.dtype != object:
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(values.dtype):
        return "json" if _has_negative_zero(values) else "real"
    if values.dtype == object:
        inferred = pd.api.types.infer_dtype(values, skipna=True)
        return {"string": "text", "empty": "text", "boolean": "boolean", "integer": "integer"}.get(
            inferred, "json"
        )
    return "text"


def _has_negative_zero(values: pd.Series) -> bool:
    """Whether a column holds -0.0, which SQLite would turn to 0.0 and so change the content's hash."""
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    return bool(np.any((numbers == 0) & np.signbit(numbers)))


def _plain(cell: object) -> object:
    return cell.item() if isinstance(cell, np.generic) else cell


def _free_name(name: str, used: set[str]) -> str:
    bare = name.replace('"', "").lstrip("_") or "column"
    candidate, number = bare, 2
    while candidate.casefold() in used or candidate.casefold() in _RESERVED:
        candidate, number = f"{bare}_{number}", number + 1
    return candidate
