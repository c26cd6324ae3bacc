"""A unit with its network, in which one site may stand in for another: what that would cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import NOBODY, limits
from data.geodesy import all_pairs_km
from siting.explain.stood import Stood
from siting.explain.swaps import at_least
from siting.price import paid_km

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from siting.explain.prices import Pair
    from siting.solve import Solved

    Resolve = Callable[[Solved, NDArray[np.int64]], Solved]


@dataclass(frozen=True)
class Bench:
    """A unit's network, and what it would cost with one site in place of another.

    Attributes
    ----------
    solved : Solved
        The network.
    resolve : callable
        Solves the unit anew with other facilities open, as the search does.
    tried, least : dict
        What was solved by pair, and what was proven by site: kept as long as the network is.
    """

    solved: Solved
    resolve: Resolve
    tried: dict[Pair, Solved] = field(default_factory=dict)
    least: dict[int, float] = field(default_factory=dict)

    @cached_property
    def cost_km(self) -> float:
        """What the network costs, km."""
        return paid_km(self.solved)

    @cached_property
    def home(self) -> NDArray[np.int64]:
        """The open facility in whose neighbourhood each facility stands, the nearest; -1 for none."""
        own, open_ = self.solved.unit.facilities, self.solved.open
        if not open_.size:
            return np.full(len(own), -1)
        apart = all_pairs_km(own.lon, own.lat, own.lon[open_], own.lat[open_])
        nearest = open_[apart.argmin(axis=1)]
        nearest[open_] = open_
        return np.asarray(nearest, dtype=np.int64)

    @cached_property
    def stood(self) -> Stood:
        """The network, ready for what prices prove of a swap."""
        one = self.solved
        ids = np.full(len(one.open), "", dtype=object)
        center = np.where(one.center >= 0, np.append(one.open, -1)[one.center], one.center)
        return Stood(
            unit=one.unit,
            open=one.open,
            center_id=ids,
            center=center,
            had=np.zeros(len(center), dtype=np.int64),
            today=np.zeros((len(center), len(ids)), dtype=np.int64),
            waits=np.asarray(one.unit.pin == ""),
            transfers=False,
        )

    def extra_at_least_km(self, sites: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each site costs more at least in place of the center of its neighbourhood, ``(m,)``."""
        pairs: list[Pair] = [(int(self.home[site]), int(site)) for site in sites]
        if not pairs:
            return np.empty(0)
        stood = self.stood
        return at_least(stood, stood.as_it_is, pairs, stood.again(whole=False))[0]

    def swapped(self, site: int) -> Solved:
        """Return the unit with a site open in place of the center of its neighbourhood, solved exactly."""
        pair = int(self.home[site]), site
        if pair not in self.tried:
            open_ = self.solved.open[self.solved.open != pair[0]]
            self.tried[pair] = self.resolve(self.solved, np.sort(np.append(open_, site)))
        return self.tried[pair]

    def extra_km(self, site: int) -> float:
        """Return what the unit costs more with a site in place of the center of its neighbourhood, km.

        Infinite where somebody would lose a place by it, or a center would fall short of its least.
        """
        then = self.swapped(site)
        if _left_out(then) > _left_out(self.solved) or _short(then) > _short(self.solved):
            return np.inf
        return paid_km(then) - self.cost_km


def _left_out(one: Solved) -> int:
    return int(one.unit.cases[one.center == NOBODY].sum())


def _short(one: Solved) -> int:
    served = one.center >= 0
    load = np.bincount(one.center[served], weights=one.unit.cases[served], minlength=len(one.open))
    lower, _ = limits(one.unit, one.open, one.unit.total)
    return int(np.maximum(lower - load, 0).sum())
