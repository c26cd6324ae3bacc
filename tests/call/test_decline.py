"""Who declines leaves a place, to the reserve or vacant; the others stay; each price is told by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.call.order import TieBreak
from data.call.outcomes import outcomes_of
from data.change.changes import Changes, check_changes
from data.errors import SitingError
from data.plan import HELD
from data.rules import Rules
from data.text import LANGS, phrase, text
from data.verify import findings
from siting.call.decline import Withdrawal
from siting.call.declined_said import decline_sentences
from siting.explain.applicant import explain_applicant
from siting.explain.household import explain_household
from siting.explain.said import explained
from siting.plan import plan_sites
from siting.running.proposing import facts_of
from siting.running.rebalancing import rebalance_network
from tests.engine_problems import people, problem, sites
from tests.siting.running_networks import DAY, moved_to, moves

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from siting.running.rebalancing import Proposal

BLOCK = np.array([(x, y) for x in range(4) for y in range(4)], dtype=float)
NEXT = np.array([10.0, 0.0])
MIDDLE = np.array([1.5, 1.5])
ASKED = 3


@pytest.fixture(scope="module")
def two() -> tuple[Problem, Plan]:
    """Two blocks of sixteen families, an applicant in the middle of each, nobody in reserve."""
    own = problem(
        people(np.vstack([BLOCK, BLOCK + NEXT])),
        sites([MIDDLE, MIDDLE + NEXT]),
        rules=Rules(min_cases=4, max_cases=20, centers=2),
    )
    return own, plan_sites(own)


@pytest.fixture(scope="module")
def short() -> tuple[Problem, Plan]:
    """Three blocks and three centers asked for, of which two open: eight families wait."""
    own = problem(
        people(np.vstack([BLOCK, BLOCK + NEXT, BLOCK + 2 * NEXT])),
        sites([MIDDLE, MIDDLE + NEXT]),
        rules=Rules(min_cases=4, max_cases=20, centers=ASKED),
    )
    plan = plan_sites(own)
    assert (len(plan.centers), len(plan.vacancies), plan.unassigned["cases"].sum()) == (2, 1, 8)
    return own, plan


def declined(given: tuple[Problem, Plan], applicant: str, site: str = "") -> Proposal:
    center = f"C-{applicant}-1"
    changes = Changes(
        close={center: DAY}, declined={center: site}, open={site: DAY} if site else {}, effective=DAY
    )
    made = rebalance_network(*given, changes)
    assert findings(made.problem, made.plan) == []
    return made


def said(given: tuple[Problem, Plan], made: Proposal, left: Withdrawal) -> tuple[dict[str, Any], list[str]]:
    facts = facts_of(made, given[1], folder="plan", version=1, head="")
    return facts, decline_sentences(left, facts, "en")


def test_without_a_reserve_its_families_wait_together_and_nobody_else_moves(
    two: tuple[Problem, Plan],
) -> None:
    made = declined(two, "P00")
    before = two[1].assignments.set_index("household_id")["center_id"]
    waiting = sorted(before[before == "C-P00-1"].index)
    assert sorted(made.plan.unassigned["household_id"]) == waiting
    assert set(made.plan.unassigned["reason"]) == {"vacancy"}
    (place,) = made.plan.vacancies.to_dict("records")
    assert (place["households"], place["cases"]) == (16, 16)
    point = two[0].sites.set_index("site_id").loc["P00-1"]
    assert (place["lon"], place["lat"]) == pytest.approx((point["lon"], point["lat"]), abs=0.006)
    assert made.transfers.empty
    assert made.problem.rules.centers == 2


def test_several_places_stay_vacant_side_by_side(two: tuple[Problem, Plan]) -> None:
    first = declined(two, "P00")
    second = declined((first.problem, first.plan), "P01")
    assert second.plan.vacancies["households"].tolist() == [16, 16]
    assert set(second.plan.unassigned["reason"]) == {"vacancy"}
    assert set(first.plan.vacancies["vacancy_id"]) < set(second.plan.vacancies["vacancy_id"])


def test_who_waits_for_the_next_call_is_told_so_and_nothing_was_missed(two: tuple[Problem, Plan]) -> None:
    made = declined(two, "P00")
    assert made.plan.provenance[HELD] == made.plan.vacancies["vacancy_id"].tolist()
    waits, served = (
        made.plan.unassigned["household_id"].iloc[-1],
        made.plan.assignments["household_id"].iloc[0],
    )
    lines = explained(explain_household(made.problem, made.plan, waits), "en")
    assert lines[1:] == [text("explain.waits_for_call", "en")]
    for who in (waits, served):
        told = explained(explain_household(made.problem, made.plan, who), "en")
        assert not any("missed" in line for line in told)


def test_a_rebalance_of_the_unit_finds_room_for_those_who_wait(two: tuple[Problem, Plan]) -> None:
    made = declined(two, "P00")
    joins = Changes(moves=moves(moved_to(["N0"], MIDDLE[None] + NEXT, "join")))
    later = rebalance_network(made.problem, made.plan, joins)
    assert findings(later.problem, later.plan) == []
    assert later.plan.centers["cases"].tolist() == [20]
    assert later.plan.unassigned["reason"].tolist() == ["vacancy"] * 13
    assert HELD not in later.plan.provenance


def test_the_cost_of_a_vacant_place_is_told_of_who_waits(two: tuple[Problem, Plan]) -> None:
    made = declined(two, "P00")
    facts, lines = said(two, made, Withdrawal("P00", "C-P00-1", 16, 16))
    waits_km = 16 * two[0].rules.vacancy_km
    assert facts["terms"]["after"]["vacancy_km"] == waits_km
    gone_km = two[1].terms["travel_km"] - made.plan.terms["travel_km"]
    assert gone_km > 0
    assert lines[1:] == [
        text("call.travel_waiting", "en", km=gone_km),
        text("call.cost_of_waiting", "en", cases=16, price=two[0].rules.vacancy_km, km=waits_km),
        text("call.together_more", "en", km=waits_km - gone_km),
    ]
    assert not any("-" in line.replace("C-P00-1", "") for line in lines)


def test_a_reserve_at_the_same_point_costs_its_transfers_and_no_travel() -> None:
    own = problem(people(BLOCK), sites([MIDDLE, MIDDLE]), rules=Rules(min_cases=4, max_cases=20, move_km=2.0))
    plan = plan_sites(own)
    (center,) = plan.centers.to_dict("records")
    (reserve,) = plan.reserves.to_dict("records")
    made = declined((own, plan), center["applicant_id"], reserve["site_id"])
    left = Withdrawal(
        center["applicant_id"], center["center_id"], 16, 16, reserve["applicant_id"], reserve["site_id"]
    )
    assert said((own, plan), made, left)[1][1:] == [
        text("call.travel_same", "en"),
        text("call.cost_of_transfers", "en", cases=16, price=2.0, km=32.0),
        text("call.together_more", "en", km=32.0),
    ]


def test_a_place_that_never_opened_counts_among_the_centers_asked_for(short: tuple[Problem, Plan]) -> None:
    made = declined(short, "P00")
    assert made.problem.rules.centers == ASKED
    assert made.plan.units["planned"].tolist() == [ASKED]
    waited = short[1].unassigned["household_id"].tolist()
    assert set(waited) < set(made.plan.unassigned["household_id"])
    assert set(made.plan.unassigned["reason"]) == {"vacancy"}


def test_where_fewer_opened_than_asked_a_center_may_close_and_families_move(
    short: tuple[Problem, Plan],
) -> None:
    arrives = moves(moved_to(["N0"], MIDDLE[None] + 2 * NEXT, "join"))
    for changes, count in ((Changes(close={"C-P00-1": DAY}), ASKED - 1), (Changes(moves=arrives), ASKED)):
        made = rebalance_network(*short, changes)
        assert findings(made.problem, made.plan) == []
        assert made.problem.rules.centers == count


def test_who_moved_up_is_told_as_reserve_and_who_lost_to_who_is_gone_not_by_its_cost() -> None:
    spots = [MIDDLE, MIDDLE + 0.2, MIDDLE + 0.5, MIDDLE + 0.9]
    own = problem(
        people(BLOCK),
        sites(spots, ["W", "R", "S", "N"]),
        rules=Rules(min_cases=4, max_cases=20, centers=1),
    )
    plan = plan_sites(own, ties=TieBreak(1))
    assert {one.applicant_id: one.outcome for one in outcomes_of(own, plan)}["W"] == "chosen"
    made = declined((own, plan), "W", "R-1")
    later = rebalance_network(
        made.problem, made.plan, Changes(moves=moves(moved_to(["N0"], [(0, 0)], "join")))
    )
    for after in (made, later):
        told = {one.applicant_id: one for one in outcomes_of(after.problem, after.plan)}
        assert {who: (one.outcome, one.reason) for who, one in told.items()} == {
            "W": ("withdrawn", "withdrawn"),
            "R": ("chosen", "moved_up"),
            "S": ("reserve", "reserve"),
            "N": ("not_chosen", "place_given_up"),
        }
        assert "C-W-1" in str(told["R"].words)
        for lang in LANGS:
            words = explained(explain_applicant(after.problem, after.plan, "R"), lang)
            assert told["R"].words.said(lang) in words  # type: ignore[union-attr]
            left = explained(explain_applicant(after.problem, after.plan, "W"), lang)
            assert phrase("call.why_withdrawn").said(lang) in left[0]
        assert (told["N"].regret_km, told["N"].center_id) == (None, "")


@pytest.mark.parametrize("who", ["W", "A"])
def test_who_withdrew_competes_nowhere_where_families_come_to_live(who: str) -> None:
    """Both offer a site in a county where nobody is served yet; it wakes for those who are still there."""
    spots = [MIDDLE, MIDDLE + 0.5, MIDDLE + 0.7, MIDDLE + NEXT, MIDDLE + NEXT + 0.5, MIDDLE + NEXT + 0.7]
    offered = sites(spots, ["W", "A", "Z", "W", "A", "X"], county=["A"] * 3 + ["B"] * 3)
    own = problem(people(BLOCK, county="A"), offered, rules=Rules(min_cases=4, max_cases=20))
    plan = plan_sites(own)
    assert set(plan.centers["applicant_id"]) == {"W"}
    assert set(plan.reserves["applicant_id"]) == {"A"}
    asked = Changes(withdrawn=("A-1", "A-2"), effective=DAY)
    if who == "W":
        asked = Changes(close={"C-W-1": DAY}, declined={"C-W-1": "A-1"}, open={"A-1": DAY}, effective=DAY)
    check_changes(own, plan, asked)
    made = rebalance_network(own, plan, asked)
    joins = [one | {"county": "B"} for one in moved_to([f"N{n}" for n in range(16)], BLOCK + NEXT, "join")]
    later = rebalance_network(made.problem, made.plan, Changes(moves=moves(joins)))
    assert findings(later.problem, later.plan) == []
    why = later.problem.sites.set_index("site_id")["ineligible"]
    assert (why["X-1"], why[f"{who}-2"]) == ("", "withdrawn")
    with pytest.raises(SitingError) as error:
        check_changes(later.problem, later.plan, Changes(open={f"{who}-2": DAY}))
    assert [one.code for one in error.value.failures] == ["ineligible_site"]
