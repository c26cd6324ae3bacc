"""Who goes where when the centers are known: exact flow, and groups that stay together.

Public names: `assign`, `least_cost_flow`, `units_of`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocation.assignment import assign
    from allocation.flow import least_cost_flow
    from allocation.unit import units_of

_HOMES = {
    "assign": "allocation.assignment",
    "least_cost_flow": "allocation.flow",
    "units_of": "allocation.unit",
}

__all__ = ["assign", "least_cost_flow", "units_of"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
