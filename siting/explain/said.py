"""An explanation in sentences, distances to a tenth of a kilometre, short ones to ten metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.call.order import ORDER
from data.call.outcomes import state_words
from data.errors import said
from data.plan import MOVED_UP
from data.text import number, phrase, text
from siting.explain.applicant import ApplicantFacts
from siting.explain.household import HouseholdFacts
from siting.explain.places import MOST_PLACES
from siting.explain.stood import TIE_KM
from siting.explain.swaps import LOSS, OTHER_SIDE, TIE, WIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.text import Lang, Phrase
    from siting.explain.applicant import SiteFacts
    from siting.explain.center import Alternative, CenterFacts
    from siting.explain.explaining import Facts
    from siting.explain.nearer import Nearer
    from siting.explain.places import OneMore, Places
    from siting.explain.tied import Tied

KM_DIGITS, FINE_DIGITS = 1, 2
FINE_KM = 1.0
"""Below it a kilometre is told to ten metres."""
LEAST_SHOWN_KM = 0.005
M_PER_KM = 1000


def explained(facts: Facts, lang: Lang, *, synthetic: bool = False) -> list[str]:
    """Return an explanation, a sentence a line."""
    lines = [text("cli.synthetic", lang)] if synthetic else []
    if isinstance(facts, HouseholdFacts):
        return [*lines, *_household(facts, lang)]
    if isinstance(facts, ApplicantFacts):
        return [*lines, *_applicant(facts, lang)]
    return [*lines, *_center(facts, lang)]


def _household(facts: HouseholdFacts, lang: Lang) -> Iterator[str]:
    if facts.center_id is None or facts.km is None:
        yield from _unserved(facts, lang)
    else:
        yield _served(facts, facts.center_id, facts.km, lang)
    if facts.together:
        yield text("explain.together", lang, count=facts.together)
    for one in facts.nearer:
        yield from _nearer(one, facts, lang)
    if facts.center_id is not None and facts.n_nearer > len(facts.nearer):
        yield text("explain.more_nearer", lang, count=facts.n_nearer - len(facts.nearer))
    if any(one.parted for one in facts.nearer):
        yield text("explain.parted", lang)
    for across in facts.across:
        where = {"center": across.center_id, "unit": across.unit, "km": _km(across.km, lang)}
        yield text("explain.across", lang, **where)


def _served(facts: HouseholdFacts, center: str, km: float, lang: Lang) -> str:
    named = {"household": facts.household_id, "unit": facts.unit, "center": center, "km": _km(km, lang)}
    if facts.open_centers == 1:
        return text("explain.served_only", lang, **named)
    if facts.rank == 1:
        return text("explain.served_nearest", lang, **named, centers=facts.open_centers)
    return text("explain.served", lang, **named, centers=facts.open_centers, nearer=facts.n_nearer)


def _unserved(facts: HouseholdFacts, lang: Lang) -> Iterator[str]:
    named = {"household": facts.household_id, "unit": facts.unit}
    yield text(f"explain.unserved_{facts.reason}", lang, **named)
    if facts.vacancy_km is not None:
        yield text("explain.waiting_counts", lang, km=_km(facts.vacancy_km, lang))
    elif facts.reason == "vacancy":
        yield text("explain.waits_for_call", lang)
    if facts.lacking:
        yield text("explain.lacking", lang, unit=facts.unit, count=facts.lacking)
    if facts.needed_max_km is not None:
        # A rule is set to the metre, and one that is rounded down would not reach.
        km = number(facts.needed_max_km, lang, digits=3)
        yield text("explain.reached" if facts.served_then else "explain.reached_in_vain", lang, km=km)


def _nearer(one: Nearer, facts: HouseholdFacts, lang: Lang) -> Iterator[str]:
    yield text(
        f"explain.nearer_{one.obstacle}",
        lang,
        nearer=_how_near(one, facts.km, lang),
        cases=one.cases,
        most=one.max_cases,
        furthest=_km(one.furthest_km or 0.0, lang),
        dearer=_dearer(one, lang),
        waiting=_km(facts.vacancy_km or 0.0, lang),
    )
    if one.extra_km is not None and one.others is not None:
        change = _change(one.extra_km, lang)
        if one.others:
            yield text("explain.if_served_there", lang, change=change, count=one.others)
        else:
            yield text("explain.if_served_there_alone", lang, change=change)
    if one.lose_place:
        yield text("explain.lose_place", lang, count=one.lose_place)
    if one.one_more is not None:
        yield _one_more(one.one_more, facts, lang)
        if facts.places is not None and facts.places.center_id == one.center_id and not one.one_more.comes:
            yield _places(facts.places, lang)


def _how_near(one: Nearer, own_km: float | None, lang: Lang) -> Phrase:
    km = _km(one.km, lang)
    if own_km is None:
        return phrase("explain.is_near", center=one.center_id, km=km)
    if km != _km(own_km, lang):
        return phrase("explain.is_nearer", center=one.center_id, km=km)
    meters = max(round((own_km - one.km) * M_PER_KM), 1)
    return phrase("explain.is_hardly_nearer", center=one.center_id, meters=meters)


def _dearer(one: Nearer, lang: Lang) -> str:
    """Return what costs a case more there, price by price, and what costs it less."""
    if one.dearer is None:
        return ""
    parts = {
        "order": one.dearer.order_km,
        "district": one.dearer.district_km,
        "transfer": one.dearer.transfer_km,
        "far": one.dearer.far_km,
    }
    told = [
        text(f"explain.dearer_{name}", lang, km=_km(km, lang))
        if km > 0
        else text(f"explain.cheaper_{name}", lang, km=_km(-km, lang))
        for name, km in sorted(parts.items(), key=lambda part: -part[1])
        if abs(km) > TIE_KM
    ]
    return text("explain.comma", lang).join(told)


def _one_more(one: OneMore, facts: HouseholdFacts, lang: Lang) -> str:
    if one.comes:
        return text("explain.one_more", lang)
    saved = [one.saves_km or 0.0, one.saves_by_it_km or 0.0]
    near = _km(saved[0], lang) == _km(saved[1], lang)
    km, own = (number(value, lang, digits=3) if near else _km(value, lang) for value in saved)
    why = "others_first" if one.why_not == "others" and one.saves_km is None else one.why_not
    centers = {"center": one.center_id, "own_center": facts.center_id or ""}
    return text(f"explain.one_more_{why}", lang, **centers, km=km, own=own)


def _places(one: Places, lang: Lang) -> str:
    if one.places is None:
        return text("explain.no_places", lang, count=MOST_PLACES)
    return text("explain.places", lang, count=one.places, fewer=one.places - 1)


def _center(facts: CenterFacts, lang: Lang) -> Iterator[str]:
    load = {"cases": facts.cases, "households": facts.households}
    bounds = {"least": facts.min_cases, "most": facts.max_cases}
    yield text("explain.center", lang, center=facts.center_id, unit=facts.unit, **load, **bounds)
    if facts.km_median is not None and facts.furthest_km is not None:
        km = {"median": _km(facts.km_median, lang), "furthest": _km(facts.furthest_km, lang)}
        yield text("explain.center_km", lang, **km)
    for name, count in (("elsewhere", facts.nearer_elsewhere), ("here", facts.nearer_here)):
        yield text(f"explain.center_{name}" if count else f"explain.center_none_{name}", lang, count=count)
    if facts.site_id and facts.applicant_id:
        yield text("explain.center_site", lang, site=facts.site_id, applicant=facts.applicant_id)
    elif facts.applicant_id:
        yield text("explain.center_relocated", lang, applicant=facts.applicant_id)
    if facts.why_fixed:
        yield text(f"explain.fixed_{facts.why_fixed}", lang)
        return
    yield text("explain.rivals", lang, count=facts.applicants)
    for one in facts.alternatives:
        yield _alternative(one, lang)
    if not facts.all_compared:
        yield text("explain.not_all", lang)
    yield from _tied(facts.tie, lang)
    yield from _judged(facts, lang, missed=LOSS)


def _applicant(facts: ApplicantFacts, lang: Lang) -> Iterator[str]:
    if facts.center_id:
        yield from _chosen(facts, lang)
    else:
        told = {"outcome": text(f"call.outcome_{facts.outcome}", lang), "reason": said(facts.reason, lang)}
        yield text("explain.outcome", lang, applicant=facts.applicant_id, **told)
    if same := _all_ineligible(facts.sites):
        yield text("explain.sites_ineligible", lang, count=len(facts.sites), reason=_ineligible(same))
        return
    for one in facts.sites:
        yield from _site(one, facts.center_id, lang)
    if not facts.center_id:
        best = _best(facts)
        if best:
            yield text("explain.best_site", lang, site=best)
        yield from _judged(facts, lang, missed=WIN)


def _chosen(facts: ApplicantFacts, lang: Lang) -> Iterator[str]:
    """Yield which center it has, why, and who would be the next best in its place."""
    yield text("explain.chosen", lang, applicant=facts.applicant_id, center=facts.center_id)
    if facts.why_fixed:
        moved_up = facts.why_fixed == MOVED_UP
        yield said(facts.reason, lang) if moved_up else text(f"explain.fixed_{facts.why_fixed}", lang)
        return
    if facts.runner_up is not None:
        yield text("explain.runner_up", lang)
        yield _alternative(facts.runner_up, lang)
        if not facts.all_compared:
            yield text("explain.not_all", lang)
    yield from _tied(facts.tie, lang)
    yield from _judged(facts, lang, missed=LOSS)


def _all_ineligible(sites: Sequence[SiteFacts]) -> SiteFacts | None:
    """Return one of the sites where none may open, all for one and the same reason, else nothing."""
    reasons = {(one.why, one.told) for one in sites if one.status == "ineligible"}
    same = len(reasons) == 1 and all(one.status == "ineligible" for one in sites)
    return sites[0] if same else None


def _ineligible(one: SiteFacts) -> Phrase | str:
    """Return why a site may not open, in the words of who decided where they left some."""
    return state_words(one.why, one.told) if one.told else phrase(f"explain.ineligible_{one.why}")


def _best(facts: ApplicantFacts) -> str:
    """Return the site that the verdict is of; nothing where there is only one."""
    judged = [one for one in facts.sites if one.swap is not None]
    told = [one for one in judged if one.verdict == facts.verdict]
    if len(judged) < 2 or not told:  # noqa: PLR2004 - nothing to tell apart
        return ""
    return min(told, key=lambda one: (one.swap.left_out, one.swap.short, one.swap.extra_km)).site_id  # type: ignore[union-attr]


def _site(one: SiteFacts, own: str, lang: Lang) -> Iterator[str]:
    named = {"site": one.site_id, "preference": one.preference}
    if one.status == "ineligible":
        yield text("explain.site_ineligible", lang, **named, reason=_ineligible(one))
        return
    if one.swap is None:
        yield text(f"explain.site_{one.status}", lang, **named, unit=one.unit)
        return
    change = _alternative_change(one.swap, lang)
    against = {"center": one.against, "other": one.against_applicant, "count": one.n_compared}
    where = "against" if one.against else "beside"
    if one.against and one.against == own:
        where = "instead"
    yield text(f"explain.site_{where}", lang, **named, **against, change=change, cases=one.swap.cases)
    if not one.all_compared:
        yield text("explain.not_all_centers", lang)
    if one.proven_km:
        yield text("explain.site_proven", lang, km=_km(one.proven_km, lang))
    if one.nearer_by_km:
        yield text("explain.site_nearer", lang, km=number(one.nearer_by_km, lang, digits=2))
    if one.first_choice_km is not None and one.swap.left_out <= 0 and one.swap.short <= 0:
        yield text("explain.site_first_choice", lang, change=_change(one.first_choice_km, lang))


def _tied(tie: Tied | None, lang: Lang) -> Iterator[str]:
    """Yield what a call settled, in the words of its letters."""
    if tie is not None:
        yield tie.words.said(lang)


def _judged(facts: ApplicantFacts | CenterFacts, lang: Lang, *, missed: str) -> Iterator[str]:
    """Yield the verdict; ``missed`` is the one that shows the plan not to be the best."""
    verdict, gap_km = facts.verdict, facts.gap_km
    if verdict == TIE and facts.tie is not None and facts.tie.decided_by in ORDER:
        yield text("explain.verdict_settled", lang)
    elif verdict == TIE and gap_km is None:
        yield text("explain.verdict_tie", lang)
    elif verdict:
        yield text(f"explain.verdict_{verdict}", lang)
    if verdict == missed:
        yield text("explain.missed", lang)
    if verdict not in OTHER_SIDE:
        return
    if gap_km is None:
        yield text("explain.no_gap", lang)
    else:
        yield text("explain.alike" if facts.ordered else "explain.gap", lang, km=_km(gap_km, lang))


def _alternative(one: Alternative, lang: Lang) -> str:
    change = _alternative_change(one, lang)
    where = "near" if one.in_catchment else "further"
    named = {"site": one.site_id, "applicant": one.applicant_id, "cases": one.cases}
    return text(f"explain.alternative_{where}", lang, **named, change=change)


def _alternative_change(one: Alternative, lang: Lang) -> Phrase:
    if one.left_out > 0:
        return phrase("explain.change_left_out", count=one.left_out)
    if one.short > 0:
        return phrase("explain.change_short", count=one.short)
    return _change(one.extra_km, lang, least_km=one.extra_km_at_least)


def _change(km: float, lang: Lang, *, least_km: float | None = None) -> Phrase:
    """Return what a network costs more or less, in words; at least ``least_km`` more."""
    if least_km is not None and _km(least_km, lang) != _km(km, lang):
        return phrase("explain.change_between", least=_km(least_km, lang), km=_km(km, lang))
    if abs(km) <= TIE_KM:
        return phrase("explain.change_none")
    way = "more" if km > 0 else "less"
    if abs(km) < LEAST_SHOWN_KM:
        return phrase(f"explain.change_little_{way}")
    return phrase(f"explain.change_{way}", km=_km(abs(km), lang))


def _km(km: float, lang: Lang) -> str:
    fine = 0 < abs(km) < FINE_KM
    return number(km, lang, digits=FINE_DIGITS if fine else KM_DIGITS)
