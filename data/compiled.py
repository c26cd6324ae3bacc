"""Kernels compiled to machine code at their first call and kept beside their module."""

from __future__ import annotations

import hashlib
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

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


class Kernel(Generic[P, R]):
    """A function compiled when it is first called: Numba is long to load, and few commands need it.

    Parameters
    ----------
    function : callable
        As `compiled` takes it.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the machine code."""
        answer: R = self.dispatcher(*args, **kwargs)
        return answer

    @property
    def is_loaded(self) -> bool:
        """Whether the machine code is there."""
        return "dispatcher" in self.__dict__

    @cached_property
    def dispatcher(self) -> Any:  # noqa: ANN401 - Numba has no types
        """What Numba makes of the function; another kernel that calls this one is compiled with it."""
        import numba  # noqa: PLC0415 - heavy

        _known_to_numba()
        self._function.__qualname__ = f"{self._function.__qualname__}_{_stamp()}"
        return numba.njit(cache=True, nogil=True)(self._function)


@cache
def _known_to_numba() -> None:
    """Let Numba take a kernel that another one calls for what it makes of it."""
    from numba.extending import typeof_impl  # noqa: PLC0415 - heavy

    typeof_impl.register(Kernel)(lambda kernel, context: typeof_impl(kernel.dispatcher, context))


def compiled(function: Callable[P, R]) -> Kernel[P, R]:
    """Compile a function of arrays and numbers; the machine code is cached on disk.

    Parameters
    ----------
    function : callable
        In the part of Python that Numba compiles; it lets other threads run.
    """
    return Kernel(function)
