"""Columns of tables that may hold anything: read as texts or numbers, and refused where they are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.plan import LATER_TERMS, TERMS
from data.verify.finding import (
    ASSIGNMENTS,
    CENTERS,
    EXCEPTIONS,
    SUMMARY,
    UNASSIGNED,
    UNITS,
    VACANCIES,
    WHOLE_TABLE,
    each,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.plan import Plan
    from data.verify.finding import Finding

    Texts = NDArray[np.object_]
    Numbers = NDArray[np.float64]
    Rows = NDArray[np.int64]

NO_ROW = -1
"""In place of a position that is not known: what pandas itself says of a key that is not there. It must be
tested for before it is used, for numpy takes it for the last row."""
_TEXTS = {
    "assignments": ("household_id", "center_id", "province", "county", "district", "area"),
    "centers": (
        "center_id",
        "applicant_id",
        "site_id",
        "preference",
        "province",
        "county",
        "district",
        "area",
        "status",
        "underfull_reason",
        "unit",
    ),
    "unassigned": ("household_id", "reason", "vacancy_id"),
    "vacancies": ("vacancy_id", "province", "county", "unit"),
    "exceptions": ("kind", "subject", "centers"),
    "units": ("unit",),
}
_NUMBERS = {
    "assignments": ("km", "cases"),
    "centers": ("lon", "lat", "cases", "households", "caseworkers"),
    "unassigned": ("cases",),
    "vacancies": ("lon", "lat", "cases", "households"),
    "units": ("cases", "needed", "planned", "opened", "vacant"),
}
_FILES = {
    "assignments": ASSIGNMENTS,
    "centers": CENTERS,
    "unassigned": UNASSIGNED,
    "vacancies": VACANCIES,
    "exceptions": EXCEPTIONS,
    "units": UNITS,
}


def texts(table: pd.DataFrame, column: str) -> Texts:
    """Return a column as plain texts, empty where there is none, shape ``(n,)``."""
    values = table[column]
    if isinstance(values.dtype, pd.StringDtype):
        return values.to_numpy(object, na_value="")
    values = values.astype(object)
    return values.where(values.notna(), "").astype(str).to_numpy(object)


def numbers(table: pd.DataFrame, column: str) -> Numbers:
    """Return a column as floats, NaN where there is no number, shape ``(n,)``."""
    values = table[column]
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        return values.to_numpy(np.float64)
    return pd.to_numeric(values.astype(object), errors="coerce").to_numpy(np.float64)


def rows_of(keys: Texts, wanted: Texts) -> Rows:
    """Return the first row of each wanted key, `NO_ROW` where there is none or the key is empty."""
    index = pd.Index(keys, dtype=object)
    first = np.flatnonzero(~index.duplicated())
    if not first.size:
        return np.full(len(wanted), NO_ROW, np.int64)
    found = index[first].get_indexer(pd.Index(wanted, dtype=object))
    return np.where((found >= 0) & (wanted != ""), first[found], NO_ROW).astype(np.int64)


def check_columns(plan: Plan) -> Iterator[Finding]:
    """Yield columns that are missing and numbers that are none; nothing else can be recounted before."""
    for name, file in _FILES.items():
        table: pd.DataFrame = getattr(plan, name)
        wanted = _TEXTS[name] + _NUMBERS.get(name, ())
        for column in wanted:
            if column not in table.columns:
                yield one(file, WHOLE_TABLE, "missing_column", column, column=column)
        for column in _NUMBERS.get(name, ()):
            if column in table.columns:
                bad = ~np.isfinite(numbers(table, column))
                known = wanted[0] in table.columns and bad.any()
                ids = texts(table, wanted[0]) if known else np.full(len(bad), "", object)
                yield from each(file, bad, "no_number", ids, column=[column] * len(bad))
    if not set(TERMS) - LATER_TERMS <= set(plan.terms) <= set(TERMS):
        yield one(SUMMARY, WHOLE_TABLE, "wrong_terms", "terms", terms=", ".join(TERMS))
