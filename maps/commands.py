"""Commands of maps: handover, report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.process.answer import AsJson, Language, Overwrite, answered
from data.text import text

if TYPE_CHECKING:
    import pandas as pd

    from data.text import Lang
    from maps.handover.nation import NationHandover
    from maps.handover.pairs import Handover


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (handover, report):
        app.command()(answered(command))


def handover(
    folder: Annotated[
        Path, typer.Argument(help="Folder of the plan, or the nation, that the proposal was made on.")
    ],
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

    Of a nation, a folder for the lists of each province; what goes to another province lies with the
    province that hands over, one list that both centers sign.

    Example: siting handover out/lorestan out/lorestan-proposal --lang fa
    """
    from data.kinds import is_nation_folder  # noqa: PLC0415 - heavy
    from data.nation.proposal import require_same_kind  # noqa: PLC0415 - heavy
    from data.versioned import beside  # noqa: PLC0415 - heavy

    require_same_kind(folder, proposal)
    place = out or beside(proposal, "handover")
    write = _of_nation if is_nation_folder(folder) else _of_plan
    told = write(folder, proposal, place, lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if told["synthetic"]:
        typer.echo(text("cli.synthetic", lang))
    for code, one in told.get("provinces", {"": told}).items():
        if one["taken_back"] is not None:
            versions = {"version": one["applied"], "later": one["taken_back"]}
            where = f"{code}: " if code else ""
            typer.echo(where + text("handover.warn_taken_back", lang, **versions), err=True)
    if told["households"]:
        typer.echo(text("handover.lists", lang, lists=len(told["pairs"]), households=told["households"]))
    else:
        typer.echo(text("handover.no_lists", lang))
    if told.get("across"):
        typer.echo(text("handover.across", lang, lists=told["across"]))
    if told.get("unmet"):
        typer.echo(text("handover.unmet", lang, count=told["unmet"]), err=True)
    typer.echo(text("handover.notified", lang, count=told["notify"]))
    typer.echo(text("handover.written", lang, path=str(place)))


def _of_plan(folder: Path, proposal: Path, place: Path, lang: Lang, *, overwrite: bool) -> dict[str, Any]:
    from maps.handover.files import write_handover  # noqa: PLC0415 - heavy
    from maps.handover.pairs import handover_of  # noqa: PLC0415 - heavy

    found = handover_of(folder, proposal)
    index = write_handover(found, place, folders=[folder, proposal], lang=lang, overwrite=overwrite)
    return {"out": str(place), **_made_on(found), **_counted(found, index)}


def _of_nation(folder: Path, proposal: Path, place: Path, lang: Lang, *, overwrite: bool) -> dict[str, Any]:
    from maps.handover.files import write_nation_handover  # noqa: PLC0415 - heavy
    from maps.handover.nation import nation_handover  # noqa: PLC0415 - heavy

    found = nation_handover(folder, proposal)
    index = write_nation_handover(found, place, folders=[folder, proposal], lang=lang, overwrite=overwrite)
    return {
        "out": str(place),
        "provinces": {gives: _made_on(one) for gives, takes, one in found.lists if gives == takes},
        "across": int((index["from_province"] != index["to_province"]).sum()),
        "unmet": found.unmet,
        **_counted(found, index),
    }


def _made_on(found: Handover) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("version", "head", "applied", "taken_back")}


def _counted(found: Handover | NationHandover, index: pd.DataFrame) -> dict[str, Any]:
    return {
        "synthetic": found.synthetic,
        "households": int(index["households"].sum()),
        "notify": len(found.notify),
        "pairs": index.to_dict("records"),
    }


def report(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a plan or a nation; DIR@VERSION for one version of it.")
    ],
    version: Annotated[
        int | None,
        typer.Option(
            "--version", min=1, help="Version of the plan or the nation; the current one unless told."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the report; DIR-report beside DIR unless told.")
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the report to print: who is served where, how far, at what cost, by which rules, and the proof.

    `report.html` holds everything it needs, `report.xlsx` the same tables, and `report.pdf` is made where a
    Chromium, Chrome or Edge is installed. No household is in any of them.

    Example: siting report out/lorestan --lang fa
    """
    from data.versioned import beside, version_told  # noqa: PLC0415 - heavy
    from maps.report.writing import write_report  # noqa: PLC0415 - heavy

    folder, version = version_told(folder, version)
    place = out or beside(folder, "report" if version is None else f"report-{version}")
    done = write_report(folder, place, version=version, lang=lang, overwrite=overwrite)
    if as_json:
        told = {
            "out": str(place),
            "version": done.network.origin.version,
            "head": done.network.origin.head,
            "synthetic": bool(done.network.summary["synthetic"]),
            "files": list(done.files),
            "no_pdf": done.no_pdf or None,
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if done.network.summary["synthetic"]:
        typer.echo(text("cli.synthetic", lang))
    typer.echo(text("report.written", lang, path=str(place), files=" · ".join(done.files)))
    if done.no_pdf:
        typer.echo(text(f"report.{done.no_pdf}", lang))
