"""What `cli.py` composes: read, plan, verify, write and draw, for one province or for a nation."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from data.build import build_problems
from data.check_report import notes
from data.folder import write_plan, write_stats
from data.intake import Inputs, read_inputs
from data.nation import PROVINCES, nation_summary, province_codes, write_nation
from data.replay import run_table, seen_from
from data.text import text
from data.verify import verify
from maps import draw, draw_nation
from siting import plan_sites, share_out_nation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from data.answer import Stages
    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules
    from data.text import Lang


def found_folder(
    inputs: Inputs,
    folder: Path,
    *,
    run: Mapping[str, Any],
    seed: int,
    workers: int,
    stop: Callable[[], bool],
    lang: Lang,
    stages: Stages,
) -> dict[str, Any]:
    """Fill a folder with a plan (or a nation of plans) of the inputs; return its summary.

    Parameters
    ----------
    inputs : Inputs
        Files of the run.
    folder : Path
        An empty folder.
    run : mapping
        How the run was asked for, for ``run.toml``.
    seed, workers
        As `siting.plan_sites`.
    stop : callable
        Ends the search.
    lang : {"fa", "en"}
        Language the map opens in.
    stages : Stages
        Told of every stage.

    Raises
    ------
    SitingError
        Of any stage.
    """
    stages.begin("read", text("cli.stage_read", lang))
    tables, rules = read_inputs(inputs, tell=lambda note: stages.say(note.line(lang)))
    problems = list(build_problems(tables, rules))
    for note in notes(tables):
        stages.say(note.line(lang))
    said = run_table(inputs, folder, run=run, seed=seed, key_fingerprint=tables.key_fingerprint)
    if len(problems) > 1:
        return _found_nation(
            problems,
            folder,
            said,
            rules=rules,
            seed=seed,
            workers=workers,
            stop=stop,
            lang=lang,
            stages=stages,
        )
    problem = problems[0]
    if problem.rules.within != rules.for_province(_province(problem)).within:
        stages.say(text("cli.no_units", lang))
    stages.begin("plan", text("cli.stage_plan", lang, households=len(problem.households)))
    found = plan_sites(problem, seed=seed, workers=workers, stop=stop)
    return _write(problem, found, folder, said, lang=lang, stages=stages)


def _province(problem: Problem) -> str:
    """Return the province most households name."""
    return str(problem.households["province"].mode().iloc[0])


def _write(
    problem: Problem, found: Plan, folder: Path, said: Mapping[str, Any], *, lang: Lang, stages: Stages
) -> dict[str, Any]:
    stages.begin("verify", text("cli.stage_verify", lang))
    certificate = verify(problem, found)
    stages.begin("draw", text("cli.stage_draw", lang))
    draw(folder / "map", plan=found, boundaries=problem.boundaries, lang=lang)
    stages.begin("write", text("cli.stage_write", lang))
    summary = write_plan(folder, problem, found, certificate, run=said)
    stages.end()
    write_stats(folder, _stats(stages))
    return summary


def _stats(stages: Stages) -> dict[str, Any]:
    return {
        "seconds": dict(stages.seconds),
        "peak_mb": _peak_mb(),
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


def _found_nation(
    problems: list[Problem],
    folder: Path,
    said: Mapping[str, Any],
    *,
    rules: Rules,
    seed: int,
    workers: int,
    stop: Callable[[], bool],
    lang: Lang,
    stages: Stages,
) -> dict[str, Any]:
    stages.begin("share", text("cli.stage_share", lang, provinces=len(problems)))
    places = share_out_nation(problems, seed=seed)
    codes = province_codes([_province(problem) for problem in problems])
    stages.begin(
        "plan", text("cli.stage_plan", lang, households=sum(len(one.households) for one in problems))
    )
    jobs = (
        delayed(_found_province)(
            problem,
            folder / PROVINCES / code,
            places[number],
            seen_from(said, f"{PROVINCES}/{code}"),
            seed=seed,
            stop=stop,
            lang=lang,
        )
        for number, (problem, code) in enumerate(zip(problems, codes, strict=True))
    )
    results = list(Parallel(n_jobs=workers, return_as="generator", pre_dispatch=workers)(jobs))
    stages.begin("write", text("cli.stage_write", lang))
    summaries = [{**one, "code": code} for (one, _, _), code in zip(results, codes, strict=True)]
    centers = pd.concat([one for _, one, _ in results], ignore_index=True)
    km = np.concatenate([one for _, _, one in results], axis=1)
    summary = nation_summary(summaries, loads=centers["cases"].to_numpy(), km=km[0], cases=km[1], rules=rules)
    draw_nation(folder / "map", summaries=summaries, centers=centers, lang=lang, title=problems[0].scenario)
    summary = write_nation(folder, summary, run=said)
    stages.end()
    write_stats(folder, _stats(stages))
    return summary


def _found_province(
    problem: Problem,
    folder: Path,
    places: Mapping[str, int],
    said: Mapping[str, Any],
    *,
    seed: int,
    stop: Callable[[], bool],
    lang: Lang,
) -> tuple[dict[str, Any], pd.DataFrame, np.ndarray[Any, np.dtype[np.float64]]]:
    from data.answer import Stages  # noqa: PLC0415 - made anew in this process

    folder.mkdir(parents=True)
    stages = Stages(quiet=True)
    if isinstance(problem.rules.centers, int):
        problem = replace(problem, rules=replace(problem.rules, centers=sum(places.values())))
    stages.begin("plan", "")
    found = plan_sites(problem, seed=seed, places=places, stop=stop)
    summary = _write(problem, found, folder, said, lang=lang, stages=stages)
    summary["province"] = _province(problem)
    centers = found.centers[["lon", "lat", "cases", "max_cases"]]
    return summary, centers, found.assignments[["km", "cases"]].to_numpy(dtype=float).T
