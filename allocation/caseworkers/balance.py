"""Beats made even where whole groups keep the flow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.caseworkers.charge import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.flow import Transport


def evened(task: Transport, owner: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return owners whose loads differ by the largest group at most, and give room to who has none.

    Who has none goes, the largest first, where it is cheapest among those with room. Then, while two loads
    differ by more than the largest group, the group that costs least to move goes from the highest to the
    lowest: the highest falls and none rises above it, so that it ends.

    Parameters
    ----------
    task : Transport
        Groups and what they cost at each beat.
    owner : ndarray of int, shape (n_groups,)
        Beat of each group, or `NOBODY`.
    most : int
        Cases of a beat at most.
    """
    owner, cases = owner.copy(), task.cases
    load = task.load(owner, cases)
    waiting = np.flatnonzero(owner == NOBODY)
    for group in waiting[np.argsort(-cases[waiting], kind="stable")]:
        able = load + cases[group] <= most
        if able.any():
            owner[group] = int(np.where(able, task.cost_mm[group], np.iinfo(np.int64).max).argmin())
            load[owner[group]] += cases[group]
    largest = int(cases.max(initial=1))
    while load.max() - load.min() > largest:
        high, low = int(load.argmax()), int(load.argmin())
        own = np.flatnonzero(owner == high)
        dearer = task.cost_mm[own, low] - task.cost_mm[own, high]
        group = own[int(dearer.argmin())]
        owner[group] = low
        load[[high, low]] += [-cases[group], cases[group]]
    return owner


def first_fit(cases: NDArray[np.int64], k: int, most: int) -> NDArray[np.int64]:
    """Return a beat of ``k`` for each household, the largest first, each to the first that has room.

    Parameters
    ----------
    cases : ndarray of int, shape (n,)
        Cases of each household.
    k : int
        Beats.
    most : int
        Cases of a beat at most.

    Returns
    -------
    ndarray of int, shape (n,)
        `NOBODY` where no beat has room.
    """
    owner, room = np.full(len(cases), NOBODY, np.int64), np.full(k, most, np.int64)
    for one in np.argsort(-cases, kind="stable"):
        able = np.flatnonzero(room >= cases[one])
        if able.size:
            owner[one] = able[0]
            room[able[0]] -= cases[one]
    return owner
