"""The part that measures maps: figures of the pages that were drawn, and the first paint where it is seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import maps
from benchmarks.apart import Ended, FailedError
from benchmarks.asked import Asked


def test_pages_are_counted_and_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def ran(arguments: list[str]) -> Ended:
        asked.append(arguments)
        if arguments[2] == "demo":
            plan = Path(arguments[-1])
            (plan / "map/centers").mkdir(parents=True)
            (plan / "map/index.html").write_text("x" * 2_000_000)
            (plan / "map/centers/C-1.html").write_text("x" * 500_000)
            (plan / "summary.json").write_text(json.dumps({"households": 9, "centers": 1}))
        return Ended(0, 2.5, 300.0, "", "")

    monkeypatch.setattr(maps, "ran", ran)
    monkeypatch.setattr(maps.shutil, "which", lambda _: None)
    (row,) = maps.maps(Asked(quick=True))
    assert [one[2] for one in asked] == ["demo", "map"]
    assert (row["pages"], row["index_mb"], row["all_mb"], row["seconds"]) == (2, 2.0, 2.5, 2.5)
    assert row["paint_seconds"] is None
    assert maps.table([row]).splitlines()[-1] == "| lorestan | 9 | 1 | 2 | 2.50 | 300 | 2.00 | 2.5 |  |"


def test_a_map_that_is_not_drawn_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "ran", lambda _: Ended(8, 1.0, 1.0, "", "no disk"))
    with pytest.raises(FailedError, match="no disk"):
        list(maps.maps(Asked(quick=True)))
