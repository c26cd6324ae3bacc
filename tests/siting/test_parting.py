"""Ground that is parted beside other work is the same ground, and is certified with the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.hashing import plan_hash, table_hash
from data.verify import VerificationError, verify
from siting.ground.beside import parting
from siting.plan import plan_sites
from tests.engine_problems import people, problem, scattered, together


def test_ground_parted_beside_is_certified_as_if_it_had_been_there() -> None:
    rng = np.random.default_rng(1)
    folk = together(people(scattered(rng, 400)), people(scattered(rng, 300), prefix="K", county="K"))
    made = problem(folk)
    plan = plan_sites(made)
    bare = replace(plan, neighbourhoods=plan.neighbourhoods.iloc[:0])
    with parting(made) as ground:
        ground.begin(plan.assignments, plan.centers)
        certificate = verify(made, bare, neighbourhoods=ground.neighbourhoods)
        assert table_hash(ground.neighbourhoods()) == table_hash(plan.neighbourhoods)
    assert certificate == verify(made, plan)
    assert certificate.plan_hash == plan_hash(plan) != plan_hash(bare)


def test_a_wrong_plan_gets_no_certificate_whatever_its_ground() -> None:
    made = problem(people(scattered(np.random.default_rng(1), 200)))
    plan = plan_sites(made)
    wrong = replace(plan, objective_km=plan.objective_km + 1)
    with pytest.raises(VerificationError):
        verify(made, wrong, neighbourhoods=lambda: plan.neighbourhoods)


def test_what_fails_beside_fails_where_the_ground_is_asked_for() -> None:
    made = problem(people(np.zeros((200, 2))))
    plan = plan_sites(made)
    with parting(made) as ground:
        ground.begin(plan.assignments.drop(columns="household_id"), plan.centers)
        with pytest.raises(KeyError):
            ground.neighbourhoods()
