"""What each facility would take at given multipliers: the kernels of the relaxation, compiled.

Pairs are listed by facility: those of facility ``j`` stand at ``start[j]`` to ``start[j + 1]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


ROWS = 4096
"""Points whose costs are put in order at a time."""


def near_pairs(
    cost: NDArray[np.float32], count: int, cases: NDArray[np.float64], few: float
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """List each point's cheapest pairs, by facility.

    Parameters
    ----------
    cost : ndarray of float32, shape (n, m)
        Cost of one case of each point at each facility, infinite where forbidden.
    count : int
        Pairs of a point that are kept at most, ties with the next left out.
    cases : ndarray of float, shape (n,)
        Cases of each point.
    few : float
        A facility that fewer cases than this are listed for lists every point.

    Returns
    -------
    cap : ndarray of float32, shape (n,)
        Cost below which every pair of the point is listed; infinite where all are.
    start, point, near : ndarray, shapes (m + 1,), (n_pairs,), (n_pairs,)
        Pairs by facility: the point and its cost.
    """
    n, m = cost.shape
    cap = np.full(n, np.inf, np.float32)
    listed, held = np.zeros(m, np.int64), np.zeros(m)
    for first in range(0, n, ROWS):
        own = slice(first, first + ROWS)
        if count < m:
            cap[own] = np.partition(cost[own], count, axis=1)[:, count]
        near_by = cost[own] < cap[own, np.newaxis]
        listed += near_by.sum(axis=0)
        held += cases[own] @ near_by
    whole = held < few
    listed[whole] = n
    start = np.zeros(m + 1, np.int64)
    np.cumsum(listed, out=start[1:])
    point, near, filled = np.empty(start[m], np.int32), np.empty(start[m], np.float32), start[:m].copy()
    for first in range(0, n, ROWS):
        some = cost[first : first + ROWS]
        facility, row = np.nonzero(((some < cap[first : first + ROWS, np.newaxis]) | whole).T)
        added = np.bincount(facility, minlength=m)
        # Pairs come facility by facility; those of each go behind what it has.
        at = np.arange(len(row)) + (filled - (np.cumsum(added) - added))[facility]
        point[at], near[at] = first + row, some[row, facility]
        filled += added
    return cap, start, point, near


@compiled
def _wanted(
    first: int,
    last: int,
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    reduced: NDArray[np.float64],
    weight: NDArray[np.float64],
    below: float,
) -> int:
    """Gather the pairs of a facility whose reduced cost lies below a value; return how many.

    Every pair is written, and kept by counting it: a branch that nobody can foresee would cost more. The
    arrays have room for one more than there are pairs.
    """
    count = 0
    for pair in range(first, last):
        own = near[pair] - multiplier[point[pair]]
        reduced[count], weight[count] = own, cases[point[pair]]
        count += int(own < below)
    return count


@compiled
def select(
    values: NDArray[np.float64], weight: NDArray[np.float64], count: int, room: float
) -> tuple[float, float]:
    """Take at most ``room`` of the weight of the first ``count`` values, the least values first.

    Hoare's selection (1961): the values are put on either side of a pivot; the lower side is
    taken whole where it fits, else it alone is looked at. Values and weights end in another order.

    Returns
    -------
    total : float
        Sum of what is taken.
    last : float
        The value at which the room ends, 0 where all are taken: what is less is taken whole.
    """
    total, low, high = 0.0, 0, count - 1
    while low <= high:
        middle = values[(low + high) >> 1]
        pivot = max(min(values[low], middle), min(max(values[low], middle), values[high]))
        left, right = low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                weight[left], weight[right] = weight[right], weight[left]
                left += 1
                right -= 1
        below = 0.0
        for one in range(low, right + 1):
            below += weight[one]
        if below > room:
            high = right
            continue
        for one in range(low, right + 1):
            total += values[one] * weight[one]
        room -= below
        for one in range(right + 1, left):
            taken = min(weight[one], room)
            total += values[one] * taken
            room -= taken
        if room <= 0:
            return total, pivot
        low = left
    return total, 0.0


@compiled
def facility_values(
    start: NDArray[np.int64],
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    least: NDArray[np.float64],
    room: NDArray[np.float64],
    asked: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each facility asked for gains from its best (fractional) caseload.

    Parameters
    ----------
    start, point, near
        As `near_pairs` returned them.
    multiplier, cases : ndarray, shape (n,)
        What a case of each point pays, km, and how many it has.
    least, room : ndarray, shape (m,)
        Least and most cases of each facility.
    asked : ndarray of int
        Facilities.

    Returns
    -------
    value : ndarray, shape (n_asked,)
        The least sum of reduced costs, km.
    last : ndarray, shape (n_asked,)
        Reduced cost of its last case, km: negative where it is full, positive where it takes cases to have
        its least, infinite where it takes all, else 0.
    """
    longest = 0
    for j in asked:
        longest = max(longest, start[j + 1] - start[j])
    reduced, weight = np.empty(longest + 1), np.empty(longest + 1)
    value, last = np.empty(asked.size), np.empty(asked.size)
    for number in range(asked.size):
        j = asked[number]
        count = _wanted(start[j], start[j + 1], point, near, multiplier, cases, reduced, weight, 0.0)
        if least[j] == 0 or weight[:count].sum() >= least[j]:
            value[number], last[number] = select(reduced, weight, count, room[j])
            continue
        count = _wanted(start[j], start[j + 1], point, near, multiplier, cases, reduced, weight, np.inf)
        value[number], last[number] = select(reduced, weight, count, least[j])
        if weight[:count].sum() <= least[j]:
            last[number] = np.inf
    return value, last


@compiled
def times_served(
    start: NDArray[np.int64],
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    least: NDArray[np.float64],
    room: NDArray[np.float64],
    picked: NDArray[np.int64],
    last: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how often each point is served by the facilities picked, shape (n,).

    Parameters
    ----------
    start, point, near, multiplier, cases, least, room
        As `facility_values`.
    picked : ndarray of int, shape (k,)
        Facilities.
    last : ndarray, shape (k,)
        As `facility_values` returned it for these.
    """
    served = np.zeros(cases.size)
    for number in range(picked.size):
        j, limit = picked[number], last[number]
        left = least[j] if limit > 0 else room[j]
        for equal in range(2):
            for pair in range(start[j], start[j + 1]):
                one = point[pair]
                own = near[pair] - multiplier[one]
                if (own == limit and limit != 0) if equal else own < limit:
                    taken = min(cases[one], left)
                    served[one] += taken / cases[one]
                    left -= taken
    return served
