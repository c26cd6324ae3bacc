"""A proposal in sentences: how many are transferred and why, what fewer or more would cost, who is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.said import NO_FAILURE
from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.text import Lang

ELSEWHERE = ("vacancy", "outside_boundaries", "no_location")
"""Reasons of which the advice unit by unit says nothing."""
REASONS = (
    "edited", "own_move", "center_closed", "center_relocated", "center_opened", "max_cases", "nearer",
    "kept_together", "made_room", "exchange",
)  # fmt: skip

NAMED = 10
"""Households that are named in a sentence, at most."""


def proposal_sentences(facts: Mapping[str, Any], out: Path, lang: Lang) -> list[str]:
    """Return what a planner wants to know of a proposal, a sentence a line.

    Parameters
    ----------
    facts : mapping
        As `siting.running.proposing.facts_of` gives them.
    out : Path
        The proposal's folder.
    lang : {"fa", "en"}
        Language of the user.
    """
    lines = [text("cli.synthetic", lang)] if facts["synthetic"] else []
    counts = {"transfers": facts["transfers"], "households": facts["households"]["after"]}
    forced, found = facts["forced_cases"], facts["curve"][0]["transferred_cases"] if facts["curve"] else 0
    if forced < found:
        lines.append(text("siting.transfers_at_least", lang, forced=forced, found=found, **counts))
    else:
        lines.append(text("siting.transfers", lang, forced=forced, worth=facts["worth_it_cases"], **counts))
    counts = facts["by_reason"]
    lines += [text(f"siting.because_{one}", lang, count=counts[one]) for one in REASONS if counts.get(one)]
    if facts.get("pairs"):
        lines.append(text("moves.pairs", lang, count=facts["pairs"]))
    if denied := facts["not_granted"]:
        lines.append(text("siting.not_granted", lang, count=len(denied), ids=" · ".join(denied[:NAMED])))
    for name in ("joined", "left", "address_unknown"):
        if facts[name]:
            lines.append(text(f"siting.proposal_{name}", lang, count=facts[name]))
    if proposal_unserved(facts):
        lines.append(text("siting.proposal_unserved", lang, count=proposal_unserved(facts)))
        reasons = facts["unassigned_by_reason"]
        lines += [text(f"cli.left_{one}", lang, count=reasons[one]) for one in ELSEWHERE if reasons.get(one)]
    if facts["unassigned_by_reason"].get(NO_FAILURE):
        lines.append(text("cli.left_not_in_phase", lang, count=facts["unassigned_by_reason"][NO_FAILURE]))
    opened = facts.get("standing", {}).get("opened", {})
    if opened:
        lines.append(text("siting.proposal_opens", lang, count=len(opened), sites=" ".join(sorted(opened))))
    km = {name: number(facts["km"][name]["mean"] or 0.0, lang, digits=2) for name in ("before", "after")}
    lines.append(
        text("siting.proposal_km_nation" if "provinces" in facts else "siting.proposal_km", lang, **km)
    )
    lines += _curve(facts, lang)
    lines.append(_proven(facts, lang))
    lines.append(text("siting.proposal_next", lang, folder=facts["base"]["folder"], proposal=str(out)))
    return lines


def proposal_unserved(facts: Mapping[str, Any]) -> int:
    """Return how many households nobody would serve, those of a later phase not counted."""
    return sum(count for reason, count in facts["unassigned_by_reason"].items() if reason != NO_FAILURE)


def _curve(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    lines = [text("siting.curve_nation" if "provinces" in facts else "siting.curve", lang)]
    for one in facts["curve"]:
        price = "-" if one["move_km"] is None else number(one["move_km"], lang, digits=2)
        km = number(one["serving_km"], lang, digits=1)
        lines.append(text("siting.curve_point", lang, cases=one["transferred_cases"], km=km, price=price))
    return lines


def _proven(facts: Mapping[str, Any], lang: Lang) -> str:
    budget, above = facts["max_transfers"], facts["at_most_above_least_km"]
    if budget is not None:
        over = facts["serving_km"] - budget["bound_km"]
        return text("siting.budget", lang, most=budget["most"], km=number(max(over, 0.0), lang, digits=1))
    if above:
        return text("siting.nearly_least", lang, km=number(above, lang, digits=1))
    return text("siting.is_least", lang)


SHOWN_OPENINGS = 10


def advice_sentences(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return, unit by unit, how much is missing, which rules conflict, and where to open next.

    Parameters
    ----------
    facts : mapping
        As `siting.running.proposing.propose` gives them.
    lang : {"fa", "en"}
        Language of the user.
    """
    lines = []
    for one in facts["advice"]:
        lines.append(text("siting.short", lang, **{name: one[name] for name in _SHORT}))
        if one["missing"]:
            lines.append(text("siting.missing", lang, missing=one["missing"]))
        rules = text("siting.and", lang).join(text(f"siting.rule_{rule}", lang) for rule in one["conflict"])
        lines.append(text("siting.conflict", lang, rules=rules))
        if "within" in one["conflict"]:
            lines.append(text("siting.free_elsewhere", lang, free=one["free_elsewhere"]))
        lines += _openings(one["openings"], lang)
    return lines


_SHORT = ("unit", "unserved", "cases", "centers", "places")


def _openings(openings: list[Mapping[str, Any]], lang: Lang) -> list[str]:
    sites = [one for one in openings if one["site_id"]]
    points = [one for one in openings if not one["site_id"]]
    lines = []
    if sites:
        lines.append(text("siting.open_next", lang, count=len(sites)))
        lines += [
            text(
                "siting.open_site",
                lang,
                site=one["site_id"],
                applicant=one["applicant_id"],
                cases=one["cases"],
            )
            for one in sites[:SHOWN_OPENINGS]
        ]
        if len(sites) > SHOWN_OPENINGS:
            lines.append(text("siting.and_more", lang, count=len(sites) - SHOWN_OPENINGS))
        shown = " ".join(f"--open {one['site_id']}" for one in sites[:SHOWN_OPENINGS])
        lines.append(text("siting.open_with", lang, options=shown))
    if points:
        lines.append(text("siting.call_for", lang, count=len(points)))
        for one in points[:SHOWN_OPENINGS]:
            at = {name: number(one[name], lang, digits=5) for name in ("lon", "lat")}
            lines.append(text("siting.open_point", lang, cases=one["cases"], **at))
        if len(points) > SHOWN_OPENINGS:
            lines.append(text("siting.and_more", lang, count=len(points) - SHOWN_OPENINGS))
    return lines
