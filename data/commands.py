"""Commands of the record: rules, verify, export, history, show, compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.process.answer import AsJson, KeyPath, Language, Overwrite, answered
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang

HEAD_LETTERS = 64
"""Of a head as it is printed whole: a SHA-256."""
PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan, or of a nation.")]
ComparedFolder = Annotated[
    Path,
    typer.Argument(help="A plan, a nation, DIR@VERSION for one version of either, or a proposal."),
]


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (rules, verify, export, history, show, compare):
        app.command()(answered(command))


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="Rules to check and complete; the defaults without it.")
    ] = None,
    lang: Language = "en",
    *,
    work: Annotated[
        bool,
        typer.Option("--work", help="Rules of working life in place of a plan's."),
    ] = False,
    call: Annotated[
        bool,
        typer.Option("--call", help="The table \\[call] in place of a plan's rules: who may apply, ties."),
    ] = False,
) -> None:
    """Print every rule with its default, unit and meaning, as TOML to edit.

    Example: siting rules > rules.toml
    """
    if work:
        from data.work.rules import read_work_rules, work_rules_toml  # noqa: PLC0415 - only this command

        typer.echo(work_rules_toml(read_work_rules(file) if file else None, lang), nl=False)
        return
    if call:
        from data.call.rules import call_rules_toml, read_call_rules  # noqa: PLC0415 - only this command

        typer.echo(call_rules_toml(read_call_rules(file), lang), nl=False)
        return
    from data.rules import read_rules, rules_toml  # noqa: PLC0415 - only this command

    typer.echo(rules_toml(read_rules(file) if file else None, lang), nl=False)


def verify(
    folder: PlanFolder,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor", help="A head that was printed, whole, or a seal; may be repeated. Each must be known."
        ),
    ] = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Recount every version from the casebook, without the solver; name what is wrong and which files differ.

    Files of an earlier version, as a writer leaves them that is killed, are named and are no fault.

    Example: siting verify out/lorestan
    """
    from data.record.recount import recount  # noqa: PLC0415 - heavy
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    short = [one for one in anchor or () if len(one.strip()) != HEAD_LETTERS]
    if short:
        raise usage_error(phrase("cli.short_anchor", anchor=short[0].strip(), letters=HEAD_LETTERS))

    def tell(result: dict[str, Any]) -> None:
        typer.echo(text("cli.verified", lang, **result))
        _tell_seal(result, lang)
        if result.get("seal", "") in {one.strip().lower() for one in anchor or ()}:
            typer.echo(text("call.anchored", lang, path=result["path"]))
        for head, version in result["anchors"].items():
            typer.echo(text("cli.anchored", lang, path=result["path"], version=version, head=head))

    def tell_of_nation(told: dict[str, Any]) -> None:
        typer.echo(text("nation.counted", lang, **told))
        typer.echo(text("nation.head_now", lang, **told))
        for head, version in told["anchors"].items():
            typer.echo(text("nation.anchored", lang, path=told["path"], version=version, head=head))

    results = recount(
        folder,
        anchors=anchor or (),
        tell=(lambda _: None) if as_json else tell,
        warn=lambda fault: typer.echo(fault.line(lang), err=True),
        across=(lambda _: None) if as_json else tell_of_nation,
    )
    if as_json:
        typer.echo(json.dumps(results if len(results) > 1 else results[0], ensure_ascii=False, indent=1))


def _tell_seal(told: Mapping[str, Any], lang: Lang) -> None:
    from data.call.said import seal_lines  # noqa: PLC0415 - heavy

    for line in seal_lines(told.get("seal", ""), lang):
        typer.echo(line)


def export(
    folder: PlanFolder,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="New folder outside the plan's; or the plan's own, to mend its tables there."
        ),
    ],
    *,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be handed on: nothing of a household.")
    ] = False,
    overwrite: Overwrite = False,
    lang: Language = "en",
) -> None:
    """Write a plan's tables anew from its casebook; --public writes only what may be handed on.

    Into the plan's own folder it mends what was changed there, and says what brings back a map. Of a nation
    it writes a folder for each province, and a summary over all.

    Example: siting export out/lorestan --public --out public
    """
    from data.casebook import CASEBOOK, Casebook  # noqa: PLC0415 - heavy
    from data.exports import export as write  # noqa: PLC0415 - heavy
    from data.kinds import is_nation_folder  # noqa: PLC0415 - heavy
    from data.nation.check import province_folders  # noqa: PLC0415 - heavy
    from data.nation.exporting import export_nation  # noqa: PLC0415 - heavy
    from data.standing import behind_files, standing_faults  # noqa: PLC0415 - heavy

    in_place = out.resolve() == folder.resolve() and not public
    if is_nation_folder(folder) and not in_place:
        whole = export_nation(folder, out, public=public, overwrite=overwrite)
        typer.echo(text("cli.exported", lang, path=str(out)))
        typer.echo(text("cli.head", lang, version=whole["version"], head=whole["head"]))
        _tell_seal(whole, lang)
        return
    for plan in province_folders(folder) if is_nation_folder(folder) else [folder]:
        place = plan if in_place else out
        summary = write(plan, place, public=public, overwrite=overwrite)
        if in_place:
            book = Casebook.open(plan / CASEBOOK)
            for fault in (*standing_faults(plan, book), *behind_files(plan, book)):
                typer.echo(fault.line(lang), err=True)
        typer.echo(text("cli.exported", lang, path=str(place)))
        typer.echo(text("cli.head", lang, version=summary["casebook_version"], head=summary["head"]))
        _tell_seal(summary, lang)


