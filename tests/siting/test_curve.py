"""The curve of transfers against travel: all its corners, held against an integer program over all pairs."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from allocation.curve import Curve
from allocation.fewer import at_most
from allocation.flow import MM_PER_KM
from allocation.hull import Corner, Hull, Known
from allocation.rebalance import Rebalanced, rebalance, rebalance_least
from allocation.unit import units_of
from data.rules import Rules
from siting.running.units import running
from tests.engine_problems import EAST, centers, people, problem, together

if TYPE_CHECKING:
    from allocation.rebalance import Network

JOINED = 4
AT = [(1.1, 1.2), (7.3, 1.4), (4.2, 7.6), (4.4, 4.1)]
METER = 0.001
NOWHERE = Rebalanced(np.zeros(0, dtype=np.int64), 0, 0.0, 0.0)


def networks(seed: int, count: int, *, counties: int = 1, largest: int = 1) -> list[Network]:
    """Counties whose families were sent to centers with little thought of distance."""
    rng = np.random.default_rng(seed)
    tables, stands = [], []
    for number in range(counties):
        county = chr(ord("A") + number)
        spots = rng.uniform(0, 9, (count, 2)) + number * EAST
        today = [f"{county}{one}" for one in rng.integers(0, len(AT), count)]
        cases = rng.integers(1, largest + 1, count)
        if largest > 1:
            # These came to live with families who have a center.
            spots[-JOINED:], today[-JOINED:] = spots[:JOINED], [""] * JOINED
        tables.append(people(spots, prefix=county, county=county, center_id=today, cases=cases))
        ids = [f"{county}{one}" for one in range(len(AT))]
        most = float(np.ceil(cases.sum() / len(AT)) + 2 + largest)
        stands.append(centers(np.array(AT) + number * EAST, county=county, center_id=ids, max_cases=most))
    rules = Rules(min_cases=2, max_cases=60, centers="fewest")
    made = problem(together(*tables), centers=together(*stands), rules=rules)
    return [running(made, unit, 0, ()) for unit in units_of(made)]


def curve_of(made: list[Network], move_km: float = 1.0) -> Curve:
    costs = [one.unit.cost_km(one.open, exact=True) for one in made]
    ways = [rebalance(one, move_km, cost_km=cost) for one, cost in zip(made, costs, strict=True)]
    return Curve.of(made, costs, ways)


class Oracle:
    """Every pair of group and center a variable, each group whole, every center within its bounds."""

    def __init__(self, made: list[Network]) -> None:
        sizes = [len(one.unit.cases) for one in made]
        km, new, rows, first = [], [], [], 0
        width = sum(size * len(one.open) for size, one in zip(sizes, made, strict=True))
        for network, size in zip(made, sizes, strict=True):
            k, cases = len(network.open), network.unit.cases
            each, held = np.zeros((size, width)), np.zeros((k, width))
            for group in range(size):
                at = first + group * k
                each[group, at : at + k] = 1
                held[np.arange(k), np.arange(at, at + k)] = cases[group]
            km.append((network.unit.cost_km(network.open, exact=True) * cases[:, None]).ravel())
            new.append((network.transferred() * cases[:, None]).ravel())
            most = network.unit.facilities.max_cases[network.open]
            rows += [LinearConstraint(each, 1, 1), LinearConstraint(held, network.lower(), most)]
            first += size * k
        self.km, self.new, self.rows = np.concatenate(km), np.concatenate(new), rows

    def least(self, cost: np.ndarray, *more: LinearConstraint) -> float:
        found = milp(
            cost,
            constraints=[*self.rows, *more],
            integrality=np.ones(cost.size),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        assert found.success
        return float(found.fun)

    def within(self, most: int) -> float:
        """The least travel with so many transfers at most."""
        return self.least(self.km, LinearConstraint(self.new[None, :], 0, most))

    def corners(self) -> list[tuple[int, float]]:
        """The lower hull of the least travel of every number of transfers."""
        count, end = round(self.least(self.new)), self.least(self.km)
        points = [(count, self.within(count))]
        while points[-1][1] > end + METER / 2:
            count += 1
            points.append((count, self.within(count)))
        kept: list[tuple[int, float]] = []
        for x, y in points:
            while len(kept) > 1:
                (x0, y0), (x1, y1) = kept[-2:]
                if (y1 - y0) * (x - x0) < (y - y0) * (x1 - x0) - METER / 2:
                    break
                kept.pop()
            kept.append((x, y))
        return kept


def on_hull(curve: Curve, most: float) -> float:
    """Travel on the curve at a number of transfers, km."""
    corners = curve.corners()
    return float(np.interp(most, [one.transferred for one in corners], [one.serving_km for one in corners]))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), move_km=st.sampled_from([0.0, 0.4, 3.0]))
def test_every_corner_is_found(seed: int, move_km: float) -> None:
    made = networks(seed, 24)
    curve = curve_of(made, move_km).traced()
    right = Oracle(made).corners()
    assert [one.transferred for one in curve.corners()] == [count for count, _ in right]
    assert [one.serving_km for one in curve.corners()] == pytest.approx(
        [km for _, km in right], abs=METER / 2
    )
    assert curve.gap_km() == 0
    assert curve.forced == right[0][0]


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_corners_of_two_counties_are_those_of_both_together(seed: int) -> None:
    made = networks(seed, 14, counties=2)
    right = Oracle(made).corners()
    assert [one.transferred for one in curve_of(made).traced().corners()] == [count for count, _ in right]


def test_each_corner_is_best_below_its_price_and_not_above() -> None:
    made = networks(7, 60)
    oracle = Oracle(made)
    corners = curve_of(made).traced().corners()
    assert len(corners) > 10
    for few, many in list(pairwise(corners))[::4]:
        assert many.price is not None
        price_km = float(many.price) / MM_PER_KM
        for paid, best in ((price_km * 1.0001, few), (price_km * 0.9999, many)):
            least = oracle.least(oracle.km + paid * oracle.new)
            assert best.serving_km + paid * best.transferred == pytest.approx(least, abs=METER)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1))
def test_nothing_lies_further_below_than_the_gap_says(seed: int, share: float) -> None:
    made = networks(seed, 20, largest=4)
    oracle = Oracle(made)
    curve = curve_of(made).traced()
    corners = curve.corners()
    most = round(corners[0].transferred + share * (corners[-1].transferred - corners[0].transferred))
    least_km = oracle.within(most)
    assert least_km >= on_hull(curve, most) - curve.gap_km() - METER
    assert curve.bound_km(most) <= least_km + METER
    assert curve.forced <= round(oracle.least(oracle.new))


def test_a_budget_stops_at_the_widest_gaps_and_says_how_wide_they_are() -> None:
    made = networks(3, 60, counties=2)
    oracle, started = Oracle(made), curve_of(made)
    gaps = []
    for pairs in (0, 1_000, 3_000, 10**9):
        curve = started.traced(pairs)
        gaps.append(curve.gap_km())
        for most in (curve.corners()[0].transferred + 3, curve.corners()[-1].transferred - 3):
            assert oracle.within(most) >= on_hull(curve, most) - gaps[-1] - METER
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > gaps[1] > gaps[-1] == 0


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1), traced=st.booleans())
def test_a_limit_starts_from_the_corner_below_and_is_bounded_by_both_beside_it(
    seed: int, share: float, *, traced: bool
) -> None:
    made = networks(seed, 24, counties=2)
    whole = curve_of(made).traced()
    corners = whole.corners()
    most = round(corners[0].transferred + share * (corners[-1].transferred - corners[0].transferred))
    found = at_most(whole if traced else curve_of(made), most)
    below = max((one for one in corners if one.transferred <= most), key=lambda one: one.transferred)
    assert found.transferred <= most
    assert found.serving_km <= below.serving_km + METER / 2
    assert found.bound_km == pytest.approx(on_hull(whole, most), abs=METER / 2)
    least_km = Oracle(made).within(most)
    assert found.bound_km <= least_km + METER / 2
    assert found.serving_km >= least_km - METER / 2


def test_costs_in_fractions_of_a_meter_are_solved_as_exactly() -> None:
    made = networks(11, 30)
    costs = [one.unit.cost_km(one.open, exact=True) / 7 for one in made]
    ways = [rebalance(one, 0.2, cost_km=cost) for one, cost in zip(made, costs, strict=True)]
    curve = Curve.of(made, costs, ways).traced()
    plain = curve_of(made).traced()
    assert curve.gap_km() == pytest.approx(0, abs=1e-6)
    for few, many in zip(curve.corners(), plain.corners(), strict=True):
        assert few.transferred == many.transferred
        assert few.serving_km * 7 == pytest.approx(many.serving_km, abs=METER)


def moved_in(seed: int, count: int) -> tuple[Network, np.ndarray]:
    """Families that came to live with others while their own centers stand; and how many are new where."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 9, (count, 2))
    spots[-JOINED:] = spots[:JOINED]
    today = rng.integers(0, len(AT), count)
    folk = people(spots, center_id=[f"A{one}" for one in today])
    most = float(np.ceil(count / len(AT)) + 2)
    stands = centers(np.array(AT), center_id=[f"A{one}" for one in range(len(AT))], max_cases=most)
    made = problem(folk, centers=stands, rules=Rules(min_cases=2, max_cases=60, centers="fewest"))
    (unit,) = units_of(made)
    network = running(made, unit, 0, set(folk["household_id"].iloc[-JOINED:]))
    ids = network.unit.facilities.id[network.open]
    theirs = made.households["center_id"].to_numpy()[unit.households]
    new = np.zeros((len(network.unit.cases), len(network.open)))
    np.add.at(new, network.unit.group_of, theirs[:, None] != ids[None, :])
    return network, new


