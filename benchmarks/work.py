"""A piece of work to be timed, with what its answer is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True)
class Work(Generic[T]):
    """What is timed and what is not.

    Attributes
    ----------
    run : callable
        What is timed; everything that it needs is made before.
    recount : callable
        Returns the figures of its answer, counted anew: ``value`` (None for no answer), and ``gap``, ``note``
        or others that can be told in JSON.
    """

    run: Callable[[], T]
    recount: Callable[[T], dict[str, Any]]
