"""Whatever the problem: the verifier finds nothing, nobody disappears, and names and orders do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import SitingError
from data.hashing import plan_hash
from data.verify import findings
from siting.plan import plan_sites
from tests.engine_towns import Case, cases

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem


def planned(case: Case) -> tuple[Problem, Plan] | None:
    """The plan; None where two required sites cannot both be filled, which is said and not planned."""
    try:
        made = case.problem()
    except SitingError as error:
        if error.code != "too_many_required":
            raise
        return None
    return made, plan_sites(made)


@settings(max_examples=8, deadline=None)
@given(cases())
def test_the_verifier_finds_nothing_and_nobody_disappears(case: Case) -> None:
    found = planned(case)
    if found is None:
        return
    made, plan = found
    assert findings(made, plan) == []
    ids = [*plan.assignments["household_id"], *plan.unassigned["household_id"]]
    assert sorted(ids) == sorted(case.tables.households["household_id"])
    assert plan.assignments["cases"].sum() == plan.centers["cases"].sum()


@settings(max_examples=4, deadline=None)
@given(cases(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(case: Case, seed: int) -> None:
    found = planned(case)
    if found is None:
        return
    again = plan_sites(case.shuffled(np.random.default_rng(seed)).problem())
    assert plan_hash(again) == plan_hash(found[1])


@settings(max_examples=4, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_ids_do_not_matter_but_for_households_equal_in_all_else(case: Case, random: st.DataObject) -> None:
    found = planned(case)
    if found is None:
        return
    ids = case.ids()
    names = dict(
        zip(ids, random.sample([f"N{number:05d}" for number in range(len(ids))], len(ids)), strict=True)
    )
    made = case.renamed(names).problem()
    again = plan_sites(made)
    assert again.objective_km == found[1].objective_km
    assert again.terms == found[1].terms
    assert (again.bound and again.bound.value_km) == (found[1].bound and found[1].bound.value_km)
    assert served_from(made, again) == served_from(*found)


def served_from(made: Problem, plan: Plan) -> list[tuple[object, ...]]:
    """Who is served from where, without a name."""
    people = made.households.set_index("household_id")
    where = plan.centers.set_index("center_id").loc[plan.assignments["center_id"], ["lon", "lat"]]
    who = people.loc[plan.assignments["household_id"], ["lon", "lat", "cases", "district", "place", "area"]]
    both = pd.concat([who.reset_index(drop=True), where.reset_index(drop=True)], axis=1)
    return sorted(both.itertuples(index=False, name=None))


@settings(max_examples=2, deadline=None)
@given(cases(), st.integers(0, 3))
def test_the_same_seed_gives_the_same_plan_on_one_worker_or_two(case: Case, seed: int) -> None:
    found = planned(case)
    if found is not None:
        made = found[0]
        assert plan_hash(plan_sites(made, seed=seed, workers=2)) == plan_hash(plan_sites(made, seed=seed))
