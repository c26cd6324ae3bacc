"""A nearer center: why a household is not served there, and what it would cost if it were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.explain.stood import Stood

NOWHERE = -1
"""Position of the center of who has none."""


@dataclass(frozen=True)
class Nearer:
    """A center of its unit that is nearer to a household, and why it is not served there.

    Attributes
    ----------
    center_id : str
        The center.
    km : float
        From the household.
    obstacle : str
        ``pinned``, ``max_km`` and ``not_measured`` (it may not go there), ``kept_together`` (those it stays
        with have it further), ``prices`` (preference, another district or the transfer outweigh the way),
        ``full``, ``least`` (its own center would fall short), ``waiting`` (waiting counts less), ``missed``
        (it would cost less: the plan is not the best there is).
    cases, max_cases : int
        Load of the center, and the most it may serve.
    furthest_km : float or None
        Of the household that has it furthest to that center.
    dearer_km : float
        What a case of its pays there in prices more than where it is.
    extra_km, extra_km_at_least : float or None
        What the unit costs more when the household is served there and all others are sent anew.
    others : int or None
        Households besides its own group that would then have another center or none.
    lose_place : int or None
        Cases of others that would then have none.
    """

    center_id: str
    km: float
    obstacle: str
    cases: int
    max_cases: int
    furthest_km: float | None
    dearer_km: float
    extra_km: float | None = None
    extra_km_at_least: float | None = None
    others: int | None = None
    lose_place: int | None = None


@dataclass(frozen=True)
class Group:
    """A household and those it stays with.

    Attributes
    ----------
    stood : Stood
        Their unit.
    number : int
        Their group.
    own : int
        Position of their center among those that are open, or `NOWHERE`.
    paid_km : ndarray of float, shape (k,)
        What a case of theirs pays at each open center, infinite where it may not go.
    mean_km : ndarray of float, shape (k,)
        Their plain kilometres, by cases.
    """

    stood: Stood
    number: int
    own: int
    paid_km: NDArray[np.float64]
    mean_km: NDArray[np.float64]

    @classmethod
    def of(cls, stood: Stood, number: int, spot_km: NDArray[np.float64]) -> Group:
        """Return a group, given the plain kilometres of all spots to the open centers."""
        spots = np.flatnonzero(stood.unit.spot_group == number)
        served = np.flatnonzero(stood.open == stood.center[number])
        return cls(
            stood,
            number,
            int(served[0]) if served.size else NOWHERE,
            stood.paid_open_km[number],
            np.average(spot_km[spots], axis=0, weights=stood.unit.spot_cases[spots]),
        )

    def barred(self, at: int) -> str:
        """Return the rule that keeps the group from a center, empty where none does."""
        if self.stood.unit.pin[self.number] not in {"", self.stood.unit.facilities.id[self.stood.open[at]]}:
            return "pinned"
        if np.isfinite(self.paid_km[at]):
            return ""
        return "max_km" if self.stood.unit.travel is None else "not_measured"

    def obstacle(self, at: int, *, pays: bool) -> str:
        """Return why the group is not at a center that it may go to; ``pays`` is whether it costs less."""
        lower, upper = self.stood.bounds(self.stood.open)
        load, cases, own = self.stood.load(), self.stood.unit.cases[self.number], self.own
        if own != NOWHERE and self.paid_km[at] >= self.paid_km[own]:
            return "kept_together" if self.mean_km[at] >= self.mean_km[own] else "prices"
        if load[at] + cases > upper[at]:
            return "full"
        if own != NOWHERE and load[own] - cases < lower[own]:
            return "least"
        return "waiting" if own == NOWHERE and not pays else "missed"


def nearer(group: Group, at: int, km: float, furthest_km: float | None) -> Nearer:
    """Return what there is to say of a center: the unit solved again with the group served there.

    Parameters
    ----------
    group : Group
        The household and those it stays with.
    at : int
        Position of the center among those that are open.
    km, furthest_km : float, float or None
        From the household; of who has it furthest to that center.
    """
    stood, own = group.stood, group.own
    prices = group.paid_km - group.mean_km
    barred = group.barred(at)
    found = Nearer(
        center_id=str(stood.center_id[at]),
        km=km,
        obstacle=barred,
        cases=int(stood.load()[at]),
        max_cases=int(stood.bounds(stood.open)[1][at]),
        furthest_km=furthest_km,
        dearer_km=0.0 if barred or own == NOWHERE else float(prices[at] - prices[own]),
    )
    if barred:
        return found
    now, then = stood.as_it_is, stood.again(only=(group.number, int(stood.open[at])))
    if then.center[group.number] != stood.open[at]:
        return replace(found, obstacle="full")
    extra_km = then.cost_km - now.cost_km
    moved = then.center != stood.center
    moved[group.number] = False
    lost = moved & (stood.center >= 0) & (then.center < 0)
    return replace(
        found,
        obstacle=group.obstacle(at, pays=extra_km < -TIE_KM),
        extra_km=extra_km,
        extra_km_at_least=then.least_km - now.cost_km,
        others=int(np.count_nonzero(moved[stood.unit.group_of])),
        lose_place=int(stood.unit.cases[lost].sum()),
    )
