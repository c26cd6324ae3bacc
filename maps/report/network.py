"""What a report tells of: a version of a plan, or a nation as it stands, with its people as counts only.

Official figures (`data.privacy`) are those of the version itself. All else, whatever is counted by county,
area or status and whatever is measured in kilometres, is told of the release that the version stands in:
reports of two versions between which fewer than ``k`` households changed differ in official figures alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.nation.events import events_of, logs_of, versions_at
from data.nation.folder import PROVINCES, nation_head, nation_summary
from data.nation.reverting import event_asked
from data.nation.showing import stated
from data.privacy.publishing import published
from data.public import MEASURED, coarsely, public_summary
from data.rules import Rules
from data.summary import summarize
from maps import facts
from maps.classes import LoadClasses
from maps.origin import Origin
from maps.report.splits import splits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.plan import Plan
    from data.privacy.publishing import Published
    from data.problem import Problem


@dataclass(frozen=True)
class Network:
    """Everything that a report says.

    Attributes
    ----------
    summary : mapping
        As ``summary.json`` of what is handed on (`data.privacy.publishing.published_summary`).
    origin : Origin
        Version, head and day; of a nation the head is the hash of its provinces' heads.
    people : DataFrame
        One row a household of the release, which nothing names: ``code`` (its province's folder, empty in a
        plan), ``province``, ``county``, ``area``, ``status``, ``cases``, ``km`` (NaN unserved), ``reason``
        (empty if served), ``vacancy_id``.
    left : DataFrame
        Those of the version itself that have no center: ``code``, ``province``, ``county``, ``reason``,
        ``vacancy_id``.
    centers : DataFrame
        As `maps.facts.center_rows`, with ``code``, ``province``, ``least`` and, where an applicant is next,
        ``next_applicant``, ``next_site``, ``next_km``, ``regret_km`` (proven; NaN), ``within_gap``.
    vacancies : DataFrame
        ``code``, ``vacancy_id``, ``province``, ``county``, ``cases``, ``households``; of too few the last two
        are missing.
    splits : DataFrame
        Exceptions of the release: ``code``, ``kind``, ``place``, ``centers``, ``households``, ``cases``,
        ``reason``.
    k : int
        Fewest households that a figure may be of.
    checks : tuple of str
        What the verifier checked before this was recorded.
    since : int
        The version that is the release; 0 of a nation, whose ``parts`` have one each.
    parts : tuple of mapping
        Of a nation, the summary of each province with its ``code``, ``province`` and ``since``; empty for a
        plan.
    """

    summary: Mapping[str, Any]
    origin: Origin
    people: pd.DataFrame
    left: pd.DataFrame
    centers: pd.DataFrame
    vacancies: pd.DataFrame
    splits: pd.DataFrame
    k: int
    checks: tuple[str, ...]
    since: int = 0
    parts: tuple[Mapping[str, Any], ...] = ()

    @property
    def served(self) -> pd.DataFrame:
        """The people of the release that have a center."""
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
    return _read(folder, version, code)[0]


def told(
    problem: Problem,
    plan: Plan,
    origin: Origin,
    checks: tuple[str, ...] = (),
    *,
    code: str = "",
    shown: Published | None = None,
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
    shown : Published, optional
        What of it may be published after all that was before; without it the plan is taken for the first.
    """
    shown = published(problem, plan) if shown is None else shown
    released, least = shown.released, shown.least
    vacant = shown.plan.vacancies[["vacancy_id", "province", "county", "cases", "households"]]
    now = _people(problem, plan)
    return Network(
        summary=public_summary(_summary(shown, problem, plan, origin), least),
        origin=origin,
        people=_people(*released).assign(code=code),
        left=now.loc[now["reason"] != "", ["province", "county", "reason", "vacancy_id"]].assign(code=code),
        centers=_centers(shown).assign(code=code),
        vacancies=vacant.assign(code=code),
        splits=splits_of(*released).assign(code=code),
        k=least,
        checks=checks,
        since=shown.since,
    )


