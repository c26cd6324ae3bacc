"""What each facility would take at given multipliers: the kernels of the relaxation, compiled.

Pairs are listed by facility: those of facility ``j`` stand at ``start[j]`` to ``start[j + 1]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def near_pairs(
    cost: NDArray[np.float32], count: int
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """List each point's cheapest pairs, by facility.

    Parameters
    ----------
    cost : ndarray of float32, shape (n, m)
        Cost of one case of each point at each facility, infinite where forbidden.
    count : int
        Pairs of a point that are kept at most, ties with the next left out.

    Returns
    -------
    cap : ndarray of float32, shape (n,)
        Cost below which every pair of the point is listed; infinite where all are.
    start, point, near : ndarray, shapes (m + 1,), (n_pairs,), (n_pairs,)
        Pairs by facility: the point and its cost.
    """
    n, m = cost.shape
    cap = np.full(n, np.inf, np.float32)
    start = np.zeros(m + 1, np.int64)
    for row in range(n):
        if count < m:
            cap[row] = np.partition(cost[row], count)[count]
        for j in range(m):
            if cost[row, j] < cap[row]:
                start[j + 1] += 1
    for j in range(m):
        start[j + 1] += start[j]
    at = start[:-1].copy()
    point, near = np.empty(start[m], np.int32), np.empty(start[m], np.float32)
    for row in range(n):
        for j in range(m):
            if cost[row, j] < cap[row]:
                point[at[j]], near[at[j]] = row, cost[row, j]
                at[j] += 1
    return cap, start, point, near


@compiled
def _wanted(
    first: int,
    last: int,
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    reduced: NDArray[np.float64],
    who: NDArray[np.int32],
) -> int:
    """Gather the pairs of a facility that are worth taking; return how many.

    Every pair is written, and kept by counting it: a branch that nobody can foresee would cost more. The
    arrays have room for one more than there are pairs.
    """
    count = 0
    for pair in range(first, last):
        own = near[pair] - multiplier[point[pair]]
        reduced[count], who[count] = own, point[pair]
        count += int(own < 0)
    return count


@compiled
def _take(
    reduced: NDArray[np.float64],
    who: NDArray[np.int32],
    cases: NDArray[np.float64],
    room: float,
    taken: NDArray[np.float64],
) -> float:
    """Fill a facility at least reduced cost; return its value and set the cases taken of each."""
    total, each = 0.0, True
    for one in range(reduced.size):
        taken[one] = cases[who[one]]
        total += taken[one]
        each &= taken[one] == 1
    if total > room and each:
        return _take_single(reduced, int(room), taken)
    if total > room:
        left = room
        for one in np.argsort(reduced, kind="mergesort"):
            taken[one] = min(taken[one], left)
            left -= taken[one]
    value = 0.0
    for one in range(reduced.size):
        value += reduced[one] * taken[one]
    return value


@compiled
def _take_single(reduced: NDArray[np.float64], room: int, taken: NDArray[np.float64]) -> float:
    """Take the ``room`` least of single cases, the first of equals."""
    if room == 0:
        taken[:] = 0
        return 0.0
    limit = np.partition(reduced, room - 1)[room - 1]
    left, value = room, 0.0
    for one in range(reduced.size):
        taken[one] = 1.0 if reduced[one] < limit else 0.0
        if taken[one] > 0:
            left -= 1
            value += reduced[one]
    for one in range(reduced.size):
        if left == 0:
            break
        if reduced[one] == limit:
            taken[one] = 1.0
            left -= 1
            value += limit
    return value


@compiled
def _least_sum(values: NDArray[np.float64], weight: NDArray[np.float64], count: int, room: float) -> float:
    """Return the least sum of the first ``count`` values when at most ``room`` of their weight is taken.

    Hoare's selection (1961): the values, all negative, are put on either side of a pivot; the lower side is
    taken whole where it fits, else it alone is looked at. Values and weights end in another order.
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
            break
        low = left
    return total


@compiled
def facility_values(
    start: NDArray[np.int64],
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    room: NDArray[np.float64],
    asked: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the least value of each facility asked for, shape (n_asked,): its best (fractional) caseload."""
    longest = 0
    for j in asked:
        longest = max(longest, start[j + 1] - start[j])
    reduced, who, weight = np.empty(longest + 1), np.empty(longest + 1, np.int32), np.empty(longest + 1)
    value = np.zeros(asked.size)
    for number in range(asked.size):
        j = asked[number]
        count = _wanted(start[j], start[j + 1], point, near, multiplier, reduced, who)
        for one in range(count):
            weight[one] = cases[who[one]]
        value[number] = _least_sum(reduced, weight, count, room[j])
    return value


@compiled
def times_served(
    start: NDArray[np.int64],
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    room: NDArray[np.float64],
    picked: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return how often each point is served by the facilities picked, shape (n,)."""
    served = np.zeros(cases.size)
    for j in picked:
        longest = start[j + 1] - start[j]
        reduced, who, taken = np.empty(longest + 1), np.empty(longest + 1, np.int32), np.empty(longest + 1)
        count = _wanted(start[j], start[j + 1], point, near, multiplier, reduced, who)
        _take(reduced[:count], who[:count], cases, room[j], taken[:count])
        for one in range(count):
            served[who[one]] += taken[one] / cases[who[one]]
    return served


@compiled
def full_prices(
    start: NDArray[np.int64],
    point: NDArray[np.int32],
    near: NDArray[np.float32],
    multiplier: NDArray[np.float64],
    cases: NDArray[np.float64],
    room: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what one more place would gain each facility, km a case, shape (m,); 0 where it is not full."""
    price = np.zeros(room.size)
    for j in range(room.size):
        longest = start[j + 1] - start[j]
        reduced, who = np.empty(longest + 1), np.empty(longest + 1, np.int32)
        count = _wanted(start[j], start[j + 1], point, near, multiplier, reduced, who)
        left = room[j]
        for one in np.argsort(reduced[:count], kind="mergesort"):
            left -= cases[who[one]]
            if left <= 0:
                price[j] = -reduced[one]
                break
    return price
