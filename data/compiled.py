"""Kernels compiled to machine code at their first call and kept beside their module."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers; the machine code is cached on disk.

    Parameters
    ----------
    function : callable
        In the part of Python that Numba compiles; it lets other threads run.
    """
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))
