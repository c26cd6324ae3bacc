"""A nearer center that is full: whether one place more there would do, why not, and how many would.

All is solved with groups parted where that is cheaper, but the household's own, which is there as a whole:
what keeping others whole costs would hide what one place is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from siting.explain.nearer import Group
    from siting.explain.stood import Again

MOST_PLACES = 1024
"""Places more at a center up to which it is asked how many would help."""


@dataclass(frozen=True)
class OneMore:
    """What one place more at a full center does for a household; solved again with that one place.

    Attributes
    ----------
    comes : bool
        Whether the household is served there then.
    why_not : str
        Empty where it comes. ``together``: one place is too few for those it comes with. ``least``: its own
        center would fall short. ``elsewhere``: it has another center then. ``unserved``: somebody who has no
        center gets the place. ``others``: the place saves more for others. ``waiting``: waiting counts less.
    center_id : str
        The other center, for ``elsewhere``.
    saves_km, saves_by_it_km : float or None
        What the unit saves by the place, and what it saves if the household is to have it; for ``others``.
    """

    comes: bool
    why_not: str = ""
    center_id: str = ""
    saves_km: float | None = None
    saves_by_it_km: float | None = None


@dataclass(frozen=True)
class Places:
    """How many places more at a center bring the household there; None where none do.

    One place fewer does not.
    """

    center_id: str
    places: int | None


def one_more(group: Group, at: int) -> OneMore:
    """Solve a unit with one place more at a center that is full.

    Parameters
    ----------
    group : Group
        A household and those it stays with.
    at : int
        Position of the center among those that are open.
    """
    stood, number = group.stood, group.number
    cases = int(stood.unit.cases[number])
    then = _with_places(group, at, 1)
    if _comes(group, at, 1, then):
        return OneMore(comes=True)
    if cases > 1 and int(stood.load()[at]) + cases > int(stood.bounds(stood.open)[1][at]) + 1:
        return OneMore(comes=False, why_not="together")
    where = np.flatnonzero(stood.open == then.center[number])
    if where.size and where[0] not in {group.own, at}:
        return OneMore(comes=False, why_not="elsewhere", center_id=str(stood.center_id[where[0]]))
    now = stood.parted
    if stood.unit.cases[then.center >= 0].sum() > stood.unit.cases[now.center >= 0].sum():
        return OneMore(comes=False, why_not="unserved")
    by_it = _there(group, at, 1)
    saves, by_it_saves = now.cost_km - then.cost_km, now.cost_km - by_it.cost_km
    if saves > TIE_KM:
        return OneMore(comes=False, why_not="others", saves_km=saves, saves_by_it_km=by_it_saves)
    return OneMore(comes=False, why_not="waiting" if group.own < 0 else "least")


def places_needed(group: Group, at: int) -> Places:
    """Return how many places more at a center bring a household there.

    Parameters
    ----------
    group, at
        As `one_more`.
    """
    center_id = str(group.stood.center_id[at])

    def comes(places: int) -> bool:
        return _comes(group, at, places, _with_places(group, at, places))

    low, high = 0, 1
    while not comes(high):
        low, high = high, 2 * high
        if low >= MOST_PLACES:
            return Places(center_id, None)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if comes(middle) else (middle, high)
    return Places(center_id, high)


def _with_places(group: Group, at: int, places: int) -> Again:
    center = int(group.stood.open[at])
    return group.stood.again(drawn_to=(group.number, center), room=(center, places), whole=False)


def _there(group: Group, at: int, places: int) -> Again:
    center = int(group.stood.open[at])
    return group.stood.again(only=(group.number, center), room=(center, places), whole=False)


def _comes(group: Group, at: int, places: int, then: Again) -> bool:
    """Tell whether all of a group is at a center by a solution in which most of it may be."""
    if then.center[group.number] != group.stood.open[at]:
        return False
    if group.stood.unit.cases[group.number] == 1:
        return True
    whole = _there(group, at, places)
    return whole.left_out <= then.left_out and whole.cost_km <= then.cost_km + TIE_KM
