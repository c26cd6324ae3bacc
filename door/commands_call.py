"""The door to a call for applications: `seal`, `vet`, `decline`, `letters`, `call`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.process.answer import AsJson, ColumnsFile, KeyPath, Language, Overwrite, RulesFile, Seed, answered
from data.text import text

if TYPE_CHECKING:
    from data.call.seal import Seal
    from data.errors import Failure
    from data.text import Lang

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan or a nation.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (seal, vet, decline, letters, call):
        app.command()(answered(command))


def seal(
    rules: RulesFile = None,
    seed: Seed = 0,
    file: Annotated[
        Path | None, typer.Option("--out", help="File to write the seal to, as seal.json; only said without.")
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Who seals it; under the hash.")] = "",
    key: KeyPath = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Seal the rules, the seed and the tie-break of a call before it closes: print their hash to publish.

    `siting plan --seal` refuses any other rules, seed or key later, and every report carries the hash. Who
    applies by national code is shown, and drawn by lot, under a pseudonym: its key is sealed too, the one
    that --key names or that was made here before.

    Example: siting seal --rules rules.toml --seed 1405 --out seal.json --who "Deputy for social affairs"
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - only this command

    from data.call.seal import seal_of_file, write_seal  # noqa: PLC0415 - heavy
    from data.call.seal_key import sealable  # noqa: PLC0415 - heavy
    from data.key_file import KeyFile  # noqa: PLC0415 - heavy

    when, own = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), KeyFile.find(key)
    made = seal_of_file(rules, seed, secret=sealable(own), who=who, when=when)
    if file is not None:
        write_seal(made, file, overwrite=overwrite)
    if as_json:
        typer.echo(json.dumps(made.as_dict(), ensure_ascii=False, indent=1))
        return
    typer.echo(made.hash)
    for line in _of_seal(made, str(own.path), lang):
        typer.echo(line, err=True)
    if file is not None:
        typer.echo(text("call.sealed_in", lang, path=str(file)), err=True)


def _of_seal(made: Seal, key: str, lang: Lang) -> list[str]:
    """Return what a seal holds, whether it is in time, and how anybody draws the lots again."""
    from data.call.order import lot_text  # noqa: PLC0415 - heavy
    from maps.dates import shown_day, shown_moment  # noqa: PLC0415 - heavy

    day, time = shown_moment(made.when, lang)

    deadline = {"deadline": shown_day(made.deadline, lang)} if made.deadline else {}
    closing = {None: "sealed_without_deadline", True: "sealed_in_time", False: "sealed_late"}[made.in_time]
    return [
        text("call.sealed", lang, seed=str(made.seed), day=day, time=time),
        text(f"call.{closing}", lang, **deadline),
        text("call.sealed_key" if "key" in made.sealed else "call.sealed_no_key", lang, file=key),
        text("call.lottery", lang, seed=str(made.seed), drawn=lot_text(made.seed, "ID")),
    ]


def vet(
    applicants: Annotated[Path, typer.Argument(help="Applicants, one row a site.")],
    rules: RulesFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV to write; APPLICANTS-vetted.csv beside it unless told.")
    ] = None,
    columns: ColumnsFile = None,
    key: KeyPath = None,
    seal: Annotated[
        str, typer.Option("--seal", help="File of `siting seal`: other rules or another key are refused.")
    ] = "",
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    r"""Decide who is eligible by the rules of a call: `decision` and reason of every site, as a new file.

    The rules stand in the table \[call] of the file of rules; `siting rules --call` prints them. What an
    authority refused stays refused, what the file does not tell stays pending. `siting plan --seal` decides
    alike on a file that was not vetted, and leaves a vetted one as it is.

    Example: siting vet applicants.xlsx --rules rules.toml --out vetted.csv
    """
    from door.call import vet_file  # noqa: PLC0415 - heavy

    place = out or applicants.with_name(f"{applicants.stem}-vetted.csv")

    def tell(note: Failure) -> None:
        typer.echo(note.line(lang), err=True)

    counts = vet_file(
        applicants,
        rules,
        place,
        columns=columns,
        key=key,
        seal=seal,
        lang=lang,
        overwrite=overwrite,
        tell=tell,
    )
    if as_json:
        typer.echo(json.dumps({**counts, "out": str(place)}, ensure_ascii=False, indent=1))
        return
    if counts["synthetic"]:
        typer.echo(text("cli.synthetic", lang))
    typer.echo(text("call.vetted", lang, **{name: counts[name] for name in _VETTED}))
    for reason, count in counts["by_reason"].items():
        typer.echo(text("call.vetted_reason", lang, count=count, reason=text(f"call.vet_{reason}", lang)))
    typer.echo(text("call.written", lang, path=str(place)))


_VETTED = ("applicants", "sites", "eligible_applicants", "eligible_sites", "refused_sites", "pending_sites")


def decline(
    folder: PlanFolder,
    applicant: Annotated[str, typer.Argument(help="Who withdraws: chosen, a reserve, or not chosen.")],
    why: Annotated[str, typer.Option("--why", help="What for; said with the command that applies it.")] = "",
    effective: Annotated[
        str, typer.Option("--effective", help="From when, Jalali or ISO; today unless told.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the proposal; FOLDER-proposal unless told.")
    ] = None,
    key: KeyPath = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Propose the reserve in the place of a chosen applicant who withdraws; the rest of the network stays.

    Who runs no center is neither chosen nor a reserve any more, and no family moves.

    Without a reserve the place is vacant: its families wait for the next call (`siting call`) until a center
    opens, or a rebalance of their unit finds them room. To send them to the other centers at once, close it
    with `siting rebalance --close`. Apply the proposal with `siting apply`.

    Example: siting decline out/lorestan LR-A0023 --why "no premises" --out declined
    """
    from datetime import datetime  # noqa: PLC0415 - only this command

    from data.privacy.typed import asked_about  # noqa: PLC0415 - heavy
    from siting.call.decline import decline as make  # noqa: PLC0415 - heavy
    from siting.call.decline import withdrawal_of  # noqa: PLC0415 - heavy
    from siting.call.declined_said import decline_sentences  # noqa: PLC0415 - heavy
    from siting.running.commands import place_beside, put_and_say  # noqa: PLC0415 - heavy

    found = asked_about(applicant, folder, key, lambda one: withdrawal_of(folder, one))
    day = effective or datetime.now().astimezone().date().isoformat()

    def fill(temp: Path) -> dict[str, Any]:
        facts = make(folder, found, temp, effective=day)
        for line in decline_sentences(found, facts, lang):
            typer.echo(line, err=as_json)
        return facts

    place = out or place_beside(folder)
    put_and_say(folder, place, fill, overwrite=overwrite, as_json=as_json, lang=lang)
    if why:
        typer.echo(text("call.apply_why", lang, folder=str(folder), proposal=str(place), why=why), err=True)


