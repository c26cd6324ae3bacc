"""A small bar: a center's load against the least and the most it should have."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 300.0
_BEYOND = 1.08
"""How far the bar goes beyond the larger of load and most."""


@dataclass(frozen=True)
class LoadBar:
    """Lengths and places on a bar of `WIDTH`, drawn from its start.

    Attributes
    ----------
    load, least, most : int
        What it tells.
    """

    load: int
    least: int
    most: int

    def at(self, value: int) -> float:
        """Return how far from the start of the bar a load lies."""
        return round(WIDTH * value / (_BEYOND * max(self.load, self.most, 1)), 1)

    @property
    def step(self) -> str:
        """Whether the load is ``under`` the least, ``over`` the most, or ``within``."""
        if self.load < self.least:
            return "under"
        return "over" if self.load > self.most else "within"
