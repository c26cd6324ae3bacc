"""Letters to applicants: the decision, its reasons, and by which sealed rules; a sheet each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.call.outcomes import outcomes_of
from data.errors import said
from data.plan import CALL
from data.text import number, text
from maps.dates import shown_day
from maps.names import names_of
from maps.page import asset, isolate, still_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.call.outcomes import Outcome
    from data.plan import Plan
    from data.problem import Problem
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
        ``site_id``, ``preference``, ``province``, ``county``, ``ineligible`` of each site, by preference.
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
    synthetic : bool
        Whether the applicants are invented.
    """

    letters: tuple[Letter, ...]
    origin: Origin
    call: Mapping[str, object]
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
    columns = ["site_id", "applicant_id", "preference", "province", "county", "ineligible", "registered_at"]
    sites = pd.DataFrame(problem.sites.drop(columns="geometry", errors="ignore")).reindex(columns=columns)
    by_applicant = dict(iter(sites.sort_values(["preference", "site_id"]).groupby("applicant_id")))
    letters = []
    for one in outcomes_of(problem, plan):
        own = by_applicant[one.applicant_id]
        days = sorted(str(day)[:10] for day in own["registered_at"].dropna() if day)
        letters.append(Letter(one, own, days[0] if days else ""))
    return Issue(tuple(letters), origin, plan.provenance.get(CALL, {}), bool(problem.synthetic))


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
        letters=[_letter(one, lang) for one in letters],
        synthetic=text("report.synthetic", lang) if issue.synthetic else "",
        rules=_rules(issue, lang),
        objection=text("call.letter_objection", lang),
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
    lines = [text("call.letter_rule", lang)]
    if issue.call:
        seed = isolate(str(issue.call["seed"]))
        lines.append(text("call.letter_order", lang, seed=seed))
        lines.append(text("call.letter_limit", lang, km=float(str(issue.call["limit_km"]))))
    lines.append(text("call.letter_sealed" if issue.call.get("seal") else "call.letter_unsealed", lang))
    return lines


def _letter(one: Letter, lang: Lang) -> dict[str, object]:
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
        "near_tie": text("call.letter_near_tie", lang) if outcome.near_tie else "",
        "rows": rows,
    }


def _regret(outcome: Outcome, lang: Lang) -> str:
    if outcome.regret_km is None:
        return ""
    kind = "at_least" if outcome.regret_is == "at_least" else "exact"
    return text(
        f"call.regret_{kind}",
        lang,
        km=float(outcome.regret_km),
        site=isolate(outcome.site_id),
        center=isolate(outcome.center_id),
    )


def _state(outcome: Outcome, site: Mapping[object, object], lang: Lang) -> str:
    if str(site["ineligible"]):
        return text(f"build.ineligible_{site['ineligible']}", lang)
    if str(site["site_id"]) == outcome.site_id and outcome.outcome in ("chosen", "reserve"):
        return text(f"call.outcome_{outcome.outcome}", lang)
    return text("call.outcome_not_chosen", lang)


def _place(province: str, county: str, lang: Lang) -> str:
    named = [names_of(province, county)[lang] if county else "", names_of(province)[lang] if province else ""]
    return " · ".join(dict.fromkeys(one for one in named if one))
