"""Notebooks run from top to bottom on what the project ships, and are kept without outputs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
STORIES = [
    "1_plan_a_province",
    "2_choose_the_rules",
    "3_a_year_of_moves",
    "4_placing_screening_devices",
    "5_fees_and_visits",
    "6_check_against_an_exact_solver",
    "7_fairness",
]


def cells_of(notebook: Path, kind: str) -> list[dict[str, Any]]:
    read = json.loads(notebook.read_text(encoding="utf-8"))
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    return [cell for cell in read["cells"] if cell["cell_type"] == kind]


def test_every_story_has_its_notebook() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == STORIES


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_is_stored(notebook: Path) -> None:
    code = cells_of(notebook, "code")
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_plot_has_a_title_units_and_a_sentence_of_its_numbers(notebook: Path) -> None:
    plots = ["".join(cell["source"]) for cell in cells_of(notebook, "code")]
    plots = [source for source in plots if "plt.subplots(" in source]
    assert plots
    for source in plots:
        shown = source.index("plt.show()")
        assert "title=" in source[:shown]
        assert "label=" in source[:shown]
        assert 'f"' in source[shown:], "a sentence that is computed follows the plot"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_story_is_told_in_both_languages_and_says_that_it_is_synthetic(notebook: Path) -> None:
    first = "".join(cells_of(notebook, "markdown")[0]["source"])
    assert "ساختگی" in first
    assert "synthetic" in first


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    read = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        read,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    done = client.execute()
    outputs = [one for cell in done.cells if cell.cell_type == "code" for one in cell.outputs]
    assert [one for one in outputs if one.get("name") == "stderr"] == []
    pictures = [one for one in outputs if "image/png" in one.get("data", {})]
    plots = sum("plt.show()" in "".join(cell["source"]) for cell in cells_of(notebook, "code"))
    assert len(pictures) == plots
    printed = "".join(one["text"] for one in outputs if one.get("name") == "stdout")
    assert "nan" not in printed.lower()
    assert len(printed.splitlines()) >= plots
