"""One province: planned, verified, drawn and written, here or on the worker of a cluster."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from joblib import parallel_config

from data.build.check import NOT_IN_PHASE
from data.disk import machine_error
from data.errors import Exit, SitingError
from data.folder import write_plan, write_stats
from data.plan import seal_in
from data.privacy.publishing import published
from data.process.answer import Stages
from data.standing import MAP
from data.text import phrase, text
from data.verify import verify
from maps import draw
from maps.origin import Origin
from siting import plan_sites
from siting.fairness import fair_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from data.call.order import TieBreak
    from data.plan import Plan
    from data.problem import Problem
    from data.process.deadline import Deadline
    from data.text import Lang, Phrase

_UNFIT_FOR_A_PAGE: Mapping[int, str] = MappingProxyType(
    {
        Exit.BUG: "lost_bug",
        Exit.MACHINE: "lost_machine",
        Exit.VERIFICATION_FAILED: "lost_unproven",
    }
)


@dataclass(frozen=True)
class Order:
    """What a province is to be founded with.

    Attributes
    ----------
    code, province : str
        Name of its folder, and its own.
    folder : Path or None
        Where its folder is to stand; None for a worker that does not see this disk, which sends the files.
    run : mapping
        What replays the run from there.
    seed : int
        Seed of the run.
    stop : Deadline
        Ends the search.
    lang : {"fa", "en"}
        Language the map opens in.
    centers_by_unit : mapping of str to int, or None
        Centers by unit, where they were shared out over the nation.
    ties : TieBreak
        How applicants are told apart whom kilometres are not enough for.
    """

    code: str
    province: str
    folder: Path | None
    run: Mapping[str, Any]
    seed: int
    stop: Deadline
    lang: Lang
    centers_by_unit: Mapping[str, int] | None
    ties: TieBreak


@dataclass(frozen=True)
class Founded:
    """A province that is planned.

    Attributes
    ----------
    code : str
        Name of its folder.
    summary : mapping
        Its ``summary.json`` with ``code`` and ``province``.
    loads : ndarray of int, shape (n_centers,)
        Cases of every center.
    km : ndarray of float, shape (2, n)
        Kilometres and cases of every served household.
    files : mapping of str to bytes
        Its folder by path, where that could not be written to its place.
    peak_mb : float or None
        Largest size of the process that founded it.
    """

    code: str
    summary: Mapping[str, Any]
    loads: NDArray[np.int64]
    km: NDArray[np.float64]
    files: Mapping[str, bytes]
    peak_mb: float | None

    @property
    def is_at_rest(self) -> bool:
        """Whether all its households are of a later phase."""
        return bool(self.summary["unassigned_by_reason"].get(NOT_IN_PHASE, 0) == self.summary["households"])

    @classmethod
    def of(
        cls,
        plan: Plan,
        summary: Mapping[str, Any],
        *,
        code: str,
        province: str,
        files: Mapping[str, bytes],
    ) -> Founded:
        """Take from a plan what its nation needs of it."""
        km = plan.assignments[["km", "cases"]].to_numpy(dtype=float).T
        named = {**summary, "code": code, "province": province}
        return cls(code, named, plan.centers["cases"].to_numpy(), km, files, _peak_mb())


@dataclass(frozen=True)
class Lost:
    """A province that is not planned, and why.

    Attributes
    ----------
    code, province : str
        Name of its folder, and its own.
    error : SitingError
        What stopped it.
    trace : str
        Where, for a bug.
    """

    code: str
    province: str
    error: SitingError
    trace: str = ""

    @property
    def reason(self) -> str:
        """Code of what stopped it: of the first failing row where there are any."""
        return self.error.failures[0].code if self.error.failures else self.error.code

    @property
    def why(self) -> Phrase | str:
        """What stopped it, for a page that is handed on.

        What a bug or the machine said may hold paths and values, and what the verifier found names
        applicants: of these the page says only what kind of failure it was.
        """
        if self.error.exit_code in _UNFIT_FOR_A_PAGE:
            return phrase(f"maps.{_UNFIT_FOR_A_PAGE[self.error.exit_code]}")
        if not self.error.failures:
            return self.error.words
        first = self.error.failures[0].words
        return phrase("maps.lost_rows", count=len(self.error.failures), first=first)

    def naming(self, file: Callable[[str], str]) -> Lost:
        """Name the user's files in what a stage refused that knows only their roles."""
        rows = [replace(one, file=file(one.file)) for one in self.error.failures]
        if rows == list(self.error.failures):
            return self
        error = SitingError(
            self.error.words, code=self.error.code, exit_code=self.error.exit_code, failures=rows
        )
        return replace(self, error=error)

    @classmethod
    def to(cls, error: BaseException, *, code: str, province: str) -> Lost:
        """Say of any error what it is to a user."""
        if isinstance(error, SitingError):
            return cls(code, province, error)
        if isinstance(error, OSError):
            return cls(code, province, machine_error(error, Path(str(error.filename or code))))
        if isinstance(error, MemoryError):
            words = phrase("cli.out_of_memory")
            return cls(code, province, SitingError(words, code="out_of_memory", exit_code=Exit.MACHINE))
        words = phrase("cli.bug", kind=type(error).__name__, what=str(error))
        trace = "".join(traceback.format_exception(error))
        return cls(code, province, SitingError(words, code="bug", exit_code=Exit.BUG), trace)


