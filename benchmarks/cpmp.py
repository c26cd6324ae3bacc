"""`python -m benchmarks.cpmp FILE... --seconds 60`: capacitated p-median instances, one JSON line each.

A file's first line is ``n p``, then ``n`` lines ``x y capacity demand``. What is printed is counted anew from
the assignment, not taken from the solver.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from siting.pmedian import seconds_spent, solve_p_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COLUMNS = 4
TOLERANCE = 1e-9
BROKEN, BAD_FILE = 1, 3


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


def peak_mb() -> float:
    """Return the most memory this process has had resident, MB, as the operating system counts it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve files one after another; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cpmp", description=main.__doc__)
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="lines `n p`, `x y capacity demand`"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for each instance (60)")
    parser.add_argument("--seed", type=int, default=0, help="of every random choice (0)")
    parser.add_argument("--out", type=Path, help="CSV of one instance: point, median (rows, from 0)")
    told = parser.parse_args(arguments)
    if told.out and len(told.files) > 1:
        parser.error("--out takes one FILE")
    if not told.seconds > 0:
        parser.error("--seconds must be above 0")
    code = 0
    for file in told.files:
        try:
            wrong = _one(read_instance(file), told)
        except (ValueError, OSError) as error:
            print(error, file=sys.stderr)
            code = code or BAD_FILE
            continue
        for line in wrong:
            print(f"{file}: {line}", file=sys.stderr)
            code = BROKEN
    return code


def _one(instance: Instance, told: argparse.Namespace) -> list[str]:
    """Solve one instance and print its line; return what is wrong with the answer."""
    since = time.perf_counter()
    found = solve_p_median(
        instance.points,
        instance.capacity,
        instance.demand,
        instance.p,
        rng=np.random.default_rng(told.seed),
        spent=seconds_spent(told.seconds),
    )
    seconds = time.perf_counter() - since
    value, wrong = recount(instance, found.assigned)
    if len(set(found.median.tolist())) != instance.p or not np.isin(found.assigned, found.median).all():
        wrong.append(f"not exactly {instance.p} medians, or a point has none of them")
    line = {
        "instance": instance.name,
        "value": round(value, 4),
        "seconds": round(seconds, 2),
        "peak_mb": round(peak_mb(), 1),
    }
    print(json.dumps(line), flush=True)
    if told.out:
        rows = np.column_stack([np.arange(len(found.assigned)), found.assigned])
        np.savetxt(told.out, rows, fmt="%d", delimiter=",", header="point,median", comments="")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
