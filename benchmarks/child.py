"""`python -m benchmarks.child MODULE:FUNCTION JSON`: one piece of work in a process of its own."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Do a piece of work several times; print the median of its seconds and what it is worth."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.child", description=main.__doc__)
    parser.add_argument("function", help="MODULE:FUNCTION that returns a `Work`")
    parser.add_argument("arguments", type=json.loads, help="what to call it with, JSON")
    parser.add_argument("--warm", type=json.loads, help="likewise for a small work that is done before")
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args(arguments)
    module, _, name = asked.function.partition(":")
    function = getattr(import_module(module), name)
    if asked.warm is not None:
        function(**asked.warm).run()
    work = function(**asked.arguments)
    seconds = []
    for _ in range(asked.runs):
        since = time.perf_counter()
        found = work.run()
        seconds.append(time.perf_counter() - since)
    median = round(statistics.median(seconds), 6)
    print(json.dumps({"seconds": median, "runs": asked.runs, **work.recount(found)}))


if __name__ == "__main__":
    main()
