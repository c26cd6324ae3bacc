"""Problems at the edges: crowds on one point, empty units, too many centers or too few, none who applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyproj import Geod

from data.errors import SitingError
from data.rules import Rules
from data.summary import summarize
from data.verify import findings
from siting.plan import plan_sites
from tests.engine_problems import EAST, centers, people, problem, scattered, sites, together

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

SMALL = {"min_cases": 2, "max_cases": 5}


def right(made: Problem, **options: int) -> Plan:
    """A plan that the verifier finds right."""
    plan = plan_sites(made, **options)
    assert findings(made, plan) == []
    assert len(plan.assignments) + len(plan.unassigned) == len(made.households)
    return plan


def spread(count: int, *, seed: int = 1, size: int = 12) -> np.ndarray:
    return scattered(np.random.default_rng(seed), count, size=size)


@pytest.mark.parametrize("with_sites", [True, False], ids=["sites", "no sites"])
def test_thousands_of_households_at_one_point_are_shared_and_the_split_is_named(*, with_sites: bool) -> None:
    crowd = people(np.zeros((3_000, 2)))
    made = problem(crowd, sites(spread(30)) if with_sites else None)
    plan = right(made)
    assert plan.centers["cases"].between(150, 450).all()
    assert plan.centers["cases"].sum() == 3_000
    assert plan.exceptions[["kind", "reason"]].to_numpy().tolist() == [
        ["split_point", "larger_than_a_center"]
    ]


def test_a_group_larger_than_a_center_comes_apart_and_smaller_ones_do_not() -> None:
    folk = together(people(np.zeros((7, 2)), prefix="A"), people(np.full((3, 2), 4.0), prefix="B"))
    plan = right(problem(folk, sites([(1, 0), (2, 0), (5, 4)]), rules=Rules(**SMALL)))
    serving = plan.assignments.groupby(plan.assignments["household_id"].str[0])["center_id"].nunique()
    assert serving.to_dict() == {"A": 2, "B": 1}
    assert plan.exceptions["subject"].tolist() == ["A0000"]


def test_a_group_that_the_largest_center_could_hold_is_split_for_want_of_room_not_for_its_size() -> None:
    crowd = people(np.zeros((6, 2)), prefix="A")
    far = people([(60, 1), (60, 2)], prefix="B")
    old = centers([(60, 0)], max_cases=8.0)
    rules = Rules(**SMALL, centers=3, max_km=20)
    plan = right(problem(together(crowd, far), sites([(1, 0), (2, 0)]), centers=old, rules=rules))
    assert plan.exceptions[["subject", "cases", "reason"]].to_numpy().tolist() == [
        ["A0000", 6, "bounds_leave_no_other_way"]
    ]


def test_what_keeping_groups_together_costs_is_stated_with_the_plan() -> None:
    folk = together(people(np.zeros((3, 2)), prefix="A"), people(np.ones((3, 2)), prefix="B"))
    rules = {"min_cases": 2, "max_cases": 4, "centers": 2}
    loss = {}
    for kept in ("point", "none"):
        offered = sites([(1, 0), (9, 0)], use="required")
        made = problem(folk, offered, rules=Rules(**rules, keep_together=kept))
        plan = right(made)
        summary = summarize(made, plan, exports={}, head="0" * 64, version=1)
        loss[kept] = (summary["kept_together_loss_km"], plan.objective_km)
    assert loss["none"][0] == 0
    assert loss["point"][0] >= round(loss["point"][1] - loss["none"][1], 3) > 0


def test_all_households_and_all_sites_on_one_point_cost_nothing() -> None:
    plan = right(problem(people(np.zeros((9, 2))), sites(np.zeros((6, 2))), rules=Rules(**SMALL)))
    assert plan.objective_km == 0
    assert plan.bound is not None
    assert -0.01 < plan.bound.value_km <= 0


def test_an_applicant_whose_five_sites_are_one_point_opens_one_the_first_of_its_order() -> None:
    made = problem(
        people(spread(8)), sites(np.ones((5, 2)), ["Q"] * 5), rules=Rules(min_cases=2, max_cases=9)
    )
    assert right(made).centers["site_id"].tolist() == ["Q-1"]


def test_two_households_in_a_county_have_a_center_that_says_why_it_is_small() -> None:
    folk = together(people(spread(400), prefix="A"), people([(30, 0), (31, 0)], prefix="B", county="B"))
    offered = together(sites(spread(4)), sites([(30, 1)], ["Z"], county="B"))
    plan = right(problem(folk, offered))
    small = plan.centers[plan.centers["county"] == "B"]
    assert small[["cases", "underfull_reason"]].to_numpy().tolist() == [[2, "small_unit"]]


def test_a_county_without_households_opens_nothing() -> None:
    offered = sites([(1, 1), (2, 2), (40, 0)], county=["A", "A", "C"])
    plan = right(problem(people(spread(5)), offered, rules=Rules(**SMALL)))
    assert set(plan.centers["county"]) == {"A"}
    assert plan.losing_sites.set_index("site_id").loc["P02-1", "ineligible"] == "no_households"


def test_a_county_without_applicants_is_vacant_and_says_so() -> None:
    folk = together(people(spread(5), prefix="A"), people(spread(4) + EAST, prefix="B", county="B"))
    plan = right(problem(folk, sites([(3, 3)]), rules=Rules(**SMALL)))
    left = plan.unassigned.set_index("household_id")
    assert sorted(left.index) == ["B0000", "B0001", "B0002", "B0003"]
    assert set(left["reason"]) == {"vacancy"}
    assert plan.vacancies[["county", "cases"]].to_numpy().tolist() == [["B", 4]]
    assert plan.terms["vacancy_km"] == 400


def test_an_existing_center_stands_though_nobody_lives_in_its_county() -> None:
    made = problem(
        people(spread(5)),
        sites([(3, 3), (4, 4)]),
        centers=centers([(50, 0)], county="C"),
        rules=Rules(**SMALL),
    )
    alone = right(made).centers.set_index("center_id").loc["E0"]
    assert (alone["cases"], alone["underfull_reason"]) == (0, "existing_center")


def test_an_existing_center_with_places_enough_needs_no_new_one() -> None:
    made = problem(people(spread(5)), sites([(3, 3)]), centers=centers([(5, 5)]), rules=Rules(**SMALL))
    assert right(made).centers["status"].tolist() == ["existing"]


@pytest.mark.parametrize("share", ["cases", "travel"])
def test_a_number_of_centers_is_shared_out_and_all_of_it_opens(share: str) -> None:
    folk = together(people(spread(40), prefix="A"), people(spread(20) + EAST, prefix="B", county="B"))
    offered = together(
        sites(spread(15, seed=3)), sites(spread(9, seed=4) + EAST, list("qrstuvwxy"), county="B")
    )
    plan = right(problem(folk, offered, rules=Rules(**SMALL, centers=15, share=share)))
    assert len(plan.centers) == 15
    assert (plan.units["opened"] >= plan.units["needed"]).all()
    if share == "cases":
        assert plan.units["opened"].tolist() == [10, 5]


def test_more_centers_than_cases_can_fill_are_refused() -> None:
    made = problem(people(spread(10)), sites(spread(9)), rules=Rules(**SMALL, centers=6))
    with pytest.raises(SitingError) as caught:
        plan_sites(made)
    assert caught.value.code == "too_many_centers"


def test_fewer_centers_than_already_stand_are_refused() -> None:
    old = centers([(1, 1), (2, 2)])
    made = problem(people(spread(10)), sites(spread(9)), centers=old, rules=Rules(**SMALL, centers=1))
    with pytest.raises(SitingError) as caught:
        plan_sites(made)
    assert caught.value.code == "too_few_centers"


def test_too_few_centers_serve_whom_they_can_and_name_the_others() -> None:
    made = problem(people(spread(30)), sites(spread(9)), rules=Rules(**SMALL, centers=4))
    plan = right(made)
    assert plan.unassigned["reason"].tolist() == ["no_capacity"] * 10
    assert plan.bound is None


def test_nobody_is_sent_beyond_the_reach() -> None:
    folk = together(people(spread(8), prefix="A"), people([(60, 0)], prefix="F"))
    for offered, reason in ((None, "too_far"), (sites([(5, 5), (6, 6)]), "vacancy")):
        rules = Rules(min_cases=2, max_cases=9, max_km=20, centers=1)
        plan = right(problem(folk, offered, rules=rules))
        assert plan.unassigned[["household_id", "reason"]].to_numpy().tolist() == [["F0000", reason]]
        assert plan.assignments["km"].max() <= 20


def test_required_sites_open_and_forbidden_and_refused_ones_never() -> None:
    offered = sites(
        [(0, 0), (6, 6), (6, 5), (5, 6)],
        use=["required", "forbidden", "candidate", "candidate"],
        decision=["accepted", "accepted", "refused", "accepted"],
    )
    made = problem(people(np.full((10, 2), 6.0) + spread(10, size=2)), offered, rules=Rules(**SMALL))
    plan = right(made)
    assert sorted(plan.centers["site_id"]) == ["P00-1", "P03-1"]
    why = plan.losing_sites.set_index("site_id")["ineligible"].to_dict()
    assert why == {"P01-1": "forbidden", "P02-1": "refused"}


def test_a_pinned_household_goes_where_it_is_pinned_however_far() -> None:
    folk = people([*spread(9), (11, 11)], pin=[*[""] * 9, "P01-1"])
    plan = right(problem(folk, sites([(11, 10), (0, 0), (5, 5)]), rules=Rules(min_cases=1, max_cases=8)))
    served = plan.assignments.set_index("household_id")["center_id"]
    assert served["H0009"] == "C-P01-1"


def test_a_rural_place_stays_together_where_the_rule_says_so() -> None:
    village = np.array([(2, y) for y in range(4)], dtype=float)
    folk = together(
        people(village, prefix="V", area="rural", place="Low"), people(spread(8, size=5), prefix="T")
    )
    offered = sites([(2, -1), (2, 4), (4, 2)])
    rules = Rules(min_cases=2, max_cases=6, keep_together="place")
    served = right(problem(folk, offered, rules=rules)).assignments
    assert served.loc[served["household_id"].str.startswith("V"), "center_id"].nunique() == 1


def test_crossing_a_district_is_paid_for_and_avoided_when_dear() -> None:
    folk = people([(0, 0), (1, 0), (2, 0), (3, 0)], district=["one", "two", "two", "two"])
    offered = sites([(0.5, 0), (3, 0)], district=["one", "two"])
    cheap, dear = (
        right(problem(folk, offered, rules=Rules(min_cases=1, max_cases=3, cross_district_km=price)))
        for price in (0.1, 50.0)
    )
    assert cheap.terms["cross_district_km"] == 0.1
    assert dear.terms["cross_district_km"] == 0
    assert cheap.terms["travel_km"] < dear.terms["travel_km"]


def test_with_a_price_a_center_opens_only_where_it_saves_more_than_it_costs() -> None:
    folk = together(people(np.zeros((6, 2)), prefix="A"), people(np.full((6, 2), 9.0), prefix="B"))
    for offered in (sites([(0, 0), (9, 9), (0, 1)]), None):
        for price, opened in ((1.0, 2), (10_000.0, 1)):
            rules = Rules(min_cases=2, max_cases=20, centers="price", center_km=price)
            plan = right(problem(folk, offered, rules=rules))
            assert len(plan.centers) == opened
            assert plan.terms["center_km"] == price * opened


def test_a_search_that_is_stopped_at_once_still_gives_a_right_plan_and_no_disaster() -> None:
    made = problem(people(spread(40)), sites(spread(15, seed=3)), rules=Rules(**SMALL))
    hasty = plan_sites(made, stop=_at_once)
    assert findings(made, hasty) == []
    assert right(made).objective_km <= hasty.objective_km <= 1.25 * right(made).objective_km


def _at_once() -> bool:
    return True


def test_a_pair_that_rounding_brings_within_the_limit_is_in_the_bound() -> None:
    """10.0003 km is published as 10.000 km, and so is within a limit of 10 km."""
    folk = people([(0, 0), (0.1, 0), (0.2, 0), (5, 0)])
    lon, lat, _ = Geod(ellps="WGS84").fwd(folk["lon"].iloc[3], folk["lat"].iloc[3], 90, 10_000.3)
    offered = sites([(0, 1), (1, 0)])
    offered.loc[1, ["lon", "lat"]] = [round(lon, 6), round(lat, 6)]
    plan = right(problem(folk, offered, rules=Rules(min_cases=1, max_cases=3, max_km=10.0)))
    assert plan.assignments["km"].max() == 10.0


def test_two_centers_that_reach_the_same_few_may_be_short_by_distance() -> None:
    """Each required site reaches the three families between them, and needs two of its own: one is short."""
    folk = people([(9, 0), (10, 0), (11, 0), (60, 0), (61, 0), (62, 0)])
    offered = sites([(8, 0), (12, 0), (61, 1)], use=["required", "required", "candidate"])
    plan = right(problem(folk, offered, rules=Rules(centers=3, min_cases=2, max_cases=4, max_km=5.0)))
    assert sorted(plan.centers["underfull_reason"]) == ["", "", "hard_distance"]
