"""Runs commands of the program, each in a process of its own that may be killed at any moment.

``python -m tests.life.killed_at`` reads one request a line: ``args`` of the command, and ``at`` (the number
of the call before which it is killed), ``torn`` or ``after`` (seconds), or ``here`` for one that is run in
this very process, so that its forks find the program read. It answers with the calls that were made and the
exit code, null for who was killed. ``together`` are several commands, each with its ``says``, that begin at
once and whose exit codes are the answer. Nothing in the program knows of any of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.life.tracing import Ended, ended, forked, watched

if TYPE_CHECKING:
    from collections.abc import Callable


def answer(request: dict[str, Any]) -> Ended:
    """Run one command as it is asked for."""

    def work() -> int:
        return _command(request["args"], request["says"])

    if request.get("here"):
        return Ended([], _kept(work))
    if request.get("after") is None:
        return watched(work, at=request.get("at"), torn=request.get("torn", False))
    process = forked(work)
    time.sleep(request["after"])
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    return Ended([], ended(process))


def together(commands: list[dict[str, Any]]) -> list[int | None]:
    """Begin commands at once and return their exit codes when all have ended."""
    processes = [forked(partial(_command, one["args"], one["says"])) for one in commands]
    return [ended(one) for one in processes]


def _kept(work: Callable[[], int]) -> int:
    """Do some work here, and have the standard streams back afterwards."""
    streams = os.dup(1), os.dup(2)
    try:
        return work()
    finally:
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
            os.close(stream)


def _command(args: list[str], says: str) -> int:
    from cli import app  # noqa: PLC0415 - no sooner than it is asked for

    out = os.open(says, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    try:
        app(args)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        return int(end.code or 0)
    return 0


def main() -> None:
    """Answer until nobody asks."""
    for line in sys.stdin:
        request = json.loads(line)
        told: Any = together(request["together"]) if "together" in request else asdict(answer(request))
        print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
