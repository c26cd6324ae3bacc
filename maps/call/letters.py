"""Letters to applicants: the decision, its reasons, and by which sealed rules; a sheet each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.order import lot, lot_text
from data.call.outcomes import AT_LEAST, CATCHMENT, PENDING, REFUSED, outcomes_of, state_words
from data.call.seal import in_time
from data.errors import said
from data.plan import CALL
from data.text import number, text
from data.work.in_force import day_of
from maps.dates import shown_day
from maps.names import names_of
from maps.page import asset, isolate, still_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.call.outcomes import Outcome
    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules
    from data.text import Lang
    from maps.origin import Origin


@dataclass(frozen=True)
class Letter:
    """What one applicant is told.

    Attributes
    ----------
    outcome : Outcome
        The decision and its reason.
    sites : DataFrame
        ``site_id``, ``preference``, ``province``, ``county``, ``ineligible``, ``decision_reason`` of each
        site, by preference.
    registered_at : str
        ISO date, empty where the applicant did not say.
    """

    outcome: Outcome
    sites: pd.DataFrame
    registered_at: str


@dataclass(frozen=True)
class Issue:
    """What all letters of a plan say alike.

    Attributes
    ----------
    letters : tuple of Letter
        In the order of the applicants' ids.
    origin : Origin
        Version and head of the record.
    call : mapping
        `data.plan.CALL` of the plan's provenance; empty of a plan without one.
    rules : Rules
        Of the plan: what its kilometres count.
    synthetic : bool
        Whether the applicants are invented.
    """

    letters: tuple[Letter, ...]
    origin: Origin
    call: Mapping[str, Any]
    rules: Rules
    synthetic: bool


def issue_of(problem: Problem, plan: Plan, origin: Origin) -> Issue:
    """Return the letters to all applicants of a version.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version; nothing of a household is taken from it.
    origin : Origin
        Its version, head and day.
    """
    columns = [
        "site_id", "applicant_id", "preference", "province", "county", "ineligible", "decision_reason",
        "registered_at",
    ]  # fmt: skip
    sites = pd.DataFrame(problem.sites.drop(columns="geometry", errors="ignore")).reindex(
        columns=columns, fill_value=""
    )
    by_applicant = dict(iter(sites.sort_values(["preference", "site_id"]).groupby("applicant_id")))
    letters = []
    for one in outcomes_of(problem, plan):
        own = by_applicant[one.applicant_id]
        days = sorted(str(day)[:10] for day in own["registered_at"].dropna() if day)
        letters.append(Letter(one, own, days[0] if days else ""))
    call = plan.provenance.get(CALL, {})
    return Issue(tuple(letters), origin, call, problem.rules, bool(problem.synthetic))


def letter_page(issue: Issue, letters: Sequence[Letter], lang: Lang) -> str:
    """Return some letters as one page to print, each on a sheet of its own.

    Parameters
    ----------
    issue : Issue
        What they say alike.
    letters : sequence of Letter
        Those on the page.
    lang : {"fa", "en"}
        Language of the page.
    """
    return still_page(
        "letter.html",
        asset("report.css") + asset("invoice.css"),
        lang=lang,
        title=text("call.letter_title", lang),
        letters=[_letter(one, issue, lang) for one in letters],
        synthetic=text("report.synthetic", lang) if issue.synthetic else "",
        rules=_rules(issue, lang),
        objection=text(
            "call.letter_objection" if issue.call.get("seal") else "call.letter_objection_unsealed", lang
        ),
        made=text(
            "call.letter_made",
            lang,
            version=issue.origin.version,
            day=isolate(shown_day(issue.origin.day, lang)),
        ),
        head_words=text("report.head", lang),
        head=issue.origin.head,
        seal_words=text("call.seal", lang),
        seal=str(issue.call.get("seal") or ""),
        say=lambda key: text(f"call.{key}", lang),
    )


def _rules(issue: Issue, lang: Lang) -> list[str]:
    """Return by which rules applicants were told apart."""
    lines = [text("call.letter_rule", lang), _counted(issue.rules, lang)]
    if issue.call:
        seed = isolate(str(issue.call["seed"]))
        order = "call.letter_order" if issue.call["applies"] else "call.letter_order_unsealed"
        lines.append(text(order, lang, seed=seed))
        lines.append(text("call.letter_limit", lang, km=float(str(issue.call["limit_km"]))))
    deadline = str(issue.call.get("deadline", ""))
    if issue.origin.day and issue.origin.day <= deadline:
        lines.append(text("call.letter_still_open", lang, deadline=isolate(shown_day(deadline, lang))))
    return [*lines, _sealed(issue.call, lang)]


def _counted(rules: Rules, lang: Lang) -> str:
    """Return what the kilometres of a plan count, as its rules have it."""
    counted = [text("call.letter_counted", lang)]
    for name, km in (("preference", rules.preference_km), ("merit", rules.merit_km)):
        if km:
            counted.append(text(f"call.letter_counted_{name}", lang, km=number(km, lang, digits=3)))
    if rules.cross_district_km or rules.center_km:
        counted.append(text("call.letter_counted_other", lang))
    return text("call.and", lang).join(counted) + "."


def _sealed(call: Mapping[str, Any], lang: Lang) -> str:
    """Return under which seal, and whether that was made before the call closed."""
    if not call.get("seal"):
        return text("call.letter_unsealed", lang)
    when, deadline = str(call.get("sealed_utc", "")), str(call.get("deadline", ""))
    if not when:
        return text("call.letter_sealed", lang)
    day = isolate(shown_day(day_of(when).isoformat(), lang))
    timely = in_time(when, deadline)
    if timely is None:
        return text("call.letter_sealed_without_deadline", lang, day=day)
    key = "call.letter_sealed_in_time" if timely else "call.letter_sealed_late"
    return text(key, lang, day=day, deadline=isolate(shown_day(deadline, lang)))


def _lot(applicant_id: str, issue: Issue) -> tuple[str, str] | None:
    """Return the text that an applicant's lot is drawn of, and the lot; None where none was drawn."""
    if not issue.call.get("applies"):
        return None
    seed = int(issue.call["seed"])
    return lot_text(seed, applicant_id), lot(seed, applicant_id)


