"""Why an application is refused or left open: the words that a decision is kept with."""

from __future__ import annotations

REFUSING = (
    "authority_refused", "kind_not_accepted", "field_not_accepted", "not_accessible", "too_early", "too_late",
    "same_national_code", "applied_twice", "too_many_sites",
)  # fmt: skip
PENDING = (
    "authority_pending", "kind_unknown", "field_unknown", "accessible_unknown", "date_unknown",
    "first_unknown",
)  # fmt: skip
REASONS = (*REFUSING, *PENDING)
"""Reasons in the order of their weight; what an authority said in its own words comes before all."""
