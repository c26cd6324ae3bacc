"""A casebook's past in lines for a reader, a version a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.call.said import seal_lines
from data.casebook import CASEBOOK, Casebook
from data.record.applicants import ApplicantChange
from data.record.named import version_named
from data.record.past import Version, history, show
from data.record.traces import HouseholdChange
from data.said import NO_FAILURE, REASONS, sentences
from data.text import number, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.record.traces import CenterChange
    from data.text import Lang

KINDS = ("found", "rebalance", "decline", "revert", "grow", "caseworkers", "visits", "activity", "services")
"""What a version is known to have done; another is shown by its own word."""


def history_lines(
    told: Sequence[Version | HouseholdChange | CenterChange | ApplicantChange], lang: Lang
) -> list[str]:
    """Return a line for each version, or for each change of one household, center or applicant."""
    return [
        version_line(one, lang) if isinstance(one, Version) else " · ".join(change_words(one, lang))
        for one in told
    ]


def shown(folder: Path, asked: str | None, lang: Lang) -> tuple[dict[str, Any], list[str]]:
    """Return the summary of a version of a plan folder, and what a reader is told of it.

    Parameters
    ----------
    folder : Path
        Of the plan.
    asked : str or None
        Number of the version as the user wrote it; the current one for None.
    lang : {"fa", "en"}
        Language of the user.

    Raises
    ------
    SitingError
        As `data.record.past.show`; exit code 2 where it is no number.
    """
    book = Casebook.open(folder / CASEBOOK)
    summary = show(folder, book.version if asked is None else version_named(asked))
    entry = history(book)[summary["casebook_version"] - 1]
    # Its sentences name the seal in every version.
    return summary, [*history_lines([replace(entry, seal="")], lang), *sentences(summary, None, lang)]


def version_line(one: Version, lang: Lang) -> str:
    """Return what the log tells of a version: what, when, by whom and why, and its head."""
    parts = [
        _opening(one.version, one.kind, one.when, lang),
        *([" ".join(one.given_up)] if one.given_up else []),
    ]
    if one.counts:
        parts.append(text("record.counts", lang, **one.counts))
    parts.append(text("record.changed", lang, rows=sum(one.changed.values())))
    parts += [said for said in (one.who, one.why) if said]
    parts.append(text("record.head", lang, head=one.head))
    parts += seal_lines(one.seal, lang)
    return " · ".join(parts)


def change_words(one: HouseholdChange | CenterChange | ApplicantChange, lang: Lang) -> list[str]:
    """Return the parts of a line on what a version did to a household, a center or an applicant."""
    if isinstance(one, ApplicantChange):
        return _applicant_words(one, lang)
    return _household_words(one, lang) if isinstance(one, HouseholdChange) else _center_words(one, lang)


def _household_words(one: HouseholdChange, lang: Lang) -> list[str]:
    events = text("record.and", lang).join(text(f"record.event_{event}", lang) for event in one.events)
    before = _served(one.from_center, one.km_before, lang)
    after = _served(one.to_center, one.km, lang)
    parts = [_opening(one.version, one.kind, one.when, lang), events]
    parts.append(text("record.from_to", lang, before=before, after=after))
    return parts + ([_reason(one.reason, lang)] if one.reason else [])


def _applicant_words(one: ApplicantChange, lang: Lang) -> list[str]:
    parts = [_opening(one.version, one.kind, one.when, lang), text(f"call.outcome_{one.outcome}", lang)]
    if one.center_id:
        parts.append(text("record.center_at_site", lang, center=one.center_id, site=one.site_id))
    return parts


def _center_words(one: CenterChange, lang: Lang) -> list[str]:
    parts = [_opening(one.version, one.kind, one.when, lang)]
    parts += [text(f"record.event_{one.event}", lang)] if one.event else []
    if one.status:
        parts.append(text(f"record.status_{one.status}", lang))
        parts.append(text("record.serves", lang, cases=one.cases, households=one.households))
    return parts


def _opening(version: int, kind: str, when: str, lang: Lang) -> str:
    done = text(f"record.kind_{kind}", lang) if kind in KINDS else kind
    return text("record.version", lang, version=version, kind=done, when=when[:16].replace("T", " "))


def _reason(reason: str, lang: Lang) -> str:
    known = reason in (*REASONS, NO_FAILURE)
    words = text(f"maps.reason_{reason}", lang) if known else reason
    return text("record.reason", lang, reason=words)


def _served(center: str, km: float | None, lang: Lang) -> str:
    if not center:
        return text("record.nobody", lang)
    if km is None:
        return center
    return text("record.at_km", lang, center=center, km=number(km, lang, digits=3))
