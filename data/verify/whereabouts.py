"""Where whoever reads a finding can look it up: the row of an exported file, or the name of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.verify.columns import rows_of, texts
from data.verify.finding import (
    ASSIGNMENTS,
    CENTERS,
    EXCEPTIONS,
    HOUSEHOLDS,
    UNASSIGNED,
    VACANCIES,
    WHOLE_TABLE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.errors import Failure
    from data.plan import Plan
    from data.verify.columns import Rows
    from data.verify.finding import Finding

_FIRST_ROW = 2
"""Row 1 of a file is its header."""
_ORDER: Mapping[str, tuple[str, ...]] = {
    ASSIGNMENTS: ("household_id",),
    CENTERS: ("center_id",),
    UNASSIGNED: ("household_id",),
    VACANCIES: ("vacancy_id",),
    EXCEPTIONS: ("kind", "subject"),
}
"""The columns whose order the rows of an exported file have."""


def located(findings: Sequence[Finding], plan: Plan) -> list[Failure]:
    """Return findings by the files and rows where they are read, in their order.

    A household is looked up where it is assigned, then where it is left out. What is in neither, and the rows
    of tables that are not exported, go by the table's name and the id.

    Parameters
    ----------
    findings : sequence of Finding
        What is wrong.
    plan : Plan
        What was recounted; its tables may hold nonsense.
    """
    listed = _listed(findings, plan)
    named = {file for file, _ in listed} & set(_ORDER)
    places = {file: _places(_table(plan, file), _ORDER[file]) for file in named}
    return [
        finding.failure(file, int(places[file][row]) + _FIRST_ROW if row >= 0 and file in places else 0)
        for finding, (file, row) in zip(findings, listed, strict=True)
    ]


def _listed(findings: Sequence[Finding], plan: Plan) -> list[tuple[str, int]]:
    """Return the table and the position of every finding, households by the table that lists them."""
    if not any(finding.file == HOUSEHOLDS for finding in findings):
        return [(finding.file, finding.row) for finding in findings]
    ids = np.array([finding.id for finding in findings], object)
    rows = {
        file: rows_of(texts(_table(plan, file), "household_id"), ids) for file in (ASSIGNMENTS, UNASSIGNED)
    }
    return [
        next(
            ((file, int(at[number])) for file, at in rows.items() if at[number] >= 0),
            (HOUSEHOLDS, WHOLE_TABLE),
        )
        if finding.file == HOUSEHOLDS
        else (finding.file, finding.row)
        for number, finding in enumerate(findings)
    ]


def _table(plan: Plan, file: str) -> pd.DataFrame:
    table: pd.DataFrame = getattr(plan, file.removesuffix(".csv"))
    return table


def _places(table: pd.DataFrame, keys: tuple[str, ...]) -> Rows:
    """Return the place of every row once a table is in the order of its keys, shape ``(n,)``."""
    known = [key for key in keys if key in table.columns]
    plain = pd.DataFrame({key: texts(table, key) for key in known}, index=np.arange(len(table)))
    order = plain.sort_values(known, kind="stable").index if known else plain.index
    places = np.empty(len(table), np.int64)
    places[order.to_numpy()] = np.arange(len(table))
    return places
