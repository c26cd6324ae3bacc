"""Picking sites: least value, so many a unit, one an applicant, and prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.bound.choose import choose

ROUNDING_KM = 1e-4


@dataclass(frozen=True)
class Offers:
    value: np.ndarray
    unit: np.ndarray
    applicant: np.ndarray
    places: np.ndarray

    def is_allowed(self, picked: tuple[int, ...]) -> bool:
        own = self.applicant[list(picked)]
        fits = np.bincount(self.unit[list(picked)], minlength=len(self.places)) <= self.places
        return len(set(own)) == len(own) and bool(fits.all())

    def least(self) -> float:
        every = (
            picked
            for count in range(len(self.value) + 1)
            for picked in combinations(range(len(self.value)), count)
        )
        return min(float(self.value[list(picked)].sum()) for picked in every if self.is_allowed(picked))


@st.composite
def offers(draw: st.DrawFn) -> Offers:
    count, units = draw(st.integers(0, 8)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    value = np.round(rng.uniform(-8, 2, count), draw(st.sampled_from([0, 3])))
    applicant = rng.integers(0, draw(st.sampled_from([3, 20])), count)
    return Offers(value, rng.integers(0, units, count), applicant, rng.integers(0, 4, units))


@settings(max_examples=200, deadline=None)
@given(offers())
def test_the_pick_is_the_least_of_all_that_are_allowed(made: Offers) -> None:
    choice = choose(made.value, made.unit, made.applicant, made.places)
    assert made.is_allowed(tuple(choice.site.tolist()))
    assert np.isclose(choice.value_km, made.value[choice.site].sum(), atol=1e-9)
    assert abs(choice.value_km - made.least()) <= ROUNDING_KM


@settings(max_examples=200, deadline=None)
@given(offers())
def test_the_prices_of_places_prove_the_pick(made: Offers) -> None:
    """The sum that `data.plan.Bound` publishes, which anyone can recount, equals the value of the pick."""
    choice = choose(made.value, made.unit, made.applicant, made.places)
    assert (choice.unit_km <= 0).all()
    proven = float(made.places @ choice.unit_km)
    for owner in np.unique(made.applicant):
        own = made.applicant == owner
        proven += min(0.0, float((made.value[own] - choice.unit_km[made.unit[own]]).min()))
    assert abs(proven - choice.value_km) <= ROUNDING_KM
