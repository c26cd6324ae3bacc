"""The same work on both sides: figures of each, ratios where both answered, a word where a peer did not."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

from benchmarks import beside, ours, peer_flow
from benchmarks.apart import Call, FailedError
from benchmarks.asked import Asked
from benchmarks.beside import Job

CATCHMENTS = {"n": 500, "k": 2, "seed": 0}


def installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def job(monkeypatch: pytest.MonkeyPatch, *, ours: Any, theirs: Any, **told: str) -> Job:
    """A job whose sides are not run but give these figures."""

    def done(call: Call) -> dict[str, Any]:
        figures = ours if call.function == "ours" else theirs
        if isinstance(figures, Exception):
            raise figures
        return dict(figures)

    monkeypatch.setattr(Call, "done", done)
    return Job("work", 10, Call("ours"), Call("theirs"), **{"peer": "numpy", **told})


def test_ratios_say_how_much_faster_and_shorter_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    one = job(monkeypatch, ours={"seconds": 2.0, "value": 90.0}, theirs={"seconds": 5.0, "value": 100.0})
    row = one.row()
    assert (row["times_faster"], row["percent_shorter"]) == (2.5, 10.0)
    assert row["peer"] == f"numpy {version('numpy')}"


@pytest.mark.parametrize(
    ("told", "theirs", "note"),
    [
        ({"peer": "no-such-package"}, {}, "is not installed"),
        ({"left_out": "takes minutes"}, {}, "takes minutes"),
        ({}, FailedError("ended with 1"), "ended with 1"),
        ({}, {"seconds": 60.0, "value": None, "note": "no answer"}, "no answer"),
    ],
)
def test_a_peer_without_an_answer_is_told_and_not_compared(
    told: dict[str, str], theirs: Any, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = job(monkeypatch, ours={"seconds": 2.0, "value": 90.0}, theirs=theirs, **told).row()
    assert row["peer_note"] == note
    assert "times_faster" not in row
    assert note in beside.table([row])


def test_our_own_failure_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FailedError, match="broken"):
        job(monkeypatch, ours=FailedError("broken"), theirs={}).row()


@pytest.mark.parametrize("part", [beside.catchments, beside.flows, beside.medians, beside.sites])
def test_every_part_names_work_that_can_be_made(part: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Call] = []

    def done(call: Call) -> dict[str, Any]:
        asked.append(call)
        return {"seconds": 1.0, "value": 1.0, "peak_mb": 1.0}

    monkeypatch.setattr(Call, "done", done)
    assert list(part(Asked(quick=True)))
    module, name = asked[0].function.split(":")
    assert module == "benchmarks.ours"
    assert getattr(ours, name)(**asked[0].arguments)


def test_the_flow_of_both_sides_costs_the_same_where_the_arcs_are_all() -> None:
    told = {"n": 400, "k": 2, "arcs": 2}
    mine, plain = ours.flow(**told), peer_flow.flow(**told)
    assert mine.recount(mine.run()) == plain.recount(plain.run())


def test_a_flow_that_needs_further_arcs_is_told() -> None:
    crowded = peer_flow.flow(n=1000, k=4, arcs=1)
    assert crowded.recount(crowded.run()) == {"value": None, "note": "no flow over these arcs"}


def test_our_medians_serve_everyone() -> None:
    work = ours.medians(n=50, p=3, seed=0, rounds=5)
    assert work.recount(work.run())["value"] > 0


@pytest.mark.skipif(not installed("k-means-constrained"), reason="k-means-constrained comes with .[bench]")
def test_the_peer_of_catchments_keeps_the_bounds() -> None:
    assert Call("benchmarks.peer_kmeans:catchments", CATCHMENTS).done()["value"] > 0


@pytest.mark.skipif(not installed("spopt"), reason="spopt comes with .[bench]")
def test_the_peer_of_medians_is_single_sourced() -> None:
    told = {"n": 20, "p": 2, "seed": 0, "limit_seconds": 30}
    assert Call("benchmarks.peer_spopt:medians", told).done()["single_sourced"]
