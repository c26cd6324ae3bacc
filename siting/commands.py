"""Commands of siting: check, catchments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from data.answer import (
    ApplicantsFile,
    AsJson,
    BoundaryFiles,
    CentersFile,
    ColumnsFile,
    HouseholdsFile,
    KeepColumns,
    KeyPath,
    Language,
    OutFolder,
    Overwrite,
    RulesFile,
    Seed,
    Stages,
    TimeLimit,
    TravelFile,
    WorkerCount,
    answered,
    cores,
)
from data.errors import Exit
from data.text import text
from data.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from data.deadline import Deadline
    from data.intake import Inputs
    from data.problem import Problem
    from data.rules import Rules
    from data.tables import Tables
    from data.text import Lang


POINT_COLUMNS = (
    "center_id", "lon", "lat", "province", "county", "district", "area", "cases", "households", "km_median",
    "km_p90",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (check, catchments):
        app.command()(answered(command))


def check(
    households: HouseholdsFile,
    applicants: ApplicantsFile = None,
    centers: CentersFile = None,
    boundaries: BoundaryFiles = None,
    travel: TravelFile = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    keep: KeepColumns = None,
    key: KeyPath = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Read and validate the files of a plan, and refuse what no plan could begin with; write nothing.

    Example: siting check households.xlsx --applicants applicants.csv
    """
    from data.check_report import notes, report  # noqa: PLC0415 - heavy
    from data.intake import Inputs, read_inputs  # noqa: PLC0415 - heavy

    tables, chosen = read_inputs(
        Inputs(
            households,
            applicants,
            centers,
            tuple(boundaries or ()),
            travel,
            rules,
            columns,
            tuple(keep or ()),
            key,
        ),
        tell=lambda note: typer.echo(note.line(lang), err=True),
    )
    found = report(tables, _built(tables, chosen), lang)
    for note in notes(tables):
        typer.echo(note.line(lang), err=True)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for file in found["files"]:
        typer.echo(text("cli.checked", lang, file=file["file"], rows=file["rows"]))
        if file["not_read"]:
            typer.echo(text("cli.not_read", lang, headers=" · ".join(file["not_read"])))
        if file["repeated"]:
            typer.echo(text("cli.repeated", lang, headers=" · ".join(file["repeated"])))
    typer.echo(text("cli.checked_units", lang, **found["served"]))
    if chosen.count == "households":
        typer.echo(text("cli.checked_counts", lang, in_file=found["served"]["cases_in_file"]))
    for reason, count in found["unserved"].items():
        typer.echo(text(f"cli.left_{reason}", lang, count=count))


def _built(tables: Tables, rules: Rules) -> list[Problem]:
    """Return the problems that a plan would begin with, one a province, if it could begin with all."""
    from data.build import provinces_of  # noqa: PLC0415 - heavy
    from data.problem import Problem  # noqa: PLC0415 - heavy
    from data.provinces import each_built, raise_all  # noqa: PLC0415 - heavy
    from siting.number import check_numbers  # noqa: PLC0415 - heavy

    with tables.naming_files():
        built = [one for _, one in each_built(provinces_of(tables, rules))]
        problems = [one for one in built if isinstance(one, Problem)]
        check_numbers(problems)
        raise_all(one for one in built if not isinstance(one, Problem))
    return problems


def catchments(
    households: HouseholdsFile,
    out: OutFolder,
    boundaries: BoundaryFiles = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    key: KeyPath = None,
    seed: Seed = 0,
    workers: WorkerCount = 0,
    time_limit: TimeLimit = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
) -> None:
    """Say where centers should be when no applicant is in view: every applicant's site left aside.

    Writes `catchments.csv` (best point of each catchment with its cases and kilometres) and
    `catchments.geojson` (their ground).

    Example: siting catchments households.csv --out catchments
    """
    from data.deadline import Deadline  # noqa: PLC0415 - heavy
    from data.interrupts import Interrupts  # noqa: PLC0415 - heavy

    with Interrupts.heard(lang, seconds=time_limit) as interrupts:
        deadline = Deadline.after(time_limit, flag=str(interrupts.flag))
        stages = Stages()
        stages.begin("read", text("cli.stage_read", lang))
        from data.folder import write_folder  # noqa: PLC0415 - heavy
        from data.intake import Inputs  # noqa: PLC0415 - heavy
        from data.kinds import CATCHMENTS  # noqa: PLC0415 - heavy

        inputs = Inputs(households, boundaries=tuple(boundaries or ()), rules=rules, columns=columns, key=key)
        inputs.refuse_inside(out)
        spread = Workers(workers or cores())

        def fill(folder: Path) -> None:
            for name, content in _catchments(inputs, seed, spread, deadline, interrupts.hold, stages, lang):
                (folder / name).write_bytes(content)

        write_folder(out, overwrite=overwrite, fill=fill, kind=CATCHMENTS)
    typer.echo(str(out / "catchments.csv"))
    if interrupts.count:
        typer.echo(text("cli.interrupted_kept", lang, path=str(out)), err=True)
        raise typer.Exit(int(Exit.INTERRUPTED))


def _catchments(
    inputs: Inputs,
    seed: int,
    workers: Workers,
    deadline: Deadline,
    hold: Callable[[], None],
    stages: Stages,
    lang: Lang,
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file."""
    import pandas as pd  # noqa: PLC0415 - heavy

    from data.deadline import shares, tail_seconds  # noqa: PLC0415 - heavy
    from data.exports import to_csv, to_geojson  # noqa: PLC0415 - heavy
    from data.intake import read_inputs  # noqa: PLC0415 - heavy
    from siting.in_time import check_time, plan_in_time  # noqa: PLC0415 - heavy
    from siting.plan import share_out_nation  # noqa: PLC0415 - heavy

    tables, chosen = read_inputs(inputs, tell=lambda note: stages.say(note.line(lang)))
    problems = _built(tables, chosen)
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
            plan_in_time(one, seed=seed, workers=number, stop=stop, centers_by_unit=centers)
            for one, stop, centers in zip(problems, stops, shared, strict=True)
        ]
    points = pd.concat([one.centers[list(POINT_COLUMNS)] for one in plans], ignore_index=True)
    ground = pd.concat([one.neighbourhoods for one in plans], ignore_index=True)
    yield "catchments.csv", to_csv(points, synthetic=tables.synthetic)
    yield "catchments.geojson", to_geojson(ground, synthetic=tables.synthetic)
