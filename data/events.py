"""Kinds of events in the life of a household."""

from __future__ import annotations

ARRIVALS = ("move", "join")
"""Events after which a household stands at a new point."""
