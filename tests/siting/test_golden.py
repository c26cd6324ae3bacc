"""One frozen run: what the engine finds for a small province changes only when somebody means it to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data.rules import Rules
from siting.plan import plan_sites
from tests.engine_problems import people, problem, sites

FOUND = (["P01-2", "P03-1", "P08-1", "P10-2"], 6253.715, 6237.615)
ELSEWHERE = "from tests.siting.test_golden import frozen_province; print(frozen_province())"


def frozen_province() -> tuple[list[str], float, float]:
    """Return the sites that open, the objective and the bound."""
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
    return sorted(plan.centers["site_id"]), plan.objective_km, plan.bound.value_km


def test_the_frozen_province() -> None:
    assert frozen_province() == FOUND


@pytest.mark.parametrize("kernels", ["Prescott", "Haswell"])
def test_another_processor_finds_the_same(kernels: str) -> None:
    """OpenBLAS adds in another order on each of these; a bound that went through it was another one."""
    flags = Path("/proc/cpuinfo")
    if not flags.exists() or "avx2" not in flags.read_text():
        pytest.skip("the processor cannot stand in for others: it is no x86 with AVX2, or does not say")
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        env={**os.environ, "OPENBLAS_CORETYPE": kernels},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == repr(FOUND)
