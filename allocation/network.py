"""The residual network of a transport problem, kept between centers alone; compiled.

Groups are many and centers few: moving a case from center ``j`` to ``k`` costs the least difference over
the groups at ``j``, so that shortest paths run over centers. A last node, the end, takes what centers hold
between their bounds. Arcs, nodes and moves are rows of records: arrays side by side would each be carried
through every call, which took most of the time to compile.
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
NO_ARC = -1
"""Ends a list of arcs."""

ARC = np.dtype(
    [
        ("flow", np.int32),  # the cases on it
        ("after", np.int32),  # neighbours in the list of arcs in use at its center
        ("before", np.int32),
    ]
)
NODE = np.dtype(
    [
        ("lower", np.int64),
        ("upper", np.int64),
        ("held", np.int64),  # cases that flow to the end
        ("excess", np.int64),  # cases too many
        ("price", np.int64),  # potential
        ("distance", np.int64),  # from the node a path is sought from
        ("previous", np.int32),  # the node before on that path
        ("place", np.int32),  # in the heap
        ("head", np.int32),  # the first arc in use
        ("steps", np.int32),  # how many centers a case can move to
        ("settled", np.bool_),
        ("known", np.bool_),  # whether its moves are up to date
    ],
    align=True,
)
MOVE = np.dtype(
    [
        ("step", np.int64),  # least cost of moving a case from one center (row) to another (column)
        ("by", np.int32),  # the arc that it leaves
        ("near", np.int32),  # apart from the column: the row's list of centers a case can move to
    ]
)


class Network(NamedTuple):
    """The state of a flow. An arc is numbered ``group * width + position``.

    Attributes
    ----------
    width : int
        Arcs a group, unused ones at the end.
    center, cost : ndarray, shape (n_groups * width,)
        Where an arc leads, and its cost a case.
    arcs : ndarray of `ARC`, shape (n_groups * width,)
        What flows there.
    nodes : ndarray of `NODE`, shape (n_centers + 1,)
        Centers, the end last.
    moves : ndarray of `MOVE`, shape (n_centers, n_centers)
        Between centers.
    queue, reached : ndarray of int32, shape (n_centers + 1,)
        Nodes that wait in the heap, and nodes that the search has met.
    """

    width: int
    center: NDArray[np.int32]
    cost: NDArray[np.int64]
    arcs: NDArray[np.void]
    nodes: NDArray[np.void]
    moves: NDArray[np.void]
    queue: NDArray[np.int32]
    reached: NDArray[np.int32]


def laid_out(
    center: NDArray[np.int32],
    cost: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    price: NDArray[np.int64],
) -> Network:
    """Return a network without flow; arrays as `allocation.transport.transport` takes them."""
    centers = lower.size
    arcs = np.zeros(center.size, ARC)
    nodes = np.zeros(centers + 1, NODE)
    nodes["lower"][:-1], nodes["upper"][:-1], nodes["price"][:-1] = lower, upper, price
    nodes["distance"], nodes["place"], nodes["head"] = FAR, -1, NO_ARC
    moves = np.empty((centers, centers), MOVE)
    moves["step"] = FAR
    reached = np.empty(centers + 1, np.int32)
    return Network(
        center.shape[1], center.ravel(), cost.ravel(), arcs, nodes, moves, np.empty_like(reached), reached
    )


@compiled
def start(net: Network, cases: NDArray[np.int64]) -> None:
    """Send every group over its cheapest arc at the prices; centers hold what their prices say."""
    arcs, nodes, end = net.arcs, net.nodes, net.nodes.size - 1
    for group in range(cases.size):
        best, least = group * net.width, FAR
        for arc in range(group * net.width, (group + 1) * net.width):
            if net.center[arc] < 0:
                break
            worth = net.cost[arc] + nodes[net.center[arc]].price
            if worth < least:
                best, least = arc, worth
        arcs[best].flow = cases[group]
        nodes[net.center[best]].excess += cases[group]
        nodes[end].excess -= cases[group]
        enter(net, best, net.center[best])
    for one in range(end):
        load, price, lower = nodes[one].excess, nodes[one].price, nodes[one].lower
        if price > 0:
            held = nodes[one].upper
        elif price == 0:
            held = min(max(load, lower), nodes[one].upper)
        elif price > -UNMET_MM:
            held = lower
        elif price == -UNMET_MM:
            held = min(load, lower)
        else:
            held = 0
        nodes[one].held = held
        nodes[one].excess -= held
        nodes[end].excess += held


@compiled
def enter(net: Network, arc: int, one: int) -> None:
    """Add an arc to those in use at a center."""
    first = net.nodes[one].head
    net.arcs[arc].after, net.arcs[arc].before = first, NO_ARC
    if first >= 0:
        net.arcs[first].before = arc
    net.nodes[one].head = arc


@compiled
def leave(net: Network, arc: int, one: int) -> None:
    """Take an arc off those in use at a center."""
    left, right = net.arcs[arc].before, net.arcs[arc].after
    if left >= 0:
        net.arcs[left].after = right
    else:
        net.nodes[one].head = right
    if right >= 0:
        net.arcs[right].before = left


@compiled
def offer(net: Network, arc: int, one: int) -> None:
    """Let a group in use at a center offer its moves to others."""
    first = arc - arc % net.width
    own = net.cost[arc]
    for other in range(first, first + net.width):
        to = net.center[other]
        if to < 0:
            break
        step = net.cost[other] - own
        if other != arc and step < net.moves[one, to].step:
            if net.moves[one, to].step == FAR:
                net.moves[one, net.nodes[one].steps].near = to
                net.nodes[one].steps += 1
            net.moves[one, to].step = step
            net.moves[one, to].by = arc


@compiled
def know(net: Network, one: int) -> None:
    """Bring the moves from a center up to date."""
    for position in range(net.nodes[one].steps):
        net.moves[one, net.moves[one, position].near].step = FAR
    net.nodes[one].steps = 0
    arc = net.nodes[one].head
    while arc >= 0:
        offer(net, arc, one)
        arc = net.arcs[arc].after
    net.nodes[one].known = True


@compiled
def move(net: Network, here: int, there: int, amount: int) -> None:
    """Move cases of one group from a center to another."""
    arc = net.moves[here, there].by
    other = arc - arc % net.width
    while net.center[other] != there:
        other += 1
    if net.arcs[other].flow == 0:
        enter(net, other, there)
        if net.nodes[there].known:
            offer(net, other, there)
    net.arcs[other].flow += amount
    net.arcs[arc].flow -= amount
    if net.arcs[arc].flow == 0:
        leave(net, arc, here)
        net.nodes[here].known = False
