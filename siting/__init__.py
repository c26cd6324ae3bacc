"""Where centers go: catchments, sites, bounds, neighbourhoods.

Public names: `plan_sites`, `plan_catchments`, `partition`, `share_out_nation`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siting.ground.neighbourhoods import partition
    from siting.medians.catchments import plan_catchments
    from siting.plan import plan_sites, share_out_nation

_HOMES = {
    "plan_catchments": "siting.medians.catchments",
    "partition": "siting.ground.neighbourhoods",
    "plan_sites": "siting.plan",
    "share_out_nation": "siting.plan",
}

__all__ = ["partition", "plan_catchments", "plan_sites", "share_out_nation"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
