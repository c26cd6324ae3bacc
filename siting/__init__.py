"""Where centers go: catchments, sites, bounds, neighbourhoods; and what is asked of a plan afterwards.

Public names: `plan_sites`, `plan_catchments`, `partition`, `share_out_nation`, `try_variants`,
`rebalance_plan`, `locate_points`, `explain_applicant`, `explain_center`, `explain_household`, `Proposal`,
`Tried`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siting.asking import (
        explain_applicant,
        explain_center,
        explain_household,
        locate_points,
        rebalance_plan,
    )
    from siting.ground.neighbourhoods import partition
    from siting.medians.catchments import plan_catchments
    from siting.plan import plan_sites, share_out_nation
    from siting.running.rebalancing import Proposal
    from siting.what_if.tried import Tried
    from siting.what_if.trying import try_variants

_HOMES = {
    "Proposal": "siting.running.rebalancing",
    "Tried": "siting.what_if.tried",
    "explain_applicant": "siting.asking",
    "explain_center": "siting.asking",
    "explain_household": "siting.asking",
    "locate_points": "siting.asking",
    "partition": "siting.ground.neighbourhoods",
    "plan_catchments": "siting.medians.catchments",
    "plan_sites": "siting.plan",
    "rebalance_plan": "siting.asking",
    "share_out_nation": "siting.plan",
    "try_variants": "siting.what_if.trying",
}

__all__ = [
    "Proposal",
    "Tried",
    "explain_applicant",
    "explain_center",
    "explain_household",
    "locate_points",
    "partition",
    "plan_catchments",
    "plan_sites",
    "rebalance_plan",
    "share_out_nation",
    "try_variants",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
