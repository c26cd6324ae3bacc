"""Capacitated p-median instances: read, and answers to them recounted; knows no engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.landscape import towns

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

COLUMNS = 4
TOLERANCE = 1e-9
ROOM = 1.2
"""Capacity of all medians of made-up towns together, by the demand."""


class BadInstanceError(ValueError):
    """A file that is no instance; says why in a sentence."""


@dataclass(frozen=True)
class Instance:
    """A capacitated p-median instance.

    Attributes
    ----------
    name : str
        The file's name without its ending.
    points : ndarray of float, shape (n, 2)
        Where the points are.
    capacity, demand : ndarray of float, shape (n,)
        What each point can serve as a median, and what it asks.
    p : int
        Medians.
    """

    name: str
    points: NDArray[np.float64]
    capacity: NDArray[np.float64]
    demand: NDArray[np.float64]
    p: int


def read_instance(file: Path) -> Instance:
    """Read a file.

    Raises
    ------
    BadInstanceError
        If it cannot be read or is no instance.
    """
    try:
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInstanceError(f"{file}: cannot be read: {error}") from None
    try:
        n, p = (int(word) for word in lines[0])
        rows = np.array([[float(word) for word in line] for line in lines[1:]]).reshape(-1, COLUMNS)
    except (IndexError, ValueError):
        raise BadInstanceError(f"{file}: needs a line `n p`, then lines `x y capacity demand`") from None
    if len(rows) != n:
        raise BadInstanceError(f"{file}: says {n} points and has {len(rows)}")
    if not np.isfinite(rows).all():
        raise BadInstanceError(f"{file}: a number is not finite")
    return Instance(file.stem, rows[:, :2].copy(), rows[:, 2].copy(), rows[:, 3].copy(), p)


def recount(instance: Instance, assigned: NDArray[np.int64]) -> tuple[float, list[str]]:
    """Return the distance that an assignment adds up to, and what is wrong with it.

    Parameters
    ----------
    instance : Instance
        The instance.
    assigned : ndarray of int, shape (n,)
        Row of the median of each point.
    """
    n = len(instance.points)
    if assigned.shape != (n,) or ((assigned < 0) | (assigned >= n)).any():
        return math.nan, ["not every point has one of the points as its median"]
    wrong = []
    medians = sorted(set(assigned.tolist()))
    if len(medians) > instance.p:
        wrong.append(f"{len(medians)} medians instead of {instance.p}")
    load: dict[int, float] = dict.fromkeys(medians, 0.0)
    value = 0.0
    for i, median in enumerate(assigned.tolist()):
        load[median] += float(instance.demand[i])
        value += math.dist(instance.points[i], instance.points[median])
    for median, held in load.items():
        if held > instance.capacity[median] * (1 + TOLERANCE):
            wrong.append(f"median {median} serves {held:g} and may serve {instance.capacity[median]:g}")
    return value, wrong


def made_up(n: int, p: int, seed: int) -> Instance:
    """Return people in towns (km), a unit of demand each, p of them to become medians of little room."""
    capacity = np.full(n, float(math.ceil(ROOM * n / p)))
    points = towns(n, np.random.default_rng(seed))
    return Instance(f"towns-{n}-{p}", points, capacity, np.ones(n), p)


def counted(case: Instance, assigned: NDArray[np.int64]) -> dict[str, Any]:
    """Return what an assignment to medians adds up to, as figures.

    Raises
    ------
    RuntimeError
        If it breaks a rule.
    """
    value, wrong = recount(case, assigned)
    if wrong:
        raise RuntimeError("; ".join(wrong))
    return {"value": round(value, 3)}
