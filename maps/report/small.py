"""Counts of too few households: withheld, and not to be found by subtraction from any total that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Few:
    """In place of a count that is less than ``k``."""

    k: int


@dataclass(frozen=True)
class AtLeast:
    """In place of a total that would give away a count that is withheld: what of it is shown elsewhere."""

    value: int


@dataclass(frozen=True)
class Withheld:
    """In place of what is measured of too few households."""


Shown = int | Few | AtLeast | Withheld


@dataclass(frozen=True)
class Sum:
    """A count of households: what of it may be known, and the small counts in it that may not.

    A sum is exact when nothing is hidden in it. `over` makes it exact again where many small counts come
    together; as these are then known by nothing but their sum, no larger sum can part them.

    Attributes
    ----------
    known : int
        Households that may be counted.
    hidden : tuple of int
        Counts below ``k`` that are in the sum and may not be known.
    """

    known: int
    hidden: tuple[int, ...] = ()

    def shown(self, k: int) -> Shown:
        """Return what a table says of it."""
        if not self.hidden:
            return self.known
        if self.known:
            return AtLeast(self.known)
        return Few(k) if sum(self.hidden) < k else AtLeast(k)


def one_count(count: int, k: int) -> Sum:
    """Return the sum of a single count, which is hidden where it is below ``k`` and not 0."""
    return Sum(0, (count,)) if 0 < count < k else Sum(count)


def beside(parts: Iterable[Sum]) -> Sum:
    """Return the sum of parts that are all shown next to it: exact where every one of them is."""
    parts = list(parts)
    return Sum(sum(one.known for one in parts), tuple(n for one in parts for n in one.hidden))


def over(parts: Iterable[Sum], k: int) -> Sum:
    """Return the sum of parts, exact where what is hidden in them is enough to be told as one."""
    whole = beside(parts)
    return Sum(whole.known + sum(whole.hidden)) if _enough(whole.hidden, k) else whole


def of_many(count: int, k: int) -> int | Few:
    """Return a count as a multiple of ``k``, rounded down, and below it the same whether it is none or ten.

    What is rounded away of every row of a table stays open, also to whoever has the exact total.
    """
    return Few(k) if count < k else count // k * k


def _enough(hidden: Sequence[int], k: int) -> bool:
    """Whether counts from 1 to ``k`` - 1 leave each of them open although their sum is told."""
    slack = (k - 1) // 2
    whole, number = sum(hidden), len(hidden)
    return whole >= k and number + slack <= whole <= number * (k - 1) - slack
