"""The command `locate`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import Exit, SitingError
from data.process.answer import AsJson, ColumnsFile, GazetteerFile, Language, Overwrite
from data.text import phrase, text

if TYPE_CHECKING:
    from data.gazetteer.match import Gazetteer
    from data.text import Lang
    from siting.locate.network import Network
    from siting.locate.places import Place

Point = tuple[float, float]


def locate(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a plan or a nation, or DIR@VERSION for one version of a plan.")
    ],
    lon: Annotated[
        str | None, typer.Argument(metavar="LON", help="Longitude, degrees; or a point in one piece.")
    ] = None,
    lat: Annotated[str | None, typer.Argument(metavar="LAT", help="Latitude, degrees.")] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="Name of a town, a village or a county instead of a point.")
    ] = None,
    county: Annotated[
        str | None, typer.Option("--county", help="County of the place, where several are called alike.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Table with an id and lon and lat, or a place, in each row.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV to write the centers of --file to; else it is printed.")
    ] = None,
    columns: ColumnsFile = None,
    gazetteer: GazetteerFile = None,
    lang: Language = "en",
    *,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Say which center a point belongs to, how far it is, whether it is full, and who has places then.

    It asks the cells that the neighbourhoods are made of, not the smoothed borders that are drawn. Of a file
    it writes a row for every row; exit code 4 if some of them have no center. Text that a spreadsheet would
    take for a formula has an apostrophe before it there.

    Example: siting locate out/lorestan 48.3558 33.4878
    """
    from data.rules import usage_error  # noqa: PLC0415 - heavy

    if sum(one is not None for one in (lon, place, file)) != 1 or (place is None and county is not None):
        raise usage_error(phrase("locate.one_question"))
    if file is None and (out is not None or overwrite or columns is not None):
        raise usage_error(phrase("locate.out_without_file"))
    from siting.locate.network import Network  # noqa: PLC0415 - heavy

    if file is not None:
        known = _known(gazetteer, columns)
        _answer_file(folder, file, out, columns, lang, known, overwrite=overwrite, as_json=as_json)
        return
    if place is None:
        at = _point(lon or "", lat)
        _answer(Network.of(folder), at, None, lang, as_json=as_json)
        return
    network = Network.of(folder)
    meant = network.place(place, county or "", _known(gazetteer, None))
    _answer(network, (meant.lon, meant.lat), meant, lang, as_json=as_json)


def _known(gazetteer: Path | None, columns: Path | None) -> Gazetteer | None:
    """Return the user's own places before the country's; None where there are no own."""
    if gazetteer is None:
        return None
    from data.locating.own import read_gazetteer  # noqa: PLC0415 - heavy
    from data.locating.tables import known_places  # noqa: PLC0415 - heavy
    from data.readers.reading import Reading  # noqa: PLC0415 - heavy

    return known_places(read_gazetteer(gazetteer, columns=columns, reading=Reading()))


def _point(lon: str, lat: str | None) -> Point:
    """Read a point as files have them: any digits, degrees and minutes, or both axes in one piece."""
    import pandas as pd  # noqa: PLC0415 - heavy

    from data.readers.points import coordinates, pairs  # noqa: PLC0415 - heavy

    if lat is None:
        points, bad = pairs(pd.Series([lon], dtype="str"))
        known = points["lon"].notna() & ~bad
        x, y = points["lon"], points["lat"]
    else:
        (x, bad_x), (y, bad_y) = (coordinates(pd.Series([one], dtype="str")) for one in (lon, lat))
        known = x.notna() & y.notna() & ~bad_x & ~bad_y
    if not known.iloc[0]:
        raise SitingError(
            phrase("locate.no_point", given=f"{lon} {lat or ''}".strip()), code="bad_coordinate"
        )
    return float(x.iloc[0]), float(y.iloc[0])


def _answer(network: Network, at: Point, place: Place | None, lang: Lang, *, as_json: bool) -> None:
    import numpy as np  # noqa: PLC0415 - heavy

    from siting.locate.said import sentences  # noqa: PLC0415 - heavy
    from siting.locate.standing import Nowhere  # noqa: PLC0415 - heavy

    found = network.locate(np.array(at[:1]), np.array(at[1:]))[0]
    if isinstance(found, Nowhere):
        raise SitingError(found.words, code=found.code)
    if as_json:
        told = {} if place is None else {"place": asdict(place)}
        typer.echo(json.dumps(told | found.record(), ensure_ascii=False, indent=1))
        return
    problem = found.part.standing.problem
    said = sentences(
        found.answer, lang, within=problem.rules.within, synthetic=bool(problem.synthetic), place=place
    )
    for line in said:
        typer.echo(line)


def _answer_file(
    folder: Path,
    file: Path,
    out: Path | None,
    columns: Path | None,
    lang: Lang,
    known: Gazetteer | None,
    *,
    overwrite: bool,
    as_json: bool,
) -> None:
    from data.disk import machine_error, shown_name, write_whole  # noqa: PLC0415 - heavy
    from data.exports import to_csv  # noqa: PLC0415 - heavy
    from siting.locate.network import Network  # noqa: PLC0415 - heavy
    from siting.locate.table import Asked, located_rows  # noqa: PLC0415 - heavy

    if out is not None and out.exists() and not overwrite:
        words = phrase("folder.exists", path=shown_name(out))
        raise SitingError(words, code="exists", exit_code=Exit.REFUSED)
    asked, network = Asked.read(file, columns), Network.of(folder)
    table = located_rows(network, asked, lang, known)
    synthetic = any(part.standing.problem.synthetic for part in network.parts[:1])
    written = to_csv(table, synthetic=synthetic)
    if out is not None:
        try:
            write_whole(out, written)
        except OSError as error:
            raise machine_error(error, out) from error
    without = int((table["center_id"] == "").sum())
    counts = {"rows": len(table), "located": len(table) - without, "without": without}
    if as_json:
        rows = json.loads(table.to_json(orient="records", force_ascii=False))
        typer.echo(json.dumps({**counts, "centers": rows}, ensure_ascii=False, indent=1))
    elif out is None:
        typer.echo(written.decode("utf-8-sig"), nl=False)
    typer.echo(text("locate.file_done", lang, **counts), err=True)
    if without:
        raise typer.Exit(int(Exit.NOT_EVERYONE_SERVED))