def found_province(problem: Problem, order: Order) -> Founded | Lost:
    """Found a province in a process of its own; whatever goes wrong is its loss alone.

    Parameters
    ----------
    problem : Problem
        Of the province.
    order : Order
        What it is to be founded with.
    """
    made = None if order.folder is not None else Path(tempfile.mkdtemp(prefix="siting-province-"))
    folder = order.folder or made
    try:
        # Units of a province are not spread again over workers that are busy with provinces.
        with parallel_config(backend="sequential"):
            return _founded(problem, order, Path(str(folder)), send=made is not None)
    except Exception as error:  # noqa: BLE001 - one province must not lose the others
        if order.folder is not None:
            shutil.rmtree(order.folder, ignore_errors=True)
        return Lost.to(error, code=order.code, province=order.province)
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _founded(problem: Problem, order: Order, folder: Path, *, send: bool) -> Founded:
    if order.stop.is_interrupted:
        raise interrupted_error()
    # A worker that died may have left a part of it.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stages = Stages(quiet=True)
    shared = order.centers_by_unit
    if shared is not None:
        own = replace(problem.rules, centers=sum(shared.values()))
        problem = replace(problem, rules=own)
    stages.begin("plan", "")
    fair = fair_problem(problem, seed=order.seed, centers_by_unit=shared, stop=order.stop)
    problem = fair.problem
    found = fair.judged(
        plan_sites(problem, seed=order.seed, centers_by_unit=shared, stop=order.stop, ties=order.ties)
    )
    if order.stop.is_interrupted:
        # It would not be the plan that --resume is to give.
        raise interrupted_error()
    summary = write_province(
        problem, found, folder, order.run, lang=order.lang, page_lang=order.lang, stages=stages
    )
    files = {}
    if send:
        paths = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in paths}
    return Founded.of(found, summary, code=order.code, province=order.province, files=files)


def interrupted_error() -> SitingError:
    """Return the error of a province that an interrupt left unplanned."""
    words = phrase("cli.province_interrupted")
    return SitingError(words, code="interrupted", exit_code=Exit.INTERRUPTED)


def write_province(
    problem: Problem,
    found: Plan,
    folder: Path,
    run: Mapping[str, Any],
    *,
    lang: Lang,
    page_lang: Lang,
    stages: Stages,
) -> dict[str, Any]:
    """Verify a plan, draw it in ``page_lang`` and write its folder, told in ``lang``; return its summary.

    Raises
    ------
    VerificationError
        If the plan does not hold; then nothing is written.
    """
    stages.begin("verify", text("cli.stage_verify", lang))
    certificate = verify(problem, found)
    stages.begin("write", text("cli.stage_write", lang))

    def draw_page(head: str) -> None:
        stages.begin("draw", text("cli.stage_draw", lang))
        draw(
            folder / MAP,
            plan=found,
            boundaries=problem.boundaries,
            lang=page_lang,
            origin=Origin(1, head, seal=seal_in(found.provenance)),
            shown=published(problem, found),
        )
        stages.begin("write", text("cli.stage_write", lang))

    summary = write_plan(folder, problem, found, certificate, run=run, draw=draw_page)
    stages.end()
    write_stats(folder, stats(stages))
    return summary


def stats(stages: Stages, *, workers_mb: Iterable[float | None] = ()) -> dict[str, Any]:
    """Return what ``run_stats.json`` holds; ``peak_mb`` is of the largest process."""
    peaks = [one for one in (_peak_mb(), *workers_mb) if one is not None]
    return {
        "seconds": dict(stages.seconds),
        "peak_mb": max(peaks, default=None),
        "machine": {"cores": os.cpu_count(), "platform": platform.platform()},
    }


def _peak_mb() -> float | None:
    """Return the largest resident size of this process or one of its workers, MB; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not on Windows

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    bytes_a_unit = 1 if sys.platform == "darwin" else 1024
    return round(max(own, others) * bytes_a_unit / 1024**2, 1)
