"""The problems of a run's files, and what is written of their catchments when no applicant is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.build.building import provinces_of
from data.exports import to_csv, to_geojson
from data.intake import read_inputs
from data.nation.provinces import each_built, raise_all
from data.problem import Problem
from data.process.deadline import shares, tail_seconds
from data.text import text
from siting.fairness import fair_problem
from siting.in_time import check_time, plan_in_time
from siting.number import check_numbers
from siting.sharing import share_out_nation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from data.intake import Inputs
    from data.process.answer import Stages
    from data.process.deadline import Deadline
    from data.process.workers import Workers
    from data.rules import Rules
    from data.tables import Tables
    from data.text import Lang

POINT_COLUMNS = (
    "center_id", "lon", "lat", "province", "county", "district", "area", "cases", "households", "km_median",
    "km_p90",
)  # fmt: skip


def built(tables: Tables, rules: Rules) -> list[Problem]:
    """Return the problems that a plan would begin with, one a province, if it could begin with all.

    Raises
    ------
    SitingError
        As `data.nation.provinces.raise_all` and `siting.number.check_numbers`.
    """
    with tables.naming_files():
        made = [one for _, one in each_built(provinces_of(tables, rules))]
        problems = [one for one in made if isinstance(one, Problem)]
        check_numbers(problems)
        raise_all(one for one in made if not isinstance(one, Problem))
    return problems


def catchment_files(
    inputs: Inputs,
    *,
    seed: int,
    workers: Workers,
    deadline: Deadline,
    hold: Callable[[], None],
    stages: Stages,
    lang: Lang,
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of a folder of catchments.

    Parameters
    ----------
    inputs : Inputs
        Households, boundaries and rules.
    seed, workers, deadline : int, Workers, Deadline
        Of the run.
    hold : callable
        Called once there is something to keep when the run is interrupted.
    stages : Stages
        Told what is done.
    lang : {"fa", "en"}
        Language of the user.
    """
    tables, chosen = read_inputs(inputs, tell=lambda note: stages.say(note.line(lang)))
    problems = built(tables, chosen)
    for note in tables.notes:
        stages.say(note.line(lang))
    households = [len(one.households) for one in problems]
    stages.begin("plan", text("cli.stage_plan", lang, households=sum(households)))
    check_time(deadline, tail_seconds(sum(households)))
    hold()
    stops = shares(households, 1, deadline)
    with tables.naming_files(), workers.ready() as number:
        shared: list[dict[str, int] | None] = [None] * len(problems)
        if len(problems) > 1 and isinstance(chosen.centers, int):
            named = ((str(place), one) for place, one in enumerate(problems))
            shared = [*share_out_nation(named, seed=seed).values()]
        plans = [
            plan_in_time(
                fair_problem(one, seed=seed, workers=number, stop=stop, centers_by_unit=centers).problem,
                seed=seed,
                workers=number,
                stop=stop,
                centers_by_unit=centers,
            )
            for one, stop, centers in zip(problems, stops, shared, strict=True)
        ]
    points = pd.concat([one.centers[list(POINT_COLUMNS)] for one in plans], ignore_index=True)
    ground = pd.concat([one.neighbourhoods for one in plans], ignore_index=True)
    yield "catchments.csv", to_csv(points, synthetic=tables.synthetic)
    yield "catchments.geojson", to_geojson(ground, synthetic=tables.synthetic)
