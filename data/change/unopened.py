"""Centers that a network was given and that do not stand: what is vacant counts among them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.change.changes import Changes
    from data.plan import Plan
    from data.problem import Problem


def still_unopened(problem: Problem, plan: Plan, changes: Changes) -> dict[str, int]:
    """Return the centers that each unit was given and that do not open by some changes either.

    A center that closes is given no more; one that its applicant declines is, and opens for the reserve or
    stays vacant.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network.
    changes : Changes
        Of its centers.
    """
    sites = problem.sites.set_index("site_id")["unit"]
    opening = Counter(sites.reindex(list(changes.open)).dropna())
    # Who comes in for a center that was given up opens none of those that did not open before.
    instead = Counter(sites.reindex([site for site in changes.declined.values() if site]).dropna())
    centers = plan.centers.set_index("center_id")["unit"]
    vacated = Counter(centers.reindex([name for name, site in changes.declined.items() if not site]).dropna())
    columns = (plan.units[name].tolist() for name in ("unit", "planned", "opened"))
    return {
        unit: max(planned - opened - (opening[unit] - instead[unit]), 0) + vacated[unit]
        for unit, planned, opened in zip(*columns, strict=True)
    }
