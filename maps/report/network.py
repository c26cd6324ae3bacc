"""What a report tells of: a version of a plan, or a nation as it stands, with its people as counts only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.disk import machine_error
from data.errors import SitingError
from data.nation.folder import PROVINCES, SUMMARY, nation_head, nation_summary
from data.rules import Rules
from data.summary import summarize
from data.text import phrase
from maps import facts
from maps.classes import LoadClasses
from maps.origin import Origin
from maps.report.splits import splits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem


@dataclass(frozen=True)
class Network:
    """Everything that a report says.

    Attributes
    ----------
    summary : mapping
        As ``summary.json``.
    origin : Origin
        Version, head and day; of a nation the head is the hash of its provinces' heads, and version 0.
    people : DataFrame
        One row a household, which nothing names: ``code`` (its province's folder, empty in a plan),
        ``province``, ``county``, ``area``, ``status``, ``cases``, ``km`` (NaN unserved), ``reason`` (empty if
        served), ``vacancy_id``.
    centers : DataFrame
        As `maps.facts.center_rows`, with ``code``, ``province``, ``least`` and, where an applicant is next,
        ``next_applicant``, ``next_site``, ``next_km``, ``regret_km`` (proven; NaN), ``within_gap``.
    vacancies : DataFrame
        ``code``, ``vacancy_id``, ``province``, ``county``, ``cases``, ``households``.
    splits : DataFrame
        Exceptions: ``code``, ``kind``, ``place``, ``centers``, ``households``, ``cases``, ``reason``.
    k : int
        Fewest households that a figure may be of.
    checks : tuple of str
        What the verifier checked before this was recorded.
    parts : tuple of mapping
        Of a nation, the summary of each province with its ``code`` and ``province``; empty for a plan.
    """

    summary: Mapping[str, Any]
    origin: Origin
    people: pd.DataFrame
    centers: pd.DataFrame
    vacancies: pd.DataFrame
    splits: pd.DataFrame
    k: int
    checks: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...] = ()

    @property
    def served(self) -> pd.DataFrame:
        """The people that have a center."""
        return self.people[self.people["reason"] == ""]


def read_plan(folder: Path, version: int | None = None, *, code: str = "") -> Network:
    """Read a version of a plan, the current one unless told.

    Parameters
    ----------
    folder : Path
        Of the plan.
    version : int, optional
        The version.
    code : str
        Of the province, where it is one of a nation.

    Raises
    ------
    SitingError
        ``no_such_version``; of the casebook.
    """
    book = Casebook.open(folder / CASEBOOK)
    number = book.version if version is None else version
    problem, plan, entry = book.problem(number), book.plan(number), book.log()[number - 1]
    origin = Origin(entry.version, entry.hash, entry.when_utc[:10])
    return told(problem, plan, origin, tuple(entry.payload.get("checks", ())), code=code)


def told(
    problem: Problem, plan: Plan, origin: Origin, checks: tuple[str, ...] = (), *, code: str = ""
) -> Network:
    """Return what a report says of a plan.

    Parameters
    ----------
    problem, plan : Problem, Plan
        As the version has them.
    origin : Origin
        The version.
    checks : tuple of str
        Of the certificate.
    code : str
        Of the province, where it is one of a nation.
    """
    vacant = plan.vacancies[["vacancy_id", "province", "county", "cases", "households"]]
    return Network(
        summary=summarize(problem, plan, exports={}, head=origin.head, version=origin.version),
        origin=origin,
        people=_people(problem, plan).assign(code=code),
        centers=_centers(plan).assign(code=code),
        vacancies=vacant.assign(code=code),
        splits=splits_of(problem, plan).assign(code=code),
        k=problem.rules.privacy_k,
        checks=checks,
    )


def read_nation(nation: Path) -> Network:
    """Read all provinces of a nation, each as its own record has it.

    Parameters
    ----------
    nation : Path
        Its folder.

    Raises
    ------
    SitingError
        ``unreadable_summary``; of a casebook, or where the machine fails.
    """
    try:
        said = json.loads((nation / SUMMARY).read_text(encoding="utf-8"))
        called = [(str(one["code"]), str(one["province"])) for one in said["provinces"]]
        rules, missing = said["rules"], said["missing"]
    except OSError as error:
        raise machine_error(error, nation) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SitingError(phrase("folder.unreadable_summary"), code="unreadable_summary") from error
    read = [read_plan(nation / PROVINCES / code, code=code) for code, _ in called]
    parts = tuple(
        {**one.summary, "code": code, "province": province}
        for one, (code, province) in zip(read, called, strict=True)
    )
    people, centers = _joined([one.people for one in read]), _joined([one.centers for one in read])
    served = people[people["reason"] == ""]
    summary = nation_summary(
        parts,
        loads=centers["cases"].to_numpy(int),
        km=served["km"].to_numpy(float),
        cases=served["cases"].to_numpy(float),
        rules=Rules(),
        missing=missing,
    )
    heads = {code: one.origin.head for one, (code, _) in zip(read, called, strict=True)}
    return Network(
        summary={**summary, "rules": rules},
        origin=Origin(0, nation_head(heads), max(one.origin.day for one in read)),
        people=people,
        centers=centers,
        vacancies=_joined([one.vacancies for one in read]),
        splits=_joined([one.splits for one in read]),
        k=max(one.k for one in read),
        checks=read[0].checks,
        parts=parts,
    )


def _people(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return who there is and what became of each, without a name, an id or a point."""
    households = pd.DataFrame(problem.households).set_index("household_id")
    wanted = households.reindex(columns=["province", "county", "area", "status", "cases"])
    served = plan.assignments.set_index("household_id")["km"]
    left = plan.unassigned.set_index("household_id")[["reason", "vacancy_id"]]
    texts = ["province", "county", "area", "status", "reason", "vacancy_id"]
    whole = wanted.join(served).join(left)
    whole[texts] = whole[texts].astype(object).where(whole[texts].notna(), "")
    return whole.reset_index(drop=True)


def _centers(plan: Plan) -> pd.DataFrame:
    """Return what is said of each center, with the next best applicant for its households."""
    rules = plan.provenance["rules"]
    classes = LoadClasses(int(rules["min_cases"]), int(rules["max_cases"]))
    table = pd.DataFrame(facts.center_rows(plan, classes, str(rules.get("count", "cases"))))
    if table.empty:
        return pd.DataFrame(columns=[*_CENTER, *_NEXT])
    table["province"] = plan.centers["province"].to_numpy()
    table["county_name"] = plan.centers["county"].to_numpy()
    table["cases"] = plan.centers["cases"].to_numpy()
    table["least"] = classes.least
    reserves = plan.reserves.reindex(columns=["center_id", "applicant_id", "site_id", "extra_km"])
    named = reserves.set_axis(["id", "next_applicant", "next_site", "next_km"], axis=1)
    table = table.merge(named.astype({"id": object}), on="id", how="left")
    lost = plan.losing_sites.reindex(columns=["site_id", "regret_km_at_least"]).astype({"site_id": object})
    table["regret_km"] = table["next_site"].map(lost.set_index("site_id")["regret_km_at_least"])
    gap_km = 0.0 if plan.bound is None else max(plan.objective_km - plan.bound.value_km, 0.0)
    table["within_gap"] = (table["next_km"] <= gap_km) & (plan.bound is not None)
    return table[[*_CENTER, *_NEXT]]


_CENTER = (
    "id", "name", "province", "county_name", "area", "status", "class", "load", "cases", "least", "most",
    "households", "caseworkers", "km_median", "km_p90", "kind", "preference", "underfull",
)  # fmt: skip
_NEXT = ("next_applicant", "next_site", "next_km", "regret_km", "within_gap")


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
