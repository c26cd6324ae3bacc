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
    from collections.abc import Mapping, Sequence
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
    from data.nation.proposal import require_same_kind  # noqa: PLC0415 - heavy
    from door.record import apply_proposal  # noqa: PLC0415 - heavy

    require_same_kind(folder, proposal)
    nation = nation_of(folder)
    if nation is not None and nation == folder.resolve():
        from door.moves import apply_to_nation  # noqa: PLC0415 - heavy

        try:
            done = apply_to_nation(nation, proposal, who=who, why=why, lang=lang)
        except SitingError:
            if is_begun(nation):
                typer.echo(text("moves.left_open", lang, path=folder.name), err=True)
            raise
        applied = text("moves.applied", lang, count=len(done["provinces"]))
        _say(done, lang, as_json=as_json, lines=[applied, _head(nation, done, lang)])
        return
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
    _say(summary, lang, as_json=as_json, lines=[done, _head(nation, summary, lang)])


def _head(nation: Path, summary: Mapping[str, Any], lang: Lang) -> str:
    """Return the version and the head of a nation in words."""
    from data.nation.events import events_of, logs_of  # noqa: PLC0415 - heavy
    from data.nation.folder import nation_head  # noqa: PLC0415 - heavy

    head = nation_head({str(one["code"]): str(one["head"]) for one in summary["provinces"]})
    return text("moves.head", lang, version=len(events_of(logs_of(nation))), head=head)


def _held(nation: Path | None, lang: Lang) -> AbstractContextManager[None]:
    """Return what one province is changed in: its nation held where it has one."""
    if nation is None:
        return nullcontext()
    from door.moves import within  # noqa: PLC0415 - heavy

    return within(nation, lang)


def _say(summary: Mapping[str, Any], lang: Lang, *, as_json: bool, lines: Sequence[str] = ()) -> None:
    from data.said import unserved  # noqa: PLC0415 - heavy

    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        for line in lines or [_applied(summary, lang)]:
            typer.echo(line)
    if unserved(summary):
        typer.echo(text("cli.applied_unserved", lang, count=unserved(summary)), err=True)
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))


def _applied(summary: Mapping[str, Any], lang: Lang) -> str:
    return text("cli.applied", lang, version=summary["casebook_version"], head=summary["head"])
