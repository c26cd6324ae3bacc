"""What a nation's proposal says of the whole nation, and the lists that its centers sign."""

from __future__ import annotations

import io
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from data.casebook import CASEBOOK, Casebook
from data.text import LANGS
from tests.cli.moving_nation import WENT, rows_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def summary_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return told


def test_figures_of_a_proposal_are_the_whole_nations_before_and_after(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    moves = write(tmp_path / "m.csv", ["15-3,1405/07/01,move,46.41,33.61,,"])
    result = siting("rebalance", nation, "--moves", moves, "--out", tmp_path / "p")
    assert result.exit_code == 0, result.output
    facts = json.loads((tmp_path / "p" / "proposal.json").read_text(encoding="utf-8"))
    before = summary_of(nation)
    assert siting("apply", nation, tmp_path / "p").exit_code == 0
    after = summary_of(nation)
    for name in ("km", "objective_km", "households"):
        assert facts[name] == {"before": before[name], "after": after[name]}
    assert facts["unassigned"] == after["unassigned"]
    changing = [one for one in before["provinces"] if one["code"] in ("15", "16")]
    assert facts["changing"]["objective_km"]["before"] == pytest.approx(
        sum(one["objective_km"] for one in changing)
    )
    assert facts["changing"]["households"] == {"before": 370, "after": 370}
    assert "in the whole nation" in result.stdout
    assert "in the 2 provinces that change: mean distance" in result.stdout


def test_where_all_provinces_change_figures_are_said_once(proposal: Path, siting: Siting) -> None:
    facts = json.loads((proposal / "proposal.json").read_text(encoding="utf-8"))
    assert facts["changing"] == {name: facts[name] for name in ("households", "km", "objective_km")}
    result = siting("rebalance", proposal.parent / "nation", "--moves", proposal.parent / "moves.csv",
                    "--out", proposal.parent / "once")  # fmt: skip
    assert "Of that" not in result.stdout


def test_each_province_has_a_folder_of_lists_and_one_list_goes_over_each_border(
    founded: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    out = tmp_path / "lists"
    result = siting("handover", founded, proposal, "--out", out)
    assert result.exit_code == 0, result.output
    index = rows_of(out / "index.csv")
    own = {str(one.relative_to(out)) for one in out.rglob("*.xlsx")}
    assert {one["file"] for one in index} == own
    across = {(one["from_province"], one["to_province"]): one for one in index}
    assert {("15", "16"), ("15", "13")} <= set(across)
    pairs = {one["household_id"]: one for one in rows_of(proposal / "pairs.csv")}
    for who, to in (("15-3", "16"), ("15-4", "13")):
        row = across["15", to]
        assert (row["from_center"], row["to_center"]) == (pairs[who]["from_center"], pairs[who]["to_center"])
        assert row["file"].startswith("provinces/15/")
        assert (row["households"], row["cases"]) == ("1", "1")
        sheet = load_workbook(io.BytesIO((out / row["file"]).read_bytes())).active
        text = " ".join(str(cell) for line in sheet.values for cell in line if cell is not None)
        for told in (
            who,
            row["from_center"],
            row["to_center"],
            "nation/provinces/15",
            f"nation/provinces/{to}",
        ):
            assert told in text
        assert "moved house to another province" in text
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_everybody_with_another_center_is_to_be_told_once(
    founded: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    assert siting("handover", founded, proposal, "--out", tmp_path / "lists").exit_code == 0
    notified = rows_of(tmp_path / "lists" / "notify.csv")
    assert len({one["household_id"] for one in notified}) == len(notified)
    where = {one["household_id"]: (one["province"], one["center_id"]) for one in notified}
    centers = {
        code: set(Casebook.open(founded / "provinces" / code / CASEBOOK).plan().centers["center_id"])
        for code in WENT.values()
    }
    for who, code in WENT.items():
        assert where[who][0] == code
        assert where[who][1] in centers[code]


def test_a_handover_is_the_same_before_and_after_it_was_applied_and_replaces_only_its_own(
    founded: Path, applied: Path, proposal: Path, siting: Siting, tmp_path: Path
) -> None:
    out = tmp_path / "lists"
    assert siting("handover", founded, proposal, "--out", out).exit_code == 0
    tables = [(out / name).read_bytes() for name in ("index.csv", "notify.csv")]
    assert siting("handover", applied, proposal, "--out", out).exit_code == 6
    told = siting("handover", applied, proposal, "--out", out, "--overwrite", "--json")
    assert told.exit_code == 0, told.output
    facts = json.loads(told.stdout)
    assert {one["applied"] for one in facts["provinces"].values()} == {2}
    assert (facts["across"], facts["unmet"]) == (2, 0)
    assert [(out / name).read_bytes() for name in ("index.csv", "notify.csv")] == tables
    (out / "provinces/15/mine.txt").write_text("mine", encoding="utf-8")
    kept = siting("handover", applied, proposal, "--out", out, "--overwrite")
    assert kept.exit_code == 6
    assert (out / "provinces/15/mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("lang", LANGS)
def test_lists_of_what_was_taken_back_say_so(
    applied: Path, proposal: Path, siting: Siting, tmp_path: Path, lang: str
) -> None:
    assert siting("revert", applied, 1).exit_code == 0
    result = siting("handover", applied, proposal, "--out", tmp_path / "lists", "--lang", lang)
    assert result.exit_code == 0, result.output
    assert [line[:4] for line in result.stderr.splitlines()] == ["00: ", "13: ", "15: ", "16: "]
