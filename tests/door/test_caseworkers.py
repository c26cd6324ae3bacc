"""`siting caseworkers`: every served home has one, few families change, and a want of them is mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from data.casebook import CASEBOOK, Casebook
from data.versioned import beside
from tests.door.working_network import A_CASEWORKER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

    Run = Callable[..., Result]

FILES = ["beats.csv", "caseworkers.csv", "changes.csv", "summary.json"]


def table(plan: Path, name: str) -> pd.DataFrame:
    read = pd.read_csv(
        plan.with_name("plan-caseworkers") / f"{name}.csv", keep_default_na=False, encoding="utf-8-sig"
    )
    assert isinstance(read, pd.DataFrame)
    return read


def again(run: Run, plan: Path, *more: object) -> Any:
    """Run the command once more and return its exit code and its summary."""
    result = run("caseworkers", plan, "--overwrite", "--json", "--date", "1404/07/01", *more)
    return result.exit_code, json.loads(result.stdout)


def largest(plan: Path) -> pd.Series:
    """The largest center of a county that has two."""
    centers = Casebook.open(plan / CASEBOOK).plan().centers
    return centers[centers["unit"].duplicated(keep=False)].sort_values("cases").iloc[-1]


def one_of(plan: Path, center: str) -> str:
    workers = Casebook.open(plan / CASEBOOK).work("caseworkers")
    return str(workers.loc[workers["center_id"] == center, "caseworker_id"].iloc[-1])


def test_every_served_home_has_a_caseworker_of_its_center(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    served = book.plan().assignments.set_index("household_id")["center_id"]
    beats = book.work("beats").set_index("household_id")
    assert beats["center_id"].to_dict() == served.to_dict()
    workers = book.work("caseworkers").set_index("caseworker_id")["center_id"]
    assert (beats["caseworker_id"].map(workers) == beats["center_id"]).all()
    assert beats["caseworker_id"].value_counts().max() <= A_CASEWORKER


def test_a_center_has_as_many_as_the_plan_says(plan: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    centers = book.plan().centers.set_index("center_id")["caseworkers"]
    assert book.work("caseworkers")["center_id"].value_counts().to_dict() == centers.to_dict()
    first = centers.index[0]
    assert f"{first}-1" in set(book.work("caseworkers")["caseworker_id"])


def test_what_is_written_is_private_and_agrees(plan: Path) -> None:
    folder = plan.with_name("plan-caseworkers")
    assert sorted(one.name for one in folder.iterdir()) == FILES
    assert folder.stat().st_mode & 0o077 == 0
    beats, workers = table(plan, "beats"), table(plan, "caseworkers")
    assert (
        beats.groupby("caseworker_id")["cases"].sum().to_dict()
        == workers.set_index("caseworker_id")["cases"].to_dict()
    )
    assert (beats["km"].astype(float) * beats["cases"]).sum() == pytest.approx(
        workers["travel_km"].sum(), abs=1e-6
    )
    assert table(plan, "changes").empty


def test_once_more_changes_nothing_and_makes_no_version(plan: Path, run: Run) -> None:
    before = {name: (plan.with_name("plan-caseworkers") / name).read_bytes() for name in FILES[:3]}
    version = Casebook.open(plan / CASEBOOK).version
    code, facts = again(run, plan)
    assert (code, facts["changes"], facts["casebook_version"]) == (0, 0, version)
    after = {name: (plan.with_name("plan-caseworkers") / name).read_bytes() for name in FILES[:3]}
    assert after == before


def test_what_stands_there_is_replaced_only_when_asked(plan: Path, run: Run) -> None:
    assert run("caseworkers", plan).exit_code == 6
    assert run("caseworkers", plan, "--out", plan / "inside").exit_code == 6


def test_a_resignation_leaves_families_without_and_proposes_who_goes_elsewhere(plan: Path, run: Run) -> None:
    center = largest(plan)
    gone = one_of(plan, center["center_id"])
    result = run("caseworkers", plan, "--overwrite", "--resign", gone, "--date", "1404/07/01")
    assert result.exit_code == 4
    places = (center["caseworkers"] - 1) * A_CASEWORKER
    assert f"{center['center_id']}: " in result.stderr
    beats = table(plan, "beats")
    own = beats[beats["center_id"] == center["center_id"]]
    assert (own["reason"] == "no_room").sum() == center["cases"] - places
    changes = table(plan, "changes")
    assert set(changes["reason"]) == {"no_longer_there", "no_caseworker"}
    assert set(changes["from_caseworker"]) == {gone}
    proposal = plan.with_name("plan-caseworkers-proposal")
    assert str(proposal) in result.stderr
    assert run("apply", plan, proposal).exit_code == 0
    left = Casebook.open(plan / CASEBOOK).plan().centers.set_index("center_id").loc[center["center_id"]]
    assert left["cases"] <= places
    code, facts = again(run, plan)
    assert (code, facts["no_caseworker"], facts["proposal"]) == (0, {}, "")
    assert run("verify", plan).exit_code == 0


def test_the_roster_is_kept_even_where_some_are_without(plan: Path, run: Run) -> None:
    gone = one_of(plan, largest(plan)["center_id"])
    again(run, plan, "--resign", gone)
    roster = Casebook.open(plan / CASEBOOK).work("caseworkers").set_index("caseworker_id")
    assert roster.loc[gone, "until"] == "2025-09-22"


def test_a_center_without_any_caseworker_is_said(plan: Path, run: Run, tmp_path: Path) -> None:
    roster = Casebook.open(plan / CASEBOOK).work("caseworkers")
    lost = roster["center_id"].iloc[0]
    staff = tmp_path / "staff.csv"
    roster[roster["center_id"] != lost].to_csv(staff, index=False)
    result = run("caseworkers", plan, "--overwrite", "--staff", staff, "--lang", "fa")
    assert result.exit_code == 4
    assert f"مرکز {lost} هیچ مددکاری ندارد" in result.stderr
    beats = table(plan, "beats")
    assert set(beats.loc[beats["center_id"] == lost, "reason"]) == {"no_caseworker"}


def test_more_caseworkers_than_needed_share_evenly(plan: Path, run: Run, tmp_path: Path) -> None:
    roster = Casebook.open(plan / CASEBOOK).work("caseworkers")
    center = largest(plan)
    more = pd.DataFrame([("Sara", center["center_id"], "", "")], columns=roster.columns)
    staff = tmp_path / "staff.csv"
    pd.concat([roster, more]).to_csv(staff, index=False)
    code, _ = again(run, plan, "--staff", staff)
    assert code == 0
    own = table(plan, "caseworkers")
    own = own[own["center_id"] == center["center_id"]]
    assert len(own) == center["caseworkers"] + 1
    assert own["cases"].max() - own["cases"].min() <= 1
    assert set(table(plan, "changes")["reason"]) == {"new_beat"}


def test_a_family_that_joined_is_all_that_changes(plan: Path, run: Run, tmp_path: Path) -> None:
    book = Casebook.open(plan / CASEBOOK)
    homes = book.problem().households
    smallest = book.plan().centers.sort_values("cases")["center_id"].iloc[0]
    near = book.plan().assignments.set_index("household_id")["center_id"]
    door = homes[homes["household_id"].map(near) == smallest].iloc[0]
    moves = tmp_path / "moves.csv"
    moves.write_text(
        "household_id,date,event,lon,lat,county\n"
        f"NEW-1,1404/07/01,join,{door['lon'] + 1e-4},{door['lat']},{door['county']}\n"
    )
    assert run("rebalance", plan, "--moves", moves, "--out", tmp_path / "moved").exit_code == 0
    assert run("apply", plan, tmp_path / "moved").exit_code == 0
    code, facts = again(run, plan)
    assert code == 0
    changes = table(plan, "changes").set_index("household_id")["reason"]
    assert changes["NEW-1"] == "joined"
    # The plan may have transferred others; of those who stayed nobody changes but for even shares.
    assert set(changes.drop("NEW-1")) <= {"other_center", "even_shares"}
    assert facts["by_reason"].get("even_shares", 0) <= 1


def test_a_staff_list_with_faults_is_refused_whole(plan: Path, run: Run, tmp_path: Path) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text("caseworker_id,center_id\nA,NOWHERE\nA,NOWHERE\n")
    version = Casebook.open(plan / CASEBOOK).version
    result = run("caseworkers", plan, "--overwrite", "--staff", staff)
    assert result.exit_code == 3
    assert "staff.csv:2 [unknown_center]" in result.stderr
    assert "staff.csv:3 [duplicate_id]" in result.stderr
    assert Casebook.open(plan / CASEBOOK).version == version


def test_afresh_forgets_who_had_whom(plan: Path, run: Run) -> None:
    code, facts = again(run, plan, "--afresh")
    assert code == 0
    # The same households in the same order: the same beats, which no change shows.
    assert facts["changes"] == 0


def test_in_persian(plan: Path, run: Run) -> None:
    result = run("caseworkers", plan, "--overwrite", "--lang", "fa")
    assert result.exit_code == 0
    assert "مددکار هیچ خانواری عوض نشد" in result.stdout


@pytest.mark.parametrize("command", ["caseworkers", "record"])
def test_a_nation_is_told_to_go_province_by_province(run: Run, tmp_path: Path, command: str) -> None:
    province = tmp_path / "nation" / "provinces" / "15"
    province.mkdir(parents=True)
    (tmp_path / "nation" / "summary.json").write_text("{}")
    result = run(command, tmp_path / "nation")
    assert result.exit_code == 2
    assert f"siting {command} {province}" in result.stderr


def test_what_is_written_of_a_province_lies_beside_its_nation(tmp_path: Path) -> None:
    province = tmp_path / "nation" / "provinces" / "15"
    province.mkdir(parents=True)
    (tmp_path / "nation" / "summary.json").write_text("{}")
    assert beside(province, "caseworkers") == tmp_path / "nation-15-caseworkers"
    assert beside(tmp_path / "plan", "caseworkers") == tmp_path / "plan-caseworkers"


def test_a_proposal_says_which_center_lacks_caseworkers_for_it(plan: Path, run: Run) -> None:
    center = largest(plan)
    centers = Casebook.open(plan / CASEBOOK).plan().centers.set_index("center_id")
    (closing, *_) = centers.index[
        (centers["unit"] == center["unit"]) & (centers.index != center["center_id"])
    ]
    room = f"{center['center_id']}={centers['cases'].sum()}"
    beside = plan.with_name("closing")
    result = run("rebalance", plan, "--close", closing, "--max-cases", room, "--out", beside)
    facts = json.loads((beside / "proposal.json").read_text())
    stays = centers.drop(closing)["caseworkers"] * A_CASEWORKER
    assert run("apply", plan, beside).exit_code == 0
    after = Casebook.open(plan / CASEBOOK).plan().centers.set_index("center_id")["cases"]
    beyond = after[after > stays.reindex(after.index)]
    assert {one["center_id"]: one["cases"] for one in facts["short_staffed"]} == beyond.to_dict()
    assert center["center_id"] in beyond
    for one in beyond.index:
        needed, has = -(-beyond[one] // A_CASEWORKER), stays[one] // A_CASEWORKER
        told = f"{one} would have {beyond[one]} cases and need {needed} caseworkers; its roster has {has}"
        assert told in result.stdout
