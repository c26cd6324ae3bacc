"""A network of seventy families in two counties that is founded in seconds, and what is asked of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from data.casebook import CASEBOOK, Casebook
from data.folder import write_folder, write_plan
from data.record.recount import recount
from data.rules import Rules
from data.verify import verify
from maps import draw
from siting import plan_sites
from tests.engine_problems import degrees, people, polygons, problem, sites

if TYPE_CHECKING:
    from pathlib import Path

    from data.errors import Failure
    from data.plan import Plan
    from data.problem import Problem

COUNTIES = [("A", 0, 0, 10, 10), ("B", 10, 0, 20, 10)]
SITES = [(2, 2), (8, 8), (2, 8), (8, 2), (12, 2), (18, 8), (12, 8), (5, 5)]
MOST = 30
DAY = "1405/07/01"


@cache
def network() -> tuple[Problem, Plan]:
    """Forty families in one county, thirty in the other; half of the applicants are left over."""
    rng = np.random.default_rng(5)
    west = np.round(rng.uniform(0.5, 9.5, (40, 2)), 2)
    east = np.round(rng.uniform(0.5, 9.5, (30, 2)), 2) + np.array([10.0, 0.0])
    made = problem(
        people(np.vstack([west, east]), county=""),
        sites(SITES, county="", score=50.0),
        boundaries={"county": polygons("county", COUNTIES)},
        rules=Rules(min_cases=1, max_cases=MOST, merit_km=0.01),
    )
    return made, plan_sites(made)


def found(out: Path) -> Path:
    """Write the folder of the network."""
    made, plan = network()

    def fill(folder: Path) -> None:
        draw(folder / "map", plan=plan, boundaries=made.boundaries, lang="en")
        write_plan(folder, made, plan, verify(made, plan), run={})

    write_folder(out, overwrite=False, fill=fill)
    return out


def write_moves(file: Path) -> Path:
    """Write events that force transfers: one family crosses into the full county, one leaves, one joins."""
    spots = {"H0003": (15.0, 5.0), "H0010": (3.0, 3.0), "N0001": (6.0, 6.0)}
    events = {"H0003": "move", "H0010": "move", "N0001": "join"}
    lines = ["household_id,date,event,lon,lat", f"H0050,{DAY},leave,,"]
    for name, spot in spots.items():
        lon, lat = degrees(spot)
        lines.append(f"{name},{DAY},{events[name]},{lon[0]},{lat[0]}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_waiting(file: Path, count: int = 25) -> Path:
    """Write families of a second phase: too many for the free places of the first county."""
    rng = np.random.default_rng(9)
    lon, lat = degrees(np.round(rng.uniform(0.5, 9.5, (count, 2)), 2))
    rows = [f"W{number:04d},{x},{y},P,A" for number, (x, y) in enumerate(zip(lon, lat, strict=True))]
    file.write_text("\n".join(["household_id,lon,lat,province,county", *rows]) + "\n", encoding="utf-8")
    return file


def version_of(folder: Path) -> int:
    """The version in force."""
    return Casebook.open(folder / CASEBOOK).version


def holds(folder: Path) -> list[str]:
    """Recount a folder; return the names of the files that are of an earlier version."""
    behind: list[Failure] = []
    recount(folder, warn=behind.append)
    return [one.file for one in behind]
