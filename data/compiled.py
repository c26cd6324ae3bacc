"""Kernels compiled to machine code at their first call and kept beside their module."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")
ROOMS = ("data", "allocation", "siting")


@cache
def _stamp() -> str:
    """Return a hash of the sources of all kernels.

    Code kept on disk is looked up by its own file alone, and would outlive a change of a kernel that it
    calls; with the stamp in its name it does not.
    """
    home = Path(__file__).resolve().parents[1]
    sources = (file.read_bytes() for room in ROOMS for file in sorted((home / room).rglob("*.py")))
    found = hashlib.sha256()
    for source in sources:
        if b"\n@compiled\n" in source:
            found.update(source)
    return found.hexdigest()[:12]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers; the machine code is cached on disk.

    Parameters
    ----------
    function : callable
        In the part of Python that Numba compiles; it lets other threads run.
    """
    function.__qualname__ = f"{function.__qualname__}_{_stamp()}"
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))
