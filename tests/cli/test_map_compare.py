"""`siting map DIR --compare A B`: versions, and a proposal before it is applied and after."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.maps.test_center_page import data_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


@pytest.fixture(scope="module")
def closing(tmp_path_factory: pytest.TempPathFactory, siting: Siting, lorestan: Path) -> tuple[Path, Path]:
    """A plan, and a proposal to close its smallest center."""
    folder = shutil.copytree(lorestan, tmp_path_factory.mktemp("closing") / "plan")
    centers = pd.read_csv(folder / "centers.csv")
    smallest = centers.sort_values(["cases", "center_id"])["center_id"].iloc[0]
    proposal = folder.with_name("proposal")
    result = siting("rebalance", folder, "--close", smallest, "--out", proposal)
    assert result.exit_code in (0, 4), result.output
    return folder, proposal


def drawn(siting: Siting, folder: Path, a: object, b: object, out: Path) -> dict[str, Any]:
    result = siting("map", folder, "--compare", a, b, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"out": str(out), "pages": 1}
    return data_of(out / "index.html")


def test_a_proposal_shows_what_it_brings(siting: Siting, closing: tuple[Path, Path], tmp_path: Path) -> None:
    folder, proposal = closing
    before = drawn(siting, folder, 1, proposal, tmp_path / "proposed")
    applied = shutil.copytree(folder, tmp_path / "plan")
    assert siting("apply", applied, proposal).exit_code in (0, 4)
    after = drawn(siting, applied, 1, 2, tmp_path / "applied")
    for name in ("centers", "flows", "rest", "grounds", "shapes"):
        assert before[name] == after[name]
    assert [one["there"] for one in before["centers"]].count("only_a") == 1
    assert all(one["loads"][1] is None for one in before["centers"] if one["there"] == "only_a")


def test_the_page_lies_beside_the_plan_unless_told(siting: Siting, closing: tuple[Path, Path]) -> None:
    folder, proposal = closing
    result = siting("map", folder, "--compare", "1", proposal, "--lang", "fa")
    page = folder.with_name("plan-compare-1-proposal") / "index.html"
    assert result.exit_code == 0, result.output
    assert "صفحهٔ پیش و پس نوشته شد" in result.stdout
    assert page.stat().st_mode & 0o777 == 0o600
    assert siting("map", folder, "--compare", "1", proposal).exit_code == 6
    assert siting("map", folder, "--compare", "1", proposal, "--overwrite").exit_code == 0


@pytest.mark.parametrize("other", [("--version", 1), ("--staff",), ("--tiles",)])
def test_other_ways_to_draw_do_not_go_with_it(
    siting: Siting, closing: tuple[Path, Path], other: tuple[object, ...]
) -> None:
    result = siting("map", closing[0], "--compare", 1, 1, *other)
    assert result.exit_code == 2
    assert "[compare_alone]" in result.stderr


@pytest.mark.parametrize(
    ("named", "code", "exit_code"), [("9", "no_such_version", 2), ("nowhere", "no_folder", 3)]
)
def test_what_is_not_there_is_told(
    siting: Siting, closing: tuple[Path, Path], named: str, code: str, exit_code: int
) -> None:
    result = siting("map", closing[0], "--compare", "1", named)
    assert (result.exit_code, f"[{code}]" in result.stderr) == (exit_code, True)
