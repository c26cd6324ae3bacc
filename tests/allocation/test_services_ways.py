"""Kilometres to every center are the plan's own, however it measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from allocation.services.ways import km_to, ways_of
from data.casebook import CASEBOOK, Casebook
from data.rules import Rules
from tests.maps.handing_over import founded

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, Plan]:
    book = Casebook.open(founded(tmp_path_factory.mktemp("ways") / "plan") / CASEBOOK)
    return book.problem(), book.plan()


def test_the_way_to_the_own_center_is_the_one_that_the_plan_tells(network: tuple[Problem, Plan]) -> None:
    problem, plan = network
    told = ways_of(problem, plan)
    own = told.km[np.arange(len(told.own)), told.own]
    measured = km_to(problem, pd.Series(told.household_id), plan.centers.sort_values("center_id"))
    assert own.tolist() == measured[np.arange(len(told.own)), told.own].tolist()
    assert own.tolist() == plan.assignments.sort_values("household_id")["km"].tolist()


def test_a_detour_counts_by_where_the_household_lives(network: tuple[Problem, Plan]) -> None:
    problem, plan = network
    who = problem.households["household_id"]
    rural = problem.households["area"].where(problem.households.index > 0, "rural")
    longer = replace(
        problem,
        households=problem.households.assign(area=rural),
        rules=Rules(detour_urban=1.2, detour_rural=2),
    )
    straight, told = (km_to(one, who, plan.centers) for one in (problem, longer))
    factor = np.where(rural == "rural", 2.0, 1.2)[:, None]
    assert np.abs(told - straight * factor).max() < 0.001


def test_a_travel_file_says_what_it_says_and_nothing_of_other_pairs(network: tuple[Problem, Plan]) -> None:
    problem, plan = network
    who = problem.households["household_id"]
    center = plan.centers.iloc[0]
    known_as = center["site_id"] or center["center_id"]
    travel = pd.DataFrame({"household_id": [who[2]], "site_id": [known_as], "km": [7.25]})
    km = km_to(replace(problem, travel=travel), who, plan.centers)
    assert km[2, 0] == 7.25
    assert np.isfinite(km).sum() == 1
