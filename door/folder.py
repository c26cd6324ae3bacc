"""What `cli.py` composes: read, plan, verify, write and draw, for one province or for a nation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.build.building import provinces_of
from data.build.report import notes
from data.call.asked import tie_break_of
from data.intake import Inputs, read_inputs
from data.process.deadline import tail_seconds
from data.replay import run_table
from data.rules import usage_error
from data.text import phrase, text
from door.nation import Nation, Outcome
from door.province import write_province
from siting.fairness import fair_problem
from siting.in_time import check_time, plan_in_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.nation.resume import Begun
    from data.process.answer import Asked, Stages
    from data.process.deadline import Deadline
    from data.text import Lang


def found_folder(
    inputs: Inputs,
    folder: Path,
    asked: Asked,
    *,
    deadline: Deadline,
    hold: Callable[[], None],
    stages: Stages,
    begun: Begun | None = None,
) -> Outcome:
    """Fill a folder with a plan (or a nation of plans) of the inputs; return its summary and what is missing.

    Parameters
    ----------
    inputs : Inputs
        Files of the run.
    folder : Path
        An empty folder, or one into which the finished provinces of a nation were carried.
    asked : Asked
        How the run was asked for; the ``lang`` of its ``run`` is that in which pages open.
    deadline : Deadline
        When everything is to be written; searches end before it.
    hold : callable
        Told when the search begins: from then on an interrupt keeps what was found.
    stages : Stages
        Told of every stage.
    begun : Begun, optional
        A nation that lacks provinces; only those are planned.

    Raises
    ------
    SitingError
        Of any stage; ``limit_before_plan`` (exit code 5) where the time is too short for any plan;
        ``no_time_limit`` (exit code 2) where a call is to be settled in a time.
    KeyboardInterrupt
        If an interrupt came before there was any plan, or while a call was settled.
    """
    lang, seed, workers = asked.lang, asked.seed, asked.workers
    stages.begin("read", text("cli.stage_read", lang))
    if begun is not None:
        inputs = replace(inputs, seal=str(begun.run.get("seal", "")))
    tables, rules = read_inputs(inputs, tell=lambda note: stages.say(note.line(lang)))
    ties = tie_break_of(inputs.rules, rules, seed, inputs.seal)
    if ties.applies and asked.time_limit is not None:
        raise usage_error(phrase("call.no_time_limit"), code="no_time_limit")
    provinces = provinces_of(tables, rules)
    for note in notes(tables):
        stages.say(note.line(lang))
    page_lang: Lang = asked.run["lang"] if begun is None else begun.page_lang(lang)
    said = run_table(inputs, folder, run=asked.run, seed=seed, key_fingerprint=tables.key_fingerprint)
    with tables.naming_files(), workers.ready() as number:
        if len(provinces) > 1:
            nation = Nation(
                folder=folder,
                rules=rules,
                run=said if begun is None else begun.run,
                seed=seed,
                number=number,
                share_disk=workers.share_disk,
                streams=workers.stream,
                deadline=deadline,
                lang=lang,
                page_lang=page_lang,
                stages=stages,
                file=tables.file,
                ties=ties,
            )
            return nation.found(provinces, hold=hold, begun=begun)
        problem = provinces[0].build()
        if problem.rules.within != rules.for_province(provinces[0].name).within:
            stages.say(text("cli.no_units", lang))
        stages.begin("plan", text("cli.stage_plan", lang, households=len(problem.households)))
        tail = tail_seconds(len(problem.households))
        check_time(deadline, tail)
        if not ties.applies:
            # Who wins a call is settled to its end: nothing is kept of one that was interrupted.
            hold()
        fair = fair_problem(problem, seed=seed, workers=number, stop=deadline.sooner(tail))
        problem = fair.problem
        found = fair.judged(
            plan_in_time(problem, seed=seed, workers=number, stop=deadline.sooner(tail), ties=ties)
        )
    summary = write_province(problem, found, folder, said, lang=lang, page_lang=page_lang, stages=stages)
    return Outcome(summary)
