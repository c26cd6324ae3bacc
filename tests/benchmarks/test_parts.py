"""Parts are measured one by one, in processes of their own, and kept one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import own_time, profile_of, public, results, whole_process
from benchmarks.apart import ROOT, Call, Ended, FailedError, json_line, ran
from benchmarks.asked import Asked, SkippedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTANCE = "4 2\n0 0 5 2\n0 3 5 2\n10 0 5 2\n10 4 5 3\n"
LEAST_VALUE = 7.0


def rows_of(asked: Asked) -> Iterator[dict[str, Any]]:
    yield {"work": "counting", "seconds": asked.limit_seconds}


def lines_of(rows: list[dict[str, Any]]) -> str:
    return results.markdown([results.Column("work", "work")], rows)


def test_a_part_is_renewed_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "results.json"
    file.write_text(
        json.dumps({"machine": {}, "flows": {"machine": {"cores": 1}, "rows": [{"work": "old"}]}})
    )
    monkeypatch.setitem(bench.PARTS, "sites", (rows_of, lines_of))
    assert bench.main(["sites", "--limit", "7", "--results", str(file)]) == 0
    kept = json.loads(file.read_text())
    assert list(kept) == ["flows", "sites"]
    assert kept["flows"] == {"machine": {"cores": 1}, "rows": [{"work": "old"}]}
    assert kept["sites"]["rows"] == [{"work": "counting", "seconds": 7.0}]
    assert set(kept["sites"]["machine"]) == {"cores", "platform", "python"}


@pytest.mark.parametrize(("error", "code"), [(FailedError("broken"), 1), (SkippedError("nothing here"), 0)])
def test_a_part_without_figures_keeps_those_of_before(
    error: Exception,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def none(asked: Asked) -> Iterator[dict[str, Any]]:
        yield from rows_of(asked)
        raise error

    file = tmp_path / "results.json"
    results.renew(file, "sites", [{"work": "old"}])
    monkeypatch.setitem(bench.PARTS, "sites", (none, lines_of))
    assert bench.main(["sites", "--results", str(file)]) == code
    assert results.read(file)["sites"]["rows"] == [{"work": "old"}]
    assert str(error) in "".join(capsys.readouterr())


def test_a_part_that_is_not_there_is_wrong_usage() -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(["speed"])


def test_a_table_leaves_empty_what_a_row_has_no_figure_of() -> None:
    columns = [results.Column("name", "name"), results.Column("gap", "gap", ".2%")]
    shown = results.markdown(columns, [{"name": "a", "gap": 0.0123}, {"name": "b", "gap": None}])
    assert shown.splitlines()[2:] == ["| a | 1.23% |", "| b |  |"]


def test_the_starter_of_processes_imports_nothing_heavy() -> None:
    code = (
        "import sys, benchmarks.__main__, benchmarks.plots\n"
        "print([one for one in ('numpy', 'pandas', 'ortools', 'numba', 'matplotlib') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_work_apart_gives_its_figures_and_its_memory() -> None:
    told = {"n": 50, "p": 3, "seed": 0, "rounds": 2}
    found = Call("benchmarks.ours:medians", told, warm=told, runs=2).done()
    assert found["runs"] == 2
    assert found["value"] > 0
    assert found["peak_mb"] > 10


def test_work_that_fails_apart_says_why() -> None:
    with pytest.raises(FailedError, match="NoSuchWork"):
        Call("benchmarks.ours:NoSuchWork").done()


def test_work_that_does_not_end_is_ended() -> None:
    ended = ran(["-c", "import time; time.sleep(600)"], limit_seconds=0.5)
    assert ended.code < 0
    with pytest.raises(FailedError, match=r"ended after 0\.001 s"):
        json_line(["benchmarks.child", "benchmarks.ours:medians", "{}"], limit_seconds=0.001)


def test_public_instances_are_told_by_the_best_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "SJC1.dat").write_text(INSTANCE)
    monkeypatch.setattr(public, "QUICK_SECONDS", (0.1, 0.2))
    monkeypatch.setattr(public, "best_known", lambda: {"SJC1": 6.4, "SJC2": 1.0})
    rows = list(public.cpmp(Asked(quick=True, instances=tmp_path)))
    assert [row["asked_seconds"] for row in rows] == [0.1, 0.2]
    assert all(row["value"] >= LEAST_VALUE for row in rows)
    above = [round(100 * (row["value"] / 6.4 - 1), 4) for row in rows]
    assert [row["above_percent"] for row in rows] == above
    assert public.table(rows).splitlines()[-1] == f"| most |  |  |  | {above[0]:.3f} | {above[1]:.3f} |"


def test_public_instances_that_are_absent_are_skipped(tmp_path: Path) -> None:
    with pytest.raises(SkippedError):
        next(public.cpmp(Asked(instances=tmp_path)))


def test_the_best_known_values_are_those_of_eighteen_instances() -> None:
    assert len(public.best_known()) == 18


def test_a_command_is_measured_as_a_whole() -> None:
    (row,) = whole_process.whole(Asked(quick=True))
    assert (row["command"], row["runs"]) == ("siting --help", 1)
    assert row["seconds"] > 0


def test_a_command_that_fails_is_no_figure() -> None:
    with pytest.raises(FailedError, match="ended with 2"):
        whole_process.measure(["demo", "atlantis", "--out", "OUT"], runs=1)


def test_a_plan_is_told_with_its_gap_and_its_stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def planned(arguments: list[str]) -> Ended:
        asked.append(" ".join(arguments[:-1]))
        out = type(tmp_path)(arguments[-1])
        out.mkdir()
        figures = {"households": 9, "centers": 1, "vacancies": 0, "bound_gap": 0.01, "seed": 0}
        (out / "summary.json").write_text(json.dumps(figures))
        (out / "run_stats.json").write_text(json.dumps({"seconds": {"read": 0.5, "plan": 1.0}}))
        return Ended(4, 2.0, 100.0, "", "")

    monkeypatch.setattr(whole_process, "ran", planned)
    (row,) = whole_process.scaling(Asked(quick=True))
    assert ["--scale 0.05" in one for one in asked] == [True, False]
    assert row["bound_gap"] == 0.01
    assert "--households 1000 --centers fewest" in row["command"]
    monkeypatch.setattr(profile_of.Call, "done", lambda _: {"functions": [{"name": "a.py:1 f", "calls": 2}]})
    stages = {row["name"]: row.get("seconds") for row in profile_of.profile(Asked(quick=True))}
    assert stages == {"read": 0.5, "plan": 1.0, "beside these": 0.5, "a.py:1 f": None}


def test_functions_are_told_by_their_own_time_and_no_path_of_the_machine() -> None:
    work = own_time.lorestan(scale=0.02)
    functions = work.recount(work.run())["functions"]
    seconds = [one["seconds"] for one in functions]
    assert len(functions) == own_time.TOP
    assert seconds == sorted(seconds, reverse=True)
    assert any(one["name"].startswith(("siting/", "allocation/", "data/")) for one in functions)
    assert not any(str(ROOT) in one["name"] for one in functions)
