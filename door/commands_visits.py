"""The door to home visits: `visits`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit
from data.process.answer import AsJson, Language, Overwrite, WorkerCount, answered, cores
from data.text import number, text

if TYPE_CHECKING:
    from data.text import Lang

REASONS = ("no_caseworker", "too_far_for_a_day", "no_day_left")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(answered(visits))


def visits(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    first: Annotated[
        str, typer.Option("--from", help="First day, Jalali or ISO: of the half-year, or of what may change.")
    ],
    center: Annotated[str, typer.Option("--center", help="Plan this center alone.")] = "",
    holidays: Annotated[
        Path | None,
        typer.Option(
            "--holidays", help="Table of holidays (date, name) in place of Iran's official ones, complete."
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="Rules of working life, TOML; `siting rules --work` prints them."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; DIR-visits beside DIR unless told.")
    ] = None,
    workers: WorkerCount = 0,
    who: Annotated[str, typer.Option("--who", help="Who does it, for the log.")] = "",
    why: Annotated[str, typer.Option("--why", help="What for, for the log.")] = "",
    lang: Language = "en",
    *,
    anew: Annotated[
        bool, typer.Option("--anew", help="Plan from nothing, also where visits of the period stand already.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Plan every home's visit of a half-year: short round trips on working days, overdue homes first.

    For each caseworker a calendar (.ics) and a workbook, beside them `visits.csv`, `days.csv` and
    `unvisited.csv`. Run again inside the half-year, it leaves every visit on its day, and fits families that
    joined, moved or were missed in where they cost least; a later --from begins another half-year.

    Example: siting visits out/lorestan --from 1406/01/16
    """
    from datetime import date, datetime  # noqa: PLC0415 - only this command

    from data.change.asked import iso_date  # noqa: PLC0415 - heavy
    from data.versioned import beside  # noqa: PLC0415 - heavy
    from data.work.calendar import months_after, official_calendar, read_holidays, refuse_past  # noqa: PLC0415 - heavy
    from data.work.in_force import IRAN  # noqa: PLC0415 - heavy
    from data.work.rules import WorkRules, read_work_rules  # noqa: PLC0415 - heavy
    from door.visit_plans import AskedVisits  # noqa: PLC0415 - heavy
    from door.visits import write_visits  # noqa: PLC0415 - heavy

    begins = date.fromisoformat(iso_date(first, "--from"))
    refuse_past(begins, datetime.now(IRAN).date())
    told = read_work_rules(rules) if rules else WorkRules()
    until = months_after(begins, told.visit_months)
    calendar = (
        read_holidays(holidays, thursday=told.thursday)
        if holidays
        else official_calendar(months_after(begins, -told.visit_months), until, thursday=told.thursday)
    )
    place = out or beside(folder, "visits")
    asked = AskedVisits(begins, calendar, told, center, anew)
    summary = write_visits(
        folder, place, asked, workers=workers or cores(), lang=lang, overwrite=overwrite, who=who, why=why
    )
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        for line in _sentences(summary, place, lang):
            typer.echo(line)
    for line in _wants(summary, lang):
        typer.echo(line, err=True)
    if summary["unvisited"]:
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))


def _sentences(summary: dict[str, Any], place: Path, lang: Lang) -> list[str]:
    lines = [text("cli.synthetic", lang)] if summary["synthetic"] else []
    names = ("visited", "caseworkers", "days", "working_days")
    lines.append(text("visits.planned", lang, **{name: summary[name] for name in names}))
    if summary["fitted"]:
        lines.append(text("visits.fitted", lang))
    if summary["overdue"]:
        lines.append(text("visits.overdue", lang, count=summary["overdue"]))
    km = {name: number(summary[name], lang, digits=0) for name in ("km", "file_order_km")}
    # The difference of what is shown, so that the sentence adds up.
    km["saved_km"] = number(round(summary["file_order_km"]) - round(summary["km"]), lang)
    lines.append(text("visits.km", lang, **km))
    return [*lines, text("visits.written", lang, path=str(place))]


def _wants(summary: dict[str, Any], lang: Lang) -> list[str]:
    """Return what is not as it should be, and what helps."""
    lines = []
    told = summary["holidays"]
    if told["estimated"]:
        lines.append(text("visits.estimated", lang, count=len(told["estimated"])))
    if not told["inside"]:
        lines.append(text("visits.no_holiday_inside", lang, source=told["source"]))
    if summary["late"]:
        lines.append(text("visits.late", lang, count=summary["late"]))
    reasons = summary["unvisited_by_reason"]
    limits = {name: summary["rules"][name] for name in ("visits_a_day", "hours_a_day")}
    for reason in REASONS:
        if reason in reasons:
            days = summary["working_days"]
            lines.append(text(f"visits.left_{reason}", lang, count=reasons[reason], days=days, **limits))
    return lines
