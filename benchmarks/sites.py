"""`python -m benchmarks.sites --households N --applicants M --centers P`: a site choice, one JSON line.

Every applicant has five sites; at most one of them opens, for 150 to 450 cases. What is printed is counted
anew from the assignment; ``gap`` is how far it may lie above the best possible at most, by the proven bound.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.cpmp import BAD_FILE, BROKEN
from benchmarks.landscape import LEAST, MOST
from benchmarks.memory import peak_mb
from benchmarks.site_case import make
from benchmarks.site_problem import chosen, problem_of
from siting.plan import plan_sites

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose sites of made-up applicants; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sites", description=main.__doc__)
    parser.add_argument("--households", type=int, required=True, help="one case each, in towns")
    parser.add_argument("--applicants", type=int, required=True, help="with five sites each")
    parser.add_argument("--centers", type=int, required=True, help="sites to open")
    parser.add_argument("--seed", type=int, default=0, help="of the land and of every random draw")
    asked = parser.parse_args(arguments)
    n, k = asked.households, asked.centers
    if not (0 < k <= asked.applicants and k * LEAST <= n <= k * MOST):
        print(
            f"{asked.applicants} applicants and {n} households do not make {k} centers of {LEAST} to {MOST}",
            file=sys.stderr,
        )
        return BAD_FILE
    case = make(n, asked.applicants, k, seed=asked.seed)
    problem = problem_of(case)
    since = time.perf_counter()
    plan = plan_sites(problem, seed=asked.seed)
    seconds = time.perf_counter() - since
    try:
        value = case.recount(chosen(case, plan))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return BROKEN
    line = {
        "instance": f"sites-{n}-{asked.applicants}-{k}-{asked.seed}",
        "value": round(value, 3),
        "gap": None if plan.bound_gap is None else round(plan.bound_gap, 6),
        "seconds": round(seconds, 3),
        "peak_mb": round(peak_mb(), 1),
    }
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
