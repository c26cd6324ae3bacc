"""The plan folder: whole or absent, private, and replaced only by another one."""

from __future__ import annotations

import csv
import glob
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from data.casebook import CASEBOOK, Casebook
from data.disk import exchange, machine_error, sync, write_whole
from data.errors import Exit, Failure, SitingError
from data.exports import SUMMARY, write_exports
from data.summary import to_json
from data.text import text

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.verify.certificate import Certificate

PROVINCES = "provinces"
RUN, RUN_STATS = "run.toml", "run_stats.json"
_PART = ".part"
_UNREADABLE_BY_OTHERS, _ENTERED_BY_OWNER = 0o600, 0o700


def is_plan_folder(folder: Path) -> bool:
    """Whether a folder holds a plan (a casebook) or a nation (a summary and its provinces)."""
    nation = (folder / SUMMARY).is_file() and (folder / PROVINCES).is_dir()
    return folder.is_dir() and (nation or (folder / CASEBOOK).is_file())


def check_place(out: Path, *, overwrite: bool) -> None:
    """Refuse a place for a folder before any work is done.

    Raises
    ------
    SitingError
        If something stands there and may not be replaced (``exists``, ``not_a_plan_folder``).
    """
    if not os.path.lexists(out):
        return
    if not overwrite:
        raise SitingError(text("folder.exists", path=out.name), code="exists", exit_code=Exit.REFUSED)
    if not is_plan_folder(out):
        message = text("folder.not_a_plan_folder", path=out.name)
        raise SitingError(message, code="not_a_plan_folder", exit_code=Exit.REFUSED)


def write_folder(out: Path, *, overwrite: bool, fill: Callable[[Path], None]) -> None:
    """Make a private folder that is whole or absent.

    It is filled beside its place, brought to the disk and moved there. What a killed run left beside is swept
    away by the next.

    Parameters
    ----------
    out : Path
        Where the folder is to be.
    overwrite : bool
        Whether it may replace a plan folder that stands there; nothing of that is kept.
    fill : callable
        Writes the content into the folder it is given.

    Raises
    ------
    SitingError
        If the place is taken, or the machine fails; then all is as it was before.
    """
    check_place(out, overwrite=overwrite)
    place = out.resolve()
    made = _missing_parents(place)
    beside: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        beside = Path(
            tempfile.mkdtemp(prefix=f".{place.name}.{os.getpid()}.", suffix=_PART, dir=place.parent)
        )
        fill(beside)
        _settle(beside)
        # Somebody else may have written there while this was filled.
        check_place(out, overwrite=overwrite)
        _move(beside, place)
    except BaseException as error:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
        for folder in made:
            _remove_if_empty(folder)
        if isinstance(error, OSError):
            raise machine_error(error, out) from error
        raise


def write_plan(
    temp: Path,
    problem: Problem,
    plan: Plan,
    certificate: Certificate,
    *,
    run: Mapping[str, Any],
    stats: Mapping[str, Any],
    who: str = "",
    why: str = "",
) -> dict[str, Any]:
    """Write the casebook of a new plan and everything exported from it; return the summary.

    Parameters
    ----------
    temp : Path
        The folder that `write_folder` gives to fill.
    problem, plan : Problem, Plan
        What was planned.
    certificate : Certificate
        The verifier's, of this very plan.
    run : mapping
        What replays the run, for ``run.toml``; a None is left out.
    stats : mapping
        Seconds by stage, peak_mb, machine, for ``run_stats.json``: all that differs from run to run.
    who, why : str
        For the casebook's log.
    """
    book = Casebook.create(
        temp / CASEBOOK, problem, plan, certificate, seed=plan.provenance.get("seed"), who=who, why=why
    )
    summary = write_exports(temp, problem, plan, head=book.head, version=book.version)
    write_whole(temp / RUN, tomli_w.dumps(_without_none(run)).encode())
    write_whole(temp / RUN_STATS, to_json(dict(stats)))
    return summary


def write_failures(out: Path, failures: Sequence[Failure]) -> Path:
    """Write every failing row to ``DIR.failures.csv`` beside ``DIR`` and return that file.

    Raises
    ------
    SitingError
        If the machine fails.
    """
    target = out.parent / f"{out.name}.failures.csv"
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["file", "row", "code", "id", "message"])
    writer.writerows(
        [failure.file, failure.row, failure.code, failure.id, failure.message] for failure in sorted(failures)
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, written.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise machine_error(error, target) from error
    return target


def _settle(folder: Path) -> None:
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            file = Path(root, name)
            file.chmod(_UNREADABLE_BY_OTHERS)
            sync(file)
        Path(root).chmod(_ENTERED_BY_OWNER)
        sync(Path(root))


def _move(beside: Path, place: Path) -> None:
    if not place.exists():
        beside.rename(place)
    elif exchange(beside, place):
        shutil.rmtree(beside, ignore_errors=True)
    else:
        old = beside.with_suffix(".old")
        place.rename(old)
        try:
            beside.rename(place)
        except BaseException:
            old.rename(place)
            raise
        shutil.rmtree(old, ignore_errors=True)
    sync(place.parent)


def _sweep(place: Path) -> None:
    """Remove what runs that were killed left beside a place; a run that still lives keeps its own."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.*{_PART}"):
        number = left.name.removeprefix(f".{place.name}.").split(".")[0]
        if left.is_dir() and number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name == "nt":
        # There, asking would end the process.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _missing_parents(place: Path) -> list[Path]:
    return [folder for folder in place.parents if not folder.exists()]


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _without_none(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(one) if isinstance(one, Mapping) else one
        for key, one in value.items()
        if one is not None
    }
