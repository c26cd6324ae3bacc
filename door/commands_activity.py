"""The door to what was done: `record`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import SHOWN_FAILURES
from data.process.answer import AsJson, KeyPath, Language, answered
from data.text import phrase, text

if TYPE_CHECKING:
    import pandas as pd

    from data.errors import Failure
    from data.text import Lang
    from door.activity import Recorded

SHOWN_ROWS = 40
"""Rows of the table of months that a terminal is shown."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(answered(record))


def record(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    activity: Annotated[
        Path | None,
        typer.Option(
            "--activity",
            help="What was done: date, household_id, center_id, caseworker, kind (visit, interview, "
            "file_opened, casework, education) and result.",
        ),
    ] = None,
    holidays: Annotated[
        Path | None,
        typer.Option("--holidays", help="Table of holidays (date, name) in place of the official ones."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="Rules of working life, TOML; `siting rules --work` prints them."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of what is flagged and done; DIR-activity unless told."),
    ] = None,
    key: KeyPath = None,
    who: Annotated[str, typer.Option("--who", help="Who does it, for the log.")] = "",
    why: Annotated[str, typer.Option("--why", help="What for, for the log.")] = "",
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Take what was done into the record, each act once; without a file, hold what was done against the plan.

    Days that cannot have been are kept, flagged and listed: too many visits, a holiday or day off, homes too
    far apart, a home that is another center's on that day, a caseworker not on the roster.

    Example: siting record out/lorestan --activity mehr.xlsx
    """
    from datetime import datetime  # noqa: PLC0415 - only this command

    from data.rules import usage_error  # noqa: PLC0415 - heavy
    from data.versioned import beside  # noqa: PLC0415 - heavy
    from data.work.in_force import IRAN  # noqa: PLC0415 - heavy
    from data.work.rules import WorkRules, read_work_rules  # noqa: PLC0415 - heavy
    from door.activity import AskedActivity, done_of, record_activity  # noqa: PLC0415 - heavy

    if activity is None:
        if out is not None or holidays is not None or rules is not None:
            raise usage_error(phrase("activity.only_with_file"))
        table, synthetic = done_of(folder)
        _say_done(table, lang, as_json=as_json, synthetic=synthetic)
        return
    place = out or beside(folder, "activity")
    limits = WorkRules() if rules is None else read_work_rules(rules)
    asked = AskedActivity(activity, limits, datetime.now(IRAN).date(), holidays, key)
    found = record_activity(folder, place, asked, lang=lang, who=who, why=why)
    if as_json:
        listed = [
            {"row": one.row, "flag": one.code, "id": one.id, "message": one.said(lang)}
            for one in found.flagged
        ]
        typer.echo(json.dumps({**found.facts, "rows_flagged": listed}, ensure_ascii=False, indent=1))
        return
    for line in _sentences(found, place, lang):
        typer.echo(line)


def _sentences(found: Recorded, place: Path, lang: Lang) -> list[str]:
    facts = found.facts
    lines = [text("cli.synthetic", lang)] if facts["synthetic"] else []
    lines.append(text("activity.recorded", lang, rows=facts["rows"], new=facts["new"]))
    if facts["repeated"]:
        lines.append(text("activity.repeated", lang, count=facts["repeated"]))
    if facts["corrected"]:
        lines.append(text("activity.corrected", lang, count=facts["corrected"]))
    if found.flagged:
        lines.append(text("activity.flagged", lang, count=facts["flagged"]))
        # A line for each day and reason: the forty visits of a day are one thing to look into.
        alike = Counter((one.code, one.words) for one in found.flagged)
        first = {(one.code, one.words): one for one in reversed(found.flagged)}
        shown = sorted(first.values())
        lines += [_line(one, alike[one.code, one.words], lang) for one in shown[:SHOWN_FAILURES]]
        if len(shown) > SHOWN_FAILURES:
            lines.append(text("cli.more", lang, count=len(shown) - SHOWN_FAILURES))
    return [*lines, text("activity.written", lang, path=str(place))]


def _line(flagged: Failure, count: int, lang: Lang) -> str:
    return flagged.line(lang) + (text("activity.alike", lang, count=count - 1) if count > 1 else "")


def _say_done(table: pd.DataFrame, lang: Lang, *, as_json: bool, synthetic: bool) -> None:
    if as_json:
        typer.echo(json.dumps(table.to_dict("records"), ensure_ascii=False, indent=1))
        return
    if synthetic:
        typer.echo(text("cli.synthetic", lang))
    if table.empty:
        typer.echo(text("activity.nothing", lang))
        return
    for row in table.head(SHOWN_ROWS).to_dict("records"):
        counts = {name: int(row[name]) for name in ("planned_visits", "visits", "flagged")}
        others = sum(int(row[name]) for name in ("interview", "file_opened", "casework", "education"))
        said = {"caseworker": row["caseworker_id"], "month": row["month"]}
        typer.echo(text("activity.month", lang, others=others, **said, **counts))
    if len(table) > SHOWN_ROWS:
        typer.echo(text("cli.more", lang, count=len(table) - SHOWN_ROWS))
