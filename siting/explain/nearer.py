"""A nearer center: why a household is not served there, and what it would cost if it were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.fairness import far_extra_km
from siting.explain.places import one_more
from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.explain.places import OneMore
    from siting.explain.stood import Stood

NOWHERE = -1
"""Position of the center of who has none."""


@dataclass(frozen=True)
class Dearer:
    """What a case of a household pays at a center more than at its own, km, beside the way.

    Attributes
    ----------
    order_km, district_km, transfer_km, far_km : float
        For the applicant's order of preference and score, for another district, for the transfer, for what a
        way that is far counts more.
    """

    order_km: float
    district_km: float
    transfer_km: float
    far_km: float = 0.0


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
    dearer : Dearer or None
        Where ``prices`` is the obstacle.
    extra_km : float or None
        What the unit costs more when the household is served there and all others are sent anew.
    others : int or None
        Households besides its own group that would then have another center or none.
    lose_place : int or None
        Cases of others that would then have none.
    parted : bool
        Whether that is counted as if all other groups could be parted: exact so, where whole it were not.
    one_more : OneMore or None
        What one place more there does, where it is full.
    """

    center_id: str
    km: float
    obstacle: str
    cases: int
    max_cases: int
    furthest_km: float | None
    dearer: Dearer | None = None
    extra_km: float | None = None
    others: int | None = None
    lose_place: int | None = None
    parted: bool = False
    one_more: OneMore | None = None


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
    far_km : ndarray of float, shape (k,)
        What a case of theirs counts more there for a way that is far.
    """

    stood: Stood
    number: int
    own: int
    paid_km: NDArray[np.float64]
    mean_km: NDArray[np.float64]
    far_km: NDArray[np.float64]

    @classmethod
    def of(cls, stood: Stood, number: int, spot_km: NDArray[np.float64]) -> Group:
        """Return a group, given the plain kilometres of all spots to the open centers."""
        spots = np.flatnonzero(stood.unit.spot_group == number)
        served = np.flatnonzero(stood.open == stood.center[number])
        weights, km = stood.unit.spot_cases[spots], spot_km[spots]
        far_km = far_extra_km(stood.unit.rules, km, stood.unit.rural[spots, None])
        return cls(
            stood,
            number,
            int(served[0]) if served.size else NOWHERE,
            stood.paid_open_km[number],
            np.average(km, axis=0, weights=weights),
            np.average(far_km, axis=0, weights=weights),
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
        if own == NOWHERE and self.stood.waits[self.number] and self._better_waits(at) and not pays:
            return "waiting"
        if load[at] + cases > upper[at]:
            return "full"
        if own != NOWHERE and load[own] - cases < lower[own]:
            return "least"
        return "waiting" if own == NOWHERE and not pays else "missed"

    def dearer(self, at: int) -> Dearer:
        """Return what a case pays at a center more than at its own, beside the way."""
        stood, own = self.stood, self.own
        price_km = stood.unit.facilities.price_km[stood.open]
        order = float(price_km[at] - price_km[own])
        transfer = 0.0
        if stood.transfers:
            stays = stood.today[self.number] / stood.unit.cases[self.number]
            transfer = stood.unit.rules.move_km * float(stays[own] - stays[at])
        beside, far = self.paid_km - self.mean_km, float(self.far_km[at] - self.far_km[own])
        return Dearer(order, float(beside[at] - beside[own]) - order - transfer - far, transfer, far)

    def _better_waits(self, at: int) -> bool:
        return bool(self.paid_km[at] >= self.stood.unit.rules.waiting_km)


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
    stood = group.stood
    barred = group.barred(at)
    found = Nearer(
        center_id=str(stood.center_id[at]),
        km=km,
        obstacle=barred,
        cases=int(stood.load()[at]),
        max_cases=int(stood.bounds(stood.open)[1][at]),
        furthest_km=furthest_km,
    )
    if barred:
        return found
    there = (group.number, int(stood.open[at]))
    now, then = stood.as_it_is, stood.again(only=there, whole=not stood.several)
    if then.center[group.number] != stood.open[at]:
        return replace(found, obstacle="full", one_more=one_more(group, at))
    obstacle = group.obstacle(at, pays=then.cost_km - now.cost_km < -TIE_KM)
    if stood.several:
        # What the plan lost by keeping groups whole elsewhere is no part of what this one change costs.
        now, then = (now, stood.again(only=there)) if obstacle == "missed" else (stood.parted, then)
    moved = then.center != now.center
    moved[group.number] = False
    lost = moved & (now.center >= 0) & (then.center < 0)
    return replace(
        found,
        obstacle=obstacle,
        dearer=group.dearer(at) if obstacle == "prices" else None,
        extra_km=then.cost_km - now.cost_km,
        others=int(np.count_nonzero(moved[stood.unit.group_of])),
        lose_place=int(stood.unit.cases[lost].sum()),
        parted=now is stood.parted if stood.several else False,
        one_more=one_more(group, at) if obstacle == "full" else None,
    )
