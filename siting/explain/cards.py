"""The cards of explanations: whom they are of, and the figures that the sentences begin from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.shown import Card
from data.text import phrase
from siting.explain.applicant import ApplicantFacts
from siting.explain.household import HouseholdFacts
from siting.explain.said import explained

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.text import Lang, Phrase
    from siting.explain.center import Alternative, CenterFacts
    from siting.explain.explaining import Facts


def card_of(facts: Facts) -> Card:
    """Return an explanation as a card."""
    if isinstance(facts, HouseholdFacts):
        title, rows = phrase("shown.of_household"), _household(facts)
    elif isinstance(facts, ApplicantFacts):
        title, rows = phrase("shown.of_applicant"), _applicant(facts)
    else:
        title, rows = phrase("shown.of_center"), _center(facts)
    said: dict[Lang, list[str]] = {"en": explained(facts, "en"), "fa": explained(facts, "fa")}
    named = tuple((phrase(f"shown.{name}"), value) for name, value in rows.items())
    return Card(title, named, facts.synthetic, said)


def _household(facts: HouseholdFacts) -> dict[str, object]:
    rank = None
    if facts.rank is not None:
        rank = phrase("shown.rank_of", rank=facts.rank, centers=facts.open_centers)
    return {
        "household": facts.household_id,
        "center": facts.center_id,
        "km": facts.km,
        "rank": rank,
        "n_nearer": facts.n_nearer,
        "unit": facts.unit,
        "cases": facts.cases,
    }


def _applicant(facts: ApplicantFacts) -> dict[str, object]:
    swaps = [one.swap for one in facts.sites if one.swap is not None]
    return {
        "applicant": facts.applicant_id,
        "center": facts.center_id,
        "judged": _judged(facts.verdict),
        "sites": len(facts.sites),
        "swap_km": _least_km(swaps if facts.runner_up is None else [facts.runner_up]),
        "gap_km": facts.gap_km,
    }


def _center(facts: CenterFacts) -> dict[str, object]:
    return {
        "center": facts.center_id,
        "applicant": facts.applicant_id,
        "judged": _judged(facts.verdict),
        "cases": facts.cases,
        "bounds": phrase("shown.range", least=facts.min_cases, most=facts.max_cases),
        "households": facts.households,
        "km_median": facts.km_median,
        "km_max": facts.furthest_km,
        "applicants": facts.applicants,
        "swap_km": _least_km(facts.alternatives),
        "gap_km": facts.gap_km,
    }


def _judged(verdict: str) -> Phrase | None:
    return phrase(f"explain.verdict_{verdict}") if verdict else None


def _least_km(swaps: Iterable[Alternative]) -> float | None:
    """Return what the cheapest swap costs more; None without one that leaves nobody out."""
    return min((one.extra_km for one in swaps if one.left_out <= 0 and one.short <= 0), default=None)
