"""The door: composes `plan` and `demo` from the rooms and gathers the commands of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import data.commands
import maps.commands
import siting.commands
from data.errors import Exit
from data.process.answer import (
    Address,
    ApplicantsFile,
    AsJson,
    Asked,
    BackendName,
    BoundaryFiles,
    CentersFile,
    ColumnsFile,
    GazetteerFile,
    HouseholdsFile,
    KeepColumns,
    KeyPath,
    Language,
    OutFolder,
    Overwrite,
    Resume,
    RulesFile,
    Seed,
    SeedIfAny,
    Stages,
    TimeLimit,
    TravelFile,
    WorkerCount,
    answered,
    cores,
    list_failures,
)
from data.process.collecting import collect_seldom
from data.process.workers import Workers
from data.text import phrase, text
from door import (
    commands_activity,
    commands_call,
    commands_caseworkers,
    commands_fees,
    commands_map,
    commands_record,
    commands_services,
    commands_status,
    commands_try,
    commands_visits,
)
from door.order import InOrder
from door.settling import Door

if TYPE_CHECKING:
    from data.intake import Inputs
    from data.nation.resume import Begun
    from data.text import Lang
    from door.nation import Outcome

app = Door(
    name="siting",
    cls=InOrder,
    help="Place Positive Life centers and allocate their caseload, with proof. Exit codes: 0 done, 1 a bug, "
    "2 wrong usage, 3 invalid input, 4 not everyone served, 5 a limit before any plan, 6 refused, "
    "7 verification failed, 8 the machine, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
data.commands.register(app)
siting.commands.register(app)
maps.commands.register(app)
commands_record.register(app)
commands_map.register(app)
commands_services.register(app)
commands_status.register(app)
commands_visits.register(app)
commands_fees.register(app)
commands_caseworkers.register(app)
commands_activity.register(app)
commands_call.register(app)
commands_try.register(app)


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
    gazetteer: GazetteerFile = None,
    keep: KeepColumns = None,
    key: KeyPath = None,
    seed: SeedIfAny = None,
    seal: Annotated[
        str,
        typer.Option(
            "--seal",
            help="File of `siting seal`: other rules, seed or key are refused, and who its rules refuse.",
        ),
    ] = "",
    workers: WorkerCount = 0,
    backend: BackendName = "processes",
    address: Address = "",
    time_limit: TimeLimit = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Found a network: catchments, chosen sites, every household assigned, a map, a folder of record.

    Without --applicants the plan proposes the best point of every catchment. A `run.toml` in place of the
    households replays that run. Ctrl-C keeps the best plan so far; of a nation it keeps the finished
    provinces, and --resume plans the others.

    Example: siting plan households.csv --applicants applicants.xlsx --boundaries counties.gpkg --out plan
    """
    from data.call.seal import sealed_seed  # noqa: PLC0415 - heavy
    from data.intake import Inputs  # noqa: PLC0415 - heavy
    from data.kinds import is_nation_folder  # noqa: PLC0415 - heavy
    from data.replay import read_run  # noqa: PLC0415 - heavy
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    run: dict[str, Any] = {"command": "plan", "lang": lang}
    spread = Workers(workers or cores(), backend, address)
    own = sealed_seed(seal) if seed is None else seed
    asked = Asked(out, run, own, spread, time_limit, lang, overwrite, resume, as_json)
    asked.check()
    if households.suffix == ".toml":
        if seed is not None or any(
            (applicants, centers, boundaries, travel, rules, columns, gazetteer, keep, seal)
        ):
            raise usage_error(phrase("cli.run_with_files"))
        inputs, own_seed, own_lang = read_run(households, key=key)
        asked = replace(asked, seed=own_seed, run=run | {"lang": own_lang or lang})
        if is_nation_folder(households.resolve().parent.parent.parent):
            typer.echo(text("cli.run_of_nation", lang), err=True)
    else:
        bounds, kept = tuple(boundaries or ()), tuple(keep or ())
        inputs = Inputs(
            households,
            applicants,
            centers,
            bounds,
            travel,
            rules,
            columns,
            kept,
            key,
            gazetteer=gazetteer,
            seal=seal,
        )
    for line in _of_call(inputs.seal, lang):
        typer.echo(line, err=True)
    if resume:
        _resume(asked, inputs)
        return
    inputs.refuse_inside(out)
    _found(asked, lambda _: inputs)


