"""How many cases every way transfers, where some come only as a whole: held against a linear program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from allocation.rebalance import NO_CENTER, Network, rebalance_least
from allocation.unit import units_of
from data.rules import Rules
from tests.engine_problems import centers, people, problem

MOST = [22, 22, 22, 22, 22]
AT = [(1, 1), (8, 1), (1, 8), (8, 8), (4.5, 4.5)]


def grown(seed: int) -> Network:
    """Families of one to four files, of whom a third has no center yet; one center is full of the others."""
    rng = np.random.default_rng(seed)
    cases = rng.integers(1, 5, 36)
    folk = people(rng.uniform(0, 9, (36, 2)), cases=cases.tolist())
    made = problem(folk, centers=centers(AT, max_cases=MOST), rules=Rules(min_cases=1, max_cases=22))
    unit = units_of(made)[0]
    # The first two centers hold more than they may.
    at = np.where(np.arange(36) < 24, np.arange(36) % 2, NO_CENTER)
    had = np.where(at == NO_CENTER, 0, unit.cases)
    return Network(unit, np.arange(5), 0, at, had, had, may_wait=False)


@pytest.mark.parametrize("seed", range(8))
def test_no_way_transfers_fewer_cases_than_are_forced(seed: int) -> None:
    network = grown(seed)
    n, k = len(network.unit.cases), len(MOST)
    new = (network.had[:, None] > 0) & (network.at[:, None] != np.arange(k))
    found = linprog(
        new.ravel().astype(float),
        A_ub=np.vstack([np.tile(np.eye(k), n), -np.tile(np.eye(k), n)]),
        b_ub=np.r_[MOST, -network.lower()],
        A_eq=np.kron(np.eye(n), np.ones(k)),
        b_eq=network.unit.cases,
    )
    assert found.success
    least, forced = rebalance_least(network)
    assert forced == round(found.fun)
    assert forced > 0
    assert least.transferred >= forced
