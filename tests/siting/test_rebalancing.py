"""After a change nobody is transferred for nothing: held against an independent integer program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from data.change.changes import Changes, Relocation, check_changes
from data.errors import Exit, SitingError
from data.geodesy import geodesic_km
from data.rules import Rules
from data.verify import findings
from siting.plan import plan_sites
from siting.running.nation_figures import curve_of
from siting.running.proposing import facts_of
from siting.running.rebalancing import rebalance_network
from siting.running.said import proposal_sentences
from tests.engine_problems import EAST, centers, degrees, people, problem, sites, together
from tests.siting.running_networks import DAY, moved_to, moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.plan import Plan
    from data.problem import Problem
    from siting.running.rebalancing import Proposal

GROUND = np.array([(x, y) for x in range(9) for y in range(9)], dtype=float)
AT = [(1.1, 1.2), (7.3, 1.4), (4.2, 7.6), (4.4, 4.1)]
SAME_KM = 0.002


def network(
    rng: np.random.Generator, count: int, most: Sequence[int], **columns: Any
) -> tuple[Problem, Plan]:
    """A county whose centers stand, and its families where the engine sends them."""
    spots = GROUND[rng.choice(len(GROUND), count, replace=False)] + rng.uniform(-0.3, 0.3, (count, 2))
    rules = Rules(min_cases=2, max_cases=60, centers="fewest", **columns)
    made = problem(people(spots), centers=centers(AT[: len(most)], max_cases=list(most)), rules=rules)
    return made, plan_sites(made)


@dataclass(frozen=True)
class Best:
    """What an integer program over all pairs finds."""

    objective_km: float
    fewest: int


@dataclass(frozen=True)
class Pairs:
    """Every pair of the next problem a variable, each family once, every center within its bounds."""

    km: np.ndarray
    new: np.ndarray
    rows: list[LinearConstraint]

    @classmethod
    def of(cls, made: Problem) -> Pairs:
        families, there = made.households[made.households["reason"] == ""], made.centers
        today, ids = families["center_id"].to_numpy(dtype=object), there["center_id"].to_numpy(dtype=object)
        count, k = len(families), len(there)
        km = [
            np.round(geodesic_km(families["lon"], families["lat"], np.full(count, x), np.full(count, y)), 3)
            for x, y in zip(there["lon"], there["lat"], strict=True)
        ]
        stays = np.array([(today == one).sum() for one in ids])
        which = np.arange(count * k)
        each = coo_matrix((np.ones(count * k), (np.repeat(np.arange(count), k), which)))
        held = coo_matrix((np.ones(count * k), (np.tile(np.arange(k), count), which)))
        most = there["max_cases"].to_numpy(dtype=float)
        rows = [
            LinearConstraint(each, 1, 1),
            LinearConstraint(held, np.minimum(made.rules.min_cases, stays), most),
        ]
        new = (today[:, None] != "") & (today[:, None] != ids[None, :])
        return cls(np.stack(km, axis=1), new.astype(float), rows)

    def least(self, cost: np.ndarray, *more: LinearConstraint) -> float:
        """The least sum of a cost a pair, by an integer program."""
        rows = [*self.rows, *more]
        found = milp(cost.ravel(), constraints=rows, integrality=np.ones(cost.size), bounds=Bounds(0, 1))
        assert found.success
        return float(found.fun)


def best(proposal: Proposal) -> Best:
    """The least objective and the fewest transfers of the next problem."""
    pairs = Pairs.of(proposal.problem)
    move_km = proposal.problem.rules.move_km
    return Best(pairs.least(pairs.km + move_km * pairs.new), round(pairs.least(pairs.new)))


def objective(proposal: Proposal) -> float:
    return proposal.plan.objective_km


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), move_km=st.sampled_from([0.0, 0.3, 1.0, 5.0]))
def test_it_costs_the_least_and_forces_the_fewest(seed: int, move_km: float) -> None:
    rng = np.random.default_rng(seed)
    made, plan = network(rng, 40, [14, 14, 14, 14], move_km=move_km)
    ids = rng.permutation(made.households["household_id"])
    table = [
        *moved_to(ids[:5].tolist(), GROUND[rng.choice(len(GROUND), 5, replace=False)] + 0.05),
        *moved_to(["N1", "N2", "N3"], GROUND[rng.choice(len(GROUND), 3, replace=False)] + 0.11, "join"),
        *({"household_id": one, "event": "leave"} for one in ids[5:9]),
    ]
    close = {"E1": DAY} if seed % 3 == 0 else {}
    most = {} if close else {"E0": (11, DAY)}
    changes = Changes(moves=moves(table), close=close, max_cases=most)
    check_changes(made, plan, changes)
    proposal = rebalance_network(made, plan, changes)
    assert findings(proposal.problem, proposal.plan) == []
    right = best(proposal)
    assert proposal.loss_km == 0
    assert objective(proposal) == pytest.approx(right.objective_km, abs=SAME_KM)
    assert proposal.forced == right.fewest
    assert proposal.curve[0].transferred == right.fewest
    assert len(proposal.transfers) >= right.fewest


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_curve_falls_and_bends_one_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made, plan = network(rng, 45, [15, 15, 15])
    ids = rng.permutation(made.households["household_id"])[:9].tolist()
    changes = Changes(moves=moves(moved_to(ids, GROUND[rng.choice(len(GROUND), 9, replace=False)] + 0.07)))
    curve = rebalance_network(made, plan, changes).curve
    count = np.array([one.transferred for one in curve], dtype=float)
    km = np.array([one.serving_km for one in curve])
    assert (np.diff(count) > 0).all()
    assert (np.diff(km) < SAME_KM).all()
    saved = -np.diff(km) / np.diff(count)
    assert (np.diff(saved) < SAME_KM).all()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1))
def test_a_limit_on_transfers_is_kept_and_its_bound_holds(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    made, plan = network(rng, 40, [14, 14, 14], move_km=0.0)
    ids = rng.permutation(made.households["household_id"])[:8].tolist()
    changes = Changes(moves=moves(moved_to(ids, GROUND[rng.choice(len(GROUND), 8, replace=False)] + 0.07)))
    free = rebalance_network(made, plan, changes)
    allowed = round(free.forced + share * (len(free.transfers) - free.forced))
    limited = rebalance_network(made, plan, changes, max_transfers=allowed)
    assert findings(limited.problem, limited.plan) == []
    assert len(limited.transfers) <= allowed
    assert limited.serving_km >= free.serving_km - SAME_KM
    if limited.budget is not None:
        assert limited.budget.bound_km <= limited.serving_km + SAME_KM
        right = _least_within(limited, allowed)
        assert limited.budget.bound_km <= right + SAME_KM
        assert limited.serving_km >= right - SAME_KM


def _least_within(proposal: Proposal, allowed: int) -> float:
    """The least travel of the next problem with so many transfers at most."""
    pairs = Pairs.of(proposal.problem)
    return pairs.least(pairs.km, LinearConstraint(pairs.new.ravel()[None, :], 0, allowed))


def test_fewer_transfers_than_are_forced_are_refused() -> None:
    made, plan = network(np.random.default_rng(1), 40, [20, 20, 20])
    changes = Changes(close={"E0": DAY})
    forced = rebalance_network(made, plan, changes).forced
    assert forced > 0
    with pytest.raises(SitingError) as refused:
        rebalance_network(made, plan, changes, max_transfers=forced - 1)
    assert refused.value.exit_code == Exit.REFUSED
    assert refused.value.code == "too_few_transfers"
    assert len(rebalance_network(made, plan, changes, max_transfers=forced).transfers) == forced


def test_nobody_who_did_not_move_is_transferred_where_nothing_forces_or_pays() -> None:
    made, plan = network(np.random.default_rng(2), 30, [30, 30, 30])
    one = plan.assignments["household_id"].iloc[0]
    here = made.households.set_index("household_id").loc[one]
    row = {"household_id": one, "event": "move", "lon": here["lon"] + 0.0001, "lat": here["lat"]}
    proposal = rebalance_network(made, plan, Changes(moves=moves([row])))
    assert proposal.transfers.empty
    assert proposal.forced == 0


def test_each_transfer_names_its_cause() -> None:
    made, plan = network(np.random.default_rng(3), 40, [14, 14, 14])
    load = plan.assignments["center_id"].value_counts()
    full = load.index[load == 14][0]
    there = plan.centers.set_index("center_id").loc[full]
    far = plan.assignments[plan.assignments["center_id"] != full]["household_id"].iloc[0]
    row = {"household_id": far, "event": "move", "lon": there["lon"], "lat": there["lat"]}
    proposal = rebalance_network(made, plan, Changes(moves=moves([row])))
    table = proposal.transfers.set_index("household_id")
    assert table.loc[far, "reason"] == "own_move"
    assert table.loc[far, "effective"] == DAY
    others = table.drop(index=far)
    assert (others["reason"] == "made_room").all()
    assert set(others["because_of"]) <= {far, *others.index}
    closed = rebalance_network(
        *network(np.random.default_rng(3), 40, [20, 20, 20]), Changes(close={"E0": DAY})
    )
    of_closed = closed.transfers[closed.transfers["from_center"] == "E0"]
    assert (of_closed["reason"] == "center_closed").all()
    assert (of_closed["because_of"] == "E0").all()


def test_who_finds_no_room_is_listed_and_everybody_else_is_served() -> None:
    made, plan = network(np.random.default_rng(4), 40, [14, 14, 14])
    joins = moved_to([f"N{number}" for number in range(6)], GROUND[:6] + 0.2, "join")
    proposal = rebalance_network(made, plan, Changes(moves=moves(joins)))
    assert findings(proposal.problem, proposal.plan) == []
    assert len(proposal.plan.assignments) == 42
    assert proposal.plan.unassigned["reason"].tolist() == ["no_capacity"] * 4


def test_a_center_that_families_left_may_stay_short_and_says_why() -> None:
    made, plan = network(np.random.default_rng(5), 40, [14, 14, 14])
    of_one = plan.assignments[plan.assignments["center_id"] == "E0"]["household_id"]
    leave = [{"household_id": one, "event": "leave"} for one in of_one.iloc[:-1]]
    proposal = rebalance_network(made, plan, Changes(moves=moves(leave)))
    assert findings(proposal.problem, proposal.plan) == []
    row = proposal.plan.centers.set_index("center_id").loc["E0"]
    if row["cases"] < 2:
        assert row["underfull_reason"] == "after_leaving"
    assert proposal.forced == 0


def test_a_center_that_may_hold_fewer_than_the_least_was_left_by_nobody() -> None:
    made, plan = network(np.random.default_rng(9), 40, [14, 14, 14, 14])
    full = plan.centers.set_index("center_id")["cases"].idxmax()
    proposal = rebalance_network(made, plan, Changes(max_cases={str(full): (1, DAY)}))
    assert findings(proposal.problem, proposal.plan) == []
    assert proposal.plan.centers.set_index("center_id").loc[full, "underfull_reason"] == "existing_center"


def test_an_applicants_site_opens_where_it_is_asked_for() -> None:
    rng = np.random.default_rng(6)
    spots = GROUND[rng.choice(len(GROUND), 40, replace=False)]
    rules = Rules(min_cases=2, max_cases=25, centers="fewest")
    made = problem(people(spots), applicants=sites(AT), rules=rules)
    plan = plan_sites(made)
    idle = sorted(set(made.sites["site_id"]) - set(plan.centers["site_id"]))
    proposal = rebalance_network(made, plan, Changes(open={idle[0]: DAY}))
    assert findings(proposal.problem, proposal.plan) == []
    assert f"C-{idle[0]}" in set(proposal.plan.centers["center_id"])
    reasons = set(proposal.transfers["reason"])
    assert reasons <= {"center_opened", "made_room", "nearer", "exchange"}


def test_a_relocated_center_keeps_its_families_unless_others_are_nearer() -> None:
    made, plan = network(np.random.default_rng(7), 40, [30, 30, 30], move_km=100.0)
    lon, lat = degrees([(8.5, 8.5)])
    changes = Changes(relocate={"E0": Relocation(float(lon[0]), float(lat[0]), DAY)})
    check_changes(made, plan, changes)
    proposal = rebalance_network(made, plan, changes)
    assert findings(proposal.problem, proposal.plan) == []
    assert proposal.transfers.empty


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_proposal_can_be_said(lang: Any) -> None:
    made, plan = network(np.random.default_rng(8), 40, [14, 14, 14])
    proposal = rebalance_network(made, plan, Changes(max_cases={"E0": (12, DAY)}))
    facts = facts_of(proposal, plan, folder="plan", version=1, head="0" * 64)
    said = proposal_sentences(facts, lang)
    assert len(said) > 5
    assert not any("{" in one for one in said)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_reader_sees_eight_points_of_the_curve_and_the_file_holds_all(lang: Any) -> None:
    rng = np.random.default_rng(12)
    made, plan = network(rng, 60, [16, 16, 16, 16], move_km=0.5)
    ids = rng.permutation(made.households["household_id"])[:30].tolist()
    changes = Changes(moves=moves(moved_to(ids, GROUND[rng.choice(len(GROUND), 30, replace=False)] + 0.07)))
    facts = facts_of(rebalance_network(made, plan, changes), plan, folder="plan", version=1, head="0" * 64)
    points = facts["curve"]
    assert len(points) > 8
    assert facts["curve_gap_km"] == 0
    prices = [one["price_km"] for one in points]
    assert prices[0] is None
    assert prices[1:] == sorted(prices[1:], reverse=True)
    chosen = [one for one in points if one["transferred_cases"] == facts["transferred_cases"]]
    assert chosen[0]["serving_km"] == pytest.approx(facts["serving_km"], abs=SAME_KM)
    assert chosen[0]["price_km"] >= facts["move_km"]
    lines = [one for one in proposal_sentences(facts, lang) if one.count(" · ") > 1]
    told = lines[1:]
    assert len(told) <= 8
    counts = [int(one.split(" · ")[0]) for one in told]
    assert [counts[0], counts[-1]] == [points[at]["transferred_cases"] for at in (0, -1)]
    marked = [int(one.split(" · ")[0]) for one in told if one.count(" · ") == 3]
    assert marked == [facts["transferred_cases"]]


def test_the_curve_counts_the_way_that_was_measured() -> None:
    folk = people([(x, y) for x in range(1, 9, 2) for y in range(1, 9, 2)])
    stands = centers([(2, 2), (6, 6), (2, 6)], max_cases=[8, 8, 8])
    rng = np.random.default_rng(0)
    pairs = [(who, where) for who in folk["household_id"] for where in stands["center_id"]]
    travel = pd.DataFrame(pairs, columns=["household_id", "site_id"])
    travel = travel.assign(km=np.round(rng.uniform(5, 90, len(travel)), 3), row=range(2, len(travel) + 2))
    rules = Rules(min_cases=1, max_cases=20, centers="fewest", move_km=1.0)
    made = problem(folk, centers=stands, rules=rules, travel=travel)
    plan = plan_sites(made)
    proposal = rebalance_network(made, plan, Changes(close={"E2": DAY}))
    assert proposal.forced > 0
    cases = int(proposal.transfers["cases"].sum())
    (own,) = (one for one in proposal.curve if one.transferred == cases)
    assert own.serving_km == pytest.approx(proposal.plan.terms["travel_km"], abs=SAME_KM)
    measured = travel.groupby("household_id")["km"].min().sum()
    assert min(one.serving_km for one in proposal.curve) >= measured


def test_a_nations_curve_is_that_of_its_provinces_in_one() -> None:
    rng = np.random.default_rng(21)
    rules = Rules(min_cases=2, max_cases=60, centers="fewest", move_km=0.7)
    parts = []
    for county, away in (("A", 0.0), ("B", EAST)):
        folk = people(rng.uniform(0, 9, (30, 2)) + away, prefix=county, county=county)
        ids = [f"{county}{number}" for number in range(3)]
        stands = centers(np.array(AT[:3]) + away, county=county, center_id=ids, max_cases=14)
        gone = moved_to(folk["household_id"].iloc[:12].tolist(), rng.uniform(0, 9, (12, 2)) + away)
        parts.append((folk, stands, gone))

    def proposed(*parts: Any) -> dict[str, Any]:
        made = problem(
            together(*(one[0] for one in parts)), centers=together(*(one[1] for one in parts)), rules=rules
        )
        plan = plan_sites(made)
        proposal = rebalance_network(
            made, plan, Changes(moves=moves([row for one in parts for row in one[2]]))
        )
        return facts_of(proposal, plan, folder="plan", version=1, head="0" * 64)

    whole, provinces = proposed(*parts), [proposed(one) for one in parts]
    summed = curve_of([one["curve"] for one in provinces])
    assert len(summed) > max(len(one["curve"]) for one in provinces) > 3
    for one, other in zip(summed, whole["curve"], strict=True):
        assert one["transferred_cases"] == other["transferred_cases"]
        assert one["serving_km"] == pytest.approx(other["serving_km"], abs=SAME_KM)
        assert one["price_km"] == other["price_km"]
