"""A column that a rule needs and nobody has is one mistake of the file, not one of every household."""

from __future__ import annotations

import pytest

from data.build.building import build_problems
from data.errors import SitingError
from data.rules import Rules
from tests.engine_problems import people, polygons, problem, tables, together

SPOTS = [(1, 1), (2, 2), (3, 3)]


def refused(folk: object, rules: Rules, **parts: object) -> list[str]:
    with pytest.raises(SitingError) as caught:
        problem(folk, rules=rules, **parts)  # type: ignore[arg-type]
    return caught.value.lines()


@pytest.mark.parametrize(
    ("columns", "rules", "line"),
    [
        ({}, Rules(within="district"), "district: the rule within = 'district' needs it"),
        ({"county": ""}, Rules(), "county: the rule within = 'county' needs it"),
        ({"area": ""}, Rules(area_apart=True), "area: the rule area_apart needs it"),
        ({}, Rules(status=("pensioner",)), "status: the rule status needs it"),
        ({}, Rules(overrides={"P": {"within": "district"}}), "district: the rule within = 'district'"),
    ],
)
def test_a_column_that_nobody_fills_is_told_once_with_the_rule(
    columns: dict[str, str], rules: Rules, line: str
) -> None:
    (only,) = refused(people(SPOTS, **columns), rules)
    assert only.startswith(f"households.csv:1 [missing_column] {line}")


def test_all_that_is_missing_is_told_in_one_pass() -> None:
    told = refused(people(SPOTS, area=""), Rules(area_apart=True, within="district", status=("x",)))
    assert [line.split()[2] for line in told] == ["area:", "district:", "status:"]


def test_a_column_that_some_fill_is_told_of_those_who_do_not() -> None:
    (only,) = refused(people(SPOTS, district=["1", "", "2"]), Rules(within="district"))
    assert only.startswith("households.csv:3 [missing_unit] H0001")


def test_boundaries_stand_in_for_the_column_of_their_level_alone() -> None:
    folk, box = people(SPOTS, county="A"), [("A", 0, 0, 10, 10)]
    made = problem(folk, rules=Rules(within="district"), boundaries={"district": polygons("district", box)})
    assert set(made.households["reason"]) == {""}
    counties = {"county": polygons("county", box)}
    (only,) = refused(folk, Rules(within="district"), boundaries=counties)
    assert "[missing_column] district" in only


def test_what_no_rule_needs_may_be_missing() -> None:
    assert len(problem(people(SPOTS, area=""), rules=Rules(status=("",))).households) == len(SPOTS)
    folk = together(people(SPOTS), people([(30, 0)], prefix="Q", province="Q", district="1"))
    rules = Rules(overrides={"Q": {"within": "district"}})
    made = build_problems(tables(folk), rules)
    assert [one.households["unit"].iloc[0] for one in made] == ["P/A", "Q/A/1"]
