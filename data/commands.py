"""Commands of the record: check, rules, verify, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

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
    Overwrite,
    RulesFile,
    TravelFile,
    answered,
)
from data.text import text

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan, or of a nation.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (check, rules, verify, export):
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
    """Read and validate the files of a plan; write nothing.

    Example: siting check households.xlsx --applicants applicants.csv
    """
    from data.build import build_problems  # noqa: PLC0415 - heavy
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
    found = report(tables, list(build_problems(tables, chosen)), lang)
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


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="Rules to check and complete; the defaults without it.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Print every rule with its default, unit and meaning, as TOML to edit.

    Example: siting rules > rules.toml
    """
    from data.rules import read_rules, rules_toml  # noqa: PLC0415 - only this command

    typer.echo(rules_toml(read_rules(file) if file else None, lang), nl=False)


def verify(folder: PlanFolder, lang: Language = "en", *, as_json: AsJson = False) -> None:
    """Recount a plan from its casebook, without the solver; name what is wrong and which files differ.

    Example: siting verify out/lorestan
    """
    from data.recount import recount  # noqa: PLC0415 - heavy

    if not as_json:
        recount(folder, tell=lambda result: typer.echo(text("cli.verified", lang, **result)))
        return
    results = recount(folder)
    typer.echo(json.dumps(results if len(results) > 1 else results[0], ensure_ascii=False, indent=1))


def export(
    folder: PlanFolder,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="New folder outside the plan's; or the plan's own, to mend its tables there."
        ),
    ],
    *,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be handed on: nothing of a household.")
    ] = False,
    overwrite: Overwrite = False,
    lang: Language = "en",
) -> None:
    """Write a plan's tables anew from its casebook; --public writes only what may be handed on.

    Into the plan's own folder it mends what was changed there, and says what brings back a map.

    Example: siting export out/lorestan --public --out public
    """
    from data.casebook import CASEBOOK, Casebook  # noqa: PLC0415 - heavy
    from data.exports import export as write  # noqa: PLC0415 - heavy
    from data.standing import standing_faults  # noqa: PLC0415 - heavy

    write(folder, out, public=public, overwrite=overwrite)
    if out.resolve() == folder.resolve() and not public:
        for fault in standing_faults(folder, Casebook.open(folder / CASEBOOK)):
            typer.echo(fault.line(lang), err=True)
    typer.echo(text("cli.exported", lang, path=str(out)))