@pytest.mark.parametrize("seed", range(6))
def test_who_moves_in_with_others_keeps_a_center_too(seed: int) -> None:
    network, new = moved_in(seed, 40)
    assert len(network.beside.group) > 0
    assert np.allclose(network.transferred() * network.unit.cases[:, None], new)
    oracle = Oracle([network])
    way = rebalance(network, 1.0)
    assert way.transferred == round(new[np.arange(len(new)), way.center].sum())
    least = oracle.least(oracle.km + new.ravel())
    objective = way.serving_km + way.transferred
    assert least - METER <= objective <= least + way.loss_km + METER
    found, at_least = rebalance_least(network)
    assert at_least <= round(oracle.least(new.ravel())) <= found.transferred
    curve = curve_of([network])
    for number in range(1, 8):
        most = round(oracle.least(new.ravel())) + number
        assert curve.bound_km(most) <= oracle.within(most) + METER


@pytest.mark.parametrize("seed", range(4))
def test_what_is_proven_of_the_curve_is_proven_of_every_limit_of_transfers(seed: int) -> None:
    curve = curve_of(networks(seed, 22, counties=2, largest=4)).traced()
    corners, gap_km = curve.corners(), curve.gap_km()
    for few, many in pairwise(corners):
        for most in range(few.transferred, many.transferred + 1):
            share = (most - few.transferred) / (many.transferred - few.transferred)
            on_curve_km = few.serving_km + share * (many.serving_km - few.serving_km)
            assert at_most(curve, most).bound_km >= on_curve_km - gap_km - METER


def test_a_price_solved_anew_takes_nothing_away_that_was_proven() -> None:
    hull = Hull.of([Corner(NOWHERE, 2, round(90 * MM_PER_KM)), Corner(NOWHERE, 6, round(40 * MM_PER_KM))], 2)
    for price_km, least_km in ((0.001, 40.0), (20.0, 130.0)):
        hull = hull.with_found(Fraction(price_km), None, Known(price_km, least_km, np.zeros(1)))
    proven = hull.depth_km(np.array([12.5]))
    again = hull.with_found(Fraction(12), None, Known(12.0, 60.0, np.zeros(1)))
    assert again.depth_km(np.array([12.5])) <= proven
