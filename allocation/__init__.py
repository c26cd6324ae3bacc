"""Who goes where when the centers are known: exact flow, groups that stay together, beats, services.

Public names: `assign`, `Assignment`, `least_cost_flow`, `Flow`, `units_of`, `Unit`, `ways_of`, `Ways`,
`place_devices`, `Placing`, `Standing`, `needed_caseworkers`, `beats_of_network`, `NetworkBeats`. A whole
network is rebalanced by `siting.rebalance_plan`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocation.assignment import Assignment, assign
    from allocation.caseworkers.network import NetworkBeats, beats_of_network, needed_caseworkers
    from allocation.flow import Flow, least_cost_flow
    from allocation.services.placing import Placing, Standing, place_devices
    from allocation.services.ways import Ways, ways_of
    from allocation.unit import Unit, units_of

_HOMES = {
    "Assignment": "allocation.assignment",
    "Flow": "allocation.flow",
    "NetworkBeats": "allocation.caseworkers.network",
    "Placing": "allocation.services.placing",
    "Standing": "allocation.services.placing",
    "Unit": "allocation.unit",
    "Ways": "allocation.services.ways",
    "assign": "allocation.assignment",
    "beats_of_network": "allocation.caseworkers.network",
    "least_cost_flow": "allocation.flow",
    "needed_caseworkers": "allocation.caseworkers.network",
    "place_devices": "allocation.services.placing",
    "units_of": "allocation.unit",
    "ways_of": "allocation.services.ways",
}

__all__ = [
    "Assignment",
    "Flow",
    "NetworkBeats",
    "Placing",
    "Standing",
    "Unit",
    "Ways",
    "assign",
    "beats_of_network",
    "least_cost_flow",
    "needed_caseworkers",
    "place_devices",
    "units_of",
    "ways_of",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    # `help` and completion ask here, and would miss what is only loaded when it is asked for.
    return __all__
