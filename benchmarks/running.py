"""A running network: proposing and applying a month of moves as whole commands, and how its record grows."""

from __future__ import annotations

import csv
import shutil
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

SHARE = 0.01
"""Households that move, of all."""
ABROAD = 0.1
"""Of these, those that may go to another province."""
NEAR_DEGREES = 0.002
"""Standard deviation of where a family goes from the door of another, degrees."""
SMALL, NATION = ["--scale", "0.05"], ["--households", "1035000", "--centers", "fewest"]
COLUMNS = (
    Column("work", "work"),
    Column("of", "of"),
    Column("households", "households", ","),
    Column("moved", "moved", ","),
    Column("seconds (median)", "seconds", ".2f"),
    Column("peak MB", "peak_mb", ",.0f"),
    Column("record grows, MB", "grows_mb", ".2f"),
)


def running(asked: Asked) -> Iterator[Row]:
    """Measure proposing and applying moves of `SHARE` of the households of a province, and of a nation."""
    wanted = [("lorestan", ["--households", "2000" if asked.quick else "40000"], asked.runs)]
    if asked.quick or asked.slow:
        wanted.append(("iran", SMALL if asked.quick else NATION, 1))
    for name, size, runs in wanted:
        with tempfile.TemporaryDirectory() as temp:
            plan = Path(temp) / "plan"
            _run(["demo", name, *size, "--out", str(plan)])
            households, moved = write_moves(
                plan / "input" / "households.csv", Path(temp) / "moves.csv", seed=0
            )
            common = {"of": name, "households": households, "moved": moved}
            yield from _measured(Path(temp), plan, runs, common)


def write_moves(households: Path, to: Path, *, seed: int) -> tuple[int, int]:
    """Write moves of `SHARE` of the households of a file to near the doors of others; return both numbers.

    `ABROAD` of them go to any door, the others to one in their own province.

    Parameters
    ----------
    households : Path
        CSV of a demo, with ``household_id``, ``lon``, ``lat``, ``province``.
    to : Path
        The CSV to write.
    seed : int
        Seed of who moves where.
    """
    import numpy as np  # noqa: PLC0415 - what starts and measures processes stays light

    with households.open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.DictReader(lines))
    rows = [(one["household_id"], float(one["lon"]), float(one["lat"])) for one in told]
    province = np.array([one["province"] for one in told])
    rng = np.random.default_rng(seed)
    count = max(1, round(SHARE * len(rows)))
    who, doors = rng.choice(len(rows), count, replace=False), rng.choice(len(rows), count)
    away = rng.normal(0, NEAR_DEGREES, (count, 2))
    stays = (rng.random(count) >= ABROAD) & (province[who] != province[doors])
    for name in np.unique(province[who[stays]]):
        own = np.flatnonzero(stays & (province[who] == name))
        doors[own] = rng.choice(np.flatnonzero(province == name), len(own))
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["household_id", "date", "event", "lon", "lat"])
        for one, door, (east, north) in zip(who, doors, away, strict=True):
            lon, lat = rows[door][1] + east, rows[door][2] + north
            writer.writerow([rows[one][0], "2026-10-01", "move", round(lon, 6), round(lat, 6)])
    return len(rows), count


def _measured(temp: Path, plan: Path, runs: int, common: Row) -> Iterator[Row]:
    seconds: dict[str, list[float]] = {"rebalance": [], "apply": []}
    peaks: dict[str, list[float]] = {"rebalance": [], "apply": []}
    grown = []
    for number in range(runs):
        copy, proposal = temp / f"copy{number}", temp / f"proposal{number}"
        shutil.copytree(plan, copy)
        before = _record_bytes(copy)
        moves = ["--moves", str(temp / "moves.csv"), "--out", str(proposal)]
        for name, arguments in (
            ("rebalance", ["rebalance", str(copy), *moves]),
            ("apply", ["apply", str(copy), str(proposal)]),
        ):
            took, peak_mb = _run(arguments)
            seconds[name].append(took)
            peaks[name].append(peak_mb)
        grown.append((_record_bytes(copy) - before) / 1e6)
        shutil.rmtree(copy)
    for name, took_each in seconds.items():
        row = {
            "work": f"`siting {name}`",
            "runs": runs,
            "seconds": round(statistics.median(took_each), 2),
            "peak_mb": round(statistics.median(peaks[name]), 1),
            **common,
        }
        yield row | ({"grows_mb": round(statistics.median(grown), 3)} if name == "apply" else {})


def _record_bytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("casebook.gpkg"))


def _run(arguments: Sequence[str]) -> tuple[float, float]:
    ended = ran(["-m", "cli", *arguments])
    if ended.code not in DONE:
        raise FailedError(f"siting {' '.join(arguments)} {ended.why()}")
    return ended.seconds, ended.peak_mb


def table(rows: Iterable[Row]) -> str:
    """Return measurements as a Markdown table."""
    return markdown(COLUMNS, rows)
