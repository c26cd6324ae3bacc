"""Which sites opened: eligible ones, one an applicant, those required, and every center that stood before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import CENTERS, WHOLE_TABLE, each, one
from data.verify.places import run_by, stood_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from data.verify.columns import Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

SAME_DEGREES = 1e-6 + 1e-12
_SHARED = ("province", "county", "district", "area", "unit")


def check_sites(ledger: Ledger) -> Iterator[Finding]:
    """Yield centers that stand on no site they may, and sites that should have opened."""
    table, centers = ledger.plan.centers, ledger.centers
    yield from _unknown(ledger)
    yield from _differences(table, ledger.problem.sites, centers.site, (*_SHARED, "applicant_id"))
    known = ledger.problem.centers
    founded = [column for column in ("applicant_id", "site_id") if column in known]
    yield from _differences(table, known, centers.existing, (*_SHARED, *founded))
    yield from _preferences(ledger)
    yield from _once(ledger)
    yield from _permission(ledger)
    yield from _missing(ledger)


def _unknown(ledger: Ledger) -> Iterator[Finding]:
    table, centers = ledger.plan.centers, ledger.centers
    ids, status, site_ids = centers.ids, texts(table, "status"), texts(table, "site_id")
    yield from each(CENTERS, ids == "", "empty_center_id", ids)
    counts = Counter(ids)
    repeated = np.array([counts[one_id] > 1 for one_id in ids], bool)
    yield from each(CENTERS, repeated, "duplicate_center_id", ids)
    stood = np.isin(ids.astype(str), texts(ledger.problem.centers, "center_id").astype(str))
    wrong = np.where(stood, status != "existing", status != "new")
    yield from each(CENTERS, wrong.astype(bool), "wrong_status", ids, status=status)
    # Without applicants the plan proposes its own points, and only then may a new center have no site.
    proposed = (site_ids == "") & (texts(table, "applicant_id") == "") & (len(ledger.problem.sites) == 0)
    unknown = (status == "new") & (centers.site < 0) & ~proposed
    unknown |= (site_ids != "") & (rows_of(texts(ledger.problem.sites, "site_id"), site_ids) < 0)
    yield from each(CENTERS, unknown, "unknown_site", ids, site=site_ids)


def _differences(
    table: pd.DataFrame, known: pd.DataFrame, at: Rows, columns: tuple[str, ...]
) -> Iterator[Finding]:
    ids, rows = texts(table, "center_id"), np.flatnonzero(at >= 0)
    for column in columns:
        differs = np.zeros(len(table), bool)
        differs[rows] = texts(table, column)[rows] != texts(known, column)[at[rows]]
        yield from each(CENTERS, differs, "wrong_center_attribute", ids, column=[column] * len(ids))
    moved = np.zeros(len(table), bool)
    for column in ("lon", "lat"):
        away = np.abs(numbers(table, column)[rows] - numbers(known, column)[at[rows]])
        moved[rows] |= ~(away <= SAME_DEGREES)
    yield from each(CENTERS, moved, "moved_site", ids)


def _preferences(ledger: Ledger) -> Iterator[Finding]:
    stated, site = numbers(ledger.plan.centers, "preference"), ledger.centers.site
    right = np.append(numbers(ledger.problem.sites, "preference"), np.nan)[site]
    same = (stated == right) | (np.isnan(stated) & np.isnan(right))
    differs = ~same & (ledger.centers.existing < 0)
    names = ["preference"] * len(stated)
    yield from each(CENTERS, differs, "wrong_center_attribute", ledger.centers.ids, column=names)


def _once(ledger: Ledger) -> Iterator[Finding]:
    site = ledger.centers.site
    applicants = texts(ledger.problem.sites, "applicant_id")
    opened = np.flatnonzero(site >= 0)
    a_site = Counter(site[opened].tolist())
    an_applicant = Counter([*applicants[site[opened]].tolist(), *filter(None, run_by(ledger.problem))])
    for row in opened:
        subject = ledger.centers.ids[row]
        if a_site[int(site[row])] > 1:
            yield one(CENTERS, row, "site_opened_twice", subject)
        if an_applicant[applicants[site[row]]] > 1:
            applicant = applicants[site[row]]
            yield one(CENTERS, row, "two_sites_of_one_applicant", subject, applicant=applicant)


def _permission(ledger: Ledger) -> Iterator[Finding]:
    sites = ledger.problem.sites
    use, ineligible = texts(sites, "use"), texts(sites, "ineligible")
    for row in np.flatnonzero(ledger.centers.site >= 0):
        site, subject = ledger.centers.site[row], ledger.centers.ids[row]
        if use[site] == "forbidden":
            yield one(CENTERS, row, "forbidden_site", subject)
        elif ineligible[site]:
            yield one(CENTERS, row, "ineligible_site", subject, reason=ineligible[site])


def _missing(ledger: Ledger) -> Iterator[Finding]:
    sites, existing = ledger.problem.sites, ledger.problem.centers
    required = (texts(sites, "use") == "required") & (texts(sites, "ineligible") == "")
    required[ledger.centers.site[ledger.centers.site >= 0]] = False
    required &= ~np.isin(texts(sites, "site_id").astype(str), stood_on(ledger.problem).astype(str))
    for site in texts(sites, "site_id")[required]:
        yield one(CENTERS, WHOLE_TABLE, "required_not_opened", site)
    closed = np.ones(len(existing), bool)
    closed[ledger.centers.existing[ledger.centers.existing >= 0]] = False
    for center in texts(existing, "center_id")[closed]:
        yield one(CENTERS, WHOLE_TABLE, "existing_not_kept", center)
