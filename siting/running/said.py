"""A proposal in sentences: how many are transferred and why, what fewer or more would cost, who is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

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

SHOWN_POINTS = 8
"""Points of the curve that a reader sees, at most."""
SAME_KM = 0.1
"""Half of what kilometres of a curve are told in."""
NAMED = 10
"""Households that are named in a sentence, at most."""


def proposal_sentences(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what a planner wants to know of a proposal, a sentence a line.

    Parameters
    ----------
    facts : mapping
        As `siting.running.proposing.facts_of` gives them.
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
    lines += _between_provinces(facts, lang)
    if denied := facts["not_granted"]:
        lines.append(text("siting.not_granted", lang, count=len(denied), ids=" · ".join(denied[:NAMED])))
    for name in ("joined", "left", "address_unknown"):
        if facts[name]:
            lines.append(text(f"siting.proposal_{name}", lang, count=facts[name]))
    lines += _beyond_rules(facts, lang)
    lines += [text("siting.needed", lang, **one) for one in facts.get("needed", ())]
    if proposal_unserved(facts):
        lines.append(text("siting.proposal_unserved", lang, count=proposal_unserved(facts)))
        reasons = facts["unassigned_by_reason"]
        lines += [text(f"cli.left_{one}", lang, count=reasons[one]) for one in ELSEWHERE if reasons.get(one)]
    if facts["unassigned_by_reason"].get(NO_FAILURE):
        lines.append(text("cli.left_not_in_phase", lang, count=facts["unassigned_by_reason"][NO_FAILURE]))
    opened = facts.get("standing", {}).get("opened", {})
    if opened:
        lines.append(text("siting.proposal_opens", lang, count=len(opened), sites=" ".join(sorted(opened))))
    short = facts.get("short_staffed", ())
    lines += [text("siting.short_staffed", lang, **one) for one in short[:NAMED]]
    if len(short) > NAMED:
        lines.append(text("siting.short_staffed_more", lang, count=len(short) - NAMED))
    lines += _distances(facts, lang)
    lines += _curve(facts, lang)
    lines.append(_proven(facts, lang))
    return lines


def next_sentence(folder: Path, out: Path, lang: Lang) -> str:
    """Return what is to be done next, which comes last: after the advice.

    Parameters
    ----------
    folder, out : Path
        Of the network and of the proposal, as the user named them.
    lang : {"fa", "en"}
        Language of the user.
    """
    return text("siting.proposal_next", lang, folder=str(folder), proposal=str(out))


def _between_provinces(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return how many families go from one province of a nation to another, and are transferred by it."""
    counts = (("pairs", facts.get("pairs")), ("crossing", facts.get("crossing", {}).get("households")))
    return [text(f"moves.{name}", lang, count=count) for name, count in counts if count]


def _beyond_rules(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return which further households have a status that the rules do not serve."""
    if not (beyond := facts.get("beyond_rules")):
        return []
    told = text("siting.comma", lang).join(f"{one} ({number(beyond[one], lang)})" for one in beyond)
    return [text("siting.beyond_rules", lang, count=sum(beyond.values()), statuses=told)]


def _distances(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    if "provinces" not in facts:
        return [text("siting.proposal_km", lang, **_figures(facts["km"], lang, "mean"))]
    lines = [
        text("siting.proposal_km_nation", lang, **_figures(facts["km"], lang, "mean")),
        text("siting.proposal_objective_nation", lang, **_figures(facts["objective_km"], lang)),
    ]
    changing, count = facts["changing"], len(facts["provinces"])
    if changing["households"] == facts["households"]:
        return lines
    own = {f"km_{name}": km for name, km in _figures(changing["km"], lang, "mean").items()}
    own |= _figures(changing["objective_km"], lang)
    return [*lines, text("siting.proposal_changing", lang, count=count, **own)]


def _figures(told: Mapping[str, Any], lang: Lang, name: str = "") -> dict[str, str]:
    """Return a figure of before and after as a reader sees it."""
    values = {when: (one[name] if name else one) or 0.0 for when, one in told.items()}
    return {when: number(one, lang, digits=2 if name else 1) for when, one in values.items()}


def proposal_unserved(facts: Mapping[str, Any]) -> int:
    """Return how many households nobody would serve, those of a later phase not counted."""
    return sum(count for reason, count in facts["unassigned_by_reason"].items() if reason != NO_FAILURE)


def _curve(facts: Mapping[str, Any], lang: Lang) -> list[str]:
    lines = [text("siting.curve_nation" if "provinces" in facts else "siting.curve", lang)]
    points = facts["curve"]
    shown = _shown(facts)
    for one in shown:
        price = "-" if one["price_km"] is None else number(one["price_km"], lang, digits=3)
        km = number(one["serving_km"], lang, digits=1)
        key = "siting.curve_chosen" if _is_chosen(one, facts) else "siting.curve_point"
        lines.append(text(key, lang, cases=one["transferred_cases"], km=km, price=price))
    if len(shown) < len(points):
        lines.append(text("siting.curve_shown", lang, shown=len(shown), count=len(points)))
    gap_km = facts["curve_gap_km"]
    if gap_km:
        lines.append(text("siting.curve_gap", lang, km=number(gap_km, lang, digits=3)))
    else:
        lines.append(text("siting.curve_complete", lang))
    return lines


def _shown(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the points that a reader sees: both ends, the proposal's, and others spread over the span."""
    points = facts["curve"]
    if len(points) <= SHOWN_POINTS:
        return list(points)
    count = np.array([one["transferred_cases"] for one in points])
    kept = {0, len(points) - 1, *(at for at, one in enumerate(points) if _is_chosen(one, facts))}
    for wanted in np.linspace(count[0], count[-1], SHOWN_POINTS)[1:-1]:
        if len(kept) < SHOWN_POINTS:
            kept.add(int(np.abs(count - wanted).argmin()))
    return [points[at] for at in sorted(kept)]


def _is_chosen(point: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a point is the proposal itself."""
    same = point["transferred_cases"] == facts["transferred_cases"]
    return bool(same and abs(point["serving_km"] - facts["serving_km"]) < SAME_KM)


def _proven(facts: Mapping[str, Any], lang: Lang) -> str:
    budget, above = facts["max_transfers"], facts["at_most_above_least_km"]
    if budget is not None:
        over = facts["serving_km"] - budget["bound_km"]
        return text("siting.budget", lang, most=budget["most"], km=number(max(over, 0.0), lang, digits=1))
    if above:
        return text("siting.nearly_least", lang, km=number(above, lang, digits=1 if above >= 1 else 3))
    return text("siting.is_least", lang)
