"""What would help is counted, not guessed: missing places, rules that conflict, sites that suffice."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from allocation.unit import units_of
from data.change.changes import Changes, check_changes
from data.change.growth import AskedGrowth
from data.change.succession import continued
from data.errors import SitingError
from data.rules import Rules
from data.verify import findings
from siting.plan import plan_sites
from siting.running.advice_said import advice_sentences
from siting.running.advise import (
    CENTERS,
    LACKING,
    MAX_CASES,
    MAX_KM,
    PINS,
    RULES,
    TOGETHER,
    WITHIN,
    _left_out,
    advise,
)
from siting.running.further import left_of
from siting.running.growing import grow_network
from siting.running.proposing import facts_of
from siting.running.rebalancing import rebalance_network
from tests.engine_problems import EAST, centers, people, problem, sites, together
from tests.siting.running_networks import DAY, moved_to, moves

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

SQUARE = np.array([(x, y) for x in range(6) for y in range(5)], dtype=float)


def two_counties(most: int, *, rules: Rules, applicants: bool = True) -> tuple[Problem, Plan]:
    """Thirty families in county A, ten in county B, one center in each that holds so many."""
    here = people(SQUARE)
    there = people(SQUARE[:10] + EAST, prefix="K", county="B")
    stands = together(centers([(2.5, 2.5)], max_cases=[30]), _second(most))
    offers = sites([(0.5, 0.5), (4.5, 3.5)]) if applicants else None
    made = problem(together(here, there), offers, centers=stands, rules=rules)
    return made, plan_sites(made)


def _second(most: int) -> Any:
    table = centers(np.array([[2.5, 2.5]]) + EAST, max_cases=[most], county="B")
    return table.assign(center_id="F0")


def crowded(most: int = 10, **columns: Any) -> tuple[Problem, Plan, Changes]:
    rules = Rules(min_cases=2, max_cases=30, centers="fewest", **columns)
    made, plan = two_counties(most, rules=rules)
    joins = moved_to([f"N{number}" for number in range(4)], SQUARE[:4] + 0.3, "join")
    return made, plan, Changes(moves=moves(joins))


def test_missing_places_and_the_rules_that_conflict() -> None:
    made, plan, changes = crowded()
    proposal = rebalance_network(made, plan, changes)
    (remedy,) = advise(continued(proposal.problem, proposal.plan), proposal.plan)
    assert (remedy.unit, remedy.unserved, remedy.missing) == ("P/A", 4, 4)
    assert (remedy.cases, remedy.centers, remedy.places) == (34, 1, 30)
    assert remedy.conflict == (MAX_CASES, CENTERS)
    assert remedy.free_elsewhere == 0


def test_a_border_is_part_of_the_conflict_only_where_others_have_room() -> None:
    for most, conflict in ((13, (MAX_CASES, CENTERS)), (14, (WITHIN, MAX_CASES, CENTERS))):
        made, plan, changes = crowded(most)
        proposal = rebalance_network(made, plan, changes)
        (remedy,) = advise(continued(proposal.problem, proposal.plan), proposal.plan)
        assert remedy.conflict == conflict
        assert remedy.free_elsewhere == most - 10


@pytest.mark.parametrize(
    "columns", [{}, {"max_km": 2.0}, {"max_km": 60.0}, {"within": "province"}, {"keep_together": "none"}]
)
@pytest.mark.parametrize("most", [10, 20])
def test_no_rule_of_a_conflict_can_be_spared(columns: dict[str, Any], most: int) -> None:
    made, plan, changes = crowded(most, **columns)
    proposal = rebalance_network(made, plan, changes)
    following = continued(proposal.problem, proposal.plan)
    remedies = advise(following, proposal.plan)
    units = {one.name: one for one in units_of(following)}
    for remedy in remedies:
        own = [units[remedy.unit], *(one for name, one in units.items() if name != remedy.unit)]
        kept = set(remedy.conflict)
        assert _left_out(own, kept) > 0
        for rule in remedy.conflict:
            assert _left_out(own, kept - {rule}) == 0
    assert bool(remedies) == bool(proposal.plan.unassigned["reason"].isin(LACKING).any())


def test_a_limit_of_distance_is_named_where_it_alone_is_in_the_way() -> None:
    rules = Rules(min_cases=2, max_cases=40, max_km=5.0, centers="fewest")
    made = problem(people(SQUARE), centers=centers([(2.5, 2.5)], max_cases=[40]), rules=rules)
    plan = plan_sites(made)
    far = moved_to(["N0"], [(2.5, 9.5)], "join")
    proposal = rebalance_network(made, plan, Changes(moves=moves(far)))
    assert proposal.plan.unassigned["reason"].tolist() == ["too_far"]
    (remedy,) = advise(continued(proposal.problem, proposal.plan), proposal.plan)
    assert remedy.conflict == (MAX_KM, CENTERS)


def test_families_that_stay_together_are_named_where_parted_they_would_fit() -> None:
    rules = Rules(min_cases=2, max_cases=16, centers="fewest")
    stands = centers([(1.0, 1.0), (4.0, 3.0)], max_cases=[16, 16])
    made = problem(people(SQUARE), centers=stands, rules=rules)
    plan = plan_sites(made)
    couple = moved_to(["N0"], [SQUARE[3] + 0.2], "join")
    couple[0]["cases"] = 2
    proposal = rebalance_network(made, plan, Changes(moves=moves(couple)))
    if proposal.plan.unassigned.empty:
        assert advise(continued(proposal.problem, proposal.plan), proposal.plan) == []
    else:
        (remedy,) = advise(continued(proposal.problem, proposal.plan), proposal.plan)
        assert remedy.missing == 0
        assert remedy.conflict == (TOGETHER, MAX_CASES, CENTERS)


@pytest.mark.parametrize("running", ["Q", ""])
def test_of_an_applicant_one_site_is_named_and_none_where_it_runs_a_center(running: str) -> None:
    here, there = people(SQUARE), people(SQUARE[:10] + EAST, prefix="K", county="B")
    stands = centers([(2.5, 2.5)], max_cases=[30])
    if not running:
        stands = together(stands, _second(10))
    offers = sites(
        [np.add((1.5, 0.5), EAST), (2.5, 0.5), (5.5, 4.5), np.add((5.5, 4.5), EAST)],
        ["Q", "Q", "W", "Z"],
        county=["B", "A", "A", "B"],
    )
    rules = Rules(min_cases=2, max_cases=30, centers="fewest")
    made = problem(together(here, there), offers, centers=stands, rules=rules)
    plan = plan_sites(made)
    assert set(plan.centers["applicant_id"]) - {""} == ({running} - {""})
    joins = moved_to([f"N{number}" for number in range(8)], [*SQUARE[:4] + 0.3, *SQUARE[:4] + EAST], "join")
    changes = Changes(moves=moves(joins))
    left = rebalance_network(made, plan, changes)
    remedies = advise(continued(left.problem, left.plan), left.plan)
    named = [opening.site_id for remedy in remedies for opening in remedy.openings]
    assert named == (["W-1"] if running else ["Q-2", "Z-1"])
    again = replace(changes, open=dict.fromkeys(named, DAY))
    check_changes(made, plan, again)
    assert rebalance_network(made, plan, again).plan.unassigned.empty


def test_the_sites_named_serve_everyone_once_they_open() -> None:
    made, plan, changes = crowded()
    left = rebalance_network(made, plan, changes)
    (remedy,) = advise(continued(left.problem, left.plan), left.plan)
    opened = {one.site_id: DAY for one in remedy.openings}
    assert all(opened)
    again = replace(changes, open=opened)
    check_changes(made, plan, again)
    proposal = rebalance_network(made, plan, again)
    assert findings(proposal.problem, proposal.plan) == []
    assert proposal.plan.unassigned.empty


def test_without_applicants_points_are_named() -> None:
    rules = Rules(min_cases=2, max_cases=30, centers="fewest")
    made, plan = two_counties(10, rules=rules, applicants=False)
    joins = moved_to([f"N{number}" for number in range(4)], SQUARE[:4] + 0.3, "join")
    left = rebalance_network(made, plan, Changes(moves=moves(joins)))
    (remedy,) = advise(continued(left.problem, left.plan), left.plan)
    assert len(remedy.openings) == 1
    assert remedy.openings[0].site_id == ""
    assert 48 < remedy.openings[0].lon < 49


def test_who_withdrew_is_not_named_again() -> None:
    rules = Rules(min_cases=2, max_cases=15, centers="fewest")
    made = problem(people(SQUARE), sites([(1.0, 1.0), (4.0, 3.0), (2.0, 2.0)]), rules=rules)
    plan = plan_sites(made)
    closed = plan.centers["center_id"].iloc[0]
    gone = plan.centers["applicant_id"].iloc[0]
    proposal = rebalance_network(made, plan, Changes(close={closed: DAY}))
    (remedy,) = advise(continued(proposal.problem, proposal.plan), proposal.plan)
    assert gone not in {one.applicant_id for one in remedy.openings}
    assert {one.applicant_id for one in remedy.openings if one.site_id}


def test_growth_fills_free_places_before_it_opens_anything(tmp_path: Path) -> None:
    rules = Rules(min_cases=2, max_cases=20, centers="fewest", status=("covered",))
    waiting = people(SQUARE[:6] + 0.4, prefix="W", status="waiting")
    made = problem(
        together(people(SQUARE, status="covered"), waiting),
        sites([(1.0, 1.0), (4.0, 3.0), (2.0, 4.0), (5.0, 0.0)]),
        rules=rules,
    )
    plan = plan_sites(made)
    assert len(plan.centers) == 2
    assert (plan.unassigned["reason"] == "not_in_phase").sum() == 6
    file = tmp_path / "phase.csv"
    for extra, opened in ((0, 0), (10, 1)):
        new = people(SQUARE[:extra] + 0.2, prefix="N", status="waiting")
        table = together(waiting, new).drop(columns=["row", "synthetic"])
        table.to_csv(file, index=False, encoding="utf-8-sig")
        asked = AskedGrowth(file, DAY)
        changes = asked.read(made)
        check_changes(made, plan, changes)
        proposal, _ = grow_network(made, plan, changes, effective=DAY)
        assert findings(proposal.problem, proposal.plan) == []
        assert proposal.plan.unassigned.empty
        assert set(plan.centers["center_id"]) <= set(proposal.plan.centers["center_id"])
        assert len(proposal.plan.centers) == 2 + opened
        assert len(proposal.joined) == 6 + extra


def test_growth_serves_whom_the_file_names_and_nobody_else_of_their_status(tmp_path: Path) -> None:
    rules = Rules(min_cases=2, max_cases=60, centers="fewest", status=("covered",))
    waiting = people(SQUARE[:6] + 0.4, prefix="W", status="waiting")
    made = problem(together(people(SQUARE, status="covered"), waiting), sites([(1.0, 1.0)]), rules=rules)
    plan = plan_sites(made)
    file = tmp_path / "phase.csv"
    waiting.iloc[:2].drop(columns=["row", "synthetic"]).to_csv(file, index=False, encoding="utf-8-sig")
    proposal, _ = grow_network(made, plan, AskedGrowth(file, DAY).read(made), effective=DAY)
    assert findings(proposal.problem, proposal.plan) == []
    assert proposal.joined["household_id"].tolist() == ["W0000", "W0001"]
    assert (proposal.plan.unassigned["reason"] == "not_in_phase").sum() == 4
    assert proposal.problem.rules.status == ("covered",)


@pytest.mark.parametrize(("status", "served"), [("", True), ("covered", True), ("waiting", False)])
def test_who_joins_is_served_unless_the_status_says_otherwise(status: str, *, served: bool) -> None:
    rules = Rules(min_cases=2, max_cases=60, centers="fewest", status=("covered",))
    made = problem(people(SQUARE, status="covered"), sites([(1.0, 1.0)]), rules=rules)
    plan = plan_sites(made)
    join = {**moved_to(["N0"], [(2.5, 2.5)], "join")[0], "status": status}
    first = rebalance_network(made, plan, Changes(moves=moves([join])))
    assert (first.joined["household_id"].tolist() == ["N0"]) == served
    move = {**moved_to(["N0"], [(0.5, 0.5)])[0], "date": "2026-11-01"}
    second = rebalance_network(first.problem, first.plan, Changes(moves=moves([move])))
    assert ("N0" in set(second.plan.assignments["household_id"])) == served


def test_growth_refuses_who_is_served_already(tmp_path: Path) -> None:
    made = problem(people(SQUARE), sites([(1.0, 1.0)]), rules=Rules(min_cases=2, max_cases=40))
    file = tmp_path / "phase.csv"
    people(SQUARE[:2]).drop(columns=["row", "synthetic"]).to_csv(file, index=False, encoding="utf-8-sig")
    with pytest.raises(SitingError) as refused:
        check_changes(made, plan_sites(made), AskedGrowth(file, DAY).read(made))
    assert [(one.row, one.code) for one in refused.value.failures] == [
        (2, "served_already"),
        (3, "served_already"),
    ]


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_advice_can_be_said(lang: Any) -> None:
    made, plan, changes = crowded(14)
    proposal = rebalance_network(made, plan, changes)
    facts = facts_of(proposal, plan, folder="plan", version=1, head="0" * 64)
    facts["advice"] = [
        asdict(one) for one in advise(continued(proposal.problem, proposal.plan), proposal.plan)
    ]
    said = advice_sentences(facts, lang)
    assert len(said) > 5
    assert not any("{" in one for one in said)


def test_every_rule_that_may_conflict_has_words() -> None:
    assert set(RULES) == {PINS, TOGETHER, MAX_KM, WITHIN, MAX_CASES, CENTERS}


def test_further_families_of_another_province_are_named_with_it(tmp_path: Path) -> None:
    made = problem(people(SQUARE), sites([(1.0, 1.0)]), rules=Rules(min_cases=2, max_cases=40))
    plan = plan_sites(made)
    file = tmp_path / "phase.csv"
    far = people(SQUARE[:3] + 2 * EAST, prefix="Q", province="Q", county="Z")
    near = people(SQUARE[:2] + EAST, prefix="K", county="B")
    here = people(SQUARE[:4] + 0.2, prefix="N")
    table = together(far, near, here).drop(columns=["row", "synthetic"])
    table.to_csv(file, index=False, encoding="utf-8-sig")
    proposal, needed = grow_network(made, plan, AskedGrowth(file, DAY).read(made), effective=DAY)
    assert needed == []
    abroad, without = sorted(left_of(proposal, plan), key=lambda one: not one.elsewhere)
    assert (abroad.unit, abroad.households, abroad.elsewhere, abroad.network) == ("Q/Z", 3, True, ("P",))
    assert (without.unit, without.households, without.elsewhere, without.centers) == ("P/B", 2, False, 0)
    assert sum(one.cases for one in without.points) == 2
    facts = {"left_out": [asdict(abroad), asdict(without)], "advice": []}
    for lang in ("en", "fa"):
        said = advice_sentences(facts, lang)
        assert "Q/Z" in said[0]
        assert "P/B" in said[1]
        assert not any("{" in one for one in said)


def test_growth_says_how_many_centers_its_missing_places_need(tmp_path: Path) -> None:
    rules = Rules(min_cases=2, max_cases=20, centers="fewest")
    offers = sites([(1.0, 1.0), (4.0, 3.0), (2.0, 4.0), (5.0, 0.0), (0.0, 4.0)])
    made = problem(people(SQUARE), offers, rules=rules)
    plan = plan_sites(made)
    file = tmp_path / "phase.csv"
    people(SQUARE + 0.2, prefix="N").drop(columns=["row", "synthetic"]).to_csv(
        file, index=False, encoding="utf-8-sig"
    )
    proposal, (needed,) = grow_network(made, plan, AskedGrowth(file, DAY).read(made), effective=DAY)
    assert (needed.cases, needed.centers, needed.places) == (60, 2, 40)
    assert (needed.missing, needed.least_opened, needed.opened) == (20, 1, 1)
    assert proposal.plan.unassigned.empty
    assert left_of(proposal, plan) == []


def test_who_waits_for_a_center_is_counted_among_those_without_a_place() -> None:
    rules = Rules(min_cases=2, max_cases=30, centers="fewest")
    made, plan = two_counties(10, rules=rules, applicants=False)
    joins = moved_to([f"N{number}" for number in range(4)], SQUARE[:4] + 0.3, "join")
    proposal = rebalance_network(made, plan, Changes(moves=moves(joins)))
    left = proposal.plan.unassigned
    waits = left.assign(reason=np.where(np.arange(len(left)) == 0, "vacancy", left["reason"]))
    mixed = replace(proposal.plan, unassigned=waits)
    (remedy,) = advise(continued(proposal.problem, proposal.plan), mixed)
    assert (remedy.unserved, remedy.missing) == (4, 4)


def test_a_proposal_on_disk_still_tells_whom_it_serves_from_now_on() -> None:
    changes = Changes(admitted=("W0000", "W0001"), effective=DAY, file="phase.csv")
    kept = json.loads(json.dumps(changes.as_dict()))
    assert Changes.from_dict(kept).admitted == ("W0000", "W0001")
