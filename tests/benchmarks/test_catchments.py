from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from benchmarks.catchments import main
from benchmarks.landscape import towns
from benchmarks.travel import travel_km

if TYPE_CHECKING:
    from pathlib import Path


def test_one_line_says_what_the_assignment_adds_up_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = towns(900, np.random.default_rng(0))
    pd.DataFrame(points, columns=["x_km", "y_km"]).to_csv(tmp_path / "land.csv", index=False)
    out = tmp_path / "out.csv"
    assert main([str(tmp_path / "land.csv"), "--centers", "3", "--out", str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    whose = pd.read_csv(out)["median"].to_numpy()
    assert said["instance"] == "land"
    assert said["value"] == pytest.approx(travel_km(points, whose), abs=0.01)
    assert np.bincount(whose).min() >= 150


@pytest.mark.parametrize(
    ("content", "centers", "said"),
    [
        ("a,b\n1,2\n", "1", "x_km and y_km"),
        ("x_km,y_km\n", "1", "no points"),
        ("x_km,y_km\n1,2\n1,nan\n", "1", "is no point"),
        ("x_km,y_km\n1,2\n1,3\n", "1", "do not make 1 catchments"),
    ],
)
def test_a_file_that_cannot_be_divided_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, centers: str, said: str
) -> None:
    file = tmp_path / "land.csv"
    file.write_text(content, encoding="utf-8")
    assert main([str(file), "--centers", centers]) == 3
    assert said in capsys.readouterr().err


def test_travel_is_counted_to_the_geometric_median_of_each_catchment() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0], [7.0, 7.0]])
    assert travel_km(points, np.array([0, 0, 0, 1])) == pytest.approx(5.0, abs=1e-4)
