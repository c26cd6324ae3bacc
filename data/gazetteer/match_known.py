"""The country's places as the matching takes them."""

from __future__ import annotations

from functools import cache

from data.gazetteer.match import Spot
from data.gazetteer.tables import places


@cache
def country_spots() -> tuple[Spot, ...]:
    """Return the real places of the country, in one order."""
    return tuple(
        sorted(
            Spot(
                province=row["province_fa"],
                county=row["county_fa"],
                name=row["name_fa"] or row["name_en"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                names=tuple(name for name in (row["name_fa"], row["name_en"]) if name),
                counties=(row["county_fa"], row["county_en"]),
                provinces=(row["province_fa"], row["province_en"]),
                population=int(row["population"]),
            )
            for row in places().to_dict("records")
        )
    )
