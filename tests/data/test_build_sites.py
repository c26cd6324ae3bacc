"""Which sites may open, which must, and what a pin means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.errors import SitingError
from data.rules import Rules
from tests.engine_problems import centers, people, polygons, problem, sites

FEW = Rules(min_cases=1)
AT = [(0, 0), (1, 1), (2, 2), (3, 3)]


def refused(*args: Any, **parts: Any) -> set[str]:
    with pytest.raises(SitingError) as caught:
        problem(*args, **parts)
    return {failure.code for failure in caught.value.failures}


def test_an_ineligible_site_keeps_its_reason() -> None:
    offered = sites(
        [*AT, (4, 4), (5, 5)],
        use=["forbidden", "candidate", "candidate", "candidate", "candidate", "forbidden"],
        decision=["accepted", "refused", "pending", "accepted", "accepted", "refused"],
        county=["A", "A", "A", "C", "A", "A"],
    )
    offered.loc[4, ["lon", "lat"]] = np.nan
    made = problem(people([(0, 0)]), offered).sites
    assert dict(zip(made["site_id"], made["ineligible"], strict=True)) == {
        "P00-1": "forbidden",
        "P01-1": "refused",
        "P02-1": "pending",
        "P03-1": "no_households",
        "P04-1": "no_location",
        "P05-1": "forbidden",
    }


def test_a_site_outside_all_boundaries_is_ineligible() -> None:
    boundaries = {"county": polygons("county", [("A", 0, 0, 10, 10)])}
    made = problem(people([(1, 1)], county=""), sites([(5, -9)], county=""), boundaries=boundaries)
    assert made.sites["ineligible"].tolist() == ["outside_boundaries"]


def test_a_site_without_a_county_takes_that_of_the_nearest_household_where_there_are_no_boundaries() -> None:
    folk = people([(0, 0), (9, 0)], county=["A", "B"])
    made = problem(folk, sites([(7, 0)], county="", province=""))
    assert made.sites["unit"].tolist() == ["P/B"]


def test_a_pin_makes_its_site_required() -> None:
    made = problem(people([(0, 0)], pin="P01-1"), sites(AT), rules=FEW)
    assert made.sites.set_index("site_id")["use"].to_dict() == {
        "P00-1": "candidate",
        "P01-1": "required",
        "P02-1": "candidate",
        "P03-1": "candidate",
    }


def test_a_pin_to_an_existing_center_requires_no_site() -> None:
    made = problem(people([(0, 0)], pin="E0"), sites(AT), centers=centers([(1, 1)]), rules=FEW)
    assert set(made.sites["use"]) == {"candidate"}


@pytest.mark.parametrize(
    ("pin", "code"),
    [("X-1", "unknown_pin"), ("P02-1", "pin_ineligible"), ("P03-1", "pin_outside_unit")],
)
def test_a_pin_that_cannot_be_kept_is_refused(pin: str, code: str) -> None:
    folk = people([(0, 0), (9, 9)], county=["A", "B"], pin=[pin, ""])
    offered = sites(AT, county=["A", "A", "A", "B"], decision=["accepted", "accepted", "refused", "accepted"])
    assert refused(folk, offered, rules=FEW) == {code}


def test_a_pin_of_who_is_not_served_yet_is_not_looked_at() -> None:
    folk = people([(0, 0), (1, 1)], pin=["X-1", ""], status=["waiting_list", "pensioner"])
    made = problem(folk, sites(AT), rules=Rules(min_cases=1, status=("pensioner",)))
    assert set(made.sites["use"]) == {"candidate"}


def test_pins_to_two_sites_of_one_applicant_are_refused() -> None:
    folk = people([(0, 0), (1, 1)], pin=["Q-1", "Q-2"])
    assert refused(folk, sites(AT[:2], ["Q", "Q"]), rules=FEW) == {"two_required_sites"}


def test_a_required_site_must_be_able_to_open() -> None:
    folk = people([(0, 0), (1, 1)])
    refusal = sites(AT[:1], use="required", decision="refused")
    assert refused(folk, refusal, rules=FEW) == {"required_site_ineligible"}
    twice = sites(AT[:2], ["Q", "Q"], use="required")
    assert refused(folk, twice, rules=FEW) == {"two_required_sites"}
    crowd = sites(AT[:3], use="required")
    assert refused(folk, crowd, rules=FEW) == {"too_many_required"}
