"""Whole commands as a user runs them: wall seconds and peak memory of every run, as medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One command over several runs.

    Attributes
    ----------
    command : str
        As a user types it.
    runs : int
        Runs that were counted.
    seconds : float
        Median wall seconds.
    peak_mb : float
        Median of the largest resident size of any one of its processes, MB.
    """

    command: str
    runs: int
    seconds: float
    peak_mb: float


def measure(arguments: list[str], *, runs: int) -> Measured:
    """Run `siting` with the arguments in a process of its own, several times.

    Raises
    ------
    RuntimeError
        If a run fails: a figure of failed work is none.
    """
    seconds, peaks = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            told = [one.replace("OUT", str(Path(folder) / "out")) for one in arguments]
            command = [sys.executable, "-m", "cli", *told]
            since = time.perf_counter()
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.perf_counter() - since)
            peaks.append(usage.ru_maxrss / 1024)
            if child.returncode not in (0, 4):
                raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}")
    typed = "siting " + " ".join(arguments)
    return Measured(typed, runs, round(statistics.median(seconds), 2), round(statistics.median(peaks), 1))


def table(measured: list[Measured]) -> str:
    """Return measurements as a Markdown table."""
    lines = ["| command | runs | seconds (median) | peak MB |", "| --- | --- | --- | --- |"]
    lines += [f"| `{one.command}` | {one.runs} | {one.seconds} | {one.peak_mb} |" for one in measured]
    return "\n".join(lines)


def rows(measured: list[Measured]) -> list[dict[str, object]]:
    """Return measurements as plain values."""
    return [asdict(one) for one in measured]
