"""The same plan from a cluster: a real one of two workers, one of which is killed midway."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import data.process.workers
import door.nation
from tests.cli.small_nation import content, write_households

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Siting

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(*arguments: object, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "distributed.cli.dask_" + str(arguments[0]), *map(str, arguments[1:])]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler and its two workers, each a process with one thread."""
    distributed = pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    quiet = ("--no-dashboard", "--host", "127.0.0.1")
    one = ("worker", address, *quiet, "--nthreads", 1, "--no-nanny", "--local-directory")
    with (
        started("scheduler", *quiet, "--port", port, "--no-show", log=tmp_path / "scheduler.log"),
        started(*one, tmp_path / "w0", log=tmp_path / "0.log") as first,
        started(*one, tmp_path / "w1", log=tmp_path / "1.log") as second,
        distributed.Client(address, timeout=60, set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        yield address, [first, second]


def test_a_cluster_that_loses_a_worker_midway_gives_the_bytes_of_one_process(
    siting: Siting,
    tmp_path: Path,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    households = write_households(tmp_path)
    address, workers = cluster
    take = door.nation.Nation._take

    def killing(nation: Any, outcome: Any, done: dict[str, Any], lost: dict[str, Any]) -> None:
        if not done:
            # Four provinces, two workers: now both are at work on another.
            workers[0].kill()
        take(nation, outcome, done, lost)

    monkeypatch.setattr(door.nation.Nation, "_take", killing)
    theirs = siting(
        "plan", households, "--out", tmp_path / "theirs", "--backend", "dask", "--address", address
    )
    assert theirs.exit_code == 0, theirs.output
    assert workers[0].wait(timeout=30) != 0
    monkeypatch.undo()
    ours = siting("plan", households, "--out", tmp_path / "ours", "--workers", 1)
    assert ours.exit_code == 0, ours.output
    assert content(tmp_path / "theirs") == content(tmp_path / "ours")
    assert siting("verify", tmp_path / "theirs").exit_code == 0


@pytest.mark.parametrize("lang", ["en", "fa"])
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--address", "tcp://127.0.0.1:1"), "address_without_cluster"),
        (("--backend", "dask"), "cluster_without_address"),
        (("--backend", "dask", "--address", "tcp://127.0.0.1:1"), "no_cluster_library"),
    ],
)
def test_a_cluster_that_cannot_be_meant_is_wrong_usage(
    siting: Siting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, options: Any, code: str, lang: str
) -> None:
    monkeypatch.setattr(data.process.workers, "find_spec", lambda _: None)
    result = siting("plan", "households.csv", "--out", tmp_path / "x", *options, "--lang", lang)
    assert result.exit_code == 2
    assert f"[{code}]" in result.stderr


def test_a_cluster_that_does_not_answer_is_the_machines_fault(
    siting: Siting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(data.process.workers, "_CONNECT_SECONDS", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    result = siting(
        "plan", write_households(tmp_path), "--out", tmp_path / "x", "--backend", "dask", "--address", address
    )
    assert result.exit_code == 8
    assert f"[cluster_unreachable] no cluster answers at {address}" in result.stderr
    assert not (tmp_path / "x").exists()
