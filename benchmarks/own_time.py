"""Where the time of `plan_sites` goes: a demo's plan in one process, profiled by cProfile."""

from __future__ import annotations

import cProfile
import pstats
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.apart import ROOT
from benchmarks.work import Work
from data.build.building import build_problems
from data.intake import Inputs, read_inputs
from data.scenarios import make_scenario, write_inputs
from siting.plan import plan_sites

TOP = 10


def lorestan(scale: float | None) -> Work[pstats.Stats]:
    """Plan Lorestan, or whole counties with about a share of its cases."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_inputs(make_scenario("lorestan", seed=0, scale=scale), Path(folder))
        inputs = Inputs(
            files["households"],
            applicants=files["applicants"],
            boundaries=(files["boundaries"],),
            rules=files["rules"],
        )
        tables, rules = read_inputs(inputs)
        (problem,) = build_problems(tables, rules)

    def run() -> pstats.Stats:
        profile = cProfile.Profile()
        profile.runcall(plan_sites, problem)
        return pstats.Stats(profile)

    return Work(run, _figures)


def _figures(stats: pstats.Stats) -> dict[str, Any]:
    """Return the functions with the most seconds of their own; a compiled kernel is one of them."""
    timed = stats.get_stats_profile().func_profiles
    whole = sum(one.tottime for one in timed.values())
    most = sorted(timed.items(), key=lambda item: -item[1].tottime)[:TOP]
    return {
        "value": None,
        "functions": [
            {
                "name": f"{_place(one.file_name, one.line_number)} {name}",
                "calls": int(one.ncalls.split("/")[0]),
                "seconds": round(one.tottime, 3),
                "share": round(one.tottime / whole, 4) if whole else None,
            }
            for name, one in most
        ],
    }


def _place(file: str, line: int) -> str:
    """Return a source file as seen from the house, or from the folder of packages; no machine's path."""
    path = Path(file)
    if not path.is_absolute():
        return "built in"
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return f"{path.relative_to(ROOT).as_posix()}:{line}"
    return "/".join(path.parts[-2:])
