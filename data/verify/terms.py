"""The objective, term by term, recounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.plan import STANDING_PAYS, TERMS
from data.verify.columns import numbers, texts
from data.verify.far import beyond_km
from data.verify.finding import SUMMARY, WHOLE_TABLE, one
from data.verify.local import local
from data.verify.places import wished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.verify.columns import Numbers
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

ABSOLUTE_KM = 0.002
RELATIVE = 1e-6


def check_terms(ledger: Ledger) -> Iterator[Finding]:
    """Yield terms that the tables do not give, and an objective that is not their sum."""
    stated = ledger.plan.terms
    for term, counted in recounted(ledger).items():
        told = stated.get(term, 0.0)
        if not _same(told, counted):
            yield _of("wrong_term", term, stated=told, counted=counted)
    total, said = sum(stated.values()), ledger.plan.objective_km
    if not _same(said, total):
        yield _of("wrong_objective", "objective_km", stated=said, counted=total)


def _of(code: str, subject: str, *, stated: float, counted: float) -> Finding:
    return one(SUMMARY, WHOLE_TABLE, code, subject, stated=f"{stated:.3f}", counted=f"{counted:.3f}")


def recounted(ledger: Ledger) -> dict[str, float]:
    """Return the terms of the objective from the tables alone, in the order of `data.plan.TERMS`."""
    people, centers, rules = ledger.people, ledger.centers, ledger.problem.rules
    rows = np.flatnonzero((ledger.row_household >= 0) & (ledger.row_center >= 0))
    who, to = ledger.row_household[rows], ledger.row_center[rows]
    cases = people.cases[who]
    step, score = _wished(ledger)
    home, there = people.district[who], centers.district[to]
    crosses = (home != "") & (there != "") & (home != there)
    moved, left = np.zeros(len(rows), bool), ledger.left_household
    if ledger.plan.provenance.get("rebalancing"):
        before = texts(ledger.problem.households, "center_id")[who]
        moved = (before != "") & (before != centers.ids[to])
    vacant = left[(left >= 0) & (texts(ledger.plan.unassigned, "reason") == "vacancy")]

    def of_center(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return local(rules, centers.province, name)

    def of_household(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return local(rules, people.province, name)

    km = numbers(ledger.plan.assignments, "km")[rows]
    sums = {
        "travel_km": cases @ km,
        "far_km": cases @ beyond_km(ledger, who, km),
        "preference_km": ledger.cases @ (of_center("preference_km") * step),
        "merit_km": -(ledger.cases @ (of_center("merit_km") * score)),
        "cross_district_km": cases @ (of_household("cross_district_km")[who] * crosses),
        "center_km": of_center("center_km").sum() if rules.centers == "price" else 0.0,
        "vacancy_km": people.cases[vacant] @ of_household("waiting_km")[vacant],
        "move_km": cases @ (of_household("move_km")[who] * moved),
    }
    return {term: float(sums[term]) for term in TERMS}


def _wished(ledger: Ledger) -> tuple[Numbers, Numbers]:
    """Return the steps down its applicant's order and the score of each center, shape (n_centers,)."""
    problem, centers, made = ledger.problem, ledger.centers, ledger.plan.provenance
    step, score = np.zeros(len(centers.ids)), np.zeros(len(centers.ids))
    told = [(problem.sites, centers.site)]
    if STANDING_PAYS in made or "rebalancing" not in made:
        told.append((problem.centers, centers.existing))
    for table, at in told:
        known = np.flatnonzero(at >= 0)
        step[known], score[known] = (values[at[known]] for values in wished(table))
    return step, score


def _same(stated: float, counted: float) -> bool:
    return abs(stated - counted) <= ABSOLUTE_KM + RELATIVE * abs(counted)
