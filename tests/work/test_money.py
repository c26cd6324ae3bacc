"""Money is whole toman, and what is shared out adds up."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data.work.money import in_currency, pieces_between, shared_out, shown_money, whole_in

PARTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


@given(PARTS, st.integers(1, 31))
def test_parts_add_up_to_the_nearest_toman_and_none_is_a_toman_off(parts: list[int], of: int) -> None:
    shared = shared_out(parts, of)
    exact = [Fraction(one, of) for one in parts]
    assert sum(shared) == int(sum(exact) + Fraction(1, 2))
    assert all(abs(one - true) < 1 for one, true in zip(shared, exact, strict=True))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 31), max_size=8))
def test_any_split_of_a_month_by_days_adds_up_to_the_month(amount: int, cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), 31]
    parts = [amount * (end - begin) for begin, end in pairwise(ends)]
    assert sum(shared_out(parts, 31)) == amount


def test_the_largest_remainder_is_rounded_up_first_and_of_equal_ones_the_first() -> None:
    assert shared_out([10, 20, 1], 31) == [0, 1, 0]
    assert shared_out([31 + 1, 30, 31], 31) == [1, 1, 1]
    assert shared_out([1, 1], 2) == [1, 0]


@given(st.fractions(0, 1000, max_denominator=360), st.integers(1, 24))
def test_the_months_of_a_rate_add_up_to_what_is_due_of_all(rate: Fraction, months: int) -> None:
    assert sum(whole_in(rate, month) for month in range(1, months + 1)) == int(rate * months + Fraction(1, 2))


@given(st.integers(0, 500), st.lists(st.integers(0, 30), max_size=4))
def test_pieces_spread_over_days_are_all_there(pieces: int, cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), 30]
    parts = [pieces_between(pieces, begin, end, 30) for begin, end in pairwise(ends)]
    assert sum(parts) == pieces
    assert min(parts) >= 0


def test_a_toman_is_ten_rial() -> None:
    assert in_currency(78_125, "rial") == 781_250
    assert shown_money(78_125, "toman", "fa") == "۷۸٬۱۲۵"
