from __future__ import annotations

import pickle
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.process.deadline import NATION_TAIL_SECONDS, Deadline, shares, tail_seconds

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_limit_it_never_comes() -> None:
    never = Deadline.after(None)
    assert not never()
    assert never.sooner(1e9) == never


def test_it_has_come_when_its_time_is_over_or_its_flag_is_there(tmp_path: Path) -> None:
    flag = tmp_path / "stop"
    waiting = Deadline.after(1000, flag=str(flag))
    assert not waiting()
    assert waiting.sooner(1000)()
    flag.touch()
    assert waiting()
    assert waiting.is_interrupted
    assert not waiting.is_over


def test_it_means_the_same_moment_where_the_monotonic_clock_reads_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = pickle.dumps(Deadline.after(100, flag="x"))
    here = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: here() + 5_000)
    arrived = pickle.loads(sent)  # noqa: S301 - our own
    assert arrived.seconds_left == pytest.approx(100, abs=5)
    assert arrived.flag == "x"


@given(
    st.lists(st.integers(min_value=1, max_value=100_000), min_size=1, max_size=31),
    st.integers(min_value=1, max_value=8),
    st.floats(min_value=10, max_value=10_000),
)
def test_every_province_has_its_share_of_the_time_and_all_end_before_it_is_over(
    households: list[int], workers: int, seconds: float
) -> None:
    households.sort(reverse=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: 7_000.0)
        stops = shares(households, workers, Deadline.after(seconds))
    ends = [stop.at - 7_000 + tail_seconds(count) for stop, count in zip(stops, households, strict=True)]
    assert max(ends) <= seconds - NATION_TAIL_SECONDS + 1e-6
    free = [0.0] * workers
    most = []
    for end, count in zip(ends, households, strict=True):
        begin = min(free)
        free[free.index(begin)] = end
        most.append((end - begin) / count)
    assert min(most) == pytest.approx(max(most), rel=1e-3, abs=1e-9)


def test_without_a_limit_no_province_has_one() -> None:
    assert shares([5, 3], 2, Deadline.after(None)) == [Deadline(), Deadline()]