def read_nation(nation: Path, version: int | None = None) -> Network:
    """Read all provinces of a nation, each as its own record has it in a version of the nation.

    Parameters
    ----------
    nation : Path
        Its folder.
    version : int, optional
        Of the nation; the current one unless told.

    Raises
    ------
    SitingError
        ``no_such_version`` (exit code 2), ``unreadable_summary``; of a casebook.
    """
    said, events = stated(nation), events_of(logs_of(nation))
    asked = str(len(events) if version is None else version)
    event = event_asked(events, asked, nation=nation.resolve().name)
    versions = versions_at(events, event.version)
    called = [(str(one["code"]), str(one["province"])) for one in said["provinces"]]
    rules, missing = said["rules"], said["missing"]
    read = [_read(nation / PROVINCES / code, versions[code], code) for code, _ in called]
    networks = [network for network, _ in read]
    parts = tuple(
        {**summary, "code": code, "province": province, "since": network.since}
        for (network, summary), (code, province) in zip(read, called, strict=True)
    )
    people, centers = (_joined([getattr(one, name) for one in networks]) for name in ("people", "centers"))
    served, least = people[people["reason"] == ""], max(one.k for one in networks)
    summary = nation_summary(
        parts,
        loads=centers["cases"].to_numpy(int),
        km=served["km"].to_numpy(float),
        cases=served["cases"].to_numpy(float),
        rules=Rules(),
        missing=missing,
    )
    heads = {code: one.origin.head for one, (code, _) in zip(networks, called, strict=True)}
    return Network(
        summary={**public_summary(summary, least), "rules": rules},
        origin=Origin(
            event.version,
            nation_head(heads),
            max(one.origin.day for one in networks),
            networks[0].origin.seal,
        ),
        people=people,
        left=_joined([one.left for one in networks]),
        centers=centers,
        vacancies=_joined([one.vacancies for one in networks]),
        splits=_joined([one.splits for one in networks]),
        k=least,
        checks=networks[0].checks,
        parts=parts,
    )


def _read(folder: Path, version: int | None, code: str) -> tuple[Network, dict[str, Any]]:
    """Return what a report says of a version, and its summary before anything in it is rounded."""
    book = Casebook.open(folder / CASEBOOK)
    number = book.version if version is None else version
    problem, plan, entry = book.problem(number), book.plan(number), book.log()[number - 1]
    shown = published(problem, plan, book, entry.version)
    origin = Origin(entry.version, entry.hash, entry.day, book.seal(entry.version))
    network = told(problem, plan, origin, tuple(entry.payload.get("checks", ())), code=code, shown=shown)
    return network, _summary(shown, problem, plan, origin)


def _summary(shown: Published, problem: Problem, plan: Plan, origin: Origin) -> dict[str, Any]:
    own, released = (
        summarize(*one, exports={}, head=origin.head, version=origin.version)
        for one in ((problem, plan), shown.released)
    )
    return {**own, **{name: released[name] for name in MEASURED}}


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


def _centers(shown: Published) -> pd.DataFrame:
    """Return what is said of each center, with the next best applicant for its households of the release."""
    plan, released = shown.plan, shown.released[1]
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
    households = released.centers.set_index("center_id")["households"]
    enough = table["id"].map(households).fillna(0) >= shown.least
    for name in ("next_km", "regret_km"):
        table[name] = table[name].astype(float).map(coarsely, na_action="ignore").where(enough)
    table["within_gap"] &= enough
    return table[[*_CENTER, *_NEXT]]


_CENTER = (
    "id", "name", "province", "county_name", "area", "status", "class", "load", "cases", "least", "most",
    "households", "caseworkers", "km_median", "km_p90", "kind", "preference", "underfull",
)  # fmt: skip
_NEXT = ("next_applicant", "next_site", "next_km", "regret_km", "within_gap")


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
