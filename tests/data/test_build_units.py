"""Units, phases and groups: what the tables say of a household decides where it may be served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from data.build.building import build_problems
from data.errors import SitingError
from data.rules import Rules
from tests.engine_problems import centers, people, polygons, problem, sites, tables, together

if TYPE_CHECKING:
    from data.problem import Problem

COUNTIES = [("A", 0, 0, 10, 10), ("B", 10, 0, 20, 10)]


def by_id(made: Problem) -> pd.DataFrame:
    return pd.DataFrame(made.households).set_index("household_id")


def test_an_attribute_beats_the_location() -> None:
    folk = people([(1, 1), (2, 2)], county=["B", ""])
    made = problem(folk, boundaries={"county": polygons("county", COUNTIES)})
    assert by_id(made)["unit"].to_dict() == {"H0000": "P/B", "H0001": "P/A"}


def test_a_point_just_outside_takes_the_nearest_county_and_one_further_out_none() -> None:
    folk = people([(5, -0.5), (5, -5), (19, 10.5)], county="")
    made = by_id(problem(folk, boundaries={"county": polygons("county", COUNTIES)}))
    assert made["county"].to_dict() == {"H0000": "A", "H0001": "", "H0002": "B"}
    assert made["reason"].to_dict() == {"H0000": "", "H0001": "outside_boundaries", "H0002": ""}
    assert made.loc["H0001", "group"] == -1


def test_the_reach_outside_the_boundaries_is_a_rule() -> None:
    folk = people([(1, 1), (5, -5)], county="")
    boundaries = {"county": polygons("county", COUNTIES)}
    made = by_id(problem(folk, boundaries=boundaries, rules=Rules(boundary_snap_km=10)))
    assert made.loc["H0001", "county"] == "A"


def test_without_boundaries_a_household_without_a_county_is_refused_with_its_row() -> None:
    with pytest.raises(SitingError) as caught:
        problem(people([(0, 0), (1, 1)], county=["A", ""]))
    (failure,) = caught.value.failures
    assert (failure.file, failure.row, failure.code, failure.id) == (
        "households.csv",
        3,
        "missing_unit",
        "H0001",
    )


def test_names_that_differ_in_spelling_alone_are_one_county() -> None:
    folk = people([(0, 0), (1, 1), (2, 2), (3, 3)], county=["كوهدشت", "کوهدشت", "کوهدشت", "کوهدشت"])
    made = by_id(problem(folk, sites([(1, 0)], county="كوهدشت")))
    assert set(made["unit"]) == {"P/کوهدشت"}


def test_sites_in_two_provinces_are_refused() -> None:
    folk = together(people([(0, 0)]), people([(30, 0)], prefix="Q", province="Q"))
    with pytest.raises(SitingError) as caught:
        problem(folk, sites([(0, 1), (30, 1)], ["R", "R"], province=["P", "Q"]))
    assert [failure.code for failure in caught.value.failures] == ["sites_in_two_provinces"]


def test_each_province_is_a_problem_with_its_own_rules() -> None:
    folk = together(people([(0, 0)]), people([(30, 0)], prefix="Q", province="Q"))
    rules = Rules(overrides={"Q": {"max_cases": 300}})
    made = list(build_problems(tables(folk), rules))
    assert [one.rules.max_cases for one in made] == [450, 300]
    assert [one.households["household_id"].tolist() for one in made] == [["H0000"], ["Q0000"]]


@pytest.mark.parametrize(
    ("within", "units"),
    [
        ("none", {"all"}),
        ("province", {"P"}),
        ("county", {"P/A", "P/B"}),
        ("district", {"P/A/one", "P/A/two", "P/B/one"}),
    ],
)
def test_a_unit_is_what_the_rule_says_a_catchment_may_not_leave(within: str, units: set[str]) -> None:
    folk = people([(0, 0), (1, 1), (2, 2)], county=["A", "A", "B"], district=["one", "two", "one"])
    assert set(problem(folk, rules=Rules(within=within)).households["unit"]) == units


def test_urban_and_rural_are_units_apart_where_the_rule_says_so() -> None:
    folk = people([(0, 0), (0, 0)], area=["urban", "rural"])
    assert set(problem(folk, rules=Rules(area_apart=True)).households["unit"]) == {"P/A/urban", "P/A/rural"}
    with pytest.raises(SitingError) as caught:
        problem(people([(0, 0), (0, 0)], area=["urban", ""]), rules=Rules(area_apart=True))
    assert [(one.row, one.code) for one in caught.value.failures] == [(3, "missing_area")]


def test_only_the_statuses_of_the_phase_are_served_however_they_are_spelled() -> None:
    folk = people([(0, 0), (1, 1), (2, 2)], status=["Pensioner", "waiting_list", ""])
    reasons = by_id(problem(folk, rules=Rules(status=("pensioner",))))["reason"]
    assert reasons.to_dict() == {"H0000": "", "H0001": "not_in_phase", "H0002": "not_in_phase"}
    assert set(problem(folk).households["reason"]) == {""}


def test_where_households_are_counted_each_is_one_case() -> None:
    folk = people([(0, 0), (1, 1)], cases=[3, 2000])
    assert problem(folk, rules=Rules(count="households")).households["cases"].tolist() == [1, 1]
    with pytest.raises(SitingError) as caught:
        problem(folk)
    assert caught.value.code == "cases_over_max"


def test_a_household_without_a_location_says_so() -> None:
    folk = people([(0, 0), (1, 1)])
    folk.loc[1, ["lon", "lat"]] = np.nan
    assert by_id(problem(folk))["reason"].to_dict() == {"H0000": "", "H0001": "no_location"}


def test_rows_are_in_one_order_whatever_the_files() -> None:
    folk = people([(2, 2), (0, 0), (1, 1), (0, 0)], cases=[1, 2, 1, 1])
    offered = sites([(3, 3), (0, 1), (0, 1)], ["Q", "Q", "R"])
    one = problem(folk, offered)
    other = problem(folk.iloc[::-1].reset_index(drop=True), offered.iloc[::-1].reset_index(drop=True))
    assert one.households["household_id"].tolist() == ["H0003", "H0001", "H0002", "H0000"]
    pd.testing.assert_frame_equal(pd.DataFrame(one.households), pd.DataFrame(other.households))
    pd.testing.assert_frame_equal(pd.DataFrame(one.sites), pd.DataFrame(other.sites))


@pytest.mark.parametrize(("rule", "groups"), [("none", 6), ("point", 5), ("place", 3)])
def test_who_stays_together_is_a_rule(rule: str, groups: int) -> None:
    """Two at one point; a village of three, one of them on that point; its namesake in town is free."""
    folk = people(
        [(0, 0), (0, 0), (1, 0), (2, 0), (5, 5), (6, 6)],
        area=["urban", "rural", "rural", "rural", "urban", "urban"],
        place=["", "Low", "Low", "Low", "Low", "Low"],
    )
    made = problem(folk, rules=Rules(keep_together=rule)).households
    assert made["group"].nunique() == groups


def test_one_point_in_two_units_is_two_groups() -> None:
    made = problem(people([(0, 0), (0, 0)], county=["A", "B"])).households
    assert made["group"].tolist() == [0, 1]


def test_a_closing_center_is_not_there_and_one_without_a_limit_has_that_of_the_rules() -> None:
    old = centers(
        [(0, 0), (1, 1), (2, 2)], status=["open", "closing", "approved"], max_cases=[np.nan, 9, 120]
    )
    made = problem(people([(0, 0)]), centers=old).centers
    assert dict(zip(made["center_id"], made["max_cases"], strict=True)) == {"E0": 450, "E2": 120}


def test_a_center_holds_no_more_cases_than_its_caseworkers_may_have() -> None:
    old = centers([(0, 0), (1, 1), (2, 2)], caseworkers=[2.0, 1.0, np.nan], max_cases=[np.nan, 100.0, np.nan])
    made = problem(people([(0, 0)]), centers=old).centers
    assert made.set_index("center_id")["max_cases"].to_dict() == {"E0": 300, "E1": 100, "E2": 450}
