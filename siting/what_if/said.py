"""What a variant costs, in a sentence that says no more than is proven."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from data.errors import said
from data.text import number, text
from siting.what_if.judging import (
    BETTER,
    CHEAPER,
    CHEAPER_TIE,
    CHEAPER_UNBOUNDED,
    EXACT,
    FACTS,
    MEASURED,
    MIXED,
    NO_BETTER,
    PAID,
    PROVEN,
    SAME,
    SERVED,
    TIE,
    UNBOUNDED,
    left_cases,
    slack_km,
)
from siting.what_if.tried import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang
    from siting.what_if.judging import Judged
    from siting.what_if.tried import Outcome, Tried

_SIGNED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        EXACT: ("exact_less", "exact_more"),
        PROVEN: ("proven_less", "proven_more"),
        TIE: ("near_tie_less", "near_tie_more"),
        UNBOUNDED: ("unbounded_less", "unbounded_more"),
        CHEAPER_UNBOUNDED: ("cheaper_unbounded_less", "cheaper_unbounded_more"),
    }
)
"""How a difference below nothing, and one above it, is told."""
_UNLIKE: Mapping[str, str] = MappingProxyType(
    {MEASURED: "facts_measured", PAID: "facts_paid", MIXED: "facts_mixed"}
)
"""How it is told that two costs do not measure the same."""
_SMALL_KM = 10.0
_FREE_KM = 0.0015
"""A metre, and the last bits of a sum: of so little nothing is said."""


def sentences(tried: Tried, outcome: Outcome | NotPossible, lang: Lang) -> tuple[str, ...]:
    """Return what is to be said of one variant: its price and whether it is proven, notes, its figures.

    Parameters
    ----------
    tried : Tried
        All of them.
    outcome : Outcome or NotPossible
        One of its outcomes.
    lang : {"fa", "en"}
        Language of the user.
    """
    if isinstance(outcome, NotPossible):
        why = " ".join(said(one, lang) for one in outcome.why)
        return (text("try.said_not_possible", lang, label=said(outcome.label, lang), why=why),)
    if outcome.judged is None:
        return (_figures(tried, outcome, lang),)
    told = (_price(tried, outcome, outcome.judged, lang), *(one.said(lang) for one in outcome.notes))
    return told if outcome.judged.kind == SAME else (*told, _figures(tried, outcome, lang))


def _price(tried: Tried, outcome: Outcome, cost: Judged, lang: Lang) -> str:
    values: dict[str, object] = {"label": said(outcome.label, lang), **_size(tried, cost, lang)}
    if cost.kind == SERVED:
        values["count"] = abs(cost.cases_more)
    key = "same_otherwise" if cost.kind == SAME and outcome.changed else _key(cost)
    return text(f"try.said_{key}", lang, **values)


def _key(cost: Judged) -> str:
    """Return which sentence is true of a price; those of a difference end with its sign."""
    if cost.kind == FACTS:
        return _UNLIKE[cost.why]
    if cost.kind in (SAME, BETTER, NO_BETTER):
        return cost.kind
    if cost.kind == SERVED:
        return "serves_fewer" if cost.cases_more > 0 else "serves_more"
    if cost.kind in (CHEAPER, CHEAPER_TIE):
        return cost.kind if (cost.km or 0.0) < -_FREE_KM else "cheaper_none"
    if cost.kind == EXACT and abs(cost.km or 0.0) <= _FREE_KM:
        return "exact_free"
    return _SIGNED[cost.kind][_more(cost.km)]


def _more(km: float | None) -> bool:
    return km is not None and km > 0


def _size(tried: Tried, cost: Judged, lang: Lang) -> dict[str, str]:
    """Return the figures of a price as a sentence writes them."""
    if cost.km is None:
        return {}
    whole, low, high = abs(cost.in_force_km or 0.0), cost.low_km or 0.0, cost.high_km or 0.0
    return {
        "km": _written(cost.km, lang),
        "percent": number(100 * abs(cost.km) / whole, lang, digits=2) if whole else "–",
        "least": _written(low if cost.km > 0 else high, lang),
        "low": _written(low, lang),
        "high": _written(high, lang),
        "slack": _written(slack_km(tried.reference.plan) or 0.0, lang),
    }


def _figures(tried: Tried, outcome: Outcome, lang: Lang) -> str:
    before, after = tried.in_force, outcome
    moved = after.compared
    far = {
        f"{name}_{when}": _km(one.compared.b.km[name], lang)
        for name in ("mean", "p90", "max")
        for when, one in (("before", before), ("after", after))
    }
    alike = moved.is_measured_alike
    words = text("try.said_ways" if alike else "try.said_ways_unlike", lang, **far)
    centers = text(
        "try.said_centers",
        lang,
        before=len(before.plan.centers),
        after=len(after.plan.centers),
        left_before=left_cases(before.plan),
        left_after=left_cases(after.plan),
    )
    people = text(
        "try.said_people" if alike else "try.said_people_unlike",
        lang,
        count=moved.households["transfer"],
        nearer=moved.nearer.households,
        further=moved.further.households,
    )
    return f"{words} {centers} {people}"


def _written(km: float, lang: Lang) -> str:
    return number(abs(km), lang, digits=3 if abs(km) < _SMALL_KM else 1)


def _km(value: float | None, lang: Lang) -> str:
    return "–" if value is None else number(value, lang, digits=2)
