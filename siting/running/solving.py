"""Each unit that a change touches at the price of the rules, and all of them at any price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.curve import Curve
from allocation.rebalance import rebalance
from allocation.serving import NOBODY
from siting.running.units import apart, running
from siting.running.wishes import granted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from allocation.rebalance import Network, Rebalanced
    from allocation.unit import Unit
    from data.problem import Problem


@dataclass(frozen=True)
class Solved:
    """A unit at the price of the rules."""

    network: Network
    cost_km: NDArray[np.float64]
    found: Rebalanced

    @property
    def groups(self) -> NDArray[np.int64]:
        """Those that have a center."""
        return np.flatnonzero(self.found.center >= 0)

    @property
    def served(self) -> Rebalanced:
        """Where these are."""
        return replace(self.found, center=self.found.center[self.groups])

    def with_served(self, served: Rebalanced) -> Rebalanced:
        """Return where all groups are, given where those are that have a center."""
        center = self.found.center.copy()
        center[self.groups] = served.center
        return replace(served, center=center)


def solved_unit(
    problem: Problem, unit: Unit, unopened: int, moved: dict[str, str], wish: Mapping[str, str]
) -> Solved:
    """Rebalance a unit; groups that find no room together come apart."""
    move_km = problem.rules.move_km
    network = granted(problem, running(problem, unit, unopened, moved), wish, move_km)
    cost_km = network.unit.cost_km(network.open, exact=True)
    found = rebalance(network, move_km, cost_km=cost_km)
    several = np.bincount(network.unit.group_of, minlength=len(network.unit.cases)) > 1
    left = np.flatnonzero((found.center == NOBODY) & several)
    if left.size:
        network = granted(problem, apart(problem, network, left, moved), wish, move_km)
        cost_km = network.unit.cost_km(network.open, exact=True)
        found = rebalance(network, move_km, cost_km=cost_km)
    return Solved(network, cost_km, found)


def curve_of(solved: Sequence[Solved]) -> Curve:
    """Return the curve of everybody who has a center."""
    networks = [one.network.of(one.groups) for one in solved]
    return Curve.of(
        networks, [one.cost_km[one.groups] for one in solved], [one.served for one in solved]
    ).traced()