def _of_call(seal: str, lang: Lang) -> list[str]:
    """Return what warns of a seal whose call is still open."""
    if not seal:
        return []
    from data.call.seal import read_seal  # noqa: PLC0415 - heavy
    from maps.call.closing import open_lines  # noqa: PLC0415 - heavy

    return open_lines(read_seal(seal).deadline, lang)


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
    workers: WorkerCount = 0,
    backend: BackendName = "processes",
    address: Address = "",
    time_limit: TimeLimit = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Plan a synthetic province, city or nation: writes its inputs to DIR/input, then runs `plan` on them.

    Example: siting demo lorestan --out out/lorestan --overwrite
    """
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    if centers is not None and centers != "fewest" and not centers.isdigit():
        raise usage_error(phrase("cli.centers_option", given=centers))
    wanted: dict[str, Any] = {
        "name": name,
        "households": households,
        "centers": centers,
        "scale": scale,
        "cases": cases,
    }
    run = {"command": "demo", "lang": lang, "demo": wanted}
    spread = Workers(workers or cores(), backend, address)
    asked = Asked(out, run, seed, spread, time_limit, lang, overwrite, resume, as_json)
    asked.check()
    if resume:
        _resume(asked)
    else:
        _found(asked, lambda folder: _invented(folder, seed=seed, **wanted))


def _invented(folder: Path, *, name: str, centers: str | None, **wanted: Any) -> Inputs:  # noqa: ANN401
    """Write the inputs of a scenario into a folder."""
    from data.intake import Inputs  # noqa: PLC0415 - heavy
    from data.scenarios import make_scenario, write_inputs  # noqa: PLC0415 - heavy

    number: Any = int(centers) if centers and centers.isdigit() else centers
    files = write_inputs(make_scenario(name, centers=number, **wanted), folder / "input")
    return Inputs(
        households=files["households"],
        applicants=files["applicants"],
        boundaries=(files["boundaries"],),
        rules=files["rules"],
        scenario=name,
    )


def _resume(asked: Asked, inputs: Inputs | None = None) -> None:
    """Plan what is missing in a nation's folder; a demo's inputs are those that stand there."""
    from data.key_file import KeyFile  # noqa: PLC0415 - heavy
    from data.nation.resume import Begun  # noqa: PLC0415 - heavy
    from data.replay import read_run  # noqa: PLC0415 - heavy
    from siting.outcome import versions  # noqa: PLC0415 - heavy

    begun = Begun.read(asked.out)
    inputs = inputs or read_run(asked.out / "run.toml")[0]
    KeyFile.find(inputs.key).refuse_inside(asked.out)
    begun.check_same(inputs, seed=asked.seed, versions=versions(), demo=asked.run.get("demo"))
    if not begun.lacks:
        typer.echo(text("cli.nothing_missing", asked.lang, path=asked.out.name), err=True)
        if asked.as_json:
            typer.echo(json.dumps(begun.summary, ensure_ascii=False, indent=1))
        return

    def carried(folder: Path) -> Inputs:
        begun.carry(folder)
        return begun.named(inputs)

    _found(replace(asked, overwrite=True), carried, begun)


def _found(asked: Asked, inputs_in: Callable[[Path], Inputs], begun: Begun | None = None) -> None:
    """Read, plan, verify, write and draw into a folder that appears whole or not at all; say what it is."""
    from data.disk import shown_name  # noqa: PLC0415 - heavy
    from data.process.deadline import Deadline  # noqa: PLC0415 - heavy
    from data.process.interrupts import Interrupts  # noqa: PLC0415 - heavy

    lang, stages = asked.lang, Stages()
    outcomes: list[Outcome] = []
    with Interrupts.heard(lang, seconds=asked.time_limit) as interrupts:
        deadline = Deadline.after(asked.time_limit, flag=str(interrupts.flag))
        stages.begin("start", text("cli.stage_start", lang, path=shown_name(asked.out)))
        from data.folder import write_folder  # noqa: PLC0415 - heavy
        from door.folder import found_folder  # noqa: PLC0415 - heavy

        def fill(folder: Path) -> None:
            inputs = inputs_in(folder)
            outcome = found_folder(
                inputs, folder, asked, deadline=deadline, hold=interrupts.hold, stages=stages, begun=begun
            )
            outcomes.append(outcome)

        write_folder(asked.out, overwrite=asked.overwrite, fill=fill)
    _say(asked, outcomes[0], interrupted=interrupts.count > 0)


def _say(asked: Asked, outcome: Outcome, *, interrupted: bool) -> None:
    """Say what was written and what is missing, and exit with the code of that."""
    from data.said import remedies, sentences, unserved  # noqa: PLC0415 - heavy

    summary, lang = outcome.summary, asked.lang
    if asked.as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        for line in sentences(summary, asked.out, lang):
            typer.echo(line)
    for line in remedies(summary, lang):
        typer.echo(line, err=True)
    list_failures(asked.out, outcome.failing_rows, lang)
    for line in outcome.advice(lang):
        typer.echo(line, err=True)
    if interrupted:
        kept = "cli.interrupted_nation" if "provinces" in summary else "cli.interrupted_kept"
        typer.echo(text(kept, lang, path=str(asked.out)), err=True)
        raise typer.Exit(int(Exit.INTERRUPTED))
    if outcome.lost or unserved(summary):
        raise typer.Exit(outcome.exit_code)


def main() -> None:
    """Run the command line."""
    collect_seldom()
    app()


if __name__ == "__main__":
    main()
