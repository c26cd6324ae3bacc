"""Why an application is refused or left open: the words that a decision is kept with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.text import phrase

if TYPE_CHECKING:
    from data.text import Phrase

REFUSING = (
    "authority_refused", "kind_not_accepted", "field_not_accepted", "not_accessible", "too_early", "too_late",
    "same_national_code", "applied_twice", "too_many_sites",
)  # fmt: skip
PENDING = (
    "authority_pending", "kind_unknown", "field_unknown", "accessible_unknown", "date_unknown",
    "national_code_unknown", "first_unknown",
)  # fmt: skip
REASONS = (*REFUSING, *PENDING)
"""Reasons in the order of their weight; what an authority said in its own words comes before all."""
_TOLD = ("no_related_degree", "competence_not_confirmed", "unfit_premises")
"""Reasons of an authority that have words of their own, as the demos' applications are told them."""


def reason_words(told: str) -> Phrase | str:
    """Return a reason of a decision as a phrase where it is a known one, else as it stands."""
    known = [(one, phrase(f"call.vet_{one}")) for one in REASONS]
    known += [(one, phrase(f"call.told_{one}")) for one in _TOLD]
    for reason, words in known:
        if told in (reason, words.said("fa"), words.said("en")):
            return words
    return told
