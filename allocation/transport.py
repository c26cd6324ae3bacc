"""Least-cost transport by shortest paths over the centers, compiled.

Starting from any prices, cases over a bound travel along shortest paths to where they are missing, prices
follow (successive shortest paths with potentials; Ahuja, Magnanti and Orlin 1993, chapter 9), and the flow is
optimal over the arcs it was given. From good prices few cases are left to travel, which is what makes a
changed problem cheap to solve again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.heap import drop, lift
from allocation.network import FAR, UNMET_MM, Network, know, laid_out, move, start
from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


def transport(
    center: NDArray[np.int32],
    cost: NDArray[np.int64],
    cases: NDArray[np.int64],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    price: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Send every case over an arc at least cost, every center between its bounds.

    Parameters
    ----------
    center : ndarray of int32, shape (n_groups, width)
        Where each arc leads; `NO_CENTER` after a group's last.
    cost : ndarray of int64, shape (n_groups, width)
        Cost of one case, below ``UNMET_MM / 2``.
    cases : ndarray of int64, shape (n_groups,)
        Cases of each group.
    lower, upper : ndarray of int64, shape (n_centers,)
        Bounds. A lower bound out of reach is met as far as possible.
    price : ndarray of int64, shape (n_centers,)
        Prices to start from; any do.

    Returns
    -------
    flow : ndarray of int32, shape (n_groups, width)
        Cases on each arc.
    price : ndarray of int64, shape (n_centers,)
        Prices that prove it: no arc in use is dearer, price included, than another of its group.

    Raises
    ------
    ValueError
        If the upper bounds leave no room.
    """
    net = laid_out(center, cost, lower, upper, price)
    if not _balance(net, cases):
        raise ValueError("the upper bounds leave no room")
    nodes = net.nodes["price"]
    return net.arcs["flow"].reshape(center.shape), nodes[:-1] - nodes[-1]


@compiled
def _balance(net: Network, cases: NDArray[np.int64]) -> bool:
    """Send what is too much where it is missing; return whether there was a way for all."""
    start(net, cases)
    for source in range(net.nodes.size):
        while net.nodes[source].excess > 0:
            target, count = _search(net, source)
            if target < 0:
                return False
            farthest = net.nodes[target].distance
            for position in range(count):
                node = net.reached[position]
                if net.nodes[node].settled:
                    net.nodes[node].price += farthest - net.nodes[node].distance
                    net.nodes[node].settled = False
                net.nodes[node].distance = FAR
                net.nodes[node].place = -1
            _augment(net, source, target)
    return True


@compiled
def _search(net: Network, source: int) -> tuple[int, int]:
    """Find the nearest node that lacks cases, -1 for none, and how many nodes were reached."""
    nodes, end = net.nodes, net.nodes.size - 1
    nodes[source].distance = 0
    net.reached[0] = source
    count, size = 1, lift(nodes, net.queue, source, 0)
    while size > 0:
        here = net.queue[0]
        size = drop(nodes, net.queue, size)
        nodes[here].settled = True
        if nodes[here].excess < 0:
            return here, count
        if here != end and not nodes[here].known:
            know(net, here)
        held = nodes[here].held
        lists = end if here == end else nodes[here].steps
        # A center's last way leads to the end.
        for position in range(lists + int(here != end and held < nodes[here].upper)):
            if here == end:
                there, held = position, nodes[position].held
                if held == 0:
                    continue
                step = np.int64(0) if held > nodes[there].lower else UNMET_MM
            elif position < lists:
                there = net.moves[here, position].near
                step = net.moves[here, there].step
            else:
                there = end
                step = np.int64(0) if held >= nodes[here].lower else -UNMET_MM
            distance = nodes[here].distance + step + nodes[there].price - nodes[here].price
            if nodes[there].settled or distance >= nodes[there].distance:
                continue
            if nodes[there].distance == FAR:
                net.reached[count] = there
                count += 1
            nodes[there].distance = distance
            nodes[there].previous = here
            size = lift(nodes, net.queue, there, size)
    return -1, count


@compiled
def _augment(net: Network, source: int, target: int) -> None:
    """Move as many cases as the path allows."""
    end = net.nodes.size - 1
    amount = min(net.nodes[source].excess, -net.nodes[target].excess)
    there = target
    while there != source:
        here = net.nodes[there].previous
        amount = min(amount, _room(net, here, there))
        there = here
    there = target
    while there != source:
        here = net.nodes[there].previous
        if here == end:
            net.nodes[there].held -= amount
        elif there == end:
            net.nodes[here].held += amount
        else:
            move(net, here, there, amount)
        there = here
    net.nodes[source].excess -= amount
    net.nodes[target].excess += amount


@compiled
def _room(net: Network, here: int, there: int) -> int:
    end = net.nodes.size - 1
    if here == end:
        above = net.nodes[there].held - net.nodes[there].lower
        return int(above if above > 0 else net.nodes[there].held)
    if there == end:
        lacking = net.nodes[here].lower - net.nodes[here].held
        return int(lacking if lacking > 0 else net.nodes[here].upper - net.nodes[here].held)
    return int(net.arcs[net.moves[here, there].by].flow)
