"""A pin that cannot be kept is told at the household's row, what the applicants' file asks at its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.errors import SitingError
from data.rules import Rules
from tests.engine_problems import centers, people, problem, sites

if TYPE_CHECKING:
    import pandas as pd

FEW = Rules(min_cases=1)
AT = [(0, 0), (1, 1), (2, 2), (3, 3)]


def told(folk: pd.DataFrame, offered: pd.DataFrame, rules: Rules = FEW) -> list[tuple[str, int, str, str]]:
    with pytest.raises(SitingError) as caught:
        problem(folk, offered, rules=rules)
    assert all(one.said("fa") != one.said("en") for one in caught.value.failures)
    return [(one.file, one.row, one.code, one.id) for one in caught.value.failures]


def test_pins_to_two_sites_of_one_applicant_are_told_at_the_households() -> None:
    # Households are sorted when a problem is built: the row must still be that of the file.
    folk = people([(9, 9), (5, 5), (0, 0), (1, 1)], pin=["Q-2", "", "Q-1", "Q-1"])
    assert told(folk, sites(AT[:2], ["Q", "Q"])) == [
        ("households.csv", 2, "two_required_sites", "H0000"),
        ("households.csv", 4, "two_required_sites", "H0002"),
        ("households.csv", 5, "two_required_sites", "H0003"),
    ]


def test_a_pin_beside_a_site_that_is_required_already_is_the_one_at_fault() -> None:
    offered = sites(AT[:2], ["Q", "Q"], use=["required", "candidate"])
    folk = people([(0, 0), (1, 1)], pin=["Q-1", "Q-2"])
    assert told(folk, offered) == [("households.csv", 3, "two_required_sites", "H0001")]


def test_two_sites_required_by_use_are_told_at_the_applicants_rows() -> None:
    offered = sites(AT[:3], ["Q", "P", "Q"], use=["required", "candidate", "required"])
    assert told(people([(0, 0), (1, 1)]), offered) == [
        ("applicants.csv", 2, "two_required_sites", "Q-1"),
        ("applicants.csv", 4, "two_required_sites", "Q-2"),
    ]


@pytest.mark.parametrize(
    ("pin", "code", "changed"),
    [
        ("nowhere", "unknown_pin", {}),
        ("P01-1", "pin_ineligible", {"use": ["candidate", "forbidden"]}),
        ("P01-1", "pin_ineligible", {"decision": ["accepted", "refused"]}),
    ],
)
def test_a_pin_to_an_unknown_or_forbidden_site_is_told_at_the_household(
    pin: str, code: str, changed: dict[str, Any]
) -> None:
    folk = people([(7, 7), (0, 0)], pin=["", pin])
    offered = sites(AT[:2], **{"use": "candidate", "decision": "accepted", **changed})
    assert told(folk, offered) == [("households.csv", 3, code, "H0001")]


def test_pins_that_require_more_centers_than_the_cases_fill_are_told_at_the_households() -> None:
    folk = people([(0, 0), (1, 1), (2, 2)], pin=["P00-1", "", "P01-1"])
    rules = Rules(min_cases=2)
    assert told(folk, sites(AT[:2]), rules) == [
        ("households.csv", 2, "too_many_required", "H0000"),
        ("households.csv", 4, "too_many_required", "H0002"),
    ]
    assert told(folk, sites(AT[:2], use="required"), rules) == [
        ("applicants.csv", 0, "too_many_required", "P/A")
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"decision": "refused"}, "refused"),
        ({"decision": "pending"}, "pending"),
        ({"lon": np.nan, "lat": np.nan}, "no_location"),
        ({"county": "C"}, "no_households"),
    ],
)
def test_why_a_required_site_cannot_open_is_said_in_both_languages(
    changed: dict[str, Any], reason: str
) -> None:
    offered = sites(AT[:2], use=["candidate", "required"]).assign(**changed)
    with pytest.raises(SitingError) as caught:
        problem(people([(0, 0), (1, 1)]), offered, rules=FEW)
    (failure,) = caught.value.failures
    assert (failure.file, failure.row, failure.id) == ("applicants.csv", 3, "P01-1")
    assert failure.message == f"is required but ineligible: {reason}"
    assert failure.said("fa").endswith(f"({reason})")


def test_a_center_whose_county_cannot_be_told_is_named_by_its_row() -> None:
    there = centers([(1, 1), (2, 2)], county=["A", ""])
    with pytest.raises(SitingError) as caught:
        problem(people([(0, 0), (1, 1)], county=["A", ""]), centers=there)
    told = [(one.file, one.row, one.code, one.id) for one in caught.value.failures]
    assert told == [
        ("centers.csv", 3, "missing_unit", "E1"),
        ("households.csv", 3, "missing_unit", "H0001"),
    ]
