"""Readers: tables in the formats offices have, read into one shape or refused row by row."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.readers.boundaries import read_boundaries
    from data.readers.dates import read_date
    from data.readers.tables import (
        read_applicants,
        read_centers,
        read_households,
        read_moves,
        read_travel,
    )

__all__ = [
    "read_applicants",
    "read_boundaries",
    "read_centers",
    "read_date",
    "read_households",
    "read_moves",
    "read_travel",
]

_HOMES = dict.fromkeys(__all__, "tables") | {"read_boundaries": "boundaries", "read_date": "dates"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
