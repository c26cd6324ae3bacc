"""The part of the public capacitated p-median instances: what we reach in some seconds, by the best known."""

from __future__ import annotations

import csv
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.apart import Call, json_line
from benchmarks.asked import SkippedError
from benchmarks.results import Column, Row, markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.asked import Asked

BEST_KNOWN = Path(__file__).with_name("cpmp_best_known.csv")
COMPILE = Call("benchmarks.ours:medians", {"n": 50, "p": 3, "seed": 0, "rounds": 2})
QUICK = ("SJC1", "lin318_005")
QUICK_SECONDS = (1.0,)


def best_known() -> dict[str, float]:
    """Return the best known value of each instance, as it is told with the instances."""
    with BEST_KNOWN.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: float(row["best_known"]) for row in csv.DictReader(lines)}


def cpmp(asked: Asked) -> Iterator[Row]:
    """Solve every instance that is there, once for each of the seconds asked for.

    Raises
    ------
    SkippedError
        If none is there.
    """
    values = best_known()
    files = {file.stem: file for file in sorted(asked.instances.glob("*")) if file.stem in values}
    if not files:
        raise SkippedError("the public instances are not here")
    names = [name for name in values if name in files and (name in QUICK or not asked.quick)]
    seconds = QUICK_SECONDS if asked.quick else asked.seconds
    COMPILE.done()
    for name in names:
        for one in seconds:
            yield _solved(files[name], one, values[name])


def _solved(file: Path, seconds: float, best: float) -> Row:
    n, p = (int(word) for word in file.read_text(encoding="utf-8").split(maxsplit=2)[:2])
    found = json_line(["benchmarks.cpmp", str(file.resolve()), "--seconds", str(seconds)])
    above = round(100 * (found["value"] / best - 1), 4)
    return {
        **found,
        "points": n,
        "p": p,
        "asked_seconds": seconds,
        "best_known": best,
        "above_percent": above,
    }


def table(rows: Iterable[Row]) -> str:
    """Return a row an instance: how far above the best known it is, for each of the seconds."""
    rows = list(rows)
    asked = sorted({row["asked_seconds"] for row in rows})
    by_instance: dict[str, Row] = {}
    for row in rows:
        one = by_instance.setdefault(row["instance"], dict(row))
        one[f"at {row['asked_seconds']:g}"] = row["above_percent"]
    for name, of in (("mean", statistics.mean), ("most", max)):
        by_instance[name] = {"instance": name} | {
            f"at {seconds:g}": of([row["above_percent"] for row in rows if row["asked_seconds"] == seconds])
            for seconds in asked
        }
    columns = [
        Column("instance", "instance"),
        Column("points", "points", ","),
        Column("p", "p"),
        Column("best known", "best_known", ",.2f"),
        *(Column(f"% above it in {seconds:g} s", f"at {seconds:g}", ".3f") for seconds in asked),
    ]
    return markdown(columns, by_instance.values())
