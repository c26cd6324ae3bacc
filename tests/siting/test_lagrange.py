"""The relaxation never says more than the cheapest plan costs, and only ever rises."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.bound.climb import Climb
from siting.bound.lagrange import ascend, evaluate
from siting.bound.market import Market, Slots, market

VACANCY_KM = 30.0


def climb(rounds: int) -> Climb:
    return Climb(rounds=rounds, first_step=0.06, last_step=0.0005, patience=12)


@dataclass(frozen=True)
class Land:
    """Units of a problem small enough to try every plan of it."""

    costs: list[np.ndarray]
    cases: list[np.ndarray]
    least: list[np.ndarray]
    most: list[np.ndarray]
    slots: Slots

    def markets(self) -> list[Market]:
        return [
            market(cost, cases, least, most, n_open=int(places), vacancy_km=VACANCY_KM)
            for cost, cases, least, most, places in zip(
                self.costs, self.cases, self.least, self.most, self.slots.places, strict=True
            )
        ]

    def optimum(self) -> float:
        """The cheapest plan: every set of sites, every assignment, a vacancy for whoever is left."""
        free = np.flatnonzero(~self.slots.fixed)
        best = np.inf
        for count in range(min(len(free), int(self.slots.places.sum())) + 1):
            for chosen in combinations(free, count):
                picked = np.sort(np.r_[np.flatnonzero(self.slots.fixed), np.array(chosen, int)])
                if self._is_allowed(picked):
                    best = min(best, self._cost(picked))
        return best

    def _is_allowed(self, picked: np.ndarray) -> bool:
        owner = self.slots.applicant[picked]
        owner = owner[owner >= 0]
        opened = np.bincount(
            self.slots.unit[picked][~self.slots.fixed[picked]], minlength=len(self.slots.places)
        )
        return len(set(owner)) == len(owner) and bool((opened <= self.slots.places).all())

    def _cost(self, picked: np.ndarray) -> float:
        total, first = float(self.slots.opening_km[picked].sum()), 0
        for cost, cases, least, most in zip(self.costs, self.cases, self.least, self.most, strict=True):
            own = picked[(picked >= first) & (picked < first + cost.shape[1])] - first
            first += cost.shape[1]
            ways = np.array(list(product(range(-1, len(own)), repeat=len(cases))))
            wide = np.column_stack([cost[:, own], np.full(len(cases), VACANCY_KM)])
            paid = wide[np.arange(len(cases)), ways] @ cases
            for position, (few, many) in enumerate(zip(least[own], most[own], strict=True)):
                load = (ways == position) @ cases
                paid[(load < few) | (load > many)] = np.inf
            total += paid.min()
        return float(total)


@st.composite
def lands(draw: st.DrawFn, *, units: int = 2) -> Land:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    costs, cases, least, most, unit = [], [], [], [], []
    for number in range(draw(st.integers(1, units))):
        points, facilities = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        cost = rng.integers(0, 24, (points, facilities)).astype(float)
        cost[rng.random(cost.shape) < 0.1] = np.inf
        costs.append(cost)
        cases.append(rng.integers(1, 4, points))
        most.append(rng.integers(1, 6, facilities))
        least.append(np.minimum(rng.integers(0, 4, facilities), most[-1]))
        unit += [number] * facilities
    applicant = rng.integers(0, 4, len(unit))
    fixed = np.zeros(len(unit), bool)
    if draw(st.booleans()):
        fixed[0], applicant[0] = True, draw(st.sampled_from([-1, int(applicant[0])]))
    places = rng.integers(0, 3, len(costs))
    opening_km = rng.choice([0.0, 7.0], len(unit))
    return Land(costs, cases, least, most, Slots(np.array(unit), applicant, fixed, places, opening_km))


@settings(max_examples=80, deadline=None)
@given(lands(), st.integers(0, 2**32 - 1))
def test_whatever_the_multipliers_the_value_is_no_more_than_the_cheapest_plan(land: Land, seed: int) -> None:
    rng = np.random.default_rng(seed)
    multipliers = [rng.uniform(0, VACANCY_KM, len(cases)) for cases in land.cases]
    assert evaluate(land.markets(), multipliers, land.slots).value_km <= land.optimum() + 1e-4


@settings(max_examples=60, deadline=None)
@given(lands())
def test_ascending_never_ends_below_its_start_and_stays_a_bound(land: Land) -> None:
    markets = land.markets()
    start = [one.first_km for one in markets]
    best, last, choices = ascend(markets, start, land.slots, climb=climb(60))
    assert last.value_km >= evaluate(markets, start, land.slots).value_km
    assert last.value_km == evaluate(markets, best, land.slots).value_km
    assert last.value_km <= land.optimum() + 1e-4
    assert all((one <= VACANCY_KM).all() for one in best)
    picked = set(last.choice.site)
    assert picked == {site for one in choices if picked >= set(one) for site in one}


def test_fixed_facilities_are_in_every_choice_and_their_applicants_open_nothing_else() -> None:
    costs = [np.array([[9.0, 1.0, 2.0], [9.0, 1.0, 2.0]])]
    slots = Slots(
        np.zeros(3, int), np.array([0, 0, 1]), np.array([True, False, False]), np.array([1]), np.zeros(3)
    )
    land = Land(costs, [np.array([1, 1])], [np.zeros(3, int)], [np.full(3, 2)], slots)
    _, _, choices = ascend(land.markets(), [one.first_km for one in land.markets()], slots, climb=climb(40))
    assert all(0 in one and 1 not in one for one in choices)


def test_nobody_asked_to_stop_late_gets_less_than_who_stops_at_once() -> None:
    rng = np.random.default_rng(3)
    cost = rng.uniform(0, 20, (30, 9))
    slots = Slots(np.zeros(9, int), np.arange(9), np.zeros(9, bool), np.array([4]), np.zeros(9))
    land = Land([cost], [np.ones(30, int)], [np.full(9, 2)], [np.full(9, 9)], slots)
    start = [one.first_km for one in land.markets()]
    at_once = ascend(land.markets(), start, slots, climb=climb(200), stop=lambda: True)[1]
    late = ascend(land.markets(), start, slots, climb=climb(200))[1]
    assert late.value_km > at_once.value_km
