"""The door to the pages: `map`, which draws what the record holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit, SitingError
from data.process.answer import AsJson, Language, Overwrite, WorkerCount, answered, cores
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang

Network = Annotated[
    Path, typer.Argument(help="Folder of a plan or a nation; DIR@VERSION for one version of it.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map")(answered(map_pages))


def map_pages(
    folder: Network,
    version: Annotated[
        int | None,
        typer.Option(
            "--version", min=1, help="Version of the plan or the nation; the current one unless told."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where to; its own map/ unless told, DIR-map-V for a --version."),
    ] = None,
    lang: Language = "en",
    workers: WorkerCount = 0,
    *,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--compare",
            metavar="A B",
            help="Draw before and after: versions of DIR, or folders (a proposal, a plan, DIR@V).",
        ),
    ] = None,
    backdrop: Annotated[
        list[Path] | None,
        typer.Option(
            "--backdrop", help="A layer to draw round the plan: lines, polygons or points of any CRS."
        ),
    ] = None,
    tiles_from: Annotated[
        str,
        typer.Option(
            "--tiles-from", help="Address of other tiles than those of --tiles, with {z}, {x}, {y}."
        ),
    ] = "",
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Pictures of the ground from the internet, for readers online.")
    ] = False,
    staff: Annotated[
        bool,
        typer.Option("--staff", help="Write private pages too, household by household, into DIR/staff."),
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Draw the map: a page of the plan and one of every center, which open without internet.

    Of a nation, its own page and those of every province, in the maps of their folders; with --out or of a
    --version all of them in one folder to hand on. Nothing private is in them. What --staff writes must not
    be handed on: it is for those who know the families.

    With --compare, one page of what changes from A to B, in DIR-compare-A-B unless told.

    Example: siting map out/lorestan --lang fa
    """
    if compare is not None:
        others = {
            "--version": version,
            "--backdrop": backdrop,
            "--staff": staff,
            "--tiles": tiles or tiles_from,
        }
        _map_comparison(folder, compare, out, others, lang=lang, overwrite=overwrite, as_json=as_json)
        return
    from data.versioned import beside, version_told  # noqa: PLC0415 - heavy

    folder, version = version_told(folder, version)
    if staff and version is not None:
        words = phrase("maps.staff_is_of_today")
        raise SitingError(words, code="staff_is_of_today", exit_code=Exit.USAGE)
    from data.kinds import PAGE_FILE  # noqa: PLC0415 - heavy
    from data.nation.folder import PROVINCES  # noqa: PLC0415 - heavy
    from data.process.workers import Workers  # noqa: PLC0415 - heavy
    from data.standing import MAP  # noqa: PLC0415 - heavy
    from door.drawn import (  # noqa: PLC0415 - heavy
        draw_apart,
        draw_for_staff,
        draw_in_place,
        draw_nation_whole,
    )
    from door.drawn_nation import draw_nation_apart  # noqa: PLC0415 - heavy
    from maps.around import around_of  # noqa: PLC0415 - heavy

    around = around_of(backdrop or [], tiles=tiles, tiles_from=tiles_from)
    in_place, nation = version is None and out is None, (folder / PROVINCES).is_dir()
    place = folder / MAP if in_place else out or beside(folder, f"{MAP}-{version}")
    apart: dict[str, Any] = {"version": version, "lang": lang, "overwrite": overwrite, "around": around}
    if nation:
        crew = Workers(workers or cores())
        pages = (
            draw_nation_whole(folder, lang=lang, workers=crew, around=around)
            if in_place
            else draw_nation_apart(folder, place, workers=crew, **apart)
        )
    elif in_place:
        pages = draw_in_place(folder, lang=lang, around=around)
    else:
        pages = draw_apart(folder, place, **apart)
    private = draw_for_staff(folder, lang=lang) if staff else 0
    if private and not as_json:
        typer.echo(text("maps.staff_drawn", lang, pages=private, path=str(folder / "staff")), err=True)
    if as_json:
        typer.echo(json.dumps({"out": str(place), "pages": pages}, ensure_ascii=False, indent=1))
    else:
        begin = place / MAP if nation and not in_place else place
        typer.echo(text("maps.drawn", lang, pages=pages, path=str(place), begin=str(begin / PAGE_FILE)))
        if nation and in_place:
            typer.echo(text("maps.drawn_in_provinces", lang))
        if around.tiles:
            typer.echo(text("maps.drawn_with_tiles", lang), err=True)


def _map_comparison(
    folder: Path,
    told: tuple[str, str],
    out: Path | None,
    others: Mapping[str, object],
    *,
    lang: Lang,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Draw before and after; ``others`` are the options that say nothing of it."""
    from door.compared import draw_compared  # noqa: PLC0415 - heavy

    for name, value in others.items():
        if value:
            words = phrase("maps.compare_with_version", other=name)
            raise SitingError(words, code="compare_alone", exit_code=Exit.USAGE)
    place = draw_compared(folder, told, out, lang=lang, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps({"out": str(place), "pages": 1}, ensure_ascii=False, indent=1))
    else:
        typer.echo(text("maps.compare_drawn", lang, path=str(place)))
