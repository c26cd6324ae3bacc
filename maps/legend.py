"""What the legend of a plan's page counts beside the loads: distances, kinds of centers, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.text import PERSIAN_DIGITS, text
from maps.classes import km_ranges
from maps.page import in_both, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from data.plan import Plan
    from data.text import Lang


def km_legend(steps: Sequence[int | None]) -> list[tuple[int | None, Markup, int]]:
    """Return class, words and number of centers by their median distance, farthest first, then no data."""
    ranges = km_ranges()
    entries: list[tuple[int | None, Markup, int]] = []
    for step in reversed(range(len(ranges))):
        first, last = ranges[step]
        if first is None:
            words = say("km_under", km=last)
        elif last is None:
            words = say("km_over", km=first)
        else:
            words = say("km_between", first=first, last=last)
        entries.append((step, words, steps.count(step)))
    return [*entries, (None, say("no_data"), steps.count(None))]


def symbols(centers: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Return area, status and number of the centers of each kind that there is."""
    kinds = [(center["area"], center["status"]) for center in centers]
    return [
        (area, status, kinds.count((area, status)))
        for area in ("urban", "rural", "any")
        for status in ("new", "existing")
        if (area, status) in kinds
    ]


def seed_note(plan: Plan) -> Markup:
    """Return the seed as it is typed, in the digits of each language."""
    seed = str(plan.provenance.get("seed", ""))

    def note(lang: Lang) -> str:
        return text("maps.seed", lang, seed=seed.translate(PERSIAN_DIGITS) if lang == "fa" else seed)

    return in_both(note)


def share_inside(plan: Plan) -> float | None:
    """Return how many of a hundred households live in the neighbourhood of their own center."""
    ground = plan.neighbourhoods
    if not ground["households"].sum():
        return None
    return float(100 * np.average(ground["fraction_inside"], weights=ground["households"]))
