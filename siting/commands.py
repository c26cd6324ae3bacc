"""Commands of siting: check, catchments, rebalance, explain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit, SitingError
from data.process.answer import (
    ApplicantsFile,
    AsJson,
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
    RulesFile,
    Seed,
    Stages,
    TimeLimit,
    TravelFile,
    WorkerCount,
    answered,
    cores,
)
from data.process.workers import Workers
from data.text import phrase, text
from siting.locate.commands import locate
from siting.running import commands as proposal_commands
from siting.running.commands import place_beside, put_and_say

if TYPE_CHECKING:
    from siting.explain.explaining import Facts


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (
        check,
        catchments,
        rebalance,
        proposal_commands.grow,
        proposal_commands.propose,
        explain,
        locate,
    ):
        app.command()(answered(command))


def check(
    households: HouseholdsFile,
    applicants: ApplicantsFile = None,
    centers: CentersFile = None,
    boundaries: BoundaryFiles = None,
    travel: TravelFile = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    gazetteer: GazetteerFile = None,
    keep: KeepColumns = None,
    key: KeyPath = None,
    save_columns: Annotated[
        Path | None,
        typer.Option("--save-columns", help="TOML to write which header is which column, for --columns."),
    ] = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Read and validate the files of a plan, and refuse what no plan could begin with.

    Says on one page what was read, which header is which column, who is located and how, what was left out
    and what is refused. Writes nothing but the columns, where asked.

    Example: siting check households.xlsx --applicants applicants.csv --save-columns columns.toml
    """
    from data.build.page import lines, refused_lines  # noqa: PLC0415 - heavy
    from data.build.report import notes, report  # noqa: PLC0415 - heavy
    from data.intake import Inputs, read_inputs  # noqa: PLC0415 - heavy
    from data.pseudonyms import Pseudonyms  # noqa: PLC0415 - heavy
    from data.readers.reading import Reading  # noqa: PLC0415 - heavy
    from data.readers.saving import save_columns as write_columns  # noqa: PLC0415 - heavy
    from siting.drafting import built  # noqa: PLC0415 - heavy

    bounds, kept = tuple(boundaries or ()), tuple(keep or ())
    inputs = Inputs(
        households, applicants, centers, bounds, travel, rules, columns, kept, key, gazetteer=gazetteer
    )
    reading = Reading(Pseudonyms(key))
    try:
        tables, chosen = read_inputs(
            inputs, tell=lambda note: typer.echo(note.line(lang), err=True), reading=reading
        )
        found = report(tables, built(tables, chosen), lang, seen=reading.seen)
    except SitingError as error:
        if not as_json:
            for line in refused_lines(reading.seen, error.failures, lang):
                typer.echo(line)
        if save_columns is not None and reading.seen:
            write_columns(save_columns, reading.seen)
        raise
    for note in notes(tables):
        typer.echo(note.line(lang), err=True)
    if save_columns is not None:
        write_columns(save_columns, reading.seen)
        typer.echo(text("check.columns_saved", lang, path=str(save_columns)), err=True)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for line in lines(found, lang, in_households=chosen.count == "households"):
        typer.echo(line)


