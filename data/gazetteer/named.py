"""What counties and provinces are called in both languages, by either of their names."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.fold import fold
from data.gazetteer.tables import counties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang

    Names = Mapping[Lang, str]


def names_of(province: str, county: str = "") -> Names:
    """Return the names of a province, or of a county in it; one that the census lacks stays as it is."""
    own = county or province
    return _known().get((fold(province), fold(county)), {"fa": own, "en": own})


@cache
def _known() -> Mapping[tuple[str, str], Names]:
    """Return the census's names by folded province and county; a province has no county in its key."""
    known: dict[tuple[str, str], Names] = {}
    for row in counties().to_dict("records"):
        for province in (row["province_fa"], row["province_en"]):
            known[fold(province), ""] = {"fa": row["province_fa"], "en": row["province_en"]}
            for county in (row["county_fa"], row["county_en"]):
                known[fold(province), fold(county)] = {"fa": row["county_fa"], "en": row["county_en"]}
    return MappingProxyType(known)
