"""The commands that make proposals of a further phase or of edits in QGIS, and what all of them share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import Exit, SitingError
from data.process.answer import (
    AsJson,
    ColumnsFile,
    KeyPath,
    Language,
    Overwrite,
    WorkerCount,
    cores,
    list_failures,
)
from data.text import phrase, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.text import Lang


def propose(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    from_gpkg: Annotated[
        Path | None, typer.Option("--from-gpkg", help="The file of --editable, as it was edited in QGIS.")
    ] = None,
    editable: Annotated[
        Path | None,
        typer.Option("--editable", help="Write the current version here, for QGIS to edit, and stop."),
    ] = None,
    effective: Annotated[
        str, typer.Option("--effective", help="From when the edits are in force, Jalali or ISO; today.")
    ] = "",
    max_transfers: Annotated[
        int | None, typer.Option("--max-transfers", min=0, help="Cases that may be transferred at most.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the proposal; FOLDER-proposal unless told.")
    ] = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Turn what was edited in QGIS into a proposal; the network itself is left as it is.

    QGIS cannot save the layers of casebook.gpkg, which are views; --editable writes tables instead.

    Layer centers: move a point (relocate), delete it (close), change max_cases, or add one on a site
    of an applicant with its site_id (open).

    Layers households and assignments: center_id is where a family is to go, if the bounds allow it.

    Layer households: pin is where it must stay. Any other edit is refused.

    Example: siting propose out/lorestan --editable desk.gpkg

    Example: siting propose out/lorestan --from-gpkg desk.gpkg --out edited
    """
    from data.casebook import CASEBOOK  # noqa: PLC0415 - heavy
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    if editable is not None and from_gpkg is None:
        from data.change.editable import write_editable  # noqa: PLC0415 - heavy

        write_editable(folder / CASEBOOK, editable, overwrite=overwrite)
        typer.echo(text("edited.written", lang, path=str(editable), folder=str(folder)))
        return
    if from_gpkg is None or editable is not None:
        raise usage_error(phrase("edited.one_of"))
    from data.change.edited import AskedEdits  # noqa: PLC0415 - heavy
    from siting.running.proposing import propose as make  # noqa: PLC0415 - heavy

    asked = AskedEdits(folder / CASEBOOK, from_gpkg, effective)

    def fill(temp: Path) -> dict[str, Any]:
        facts = make(folder, asked, temp, max_transfers=max_transfers)
        asked.check_base(facts["base"]["head"])
        return facts

    put_and_say(folder, out or place_beside(folder), fill, overwrite=overwrite, as_json=as_json, lang=lang)


def grow(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan: the network that runs.")],
    households: Annotated[
        Path, typer.Option("--households", help="Who is new, or was of a later phase until now.")
    ],
    effective: Annotated[
        str, typer.Option("--effective", help="From when, Jalali or ISO; today unless told.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the proposal; FOLDER-proposal unless told.")
    ] = None,
    columns: ColumnsFile = None,
    key: KeyPath = None,
    workers: WorkerCount = 0,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Propose a further phase: free places first, then new centers of applicants; what stands stays.

    Example: siting grow out/lorestan --households waiting.xlsx --effective 1405/10/01 --out grown
    """
    from data.change.growth import AskedGrowth  # noqa: PLC0415 - heavy
    from data.replay import fingerprint_of  # noqa: PLC0415 - heavy
    from siting.running.growing import grow as make  # noqa: PLC0415 - heavy

    asked = AskedGrowth(households, effective, columns, key, fingerprint_of(folder))

    def fill(temp: Path) -> dict[str, Any]:
        return make(folder, asked, temp, workers=workers or cores())

    put_and_say(folder, out or place_beside(folder), fill, overwrite=overwrite, as_json=as_json, lang=lang)


def place_beside(folder: Path) -> Path:
    """Return where the proposal of a plan folder goes unless told."""
    from data.versioned import beside  # noqa: PLC0415 - heavy

    return beside(folder, "proposal")


def put_and_say(
    folder: Path,
    place: Path,
    fill: Callable[[Path], dict[str, Any]],
    *,
    overwrite: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Write the folder of a proposal and say what it proposes.

    Parameters
    ----------
    folder : Path
        Of the network, as the user named it.
    place : Path
        The folder of the proposal.
    fill : callable
        Fills a folder and returns ``proposal.json``, as `siting.running.proposing.propose` does.
    overwrite, as_json, lang
        As the commands take them.

    Raises
    ------
    typer.Exit
        Exit code 4 where not everyone would be served.
    """
    from data.change.unplaced import unplaced_of  # noqa: PLC0415 - heavy
    from data.folder import write_folder  # noqa: PLC0415 - heavy
    from data.kinds import PROPOSAL  # noqa: PLC0415 - heavy
    from siting.running.advice_said import advice_sentences  # noqa: PLC0415 - heavy
    from siting.running.said import next_sentence, proposal_sentences, proposal_unserved  # noqa: PLC0415 - heavy

    written: list[dict[str, Any]] = []
    write_folder(place, overwrite=overwrite, fill=lambda temp: written.append(fill(temp)), kind=PROPOSAL)
    facts = written[0]
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        for line in proposal_sentences(facts, lang):
            typer.echo(line)
    if lost := [one.failure for one in unplaced_of(facts)]:
        for line in SitingError.of(lost).lines(lang):
            typer.echo(line, err=True)
        list_failures(place, lost, lang)
    for line in advice_sentences(facts, lang) if proposal_unserved(facts) else ():
        typer.echo(line, err=True)
    if not as_json:
        typer.echo(next_sentence(folder, place, lang))
    if proposal_unserved(facts):
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))
