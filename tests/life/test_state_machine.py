"""Whatever is proposed, applied and reverted in whatever order, the record says what a dictionary says."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from data.casebook import CASEBOOK, Casebook
from data.change.changes import Changes
from data.change.growth import AskedGrowth
from data.change.proposal import read_proposal
from data.errors import Exit, SitingError
from data.folder import write_folder
from data.kinds import PROPOSAL
from data.record.past import history, in_force
from door.record import apply_proposal, revert_to
from siting.running.growing import grow
from siting.running.proposing import proposed
from tests.engine_problems import degrees
from tests.life.tiny import COUNTIES, MOST, SITES, holds, network
from tests.siting.running_networks import DAY, moved_to, moves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.life.conftest import Ground

Spot = tuple[float, float]
BORDER = COUNTIES[0][3]
SPOTS = st.tuples(st.integers(1, 38), st.integers(1, 19)).map(lambda at: (at[0] / 2 + 0.25, at[1] / 2))
SITE_COUNTY = {f"P{number:02d}-1": "AB"[x > BORDER] for number, (x, _) in enumerate(SITES)}


@dataclass(frozen=True)
class World:
    """The network as a dictionary knows it.

    Attributes
    ----------
    county : mapping of str to str
        Of every household.
    center : mapping of str to str
        Of every household that has one.
    sites : mapping of str to str
        Of every center.
    gone : frozenset of str
        Sites of who withdrew.
    """

    county: Mapping[str, str]
    center: Mapping[str, str]
    sites: Mapping[str, str]
    gone: frozenset[str] = frozenset()

    @classmethod
    def founded(cls) -> World:
        """The network as it was founded."""
        made, plan = network()
        return cls(
            made.households.set_index("household_id")["county"].to_dict(),
            plan.assignments.set_index("household_id")["center_id"].to_dict(),
            plan.centers.set_index("center_id")["site_id"].to_dict(),
        )

    @property
    def places(self) -> dict[str, int]:
        """Places in each county."""
        own = [SITE_COUNTY[one] for one in self.sites.values()]
        return {county: MOST * own.count(county) for county in "AB"}


@dataclass(frozen=True)
class Asked:
    """A proposal on disk, and what should come of it but for who goes where.

    Attributes
    ----------
    place : Path
        Its folder.
    base : int
        Version that it was made on.
    after : World
        Its centers are those before, without who closes.
    opens : frozenset of str
        Sites that open.
    """

    place: Path
    base: int
    after: World
    opens: frozenset[str]


class Life(RuleBasedStateMachine):
    """A network that runs, beside a dictionary."""

    def __init__(self, ground: Path, place: Path) -> None:
        super().__init__()
        self.plan = place / "plan"
        shutil.copytree(ground / "plan", self.plan)
        self.place = place
        self.versions = [World.founded()]
        self.asked: list[Asked] = []
        self.numbers = itertools.count()

    @property
    def now(self) -> World:
        return self.versions[-1]

    @rule(data=st.data(), spots=st.lists(SPOTS, min_size=1, max_size=4), later=st.booleans())
    def families_move(self, data: st.DataObject, spots: list[Spot], *, later: bool) -> None:
        who = data.draw(st.lists(st.sampled_from(sorted(self.now.county)), max_size=len(spots), unique=True))
        if who:
            self._asks(moves(moved_to(who, spots[: len(who)])), self._with(who, spots), later=later)

    @rule(spots=st.lists(SPOTS, min_size=1, max_size=12), later=st.booleans())
    def families_join(self, spots: list[Spot], *, later: bool) -> None:
        who = [f"J{next(self.numbers):04d}" for _ in spots]
        self._asks(moves(moved_to(who, spots, "join")), self._with(who, spots), later=later)

    @rule(data=st.data(), later=st.booleans())
    def families_leave(self, data: st.DataObject, *, later: bool) -> None:
        ids = st.sampled_from(sorted(self.now.county))
        who = data.draw(st.lists(ids, min_size=1, max_size=5, unique=True))
        after = {name: county for name, county in self.now.county.items() if name not in who}
        events = [{"household_id": one, "event": "leave"} for one in who]
        self._asks(moves(events), replace(self.now, county=after), later=later)

    @precondition(lambda self: self.now.sites)
    @rule(data=st.data(), later=st.booleans())
    def a_center_closes(self, data: st.DataObject, *, later: bool) -> None:
        who = data.draw(st.sampled_from(sorted(self.now.sites)))
        sites = {name: site for name, site in self.now.sites.items() if name != who}
        gone = self.now.gone | {self.now.sites[who]}
        self._asks(moves([]), replace(self.now, sites=sites, gone=gone), later=later, close={who: DAY})

    @rule(data=st.data(), later=st.booleans())
    def a_center_opens(self, data: st.DataObject, *, later: bool) -> None:
        free = sorted({*SITE_COUNTY} - {*self.now.sites.values()} - self.now.gone)
        if free:
            site = data.draw(st.sampled_from(free))
            self._asks(moves([]), self.now, later=later, open={site: DAY})

    @rule(spots=st.lists(SPOTS, min_size=1, max_size=40), later=st.booleans())
    def a_second_phase_comes(self, spots: list[Spot], *, later: bool) -> None:
        who = [f"G{next(self.numbers):04d}" for _ in spots]
        lon, lat = degrees(spots)
        after = self._with(who, spots)
        lines = [f"{n},{x},{y},P,{after.county[n]}" for n, x, y in zip(who, lon, lat, strict=True)]
        file = self.place / "waiting.csv"
        file.write_text("\n".join(["household_id,lon,lat,province,county", *lines]) + "\n", encoding="utf-8")
        self._proposes(lambda temp: grow(self.plan, AskedGrowth(file, DAY), temp), after, later=later)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def a_proposal_is_applied(self, data: st.DataObject) -> None:
        self._applies(self.asked[data.draw(st.integers(-len(self.asked), -1))])

    def _applies(self, asked: Asked) -> None:
        if asked.base != len(self.versions):
            with pytest.raises(SitingError) as refusal:
                apply_proposal(self.plan, asked.place, lang="en")
            assert (refusal.value.code, refusal.value.exit_code) == ("stale_proposal", Exit.REFUSED)
            return
        apply_proposal(self.plan, asked.place, lang="en")
        self.versions.append(self._follows(asked))

    @rule(data=st.data())
    def a_version_is_brought_back(self, data: st.DataObject) -> None:
        version = data.draw(st.integers(1, len(self.versions)))
        if in_force(Casebook.open(self.plan / CASEBOOK), version) is not None:
            assert self.versions[version - 1] == self.versions[-1]
            with pytest.raises(SitingError) as refusal:
                revert_to(self.plan, version, lang="en")
            assert (refusal.value.code, refusal.value.exit_code) == ("in_force_already", Exit.REFUSED)
            return
        revert_to(self.plan, version, lang="en")
        self.versions.append(self.versions[version - 1])

    @invariant()
    def the_record_says_what_the_dictionary_says(self) -> None:
        book = Casebook.open(self.plan / CASEBOOK)
        assert book.version == len(self.versions) == len(history(book))
        self._is(book, len(self.versions))

    def teardown(self) -> None:
        """Hold every version against the dictionary of then, and recount them all."""
        book = Casebook.open(self.plan / CASEBOOK)
        for version in range(1, len(self.versions) + 1):
            self._is(book, version)
        assert holds(self.plan) == []
        shutil.rmtree(self.place)

    def _is(self, book: Casebook, version: int) -> None:
        world, plan = self.versions[version - 1], book.plan(version)
        served = plan.assignments.set_index("household_id")["center_id"]
        left = plan.unassigned["household_id"]
        assert sorted([*served.index, *left]) == sorted(world.county), "each once, and nobody else"
        assert served.to_dict() == dict(world.center)
        assert plan.centers.set_index("center_id")["site_id"].to_dict() == dict(world.sites)
        assert served.value_counts().le(MOST).all()
        for county, places in world.places.items():
            own = [name for name, its in world.county.items() if its == county]
            assert sum(name in served.index for name in own) == min(len(own), places)
            assert all(SITE_COUNTY[world.sites[served[one]]] == county for one in own if one in served.index)

    def _with(self, who: list[str], spots: list[Spot]) -> World:
        there = {name: "AB"[x > BORDER] for name, (x, _) in zip(who, spots, strict=False)}
        return replace(self.now, county={**self.now.county, **there})

    def _asks(self, events: Any, after: World, *, later: bool, **changes: Any) -> None:
        asked = Changes(moves=events, **changes)
        opens = frozenset(changes.get("open", ()))
        self._proposes(lambda temp: proposed(self.plan, asked, temp)[1], after, later=later, opens=opens)

    def _proposes(
        self,
        fill: Callable[[Path], Any],
        after: World,
        *,
        later: bool,
        opens: frozenset[str] | None = None,
    ) -> None:
        """Make a proposal, and apply it unless that comes later."""
        place = self.place / f"proposal-{next(self.numbers)}"
        write_folder(place, overwrite=False, fill=lambda temp: fill(temp) and None, kind=PROPOSAL)
        told = frozenset(read_proposal(place).changes.open)
        assert opens is None or told == opens
        asked = Asked(place, len(self.versions), after, told)
        self.asked.append(asked)
        if not later:
            self._applies(asked)

    def _follows(self, asked: Asked) -> World:
        """Carry a proposal out in the dictionary: who is in none of its tables stays where he is."""
        tables = read_proposal(asked.place).tables
        center = dict(self.now.center)
        for row in tables["transfers"].itertuples(index=False):
            assert center[row.household_id] == row.from_center
            center[row.household_id] = row.to_center
        for row in tables["joined"].itertuples(index=False):
            assert row.household_id not in center
            center[row.household_id] = row.center_id
        for name in (*tables["left"]["household_id"], *tables["unassigned"]["household_id"]):
            center.pop(name, None)
        new = {f"C-{site}": site for site in asked.opens}
        return replace(asked.after, center=center, sites={**asked.after.sites, **new})


def lives(ground: Ground, folder: Path, *, examples: int, steps: int) -> None:
    """Let networks live, each in a folder of its own."""
    count = itertools.count()
    run_state_machine_as_test(
        lambda: Life(ground.folder, folder / str(next(count))),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=[*HealthCheck],
            phases=[Phase.generate],
        ),
    )


def test_a_network_that_lives_is_what_a_dictionary_says(ground: Ground, tmp_path: Path) -> None:
    lives(ground, tmp_path, examples=3, steps=6)


@pytest.mark.soak
def test_many_networks_that_live_long_are_what_a_dictionary_says(ground: Ground, tmp_path: Path) -> None:
    lives(ground, tmp_path, examples=60, steps=25)
