"""How many cases every way transfers, where some come only as a whole: held against a linear program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

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


def crowded(seed: int) -> Network:
    """Families of one to six files in three centers, the first of which may hold a few files fewer."""
    rng = np.random.default_rng(seed)
    cases = rng.integers(1, 7, 18)
    folk = people(rng.uniform(0, 9, (18, 2)), cases=cases.tolist())
    at = np.arange(18) % 3
    load = np.bincount(at, weights=cases).astype(int)
    most = [int(load[0]) - int(rng.integers(1, 9)), int(load[1]) + 7, int(load[2]) + 2]
    made = problem(folk, centers=centers(AT[:3], max_cases=most), rules=Rules(min_cases=1, max_cases=60))
    unit = units_of(made)[0]
    return Network(unit, np.arange(3), 0, at, unit.cases, unit.cases, may_wait=False)


def test_what_is_forced_of_whole_families_is_what_the_fewest_transfers_are() -> None:
    sharper = 0
    for seed in range(20):
        network = crowded(seed)
        n, k = len(network.unit.cases), len(network.open)
        cases, most = network.unit.cases, network.unit.facilities.max_cases[network.open]
        new = ((network.at[:, None] != np.arange(k)) * cases[:, None]).ravel().astype(float)
        rows = [
            LinearConstraint(np.kron(np.eye(n), np.ones(k)), 1, 1),
            LinearConstraint(np.kron(cases, np.eye(k)), network.lower(), most),
        ]
        exact = milp(new, constraints=rows, integrality=np.ones(n * k), bounds=Bounds(0, 1))
        parted = milp(new, constraints=rows, bounds=Bounds(0, 1))
        assert exact.success
        found, forced = rebalance_least(network)
        assert found.transferred == forced == round(exact.fun)
        sharper += round(exact.fun) > np.ceil(parted.fun - 1e-6)
    assert sharper
