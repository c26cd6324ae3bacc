"""What was edited in QGIS becomes a checked proposal, which is applied like any other."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cli import app
from data.casebook import CASEBOOK, Casebook
from data.change.changes import Changes, check_changes
from data.change.editable import write_editable
from data.errors import Exit, SitingError
from data.folder import write_folder, write_plan
from data.rules import Rules
from data.verify import findings, verify
from siting.plan import plan_sites
from siting.running.rebalancing import rebalance_network
from tests.engine_problems import EAST, centers, people, problem, sites, together
from tests.siting.test_rebalancing import Pairs
from tests.siting.test_rebalancing import network as town

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from data.plan import Plan
    from data.problem import Problem

DAY = "2026-10-01"
GROUND = [(x, y) for x in range(6) for y in range(5)]
AT = [(0.6, 1.2), (4.4, 2.8)]


def network(*, most: tuple[int, int] = (20, 20), spots: Any = GROUND, **columns: Any) -> tuple[Problem, Plan]:
    """Two centers in one county and a site between them, where the engine sends everybody."""
    made = problem(
        people(spots, **columns),
        sites([(2.5, 4.5)]),
        centers=centers(AT, max_cases=list(most)),
        rules=Rules(min_cases=2, max_cases=20, centers=2),
    )
    return made, plan_sites(made)


MADE, PLAN = network()


def served_by(plan: Plan, center: str) -> list[str]:
    return plan.assignments.loc[plan.assignments["center_id"] == center, "household_id"].tolist()


def asked(made: Problem, plan: Plan, **changes: Any) -> Any:
    """The proposal of changes, which are checked, and whose plan holds."""
    told = Changes(effective=DAY, **changes)
    check_changes(made, plan, told)
    proposal = rebalance_network(made, plan, told)
    assert findings(proposal.problem, proposal.plan) == []
    return proposal


def by_id(transfers: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    rows = transfers[["household_id", "to_center", "reason", "effective"]].itertuples(index=False)
    return {who: tuple(rest) for who, *rest in rows}


def refused(made: Problem, plan: Plan, **changes: Any) -> dict[str, str]:
    """What is wrong with each household of changes that are refused."""
    with pytest.raises(SitingError) as caught:
        check_changes(made, plan, Changes(effective=DAY, **changes))
    assert caught.value.exit_code == Exit.INVALID_INPUT
    return {one.id: one.code for one in caught.value.failures}


def test_a_family_goes_where_it_is_wanted_and_nobody_else_is_moved() -> None:
    who = served_by(PLAN, "E0")[0]
    proposal = asked(MADE, PLAN, wanted={who: "E1"})
    assert by_id(proposal.transfers) == {who: ("E1", "edited", DAY)}
    assert proposal.not_granted == ()
    assert proposal.problem.households["pin"].eq("").all()


def test_others_make_room_where_the_center_is_full() -> None:
    made, plan = network(most=(15, 15))
    who = served_by(plan, "E0")[0]
    proposal = asked(made, plan, wanted={who: "E1"})
    told = by_id(proposal.transfers)
    assert told[who] == ("E1", "edited", DAY)
    (other,) = set(told) - {who}
    assert told[other] == ("E0", "made_room", DAY)
    assert plan.centers["cases"].tolist() == proposal.plan.centers["cases"].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_grants_the_wishes_costs_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made, plan = town(rng, 40, [14, 11, 10, 9], move_km=0.5)
    who = rng.permutation(plan.assignments["household_id"])[:6]
    wanted = {one: f"E{number % 4}" for number, one in enumerate(who)}
    proposal = asked(made, plan, wanted=wanted)
    assert proposal.not_granted == ()
    pairs, families = Pairs.of(proposal.problem), proposal.problem.households["household_id"]
    target = families.map(wanted).fillna("").to_numpy(dtype=object)[:, None]
    centers_there = proposal.problem.centers["center_id"].to_numpy(dtype=object)[None, :]
    barred = 1_000.0 * ((target != "") & (target != centers_there))
    least = pairs.least(pairs.km + 0.5 * pairs.new + barred)
    assert proposal.plan.objective_km == pytest.approx(least, abs=0.002)


def test_what_would_leave_somebody_without_a_center_is_not_granted_and_said() -> None:
    made, plan = network(most=(20, 12))
    away = served_by(plan, "E0")
    wanted = dict.fromkeys(away[:13], "E1")
    proposal = asked(made, plan, wanted=wanted)
    assert len(proposal.not_granted) == 1
    assert set(proposal.not_granted) < set(wanted)
    assert proposal.plan.unassigned.empty
    assert len(served_by(proposal.plan, "E1")) == 12
    assert set(served_by(proposal.plan, "E1")) < set(wanted)


def test_whoever_lives_at_the_same_point_goes_along() -> None:
    spots = [*GROUND[1:], *[(0, 0)] * 4]
    made, plan = network(spots=spots)
    house = [f"H{number:04d}" for number in range(29, 33)]
    assert set(house) < set(served_by(plan, "E0"))
    proposal = asked(made, plan, wanted={house[1]: "E1"})
    told = by_id(proposal.transfers)
    assert set(told) == set(house)
    assert told[house[1]][1] == "edited"
    assert {told[one][1] for one in set(house) - {house[1]}} == {"kept_together"}
    assert proposal.plan.exceptions.empty
    apart = refused(made, plan, wanted={house[0]: "E0", house[1]: "E1"})
    assert apart == {house[1]: "wishes_apart"}


def test_a_family_may_be_sent_to_a_center_that_opens() -> None:
    who = served_by(PLAN, "E0")[0]
    proposal = asked(MADE, PLAN, open={"P00-1": DAY}, wanted={who: "P00-1"})
    (new,) = proposal.plan.centers.loc[proposal.plan.centers["site_id"] == "P00-1", "center_id"]
    assert by_id(proposal.transfers)[who] == (new, "edited", DAY)


def test_a_pin_stays_and_a_wish_does_not() -> None:
    pinned, wished = served_by(PLAN, "E0")[:2]
    proposal = asked(MADE, PLAN, pins={pinned: "E1"}, wanted={wished: "E1"})
    assert {told[:2] for told in by_id(proposal.transfers).values()} == {("E1", "edited")}
    following = asked(proposal.problem, proposal.plan, max_cases={"E1": (19, DAY)})
    pins = following.problem.households.set_index("household_id")["pin"]
    assert pins[pins != ""].to_dict() == {pinned: "E1"}
    assert set(by_id(following.transfers)) == {wished}


def test_a_pin_that_is_taken_off_lets_the_family_go_home() -> None:
    pin = pd.Series([""] * len(GROUND))
    pin[0] = "E1"
    made, plan = network(pin=pin.tolist())
    assert "H0000" in served_by(plan, "E1")
    proposal = asked(made, plan, pins={"H0000": ""})
    assert by_id(proposal.transfers) == {"H0000": ("E0", "nearer", "")}


def test_what_cannot_be_wanted_is_refused_all_at_once() -> None:
    far = people(np.array(GROUND[:4]) + EAST, prefix="F", county="B")
    made = problem(
        together(people(GROUND, pin=["E0", *[""] * 29]), far),
        sites([(2.5, 4.5)]),
        centers=together(centers(AT), centers([(31, 1)], county="B").assign(center_id="F0")),
        rules=Rules(min_cases=2, max_cases=40, centers=3),
    )
    plan = plan_sites(made)
    wanted = {"H0000": "E1", "H0001": "X", "H0002": "F0", "H0003": "P00-1", "N": "E0", "H0004": "E1"}
    assert refused(made, plan, wanted=wanted, pins={"H0005": "X", "H0006": "F0"}) == {
        "H0000": "pinned_elsewhere",
        "H0001": "wish_to_nothing",
        "H0002": "wish_outside_unit",
        "H0003": "wish_to_nothing",
        "H0005": "pin_to_nothing",
        "H0006": "pin_outside_unit",
        "N": "wish_of_nobody",
    }
    assert refused(made, plan, close={"E1": DAY}, wanted={"H0004": "E1"}) == {"H0004": "wish_to_nothing"}
    check_changes(made, plan, Changes(wanted={"H0000": "E1"}, pins={"H0000": "E1"}))


def test_wishes_and_pins_come_back_from_json() -> None:
    told = Changes(wanted={"H0001": "E1"}, pins={"H0002": ""}, effective=DAY)
    back = Changes.from_dict(json.loads(json.dumps(told.as_dict())))
    assert (back.wanted, back.pins, back.effective) == (told.wanted, told.pins, DAY)
    older = {
        name: value for name, value in told.as_dict().items() if name not in {"wanted", "pins", "effective"}
    }
    assert Changes.from_dict(older).is_empty()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fill(temp: Path) -> None:
        write_plan(temp, MADE, PLAN, verify(MADE, PLAN), run={"command": "plan", "seed": 0})

    out = tmp_path_factory.mktemp("edits") / "plan"
    write_folder(out, overwrite=False, fill=fill)
    return out


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(founded, tmp_path / "plan")


def siting(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def edit(path: Path, statement: str, **values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def test_edits_are_proposed_and_applied_as_any_change_is(folder: Path, tmp_path: Path) -> None:
    desk, out = tmp_path / "desk.gpkg", tmp_path / "proposal"
    written = siting("propose", folder, "--editable", desk)
    assert written.exit_code == 0, written.output
    before = (folder / CASEBOOK).read_bytes()
    away, pinned = served_by(PLAN, "E0")[:2]
    edit(desk, "UPDATE households SET center_id = 'E1' WHERE household_id = :who", who=away)
    edit(desk, "UPDATE households SET pin = 'E1' WHERE household_id = :who", who=pinned)
    edit(desk, "UPDATE centers SET max_cases = 19 WHERE center_id = 'E0'")
    asks = ("propose", folder, "--from-gpkg", desk, "--effective", "1405/07/09")
    result = siting(*asks, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    assert (folder / CASEBOOK).read_bytes() == before
    facts = json.loads(result.stdout)
    assert facts["by_reason"] == {"edited": 2}
    assert facts["changes"]["wanted"] == {away: "E1"}
    assert facts["changes"]["max_cases"] == {"E0": {"cases": 19, "date": DAY}}
    told = siting(*asks, "--out", out, "--overwrite", "--lang", "fa")
    assert "۲ خانوار به خواست برنامه‌ریز" in told.stdout
    applied = siting("apply", folder, out)
    assert applied.exit_code == 0, applied.output
    book = Casebook.open(folder / CASEBOOK)
    assert {away, pinned} <= set(served_by(book.plan(), "E1"))
    pins = book.problem().households.set_index("household_id")["pin"]
    assert pins[pins != ""].to_dict() == {pinned: "E1"}
    stale = siting(*asks, "--out", tmp_path / "late")
    assert stale.exit_code == Exit.REFUSED
    assert "[stale_edits]" in stale.stderr


def test_a_file_that_nobody_edited_proposes_nothing(folder: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk.gpkg"
    write_editable(folder / CASEBOOK, desk)
    result = siting("propose", folder, "--from-gpkg", desk, "--out", tmp_path / "out")
    assert result.exit_code == Exit.INVALID_INPUT
    assert "[nothing_changes]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_edit_that_means_nothing_is_said_with_its_layer_row_and_column(
    folder: Path, tmp_path: Path
) -> None:
    desk = tmp_path / "desk.gpkg"
    write_editable(folder / CASEBOOK, desk)
    edit(desk, "UPDATE households SET cases = 2 WHERE household_id = 'H0003'")
    result = siting("propose", folder, "--from-gpkg", desk, "--out", tmp_path / "out")
    assert result.exit_code == Exit.INVALID_INPUT
    assert "desk.gpkg:households [edit_not_understood] H0003: cases:" in result.stderr


@pytest.mark.parametrize("options", [[], ["--editable", "a.gpkg", "--from-gpkg", "b.gpkg"]])
def test_one_of_the_two_files_must_be_named(folder: Path, options: list[str]) -> None:
    assert siting("propose", folder, *options).exit_code == Exit.USAGE
