"""`python -m benchmarks.catchments POINTS.csv --centers K --min 150 --max 450`: catchments, one JSON line.

The file has the columns ``x_km`` and ``y_km``. What is printed is counted anew from the assignment: every
point's distance to the best point (the geometric median) of its catchment.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.cpmp import BAD_FILE, BROKEN
from benchmarks.memory import peak_mb
from benchmarks.travel import travel_km
from siting.medians.catchments import Bounds, divide
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

steadily = one_threaded(divide)
METRES = 1000.0
FARTHEST_KM = 100_000.0
MOST_CASES = 10**9


def read_points(file: Path) -> NDArray[np.float64]:
    """Return the points of a file, shape (n, 2), km.

    Raises
    ------
    ValueError
        If it is no such file; says why in a sentence.
    """
    try:
        table = pd.read_csv(file)
        points = table[["x_km", "y_km"]].to_numpy(dtype=float)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{file}: needs the columns x_km and y_km: {error}") from None
    if not len(points):
        raise ValueError(f"{file}: has no points")
    wrong = np.flatnonzero(~(np.abs(points) <= FARTHEST_KM).all(axis=1))
    if wrong.size:
        raise ValueError(f"{file}:{wrong[0] + 2}: is no point within {FARTHEST_KM:,.0f} km of the origin")
    return points


def _compile() -> None:
    """Divide something small: compiling, which a machine does once, is none of the seconds."""
    corners = np.random.default_rng(0).uniform(0, METRES, (40, 2))
    few = Bounds(np.full(2, 10), np.full(2, 30), np.empty((0, 2)))
    steadily(corners, np.ones(40, np.int64), few, rng=np.random.default_rng(0))


def main(arguments: Sequence[str] | None = None) -> int:
    """Divide the points of a file into catchments; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catchments", description=main.__doc__)
    parser.add_argument("points", type=Path, help="CSV with x_km and y_km")
    parser.add_argument("--centers", type=int, required=True, help="how many catchments")
    parser.add_argument("--min", type=int, default=150, help="fewest points a catchment")
    parser.add_argument("--max", type=int, default=450, help="most points a catchment")
    parser.add_argument("--seed", type=int, default=0, help="seed of every random draw")
    parser.add_argument("--out", type=Path, help="CSV of the assignment: point, median (the catchment)")
    asked = parser.parse_args(arguments)
    try:
        points = read_points(asked.points)
    except ValueError as error:
        print(error, file=sys.stderr)
        return BAD_FILE
    k, n = asked.centers, len(points)
    if not (k > 0 and 0 <= asked.min <= asked.max <= MOST_CASES and k * asked.min <= n <= k * asked.max):
        print(f"{n} points do not make {k} catchments of {asked.min} to {asked.max}", file=sys.stderr)
        return BAD_FILE
    bounds = Bounds(np.full(k, asked.min), np.full(k, asked.max), np.empty((0, 2)))
    _compile()
    since = time.perf_counter()
    found = steadily(points * METRES, np.ones(n, np.int64), bounds, rng=np.random.default_rng(asked.seed))
    seconds = time.perf_counter() - since
    whose = np.full(n, -1)
    whose[found.point] = found.center
    load = np.bincount(whose[whose >= 0], minlength=k)
    if (whose < 0).any() or load.min() < asked.min or load.max() > asked.max:
        print("a point has no catchment, or a catchment is out of bounds", file=sys.stderr)
        return BROKEN
    line = {
        "instance": asked.points.stem,
        "value": round(travel_km(points, whose), 3),
        "seconds": round(seconds, 3),
        "peak_mb": round(peak_mb(), 1),
    }
    print(json.dumps(line))
    if asked.out is not None:
        pd.DataFrame({"point": np.arange(n), "median": whose}).to_csv(asked.out, index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
