"""Days for rounds: evenly over the period, none later than its homes are due where that can be."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.work.calendar import week_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True)
class Days:
    """The working days of a period.

    Attributes
    ----------
    days : tuple of date
        In order.
    """

    days: tuple[date, ...]

    @property
    def weeks(self) -> list[int]:
        """The number of each day's week."""
        return [week_of(day) for day in self.days]

    def last_by(self, ordinal: int) -> int:
        """Return the place of the last day up to one that is told by its ordinal; -1 before all."""
        return bisect_right([day.toordinal() for day in self.days], ordinal) - 1

    def most_a_week(self, rounds: int) -> int:
        """Return how many of some rounds a week may hold: one more than an even week has.

        Where holidays leave too few days for that, the least that holds them all.
        """
        held = Counter(self.weeks)
        most = -(-rounds // max(1, len(held))) + 1
        while sum(min(most, days) for days in held.values()) < min(rounds, len(self.days)):
            most += 1
        return most

    def spread(self, latest: Sequence[int]) -> list[int]:
        """Return the place of a day for each of some rounds, in their order, no more than there are days.

        The rounds stand at even distances; one that is due earlier stands at its latest day, and those before
        it give way. Where that would be before the first day, rounds stand later than they should.

        Parameters
        ----------
        latest : sequence of int
            Place of the last day that each may have.
        """
        rounds, weeks = len(latest), self.weeks
        most = self.most_a_week(rounds)
        placed, held, before = [0] * rounds, Counter[int](), len(self.days)
        for one in range(rounds - 1, -1, -1):
            even = ((2 * one + 1) * len(self.days)) // (2 * rounds)
            place = min(even, latest[one], before - 1)
            while place >= 0 and held[weeks[place]] >= most:
                place -= 1
            placed[one], before = place, place
            if place >= 0:
                held[weeks[place]] += 1
        return placed if not rounds or placed[0] >= 0 else self._later(placed, most)

    def _later(self, placed: Sequence[int], most: int) -> list[int]:
        """Return places from the first day on, none earlier than it was."""
        weeks, held, before = self.weeks, Counter[int](), -1
        later = []
        for wanted in placed:
            place = max(wanted, before + 1)
            while held[weeks[place]] >= most:
                place += 1
            held[weeks[place]] += 1
            later.append(place)
            before = place
        return later
