"""Whole commands as a user runs them: wall seconds and peak memory of every run, as medians."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.apart import FailedError, ran
from benchmarks.results import Column, Row, markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.asked import Asked

OTHERS = ("mashhad", "tehran", "khuzestan")
HELP_RUNS = 9
SMALL = ("demo", "lorestan", "--scale", "0.05", "--out", "OUT")
PROVINCE_UP_TO = 40_000
SCALES = (1_000, 4_000, 10_000, 40_000, 100_000, 300_000, 1_035_000)
DONE = (0, 4)
"""Exit codes of a plan that was written, not everyone served in the second."""
FIGURES = ("households", "centers", "vacancies", "bound_gap")

COLUMNS = (
    Column("command", "command"),
    Column("runs", "runs"),
    Column("centers", "centers", ","),
    Column("seconds (median)", "seconds", ".2f"),
    Column("peak MB", "peak_mb", ",.0f"),
    Column("proven gap", "bound_gap", ".2%"),
)


def measure(arguments: Sequence[str], *, runs: int) -> Row:
    """Run `siting` with the arguments in a process of its own, several times.

    Parameters
    ----------
    arguments : sequence of str
        As a user types them; ``OUT`` stands for a folder that is removed afterwards.
    runs : int
        How often.

    Returns
    -------
    dict
        ``command``, ``runs``, ``seconds`` (median wall seconds), ``peak_mb`` (median of the largest resident
        size of any one of its processes), figures of the last plan's summary, and its ``stages`` in seconds.

    Raises
    ------
    FailedError
        If a run fails: a figure of failed work is none.
    """
    seconds, peaks = [], []
    told: dict[str, Any] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            ended = ran(["-m", "cli", *(str(out) if one == "OUT" else one for one in arguments)])
            if ended.code not in DONE:
                raise FailedError(f"siting {' '.join(arguments)} {ended.why()}")
            seconds.append(ended.seconds)
            peaks.append(ended.peak_mb)
            told = _told(out)
    return {
        "command": f"siting {' '.join(arguments)}",
        "runs": runs,
        "seconds": round(statistics.median(seconds), 2),
        "peak_mb": round(statistics.median(peaks), 1),
        **told,
    }


def compiled() -> None:
    """Plan something small: no figure is to be taken of compiling, which a machine does once."""
    measure(SMALL, runs=1)


def _told(out: Path) -> dict[str, Any]:
    """Return what a plan folder says of itself; nothing where a command writes none."""
    if not out.is_dir():
        return {}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    stages = json.loads((out / "run_stats.json").read_text(encoding="utf-8"))["seconds"]
    return {**{name: summary[name] for name in FIGURES}, "stages": stages}


def whole(asked: Asked) -> Iterator[Row]:
    """Measure the commands that the README shows."""
    yield measure(["--help"], runs=1 if asked.quick else HELP_RUNS)
    if asked.quick:
        return
    compiled()
    yield measure(["demo", "lorestan", "--out", "OUT"], runs=asked.runs)
    for name in OTHERS if asked.slow else ():
        yield measure(["demo", name, "--out", "OUT"], runs=1)


def scaling(asked: Asked) -> Iterator[Row]:
    """Measure whole commands with the fewest centers, from a few households of a province to a nation's."""
    compiled()
    for households in SCALES[:1] if asked.quick else SCALES:
        name = "lorestan" if households <= PROVINCE_UP_TO else "iran"
        told = ["demo", name, "--households", str(households), "--centers", "fewest", "--out", "OUT"]
        yield measure(told, runs=1)


def table(rows: Iterable[Row]) -> str:
    """Return measurements as a Markdown table."""
    return markdown(COLUMNS, [{**row, "command": f"`{row['command']}`"} for row in rows])
