"""Work in processes of their own: solvers' libraries do not clash, and the system counts each one's memory.

What starts them stays small: Linux counts what it holds as theirs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]


class FailedError(RuntimeError):
    """A process that gave no figures; says why in a sentence."""


@dataclass(frozen=True)
class Ended:
    """A process that is over.

    Attributes
    ----------
    code : int
        Exit code, negative for a signal.
    seconds : float
        Wall seconds from its start to its end.
    peak_mb : float
        Largest resident size of any one of its processes, MB.
    said, complained : str
        What it wrote to stdout and to stderr.
    """

    code: int
    seconds: float
    peak_mb: float
    said: str
    complained: str

    def why(self) -> str:
        """Return why it failed: its last words."""
        last = (self.complained.strip().splitlines() or ["no words"])[-1]
        return f"ended with {self.code}: {last}"


@dataclass(frozen=True)
class Call:
    """A function that returns a `benchmarks.work.Work`, and what to call it with.

    Attributes
    ----------
    function : str
        ``MODULE:FUNCTION``.
    arguments : mapping
        What JSON can tell.
    warm : mapping or None
        Arguments of a small work that is done first, so that no time is taken of loading kernels.
    runs : int
        How often it is done; seconds are the median.
    limit_seconds : float or None
        When the process is ended, whatever it does.
    """

    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    warm: Mapping[str, Any] | None = None
    runs: int = 1
    limit_seconds: float | None = None

    def done(self) -> dict[str, Any]:
        """Do the work in a process of its own; return its figures, ``seconds`` and ``peak_mb`` among them.

        Raises
        ------
        FailedError
            If it gives none.
        """
        warm = [] if self.warm is None else ["--warm", json.dumps(dict(self.warm))]
        told = [self.function, json.dumps(dict(self.arguments)), "--runs", str(self.runs), *warm]
        return json_line(["benchmarks.child", *told], limit_seconds=self.limit_seconds)


def json_line(arguments: Sequence[str], *, limit_seconds: float | None = None) -> dict[str, Any]:
    """Run a module of Python; return the last line of JSON that it prints, ``peak_mb`` as the system says.

    Raises
    ------
    FailedError
        If it fails, prints none or does not end in time.
    """
    ended = ran(["-m", *arguments], limit_seconds=limit_seconds)
    if ended.code == -signal.SIGKILL and limit_seconds is not None and ended.seconds >= limit_seconds:
        raise FailedError(f"no answer, ended after {limit_seconds:g} s")
    lines = [line for line in ended.said.splitlines() if line.startswith("{")]
    if ended.code or not lines:
        raise FailedError(ended.why())
    return {**json.loads(lines[-1]), "peak_mb": round(ended.peak_mb, 1)}


def ran(arguments: Sequence[str], *, limit_seconds: float | None = None) -> Ended:
    """Run this Python with arguments and wait for it; with all that it started it is ended at the limit."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        since = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, stdout=out, stderr=errors, start_new_session=True
        )
        watch = Timer(limit_seconds, _end, [child.pid]) if limit_seconds is not None else None
        try:
            if watch:
                watch.start()
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            _end(child.pid)
            child.wait()
            raise
        finally:
            if watch:
                watch.cancel()
        seconds = time.perf_counter() - since
        child.returncode = os.waitstatus_to_exitcode(status)
        said, complained = (_text(stream) for stream in (out, errors))
    return Ended(child.returncode, seconds, usage.ru_maxrss / 1024, said, complained)


def _end(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _text(stream: Any) -> str:  # noqa: ANN401 - a file of bytes, whose type has no public name
    stream.seek(0)
    return str(stream.read().decode("utf-8", errors="replace"))
