"""A comparison in words: one plain sentence, and what else must be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.compare.tables import NOTHING_KM
from data.text import number, text

if TYPE_CHECKING:
    from data.compare.comparison import Comparison
    from data.text import Lang

KM_DIGITS = 2


def sentence(found: Comparison, lang: Lang = "en") -> str:
    """Return what a planner wants to know first."""
    here = found.households
    if found.is_same:
        return text("compare.same", lang, in_both=here["in_both"])
    if not here["in_both"]:
        return text("compare.strangers", lang, only_in_a=here["only_in_a"], only_in_b=here["only_in_b"])
    percent = number(100 * here["transfer"] / here["in_both"], lang, digits=1)
    changed = {"transfer": here["transfer"], "in_both": here["in_both"], "percent": percent}
    if not found.is_measured_alike:
        return text("compare.changed_unlike", lang, **changed)
    mean = _mean(found, lang)
    nearer, further = found.nearer, found.further
    if not here["transfer"]:
        return text(
            "compare.unchanged", lang, nearer=nearer.households, further=further.households, mean=mean
        )
    return text(
        "compare.changed",
        lang,
        **changed,
        nearer=nearer.transferred,
        further=further.transferred,
        mean=mean,
    )


def _mean(found: Comparison, lang: Lang) -> str:
    before, after = found.a.km["mean"], found.b.km["mean"]
    if before is None or after is None:
        return text("compare.mean_unknown", lang)
    shown = {"before": number(before, lang, digits=KM_DIGITS), "after": number(after, lang, digits=KM_DIGITS)}
    if shown["before"] == shown["after"]:
        return text("compare.mean_stays", lang, **shown)
    return text("compare.mean_falls" if after < before else "compare.mean_rises", lang, **shown)


def remarks(found: Comparison, lang: Lang = "en") -> list[str]:
    """Return what the sentence leaves out: who gains or loses a center, who is on one side only."""
    here, told = found.households, []
    if here["gained"] or here["lost"]:
        told.append(text("compare.waiting", lang, gained=here["gained"], lost=here["lost"]))
    if here["in_both"] and (here["only_in_a"] or here["only_in_b"]):
        told.append(text("compare.one_side", lang, only_in_a=here["only_in_a"], only_in_b=here["only_in_b"]))
    moved = int((found.loads["moved_km"] > NOTHING_KM).sum())
    if moved:
        told.append(text("compare.moved_centers", lang, count=moved))
    return told