def letters(
    folder: PlanFolder,
    out: Annotated[
        Path | None, typer.Option("--out", help="Private folder; DIR-letters beside DIR unless told.")
    ] = None,
    lang: Language = "fa",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a letter to every applicant, in Persian unless told: the decision, its reasons, how to object.

    One page to print for each, and one of all; nothing of a household is in them. The folder is private.

    Example: siting letters out/lorestan --out letters
    """
    from data.versioned import beside  # noqa: PLC0415 - heavy
    from door.call import write_letters  # noqa: PLC0415 - heavy
    from maps.call.closing import open_lines  # noqa: PLC0415 - heavy

    place = out or beside(folder, "letters")
    counts = write_letters(folder, place, lang=lang, overwrite=overwrite)
    for line in open_lines(counts["deadline"], lang):
        typer.echo(line, err=True)
    if as_json:
        typer.echo(json.dumps({**counts, "out": str(place)}, ensure_ascii=False, indent=1))
        return
    typer.echo(text("call.lettered", lang, count=counts["letters"]))
    for outcome, count in counts["by_outcome"].items():
        typer.echo(text("call.lettered_of", lang, outcome=text(f"call.outcome_{outcome}", lang), count=count))
    typer.echo(text("call.written", lang, path=str(place)))


def call(folder: PlanFolder, lang: Language = "en", *, as_json: AsJson = False) -> None:
    """Say what a second call must ask for: every vacancy, where, for how many families, its best point.

    Points are told to about a kilometre, so that what is printed may be published.

    Example: siting call out/lorestan --lang fa
    """
    from data.call.said import seal_lines  # noqa: PLC0415 - heavy
    from door.call import seal_of, second_call  # noqa: PLC0415 - heavy

    rows = second_call(folder)
    if as_json:
        told = {"seal": seal_of(folder), "vacancies": rows}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(text("call.second" if rows else "call.second_none", lang, count=len(rows)))
    for row in rows:
        typer.echo(_vacancy(row, lang))
    if rows:
        typer.echo(text("call.second_next", lang))
    for line in seal_lines(seal_of(folder), lang):
        typer.echo(line)


def _vacancy(row: dict[str, Any], lang: Lang) -> str:
    from data.gazetteer.named import names_of  # noqa: PLC0415 - heavy

    place = names_of(row["province"], row["county"])[lang] if row["county"] else row["province"]
    key = "call.vacancy_few" if row["households"] is None else "call.vacancy"
    point = f"{row['lat']:.2f}, {row['lon']:.2f}"
    told = {"place": place, "point": point, "vacancy": row["vacancy_id"], "applicants": row["applicants"]}
    return text(key, lang, **told, households=row["households"] or 0, cases=row["cases"] or 0)
