"""The user's own gazetteer: the villages of a province, as its offices list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.gazetteer.areas import names_like
from data.gazetteer.match import Spot
from data.readers.builder import Builder
from data.schemas import GAZETTEER

if TYPE_CHECKING:
    from pathlib import Path

    from data.readers.reading import Reading

_PARTED = re.compile("[;؛/|\n]")


def read_gazetteer(
    path: Path, *, columns: Path | None = None, reading: Reading | None = None
) -> tuple[Spot, ...]:
    """Read places with their names, county and point.

    Parameters
    ----------
    path : Path
        Any format of `data.readers.source.read_source`. ``place``, ``county`` and a point are needed;
        ``place_code``, ``other_names`` (several parted by semicolons), ``rural_district`` and ``province``
        may be there.
    columns : Path, optional
        Mapping file, see `data.readers.mapping.read_column_map`.
    reading : Reading, optional
        What the files of a run share.

    Returns
    -------
    tuple of Spot
        In one order, whatever the file's.

    Raises
    ------
    SitingError
        With every failing row: ``missing_place``, ``missing_county``, ``missing_location``, ``duplicate_id``
        of a code, or what a point is refused for.
    """
    file = Builder(path, "gazetteer", columns, reading)
    file.need("place", "county", point=True)
    codes = file.identify("place_code")
    names = file.text("place")
    points = file.points()
    table = file.finish(
        {
            "place_code": codes,
            "place": names,
            "other_names": file.text("other_names"),
            "rural_district": file.text("rural_district"),
            "county": file.text("county"),
            "province": file.text("province"),
            "lon": points["lon"],
            "lat": points["lat"],
        },
        GAZETTEER,
    )
    return tuple(
        sorted(
            Spot(
                province=row["province"],
                county=row["county"],
                name=row["place"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                names=(row["place"], *filter(None, map(str.strip, _PARTED.split(row["other_names"])))),
                counties=names_like("county", row["county"]),
                provinces=names_like("province", row["province"]),
                code=row["place_code"],
                rural_district=row["rural_district"],
            )
            for row in table.to_dict("records")
        )
    )