def history(
    folder: PlanFolder,
    subject: Annotated[
        str | None,
        typer.Argument(help="Id of a household, a center or an applicant; every version without it."),
    ] = None,
    key: KeyPath = None,
    lang: Language = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Tell every version of a plan: what was done, when, by whom and why; or what it did to one id.

    Of an applicant it tells in which versions it had a center, was a reserve or withdrew. Of a nation, what
    was done to it, and the way of a household through its provinces. A national code is looked up by its
    pseudonym.

    Example: siting history out/lorestan C-LR-A0023-1
    """
    from data.privacy.typed import asked_about  # noqa: PLC0415 - only where an id is asked about

    if subject is None:
        rows, lines = _history(folder, None, lang)
    else:
        rows, lines = asked_about(subject, folder, key, lambda one: _history(folder, one, lang))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for line in lines:
        typer.echo(line)


def _history(folder: Path, subject: str | None, lang: Lang) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the past of a plan or a nation, or of one id in it: ready for JSON, and as lines."""
    from dataclasses import asdict  # noqa: PLC0415 - only this command

    from data.casebook import CASEBOOK, Casebook  # noqa: PLC0415 - heavy
    from data.kinds import is_nation_folder  # noqa: PLC0415 - heavy
    from data.nation.said import history_of as nation_told  # noqa: PLC0415 - heavy
    from data.record.past import history as told  # noqa: PLC0415 - heavy
    from data.record.said import history_lines  # noqa: PLC0415 - heavy
    from data.work.activity import told_of  # noqa: PLC0415 - heavy

    if is_nation_folder(folder):
        return nation_told(folder, subject, lang)
    book = Casebook.open(folder / CASEBOOK)
    found = told(book, subject)
    acts, of_acts = told_of(book, subject, lang) if subject else ([], [])
    return [*(asdict(one) for one in found), *acts], [*history_lines(found, lang), *of_acts]


def show(
    folder: PlanFolder,
    version: Annotated[
        str | None,
        typer.Argument(help="Number of the version, of a nation also its id; the current one without it."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for that version's tables; none without it.")
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Say what one version of a plan or a nation was, as its summary did; --out writes a plan's tables.

    Example: siting show out/lorestan 1 --out first
    """
    from data.exports import export as write  # noqa: PLC0415 - heavy
    from data.kinds import is_nation_folder  # noqa: PLC0415 - heavy
    from data.nation.said import shown as nation_shown  # noqa: PLC0415 - heavy
    from data.record.said import shown  # noqa: PLC0415 - heavy

    if is_nation_folder(folder):
        summary, lines = nation_shown(folder, version, lang, with_tables=out is not None)
    else:
        summary, lines = shown(folder, version, lang)
        if out is not None:
            write(folder, out, public=False, overwrite=overwrite, version=summary["casebook_version"])
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1))
        return
    for line in lines:
        typer.echo(line)
    if out is not None:
        typer.echo(text("cli.exported", lang, path=str(out)))


def compare(
    a: ComparedFolder,
    b: ComparedFolder,
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder for the whole tables; none without it.")
    ] = None,
    lang: Language = "en",
    *,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be handed on: no figure of a few households.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Say what changes from A to B: transfers, who is nearer and who further, loads, urban against rural.

    Nothing that is printed or written names a household. What is written is for those who plan, as it counts
    every single one; with --public it may be handed on.

    Example: siting compare out/lorestan@1 out/lorestan@2 --out changes
    """
    from data.compare.comparing import compare as compared  # noqa: PLC0415 - heavy
    from data.compare.files import record, write_comparison  # noqa: PLC0415 - heavy
    from data.compare.public import lines_of_many  # noqa: PLC0415 - heavy
    from data.compare.shown import lines  # noqa: PLC0415 - heavy
    from data.compare.sides import parted, side  # noqa: PLC0415 - heavy

    sides = side(a, beside=b), side(b, beside=a)
    found, least = compared(*sides), max(one.privacy_k for one in sides) if public else None
    if out is not None:
        plans = [parted(one)[0] for one in (a, b)]
        write_comparison(found, out, plans=plans, overwrite=overwrite, least=least)
    if as_json:
        typer.echo(json.dumps(record(found, least), ensure_ascii=False, indent=1))
        return
    for line in lines(found, lang) if least is None else lines_of_many(found, least, lang):
        typer.echo(line)
    if out is not None:
        typer.echo(text("compare.written", lang, path=str(out)), err=True)
