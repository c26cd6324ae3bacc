"""The part that says where the time goes: a command's seconds by stage, and its search by function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.apart import Call
from benchmarks.results import Column, Row, markdown
from benchmarks.whole_process import compiled, measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.asked import Asked

SMALL = 0.05
COLUMNS = (
    Column("of", "of"),
    Column("name", "name"),
    Column("calls", "calls", ","),
    Column("seconds", "seconds", ".2f"),
    Column("share", "share", ".1%"),
)


def profile(asked: Asked) -> Iterator[Row]:
    """Return seconds by stage of `siting demo lorestan`, and the functions of its search by own time."""
    scale = SMALL if asked.quick else None
    scaled = [] if scale is None else ["--scale", str(scale)]
    compiled()
    command = measure(["demo", "lorestan", *scaled, "--out", "OUT"], runs=1)
    stages = {**command["stages"], "beside these": command["seconds"] - sum(command["stages"].values())}
    for name, seconds in stages.items():
        share = round(seconds / command["seconds"], 4)
        yield {"of": "command", "name": name, "seconds": round(seconds, 3), "share": share}
    search = Call("benchmarks.own_time:lorestan", {"scale": scale}, {"scale": SMALL}).done()
    for one in search["functions"]:
        yield {"of": "plan_sites", **one}


def table(rows: Iterable[Row]) -> str:
    """Return the profile as a Markdown table."""
    return markdown(COLUMNS, rows)
