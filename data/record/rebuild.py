"""One plan folder, every version of it rebuilt from its casebook and recounted by the verifier."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.errors import Failure, SitingError
from data.nation.check import Figures
from data.plan import seal_in
from data.record.behind import differing_exports, exports_of
from data.standing import behind_files, input_faults, standing_faults
from data.text import phrase
from data.verify import VerificationError, verify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from data.casebook import Entry
    from data.plan import Plan
    from data.problem import Problem
    from data.verify import Certificate


@dataclass(frozen=True)
class Rebuilt:
    """What a plan folder was found to be.

    Attributes
    ----------
    failures : list of Failure
        What is wrong in it.
    behind : list of Failure
        Files of an earlier version, which are no fault.
    result : dict
        As `data.record.recount.recount` returns it.
    figures : Figures or None
        What a nation adds up; None where the plan does not hold.
    """

    failures: list[Failure]
    behind: list[Failure]
    result: dict[str, Any]
    figures: Figures | None


@dataclass(frozen=True)
class _Version:
    """One version as the casebook gives it back."""

    entry: Entry
    problem: Problem
    plan: Plan
    certificate: Certificate | None
    failures: list[Failure] = field(default_factory=list)


def rebuild(folder: Path, anchors: Collection[str] = ()) -> Rebuilt:
    """Rebuild every version in a plan folder, the last one first, and hold all that stands there against it.

    One version is in memory at a time.

    Parameters
    ----------
    folder : Path
        Of a plan.
    anchors : collection of str
        Heads that may be those of a version.

    Raises
    ------
    SitingError
        If the casebook cannot be read at all.
    """
    book = Casebook.open(folder / CASEBOOK)
    while True:
        before = _told(book)
        rebuilt = _as_found(folder, book, anchors)
        # Files that a writer put in place meanwhile are held against what its casebook says of them.
        if not rebuilt.failures or _told(book) == before:
            return rebuilt


def _told(book: Casebook) -> object:
    """Return what a writer changes in a casebook, none of it where it cannot even be read."""
    try:
        return book.head, book.files_ever()
    except SitingError:
        return None


def _as_found(folder: Path, book: Casebook, anchors: Collection[str]) -> Rebuilt:
    result: dict[str, Any] = {"path": folder.name, "version": book.version, "head": book.head}
    result |= {"checks": 0, "plan_hash": "", "behind": []}
    result["anchors"] = {one.hash: one.version for one in book.log() if one.hash in anchors}
    try:
        return _rebuilt(folder, book, result)
    except SitingError:
        # A value that was changed may not even be read; the log knows which entry sealed it.
        altered = _altered(book)
        if not altered:
            raise
        return Rebuilt(altered, [], result, None)


def _rebuilt(folder: Path, book: Casebook, result: dict[str, Any]) -> Rebuilt:
    *earlier, entry = book.log()
    failures = [*book.faults(), *standing_faults(folder, book)]
    sealed = not any(one.code == "broken_entry" for one in failures)
    figures: Figures | None = None
    left: list[str] = []
    unlike: dict[str, int] = {}
    version = _version(book, entry)
    failures += [*input_faults(folder, version.problem.inputs), *version.failures]
    if version.certificate is not None:
        result |= {"checks": len(version.certificate.checks), "plan_hash": version.certificate.plan_hash}
        figures = Figures.of(version.problem, version.plan)
        if seal := seal_in(version.plan.provenance):
            result["seal"] = seal
        if sealed:
            # Of a casebook that does not hold itself, the exports may be what is right.
            left = differing_exports(folder, book, version.problem, version.plan)
            _recognise(folder, left, unlike, book, version)
    seen = {(one.file, one.code, one.id) for one in failures}
    for before in reversed(earlier):
        if book.is_work(version.entry.version):
            version = _of_the_same_plan(version, before)
        else:
            del version
            version = _version(book, before)
        failures += _not_said_before(version, seen)
        _recognise(folder, left, unlike, book, version)
    failures += [_stale(folder, name) for name in left]
    behind = [*behind_files(folder, book), *(_behind(folder, name, at) for name, at in unlike.items())]
    result["behind"] = [one.file for one in behind]
    return Rebuilt(failures, behind, result, figures)


def _of_the_same_plan(after: _Version, entry: Entry) -> _Version:
    """Return the version before one that changed working tables alone; its plan need not be recounted."""
    if after.certificate is None:
        return replace(after, entry=entry)
    return replace(after, entry=entry, failures=_unlike_the_log(entry, after.certificate))


def _version(book: Casebook, entry: Entry) -> _Version:
    """Return a version as the casebook gives it back, and what the verifier says of it."""
    problem, plan = book.problem(entry.version), book.plan(entry.version)
    try:
        certificate = verify(problem, plan)
    except VerificationError as error:
        return _Version(entry, problem, plan, None, list(error.failures))
    return _Version(entry, problem, plan, certificate, _unlike_the_log(entry, certificate))


def _unlike_the_log(entry: Entry, certificate: Certificate) -> list[Failure]:
    told = (entry.payload.get("plan_hash"), entry.payload.get("problem_hash"))
    same = told == (certificate.plan_hash, certificate.problem_hash)
    return [] if same else [_fault("wrong_version", str(entry.version))]


def _altered(book: Casebook) -> list[Failure]:
    return [_fault("broken_entry", str(entry)) for entry in book.broken_entries()]


def _fault(code: str, subject: str) -> Failure:
    return Failure(CASEBOOK, 0, code, subject, phrase(f"folder.{code}"))


def _not_said_before(version: _Version, seen: set[tuple[str, str, str]]) -> Iterator[Failure]:
    """Yield what is wrong with an earlier version alone; what came with it is wrong in all that follow."""
    for one in version.failures:
        if (one.file, one.code, one.id) not in seen:
            seen.add((one.file, one.code, one.id))
            # Its rows are in no file of the folder, which holds the exports of the last version.
            where = one.file if one.file == CASEBOOK else f"{CASEBOOK}@{version.entry.version}/{one.file}"
            yield replace(one, file=where)


def _recognise(
    folder: Path, left: list[str], unlike: dict[str, int], book: Casebook, version: _Version
) -> None:
    """Strike out the exports that are a version's own, and put down which version that is."""
    if left and version.certificate is not None:
        own = exports_of(
            folder, left, book=book, entry=version.entry, problem=version.problem, plan=version.plan
        )
        for name in own:
            left.remove(name)
            unlike[name] = version.entry.version


def _stale(folder: Path, name: str) -> Failure:
    return Failure(name, 0, "stale_export", "", phrase("cli.stale", folder=quote(str(folder))))


def _behind(folder: Path, name: str, version: int) -> Failure:
    words = phrase("cli.behind", folder=quote(str(folder)), version=version)
    return Failure(name, 0, "behind_export", "", words)
