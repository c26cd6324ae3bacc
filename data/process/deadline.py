"""When a search ends: at a moment, or when somebody asks."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from heapq import heapreplace
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def never() -> bool:
    """Say that nobody asks to stop."""
    return False


@dataclass(frozen=True)
class Deadline:
    """Asked between steps: is it time to stop? It travels to other processes, and to other machines.

    Where it arrives, the moment is a reading of that machine's own monotonic clock; on the way it is told by
    the wall clock, so the clocks of a cluster's machines should agree to a second.

    Attributes
    ----------
    at : float or None
        Reading of the machine's monotonic clock, seconds; None never comes.
    flag : str
        A file; once it is there, somebody asks to stop. Empty for none. Processes of one machine see it,
        another machine only where its path is on a shared disk.
    """

    at: float | None = None
    flag: str = ""

    @classmethod
    def after(cls, seconds: float | None, *, flag: str = "") -> Deadline:
        """Return the moment so many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds, flag)

    def __call__(self) -> bool:
        """Say whether to stop: the moment has come, or somebody asked."""
        return self.is_over or self.is_interrupted

    @property
    def is_over(self) -> bool:
        """Whether the moment has come."""
        return self.at is not None and time.monotonic() >= self.at

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody asked to stop."""
        return bool(self.flag) and os.path.lexists(self.flag)

    @property
    def seconds_left(self) -> float:
        """Seconds until the moment, negative after it, ``inf`` for one that never comes."""
        return inf if self.at is None else self.at - time.monotonic()

    def sooner(self, seconds: float) -> Deadline:
        """Return the moment so many seconds before this one."""
        return replace(self, at=None if self.at is None else self.at - seconds)

    def __reduce__(self) -> tuple[object, ...]:
        wall = None if self.at is None else time.time() + self.seconds_left
        return _arrived, (wall, self.flag)


def _arrived(wall: float | None, flag: str) -> Deadline:
    return Deadline.after(None if wall is None else wall - time.time(), flag=flag)


_TAIL_SECONDS, _TAIL_SECONDS_A_HOUSEHOLD = 2.5, 0.00028
"""Measured on two cores: 40,000 households took 4.1 s to assign and tell (tables, ground, reserves), 1.1 s to
verify, 0.3 s to draw and 3.1 to 4.1 s to write; 3,600 took 1.4 s for all of it, and workers and interpreter
take a second to end. A little more, for cores that others use too."""
NATION_TAIL_SECONDS = 2.0
"""For the summary and the map of a nation whose provinces are written."""


def tail_seconds(households: int) -> float:
    """Return what is left to do when a search ends, seconds: assign, verify, draw and write."""
    return _TAIL_SECONDS + _TAIL_SECONDS_A_HOUSEHOLD * households


def shares(households: Sequence[int], workers: int, deadline: Deadline) -> list[Deadline]:
    """Return when the search of each province ends, so that all of them are planned before a deadline.

    Time is shared out by households, as if workers took the provinces in this order. One that begins early,
    because those before it did not need all of their time, has the more.

    Parameters
    ----------
    households : sequence of int
        Of each province, in the order they are begun.
    workers : int
        How many work side by side.
    deadline : Deadline
        Of the nation.
    """
    if deadline.at is None:
        return [deadline] * len(households)
    free = [0.0] * workers
    ends = []
    for count in households:
        ends.append(free[0] + max(1, count))
        heapreplace(free, ends[-1])
    left, last = deadline.seconds_left, max(ends)
    begun, left = deadline.at - left, left - NATION_TAIL_SECONDS
    return [
        replace(deadline, at=begun + left * end / last - tail_seconds(count))
        for end, count in zip(ends, households, strict=True)
    ]
