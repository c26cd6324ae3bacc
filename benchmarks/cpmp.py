"""`python -m benchmarks.cpmp FILE... --seconds 60`: capacitated p-median instances, one JSON line each.

A file's first line is ``n p``, then ``n`` lines ``x y capacity demand``. What is printed is counted anew from
the assignment, not taken from the solver.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.instances import read_instance, recount
from benchmarks.memory import peak_mb
from siting.medians.pmedian import SPLIT_FROM, rounds_spent, seconds_spent, solve_p_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.instances import Instance

BROKEN, BAD_FILE = 1, 3


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
    _compile()
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


def _compile() -> None:
    """Solve something small: compiling, which a machine does once, is none of the seconds."""
    points = np.random.default_rng(0).uniform(0, 1, (50, 2))
    each = np.ones(50)
    for p in (3, SPLIT_FROM):
        rng = np.random.default_rng(0)
        solve_p_median(points, 20 * each, each, p, rng=rng, spent=rounds_spent(2))


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
