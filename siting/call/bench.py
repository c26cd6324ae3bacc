"""A unit with its network, in which one site may stand in for another: what that would cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import LEFT_OUT_KM, NOBODY, limits
from data.geodesy import all_pairs_km
from data.sums import weighted_sum
from siting.explain.stood import TIE_KM, Stood
from siting.explain.swaps import at_least
from siting.price import fair_km, unserved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    added_km : mapping of int to float
        What the tie-break added to the cost for who stands at an open facility, km; of others nothing.
    tried, least, known : dict
        What was solved by pair, and by site what was proven and what it costs: kept while the network stands.
    """

    solved: Solved
    resolve: Resolve
    added_km: Mapping[int, float] = field(default_factory=dict)
    tried: dict[Pair, Solved] = field(default_factory=dict)
    least: dict[int, float] = field(default_factory=dict)
    known: dict[int, float] = field(default_factory=dict)

    @cached_property
    def cost_km(self) -> float:
        """What the network costs, km."""
        return fair_km(self.solved)

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
        if site not in self.known:
            now, then = self.solved, self.swapped(site)
            # Where everybody is served nobody is left waiting to save kilometres.
            loses = not unserved(now) or _left_out(then) > _left_out(now)
            worse = (loses and unserved(then) > unserved(now)) or _short(then) > _short(now)
            self.known[site] = np.inf if worse else fair_km(then) - self.cost_km
        return self.known[site]

    def twin_of(self, site: int, others: Iterable[int]) -> int | None:
        """Return the first of some sites in whose place another costs the same to a metre; None for none.

        Both would take the place of one center, and whoever goes to either pays the same there, so that no
        solution tells them apart. What is proven of them, which must be known, spares most of the comparison.
        """
        near = [
            one
            for one in others
            if self.home[one] == self.home[site] and abs(self.least[one] - self.least[site]) <= TIE_KM
        ]
        if not near:
            return None
        unit = self.solved.unit
        paid = np.where(
            np.isfinite(cost := unit.cost_km(np.array([site, *near]), exact=True)), cost, LEFT_OUT_KM
        )
        same = weighted_sum(unit.cases, np.abs(paid[:, 1:] - paid[:, :1])) <= TIE_KM
        same &= unit.facilities.max_cases[near] == unit.facilities.max_cases[site]
        return next((one for one, alike in zip(near, same, strict=True) if alike), None)


def _left_out(one: Solved) -> int:
    return int(one.unit.cases[one.center == NOBODY].sum())


def _short(one: Solved) -> int:
    served = one.center >= 0
    load = np.bincount(one.center[served], weights=one.unit.cases[served], minlength=len(one.open))
    lower, _ = limits(one.unit, one.open, one.unit.total)
    return int(np.maximum(lower - load, 0).sum())
