"""The benchmark reads instances, recounts answers itself and says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import cpmp
from benchmarks.cpmp import main
from benchmarks.instances import BadInstanceError, Instance, read_instance, recount
from siting.medians.pmedian import rounds_spent, solve_p_median

GOOD = "4 2\n0 0 5 2\n0 3 5 2\n10 0 5 2\n10 4 5 3\n"
INSTANCES = Path(__file__).parents[3] / "shared" / "instances" / "cpmp"


def written(folder: Path, text: str, name: str = "small.txt") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def small() -> Instance:
    points = np.array([[0.0, 0], [0, 3], [10, 0], [10, 4]])
    return Instance("small", points, np.full(4, 5.0), np.array([2.0, 2, 2, 3]), 2)


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    found, told = read_instance(written(tmp_path, GOOD.replace(" ", "\t"))), small()
    assert (found.name, found.p) == (told.name, told.p)
    assert np.array_equal(found.points, told.points)
    assert np.array_equal(found.capacity, told.capacity)
    assert np.array_equal(found.demand, told.demand)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4\n",
        "two 2\n",
        "5 2\n" + GOOD[4:],
        GOOD.replace("10 4 5 3", "10 4 5"),
        GOOD.replace("10 4", "nan 4"),
        GOOD.replace("10 4", "ten 4"),
    ],
)
def test_a_file_that_is_no_instance_is_named_in_a_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadInstanceError, match=r"small\.txt"):
        read_instance(file)
    assert main([str(file), "--seconds", "0.1"]) == 3
    shown = capsys.readouterr()
    assert not shown.out
    assert len(shown.err.splitlines()) == 1


def test_a_missing_file_and_one_that_cannot_be_served_exit_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = written(tmp_path, GOOD.replace(" 5 ", " 4 "))
    assert main([str(tmp_path / "none.txt")]) == 3
    assert main([str(full), "--seconds", "0.1"]) == 3
    assert "8" in capsys.readouterr().err


def test_an_answer_is_recounted_from_the_assignment() -> None:
    assert recount(small(), np.array([0, 0, 3, 3])) == (7.0, [])


@pytest.mark.parametrize(
    "assigned",
    [[0, 0, 0, 3], [0, 1, 2, 3], [0, 0, 3, 4], [0, 0, 3, -1], [0, 0, 3]],
    ids=["too full", "too many medians", "no such median", "left out", "too short"],
)
def test_an_answer_that_breaks_a_rule_is_told(assigned: list[int]) -> None:
    assert recount(small(), np.array(assigned))[1]


def test_a_line_of_json_and_a_table_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert main([str(written(tmp_path, GOOD)), "--seconds", "0.2", "--out", str(out)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert set(line) == {"instance", "value", "seconds", "peak_mb"}
    assert line["instance"] == "small"
    header, *rows = out.read_text().splitlines()
    assert header == "point,median"
    table = np.array([row.split(",") for row in rows], dtype=int)
    assert table[:, 0].tolist() == [0, 1, 2, 3]
    assert recount(small(), table[:, 1]) == (pytest.approx(line["value"], abs=1e-4), [])


def test_an_answer_of_the_solver_that_breaks_a_rule_exits_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    solve = cpmp.solve_p_median

    def crowded(*args: object, **kwargs: object) -> object:
        found = solve(*args, **kwargs)
        found.assigned[:] = found.median[0]
        return found

    monkeypatch.setattr(cpmp, "solve_p_median", crowded)
    assert main([str(written(tmp_path, GOOD)), "--seconds", "0.1"]) == 1
    assert "may serve" in capsys.readouterr().err


@pytest.fixture
def compiled_already() -> None:
    told = small()
    rng = np.random.default_rng(0)
    solve_p_median(told.points, told.capacity, told.demand, told.p, rng=rng, spent=rounds_spent(1))


@pytest.mark.usefixtures("compiled_already")
@pytest.mark.skipif(not INSTANCES.is_dir(), reason="the public instances are not here")
@pytest.mark.parametrize(("name", "best"), [("SJC1.dat", 17288.99), ("lin318_015.txt", 88901.56)])
def test_small_public_instances_come_close_to_the_best_known(
    name: str, best: float, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(INSTANCES / name), "--seconds", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] < 1.02 * best
