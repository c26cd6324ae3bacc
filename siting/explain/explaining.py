"""Why this center and not the nearer one, why this applicant and not that: solved again, one change each."""

from __future__ import annotations

from dataclasses import asdict, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.compare.sides import parted
from data.errors import Failure, SitingError, said
from data.plan import seal_in
from data.summary import distance_kind
from data.text import phrase
from siting.explain.applicant import ApplicantFacts, explain_applicant
from siting.explain.center import CenterFacts, explain_center
from siting.explain.household import HouseholdFacts, explain_household
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

Facts = HouseholdFacts | ApplicantFacts | CenterFacts
SHOWN_MATCHES = 3


@one_threaded
def explain(problem: Problem, plan: Plan, *, kind: str, subject: str) -> Facts:
    """Explain a household, an applicant or a center of a version.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version, founded or rebalanced.
    kind : {"household", "applicant", "center"}
        What the id is of.
    subject : str
        The id.

    Raises
    ------
    SitingError
        ``unknown_household``, ``unknown_applicant`` or ``unknown_center``; the last two name those that are
        spelled much alike. What is like a household's id is nobody's business.
    """
    facts = _facts(problem, plan, kind, subject)
    return replace(facts, synthetic=bool(problem.synthetic))


def _facts(problem: Problem, plan: Plan, kind: str, subject: str) -> Facts:
    if kind == "household":
        if not (problem.households["household_id"] == subject).any():
            raise unknown(kind, subject, ())
        return explain_household(problem, plan, subject)
    if kind == "center":
        known = plan.centers["center_id"]
        if not (known == subject).any():
            raise unknown(kind, subject, known)
        return explain_center(problem, plan, subject)
    known = pd.concat([problem.sites["applicant_id"], plan.centers["applicant_id"]])
    known = known[known != ""]
    if not (known == subject).any():
        raise unknown(kind, subject, known)
    return explain_applicant(problem, plan, subject)


def explain_folder(place: Path, *, kind: str, subject: str) -> tuple[Facts, dict[str, Any]]:
    """Explain an id of a plan folder.

    Parameters
    ----------
    place : Path
        The folder, or ``DIR@VERSION``.
    kind, subject
        As `explain`.

    Returns
    -------
    facts : HouseholdFacts, ApplicantFacts or CenterFacts
        As `explain`.
    record : dict
        The same ready for JSON: ``kind``, ``version``, ``head``, ``synthetic``, ``distance``, and the facts.

    Raises
    ------
    SitingError
        As `explain`; of the record.
    """
    folder, version = parted(place)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    wanted = log[-1].version if version is None else version
    problem, plan = book.problem(wanted), book.plan(wanted)
    entry = log[wanted - 1]
    try:
        facts = explain(problem, plan, kind=kind, subject=subject)
    except SitingError as error:
        raise _of_before(book, place, wanted, kind=kind, subject=subject) or error from None
    record = {
        "kind": kind,
        "version": entry.version,
        "head": entry.hash,
        **({"seal": seal} if (seal := seal_in(plan.provenance)) else {}),
        "synthetic": bool(problem.synthetic),
        "distance": distance_kind(problem.rules, travel_file=problem.travel is not None),
    }
    found = asdict(facts)
    if isinstance(facts, ApplicantFacts):
        found["reason"] = {"fa": said(facts.reason, "fa"), "en": said(facts.reason, "en")}
    return facts, record | found


def _of_before(book: Casebook, place: Path, wanted: int, *, kind: str, subject: str) -> SitingError | None:
    """Return the error for an id of an earlier version; None where no version before had it."""
    for version in range(wanted - 1, 0, -1):
        plan = book.plan(version)
        known = {
            "household": [plan.assignments["household_id"], plan.unassigned["household_id"]],
            "center": [plan.centers["center_id"]],
            "applicant": [plan.centers["applicant_id"]],
        }[kind]
        if any((one == subject).any() for one in known):
            asked = f"siting explain {parted(place)[0]}@{version} --{kind} {subject}"
            words = phrase(f"explain.gone_{kind}", version=version, asked=asked)
            return SitingError.of([Failure(CASEBOOK, 0, f"unknown_{kind}", subject, words)])
    return None


def unknown(kind: str, subject: str, known: Iterable[str]) -> SitingError:
    """Return the error for an id that nothing of a kind has; what is known may be spelled much alike."""
    code, near = f"unknown_{kind}", get_close_matches(subject, sorted(set(known)), SHOWN_MATCHES)
    words = phrase(f"explain.{code}")
    if near:
        words = phrase(f"explain.like_{kind}", names=" · ".join(near))
    return SitingError.of([Failure(CASEBOOK, 0, code, subject, words)])
