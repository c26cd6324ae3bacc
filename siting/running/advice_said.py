"""What would help, in sentences: what is missing in which unit, which rules conflict, where to open next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.text import Lang

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
    lines = [line for one in facts.get("left_out", ()) for line in _left(one, lang)]
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


def _left(one: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what there is to say of further households of one unit that nobody serves."""
    counts = {name: one[name] for name in ("unit", "province", "households", "cases", "centers")}
    if one["elsewhere"]:
        network = text("siting.comma", lang).join(one["network"])
        return [text("siting.left_elsewhere", lang, **counts, network=network)]
    lines = [text("siting.left_here" if one["centers"] else "siting.left_without_center", lang, **counts)]
    if one["cases"] < one["fewest_cases"] and not one["centers"]:
        lines.append(text("siting.left_too_few", lang, least=one["fewest_cases"]))
    if one["points"]:
        lines.append(text("siting.call_for", lang, count=len(one["points"])))
        lines += _points(one["points"], lang)
    return lines


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
        lines += _points(points, lang)
    return lines


def _points(points: Sequence[Mapping[str, Any]], lang: Lang) -> list[str]:
    lines = []
    for one in points[:SHOWN_OPENINGS]:
        at = {name: number(one[name], lang, digits=5) for name in ("lon", "lat")}
        lines.append(text("siting.open_point", lang, cases=one["cases"], **at))
    if len(points) > SHOWN_OPENINGS:
        lines.append(text("siting.and_more", lang, count=len(points) - SHOWN_OPENINGS))
    return lines
