"""Households in = assigned + unassigned with a reason: nobody disappears, and every reason is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import ASSIGNMENTS, HOUSEHOLDS, UNASSIGNED, each, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.verify.columns import Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

EXCLUDED = ("outside_boundaries", "no_location", "not_in_phase")
REASONS = ("vacancy", "no_capacity", "too_far", *EXCLUDED)


def check_households(ledger: Ledger) -> Iterator[Finding]:
    """Yield households that are lost, counted twice, unknown, or not as the input has them."""
    people, plan = ledger.people, ledger.plan
    assigned, left = ledger.row_household, ledger.left_household
    for file, table, rows in (
        (ASSIGNMENTS, plan.assignments, assigned),
        (UNASSIGNED, plan.unassigned, left),
    ):
        ids = texts(table, "household_id")
        yield from each(file, rows < 0, "unknown_household", ids)
        again = np.bincount(rows[rows >= 0], minlength=len(people.ids)) > 1
        known = np.flatnonzero(rows >= 0)
        repeated = np.zeros(len(rows), bool)
        repeated[known] = again[rows[known]]
        code = "assigned_twice" if file == ASSIGNMENTS else "unassigned_twice"
        yield from each(file, repeated, code, ids)
        differs = np.zeros(len(rows), bool)
        differs[known] = numbers(table, "cases")[known] != people.cases[rows[known]]
        yield from each(file, differs, "wrong_cases", ids)
    centers = texts(plan.assignments, "center_id")
    unknown = ledger.row_center < 0
    yield from each(
        ASSIGNMENTS, unknown, "unknown_center", texts(plan.assignments, "household_id"), center=centers
    )
    served = np.zeros(len(people.ids), bool)
    served[assigned[assigned >= 0]] = True
    yield from each(HOUSEHOLDS, ~served & (people.left < 0), "lost_household", people.ids)
    yield from each(HOUSEHOLDS, served & (people.left >= 0), "served_and_unassigned", people.ids)
    excluded = served & (people.excluded != "")
    yield from each(HOUSEHOLDS, excluded, "served_though_excluded", people.ids, reason=people.excluded)
    yield from _wrong_attributes(ledger)


def _wrong_attributes(ledger: Ledger) -> Iterator[Finding]:
    table = ledger.plan.assignments
    known = np.flatnonzero(ledger.row_household >= 0)
    ids = texts(table, "household_id")
    for column in ("province", "county", "district", "area"):
        differs = np.zeros(len(table), bool)
        its_own = texts(ledger.problem.households, column)[ledger.row_household[known]]
        differs[known] = texts(table, column)[known] != its_own
        yield from each(ASSIGNMENTS, differs, "wrong_attribute", ids, column=[column] * len(ids))


def check_reasons(ledger: Ledger) -> Iterator[Finding]:
    """Yield unassigned households whose reason is none of the known ones, or is not true."""
    table, people = ledger.plan.unassigned, ledger.people
    ids, reasons = texts(table, "household_id"), texts(table, "reason")
    vacancy_ids = texts(table, "vacancy_id")
    vacancy = rows_of(texts(ledger.plan.vacancies, "vacancy_id"), vacancy_ids)
    vacancy_unit = np.append(texts(ledger.plan.vacancies, "unit"), "")
    for row in np.flatnonzero(ledger.left_household >= 0).tolist():
        reason, who = reasons[row], ledger.left_household[row]
        said = {"reason": reason}
        if reason not in REASONS:
            yield one(UNASSIGNED, row, "unknown_reason", ids[row], **said)
        elif (reason in EXCLUDED or people.excluded[who]) and reason != people.excluded[who]:
            yield one(UNASSIGNED, row, "untrue_reason", ids[row], **said)
        elif reason == "vacancy":
            if vacancy[row] < 0 or vacancy_unit[vacancy[row]] != people.unit[who]:
                yield one(UNASSIGNED, row, "untrue_vacancy", ids[row], vacancy=vacancy_ids[row])
        elif reason not in EXCLUDED and reason not in _reasons_of(ledger, who):
            yield one(UNASSIGNED, row, "untrue_reason", ids[row], **said)
        if reason != "vacancy" and vacancy_ids[row]:
            yield one(UNASSIGNED, row, "untrue_vacancy", ids[row], vacancy=vacancy_ids[row])


def _reasons_of(ledger: Ledger, who: int) -> tuple[str, ...]:
    """Return why a household has no center: those who stay together must fit and arrive together."""
    people, centers = ledger.people, ledger.centers
    together = _unserved_together(ledger, who)
    open_here = np.flatnonzero(centers.unit == people.unit[who]).tolist()
    pinned = [at for at in open_here if ledger.fits_pin(together, at).all()]
    needed = people.load[together].sum()
    roomy = [at for at in pinned if ledger.load[at] + needed <= centers.max_load[at]]
    if any(ledger.reaches(together, at).all() for at in roomy):
        return ()
    if not pinned:
        return ("no_capacity", "too_far") if ledger.is_limited else ("no_capacity",)
    reached = any(ledger.reaches(together, at).all() for at in pinned if at not in roomy)
    return ("no_capacity",) if reached else ("too_far",)


def _unserved_together(ledger: Ledger, who: int) -> Rows:
    """Return the household's group; alone when part of the group is served already."""
    people = ledger.people
    if people.group[who] < 0:
        return np.array([who])
    group = np.flatnonzero(people.group == people.group[who])
    return group if (people.served_by[group] < 0).all() else np.array([who])
