"""Commands of the record: rules, verify, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from data.answer import AsJson, Language, Overwrite, answered
from data.text import text

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan, or of a nation.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (rules, verify, export):
        app.command()(answered(command))


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
