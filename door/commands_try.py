"""The door to what if: `try`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.process.answer import AsJson, Language, Overwrite, SeedIfAny, WorkerCount, answered, cores
from data.text import text


class Question(StrEnum):
    """Questions that need no file (`siting.what_if.variants.READY`)."""

    BORDERS = "borders"
    PREFERENCE = "preference"
    ONE_MORE = "one-more"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="try")(answered(try_))


def try_(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a plan, or DIR@VERSION for one version of it; it is only read.")
    ],
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules", help="Rules to try, TOML; what a file leaves out stays as it is. May be repeated."
        ),
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option("--require", help="SITE that must open; may be repeated.")
    ] = None,
    forbid: Annotated[
        list[str] | None, typer.Option("--forbid", help="SITE that may not open; may be repeated.")
    ] = None,
    centers: Annotated[
        list[int] | None, typer.Option("--centers", min=1, help="Number of centers; may be repeated.")
    ] = None,
    max_cases: Annotated[
        list[int] | None,
        typer.Option("--max-cases", min=1, help="Cases a center may serve at most; may be repeated."),
    ] = None,
    ask: Annotated[
        list[Question] | None,
        typer.Option(
            "--ask", help="Price of county borders, of preference, of one more center; may be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Private folder for the page, the workbook and the tables.")
    ] = None,
    seed: SeedIfAny = None,
    workers: WorkerCount = 0,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Say what a plan would cost by other rules, each a plan of its own, and how much of that is proven.

    The same households and applicants are planned again for each question, side by side. Nothing of the plan
    changes. The seed is the plan's unless told.

    Example: siting try out/lorestan --ask preference --forbid LR-A0023-1 --out what-if
    """
    from data.compare.sides import parted  # noqa: PLC0415 - heavy
    from data.exports import refuse_over_plan  # noqa: PLC0415 - heavy
    from data.folder import check_place  # noqa: PLC0415 - heavy
    from data.kinds import TRY, TRY_FILES  # noqa: PLC0415 - heavy
    from door.try_variants import Questions, try_folder, write_answers  # noqa: PLC0415 - heavy

    if out is not None:
        refuse_over_plan(parted(folder)[0], out)
        check_place(out, overwrite=overwrite, kind=TRY)
    questions = Questions(
        rules or (), require or (), forbid or (), centers or (), max_cases or (), tuple(ask or ())
    )

    def tell(count: int) -> None:
        typer.echo(text("try.stage_try", lang, count=count), err=True)

    answers = try_folder(folder, questions, seed=seed, workers=workers or cores(), tell=tell)
    if out is not None:
        write_answers(answers, folder, out, lang=lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(answers.record(), ensure_ascii=False, indent=1))
        return
    for line in answers.lines(lang):
        typer.echo(line)
    if out is None:
        typer.echo(text("try.out_hint", lang))
    else:
        typer.echo(text("try.written", lang, path=str(out), files=" · ".join(TRY_FILES)))
