"""`make bench`: measures part by part, prints tables, and renews the parts in benchmarks/results.json."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import (
    beside,
    maps,
    profile_of,
    public,
    running,
    whole_process,
    work_beats,
    work_services,
    work_visits,
)
from benchmarks.apart import FailedError
from benchmarks.asked import Asked, SkippedError
from benchmarks.results import renew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.results import Row

RESULTS = Path(__file__).with_name("results.json")
PARTS: dict[str, tuple[Callable[[Asked], Iterator[Row]], Callable[[list[Row]], str]]] = {
    "whole": (whole_process.whole, whole_process.table),
    "catchments": (beside.catchments, beside.table),
    "flows": (beside.flows, beside.table),
    "medians": (beside.medians, beside.table),
    "sites": (beside.sites, beside.table),
    "cpmp": (public.cpmp, public.table),
    "running": (running.running, running.table),
    "services": (work_services.services, work_services.table),
    "beats": (work_beats.beats, work_beats.table),
    "visits": (work_visits.visits, work_visits.table),
    "maps": (maps.maps, maps.table),
    "scaling": (whole_process.scaling, whole_process.table),
    "profile": (profile_of.profile, profile_of.table),
}
FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; return the exit code. A part that fails or is skipped keeps its figures of before."""
    usual = Asked()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all without")
    parser.add_argument("--quick", action="store_true", help="small sizes alone, to try that it works")
    parser.add_argument("--slow", action="store_true", help="also peers that take minutes, and other demos")
    parser.add_argument("--runs", type=int, default=usual.runs, help="of which seconds are the median (3)")
    parser.add_argument("--seconds", type=_seconds, default=usual.seconds, help="for cpmp (5,15,60)")
    parser.add_argument("--limit", type=float, default=usual.limit_seconds, help="of a peer's solver, s (60)")
    parser.add_argument("--instances", type=Path, default=usual.instances, help="folder of public instances")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to renew")
    told = parser.parse_args(arguments)
    if unknown := [part for part in told.parts if part not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if told.runs < 1:
        parser.error("--runs must be 1 or more")
    asked = Asked(told.quick, told.slow, told.runs, told.seconds, told.limit, told.instances)
    failed = [part for part in told.parts or PARTS if not _measured(part, asked, told.results)]
    return FAILED if failed else 0


def _measured(part: str, asked: Asked, results: Path) -> bool:
    """Measure one part, show and keep its figures; say whether it did not fail."""
    work, table = PARTS[part]
    print(f"\n## {part}\n", flush=True)
    rows: list[Row] = []
    try:
        for row in work(asked):
            rows.append(row)
            print(f"{part}: {len(rows)} done", file=sys.stderr, flush=True)
    except SkippedError as why:
        print(f"skipped: {why}", flush=True)
        return True
    except FailedError as error:
        print(f"failed: {error}; before it:\n{table(rows)}", file=sys.stderr, flush=True)
        return False
    renew(results, part, rows)
    print(table(rows), flush=True)
    return True


def _seconds(words: str) -> tuple[float, ...]:
    """Return seconds told as ``5,15,60``."""
    found = tuple(float(word) for word in words.split(","))
    if not all(one > 0 for one in found):
        raise argparse.ArgumentTypeError("seconds must be above 0")
    return found


if __name__ == "__main__":
    sys.exit(main())
