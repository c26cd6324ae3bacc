"""A year of a province: families come and go, centers too; nobody is lost, nobody is served twice."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook
from tests.life.tiny import holds

if TYPE_CHECKING:
    from pathlib import Path

MOVES, JOINS, LEAVES = 0.02, 0.005, 0.005
"""Shares of the households a month."""
CLOSES, OPENS = 3, 2
"""Every so many months a center withdraws, and one of an applicant opens."""
YEAR = 1405


def run(*args: object) -> None:
    """Run a command in this process; that not everyone is served (4) is an end as good as another here."""
    result = CliRunner().invoke(app, [str(one) for one in args])
    assert result.exit_code in {0, 4}, result.output


def rows(file: Path) -> list[dict[str, str]]:
    """Read a table."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass
class Province:
    """A running province, and a plain dictionary of who should be there.

    Attributes
    ----------
    plan : Path
        Its folder.
    people : dict
        Where every household should be found, by its id.
    """

    plan: Path
    rng: np.random.Generator
    people: dict[str, tuple[float, float]] = field(default_factory=dict)
    months: int = 0
    closed: int = 0
    opened: int = 0

    def lives_a_month(self) -> str:
        """Let a month pass and return what it cost, in a sentence."""
        self.months += 1
        day = f"{YEAR}/{self.months:02d}/01"
        asked = [*self._events(day), *self._withdrawn(), *self._new()]
        proposal = self.plan.with_name(f"month-{self.months}")
        run("rebalance", self.plan, *asked, "--effective", day, "--out", proposal)
        facts = json.loads((proposal / "proposal.json").read_text(encoding="utf-8"))
        beyond = facts["worth_it_cases"]
        assert beyond >= 0
        assert facts["transferred_cases"] == facts["forced_cases"] + beyond
        run("apply", self.plan, proposal, "--who", "analyst", "--why", f"month {self.months}")
        assert holds(self.plan) == []
        self._everyone_is_where_they_should()
        return f"month {self.months}: {facts['forced_cases']} forced, {beyond} beyond, {facts['by_reason']}"

    def _events(self, day: str) -> list[object]:
        """Draw who moves, joins and leaves, tell the dictionary, and write the file."""
        ids = sorted(self.people)
        moves, joins, leaves = (max(round(len(ids) * share), 1) for share in (MOVES, JOINS, LEAVES))
        drawn = self.rng.permutation(len(ids))[: moves + leaves]
        movers, leavers = ([ids[one] for one in part] for part in (drawn[:moves], drawn[moves:]))
        # Where others live today, and a few steps on: inside the province, and in proportion to its people.
        spots = [self.people[ids[one]] for one in self.rng.integers(0, len(ids), moves + joins)]
        there = [(round(lon + 2e-4, 6), lat) for lon, lat in spots]
        newcomers = [f"NEW-{self.months:02d}-{number:04d}" for number in range(joins)]
        lines = [f"{one},{day},leave,," for one in leavers]
        for event, who, at in (("move", movers, there[:moves]), ("join", newcomers, there[moves:])):
            lines += [f"{one},{day},{event},{lon},{lat}" for one, (lon, lat) in zip(who, at, strict=True)]
            self.people.update(zip(who, at, strict=True))
        for one in leavers:
            del self.people[one]
        file = self.plan.with_name(f"moves-{self.months}.csv")
        file.write_text("\n".join(["household_id,date,event,lon,lat", *lines]) + "\n", encoding="utf-8")
        return ["--moves", file]

    def _withdrawn(self) -> list[object]:
        if self.months % CLOSES:
            return []
        self.closed += 1
        centers = sorted(row["center_id"] for row in rows(self.plan / "centers.csv"))
        return ["--close", centers[self.rng.integers(len(centers))]]

    def _new(self) -> list[object]:
        """Return a site of an applicant who has no center and may have one, where there is any."""
        if self.months % OPENS:
            return []
        sites = Casebook.open(self.plan / CASEBOOK).problem().sites
        taken = {row["applicant_id"] for row in rows(self.plan / "centers.csv")}
        free = sites[(sites["ineligible"] == "") & ~sites["applicant_id"].isin(taken)]["site_id"].to_list()
        self.opened += bool(free)
        return ["--open", free[self.rng.integers(len(free))]] if free else []

    def _everyone_is_where_they_should(self) -> None:
        book = Casebook.open(self.plan / CASEBOOK)
        assert book.version == self.months + 1
        served, left = rows(self.plan / "assignments.csv"), rows(self.plan / "unassigned.csv")
        seen = Counter(row["household_id"] for row in (*served, *left))
        assert seen == dict.fromkeys(self.people, 1), "each once, and nobody else"
        assert all(row["reason"] for row in left)
        stands = book.tables({"problem_households": ("household_id", "lon", "lat")})["problem_households"]
        found = {name: (round(lon, 6), round(lat, 6)) for name, lon, lat in stands.itertuples(index=False)}
        assert found == self.people
        loads = Counter(row["center_id"] for row in served)
        assert {row["center_id"]: int(row["households"]) for row in rows(self.plan / "centers.csv")} == loads


def founded(folder: Path, *options: object) -> Province:
    """Found Lorestan and take down who is there."""
    run("demo", "lorestan", *options, "--workers", 1, "--out", folder / "plan")
    people = {
        row["household_id"]: (float(row["lon"]), float(row["lat"]))
        for row in rows(folder / "plan" / "input" / "households.csv")
    }
    return Province(folder / "plan", np.random.default_rng(1405), people)


def lived(province: Province, months: int) -> None:
    """Let months pass, each told; hold every version against what its tables said when it was the last."""
    said, were = [], [served(province.plan)]
    for _ in range(months):
        said.append(province.lives_a_month())
        were.append(served(province.plan))
    print("\n".join(said))  # noqa: T201 - what the reader of a run asks for
    book = Casebook.open(province.plan / CASEBOOK)
    for version, then in enumerate(were, start=1):
        assert book.plan(version).assignments.set_index("household_id")["center_id"].to_dict() == then


def served(plan: Path) -> dict[str, str]:
    """Return the center of every household that has one."""
    return {row["household_id"]: row["center_id"] for row in rows(plan / "assignments.csv")}


def test_three_months_of_a_small_lorestan_lose_nobody_and_serve_nobody_twice(tmp_path: Path) -> None:
    province = founded(tmp_path, "--scale", 0.05)
    lived(province, 3)
    assert (province.closed, province.opened) == (1, 1)


@pytest.mark.soak
def test_a_year_of_lorestan_loses_nobody_and_serves_nobody_twice(tmp_path: Path) -> None:
    province = founded(tmp_path)
    assert len(province.people) == 40_000
    lived(province, 12)
    assert (province.closed, province.opened) == (4, 6)
