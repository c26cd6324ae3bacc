"""Vacancies hold the households that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import NO_ROW, numbers, rows_of, texts
from data.verify.finding import VACANCIES, each
from data.verify.local import local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_vacancies(ledger: Ledger) -> Iterator[Finding]:
    """Yield vacancies whose numbers or ids are wrong, or that no center could fill."""
    table, left = ledger.plan.vacancies, ledger.plan.unassigned
    ids = texts(table, "vacancy_id")
    yield from each(VACANCIES, ids == "", "empty_vacancy_id", ids)
    again = (rows_of(ids, ids) != np.arange(len(ids))) & (ids != "")
    again |= rows_of(ledger.centers.ids, ids) >= 0
    yield from each(VACANCIES, again, "duplicate_vacancy_id", ids)
    waits = texts(left, "reason") == "vacancy"
    at = np.where(waits, rows_of(ids, texts(left, "vacancy_id")), NO_ROW)
    rows = np.flatnonzero((at >= 0) & (ledger.left_household >= 0))
    who = ledger.left_household[rows]
    people = ledger.people
    weights = {"cases": people.cases, "households": np.ones_like(people.cases), "load": people.load}
    totals = {
        name: np.bincount(at[rows], weight[who], minlength=len(ids)).astype(np.int64)
        for name, weight in weights.items()
    }
    for column in ("cases", "households"):
        stated, right = numbers(table, column), totals[column]
        names = [column] * len(ids)
        yield from each(
            VACANCIES, stated != right, "wrong_vacancy", ids, column=names, stated=stated, counted=right
        )
    limit = local(ledger.problem.rules, texts(table, "province"), "max_cases")
    over = totals["load"] > limit
    yield from each(VACANCIES, over, "overfull_vacancy", ids, load=totals["load"], limit=limit)
