"""A problem with other rules is the problem that the same files with these rules would have been."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.build.variant import with_rules, with_use
from data.errors import SitingError
from data.rules import Rules
from data.verify import problem_hash
from tests.engine_problems import centers, people, polygons, problem, sites

if TYPE_CHECKING:
    from data.problem import Problem

COUNTIES = [("A", 0, 0, 10, 10), ("B", 10, 0, 20, 10)]
RULES = Rules(min_cases=1, max_cases=9)


def built(rules: Rules, **parts: Any) -> Problem:
    rng = np.random.default_rng(3)
    spots = np.round(rng.uniform(0.5, 19.5, (24, 2)) * [1, 0.5])
    folk = people(
        spots,
        county="",
        cases=rng.integers(1, 4, len(spots)),
        status=np.where(np.arange(24) % 3 == 0, "waiting", "pensioner"),
        area=np.where(spots[:, 1] > 2, "urban", "rural"),
        place=np.where(spots[:, 0] > 5, "one", "two"),
    )
    offered = sites([(2, 2), (8, 3), (12, 2), (18, 3)], county="", area="urban")
    stands = centers([(5, 4)], county="", area="urban")
    outlines = {"county": polygons("county", COUNTIES)}
    return problem(folk, offered, centers=stands, boundaries=outlines, rules=rules, **parts)


@pytest.mark.parametrize(
    "changed",
    [
        {"within": "province"},
        {"within": "none"},
        {"area_apart": True},
        {"keep_together": "none"},
        {"keep_together": "place"},
        {"status": ("pensioner",)},
        {"max_cases": 7},
        {"count": "households"},
        {"preference_km": 0.0, "max_km": 4.0},
    ],
    ids=str,
)
def test_it_is_as_built_anew(changed: dict[str, Any]) -> None:
    rules = replace(RULES, **changed)
    assert problem_hash(with_rules(built(RULES), rules)) == problem_hash(built(rules))


def test_there_and_back_is_as_before() -> None:
    made = built(RULES)
    away = with_rules(made, replace(RULES, within="none", status=("pensioner",)))
    assert problem_hash(with_rules(away, RULES)) == problem_hash(made)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"boundary_snap_km": 2.0}, "rule_of_reading"),
        ({"sites_per_applicant": 2}, "rule_of_reading"),
        ({"max_cases": 1}, "cases_over_max"),
        ({"status": ("nobody has it",)}, "no_households"),
    ],
)
def test_what_a_built_problem_cannot_mean_is_refused(changed: dict[str, Any], code: str) -> None:
    made = built(RULES)
    made = replace(made, centers=made.centers.iloc[:0])
    with pytest.raises(SitingError) as error:
        with_rules(made, replace(RULES, **changed))
    assert code in {one.code for one in error.value.failures}


def test_cases_that_were_not_kept_do_not_come_back() -> None:
    counted = replace(RULES, count="households")
    with pytest.raises(SitingError) as error:
        with_rules(built(counted), RULES)
    assert [one.code for one in error.value.failures] == ["count_not_kept"]


def test_a_pin_that_would_leave_its_unit_is_refused() -> None:
    made = built(replace(RULES, within="none"))
    west = made.households["lon"].to_numpy().argmin()
    pins = made.households["pin"].to_numpy().copy()
    pins[west] = "P03-1"
    pinned = replace(made, households=made.households.assign(pin=pins))
    with pytest.raises(SitingError) as error:
        with_rules(pinned, RULES)
    assert "pin_outside_unit" in {one.code for one in error.value.failures}


def test_a_site_is_required_or_forbidden() -> None:
    made = with_use(built(RULES), require=["P00-1"], forbid=["P01-1"])
    use = made.sites.set_index("site_id")
    assert use.loc["P00-1", ["use", "ineligible"]].tolist() == ["required", ""]
    assert use.loc["P01-1", ["use", "ineligible"]].tolist() == ["forbidden", "forbidden"]
    with pytest.raises(SitingError) as error:
        with_use(made, require=["P01-1", "X-1"])
    assert [one.code for one in error.value.failures] == ["required_site_ineligible", "unknown_site"]
