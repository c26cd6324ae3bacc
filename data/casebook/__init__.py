"""The casebook: every version of a plan and the log of its changes, in one GeoPackage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.casebook.book import Casebook
    from data.casebook.log import Entry

__all__ = ["CASEBOOK", "Casebook", "Entry"]

CASEBOOK = "casebook.gpkg"
"""Name of the casebook in a plan folder."""

_ROOMS = {"Casebook": "data.casebook.book", "Entry": "data.casebook.log"}


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
