"""Notebooks run from top to bottom on what the project ships, and are kept without outputs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PROVINCE_ENDS_WELL = """
assert plan.centers["cases"].sum() == len(plan.assignments) > 0
assert loads.sum() == len(plan.centers)
assert certificate
assert 0 <= plan.bound_gap < 0.05
assert page.is_file() and page.parent == folder / "map"
"""


def cells_of(notebook: Path) -> list[dict[str, Any]]:
    read = json.loads(notebook.read_text(encoding="utf-8"))
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    return read["cells"]


def test_there_is_a_notebook() -> None:
    assert [notebook.name for notebook in NOTEBOOKS] == ["province.ipynb"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_no_output_is_stored(notebook: Path) -> None:
    code = [cell for cell in cells_of(notebook) if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_a_province_is_planned_in_its_notebook(tmp_path: Path) -> None:
    [notebook] = NOTEBOOKS
    code = ["".join(cell["source"]) for cell in cells_of(notebook) if cell["cell_type"] == "code"]
    script = "\n\n".join([*code, PROVINCE_ENDS_WELL])
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/notebook/map/index.html").stat().st_size > 100_000
