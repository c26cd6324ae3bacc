"""The door: composes `plan` and `demo` from the rooms and gathers the commands of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import data.commands
import siting.commands
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
    Workers,
    answered,
)
from data.text import phrase, text

if TYPE_CHECKING:
    from data.intake import Inputs

app = typer.Typer(
    name="siting",
    help="Place Positive Life centers and allocate their caseload, with proof. Exit codes: 0 done, 1 a bug, "
    "2 wrong usage, 3 invalid input, 4 not everyone served, 5 a limit before any plan, 6 refused, "
    "7 verification failed, 8 the machine, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
data.commands.register(app)
siting.commands.register(app)


@app.command()
@answered
def plan(
    households: HouseholdsFile,
    out: OutFolder,
    applicants: ApplicantsFile = None,
    centers: CentersFile = None,
    boundaries: BoundaryFiles = None,
    travel: TravelFile = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    keep: KeepColumns = None,
    key: KeyPath = None,
    seed: Seed = 0,
    workers: Workers = 0,
    time_limit: TimeLimit = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Found a network: catchments, chosen sites, every household assigned, a map, a folder of record.

    Without --applicants the plan proposes the best point of every catchment. A `run.toml` in place of the
    households replays that run.

    Example: siting plan households.csv --applicants applicants.xlsx --boundaries counties.gpkg --out plan
    """
    from data.intake import Inputs  # noqa: PLC0415 - heavy
    from data.replay import read_run  # noqa: PLC0415 - heavy
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    if households.suffix == ".toml":
        if any((applicants, centers, boundaries, travel, rules, columns, keep, seed)):
            raise usage_error(phrase("cli.run_with_files"))
        inputs, seed = read_run(households, key=key)
    else:
        inputs = Inputs(
            households,
            applicants,
            centers,
            tuple(boundaries or ()),
            travel,
            rules,
            columns,
            tuple(keep or ()),
            key,
        )
    inputs.refuse_inside(out)
    _found(
        lambda _: inputs,
        out,
        run={"command": "plan"},
        seed=seed,
        workers=workers,
        time_limit=time_limit,
        lang=lang,
        overwrite=overwrite,
        as_json=as_json,
    )


@app.command()
@answered
def demo(
    name: Annotated[str, typer.Argument(help="lorestan, tehran, mashhad, khuzestan or iran.")],
    out: OutFolder,
    households: Annotated[
        int | None, typer.Option(min=1, help="Households in place of the scenario's own.")
    ] = None,
    centers: Annotated[str | None, typer.Option(help="Number of centers, or `fewest`.")] = None,
    scale: Annotated[
        float | None,
        typer.Option(min=0.0001, max=1, help="Keep whole counties until about this share of cases."),
    ] = None,
    cases: Annotated[str | None, typer.Option(help="Cases a household: `1`, or a mix as `1-4`.")] = None,
    seed: Seed = 0,
    workers: Workers = 0,
    time_limit: TimeLimit = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Plan a synthetic province, city or nation: writes its inputs to DIR/input, then runs `plan` on them.

    Example: siting demo lorestan --out out/lorestan --overwrite
    """
    from data.intake import Inputs  # noqa: PLC0415 - heavy
    from data.rules import usage_error  # noqa: PLC0415 - heavy
    from data.scenarios import make_scenario, write_inputs  # noqa: PLC0415 - heavy

    if centers is not None and centers != "fewest" and not centers.isdigit():
        raise usage_error(phrase("cli.centers_option", given=centers))
    wanted: Any = int(centers) if centers is not None and centers.isdigit() else centers

    def written(folder: Path) -> Inputs:
        scenario = make_scenario(
            name, seed=seed, households=households, centers=wanted, scale=scale, cases=cases
        )
        files = write_inputs(scenario, folder / "input")
        return Inputs(
            households=files["households"],
            applicants=files["applicants"],
            boundaries=(files["boundaries"],),
            rules=files["rules"],
            scenario=name,
        )

    _found(
        written,
        out,
        run={
            "command": "demo",
            "demo": {
                "name": name,
                "households": households,
                "centers": centers,
                "scale": scale,
                "cases": cases,
            },
        },
        seed=seed,
        workers=workers,
        time_limit=time_limit,
        lang=lang,
        overwrite=overwrite,
        as_json=as_json,
    )


def _found(
    inputs_in: Callable[[Path], Inputs],
    out: Path,
    *,
    run: dict[str, Any],
    seed: int,
    workers: int,
    time_limit: float | None,
    lang: Language,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Read, plan, verify, write and draw into a folder that appears whole or not at all; say what it is."""
    stages = Stages()
    stages.begin("start", text("cli.stage_start", lang, path=out.name))
    import os  # noqa: PLC0415 - beside the heavy ones

    from compose import found_folder  # noqa: PLC0415 - heavy
    from data.deadline import Deadline  # noqa: PLC0415 - heavy
    from data.folder import write_folder  # noqa: PLC0415 - heavy

    stop = Deadline.after(time_limit)
    said: list[dict[str, Any]] = []

    def fill(folder: Path) -> None:
        said.append(
            found_folder(
                inputs_in(folder),
                folder,
                run=run,
                seed=seed,
                workers=workers or os.cpu_count() or 1,
                stop=stop,
                lang=lang,
                stages=stages,
            )
        )

    write_folder(out, overwrite=overwrite, fill=fill)
    summary = said[0]
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    from data.said import remedies, sentences, unserved  # noqa: PLC0415 - heavy

    if not as_json:
        for line in sentences(summary, out, lang):
            typer.echo(line)
    for line in remedies(summary, lang):
        typer.echo(line, err=True)
    if unserved(summary):
        raise typer.Exit(4)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
