"""A moment after which a search ends."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """Asked between steps: is it time to stop? It travels to other processes of the same machine.

    Attributes
    ----------
    at : float or None
        Reading of the machine's monotonic clock, seconds; None never comes.
    """

    at: float | None = None

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the moment so many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds)

    def __call__(self) -> bool:
        """Say whether the moment has come."""
        return self.at is not None and time.monotonic() >= self.at
