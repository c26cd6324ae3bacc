"""A binary heap of (key, node) in two arrays, for compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def push(keys: NDArray[np.int64], nodes: NDArray[np.int32], size: int, key: int, node: int) -> int:
    """Add a node to a heap of ``size`` entries and return its new size; the arrays have room for it."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], nodes[at] = keys[above], nodes[above]
        at = above
    keys[at], nodes[at] = key, node
    return size + 1


@compiled
def pop(keys: NDArray[np.int64], nodes: NDArray[np.int32], size: int) -> int:
    """Take the first entry off a heap of ``size`` entries and return its new size."""
    size -= 1
    key, node = keys[size], nodes[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], nodes[at] = keys[below], nodes[below]
        at = below
    keys[at], nodes[at] = key, node
    return size


@compiled
def grown(
    keys: NDArray[np.int64], nodes: NDArray[np.int32], room: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the arrays of a heap with room for so many entries."""
    more_keys, more_nodes = np.empty(room, np.int64), np.empty(room, np.int32)
    more_keys[: keys.size] = keys
    more_nodes[: nodes.size] = nodes
    return more_keys, more_nodes
