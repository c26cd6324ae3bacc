"""Plots are drawn from what was measured; without matplotlib there are none, and that is said."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import plots
from benchmarks.results import renew

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 60_000
PEER = {"peer": "k-means-constrained 0.9.1", "peer_seconds": 2.0, "peer_value": 103.0}


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    file = tmp_path / "results.json"
    sizes = (1_000, 10_000)
    renew(file, "catchments", [{"size": n, "seconds": n / 1e4, "value": 100.0, **PEER} for n in sizes])
    renew(file, "sites", [{"size": 40_000, "seconds": 30.0, "value": 50.0, "peer_note": "no answer"}])
    renew(file, "cpmp", [{"asked_seconds": s, "above_percent": 1 / s} for s in (5.0, 15.0)])
    renew(file, "scaling", [{"households": n, "seconds": 5.0, "peak_mb": 500.0} for n in sizes])
    return file


def test_both_plots_are_small_pictures(measured: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with .[bench]")
    assert plots.main(["--results", str(measured), "--out", str(tmp_path)]) == 0
    for name in ("quality_time.png", "time_size.png"):
        picture = (tmp_path / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < MOST_BYTES


def test_parts_that_were_not_measured_are_left_out_of_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with .[bench]")
    assert [file.name for file in plots.draw({}, tmp_path)] == ["quality_time.png", "time_size.png"]


def test_without_matplotlib_nothing_is_drawn_and_nothing_fails(
    measured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return usual(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    assert plots.main(["--results", str(measured), "--out", str(tmp_path)]) == 0
    assert "not installed" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


def test_plots_need_figures_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plots.main(["--results", str(tmp_path / "none.json"), "--out", str(tmp_path)]) == 1
    assert "measure first" in capsys.readouterr().err
