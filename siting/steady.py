"""One thread for the numerical libraries: sums in one order, so that a plan does not depend on the cores."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def one_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function with BLAS and OpenMP held to one thread; processes run side by side all the same."""

    @functools.wraps(function)
    def steady(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1):
            return function(*args, **kwargs)

    return steady
