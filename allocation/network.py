"""The residual network of a transport problem, kept between centers alone; compiled.

Groups are many and centers few: moving a case from center ``j`` to ``k`` costs the least difference over
the groups at ``j``, so that shortest paths run over centers. A last node, the end, takes what centers hold
between their bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR = np.int64(1) << 60
"""Farther than any path."""
UNMET_MM = np.int64(1) << 42
"""Cost of a case that a center lacks to its lower bound, above every pair that may be used."""
NO_CENTER = -1
"""Fills a group's arcs up; nothing follows it."""


class Network(NamedTuple):
    """The state of a flow. An arc is numbered ``group * width + position``.

    Attributes
    ----------
    width : int
        Arcs a group, unused ones at the end.
    center, cost, flow : ndarray, shape (n_groups * width,)
        Where an arc leads, its cost a case, the cases on it.
    head, after, before : ndarray of int32
        The arcs in use at each center, a linked list: first, next and previous; -1 for none.
    lower, upper : ndarray of int64, shape (n_centers,)
        Bounds.
    held : ndarray of int64, shape (n_centers,)
        Cases of each center that flow to the end.
    excess : ndarray of int64, shape (n_centers + 1,)
        Cases too many at each node, the end last.
    price : ndarray of int64, shape (n_centers + 1,)
        Potentials.
    step, by : ndarray, shape (n_centers, n_centers)
        Least cost of moving a case from a center to another, and the arc it leaves.
    near, near_count, known : ndarray
        The centers a case can move to from each, how many, and whether its row is up to date.
    """

    width: int
    center: NDArray[np.int32]
    cost: NDArray[np.int64]
    flow: NDArray[np.int32]
    head: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    held: NDArray[np.int64]
    excess: NDArray[np.int64]
    price: NDArray[np.int64]
    step: NDArray[np.int64]
    by: NDArray[np.int32]
    near: NDArray[np.int32]
    near_count: NDArray[np.int32]
    known: NDArray[np.bool_]


@compiled
def started(
    center: NDArray[np.int32],
    cost: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    price: NDArray[np.int64],
) -> Network:
    """Send every group over its cheapest arc at the prices; centers hold what their prices say."""
    arcs, width, centers = center.size, center.shape[1], lower.size
    net = Network(
        width,
        center.ravel(),
        cost.ravel(),
        np.zeros(arcs, np.int32),
        np.full(centers, -1, np.int32),
        np.empty(arcs, np.int32),
        np.empty(arcs, np.int32),
        lower,
        upper,
        np.zeros(centers, np.int64),
        np.zeros(centers + 1, np.int64),
        np.zeros(centers + 1, np.int64),
        np.full((centers, centers), FAR, np.int64),
        np.full((centers, centers), -1, np.int32),
        np.empty((centers, centers), np.int32),
        np.zeros(centers, np.int32),
        np.zeros(centers, np.bool_),
    )
    net.price[:centers] = price
    for group in range(cases.size):
        best, least = group * width, FAR
        for arc in range(group * width, (group + 1) * width):
            if net.center[arc] < 0:
                break
            worth = net.cost[arc] + price[net.center[arc]]
            if worth < least:
                best, least = arc, worth
        net.flow[best] = cases[group]
        net.excess[net.center[best]] += cases[group]
        enter(net, best, net.center[best])
    net.excess[centers] = -cases.sum()
    for one in range(centers):
        load = net.excess[one]
        if price[one] > 0:
            held = upper[one]
        elif price[one] == 0:
            held = min(max(load, lower[one]), upper[one])
        elif price[one] > -UNMET_MM:
            held = lower[one]
        elif price[one] == -UNMET_MM:
            held = min(load, lower[one])
        else:
            held = 0
        net.held[one] = held
        net.excess[one] -= held
        net.excess[centers] += held
    return net


@compiled
def enter(net: Network, arc: int, one: int) -> None:
    """Add an arc to those in use at a center."""
    first = net.head[one]
    net.after[arc], net.before[arc] = first, -1
    if first >= 0:
        net.before[first] = arc
    net.head[one] = arc


@compiled
def leave(net: Network, arc: int, one: int) -> None:
    """Take an arc off those in use at a center."""
    left, right = net.before[arc], net.after[arc]
    if left >= 0:
        net.after[left] = right
    else:
        net.head[one] = right
    if right >= 0:
        net.before[right] = left


@compiled
def offer(net: Network, arc: int, one: int) -> None:
    """Let a group in use at a center offer its moves to others."""
    first = arc - arc % net.width
    for other in range(first, first + net.width):
        to = net.center[other]
        if to < 0:
            break
        step = net.cost[other] - net.cost[arc]
        if other != arc and step < net.step[one, to]:
            if net.step[one, to] == FAR:
                net.near[one, net.near_count[one]] = to
                net.near_count[one] += 1
            net.step[one, to] = step
            net.by[one, to] = arc


@compiled
def know(net: Network, one: int) -> None:
    """Bring the moves from a center up to date."""
    for position in range(net.near_count[one]):
        net.step[one, net.near[one, position]] = FAR
    net.near_count[one] = 0
    arc = net.head[one]
    while arc >= 0:
        offer(net, arc, one)
        arc = net.after[arc]
    net.known[one] = True


@compiled
def move(net: Network, here: int, there: int, amount: int) -> None:
    """Move cases of one group from a center to another."""
    arc = net.by[here, there]
    other = arc - arc % net.width
    while net.center[other] != there:
        other += 1
    if net.flow[other] == 0:
        enter(net, other, there)
        if net.known[there]:
            offer(net, other, there)
    net.flow[other] += amount
    net.flow[arc] -= amount
    if net.flow[arc] == 0:
        leave(net, arc, here)
        net.known[here] = False
