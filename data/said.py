"""A summary in sentences: what was planned, who is not served, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.call.said import seal_lines
from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.text import Lang

SHOWN_UNITS = 20
NO_FAILURE = "not_in_phase"
REASONS = ("vacancy", "no_capacity", "too_far", "outside_boundaries", "no_location")


def unserved(summary: Mapping[str, Any]) -> int:
    """Return how many households nobody serves, those of a later phase not counted."""
    return sum(count for reason, count in summary["unassigned_by_reason"].items() if reason != NO_FAILURE)


def sentences(summary: Mapping[str, Any], out: Path | None, lang: Lang) -> list[str]:
    """Return what a planner wants to know first, a sentence a line; with its map where it has a place."""
    km = summary["km"]
    lines = []
    if summary["synthetic"]:
        lines.append(text("cli.synthetic", lang))
    lines.append(
        text(
            "cli.network",
            lang,
            centers=summary["centers"],
            vacancies=summary["vacancies"],
            assigned=summary["assigned"],
            households=summary["households"],
        )
    )
    if summary["rules"]["count"] == "households":
        lines.append(text("cli.one_case_each", lang))
    if summary["centers"]:
        lines.append(text("cli.load", lang, least=summary["load"]["min"], most=summary["load"]["max"]))
    if km["mean"] is not None:
        figures = {name: number(km[name], lang, digits=1) for name in ("mean", "median", "p90", "max")}
        lines.append(text(f"cli.km_{summary['distance']}", lang, **figures))
    if by_place := summary.get("located_by_place"):
        lines.append(text("cli.located_by_place", lang, count=sum(by_place.values())))
    far = _far_ways(summary, lang)
    if far:
        lines.append(far)
    if summary["bound_gap"] is not None and 0 <= summary["bound_gap"] <= 1:
        lines.append(text("cli.bound", lang, gap=number(100 * summary["bound_gap"], lang, digits=2)))
    lines += seal_lines(summary.get("seal", ""), lang)
    if out is not None:
        lines.append(text("cli.open", lang, path=str(out / "map" / "index.html")))
    return lines


def _far_ways(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return what far ways count more, where they do, and how far the worst off go."""
    rules, worst = summary["rules"], summary["km"].get("worst_tenth_mean")
    limits = {area: rules.get(f"far_km_{area}") for area in ("urban", "rural")}
    if not rules.get("far_weight") or worst is None or not any(limits.values()):
        return ""
    no_limit = text("report.no_limit", lang)
    beyond = {area: no_limit if km is None else number(km, lang, digits=1) for area, km in limits.items()}
    return text(
        "cli.far_ways",
        lang,
        worst=number(worst, lang, digits=1),
        weight=number(rules["far_weight"], lang, digits=2),
        extra=number(summary["terms"]["far_km"], lang, digits=0),
        **beyond,
    )


def remedies(summary: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return for each reason why somebody is not served how many they are and what would help."""
    reasons = summary["unassigned_by_reason"]
    lines = [
        text(f"cli.left_{reason}", lang, count=reasons[reason]) for reason in REASONS if reasons.get(reason)
    ]
    if reasons.get(NO_FAILURE):
        lines.append(text("cli.left_not_in_phase", lang, count=reasons[NO_FAILURE]))
    asked, opened = summary["rules"]["centers"], summary["centers"]
    if isinstance(asked, int) and opened < asked and not summary.get("missing"):
        lines.append(text("cli.fewer", lang, asked=asked, opened=opened))
    short = summary["short_units"]
    if short:
        needed = asked + sum(one["needed"] - one["planned"] for one in short)
        lines.append(text("cli.needed", lang, needed=needed, units=len(short)))
        lines += [text("cli.needed_here", lang, **one) for one in short[:SHOWN_UNITS]]
    return lines
