"""The door to caseworkers: `caseworkers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit
from data.process.answer import AsJson, KeyPath, Language, Overwrite, answered
from data.text import number, text

if TYPE_CHECKING:
    from data.text import Lang

REASONS = (
    "left", "joined", "other_center", "moved", "no_longer_there", "no_caseworker", "new_beat", "even_shares",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(answered(caseworkers))


def caseworkers(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    staff: Annotated[
        Path | None,
        typer.Option(
            "--staff",
            help="Who works where: caseworker_id, center_id, since, until (first and last day). It tells of "
            "all centers; whoever it leaves out is there no more.",
        ),
    ] = None,
    resign: Annotated[
        list[str] | None, typer.Option("--resign", help="A caseworker who leaves; may be repeated.")
    ] = None,
    day: Annotated[
        str,
        typer.Option(
            "--date", help="From which day on, Jalali or ISO: the first without who resigns; today."
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; DIR-caseworkers beside DIR unless told.")
    ] = None,
    key: KeyPath = None,
    who: Annotated[str, typer.Option("--who", help="Who does it, for the log.")] = "",
    why: Annotated[str, typer.Option("--why", help="What for, for the log.")] = "",
    lang: Language = "en",
    *,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Divide anew, as if nobody had a caseworker yet.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Divide every center's households among its caseworkers: compact beats of even caseload.

    Without --staff a center has as few as its cases allow. Run again, it leaves every family with its
    caseworker whom even shares do not force away. Where a center has too few, exit code 4, and the proposal
    of a rebalancing lies beside.

    Example: siting caseworkers out/lorestan

    Example: siting caseworkers out/lorestan --resign C-LR-A0023-1-3 --date 1405/11/01 --overwrite
    """
    from datetime import date, datetime  # noqa: PLC0415 - only this command

    from data.change.asked import iso_date  # noqa: PLC0415 - heavy
    from data.versioned import beside  # noqa: PLC0415 - heavy
    from data.work.in_force import IRAN  # noqa: PLC0415 - heavy
    from door.beats import AskedCaseworkers  # noqa: PLC0415 - heavy
    from door.caseworkers import write_caseworkers  # noqa: PLC0415 - heavy

    since = date.fromisoformat(iso_date(day, "--date")) if day else datetime.now(IRAN).date()
    place = out or beside(folder, "caseworkers")
    asked = AskedCaseworkers(since, staff, tuple(resign or ()), afresh, key)
    summary = write_caseworkers(folder, place, asked, lang=lang, overwrite=overwrite, who=who, why=why)
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        for line in _sentences(summary, place, lang):
            typer.echo(line)
    for line in _wants(summary, folder, place, lang):
        typer.echo(line, err=True)
    if summary["no_caseworker"]:
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))


def _sentences(summary: dict[str, Any], place: Path, lang: Lang) -> list[str]:
    lines = [text("cli.synthetic", lang)] if summary["synthetic"] else []
    if summary["caseworkers"]:
        counts = {"caseworkers": summary["caseworkers"], "centers": summary["centers"]}
        load = summary["load"]
        lines.append(text("caseworkers.beats", lang, low=load["min"], high=load["max"], **counts))
        km = {name: number(summary["km"][name], lang, digits=1) for name in ("mean", "max")}
        lines.append(text("caseworkers.ways", lang, **km))
    if summary["changes"]:
        lines.append(text("caseworkers.changed", lang, count=summary["changes"]))
        counts = summary["by_reason"]
        lines += [
            text(f"caseworkers.because_{one}", lang, count=counts[one]) for one in REASONS if one in counts
        ]
    elif not summary["first"]:
        lines.append(text("caseworkers.no_changes", lang))
    return [*lines, text("caseworkers.written", lang, path=str(place))]


def _wants(summary: dict[str, Any], folder: Path, place: Path, lang: Lang) -> list[str]:
    """Return what keeps families without a caseworker, and what would help."""
    lines = []
    for one in summary["short"]:
        if one["caseworkers"]:
            said = {name: one[name] for name in ("caseworkers", "places", "cases", "without", "needed")}
            lines.append(text("caseworkers.short", lang, center=one["center_id"], **said))
        else:
            said = {"cases": one["cases"], "needed": one["needed"]}
            lines.append(text("caseworkers.none_at_all", lang, center=one["center_id"], **said))
    if count := summary["no_caseworker"].get("too_large"):
        lines.append(text("caseworkers.too_large", lang, count=count, most=summary["most"]))
    if summary["proposal"]:
        proposal = place.with_name(summary["proposal"])
        lines.append(text("caseworkers.remedy", lang, folder=str(folder), proposal=str(proposal)))
    return lines
