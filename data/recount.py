"""A whole folder of record, recounted without the solver: the plan, its casebook and everything beside it."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, Failure, SitingError
from data.exports import stale_exports
from data.nation import PROVINCES
from data.nation_check import Figures, nation_faults, province_folders
from data.standing import input_faults, standing_faults
from data.text import phrase
from data.verify import VerificationError, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def recount(folder: Path, *, tell: Callable[[dict[str, Any]], None] = lambda _: None) -> list[dict[str, Any]]:
    """Recount a folder and return what holds, one record a plan.

    Parameters
    ----------
    folder : Path
        Of a plan, or of a nation.
    tell : callable
        Told of every plan that holds, as soon as it is recounted: also where another does not.

    Returns
    -------
    list of dict
        ``path``, ``version``, ``head``, ``checks`` (their number) and ``plan_hash`` of each plan.

    Raises
    ------
    SitingError
        Exit code 7 when anything differs, with all of it and by the names of the files in the folder; a
        nation that lacks a province is none either, for its households are nowhere. Exit code 3 when the
        casebook of a plan cannot be read at all.
    """
    is_nation = (folder / PROVINCES).is_dir()
    failures: list[Failure] = []
    results = []
    figures: dict[str, Figures] = {}
    for place in province_folders(folder) if is_nation else [folder]:
        inside = f"{PROVINCES}/{place.name}/" if is_nation else ""
        try:
            found, result, counted = _recounted(place)
        except SitingError as error:
            if not is_nation:
                raise
            failures.append(Failure(inside + CASEBOOK, 0, error.code, "", error.words))
        else:
            failures += [replace(one, file=inside + one.file) for one in found]
            results.append(result)
            if not found:
                tell(result)
            if is_nation and counted is not None:
                figures[place.name] = counted
    if is_nation:
        failures = [*nation_faults(folder, figures), *failures]
    if failures:
        raise SitingError(
            phrase("cli.does_not_hold"),
            code=failures[0].code,
            exit_code=Exit.VERIFICATION_FAILED,
            failures=failures,
        )
    return results


def _recounted(folder: Path) -> tuple[list[Failure], dict[str, Any], Figures | None]:
    book = Casebook.open(folder / CASEBOOK)
    problem, plan = book.problem(), book.plan()
    failures = [*book.faults(), *standing_faults(folder, book), *input_faults(folder, problem.inputs)]
    sealed = not any(one.code == "broken_entry" for one in failures)
    checks, plan_hash, figures = 0, "", None
    try:
        certificate = verify(problem, plan)
    except VerificationError as error:
        failures += error.failures
    else:
        checks, plan_hash = len(certificate.checks), certificate.plan_hash
        figures = Figures.of(problem, plan)
        if sealed:
            # Of a casebook that does not hold itself, the exports may be what is right.
            failures += [
                Failure(name, 0, "stale_export", "", phrase("cli.stale", folder=quote(str(folder))))
                for name in stale_exports(folder, book)
            ]
    result = {
        "path": folder.name,
        "version": book.version,
        "head": book.head,
        "checks": checks,
        "plan_hash": plan_hash,
    }
    return failures, result, figures
