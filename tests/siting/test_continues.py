"""A network that continues is planned, and verified, with the centers it has."""

from __future__ import annotations

import pandas as pd

from allocation.unit import units_of
from data.change.changes import Changes
from data.change.succession import continued, succeed
from data.rules import Rules
from data.verify import verify
from siting import plan_sites
from tests.data.running import DAY, bounded
from tests.engine_problems import people, problem, sites


def test_its_centers_stand_and_their_sites_are_paid_for() -> None:
    made, plan = bounded()
    now = continued(made, plan)
    again = plan_sites(now)
    assert verify(now, again)
    assert again.centers["center_id"].tolist() == plan.centers["center_id"].tolist()
    assert set(again.centers["status"]) == {"existing"}
    for column in ("applicant_id", "site_id", "preference", "score", "kind"):
        assert again.centers[column].tolist() == plan.centers[column].tolist()
    assert again.terms["travel_km"] == plan.terms["travel_km"]
    assert plan.terms["merit_km"] < again.terms["merit_km"] == 0.0


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