def catchments(
    households: HouseholdsFile,
    out: OutFolder,
    boundaries: BoundaryFiles = None,
    rules: RulesFile = None,
    columns: ColumnsFile = None,
    gazetteer: GazetteerFile = None,
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
    from data.process.deadline import Deadline  # noqa: PLC0415 - heavy
    from data.process.interrupts import Interrupts  # noqa: PLC0415 - heavy

    with Interrupts.heard(lang, seconds=time_limit) as interrupts:
        deadline = Deadline.after(time_limit, flag=str(interrupts.flag))
        stages = Stages()
        stages.begin("read", text("cli.stage_read", lang))
        from data.folder import write_folder  # noqa: PLC0415 - heavy
        from data.intake import Inputs  # noqa: PLC0415 - heavy
        from data.kinds import CATCHMENTS  # noqa: PLC0415 - heavy
        from siting.drafting import catchment_files  # noqa: PLC0415 - heavy

        inputs = Inputs(
            households,
            boundaries=tuple(boundaries or ()),
            rules=rules,
            columns=columns,
            key=key,
            gazetteer=gazetteer,
        )
        inputs.refuse_inside(out)
        spread = Workers(workers or cores())

        def fill(folder: Path) -> None:
            files = catchment_files(
                inputs,
                seed=seed,
                workers=spread,
                deadline=deadline,
                hold=interrupts.hold,
                stages=stages,
                lang=lang,
            )
            for name, content in files:
                (folder / name).write_bytes(content)

        write_folder(out, overwrite=overwrite, fill=fill, kind=CATCHMENTS)
    typer.echo(str(out / "catchments.csv"))
    if interrupts.count:
        typer.echo(text("cli.interrupted_kept", lang, path=str(out)), err=True)
        raise typer.Exit(int(Exit.INTERRUPTED))


def rebalance(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    moves: Annotated[
        Path | None, typer.Option("--moves", help="Events of households: move, join, leave, address_unknown.")
    ] = None,
    close: Annotated[
        list[str] | None, typer.Option("--close", help="CENTER[@DATE] withdraws; may be repeated.")
    ] = None,
    open_: Annotated[
        list[str] | None, typer.Option("--open", help="SITE[@DATE] of an applicant opens; may be repeated.")
    ] = None,
    relocate: Annotated[
        tuple[str, str, str] | None, typer.Option("--relocate", help="CENTER[@DATE] LON LAT, degrees.")
    ] = None,
    max_cases: Annotated[
        list[str] | None, typer.Option("--max-cases", help="CENTER=N[@DATE]; may be repeated.")
    ] = None,
    effective: Annotated[
        str, typer.Option("--effective", help="Date of what has none of its own, Jalali or ISO; today.")
    ] = "",
    max_transfers: Annotated[
        int | None, typer.Option("--max-transfers", min=0, help="Cases that may be transferred at most.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the proposal; FOLDER-proposal unless told.")
    ] = None,
    columns: ColumnsFile = None,
    gazetteer: GazetteerFile = None,
    key: KeyPath = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Propose the fewest well-founded transfers after a change; the network itself is left as it is.

    Example: siting rebalance out/lorestan --moves moves.csv --close C-LR-A0014-5@1405/10/01
    """
    from data.change.asked import AskedChanges  # noqa: PLC0415 - heavy
    from data.replay import fingerprint_of  # noqa: PLC0415 - heavy
    from siting.running.proposing import propose  # noqa: PLC0415 - heavy

    asked = AskedChanges(
        moves,
        tuple(close or ()),
        tuple(open_ or ()),
        () if relocate is None else (relocate,),
        tuple(max_cases or ()),
        effective,
        columns,
        key,
        fingerprint_of(folder),
        folder,
        gazetteer,
    )

    def fill(temp: Path) -> dict[str, Any]:
        return propose(folder, asked, temp, max_transfers=max_transfers)

    put_and_say(folder, out or place_beside(folder), fill, overwrite=overwrite, as_json=as_json, lang=lang)


def explain(
    folder: Annotated[
        Path,
        typer.Argument(help="Folder of a plan or a nation, or DIR@VERSION for one version of it."),
    ],
    household: Annotated[
        str | None,
        typer.Option("--household", help="Id of a household: why this center and not a nearer one."),
    ] = None,
    applicant: Annotated[
        str | None, typer.Option("--applicant", help="Id of an applicant: why chosen or not, against whom.")
    ] = None,
    center: Annotated[
        str | None, typer.Option("--center", help="Id of a center: whom it serves, who else applied.")
    ] = None,
    key: KeyPath = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Say why a household has its center, or an applicant none: solved again with that one thing changed.

    Of households it names the one that is asked about and no other. A national code is looked up by its
    pseudonym.

    Example: siting explain out/lorestan --applicant LR-A0026
    """
    from data.call.said import seal_lines  # noqa: PLC0415 - heavy
    from data.compare.sides import parted  # noqa: PLC0415 - heavy
    from data.privacy.typed import asked_about  # noqa: PLC0415 - only where an id is asked about
    from data.rules import usage_error  # noqa: PLC0415 - heavy
    from siting.explain.explaining import explain_folder  # noqa: PLC0415 - heavy
    from siting.explain.nation import place_of  # noqa: PLC0415 - heavy
    from siting.explain.said import explained  # noqa: PLC0415 - heavy

    asked = {"household": household, "applicant": applicant, "center": center}
    given = {kind: one for kind, one in asked.items() if one is not None}
    if len(given) != 1:
        raise usage_error(phrase("explain.one_subject"))
    kind, typed = next(iter(given.items()))

    def tell(subject: str) -> tuple[Path, Facts, dict[str, Any]]:
        there = place_of(folder, kind=kind, subject=subject)
        return there, *explain_folder(there, kind=kind, subject=subject)

    place, facts, record = asked_about(typed, parted(folder)[0], key, tell)
    if as_json:
        within = {} if place == folder else {"province": parted(place)[0].name}
        typer.echo(json.dumps({**within, **record}, ensure_ascii=False, indent=1))
        return
    if place != folder:
        typer.echo(text("explain.in_province", lang, path=str(place)))
    of_seal = seal_lines(record.get("seal", ""), lang)
    for line in (*explained(facts, lang, synthetic=record["synthetic"]), *of_seal):
        typer.echo(line)
