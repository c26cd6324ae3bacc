"""A process watched from outside: every call that changes a disk is seen, and it may be killed before any.

The kernel tells of each call before it is made (``ptrace``), those of SQLite in C as well as those of Python,
and a process that is killed then never makes it. Between two such calls nothing on the disk differs, so that
the calls are all the moments that there are.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TRACE_ME, _POKE_USER, _SYSCALL, _SET_OPTIONS, _CALL_INFO = 0, 6, 24, 0x4200, 0x420E
_MARK_CALLS, _END_WITH_TRACER = 0x1, 0x100000
_ENTRY = 1
_LENGTH = 12 * 8
"""Where the third argument of a call (the length of a write) stands among the registers of x86_64."""
_O_CREAT = 0o100
_STANDARD_STREAMS = 2
_WRITES = {1: "write", 18: "pwrite", 20: "writev", 296: "pwritev"}
_TORN = {"write", "pwrite"}
_OPENAT = 257
_CALLS = _WRITES | {
    40: "sendfile", 74: "fsync", 75: "fdatasync", 76: "truncate", 77: "ftruncate", 82: "rename",
    83: "mkdir", 84: "rmdir", 86: "link", 87: "unlink", 90: "chmod", 91: "fchmod", 257: "create",
    258: "mkdir", 263: "unlink", 264: "rename", 265: "link", 268: "chmod", 285: "fallocate",
    316: "rename", 326: "copy",
}  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a watched process ended.

    Attributes
    ----------
    calls : list of str
        What it was about to do, in order; the last was not done where it was killed.
    code : int or None
        Its exit code; None where it was killed.
    """

    calls: list[str]
    code: int | None


def why_not() -> str:
    """Why no process can be watched here; empty where one can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "processes are watched on Linux on x86_64 alone"
    try:
        ended = watched(lambda: 0, at=None)
    except OSError as error:
        return f"this machine forbids ptrace: {error}"
    return "" if ended.code == 0 else "a watched process does not end well here"


def watched(work: Callable[[], int], *, at: int | None, torn: bool = False) -> Ended:
    """Do some work in a process of its own, and kill it before its call number ``at``.

    Parameters
    ----------
    work : callable
        Returns the exit code.
    at : int or None
        From 0; None, or more calls than there are, to let it end.
    torn : bool
        Let half of a write be written before the end comes.
    """

    def seen() -> int:
        _trace(_TRACE_ME, 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        return work()

    process = forked(seen)
    os.waitpid(process, 0)
    _trace(_SET_OPTIONS, process, 0, _MARK_CALLS | _END_WITH_TRACER)
    calls: list[str] = []
    passed_on = 0
    while True:
        _trace(_SYSCALL, process, 0, passed_on)
        _, status = os.waitpid(process, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            return Ended(calls, os.WEXITSTATUS(status) if os.WIFEXITED(status) else None)
        stopped_by = os.WSTOPSIG(status)
        passed_on = 0 if stopped_by == signal.SIGTRAP | 0x80 else stopped_by
        name, length = ("", 0) if passed_on else _about_to(process)
        if not name:
            continue
        calls.append(name)
        if at is not None and len(calls) == at + 1:
            if torn and name in _TORN and length > 1:
                _trace(_POKE_USER, process, _LENGTH, length // 2)
                _trace(_SYSCALL, process, 0, 0)
                os.waitpid(process, 0)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return Ended(calls, None)


def forked(work: Callable[[], int]) -> int:
    """Do some work in a process of its own, which ends with the code of the work; return its number."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        code = work()
    finally:
        # Without what its parent would do at its end.
        os._exit(code)


def ended(process: int) -> int | None:
    """Wait for a process and return its exit code; None where it was killed."""
    _, status = os.waitpid(process, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else None


def _about_to(process: int) -> tuple[str, int]:
    """Return the name of the call that a stopped process is about to make, and its length; or nothing."""
    told = (ctypes.c_uint64 * 11)()
    _trace(_CALL_INFO, process, ctypes.sizeof(told), ctypes.addressof(told))
    number, first, flags = told[3], told[4], told[6]
    if told[0] & 0xFF != _ENTRY or number not in _CALLS:
        return "", 0
    if (number in _WRITES and first <= _STANDARD_STREAMS) or (number == _OPENAT and not flags & _O_CREAT):
        return "", 0
    return _CALLS[number], flags


def _trace(request: int, process: int, address: int, value: int) -> None:
    trace = ctypes.CDLL(None, use_errno=True).ptrace
    trace.argtypes, trace.restype = [ctypes.c_long] * 4, ctypes.c_long
    if trace(request, process, address, value) == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
