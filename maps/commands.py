"""Commands of maps: handover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from data.process.answer import AsJson, Language, Overwrite, answered
from data.text import text


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(answered(handover))


def handover(
    folder: Annotated[Path, typer.Argument(help="Folder of the plan that the proposal was made on.")],
    proposal: Annotated[Path, typer.Argument(help="Folder of a proposal, applied or not.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Private folder of the lists; PROPOSAL-handover unless told."),
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the lists that centers sign when files go from one to another, and whom to notify.

    One printable XLSX for each pair of centers, `index.csv` of them, and `notify.csv`: every household that
    has another center, or its first, with that center's name, address and phone.

    Example: siting handover out/lorestan out/lorestan-proposal --lang fa
    """
    from maps.handover.files import write_handover  # noqa: PLC0415 - heavy
    from maps.handover.pairs import handover_of  # noqa: PLC0415 - heavy

    place = out or proposal.resolve().with_name(f"{proposal.resolve().name}-handover")
    found = handover_of(folder, proposal)
    index = write_handover(found, place, folders=[folder, proposal], lang=lang, overwrite=overwrite)
    households = int(index["households"].sum())
    if as_json:
        told = {
            "out": str(place),
            "version": found.version,
            "head": found.head,
            "applied": found.applied,
            "synthetic": found.synthetic,
            "households": households,
            "notify": len(found.notify),
            "pairs": index.to_dict("records"),
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if found.synthetic:
        typer.echo(text("cli.synthetic", lang))
    if households:
        typer.echo(text("handover.lists", lang, lists=len(index), households=households))
    else:
        typer.echo(text("handover.no_lists", lang))
    typer.echo(text("handover.notified", lang, count=len(found.notify)))
    typer.echo(text("handover.written", lang, path=str(place)))
