"""The bound, computed again from its multipliers over all households and all eligible sites of each unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.branches import check_branches
from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import SUMMARY, WHOLE_TABLE, one
from data.verify.local import local
from data.verify.proof import owed, proven_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from data.plan import Bound, Branch
    from data.verify.columns import Numbers, Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

ABSOLUTE_KM = 0.01
RELATIVE = 1e-6


def check_bound(ledger: Ledger) -> Iterator[Finding]:
    """Yield what makes a stated bound no bound; a plan without one states nothing."""
    bound = ledger.plan.bound
    if bound is None:
        return
    value, objective = bound.value_km, ledger.plan.objective_km
    if not value <= objective + ABSOLUTE_KM + RELATIVE * abs(objective):
        yield one(
            SUMMARY,
            WHOLE_TABLE,
            "bound_above_objective",
            "bound_km",
            stated=_km(value),
            counted=_km(objective),
        )
    faults = list(_faults(ledger, bound))
    yield from faults
    if not faults:
        counted = recounted_bound(ledger, bound)
        if not value <= counted + ABSOLUTE_KM + RELATIVE * abs(counted):
            yield one(
                SUMMARY, WHOLE_TABLE, "unsupported_bound", "bound_km", stated=_km(value), counted=_km(counted)
            )


def recounted_bound(ledger: Ledger, bound: Bound) -> float:
    """Return the number that the multipliers prove (`data.plan.Bound` has the formula), km times cases."""
    everybody = np.arange(len(ledger.people.ids))
    parted: dict[str, list[Branch]] = {}
    for branch in bound.branches:
        parted.setdefault(branch.unit, []).append(branch)
    served = ledger.people.excluded == ""
    paid = _multipliers(ledger, bound.household_km, everybody)
    price = owed(ledger, bound.applicant_km)
    total = -sum(bound.applicant_km.values())
    for unit in sorted({*ledger.options.unit, *ledger.people.unit[served]}):
        if unit not in parted:
            total += proven_km(ledger, unit, paid, bound.unit_km.get(unit, 0.0), price)
            continue
        own = ((_multipliers(ledger, way.household_km, everybody), way) for way in parted[unit])
        total += min(
            proven_km(ledger, unit, own_paid, way.unit_km, price, limits=way.limits) for own_paid, way in own
        )
    return total


def _faults(ledger: Ledger, bound: Bound) -> Iterator[Finding]:
    people, served = ledger.people, ledger.people.excluded == ""
    if not len(ledger.options.ids):
        yield one(SUMMARY, WHOLE_TABLE, "bound_without_sites", "bound_km")
    given_up = texts(ledger.plan.unassigned, "reason") != "vacancy"
    who = ledger.left_household
    if (served[who] & given_up & (who >= 0)).any():
        # A household that nobody pays for makes every bound too high.
        yield one(SUMMARY, WHOLE_TABLE, "bound_of_unserved", "bound_km")
    yield from _faults_of(ledger, bound.household_km, bound.unit_km, served)
    for applicant, price in bound.applicant_km.items():
        if not (np.isfinite(price) and price >= 0):
            yield one(SUMMARY, WHOLE_TABLE, "wrong_applicant_price", applicant, stated=_km(price))
    yield from check_branches(ledger, bound)
    for branch in bound.branches:
        own = served & (people.unit == branch.unit)
        yield from _faults_of(ledger, branch.household_km, {branch.unit: branch.unit_km}, own)


def _faults_of(
    ledger: Ledger,
    household_km: pd.Series,
    unit_km: Mapping[str, float],
    served: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Iterator[Finding]:
    """Yield what is wrong with the multipliers of some households and the prices of some units."""
    people = ledger.people
    if household_km.index.has_duplicates:
        yield one(SUMMARY, WHOLE_TABLE, "duplicate_multiplier", "bound_km")
    rows = np.flatnonzero(served)
    paid = _multipliers(ledger, household_km, rows)
    limit = local(ledger.problem.rules, people.province, "waiting_km")[rows]
    for row in rows[~np.isfinite(paid)]:
        yield one(SUMMARY, WHOLE_TABLE, "missing_multiplier", people.ids[row])
    above = paid > limit + 1e-9
    for row, paid_km, most in zip(rows[above], paid[above], limit[above], strict=True):
        yield one(
            SUMMARY,
            WHOLE_TABLE,
            "multiplier_above_vacancy",
            people.ids[row],
            stated=_km(paid_km),
            limit=_km(most),
        )
    priced = ledger.problem.rules.centers == "price"
    for unit, price in unit_km.items():
        if not (np.isfinite(price) and price <= 0) or (priced and price != 0):
            yield one(SUMMARY, WHOLE_TABLE, "wrong_unit_price", unit, stated=_km(price))


def _multipliers(ledger: Ledger, household_km: pd.Series, rows: Rows) -> Numbers:
    table = household_km.rename("km").rename_axis("household_id").reset_index()
    at = rows_of(texts(table, "household_id"), ledger.people.ids[rows])
    return np.where(at >= 0, np.append(numbers(table, "km"), np.nan)[at], np.nan)


def _km(value: float) -> str:
    return f"{value:.3f}"
