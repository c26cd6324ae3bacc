"""Arithmetic of money: whole toman only, and parts of a month that add up to the month."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from data.text import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.text import Lang

Currency = Literal["toman", "rial"]
RIAL_A_TOMAN = 10


def shared_out(parts: Sequence[int], of: int) -> list[int]:
    """Return the whole toman of parts that are fractions of one denominator, so that they add up.

    By largest remainder: the sum is the nearest whole toman (a half upwards) of the exact sum, every part is
    less than a toman from its own, and the larger a remainder, the sooner it is rounded up; of equal ones the
    first.

    Parameters
    ----------
    parts : sequence of int
        Numerators, not negative.
    of : int
        The denominator, as the days of a month.
    """
    whole = [one // of for one in parts]
    missing = (2 * sum(parts) + of) // (2 * of) - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda place: (-(parts[place] % of), place))
    for place in by_remainder[:missing]:
        whole[place] += 1
    return whole


def pieces_between(pieces: int, begin: int, end: int, of_days: int) -> int:
    """Return how many of some pieces fall on some days, where they are spread evenly over a span.

    What is due by their end less what was due by their beginning, each to the nearest whole number, a half
    upwards: the parts of any split add up to all.

    Parameters
    ----------
    pieces : int
        Of the whole span.
    begin, end : int
        The first day, from 0, and the day after the last.
    of_days : int
        Days of the span.
    """
    return whole_until(Fraction(pieces, of_days), end) - whole_until(Fraction(pieces, of_days), begin)


def whole_until(each: Fraction, periods: int) -> int:
    """Return the whole number due after some periods of a rate that is no whole number, a half upwards.

    Parameters
    ----------
    each : Fraction
        Due in each period.
    periods : int
        How many are over.
    """
    return int(each * periods + Fraction(1, 2))


def whole_in(each: Fraction, period: int) -> int:
    """Return the whole number due in a period, counted from 1; all add up to what is due after the last."""
    return whole_until(each, period) - whole_until(each, period - 1)


def in_currency(toman: int, currency: Currency) -> int:
    """Return an amount in the currency that it is shown in."""
    return toman * RIAL_A_TOMAN if currency == "rial" else toman


def shown_money(toman: int, currency: Currency, lang: Lang) -> str:
    """Return an amount as a reader sees it, without the currency's name."""
    return number(in_currency(toman, currency), lang)
