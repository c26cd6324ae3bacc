"""What a plan and its places are called, in both languages, by what is in the plan and never by a file."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.gazetteer import named
from data.text import text
from maps.page import in_both, unturned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from data.text import Lang

    Names = Mapping[Lang, str]

IN_A_TITLE = 3
"""More provinces than this are counted in a title instead of named."""

NATION = 31
_COMMA: Mapping[Lang, str] = MappingProxyType({"fa": "، ", "en": ", "})


def names_of(province: str, county: str = "") -> Names:
    """Return the names of a province, or of a county in it; one that the census lacks stays as it is."""
    return named.names_of(province, county)


def plan_title(ground: Iterable[tuple[str, str]], lang: Lang) -> str:
    """Return the heading of a plan by the places in it.

    Parameters
    ----------
    ground : iterable of (str, str)
        Province and county of everything in the plan, in any order, repeated or not; empty where unknown.
    lang : {"fa", "en"}
        Language of the heading.
    """
    pairs = sorted({(province, county) for province, county in ground if province or county})
    provinces = sorted({province for province, _ in pairs if province})
    if len(pairs) == 1:
        own = (names_of(*pairs[0])[lang], names_of(pairs[0][0])[lang])
        return text("maps.title", lang, names=_COMMA[lang].join(dict.fromkeys(name for name in own if name)))
    if not provinces:
        return text("maps.title_plain", lang)
    return provinces_title(provinces, lang)


def provinces_title(provinces: Iterable[str], lang: Lang) -> str:
    """Return the heading of several provinces: their names while they are few, else how many."""
    names = sorted({names_of(province)[lang] for province in provinces})
    if len(names) == NATION:
        return text("maps.nation_title", lang)
    if len(names) > IN_A_TITLE:
        return text("maps.title_count", lang, count=len(names))
    return text("maps.title", lang, names=_COMMA[lang].join(names))


def both(names: Names) -> Markup:
    """Return the names as the page shows them: the one of its reader's language."""
    return in_both(lambda lang: unturned(names[lang]))


def label(names: Names, lonlat: tuple[float, float]) -> dict[str, Any]:
    """Return a name and where it is written on the map, degrees."""
    lon, lat = lonlat
    return {"names": dict(names), "lonlat": [round(lon, 3), round(lat, 3)]}
