"""The door to oversight: `status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.process.answer import AsJson, Language, Overwrite, answered
from data.text import number, phrase, text

if TYPE_CHECKING:
    from datetime import date

    from data.text import Lang
    from door.status import Status


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(answered(status))


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan or a nation.")],
    day: Annotated[
        str,
        typer.Option(
            "--date", help="Day to look at, Jalali or ISO, from the founding on; today unless told."
        ),
    ] = "",
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="Rules of working life, TOML; `siting rules --work` prints them."),
    ] = None,
    tariffs: Annotated[
        Path | None,
        typer.Option("--tariffs", help="Prices, TOML; `siting tariffs` prints those that ship."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the table as a page, a workbook and a CSV.")
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Show how every center stands: load, free places, caseworkers, visits; what needs attention first.

    Of a past day, as the record had it then; what was done by that day counts even if written down later.

    Example: siting status out/lorestan --out status
    """
    from data.work.rules import WorkRules, read_work_rules  # noqa: PLC0415 - heavy
    from data.work.tariff_file import read_tariffs  # noqa: PLC0415 - heavy
    from door.status import status_of, write_status  # noqa: PLC0415 - heavy

    own = WorkRules() if rules is None else read_work_rules(rules)
    found = status_of(folder, _day(day), own, read_tariffs(tariffs))
    files = () if out is None else write_status(found, folder, out, lang=lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(_told(found, out, files), ensure_ascii=False, indent=1))
        return
    for line in _lines(found, lang):
        typer.echo(line)
    if out is None:
        typer.echo(text("status.out_hint", lang))
    else:
        typer.echo(text("status.written", lang, path=str(out), files=" · ".join(files)))


def _day(asked: str) -> date:
    from datetime import UTC, datetime  # noqa: PLC0415

    from data.errors import Exit, SitingError  # noqa: PLC0415
    from data.readers.dates import read_date  # noqa: PLC0415 - heavy
    from data.work.in_force import IRAN  # noqa: PLC0415 - heavy

    today = datetime.now(UTC).astimezone(IRAN).date()
    try:
        day = read_date(asked) if asked else today
    except ValueError:
        raise SitingError(phrase("status.bad_day", day=asked), code="bad_day", exit_code=Exit.USAGE) from None
    if day > today:
        words = phrase("status.future_day", day=day.isoformat())
        raise SitingError(words, code="future_day", exit_code=Exit.USAGE)
    return day


def _lines(found: Status, lang: Lang) -> list[str]:
    from data.call.said import seal_lines  # noqa: PLC0415 - heavy
    from data.work.status import summed  # noqa: PLC0415 - heavy
    from maps.work.status import FIRST_SHOWN, center_table, title  # noqa: PLC0415 - heavy
    from maps.work.terminal import table_lines  # noqa: PLC0415 - heavy

    sums = {name: number(value, lang) for name, value in summed(found.table, []).iloc[0].items()}
    first = found.table[found.table["concerned"] > 0].head(FIRST_SHOWN)
    return [
        *([text("cli.synthetic", lang)] if found.synthetic else []),
        title(found.day, lang),
        *seal_lines(found.origin.seal, lang),
        text(
            "status.sum",
            lang,
            centers=len(found.table),
            cases=sums["cases"],
            free=sums["free"],
            done=sums["visits_done"],
            due=sums["visits_due"],
            overdue=sums["visits_overdue"],
        ),
        *(
            [text("status.staffed", lang, count=int(found.table["places_staffed"].sum()))]
            if "beats" not in found.missing
            else []
        ),
        *(text(f"status.missing_{one}", lang) for one in found.missing),
        *(
            ["", text("status.first", lang), *table_lines(center_table(first, lang), lang)]
            if len(first)
            else [text("status.none_concerned", lang)]
        ),
    ]


def _told(found: Status, out: Path | None, files: tuple[str, ...]) -> dict[str, object]:
    rows = json.loads(found.table.to_json(orient="records", double_precision=3))
    return {
        "date": found.day.isoformat(),
        "version": None if found.nation else found.origin.version,
        "head": found.origin.head or None,
        **({"seal": found.origin.seal} if found.origin.seal else {}),
        "synthetic": found.synthetic,
        "missing": list(found.missing),
        "centers": rows,
        "out": None if out is None else str(out),
        "files": list(files),
    }
