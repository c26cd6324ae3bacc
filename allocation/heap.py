"""A binary heap of nodes by their distance, for compiled code: a node knows its place and moves up in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@compiled
def lift(nodes: NDArray[np.void], queue: NDArray[np.int32], node: int, size: int) -> int:
    """Put a node where its distance belongs, one that is new or nearer than before; return the size.

    Parameters
    ----------
    nodes : ndarray of records
        With ``distance``, and ``place`` in the heap, -1 outside.
    queue : ndarray of int32
        The heap: numbers of nodes, the nearest first.
    node : int
        The node to be put.
    size : int
        Nodes in the heap.
    """
    at = nodes[node].place
    if at < 0:
        at = size
        size += 1
    own = nodes[node].distance
    while at > 0:
        above = (at - 1) >> 1
        other = queue[above]
        if nodes[other].distance <= own:
            break
        queue[at] = other
        nodes[other].place = at
        at = above
    queue[at] = node
    nodes[node].place = at
    return size


@compiled
def drop(nodes: NDArray[np.void], queue: NDArray[np.int32], size: int) -> int:
    """Take the nearest node off a heap of ``size`` nodes and return its new size."""
    nodes[queue[0]].place = -1
    size -= 1
    if size == 0:
        return 0
    node = queue[size]
    own = nodes[node].distance
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and nodes[queue[below + 1]].distance < nodes[queue[below]].distance:
            below += 1
        other = queue[below]
        if nodes[other].distance >= own:
            break
        queue[at] = other
        nodes[other].place = at
        at = below
    queue[at] = node
    nodes[node].place = at
    return size
