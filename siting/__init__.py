"""Where centers go: catchments, sites, bounds, neighbourhoods; and what is asked of a plan afterwards.

Public names: `plan_sites`, `plan_catchments`, `partition`, `share_out_nation`, `try_variants`,
`rebalance_plan`, `locate_points`, `explain_applicant`, `explain_center`, `explain_household`, and what they
give: `Proposal`, `Tried`, `ApplicantFacts`, `CenterFacts`, `HouseholdFacts`.
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
    from siting.explain.applicant import ApplicantFacts
    from siting.explain.center import CenterFacts
    from siting.explain.household import HouseholdFacts
    from siting.ground.neighbourhoods import partition
    from siting.medians.catchments import plan_catchments
    from siting.plan import plan_sites
    from siting.running.rebalancing import Proposal
    from siting.sharing import share_out_nation
    from siting.what_if.tried import Tried
    from siting.what_if.trying import try_variants

_HOMES = {
    "ApplicantFacts": "siting.explain.applicant",
    "CenterFacts": "siting.explain.center",
    "HouseholdFacts": "siting.explain.household",
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
    "share_out_nation": "siting.sharing",
    "try_variants": "siting.what_if.trying",
}

__all__ = [
    "ApplicantFacts",
    "CenterFacts",
    "HouseholdFacts",
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


def __dir__() -> list[str]:
    # `help` and completion ask here, and would miss what is only loaded when it is asked for.
    return __all__
