"""What a planner is told of a nation that runs: everybody counted, and the right folder named."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from data.nation.folder import nation_head
from tests.cli.moving_nation import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def facts_of(proposal: Path) -> dict[str, Any]:
    return json.loads((proposal / "proposal.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def of_plan(founded: Path, siting: Siting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A proposal of one province alone."""
    folder = tmp_path_factory.mktemp("alone")
    moves = write(folder / "own.csv", ["16-2,1405/07/05,leave,,,,"])
    result = siting("rebalance", founded / "provinces/16", "--moves", moves, "--out", folder / "own")
    assert result.exit_code == 0, result.output
    return folder / "own"


def test_who_goes_to_another_province_is_among_the_transfers(
    founded: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    facts = facts_of(proposal)
    within = [one["transfers"] for one in facts["provinces"].values()]
    assert facts["crossing"] == {"households": 2, "cases": 2}
    assert facts["transfers"] == sum(within) + 2
    assert facts["transferred_cases"] == facts["forced_cases"] + facts["worth_it_cases"]
    assert facts["forced_cases"] == sum(one["forced_cases"] for one in facts["provinces"].values()) + 2
    assert facts["transferred_cases"] in {one["transferred_cases"] for one in facts["curve"]}
    assert sum(facts["by_reason"].values()) == facts["transfers"]
    moves = founded.parent / "moves.csv"
    said = siting("rebalance", founded, "--moves", moves, "--out", tmp_path / "p").stdout
    assert "2 families go from one province to another." in said
    assert "2 of them change their center by it" in said
    assert siting("handover", founded, proposal, "--out", tmp_path / "h", "--json").exit_code == 0
    with (tmp_path / "h" / "index.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert sum(int(one["households"]) for one in csv.DictReader(lines)) == facts["transfers"]


def test_a_comparison_of_versions_is_that_of_the_proposal(
    applied: Path, proposal: Path, siting: Siting
) -> None:
    told = [
        json.loads(siting("compare", f"{applied}@1", other, "--json").stdout)
        for other in (f"{applied}@2", proposal, applied)
    ]
    versions = [one.pop("b") for one in told]
    assert [(one["label"], one["version"]) for one in versions] == [
        ("applied@2", 2),
        ("proposal", None),
        ("applied", None),
    ]
    assert versions[0]["km"] == versions[1]["km"] == versions[2]["km"]
    assert told[0] == told[1] == told[2]
    assert told[0]["households"]["transfer"] == facts_of(proposal)["transfers"]
    assert told[0]["a"]["label"] == "applied@1"


def test_a_version_that_a_nation_never_had_is_not_compared(applied: Path, siting: Siting) -> None:
    result = siting("compare", applied, f"{applied}@9")
    assert result.exit_code == 2
    assert "[no_such_version] applied has no version 9" in result.stderr


@pytest.mark.parametrize("command", ["apply", "handover"])
def test_a_proposal_of_another_kind_is_refused_by_what_it_is(
    nation: Path, proposal: Path, of_plan: Path, siting: Siting, command: str
) -> None:
    of_one = siting(command, nation, of_plan)
    assert of_one.exit_code == 6
    assert "[proposal_of_plan] own is the proposal of one plan (nation/provinces/16)" in of_one.stderr
    of_all = siting(command, nation / "provinces/16", proposal)
    assert of_all.exit_code == 6
    assert "[proposal_of_nation] proposal is the proposal of a nation (nation)" in of_all.stderr


@pytest.mark.parametrize("command", ["history", "verify", "rebalance"])
def test_a_proposal_is_not_taken_for_a_nation(
    proposal: Path, siting: Siting, tmp_path: Path, command: str
) -> None:
    moves = ("--moves", write(tmp_path / "m.csv", ["16-2,1405/07/05,leave,,,,"]))
    result = siting(command, proposal, *(moves if command == "rebalance" else ()))
    assert result.exit_code == 3
    assert "[is_a_proposal] proposal is the folder" in result.stderr


def test_a_further_phase_of_a_nation_is_asked_of_a_province(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    more = write(tmp_path / "more.csv", ["N-1,46.4,33.6"], header="household_id,lon,lat")
    result = siting("grow", nation, "--households", more)
    assert result.exit_code == 3
    assert "[is_a_nation] nation is the folder of a nation" in result.stderr
    assert "nation/provinces/00" in result.stderr


def test_applied_and_reverted_the_head_of_the_nation_is_told(
    nation: Path, proposal: Path, siting: Siting
) -> None:
    for number, command in ((2, ("apply", nation, proposal)), (3, ("revert", nation, 1))):
        result = siting(*command)
        assert result.exit_code == 0, result.output
        summary = json.loads((nation / "summary.json").read_text(encoding="utf-8"))
        head = nation_head({one["code"]: one["head"] for one in summary["provinces"]})
        assert f"Version {number} of the nation" in result.stdout
        assert head in result.stdout
    verified = siting("verify", nation)
    assert "nation: 700 households counted across 4 provinces, each in one of them alone" in verified.stdout
    told = siting("history", nation).stdout.splitlines()
    assert "2 families went from one province to another" in told[1]
    assert "2 families that had gone to another province are counted where they were before" in told[2]
    assert siting("revert", nation, 2).exit_code == 0
    assert (
        "the move of 2 families from one province to another is in force again"
        in (siting("history", nation).stdout.splitlines()[3])
    )


def test_a_place_that_is_not_found_is_told_with_all_other_errors(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    header = "household_id,date,event,lon,lat,place"
    rows = ["16-1,1405/07/01,move,,,Atlantis", "16-2,,leave,,,", "99-1,1405/07/01,leave,,,"]
    moves = write(tmp_path / "m.csv", rows, header=header)
    for folder in (nation, nation / "provinces/16"):
        result = siting("rebalance", folder, "--moves", moves, "--out", tmp_path / "p")
        assert result.exit_code == 3
        for line in (
            'm.csv:2 [no_location] 16-1: the place "Atlantis" was looked for',
            "m.csv:3 [bad_date] 16-2: has no date",
            "m.csv:4 [unknown_household] 99-1",
        ):
            assert line in result.stderr
    alone = write(tmp_path / "m.csv", rows[:1], header=header)
    told = siting("rebalance", nation / "provinces/16", "--moves", alone, "--out", tmp_path / "p")
    assert told.exit_code == 4
    assert "To apply it" in told.stdout.splitlines()[-1]
