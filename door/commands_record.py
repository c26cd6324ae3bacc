"""The door to the record: `apply` and `revert`, which write, verify and draw."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit, SitingError
from data.process.answer import AsJson, Language, answered
from data.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from data.text import Lang

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")]
Who = Annotated[str, typer.Option("--who", help="Who does it, for the log; the account unless told.")]
Why = Annotated[str, typer.Option("--why", help="What for, for the log.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (apply, revert):
        app.command()(answered(command))


def apply(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan or a nation: the network that runs.")],
    proposal: Annotated[Path, typer.Argument(help="Folder of a proposal, as `siting rebalance` writes it.")],
    who: Who = "",
    why: Why = "",
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Apply a proposal: the next version of the record, with its tables and its map.

    A proposal that was made on an earlier version is refused. That of a nation changes all its provinces or
    none: what a killed command leaves half done, the next one that opens the nation finishes.

    Example: siting apply out/lorestan out/lorestan-proposal --why "moves of Mehr"
    """
    from data.nation.held import nation_of  # noqa: PLC0415 - heavy
    from data.nation.pending import is_begun  # noqa: PLC0415 - heavy
    from data.nation.proposal import is_nation_proposal  # noqa: PLC0415 - heavy
    from door.record import apply_proposal  # noqa: PLC0415 - heavy

    nation = nation_of(folder)
    if nation is not None and nation == folder.resolve() and is_nation_proposal(proposal):
        from door.moves import apply_to_nation  # noqa: PLC0415 - heavy

        try:
            summary = apply_to_nation(nation, proposal, who=who, why=why, lang=lang)
        except SitingError:
            if is_begun(nation):
                typer.echo(text("moves.left_open", lang, path=folder.name), err=True)
            raise
    else:
        with _held(nation, lang):
            summary = apply_proposal(folder, proposal, who=who, why=why, lang=lang)
    _say(summary, lang, as_json=as_json)


def revert(
    folder: PlanFolder,
    version: Annotated[
        str,
        typer.Argument(
            help="The version that is to be in force again; of a nation, or the id of what is taken back."
        ),
    ],
    who: Who = "",
    why: Why = "",
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Bring an earlier version back as the next one; nothing is removed from the record.

    Of a nation, all its provinces go back or none; `siting history` lists its versions and their ids.

    Example: siting revert out/lorestan 1
    """
    from data.nation.check import pair_faults, province_folders  # noqa: PLC0415 - heavy
    from data.nation.held import nation_of  # noqa: PLC0415 - heavy
    from data.record.named import version_named  # noqa: PLC0415 - heavy
    from door.record import revert_to  # noqa: PLC0415 - heavy

    nation = nation_of(folder)
    if nation is not None and nation == folder.resolve():
        _revert_nation(folder, version, who=who, why=why, lang=lang, as_json=as_json)
        return
    number = version_named(version)
    with _held(nation, lang):
        summary = revert_to(folder, number, who=who, why=why, lang=lang)
    for fault in (
        () if nation is None else pair_faults(nation, [one.name for one in province_folders(nation)])
    ):
        typer.echo(fault.line(lang), err=True)
    _say(summary, lang, as_json=as_json)


def _revert_nation(nation: Path, asked: str, *, who: str, why: str, lang: Lang, as_json: bool) -> None:
    from data.nation.pending import is_begun  # noqa: PLC0415 - heavy
    from door.moves import revert_nation  # noqa: PLC0415 - heavy

    try:
        summary, back = revert_nation(nation, asked, who=who, why=why, lang=lang)
    except SitingError:
        if is_begun(nation):
            typer.echo(text("nation.left_open", lang, path=nation.name), err=True)
        raise
    done = text("nation.reverted", lang, count=len(back), provinces=" · ".join(back))
    _say(summary, lang, as_json=as_json, done=done)


def _held(nation: Path | None, lang: Lang) -> AbstractContextManager[None]:
    """Return what one province is changed in: its nation held where it has one."""
    if nation is None:
        return nullcontext()
    from door.moves import within  # noqa: PLC0415 - heavy

    return within(nation, lang)


def _say(summary: Mapping[str, Any], lang: Lang, *, as_json: bool, done: str = "") -> None:
    from data.said import unserved  # noqa: PLC0415 - heavy

    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    elif done:
        typer.echo(done)
    elif "provinces" in summary:
        typer.echo(text("moves.applied", lang, count=len(summary["provinces"])))
    else:
        version, head = summary["casebook_version"], summary["head"]
        typer.echo(text("cli.applied", lang, version=version, head=head))
    if unserved(summary):
        typer.echo(text("cli.applied_unserved", lang, count=unserved(summary)), err=True)
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))
