"""No catchment leaves its unit, and every unit opens what it planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import ASSIGNMENTS, UNITS, WHOLE_TABLE, each, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.verify.columns import Rows, Texts
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_borders(ledger: Ledger) -> Iterator[Finding]:
    """Yield households that are served by a center of another unit."""
    rows = np.flatnonzero((ledger.row_household >= 0) & (ledger.row_center >= 0))
    home = ledger.people.unit[ledger.row_household[rows]]
    there = ledger.centers.unit[ledger.row_center[rows]]
    for at in np.flatnonzero(home != there).tolist():
        subject = ledger.people.ids[ledger.row_household[rows[at]]]
        yield one(ASSIGNMENTS, rows[at], "crosses_unit", subject, unit=home[at], other=there[at])


def check_units(ledger: Ledger) -> Iterator[Finding]:
    """Yield units whose numbers differ from the tables, and a total that is not the number asked for."""
    table, people = ledger.plan.units, ledger.people
    names = texts(table, "unit")
    served = people.excluded == ""
    living = {*people.unit[served], *ledger.centers.unit, *texts(ledger.plan.vacancies, "unit")}
    for unit in sorted(living - set(names)):
        yield one(UNITS, WHOLE_TABLE, "missing_unit", unit)
    again = rows_of(names, names) != np.arange(len(names))
    yield from each(UNITS, again, "duplicate_unit", names)
    at = rows_of(names, people.unit)
    counted = {
        "cases": _by_unit(at[served], people.cases[served], len(names)),
        "opened": _count(names, ledger.centers.unit),
        "vacant": _count(names, texts(ledger.plan.vacancies, "unit")),
    }
    for column, right in counted.items():
        stated, label = numbers(table, column), [column] * len(names)
        wrong = stated != right
        yield from each(UNITS, wrong, "wrong_unit_number", names, column=label, stated=stated, counted=right)
    planned = numbers(table, "planned")
    beyond = counted["opened"] > planned
    yield from each(
        UNITS, beyond, "opens_more_than_planned", names, counted=counted["opened"], stated=planned
    )
    load = _by_unit(at[served], people.load[served], len(names))
    # Existing centers stay, with room of their own; new ones hold what is beyond it.
    old = ledger.problem.centers
    stated = numbers(old, "max_cases")
    room = np.where(np.isnan(stated), ledger.problem.rules.max_cases, stated).astype(np.int64)
    existing = texts(old, "unit")
    beyond = np.maximum(load - _by_unit(rows_of(names, existing), room, len(names)), 0)
    least = _count(names, existing) - (-beyond // _limit(ledger, at, len(names)))
    least = np.where(load > 0, least, 0)
    short = numbers(table, "needed") < least
    yield from each(UNITS, short, "needs_more_centers", names, counted=least)
    if isinstance(ledger.problem.rules.centers, int):
        yield from _number_of_centers(ledger, ledger.problem.rules.centers, load)


def _by_unit(at: Rows, weights: Rows, units: int) -> Rows:
    return np.bincount(at[at >= 0], weights[at >= 0], minlength=units).astype(np.int64)


def _count(names: Texts, units: Texts) -> Rows:
    at = rows_of(names, units)
    return np.bincount(at[at >= 0], minlength=len(names)).astype(np.int64)


def _limit(ledger: Ledger, at: Rows, units: int) -> Rows:
    """Return the most cases a center, by the rules of the province of a unit's households."""
    limit = np.full(units, ledger.problem.rules.max_cases, np.int64)
    if ledger.problem.rules.overrides:
        for unit in np.unique(at[at >= 0]):
            province = ledger.people.province[np.argmax(at == unit)]
            limit[unit] = ledger.problem.rules.for_province(province).max_cases
    return limit


def _number_of_centers(ledger: Ledger, wanted: int, load: Rows) -> Iterator[Finding]:
    """Yield a number that is not the one asked for, and units that open fewer than theirs for no reason."""
    table = ledger.plan.units
    names, opened = texts(table, "unit"), _count(texts(table, "unit"), ledger.centers.unit)
    planned = numbers(table, "planned")
    if planned.sum() != wanted:
        yield one(UNITS, WHOLE_TABLE, "wrong_number_of_centers", "", stated=int(planned.sum()), wanted=wanted)
    if ledger.plan.provenance.get("rebalancing"):
        # A network that runs opens what a planner asks for, and no more.
        return
    fillable = load // max(ledger.problem.rules.min_cases, 1)
    waits = _count(names, texts(ledger.plan.vacancies, "unit")) > 0
    able = np.isin(names, _units_of_idle(ledger)) if len(ledger.problem.sites) else np.ones(len(names), bool)
    fewer = (opened < np.minimum(planned, fillable)) & ~waits & able
    yield from each(UNITS, fewer, "opens_fewer_than_planned", names, counted=opened, stated=planned)


def _units_of_idle(ledger: Ledger) -> NDArray[np.object_]:
    """Return the units in which an applicant who has sites in no other opened none."""
    sites = ledger.problem.sites
    able = sites[texts(sites, "ineligible") == ""]
    at = pd.DataFrame({"applicant": texts(able, "applicant_id"), "unit": texts(able, "unit")})
    alone = at.groupby("applicant")["unit"].transform("nunique").eq(1)
    idle = ~at["applicant"].isin(texts(ledger.plan.centers, "applicant_id"))
    return at.loc[alone & idle, "unit"].to_numpy(dtype=object)
