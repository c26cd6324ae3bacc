"""What is far, how the worst tenth is counted, and casebooks of before that know of neither."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SitingError
from data.fairness import (
    far_extra_km,
    is_limited,
    is_settled,
    reach_km,
    reaching,
    settled,
    without_limit,
    worst_tenth_km,
)
from data.hashing import plan_hash
from data.rules import LATER, Rules, read_rules, rules_toml
from data.said import sentences
from data.summary import km_figures, weighted_km
from data.verify import findings
from data.verify.certificate import problem_hash
from tests.data.network import network

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = network()
PROBLEM, PLAN = NETWORK.problem, NETWORK.plan()
WAYS = st.lists(
    st.tuples(st.floats(0, 80).map(lambda km: round(km, 3)), st.integers(0, 9)), min_size=1, max_size=30
)


def test_the_worst_tenth_of_ten_households_is_the_furthest_of_them() -> None:
    assert worst_tenth_km(np.arange(1.0, 11.0), np.ones(10)) == 10.0
    assert worst_tenth_km(np.arange(1.0, 21.0), np.ones(20)) == 19.5
    assert worst_tenth_km([5.0], [3]) == 5.0
    assert worst_tenth_km([2.0, 8.0], [0, 0]) == 8.0
    assert worst_tenth_km([], []) is None


def test_a_household_with_many_cases_counts_by_those_in_the_tenth() -> None:
    assert worst_tenth_km([9.0, 4.0, 1.0], [1, 1, 18]) == pytest.approx((9 + 4) / 2)
    assert worst_tenth_km([9.0, 4.0, 1.0], [1, 2, 27]) == pytest.approx((9 + 2 * 4) / 3, abs=0.001)


@given(WAYS)
def test_the_worst_tenth_is_the_percentile_and_what_is_beyond_it(ways: list[tuple[float, int]]) -> None:
    km, cases = (np.array(one) for one in zip(*ways, strict=True))
    weight = cases if cases.any() else np.ones_like(cases)
    p90 = float(weighted_km(km, cases)["p90"] or 0.0)
    rules = Rules(far_weight=1.0, far_km_urban=p90, far_km_rural=p90)
    beyond = float(far_extra_km(rules, km, np.zeros(len(km), bool)) @ weight)
    worst = worst_tenth_km(km, cases)
    assert worst == pytest.approx(p90 + beyond / (0.1 * weight.sum()), abs=0.001)
    assert km_figures(km, cases) == {**weighted_km(km, cases), "worst_tenth_mean": worst}


@given(WAYS, st.floats(0, 60), st.floats(0, 90))
def test_what_a_far_way_counts_more_only_grows_and_grows_faster(
    ways: list[tuple[float, int]], urban: float, rural: float
) -> None:
    km = np.sort([way for way, _ in ways])
    rules = Rules(far_weight=2.5, far_km_urban=urban, far_km_rural=rural)
    for of_rural, limit in ((False, urban), (True, rural)):
        extra = far_extra_km(rules, km, np.full(len(km), of_rural))
        assert (extra == 2.5 * np.maximum(km - limit, 0)).all()


def test_no_way_and_no_limit_are_not_taken_from_one_another() -> None:
    rules = Rules(far_weight=1.0, far_km_rural=4.0)
    of_rural = np.array([False, True])[:, None]
    extra = far_extra_km(rules, np.array([[inf, 9.0], [inf, 9.0]]), of_rural)
    assert extra.tolist() == [[0.0, 0.0], [inf, 5.0]]


def test_the_least_of_all_limits_holds() -> None:
    rules = Rules(max_km=30.0, max_km_rural=50.0, max_km_urban=12.0)
    assert reach_km(rules, np.array([False, True])).tolist() == [12.0, 30.0]
    assert is_limited(Rules(max_km_rural=9.0))
    assert not is_limited(without_limit(rules))
    raised = reaching(rules, 41.0, np.array([True]))
    assert reach_km(raised, np.array([False, True])).tolist() == [12.0, 41.0]


def test_the_worst_tenth_is_settled_once_it_is_known_what_is_far() -> None:
    asked = Rules(fairness="worst_tenth", far_weight=1.0)
    assert is_settled(Rules(far_weight=1.0, far_km_urban=3.0))
    assert not is_settled(asked)
    assert is_settled(settled(asked, 7.5))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"fairness": "worst_tenth"}, [("impossible_rules", "far_weight")]),
        ({"fairness": "worst_tenth", "far_weight": -1.0}, [("rule_out_of_range", "far_weight")]),
        ({"far_weight": inf}, [("rule_out_of_range", "far_weight")]),
        ({"far_km_urban": -1.0}, [("rule_out_of_range", "far_km_urban")]),
        ({"max_km_rural": -0.1}, [("rule_out_of_range", "max_km_rural")]),
    ],
)
def test_a_fairness_that_cannot_be_meant_is_refused(
    values: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    with pytest.raises(SitingError) as caught:
        Rules(**values)
    assert [(one.code, one.id) for one in caught.value.failures] == told


def test_rules_of_fairness_are_read_as_they_are_written(tmp_path: Path) -> None:
    rules = Rules(far_weight=1.5, far_km_urban=4.0, max_km_rural=60.0, fairness="beyond")
    path = tmp_path / "rules.toml"
    path.write_text(rules_toml(rules), encoding="utf-8")
    assert read_rules(path) == rules
    assert pickle.loads(pickle.dumps(rules)) == rules  # noqa: S301 - its own
    assert all(f"\n{name} = " in rules_toml() for name in LATER)


def test_a_casebook_that_does_not_know_of_fairness_keeps_its_hashes() -> None:
    told = PROBLEM.rules.as_dict()
    assert not set(LATER) & set(told)
    assert json.loads(json.dumps(told)) == told
    before = problem_hash(PROBLEM)
    assert problem_hash(replace(PROBLEM, rules=replace(PROBLEM.rules, far_weight=0.0))) == before
    for changed in ({"far_km_urban": 1.0}, {"max_km_urban": 90.0}, {"far_km_rural": 8.0}):
        assert problem_hash(replace(PROBLEM, rules=replace(PROBLEM.rules, **changed))) != before


def test_a_plan_of_before_has_no_far_term_and_holds() -> None:
    terms = {name: value for name, value in PLAN.terms.items() if name != "far_km"}
    older = replace(PLAN, terms=terms)
    assert findings(PROBLEM, older) == []
    assert plan_hash(older) != plan_hash(PLAN)
    assert findings(PROBLEM, replace(PLAN, terms={**terms, "far_km": 3.0})) != []
    assert findings(PROBLEM, replace(PLAN, terms={"far_km": 0.0})) != []


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_it_is_said_what_far_ways_count_more_only_where_they_do(lang: Any) -> None:
    summary: dict[str, Any] = {
        "synthetic": False,
        "centers": 2,
        "vacancies": 0,
        "assigned": 30,
        "households": 30,
        "load": {"min": 1, "median": 2, "max": 3},
        "km": {"mean": 2.0, "median": 2.0, "p90": 3.0, "max": 5.0, "worst_tenth_mean": 4.4},
        "terms": {"travel_km": 60.0, "far_km": 12.0},
        "rules": {"count": "cases"},
        "distance": "straight_line",
        "bound_gap": None,
    }
    plain = sentences(summary, None, lang)
    fair = {**summary, "rules": {"count": "cases", "far_weight": 2.0, "far_km_urban": 3.0}}
    told = [line for line in sentences(fair, None, lang) if line not in plain]
    assert len(told) == 1
    assert ("4.4" in told[0] and "no limit" in told[0]) or ("۴٫۴" in told[0] and "نامحدود" in told[0])
