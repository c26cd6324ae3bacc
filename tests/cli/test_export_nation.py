"""`siting export NATION` and `siting verify NATION --anchor`: what is handed on of all, and its head."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from data.hashing import file_hash
from tests.cli.moving_nation import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


def summary(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture
def copied(nation: Path, tmp_path: Path) -> Path:
    return shutil.copytree(nation, tmp_path / "copied")


def test_each_province_is_exported_as_by_itself_with_a_summary_over_all(
    nation: Path, siting: Siting, tmp_path: Path
) -> None:
    out = tmp_path / "public"
    result = siting("export", nation, "--public", "--out", out)
    assert result.exit_code == 0, result.output
    codes = [one["code"] for one in summary(nation)["provinces"]]  # type: ignore[attr-defined]
    assert sorted(one.name for one in out.iterdir()) == sorted([*codes, "summary.json"])
    for code in codes:
        alone = tmp_path / f"alone-{code}"
        assert siting("export", nation / "provinces" / code, "--public", "--out", alone).exit_code == 0
        files = {one.name: one.read_bytes() for one in alone.iterdir()}
        assert {one.name: one.read_bytes() for one in (out / code).iterdir()} == files
        assert not {"assignments.csv", "unassigned.csv"} & set(files)
    whole, stated = summary(out), summary(nation)
    for name in ("households", "cases", "assigned", "centers", "load"):
        assert whole[name] == stated[name]
    assert whole["km"]["max"] is None  # type: ignore[index]
    assert whole["objective_km"] == float(f"{stated['objective_km']:.3g}")
    assert whole["exports"] == {
        f"{code}/summary.json": file_hash(out / code / "summary.json") for code in codes
    }
    assert siting("export", nation, "--public", "--out", out).exit_code == 6
    assert siting("export", nation, "--public", "--out", out, "--overwrite").exit_code == 0


def test_all_of_it_is_exported_too_and_mended_in_place(copied: Path, siting: Siting, tmp_path: Path) -> None:
    assert siting("export", copied, "--out", tmp_path / "all").exit_code == 0
    places = sorted((copied / "provinces").iterdir())
    assert all((tmp_path / "all" / one.name / "assignments.csv").is_file() for one in places)
    (places[0] / "centers.csv").write_text("broken", encoding="utf-8")
    assert siting("verify", copied).exit_code == 7
    assert siting("export", copied, "--out", copied).exit_code == 0
    assert siting("verify", copied).exit_code == 0


def test_a_printed_head_of_a_nation_is_an_anchor_also_after_it_went_on(
    copied: Path, siting: Siting, tmp_path: Path
) -> None:
    siting("export", copied, "--public", "--out", tmp_path / "first")
    head = summary(tmp_path / "first")["head"]
    province = min((copied / "provinces").iterdir())
    who = (province / "assignments.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    moves = write(tmp_path / "moves.csv", [f"{who},1405/07/01,leave,,,,"])
    assert siting("rebalance", province, "--moves", moves, "--out", tmp_path / "proposal").exit_code == 0
    assert siting("apply", province, tmp_path / "proposal").exit_code == 0
    verified = siting("verify", copied, "--anchor", head)
    assert verified.exit_code == 0, verified.output
    assert f"the head you gave is that of version 1 of the nation: {head}" in verified.stdout
    told = json.loads(siting("verify", copied, "--anchor", head, "--json").stdout)
    assert {one["anchors"][head] for one in told} == {1}
    unknown = siting("verify", copied, "--anchor", "0" * 64)
    assert (unknown.exit_code, "no version ever had this head" in unknown.stderr) == (7, True)
