"""One frozen run: what the engine finds for a small province changes only when somebody means it to."""

from __future__ import annotations

import numpy as np

from data.rules import Rules
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites


def test_the_frozen_province() -> None:
    rng = np.random.default_rng(1400)
    towns = np.array([(10, 10), (30, 14), (18, 34), (44, 30)])
    homes = [
        at + rng.normal(0, 2.5, (count, 2)) for at, count in zip(towns, (620, 240, 180, 260), strict=True)
    ]
    stands = [at + rng.normal(0, 2.5, (6, 2)) for at in towns]
    owners = [f"P{number % 12:02d}" for number in range(24)]
    made = problem(
        people(np.vstack(homes)), sites(np.vstack(stands), owners), rules=Rules(centers=4, preference_km=0.05)
    )
    plan = plan_sites(made)
    assert plan.bound is not None
    assert sorted(plan.centers["site_id"]) == ["P01-2", "P03-1", "P08-1", "P10-2"]
    assert (plan.objective_km, plan.bound.value_km) == (6253.715, 6237.615)
