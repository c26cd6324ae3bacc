"""The problem that follows: who moved, joined and left, and centers that closed, opened, moved or grew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from data.build.building import in_order_households
from data.change.changes import Changes, Relocation
from data.change.succession import continued, succeed
from data.rules import Rules
from siting import plan_sites
from tests.data.network_inputs import EXISTING, FIRST, SECOND
from tests.data.running import DAY, NETWORK, NEXT, PLAN, after, bounded, by_id, moves, with_households
from tests.engine_problems import centers, degrees, people, problem, sites

if TYPE_CHECKING:
    from data.problem import Problem

PINNED = np.where(NETWORK.problem.households["household_id"] == "A-0040", "P1-1", "")


def center(made: Problem, name: str) -> pd.Series:
    return pd.DataFrame(made.centers).set_index("center_id").loc[name]


def test_a_network_that_continues_has_its_centers_and_everybody_where_they_are_served() -> None:
    now = continued(NETWORK.problem, PLAN)
    assert set(now.centers["center_id"]) == {EXISTING, FIRST, SECOND}
    assert set(now.centers["status"]) == {"open"}
    today = by_id(now)["center_id"]
    assert {who: where for who, where in today.items() if where} == NETWORK.serves
    assert now.rules == replace(NETWORK.problem.rules, centers=3)
    pd.testing.assert_frame_equal(pd.DataFrame(now.sites), pd.DataFrame(NETWORK.problem.sites))


def test_a_center_that_was_founded_keeps_its_applicant_and_its_site() -> None:
    made = center(continued(NETWORK.problem, PLAN), SECOND)
    assert made[["applicant_id", "site_id", "preference", "score"]].tolist() == ["P2", "P2-1", 2, 60.0]
    assert (made["lon"], made["lat"], made["max_cases"]) == (49.15, 33.45, 450)


def test_a_center_that_stood_before_keeps_its_status_grade_and_phone() -> None:
    stood = NETWORK.problem.centers.assign(status="licensed", grade="2", phone="066", address="street")
    made = center(continued(replace(NETWORK.problem, centers=stood), PLAN), EXISTING)
    assert made[["status", "grade", "phone", "address"]].tolist() == ["licensed", "2", "066", "street"]
    assert (made["site_id"], made["applicant_id"]) == ("", "")


def test_a_pin_to_a_site_becomes_one_to_the_center_on_it() -> None:
    now = continued(with_households(pin=PINNED).problem, PLAN)
    assert by_id(now).loc["A-0040", "pin"] == FIRST


def test_continuing_twice_changes_nothing() -> None:
    once = continued(NETWORK.problem, PLAN)
    twice = continued(once, PLAN)
    pd.testing.assert_frame_equal(pd.DataFrame(once.households), pd.DataFrame(twice.households))
    pd.testing.assert_frame_equal(pd.DataFrame(once.centers), pd.DataFrame(twice.centers))


def test_a_move_takes_the_ground_of_the_nearest_household_and_keeps_the_cases() -> None:
    nearest = by_id(NETWORK.problem).loc["B-0003"]
    made = after(NETWORK, {"household_id": "A-0003", "lon": nearest["lon"], "lat": nearest["lat"]})
    row = by_id(made.problem).loc["A-0003"]
    assert row[["county", "unit", "area"]].tolist() == ["B", "P/B", "rural"]
    assert row["cases"] == 2
    assert row["center_id"] == EXISTING
    assert made.moved == {"A-0003": DAY}


def test_an_attribute_of_a_move_beats_its_location() -> None:
    there = by_id(NETWORK.problem).loc["B-0003"]
    told = {"county": "A", "area": "urban", "lon": there["lon"], "lat": there["lat"]}
    row = by_id(after(NETWORK, {"household_id": "A-0003", **told}).problem).loc["A-0003"]
    assert row[["county", "area"]].tolist() == ["A", "urban"]


def test_a_place_without_a_point_is_the_midst_of_its_households() -> None:
    made = after(NETWORK, {"household_id": "A-0003", "place": "Place of B"})
    row, there = by_id(made.problem).loc["A-0003"], by_id(NETWORK.problem)
    known = there[(there["county"] == "B") & there["lon"].notna()]
    assert row[["lon", "lat"]].tolist() == pytest.approx(known[["lon", "lat"]].median().tolist(), abs=1e-6)
    assert row[["county", "area", "reason"]].tolist() == ["B", "rural", ""]


def test_a_place_that_two_counties_have_is_found_only_with_the_county() -> None:
    given = with_households(place="Dehno")
    lost = by_id(after(given, {"household_id": "A-0003", "place": "dehno"}).problem).loc["A-0003"]
    assert (lost["reason"], np.isnan(lost["lon"])) == ("no_location", True)
    told = after(given, {"household_id": "A-0003", "place": "dehno", "county": "B"})
    assert by_id(told.problem).loc["A-0003", "reason"] == ""


def test_who_joins_is_new_and_has_no_center_yet() -> None:
    joins = {"household_id": "N-1", "event": "join", "lon": 48.3, "lat": 33.5, "cases": 3}
    made = after(NETWORK, joins)
    row = by_id(made.problem).loc["N-1"]
    assert row[["cases", "center_id", "county", "reason"]].tolist() == [3, "", "A", ""]
    assert made.joined == {"N-1": DAY}
    assert made.moved == {}


def test_who_joins_is_served_only_in_its_phase() -> None:
    rules = replace(NETWORK.problem.rules, status=("pensioner",))
    given = replace(NETWORK, problem=replace(NETWORK.problem, rules=rules))
    joins = {"household_id": "N-1", "event": "join", "lon": 48.3, "lat": 33.5, "status": "waiting_list"}
    assert by_id(after(given, joins).problem).loc["N-1", "reason"] == "not_in_phase"


def test_who_left_is_listed_with_the_center_that_served_it() -> None:
    made = after(NETWORK, {"household_id": "A-0003", "event": "leave"})
    assert "A-0003" not in by_id(made.problem).index
    assert made.left.to_dict("records") == [{"household_id": "A-0003", "center_id": EXISTING, "date": DAY}]


def test_an_unknown_address_changes_nothing_of_the_household() -> None:
    made = after(NETWORK, {"household_id": "A-0003", "event": "address_unknown"})
    assert made.address_unknown == {"A-0003": DAY}
    pd.testing.assert_frame_equal(by_id(made.problem), by_id(continued(NETWORK.problem, PLAN)))


def test_a_later_move_settles_an_unknown_address() -> None:
    lost = {"household_id": "A-0003", "event": "address_unknown"}
    made = after(NETWORK, lost, {"household_id": "A-0003", "date": NEXT, "lon": 48.3, "lat": 33.5})
    assert made.address_unknown == {}
    assert made.moved == {"A-0003": NEXT}


def test_who_joins_and_leaves_was_never_here() -> None:
    joins = {"household_id": "N-1", "event": "join", "lon": 48.3, "lat": 33.5}
    made = after(NETWORK, {"household_id": "N-1", "event": "leave", "date": NEXT}, joins)
    assert "N-1" not in by_id(made.problem).index
    assert (made.joined, len(made.left)) == ({}, 0)


def test_who_leaves_and_joins_again_moved_with_the_cases_it_joined_with() -> None:
    back = {"household_id": "A-0003", "event": "join", "date": NEXT, "lon": 48.3, "lat": 33.5, "cases": 4}
    made = after(NETWORK, {"household_id": "A-0003", "event": "leave"}, back)
    assert by_id(made.problem).loc["A-0003", "cases"] == 4
    assert (made.moved, made.joined, len(made.left)) == ({"A-0003": NEXT}, {}, 0)


def test_a_move_after_a_join_keeps_what_the_join_told() -> None:
    joins = {"household_id": "N-1", "event": "join", "lon": 48.3, "lat": 33.5, "cases": 3, "pin": FIRST}
    made = after(NETWORK, joins, {"household_id": "N-1", "date": NEXT, "lon": 48.31, "lat": 33.5})
    assert by_id(made.problem).loc["N-1", ["lon", "cases", "pin"]].tolist() == [48.31, 3, FIRST]


def test_a_center_that_closes_is_gone_with_the_pins_to_it() -> None:
    made = after(with_households(pin=PINNED), close={FIRST: DAY}).problem
    assert set(made.centers["center_id"]) == {EXISTING, SECOND}
    assert by_id(made).loc["A-0040", ["pin", "center_id"]].tolist() == ["", FIRST]
    assert made.rules.centers == 2


def test_a_center_that_relocates_leaves_its_site_and_keeps_its_applicant() -> None:
    made = center(after(NETWORK, relocate={FIRST: Relocation(48.21, 33.5, DAY)}).problem, FIRST)
    assert (made["lon"], made["lat"], made["site_id"], made["applicant_id"]) == (48.21, 33.5, "", "P1")
    assert pd.isna(made["preference"])
    assert made["district"] == "one"


def test_a_center_is_given_another_size() -> None:
    made = after(NETWORK, max_cases={FIRST: (300, DAY)}).problem
    assert center(made, FIRST)["max_cases"] == 300
    assert made.centers["max_cases"].dtype == np.int64


def test_a_site_that_opens_is_required_and_one_more_center_is_asked_for() -> None:
    made = after(NETWORK, open={"P3-1": DAY}).problem
    use = made.sites.set_index("site_id")["use"]
    assert use["P3-1"] == "required"
    assert (made.rules.centers, len(made.centers)) == (4, 3)


def test_a_site_that_was_required_is_so_no_more_once_its_center_closed() -> None:
    assert NETWORK.problem.sites.set_index("site_id")["use"]["P1-1"] == "required"
    made = after(NETWORK, close={FIRST: DAY}).problem
    assert made.sites.set_index("site_id")["use"]["P1-1"] == "candidate"


def test_travel_of_who_moved_or_left_is_no_longer_measured() -> None:
    ids = NETWORK.problem.households["household_id"]
    travel = pd.DataFrame({"household_id": ids, "site_id": "P1-1", "km": 1.0})
    given = replace(NETWORK, problem=replace(NETWORK.problem, travel=travel))
    gone = {"household_id": "A-0004", "event": "leave"}
    made = after(given, {"household_id": "A-0003", "lon": 48.3, "lat": 33.5}, gone).problem
    assert made.travel is not None
    assert set(ids) - set(made.travel["household_id"]) == {"A-0003", "A-0004"}


def test_the_inputs_of_both_are_those_of_the_next_problem() -> None:
    given = replace(NETWORK, problem=replace(NETWORK.problem, inputs={"households": "a"}))
    made = after(given, close={FIRST: DAY}, inputs={"moves": "b"}).problem
    assert made.inputs == {"households": "a", "moves": "b"}


def test_a_move_takes_the_county_its_point_lies_in() -> None:
    made, plan = bounded()
    lon, lat = (float(one[0]) for one in degrees([(10.5, 0.5)]))
    asked = Changes(moves({"household_id": "H0000", "lon": lon, "lat": lat}))
    assert by_id(succeed(made, plan, asked).problem).loc["H0000", ["county", "unit"]].tolist() == ["B", "P/B"]


def test_a_move_outside_all_boundaries_is_kept_with_its_reason() -> None:
    made, plan = bounded()
    lon, lat = (float(one[0]) for one in degrees([(5, -5)]))
    asked = Changes(moves({"household_id": "H0000", "lon": lon, "lat": lat}))
    row = by_id(succeed(made, plan, asked).problem).loc["H0000"]
    assert (row["reason"], row["unit"]) == ("outside_boundaries", "")


def test_the_rows_stand_in_the_order_of_any_problem_and_are_grouped_anew() -> None:
    made, plan = bounded()
    lon, lat = (float(one[0]) for one in degrees([(15, 5)]))
    new = succeed(made, plan, Changes(moves({"household_id": "H0000", "lon": lon, "lat": lat}))).problem
    pd.testing.assert_frame_equal(
        pd.DataFrame(new.households), pd.DataFrame(in_order_households(new.households))
    )
    group = new.households.set_index("household_id")["group"]
    (neighbour,) = set(group.index[group == group["H0000"]]) - {"H0000"}
    spots = by_id(made)[["lon", "lat"]]
    assert spots.loc[neighbour].tolist() == [lon, lat]


def test_an_existing_center_of_a_file_has_no_site_and_no_applicant() -> None:
    made = problem(people([(0, 0)]), sites([(1, 1)]), centers=centers([(2, 2)], phone="066"))
    (row,) = pd.DataFrame(made.centers).to_dict("records")
    assert (row["phone"], row["applicant_id"], row["site_id"], row["kind"]) == ("066", "", "", "")
    assert pd.isna(row["preference"])
    assert np.isnan(row["score"])


def test_a_later_household_wakes_a_site_that_had_nobody_to_serve() -> None:
    made = problem(
        people([(5, 5)] * 3), sites([(5, 5), (15, 5)], county=["A", "B"]), rules=Rules(min_cases=1)
    )
    joins = moves({"household_id": "N-1", "event": "join", "county": "B", "lon": 48.45, "lat": 33.55})
    after_join = succeed(made, plan_sites(made), Changes(joins)).problem
    assert made.sites.set_index("site_id")["ineligible"].to_dict() == {"P00-1": "", "P01-1": "no_households"}
    assert set(after_join.sites["ineligible"]) == {""}
