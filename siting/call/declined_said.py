"""A withdrawal in sentences: who comes in, who waits, and what it costs, each price apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.text import Lang
    from siting.call.decline import Withdrawal

SAME_KM = 0.05
"""Half of what kilometres are told in."""
_APART = ("travel_km", "move_km", "vacancy_km")


def decline_sentences(withdrawal: Withdrawal, facts: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what a withdrawal changes and costs, a sentence a line.

    Parameters
    ----------
    withdrawal : Withdrawal
        Of `siting.call.decline.withdrawal_of`.
    facts : mapping
        As `siting.call.decline.decline` returns them.
    lang : {"fa", "en"}
        Language of the user.
    """
    if not withdrawal.center_id:
        of_centers = [text("call.was_reserve", lang, center=one) for one in withdrawal.reserve_of]
        return [text("call.withdraws", lang, applicant=withdrawal.applicant_id), *of_centers]
    own = {"applicant": withdrawal.applicant_id, "center": withdrawal.center_id}
    if withdrawal.site_id:
        own |= {"reserve": withdrawal.reserve_id, "site": withdrawal.site_id}
        lines = [text("call.replaced", lang, **own)]
    else:
        counts = {"households": withdrawal.households, "cases": withdrawal.cases}
        lines = [text("call.not_replaced", lang, **own, **counts)]
    more = _more_km(facts)
    travel = more["travel_km"]
    kind = "waiting" if travel < 0 and not withdrawal.site_id else _way(travel)
    lines.append(text(f"call.travel_{kind}", lang, km=abs(travel)))
    others = sum(km for name, km in more.items() if name not in _APART)
    if _way(others) != "same":
        lines.append(text(f"call.prices_{_way(others)}", lang, km=abs(others)))
    for name, key, cases in (
        ("move_km", "call.cost_of_transfers", facts["transferred_cases"]),
        ("vacancy_km", "call.cost_of_waiting", withdrawal.cases),
    ):
        if cases and _way(more[name]) != "same":
            km = more[name]
            lines.append(text(key, lang, cases=cases, km=km, price=km / cases))
    whole = sum(more.values())
    if _way(whole) != "same":
        lines.append(text(f"call.together_{_way(whole)}", lang, km=abs(whole)))
    return lines


def _more_km(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return by how much each term of the objective grows, km."""
    before, after = facts["terms"]["before"], facts["terms"]["after"]
    return {name: float(km) - float(before.get(name, 0.0)) for name, km in after.items()}


def _way(km: float) -> str:
    return "same" if abs(km) < SAME_KM else "more" if km > 0 else "less"
