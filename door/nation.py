"""A nation: every province built, solved, written and let go; one that fails is its own loss."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from data.build.check import nobody_to_serve
from data.casebook import CASEBOOK, Casebook
from data.disk import write_whole
from data.errors import Exit, SitingError
from data.folder import write_stats
from data.nation.folder import PROVINCES, SUMMARY, nation_summary, province_codes, write_nation
from data.nation.provinces import each_built
from data.problem import Problem
from data.process.deadline import NATION_TAIL_SECONDS, Deadline, tail_seconds
from data.process.interrupts import limit_error
from data.process.progress import Bar
from data.replay import seen_from
from data.text import text
from door.province import Founded, Lost, Order, interrupted_error, stats
from door.work import Work
from maps import Missing, draw_nation
from siting.in_time import check_time
from siting.sharing import share_out_nation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from data.build.building import Province
    from data.call.order import TieBreak
    from data.errors import Failure
    from data.nation.resume import Begun
    from data.process.answer import Stages
    from data.rules import Rules
    from data.text import Lang


@dataclass(frozen=True)
class Outcome:
    """What a run wrote, and the provinces that it could not.

    Attributes
    ----------
    summary : mapping
        Of the plan or of the nation.
    lost : tuple of Lost
        The provinces that are missing.
    """

    summary: dict[str, Any]
    lost: tuple[Lost, ...] = ()

    @property
    def exit_code(self) -> int:
        """That of the worst loss; without any, that not everyone is served."""
        codes = [int(one.error.exit_code) for one in self.lost]
        return max(codes, key=severity, default=int(Exit.NOT_EVERYONE_SERVED))

    @property
    def failing_rows(self) -> list[Failure]:
        """Every row that kept a province from being planned."""
        return [row for one in self.lost if _is_of_input(one) for row in one.error.failures]

    def advice(self, lang: Lang) -> list[str]:
        """Return which provinces are missing and what would add them; nothing when all are there."""
        if not self.lost:
            return []
        names = ("، " if lang == "fa" else ", ").join(one.province for one in self.lost)
        lines = [text("cli.missing", lang, count=len(self.lost), names=names)]
        if any(_is_of_input(one) for one in self.lost):
            lines.append(text("cli.missing_mend", lang))
        if not all(_is_of_input(one) for one in self.lost):
            lines.append(text("cli.missing_resume", lang))
        return lines


@dataclass(frozen=True)
class Nation:
    """What is common to all provinces of a run.

    Attributes
    ----------
    folder : Path
        The nation's.
    rules : Rules
        Of the whole nation.
    run : mapping
        What replays the run.
    seed : int
        Seed of the run.
    number : int
        Workers.
    share_disk : bool
        Whether they see the folder.
    streams : bool
        Whether each result comes as soon as it is there.
    deadline : Deadline
        When everything is to be written.
    lang, page_lang : {"fa", "en"}
        Language of messages, and the one that pages open in.
    stages : Stages
        Told of every stage.
    file : callable
        Returns the name of an input's file by its role.
    ties : TieBreak
        How applicants are told apart whom kilometres are not enough for.
    """

    folder: Path
    rules: Rules
    run: Mapping[str, Any]
    seed: int
    number: int
    share_disk: bool
    streams: bool
    deadline: Deadline
    lang: Lang
    page_lang: Lang
    stages: Stages
    file: Callable[[str], str]
    ties: TieBreak

    def found(
        self, provinces: Sequence[Province], *, hold: Callable[[], None], begun: Begun | None = None
    ) -> Outcome:
        """Found every province that is not finished, and write the nation.

        Parameters
        ----------
        provinces : sequence of Province
            All of them, in the order of their names.
        hold : callable
            Told when the first search begins.
        begun : Begun, optional
            Whose finished provinces stay.

        Raises
        ------
        SitingError
            The worst of the provinces, when not one could be planned; ``no_households`` for all of them where
            nobody is to be served in any.
        KeyboardInterrupt
            If an interrupt came before one was planned.
        """
        codes = province_codes([one.name for one in provinces])
        shared = self._shared(provinces, codes)
        kept = {} if begun is None else _kept(begun, self.folder)
        wanted = {code: one for code, one in zip(codes, provinces, strict=True) if code not in kept}
        work = sum(tail_seconds(one.households) for one in wanted.values()) / self.number
        check_time(self.deadline, work + NATION_TAIL_SECONDS)
        hold()
        households = sum(one.households for one in wanted.values())
        self.stages.begin("plan", text("cli.stage_plan", self.lang, households=households))
        done: dict[str, Founded] = dict(kept)
        lost: dict[str, Lost] = {}
        with Bar(provinces=len(wanted), households=households, lang=self.lang) as bar:
            order = partial(self._order, shared)
            for outcome in Work(wanted, order, self.number, self.deadline, self.streams).outcomes():
                self._take(outcome, done, lost)
                bar.advance(wanted[outcome.code].households)
        for code, province in wanted.items():
            if code not in done and code not in lost:
                lost[code] = self._never_begun(code, province)
        if all(one.is_at_rest for one in done.values()):
            self._nothing(list(done.values()), list(lost.values()))
        return self._written(
            [done[code] for code in codes if code in done],
            [lost[one] for one in codes if one in lost],
            wanted,
        )

    def _shared(self, provinces: Sequence[Province], codes: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Return the centers of each province's units where a number is shared out over all of them.

        A province where nobody is to be served gets none beside those that stand there.
        """
        if not isinstance(self.rules.centers, int):
            return {}
        self.stages.begin("share", text("cli.stage_share", self.lang, provinces=len(provinces)))
        code_of = {one.name: code for code, one in zip(codes, provinces, strict=True)}
        served = (
            (code_of[one.name], problem)
            for one, problem in each_built(provinces)
            if isinstance(problem, Problem)
        )
        return share_out_nation(served, seed=self.seed)

    def _order(
        self, shared: Mapping[str, Mapping[str, int]], code: str, province: str, stop: Deadline
    ) -> Order:
        return Order(
            code=code,
            province=province,
            folder=self.folder / PROVINCES / code if self.share_disk else None,
            run=seen_from(self.run, f"{PROVINCES}/{code}"),
            seed=self.seed,
            stop=stop,
            lang=self.page_lang,
            centers_by_unit=shared.get(code),
            ties=self.ties,
        )

    def _take(self, outcome: Founded | Lost, done: dict[str, Founded], lost: dict[str, Lost]) -> None:
        if isinstance(outcome, Founded):
            try:
                _unpack(outcome.files, self.folder / PROVINCES / outcome.code)
            except OSError as error:
                shutil.rmtree(self.folder / PROVINCES / outcome.code, ignore_errors=True)
                outcome = Lost.to(error, code=outcome.code, province=str(outcome.summary["province"]))
            else:
                done[outcome.code] = replace(outcome, files={})
                return
        outcome = outcome.naming(self.file)
        lost[outcome.code] = outcome
        if outcome.error.exit_code != Exit.INTERRUPTED:
            self.stages.say(text("cli.province_lost", self.lang, province=outcome.province))
            for line in [*outcome.error.lines(self.lang), *outcome.trace.splitlines()]:
                self.stages.say(f"  {line}")

    def _never_begun(self, code: str, province: Province) -> Lost:
        error = interrupted_error() if self.deadline.is_interrupted else limit_error()
        return Lost(code, province.name, error)

    def _nothing(self, resting: Sequence[Founded], lost: Sequence[Lost]) -> None:
        """Raise what keeps a nation from having anybody served."""
        if not lost:
            told = [(str(one.summary["province"]), one.summary["unassigned_by_reason"]) for one in resting]
            raise SitingError.of([nobody_to_serve(province, left) for province, left in told])
        if any(one.error.exit_code == Exit.INTERRUPTED for one in lost):
            raise KeyboardInterrupt
        raise max(lost, key=lambda one: severity(one.error.exit_code)).error

    def _written(
        self, done: Sequence[Founded], lost: Sequence[Lost], wanted: Mapping[str, Province]
    ) -> Outcome:
        self.stages.begin("write", text("cli.stage_write", self.lang))
        summaries = [one.summary for one in done]
        loads = np.concatenate([one.loads for one in done])
        km = np.concatenate([one.km for one in done], axis=1)
        missing = [
            {
                "code": one.code,
                "province": one.province,
                "households": wanted[one.code].households,
                "reason": one.reason,
            }
            for one in lost
        ]
        summary = nation_summary(
            summaries, loads=loads, km=km[0], cases=km[1], rules=self.rules, missing=missing
        )
        draw_nation(
            self.folder / "map",
            summaries=summaries,
            km=summary["km"],
            missing=[Missing(one.province, wanted[one.code].households, one.why, one.reason) for one in lost],
            lang=self.page_lang,
        )
        summary = write_nation(self.folder, summary, run=self.run)
        self.stages.end()
        write_stats(self.folder, stats(self.stages, workers_mb=[one.peak_mb for one in done]))
        return Outcome(summary, tuple(lost))


def _is_of_input(lost: Lost) -> bool:
    return lost.error.exit_code == Exit.INVALID_INPUT


def severity(code: int) -> int:
    """Return how bad an exit code is: a bug is the worst, then the machine, a plan that does not hold, ..."""
    order = (Exit.DONE, Exit.NOT_EVERYONE_SERVED, Exit.USAGE, Exit.REFUSED, Exit.LIMIT_BEFORE_PLAN)
    worse = (Exit.INVALID_INPUT, Exit.VERIFICATION_FAILED, Exit.MACHINE, Exit.BUG, Exit.INTERRUPTED)
    return (*order, *worse).index(Exit(code))


def _kept(begun: Begun, folder: Path) -> dict[str, Founded]:
    """Return the finished provinces as their own folders have them, by code."""
    names = {one["code"]: one["province"] for one in begun.summary["provinces"]}
    kept = {}
    for code in begun.finished:
        inside = folder / PROVINCES / code
        summary = json.loads((inside / SUMMARY).read_text(encoding="utf-8"))
        plan = Casebook.open(inside / CASEBOOK).plan()
        kept[code] = Founded.of(plan, summary, code=code, province=names[code], files={})
    return kept


def _unpack(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, content)
