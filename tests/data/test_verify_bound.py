"""The bound is what its multipliers prove, by the formula of `data.plan.Bound`, and no more."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules import Rules
from data.verify import findings
from data.verify.bound import recounted_bound
from data.verify.knapsack import least_sums
from data.verify.ledger import open_ledger
from data.verify.ruler import NEAR_KM, Ruler, earth_km
from tests.data.network import Network, network
from tests.data.network_inputs import RULES
from tests.data.network_plan import cost_km, geodesic_km, known_places, slow_bound

if TYPE_CHECKING:
    from data.plan import Bound, Plan
    from data.problem import Problem

SETTINGS = {
    "preference, merit and districts": RULES,
    "small centers, so that sites fill up": replace(RULES, max_cases=40, min_cases=1),
    "worthy applicants, cheaper than nothing": replace(RULES, merit_km=0.2),
    "no detour": replace(RULES, detour_rural=1.0),
}


def recounted(problem: Problem, plan: Plan, bound: Bound) -> float:
    return recounted_bound(open_ledger(problem, plan), bound)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("extra_km", [0.0, 0.7, 30.0])
def test_the_quick_count_is_the_slow_count(name: str, extra_km: float) -> None:
    start = network(in_b=60, rules=SETTINGS[name])
    plan = start.plan()
    bound = slow_bound(start.problem, plan.units, extra_km=extra_km)
    assert recounted(start.problem, plan, bound) == pytest.approx(bound.value_km, abs=1e-6)


def test_under_the_price_rule_every_site_carries_its_price() -> None:
    free = network(rules=replace(RULES, centers="price", center_km=1e-9))
    priced = network(rules=replace(RULES, centers="price", center_km=3.0))
    plan = free.plan()
    bound = replace(slow_bound(free.problem, plan.units), unit_km=MappingProxyType({"A": 1e-9, "B": 1e-9}))
    without = recounted(free.problem, plan, bound)
    # Two centers are fixed; of the others only those worth it paid before, and pay less now.
    assert without < recounted(priced.problem, plan, bound) <= without + 3.0 * len(free.problem.sites)
    assert "wrong_unit_price" in {
        failure.code
        for failure in findings(priced.problem, replace(plan, bound=slow_bound(free.problem, plan.units)))
    }


def test_a_travel_file_gives_the_kilometres_of_the_bound() -> None:
    start = network(in_b=60, rules=replace(RULES, detour_rural=1.0))
    plan = start.plan()
    people = start.problem.households[start.problem.households["reason"] == ""]
    pairs = pd.concat(
        pd.DataFrame(
            {
                "household_id": people["household_id"],
                "site_id": place,
                "km": geodesic_km(people["lon"].to_numpy(), people["lat"].to_numpy(), lon, lat),
            }
        )
        for table, column in ((start.problem.sites, "site_id"), (start.problem.centers, "center_id"))
        for place, lon, lat in zip(table[column], table["lon"], table["lat"], strict=True)
    ).sample(frac=1, random_state=3)
    bound = slow_bound(start.problem, plan.units)
    straight = recounted(start.problem, plan, bound)
    assert recounted(replace(start.problem, travel=pairs), plan, bound) == pytest.approx(straight, abs=1e-6)
    shorter = pairs.assign(km=0.0)
    assert recounted(replace(start.problem, travel=shorter), plan, bound) < straight


def test_a_unit_price_counts_for_every_center_that_is_not_fixed() -> None:
    start = network()
    plan = start.plan()
    bound = slow_bound(start.problem, plan.units, extra_km=0.0)
    # At the nearest option nothing is gained anywhere: what is left are the multipliers and the prices.
    paid = float(bound.household_km.to_numpy() @ _cases(start))
    for price in (0.0, -1.0, -7.5):
        priced = replace(bound, unit_km=MappingProxyType({"A": price, "B": price}))
        # County A opens a required site and an existing center; county B one that is neither.
        assert recounted(start.problem, plan, priced) == pytest.approx(paid + price, abs=1e-6)


def test_a_pair_beyond_the_limit_is_in_no_sum() -> None:
    start = network()
    plan = start.plan()
    bound = slow_bound(start.problem, plan.units, extra_km=5.0)
    near = replace(start.problem, rules=replace(RULES, max_km=12.0))
    assert recounted(near, plan, bound) > recounted(start.problem, plan, bound)


def _cases(start: Network) -> np.ndarray:
    households = start.problem.households
    return households.loc[households["reason"] == "", "cases"].to_numpy()


def test_no_bound_is_above_the_best_of_all_assignments() -> None:
    rules = Rules(centers=3, min_cases=1, max_cases=3)
    start = network(in_a=5, in_b=2, rules=rules, to_existing=3)
    households = start.problem.households.assign(pin="", group=range(9), cases=1)
    sites = start.problem.sites.assign(use="candidate")
    start = replace(start, problem=replace(start.problem, households=households, sites=sites))
    best = min(_objectives(start))
    for extra_km in (0.0, 0.5, 3.0, 20.0):
        bound = slow_bound(start.problem, start.plan().units, extra_km=extra_km)
        assert recounted(start.problem, start.plan(), bound) <= best + 1e-6


def _objectives(start: Network) -> list[float]:
    """Return what every pair of sites and every assignment within the bounds costs."""
    households = start.problem.households
    cost: dict[str, np.ndarray] = {}
    for county in "AB":
        people = households[(households["county"] == county) & (households["reason"] == "")]
        places = known_places(start.problem)
        for place in places.index[places["county"] == county]:
            cost[place] = cost_km(start.problem, people, places.loc[place])
    objectives = []
    for site_a, site_b in product(("P1-1", "P1-2", "P2-2", "P3-1", "P4-1"), ("P2-1", "P3-2")):
        if site_a[:2] != site_b[:2]:
            for to_site in product((False, True), repeat=5):
                if 2 <= sum(to_site) <= 3:
                    in_a = np.where(to_site, cost[site_a], cost["E1"]).sum()
                    objectives.append(float(in_a + cost[site_b].sum()))
    return objectives


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(-9, 3), st.integers(1, 5)), max_size=12),
    st.lists(st.integers(0, 12), min_size=3, max_size=3),
)
def test_a_knapsack_takes_the_cheapest_parts_it_has_room_for(
    items: list[tuple[int, float, int]], room: list[int]
) -> None:
    knapsack = np.array([one[0] for one in items], np.int64)
    cost, size = np.array([one[1] for one in items], float), np.array([one[2] for one in items], np.int64)
    slow = []
    for at in range(3):
        units = sorted(a_cost / a_size for k, a_cost, a_size in items if k == at for _ in range(a_size))
        slow.append(sum(one for one in units[: room[at]] if one < 0))
    assert least_sums(knapsack, cost, size, np.array(room, float)) == pytest.approx(slow, abs=1e-9)


@given(st.floats(44, 63), st.floats(25, 40), st.floats(44, 63), st.floats(25, 40))
def test_a_chord_is_never_longer_than_its_geodesic(
    lon: float, lat: float, to_lon: float, to_lat: float
) -> None:
    ends = earth_km(np.array([lon, to_lon]), np.array([lat, to_lat]))
    chord = float(np.linalg.norm(ends[0] - ends[1]))
    assert chord <= float(geodesic_km([lon], [lat], to_lon, to_lat)[0]) + 0.0005 + 1e-6


@given(st.floats(44, 63), st.floats(25, 40), st.floats(-0.12, 0.12), st.floats(-0.12, 0.12))
def test_an_arc_over_a_near_chord_is_its_geodesic(lon: float, lat: float, east: float, north: float) -> None:
    ends = earth_km(np.array([lon, lon + east]), np.array([lat, lat + north]))
    chord = np.array([np.linalg.norm(ends[0] - ends[1])])
    none = np.zeros(0, np.int64)
    ruler = Ruler(np.array([lon]), np.array([lat]), np.ones(1), None, none, np.zeros(0))
    exact = float(geodesic_km([lon], [lat], lon + east, lat + north)[0])
    assert chord[0] <= NEAR_KM
    assert float(ruler.near_km(np.zeros(1, np.int64), chord)[0]) == pytest.approx(exact, abs=0.001 + 1e-9)
