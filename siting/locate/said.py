"""The answer in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import number, text
from siting.locate.names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.rules import Within
    from data.text import Lang
    from siting.locate.places import Place
    from siting.locate.standing import Door, Located

KM_DIGITS, FINE_DIGITS = 1, 2
FINE_KM = 1.0
"""Below it a kilometre is told to ten metres."""


def sentences(
    answer: Located, lang: Lang, *, within: Within, synthetic: bool, place: Place | None = None
) -> Iterator[str]:
    """Yield an answer, a sentence a line.

    Parameters
    ----------
    answer : Located
        The answer.
    lang : {"fa", "en"}
        Language of the user.
    within : {"county", "province", "district", "none"}
        Rule of the plan: what a center's catchment may not leave.
    synthetic : bool
        Whether the households are invented.
    place : Place, optional
        That was asked about by its name.
    """
    center = answer.center
    if synthetic:
        yield text("cli.synthetic", lang)
    if place is not None:
        yield text("locate.of_place", lang, **place.words())
        if place.match_quality == "near":
            yield text("locate.taken_for", lang, place=place.name)
    ground = "locate.in_ground" if center.neighbourhood else "locate.in_ground_of"
    yield text(
        ground, lang, neighbourhood=center.neighbourhood, county=name_of(center.province, center.county)
    )
    if answer.edge_m:
        yield text("locate.on_edge", lang, metres=round(answer.edge_m))
    yield text("locate.center", lang, center=_called(center, lang), km=_km(center.km, lang))
    if center.address:
        yield text("locate.address", lang, address=center.address)
    if center.phone:
        yield text("locate.phone", lang, phone=center.phone)
    yield from _room(answer, lang, within)
    if answer.vacancy_id and answer.vacancy_km is not None:
        yield text("locate.vacancy", lang, vacancy=answer.vacancy_id, km=_km(answer.vacancy_km, lang))


def _room(answer: Located, lang: Lang, within: Within) -> Iterator[str]:
    center, other = answer.center, answer.other
    load = {"cases": center.cases, "most": center.max_cases}
    if not center.full:
        yield text("locate.free", lang, free=center.free, **load)
        return
    yield text("locate.full", lang, **load)
    unit = text(
        f"locate.unit_{within}",
        lang,
        county=name_of(center.province, center.county),
        province=name_of(center.province),
    )
    if other is None:
        yield text("locate.none_free", lang, unit=unit)
        return
    yield text(
        "locate.other", lang, unit=unit, center=_called(other, lang), km=_km(other.km, lang), free=other.free
    )


def _called(center: Door, lang: Lang) -> str:
    if not center.name:
        return text("locate.coded", lang, id=center.center_id)
    return text("locate.called", lang, name=center.name, id=center.center_id)


def _km(km: float, lang: Lang) -> str:
    return number(km, lang, digits=FINE_DIGITS if km < FINE_KM else KM_DIGITS)
