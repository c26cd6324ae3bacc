"""A family that goes from one province to another is in exactly one of them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK, Casebook
from data.nation.held import held
from door.record import revert_to
from tests.cli.moving_nation import WENT, living, rows_of, versions, write
from tests.cli.small_nation import content

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Siting


def test_who_crosses_a_border_leaves_here_and_joins_there_under_one_id(proposal: Path) -> None:
    pairs = {one["household_id"]: one for one in rows_of(proposal / "pairs.csv")}
    assert set(pairs) == {"15-3", "15-4"}
    for who, to in (("15-3", "16"), ("15-4", "13")):
        pair = pairs[who]
        (left,) = (one for one in rows_of(proposal / "provinces/15/left.csv") if one["household_id"] == who)
        (joined,) = (
            one for one in rows_of(proposal / f"provinces/{to}/joined.csv") if one["household_id"] == who
        )
        assert (pair["from_province"], pair["to_province"]) == ("15", to)
        assert left["pair_id"] == joined["pair_id"] == pair["pair_id"]
        assert (left["cause"], joined["cause"]) == ("moved_out", "moved_in")
        assert (left["center_id"], joined["center_id"]) == (pair["from_center"], pair["to_center"])
        assert left["date"] == pair["date"]
        assert float(joined["km"]) == float(pair["km_after"])
    facts = json.loads((proposal / "proposal.json").read_text(encoding="utf-8"))
    assert (facts["pairs"], facts["left"], facts["joined"]) == (2, 1, 1)
    assert facts["households"] == {"before": 700, "after": 700}


def test_any_number_of_workers_proposes_the_same_bytes(
    founded: Path, proposal: Path, siting: Siting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    result = siting(
        "rebalance", founded, "--moves", founded.parent / "moves.csv", "--out", tmp_path / "again"
    )
    assert result.exit_code == 0, result.output
    assert content(tmp_path / "again") == content(proposal)


def test_applied_everybody_is_in_one_province_and_the_nation_adds_up(
    nation: Path, proposal: Path, siting: Siting
) -> None:
    result = siting("apply", nation, proposal, "--why", "autumn")
    assert result.exit_code == 0, result.output
    homes = living(nation)
    assert {who: homes[who] for who in WENT} == {who: [code] for who, code in WENT.items()}
    assert len(homes) == 700
    assert "13-5" not in homes
    assert all(len(codes) == 1 for codes in homes.values())
    summary = json.loads((nation / "summary.json").read_text(encoding="utf-8"))
    assert (summary["households"], summary["cases"]) == (700, 701)
    assert siting("verify", nation).exit_code == 0
    assert not [one.name for one in nation.iterdir() if one.name.startswith(".") and one.name != ".lock"]
    again = siting("apply", nation, proposal)
    assert again.exit_code == 6
    assert "[stale_proposal]" in again.stderr


def test_a_family_takes_its_cases_along(nation: Path, proposal: Path, siting: Siting) -> None:
    assert siting("apply", nation, proposal).exit_code == 0
    households = Casebook.open(nation / "provinces/15" / CASEBOOK).problem().households
    assert households.loc[households["household_id"] == "NEW-1", "cases"].tolist() == [2]


def test_a_proposal_is_refused_whole_where_any_province_changed_since(
    nation: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "own.csv", ["00-9,1405/07/05,leave,,,,"])
    place = nation / "provinces" / "00"
    assert siting("rebalance", place, "--moves", moves, "--out", tmp_path / "own").exit_code == 0
    assert siting("apply", place, tmp_path / "own").exit_code == 0
    assert siting("verify", nation).exit_code == 0
    result = siting("apply", nation, proposal)
    assert result.exit_code == 6
    assert "province 00" in result.stderr
    assert versions(nation) == {"00": 2, "13": 1, "15": 1, "16": 1}


def test_half_of_a_pair_is_not_applied_alone(nation: Path, proposal: Path, siting: Siting) -> None:
    result = siting("apply", nation / "provinces/15", proposal / "provinces/15")
    assert result.exit_code == 6
    assert "[part_of_nation]" in result.stderr
    assert siting("verify", nation).exit_code == 0


def test_a_changed_proposal_of_one_province_changes_no_province(
    nation: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    other = shutil.copytree(proposal, tmp_path / "proposal")
    (other / "provinces/16/joined.csv").write_text("mine", encoding="utf-8")
    result = siting("apply", nation, other)
    assert result.exit_code == 6
    assert "[changed_proposal]" in result.stderr
    assert set(versions(nation).values()) == {1}


def test_a_household_in_two_provinces_is_named(nation: Path, siting: Siting, tmp_path: Path) -> None:
    moves = write(tmp_path / "twice.csv", ["15-3,1405/07/05,join,46.41,33.61,,"])
    place = nation / "provinces" / "16"
    assert siting("rebalance", place, "--moves", moves, "--out", tmp_path / "own").exit_code == 0
    assert siting("apply", place, tmp_path / "own").exit_code == 0
    result = siting("verify", nation)
    assert result.exit_code == 7
    assert "provinces/16/casebook.gpkg [in_two_provinces] 15-3: " in result.stderr
    moved = write(tmp_path / "moves.csv", ["15-3,1405/07/06,move,46.41,33.62,,"])
    refused = siting("rebalance", nation, "--moves", moved, "--out", tmp_path / "nations")
    assert refused.exit_code == 3
    assert "[in_two_provinces] 15-3: " in refused.stderr


def test_a_pair_of_which_one_half_was_taken_back_is_named(
    nation: Path, proposal: Path, siting: Siting
) -> None:
    assert siting("apply", nation, proposal).exit_code == 0
    refused = siting("revert", nation / "provinces/16", 1)
    assert refused.exit_code == 6
    assert "[half_reverted]" in refused.stderr
    assert siting("verify", nation).exit_code == 0
    # Whoever does it all the same, with a copy of before.
    revert_to(nation / "provinces/16", 1, lang="en", nation_id="by hand")
    result = siting("verify", nation)
    assert result.exit_code == 7
    assert "provinces/15/casebook.gpkg [half_a_pair] " in result.stderr
    revert_to(nation / "provinces/16", 2, lang="en", nation_id="by hand")
    assert "half_a_pair" not in siting("verify", nation).stderr


def test_one_process_at_a_time_changes_a_nation(nation: Path, proposal: Path, siting: Siting) -> None:
    with held(nation):
        result = siting("apply", nation, proposal)
    assert result.exit_code == 6
    assert "[nation_busy]" in result.stderr
    assert set(versions(nation).values()) == {1}


def test_readers_go_on_while_a_nation_is_changed(nation: Path, siting: Siting) -> None:
    with held(nation):
        (nation / ".stale").write_bytes(b"en")
        assert siting("history", nation / "provinces/15").exit_code == 0
        assert siting("verify", nation).exit_code == 6
    verified = siting("verify", nation)
    assert verified.exit_code == 0
    assert "made anew" in verified.stderr


def test_every_row_that_cannot_be_meant_is_told_at_once(nation: Path, siting: Siting, tmp_path: Path) -> None:
    rows = [
        "15-3,1405/07/01,move,46.41,33.61,تهران,",
        "99-1,1405/07/01,leave,,,,",
        "15-5,1405/07/01,join,46.41,33.61,,",
        "NEW-2,1405/07/01,join,55.00,27.00,,",
    ]
    result = siting("rebalance", nation, "--moves", write(tmp_path / "m.csv", rows), "--out", tmp_path / "p")
    assert result.exit_code == 3
    for line in (
        "m.csv:2 [unknown_province] 15-3",
        "m.csv:3 [unknown_household] 99-1",
        "m.csv:4 [already_here] 15-5",
        "m.csv:5 [no_province] NEW-2",
    ):
        assert line in result.stderr
    assert not (tmp_path / "p").exists()


def test_a_center_is_closed_where_it_stands_and_an_unknown_one_refused(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    center = Casebook.open(nation / "provinces/13" / CASEBOOK).plan().centers["center_id"].iloc[0]
    done = siting("rebalance", nation, "--max-cases", f"{center}=400", "--out", tmp_path / "p")
    assert done.exit_code == 0, done.output
    facts = json.loads((tmp_path / "p" / "proposal.json").read_text(encoding="utf-8"))
    assert list(facts["provinces"]) == ["13"]
    refused = siting("rebalance", nation, "--close", "C-NOBODY", "--out", tmp_path / "q")
    assert refused.exit_code == 3
    assert "[unknown_center] C-NOBODY" in refused.stderr
    limited = siting("rebalance", nation, "--close", center, "--max-transfers", 3, "--out", tmp_path / "q")
    assert limited.exit_code == 2
