"""The plan folder: whole or absent, private, and replaced only by another one."""

from __future__ import annotations

import csv
import glob
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.cells import guarded
from data.disk import exchange, machine_error, shown_name, sync, write_whole
from data.errors import Exit, Failure, SitingError
from data.exports import write_exports
from data.hashing import file_hash
from data.kinds import PLAN
from data.standing import RUN, map_hashes, run_bytes
from data.summary import to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from data.kinds import Kind
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.verify.certificate import Certificate

RUN_STATS = "run_stats.json"
_PART = ".part"
_UNREADABLE_BY_OTHERS, _ENTERED_BY_OWNER = 0o600, 0o700


def check_place(out: Path, *, overwrite: bool, kind: Kind = PLAN) -> None:
    """Refuse a place for a folder before any work is done.

    Raises
    ------
    SitingError
        If something stands there and may not be replaced: ``exists``, or what ``kind`` says of a folder of
        another kind.
    """
    if not os.path.lexists(out):
        return
    if not overwrite:
        message = phrase("folder.exists", path=shown_name(out))
        raise SitingError(message, code="exists", exit_code=Exit.REFUSED)
    if not kind.is_there(out):
        message = phrase(f"folder.{kind.refusal}", path=shown_name(out))
        raise SitingError(message, code=kind.refusal, exit_code=Exit.REFUSED)


def write_folder(out: Path, *, overwrite: bool, fill: Callable[[Path], None], kind: Kind = PLAN) -> None:
    """Make a private folder that is whole or absent.

    It is filled beside its place, brought to the disk and moved there. What a killed run left beside is swept
    away by the next.

    Parameters
    ----------
    out : Path
        Where the folder is to be.
    overwrite : bool
        Whether it may replace a folder of its own kind that stands there; nothing of that is kept.
    fill : callable
        Writes the content into the folder it is given.
    kind : Kind
        What it is, a plan unless told.

    Raises
    ------
    SitingError
        If the place is taken, or the machine fails; then all is as it was before.
    """
    check_place(out, overwrite=overwrite, kind=kind)
    place = out.resolve()
    made = _missing_parents(place)
    beside: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        sweep(place)
        beside = Path(
            tempfile.mkdtemp(prefix=f".{place.name}.{os.getpid()}.", suffix=_PART, dir=place.parent)
        )
        fill(beside)
        settle(beside)
        # Somebody else may have written there while this was filled.
        check_place(out, overwrite=overwrite, kind=kind)
        put_in_place(beside, place)
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
    who: str = "",
    why: str = "",
    draw: Callable[[str], object] | None = None,
) -> dict[str, Any]:
    """Write the casebook of a new plan and everything exported from it; return the summary.

    The summary lists the hash of every export and of every file of the map. That of ``run.toml`` is in the
    casebook alone: it says where the inputs lie, and the summary must be the same bytes wherever that is.
    ``run_stats.json`` (`write_stats`) is hashed nowhere, for no two runs have the same.

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
    who, why : str
        For the casebook's log.
    draw : callable, optional
        Draws ``map/``, given the head of the record; without it, what stands there is the map.
    """
    book = Casebook.create(
        temp / CASEBOOK, problem, plan, certificate, seed=plan.provenance.get("seed"), who=who, why=why
    )
    if draw is not None:
        draw(book.head)
    drawn = map_hashes(temp)
    summary = write_exports(temp, problem, plan, head=book.head, version=book.version, drawn=drawn)
    write_whole(temp / RUN, run_bytes(run))
    book.note_files({**drawn, RUN: file_hash(temp / RUN)})
    return summary


def write_stats(folder: Path, stats: Mapping[str, Any]) -> None:
    """Write ``run_stats.json``: seconds by stage, peak_mb and machine, all that differs from run to run."""
    write_whole(folder / RUN_STATS, to_json(dict(stats)))


def write_failures(out: Path, failures: Sequence[Failure], *, lang: Lang = "en") -> Path:
    """Write every failing row to ``DIR.failures.csv`` beside ``DIR``, in ``lang``, and return that file.

    Raises
    ------
    SitingError
        If the machine fails.
    """
    beside = out if out.name not in ("", "..") else out.resolve()
    target = beside.parent / f"{beside.name}.failures.csv"
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["file", "row", "code", "id", "message"])
    writer.writerows(
        [guarded(failure.file), failure.row, failure.code, guarded(failure.id), guarded(failure.said(lang))]
        for failure in sorted(failures)
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, written.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise machine_error(error, target) from error
    return target


def settle(folder: Path) -> None:
    """Make a folder and all in it private, and bring it to the disk."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            file = Path(root, name)
            file.chmod(_UNREADABLE_BY_OTHERS)
            sync(file)
        Path(root).chmod(_ENTERED_BY_OWNER)
        sync(Path(root))


def put_in_place(beside: Path, place: Path) -> None:
    """Let a folder take the place of another, which goes, in one step where the system can.

    Parameters
    ----------
    beside : Path
        Whole, private and on the disk; on the disk of `place`.
    place : Path
        Where it is to be.
    """
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


def sweep(place: Path) -> None:
    """Remove what runs that were killed left beside a place; a run that still lives keeps its own.

    Parameters
    ----------
    place : Path
        Hidden folders beside it that begin with its name and a process number, and end in ``.part``, go.
    """
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
