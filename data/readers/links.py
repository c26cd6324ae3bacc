"""Points in links, as people copy them from a map on their telephone."""

from __future__ import annotations

import re
from urllib.parse import unquote

_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_COMMA = r"\s*,[\s+]*"
_LINK = re.compile(r"\s*(?:https?://|www\.|geo:|(?:maps|goo|google)\.)", re.IGNORECASE)
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The marked place; what follows `@` is only the middle of the view.
        rf"!3d{_NUMBER}!4d{_NUMBER}",
        rf"[?&](?:q|query|ll|destination|daddr|center)=(?:loc:)?\s*{_NUMBER}{_COMMA}{_NUMBER}(?![\d.])",
        rf"[?&]mlat={_NUMBER}&mlon={_NUMBER}(?![\d.])",
        rf"/(?:place|search|dir/[^@]*)/\s*{_NUMBER}{_COMMA}{_NUMBER}(?![\d.])",
        rf"^\s*geo:{_NUMBER}{_COMMA}{_NUMBER}(?![\d.])",
        rf"@{_NUMBER}{_COMMA}{_NUMBER}(?![\d.])",
        rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}(?![\d.])",
    )
)


def is_link(text: str) -> bool:
    """Tell whether a cell holds a link."""
    return _LINK.match(text) is not None


def point_in_link(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude that a link names; None for a link without a point, as a shortened one.

    Parameters
    ----------
    text : str
        A link of Google Maps or OpenStreetMap, or a ``geo:`` URI (RFC 5870), digits in Latin; in all of them
        latitude comes first.
    """
    plain = unquote(text)
    for pattern in _PLACES:
        if found := pattern.search(plain):
            return float(found[2]), float(found[1])
    return None
