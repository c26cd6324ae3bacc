"""Services of a province: shared out with limits, and devices placed to optimality, as whole commands."""

from __future__ import annotations

import csv
import json
import random
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.apart import FailedError, ran
from benchmarks.results import Column, Row, markdown
from benchmarks.whole_process import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.asked import Asked

NEEDS = (
    "vision_screening", "hearing_screening", "genetic_screening", "autism_screening", "marriage_counselling",
    "parenting_counselling",
)  # fmt: skip
"""Services of the shipped catalogue that not every center gives."""
GIVES = 8
"""One center of so many gives such a service."""
ROOM = 1.1
"""Capacity of all givers of a service together, of the households."""
DEVICES, WITHIN_KM = (3, 10, 25), 10
COLUMNS = (
    Column("work", "work"),
    Column("households", "households", ","),
    Column("centers", "centers", ","),
    Column("seconds (median)", "seconds", ".2f"),
    Column("peak MB", "peak_mb", ",.0f"),
    Column("gap, %", "gap_percent", ".4f"),
)


def services(asked: Asked) -> Iterator[Row]:
    """Measure sharing out all services of a province, and placing devices of one of them."""
    households = "2000" if asked.quick else "40000"
    with tempfile.TemporaryDirectory() as temp:
        plan, offers = Path(temp) / "plan", Path(temp) / "offers.csv"
        _run(["demo", "lorestan", "--households", households, "--out", str(plan)])
        centers = write_offers(plan, offers, int(households), seed=0)
        common = {"households": int(households), "centers": centers, "runs": asked.runs}
        out = ["--offers", str(offers), "--overwrite", "--out", f"{temp}/out", "--json"]
        share = ["services", str(plan), *out]
        yield _measured("`siting services`, six with limits", share, asked.runs, common)
        for devices in (number for number in DEVICES if number < centers - centers // GIVES):
            place = ["services", "place", NEEDS[0], str(plan), "--devices", str(devices), "--json"]
            yield _measured(f"{devices} devices, least travel", place, asked.runs, common)
            within = [*place, "--within-km", str(WITHIN_KM)]
            yield _measured(f"{devices} devices, most within {WITHIN_KM} km", within, asked.runs, common)


def write_offers(plan: Path, to: Path, households: int, *, seed: int) -> int:
    """Write offers of `NEEDS` by one center of `GIVES` each, with limits; return how many centers there are.

    Parameters
    ----------
    plan : Path
        Folder of the plan.
    to : Path
        The CSV to write.
    households : int
        In the plan.
    seed : int
        Seed of who gives what.
    """
    with (plan / "centers.csv").open(encoding="utf-8-sig", newline="") as lines:
        centers = [one["center_id"] for one in csv.DictReader(lines)]
    rng = random.Random(seed)  # noqa: S311 - a benchmark
    number = max(1, len(centers) // GIVES)
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["center_id", "service_id", "capacity"])
        for service in NEEDS:
            capacity = round(ROOM * households / number)
            writer.writerows([one, service, capacity] for one in rng.sample(centers, number))
    return len(centers)


def _measured(work: str, arguments: Sequence[str], runs: int, common: Row) -> Row:
    seconds, peaks, gap = [], [], None
    for _ in range(runs):
        ended = _run(arguments)
        seconds.append(ended[0])
        peaks.append(ended[1])
        gap = json.loads(ended[2]).get("bound_gap")
    row = {
        "work": work,
        "seconds": round(statistics.median(seconds), 2),
        "peak_mb": round(statistics.median(peaks), 1),
        **common,
    }
    return row if gap is None else {**row, "gap_percent": round(100 * gap, 4)}


def _run(arguments: Sequence[str]) -> tuple[float, float, str]:
    ended = ran(["-m", "cli", *arguments])
    if ended.code not in DONE:
        raise FailedError(f"siting {' '.join(arguments)} {ended.why()}")
    return ended.seconds, ended.peak_mb, ended.said


def table(rows: Iterable[Row]) -> str:
    """Return measurements as a Markdown table."""
    return markdown(COLUMNS, rows)
