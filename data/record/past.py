"""What a casebook tells of its past: its versions, and what each did to one id in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.disk import shown_name
from data.errors import Exit, SitingError
from data.exports import export_files, hashes_of
from data.record.applicants import ApplicantChange, applicant_changes
from data.record.traces import CenterChange, HouseholdChange, center_changes, household_changes
from data.standing import drawn_hashes
from data.summary import summarize
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

_SAME = ("plan_hash", "problem_hash")
"""What the log tells of a version; where both are another's, the two say the same."""


@dataclass(frozen=True)
class Version:
    """One version, as the log tells of it.

    Attributes
    ----------
    version : int
        Its number.
    kind : str
        What was done, as ``found``.
    when, who, why : str
        When (ISO 8601), by whom and what for.
    head : str
        Hash that stands for this version and every one before it.
    seal : str
        Of the call, at the version that founded the plan by one; else empty.
    counts : mapping of str to int
        ``households``, ``assigned``, ``unassigned``, ``centers``, ``vacancies``; empty where a casebook of
        before did not count.
    changed : mapping of str to int
        Rows added, changed or gone, by table.
    given_up : tuple of str
        Centers that applicants gave up with it, and sites that they offer no more.
    """

    version: int
    kind: str
    when: str
    who: str
    why: str
    head: str
    seal: str
    counts: Mapping[str, int]
    changed: Mapping[str, int]
    given_up: tuple[str, ...] = ()


def history(
    book: Casebook, subject: str | None = None
) -> list[Version] | list[HouseholdChange] | list[CenterChange] | list[ApplicantChange]:
    """Return every version of a casebook, or what each did to one id; the oldest first.

    Parameters
    ----------
    book : Casebook
        The record.
    subject : str, optional
        Id of a household, a center or an applicant that any version has.

    Raises
    ------
    SitingError
        If no version has it (``unknown_subject``, exit code 3).
    """
    versions = _versions(book)
    if subject is None:
        return versions
    when = {one.version: (one.kind, one.when) for one in versions}
    told = (
        household_changes(book, subject, when)
        or center_changes(book, subject, when)
        or applicant_changes(book, subject, when)
    )
    if not told:
        words = phrase("record.unknown_subject", path=shown_name(book.path.parent), subject=subject)
        raise SitingError(words, code="unknown_subject")
    return told


def show(folder: Path, version: int) -> dict[str, Any]:
    """Return the summary of a version of a plan folder, as ``summary.json`` said it then.

    Raises
    ------
    SitingError
        If there is no casebook, or no such version (``no_such_version``).
    """
    book = Casebook.open(folder / CASEBOOK)
    problem, plan = book.problem(version), book.plan(version)
    stated = {**hashes_of(export_files(problem, plan)), **drawn_hashes(book, version)}
    return summarize(problem, plan, exports=stated, head=book.log()[version - 1].hash, version=version)


def reverted(book: Casebook, version: int) -> tuple[Problem, Plan, int | None]:
    """Return what a new version is committed with whose content is that of an earlier one.

    Nothing is taken back: the log only grows.

    Parameters
    ----------
    book : Casebook
        The record.
    version : int
        The version whose content is to stand again.

    Returns
    -------
    Problem, Plan, int or None
        Its problem and plan, and the version that it continues itself (``today`` of `Casebook.commit`).

    Raises
    ------
    SitingError
        If there is no such version (``no_such_version``).
    """
    return book.problem(version), book.plan(version), book.today(version)


def in_force(book: Casebook, version: int) -> SitingError | None:
    """Return what is said of bringing back a version that is in force; None where it is not.

    Parameters
    ----------
    book : Casebook
        The record.
    version : int
        One that it has. Where the current one says the same, as after a revert, it is in force too.
    """
    log = book.log()
    there, last = log[version - 1], log[-1]
    path = shown_name(book.path.parent)
    if there.version == last.version:
        words = phrase("folder.in_force_already", path=path, version=version)
    elif all(there.payload.get(name) == last.payload.get(name) is not None for name in _SAME):
        words = phrase("folder.in_force_as", path=path, version=version, current=last.version)
    else:
        return None
    return SitingError(words, code="in_force_already", exit_code=Exit.REFUSED)


def _versions(book: Casebook) -> list[Version]:
    return [
        Version(
            entry.version,
            entry.kind,
            entry.when_utc,
            entry.who,
            entry.why,
            entry.hash,
            book.seal(entry.version) if entry.kind == "found" else "",
            dict(entry.payload.get("counts", {})),
            {name: sum(rows) for name, rows in entry.payload["changed"].items()},
            _given_up(entry.payload.get("changes", {})),
        )
        for entry in book.log()
    ]


def _given_up(changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the centers and sites that a version takes back; an older one has nothing of the kind."""
    return (*changes.get("declined", ()), *changes.get("withdrawn", ()))
