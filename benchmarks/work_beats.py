"""Beats of a province's caseworkers beside those of k-means and one exact flow: travel and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.results import Column, markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.asked import Asked
    from benchmarks.results import Row

CENTERS, FEW_CENTERS = 107, 8
COLUMNS = (
    Column("beats by", "by"),
    Column("centers", "centers", ","),
    Column("households", "households", ","),
    Column("caseworkers", "caseworkers", ","),
    Column("travel, km", "travel_km", ",.1f"),
    Column("CPU seconds (median)", "seconds", ".2f"),
)


def beats(asked: Asked) -> Iterator[Row]:
    """Measure the beats of every center of a province, and those of a peer."""
    from benchmarks.beat_ways import WAYS, measured, province  # noqa: PLC0415 - heavy

    centers = province(FEW_CENTERS if asked.quick else CENTERS)
    for name in WAYS:
        yield measured(name, centers, asked.runs)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table."""
    return markdown(COLUMNS, rows)
