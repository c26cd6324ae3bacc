"""A network that continues is planned, and verified, with the centers it has."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allocation.unit import units_of
from data.change.changes import Changes, Relocation
from data.change.succession import continued, succeed
from data.plan import STANDING_PAYS
from data.rules import Rules
from data.verify import findings, verify
from siting import plan_sites
from siting.running.proposing import facts_of
from siting.running.rebalancing import rebalance_network
from tests.data.running import DAY, bounded, moves
from tests.engine_problems import people, problem, sites


def test_its_centers_stand_and_their_sites_count_as_before() -> None:
    made, plan = bounded()
    now = continued(made, plan)
    again = plan_sites(now)
    assert verify(now, again)
    assert again.centers["center_id"].tolist() == plan.centers["center_id"].tolist()
    assert set(again.centers["status"]) == {"existing"}
    for column in ("applicant_id", "site_id", "preference", "score", "kind"):
        assert again.centers[column].tolist() == plan.centers[column].tolist()
    assert plan.terms["merit_km"] < 0.0
    assert again.terms == plan.terms


def test_a_casebook_of_before_in_which_only_new_sites_counted_still_holds() -> None:
    made, plan = bounded()
    now = continued(made, plan)
    again = plan_sites(now)
    follows = {**again.provenance, "rebalancing": True}
    assert findings(now, replace(again, provenance={**follows, STANDING_PAYS: True})) == []
    before = replace(again, provenance=follows)
    assert {one.code for one in findings(now, before)} == {"wrong_term"}
    terms = {**again.terms, "preference_km": 0.0, "merit_km": 0.0}
    assert findings(now, replace(before, terms=terms, objective_km=sum(terms.values()))) == []


def test_a_center_that_relocates_takes_no_score_along() -> None:
    made, plan = bounded()
    name = plan.centers["center_id"].iloc[0]
    lon, lat = plan.centers[["lon", "lat"]].iloc[0] + 0.001
    after = succeed(made, plan, Changes(relocate={name: Relocation(lon, lat, DAY)})).problem.centers
    moved = after.set_index("center_id").loc[name]
    assert (moved["site_id"], pd.isna(moved["preference"]), pd.isna(moved["score"])) == ("", True, True)


def test_what_changes_nothing_costs_what_the_network_costs() -> None:
    made, plan = bounded()
    who = plan.assignments["household_id"].iloc[0]
    unknown = Changes(moves=moves({"household_id": who, "event": "address_unknown"}))
    proposal = rebalance_network(made, plan, unknown)
    told = facts_of(proposal, plan, folder="plan", version=1, head="0" * 64)["objective_km"]
    assert plan.terms["merit_km"] < 0.0
    assert told["before"] == told["after"] == plan.objective_km


def test_transfers_of_before_are_in_no_objective_of_today() -> None:
    made, plan = bounded()
    ids = plan.centers["center_id"].tolist()
    lon, lat = plan.centers.set_index("center_id").loc[ids[1], ["lon", "lat"]]
    who = plan.assignments.set_index("center_id").loc[ids[0], "household_id"].iloc[0]
    first = rebalance_network(made, plan, Changes(moves=moves({"household_id": who, "lon": lon, "lat": lat})))
    assert first.plan.terms["move_km"] > 0.0
    unknown = Changes(moves=moves({"household_id": who, "event": "address_unknown"}))
    second = rebalance_network(first.problem, first.plan, unknown)
    told = facts_of(second, first.plan, folder="plan", version=2, head="0" * 64)["objective_km"]
    assert told["before"] == told["after"] == second.plan.objective_km


def test_no_other_site_of_who_runs_a_center_is_offered() -> None:
    made, plan = bounded()
    offered = {one for unit in units_of(continued(made, plan)) for one in unit.facilities.id}
    assert offered == set(plan.centers["center_id"])


def test_travel_to_a_site_is_travel_to_the_center_on_it_and_a_pin_holds() -> None:
    folk = people([(x, y) for x in (2, 5, 8) for y in (2, 5, 8)], pin=[""] * 8 + ["P0-1"])
    offered = sites([(5, 5), (2, 2), (8, 8)], owners=["P0", "P0", "P1"])
    travel = pd.DataFrame(
        [
            (who, site, 1.0 + number + 10 * place)
            for number, who in enumerate(folk["household_id"])
            for place, site in enumerate(offered["site_id"])
        ],
        columns=["household_id", "site_id", "km"],
    )
    rules = Rules(min_cases=1, max_cases=20)
    made = problem(folk, offered, rules=rules, travel=travel.assign(row=range(2, len(travel) + 2)))
    plan = plan_sites(made)
    now = continued(made, plan)
    again = plan_sites(now)
    assert verify(now, again)
    assert again.terms["travel_km"] == plan.terms["travel_km"] == 45.0
    grown = succeed(made, plan, Changes(open={"P1-1": DAY})).problem
    opened = plan_sites(grown)
    assert verify(grown, opened)
    assert opened.centers.set_index("center_id")["status"].to_dict() == {
        "C-P0-1": "existing",
        "C-P1-1": "new",
    }
