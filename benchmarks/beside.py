"""Parts that set our engine beside a peer: the same work in one run, each side in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from benchmarks.apart import Call, FailedError
from benchmarks.results import Column, markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.asked import Asked
    from benchmarks.results import Row

CATCHMENTS = ((5_000, 13), (20_000, 53), (40_000, 107))
SEEDS = (0, 1)
KMEANS_UP_TO = 20_000
"""Points up to which its seconds are no minutes."""
FLOWS = (
    (1_000, 4, 4),
    (10_000, 30, 20),
    (40_000, 107, 20),
    (200_000, 500, 12),
    (1_000_000, 3_000, 20),
)
RUNS_UP_TO = 40_000
"""Households up to which a flow is run several times."""
MEDIANS = ((50, 3), (100, 5), (200, 8), (400, 12))
SITES = ((1_000, 8, 3), (5_000, 25, 13), (40_000, 160, 107))
MODEL_UP_TO = 5_000
"""Households up to which a plain model of site choice can be built at all."""
LATE = 4
"""A peer that is this many times over its limit is ended."""

COLUMNS = (
    Column("work", "work"),
    Column("our runs", "runs"),
    Column("our seconds (median)", "seconds", ".2f"),
    Column("our km", "value", ",.0f"),
    Column("our gap", "gap", ".2%"),
    Column("our peak MB", "peak_mb", ",.0f"),
    Column("peer", "peer"),
    Column("its runs", "peer_runs"),
    Column("its seconds", "peer_seconds", ".2f"),
    Column("its km", "peer_value", ",.0f"),
    Column("its gap", "peer_gap", ".2%"),
    Column("its peak MB", "peer_peak_mb", ",.0f"),
    Column("times faster", "times_faster", ".1f"),
    Column("% shorter", "percent_shorter", ".2f"),
    Column("note", "peer_note"),
)


@dataclass(frozen=True)
class Job:
    """One work and who does it.

    Attributes
    ----------
    work : str
        What is done.
    size : int
        Points or households.
    ours : Call
        Our side.
    theirs : Call
        The peer's.
    peer : str
        Package of the peer, as it is installed.
    left_out : str
        Why the peer is not run; empty where it is.
    """

    work: str
    size: int
    ours: Call
    theirs: Call
    peer: str
    left_out: str = ""

    def row(self) -> Row:
        """Do the work on both sides; return figures, the peer's as ``peer_``, and ratios.

        Raises
        ------
        FailedError
            If ours fails; a peer that fails is told in its note.
        """
        row: Row = {"work": self.work, "size": self.size, **self.ours.done()}
        theirs = self._theirs()
        row |= {"peer": theirs.pop("peer"), **{f"peer_{name}": one for name, one in theirs.items()}}
        if theirs.get("value"):
            row["times_faster"] = round(theirs["seconds"] / row["seconds"], 2)
            row["percent_shorter"] = round(100 * (1 - row["value"] / theirs["value"]), 3)
        return row

    def _theirs(self) -> Row:
        try:
            named = f"{self.peer} {version(self.peer)}"
        except PackageNotFoundError:
            return {"peer": self.peer, "note": "is not installed"}
        if self.left_out:
            return {"peer": named, "note": self.left_out}
        try:
            return {"peer": named, **self.theirs.done()}
        except FailedError as error:
            return {"peer": named, "note": str(error)}


def catchments(asked: Asked) -> Iterator[Row]:
    """Catchments beside k-means-constrained: hard bounds, distances to geometric medians."""
    sizes, seeds = (((1_000, 3),), (0,)) if asked.quick else (CATCHMENTS, SEEDS)
    warm = {"n": 900, "k": 3, "seed": 0}
    for n, k in sizes:
        for seed in seeds:
            same = {"n": n, "k": k, "seed": seed}
            yield Job(
                f"catchments, {n:,} points, {k} centers, seed {seed}",
                n,
                Call("benchmarks.ours:catchments", same, warm, asked.runs),
                Call("benchmarks.peer_kmeans:catchments", same, warm),
                "k-means-constrained",
                "" if n <= KMEANS_UP_TO or asked.slow else "takes minutes: with --slow",
            ).row()


def flows(asked: Asked) -> Iterator[Row]:
    """Exact flows over all pairs beside the min-cost flow of OR-Tools over the nearest arcs."""
    warm = {"n": 1_000, "k": 4, "arcs": 4}
    for n, k, arcs in FLOWS[:1] if asked.quick else FLOWS:
        same = {"n": n, "k": k, "arcs": arcs}
        yield Job(
            f"exact flow, {n:,} households, {k:,} centers, {arcs} arcs",
            n,
            Call("benchmarks.ours:flow", same, warm, asked.runs if n <= RUNS_UP_TO else 1),
            Call("benchmarks.peer_flow:flow", same, warm),
            "ortools",
        ).row()


def medians(asked: Asked) -> Iterator[Row]:
    """Capacitated p-medians beside spopt: ours at its default effort, spopt's model solved by CBC."""
    limit = asked.limit_seconds
    for n, p in ((50, 3),) if asked.quick else MEDIANS:
        same = {"n": n, "p": p, "seed": 0}
        job = Job(
            f"{p} medians of {n:,} points",
            n,
            Call("benchmarks.ours:medians", same, {"n": 50, "p": 3, "seed": 0, "rounds": 2}, asked.runs),
            Call(
                "benchmarks.peer_spopt:medians", {**same, "limit_seconds": limit}, limit_seconds=LATE * limit
            ),
            "spopt",
        )
        yield job.row()


def sites(asked: Asked) -> Iterator[Row]:
    """Site choice as a whole, with its proof, beside a plain mixed-integer model in OR-Tools."""
    limit = asked.limit_seconds
    warm = {"households": 400, "applicants": 4, "centers": 2, "seed": 0}
    for n, applicants, centers in ((400, 4, 2),) if asked.quick else SITES:
        same = {"households": n, "applicants": applicants, "centers": centers, "seed": 0}
        job = Job(
            f"sites, {n:,} households, {applicants} applicants x 5, {centers} centers",
            n,
            Call("benchmarks.ours:sites", same, warm),
            Call("benchmarks.peer_milp:sites", {**same, "limit_seconds": limit}, limit_seconds=LATE * limit),
            "ortools",
            "" if n <= MODEL_UP_TO else "32 million pairs: no model",
        )
        yield job.row()


def table(rows: Iterable[Row]) -> str:
    """Return a Markdown table; columns of which no row has a figure are left out."""
    rows = list(rows)
    return markdown(_told(COLUMNS, rows), rows)


def _told(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    return [column for column in columns if any(row.get(column.key) is not None for row in rows)]
