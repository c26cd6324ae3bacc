"""Least-cost transport by shortest paths over the centers, compiled.

Starting from any prices, cases over a bound travel along shortest paths to where they are missing, prices
follow (successive shortest paths with potentials; Ahuja, Magnanti and Orlin 1993, chapter 9), and the flow is
optimal over the arcs it was given. From good prices few cases are left to travel, which is what makes a
changed problem cheap to solve again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.heap import grown, pop, push
from allocation.network import FAR, UNMET_MM, Network, know, move, started
from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Paths(NamedTuple):
    """Shortest paths from one node: distance, the node before, whether settled, and nodes reached."""

    distance: NDArray[np.int64]
    previous: NDArray[np.int32]
    settled: NDArray[np.bool_]
    reached: NDArray[np.int32]


@compiled
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
        Bounds. A lower bound out of reach is met as far as possible; the upper bounds must leave room.
    price : ndarray of int64, shape (n_centers,)
        Prices to start from; any do.

    Returns
    -------
    flow : ndarray of int32, shape (n_groups, width)
        Cases on each arc.
    price : ndarray of int64, shape (n_centers,)
        Prices that prove it: no arc in use is dearer, price included, than another of its group.
    """
    net = started(center, cost, cases, lower, upper, price)
    nodes = lower.size + 1
    paths = Paths(
        np.full(nodes, FAR, np.int64),
        np.full(nodes, -1, np.int32),
        np.zeros(nodes, np.bool_),
        np.empty(nodes, np.int32),
    )
    keys, queue = np.empty(8 * nodes, np.int64), np.empty(8 * nodes, np.int32)
    for source in range(nodes):
        while net.excess[source] > 0:
            target, count, keys, queue = _search(net, paths, source, keys, queue)
            _reprice(net, paths, target, count)
            _augment(net, paths, source, target)
            for position in range(count):
                node = paths.reached[position]
                paths.distance[node] = FAR
                paths.settled[node] = False
    end = nodes - 1
    return net.flow.reshape(center.shape), net.price[:end] - net.price[end]


@compiled
def _search(
    net: Network, paths: Paths, source: int, keys: NDArray[np.int64], queue: NDArray[np.int32]
) -> tuple[int, int, NDArray[np.int64], NDArray[np.int32]]:
    """Find the nearest node that lacks cases; return it, how many were reached, and the queue's arrays."""
    end = net.lower.size
    paths.distance[source] = 0
    paths.previous[source] = -1
    paths.reached[0] = source
    count, size = 1, push(keys, queue, 0, 0, source)
    while size > 0:
        here, at = queue[0], keys[0]
        size = pop(keys, queue, size)
        if paths.settled[here]:
            continue
        paths.settled[here] = True
        if net.excess[here] < 0:
            return here, count, keys, queue
        if size + end + 2 > keys.size:
            keys, queue = grown(keys, queue, 2 * keys.size + end)
        if here == end:
            for one in range(end):
                if net.held[one] > 0:
                    step = np.int64(0) if net.held[one] > net.lower[one] else UNMET_MM
                    count, size = _reach(net, paths, here, one, at + step, count, keys, queue, size)
            continue
        if not net.known[here]:
            know(net, here)
        for position in range(net.near_count[here]):
            one = net.near[here, position]
            count, size = _reach(net, paths, here, one, at + net.step[here, one], count, keys, queue, size)
        if net.held[here] < net.upper[here]:
            step = np.int64(0) if net.held[here] >= net.lower[here] else -UNMET_MM
            count, size = _reach(net, paths, here, end, at + step, count, keys, queue, size)
    raise RuntimeError("the upper bounds leave no room")


@compiled
def _reach(
    net: Network,
    paths: Paths,
    here: int,
    there: int,
    unpriced: int,
    count: int,
    keys: NDArray[np.int64],
    queue: NDArray[np.int32],
    size: int,
) -> tuple[int, int]:
    """Note a way from a settled node to another where it is shorter."""
    distance = unpriced + net.price[there] - net.price[here]
    if paths.settled[there] or distance >= paths.distance[there]:
        return count, size
    if paths.distance[there] == FAR:
        paths.reached[count] = there
        count += 1
    paths.distance[there] = distance
    paths.previous[there] = here
    return count, push(keys, queue, size, distance, there)


@compiled
def _reprice(net: Network, paths: Paths, target: int, count: int) -> None:
    farthest = paths.distance[target]
    for position in range(count):
        node = paths.reached[position]
        if paths.settled[node]:
            net.price[node] += farthest - paths.distance[node]


@compiled
def _augment(net: Network, paths: Paths, source: int, target: int) -> None:
    """Move as many cases as the path allows."""
    end = net.lower.size
    amount = min(net.excess[source], -net.excess[target])
    there = target
    while there != source:
        here = paths.previous[there]
        amount = min(amount, _room(net, here, there))
        there = here
    there = target
    while there != source:
        here = paths.previous[there]
        if here == end:
            net.held[there] -= amount
        elif there == end:
            net.held[here] += amount
        else:
            move(net, here, there, amount)
        there = here
    net.excess[source] -= amount
    net.excess[target] += amount


@compiled
def _room(net: Network, here: int, there: int) -> np.int64:
    end = net.lower.size
    if here == end:
        above = net.held[there] - net.lower[there]
        return np.int64(above if above > 0 else net.held[there])
    if there == end:
        lacking = net.lower[here] - net.held[here]
        return np.int64(lacking if lacking > 0 else net.upper[here] - net.held[here])
    return np.int64(net.flow[net.by[here, there]])