def _letter(one: Letter, issue: Issue, lang: Lang) -> dict[str, object]:
    outcome = one.outcome
    rows = [
        {
            "site": str(site["site_id"]),
            "preference": number(int(site["preference"]), lang) if pd.notna(site["preference"]) else "–",
            "place": _place(str(site["province"]), str(site["county"]), lang),
            "state": _state(outcome, site, lang),
        }
        for site in one.sites.to_dict("records")
    ]
    return {
        "applicant": outcome.applicant_id,
        "registered": shown_day(one.registered_at, lang),
        "decision": text(f"call.outcome_{outcome.outcome}", lang),
        "center": outcome.center_id if outcome.outcome == "chosen" else "",
        "reason": said(outcome.words, lang),
        "regret": _regret(outcome, lang),
        "lot": _lot(outcome.applicant_id, issue),
        "near_tie": text("call.letter_near_tie", lang) if outcome.near_tie else "",
        "rows": rows,
    }


def _regret(outcome: Outcome, lang: Lang) -> str:
    """Return what the plan would cost with the site of the reason; empty where nothing is known of it."""
    if outcome.regret_km is None:
        return ""
    km = round(float(outcome.regret_km), 1)
    site, center = isolate(outcome.site_id), isolate(outcome.center_id)
    if outcome.regret_is == AT_LEAST:
        # That it costs at least less than nothing is no news.
        return text("call.regret_at_least", lang, km=km, site=site, center=center) if km > 0 else ""
    if not km:
        return text("call.regret_same", lang, site=site, center=center)
    if outcome.regret_is == CATCHMENT:
        key = "call.regret_catchment" if km > 0 else "call.regret_catchment_shorter"
    else:
        key = "call.regret_exact" if km > 0 else "call.regret_shorter"
    return text(key, lang, km=abs(km), site=site, center=center)


def _state(outcome: Outcome, site: Mapping[object, object], lang: Lang) -> str:
    if why := str(site["ineligible"]):
        words = said(state_words(why, site["decision_reason"]), lang)
        told = why in (REFUSED, PENDING) and words != text(f"call.state_{why}", lang)
        return text(f"call.letter_{why}", lang, reason=isolate(words)) if told else words
    if str(site["site_id"]) == outcome.site_id and outcome.outcome in ("chosen", "reserve"):
        return text(f"call.outcome_{outcome.outcome}", lang)
    return text("call.outcome_not_chosen", lang)


def _place(province: str, county: str, lang: Lang) -> str:
    named = [names_of(province, county)[lang] if county else "", names_of(province)[lang] if province else ""]
    return " · ".join(dict.fromkeys(one for one in named if one))
