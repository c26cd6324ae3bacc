"""Groups of a unit that wait for a center, gathered into vacancies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import send
from allocation.unit import subset
from data.fairness import without_limit
from siting.medians.catchments import at_points, plan_catchments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit


def gather_waiting(
    unit: Unit, groups: NDArray[np.int64], fewest: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Gather groups that wait for a center: the vacancy of each group, and the best point of each vacancy.

    As few as hold them, but no fewer than ``fewest`` while each has cases enough for a center. Nobody opens
    there yet, so no longest way parts them further.
    """
    rules = unit.rules
    free_rules = replace(without_limit(rules), min_cases=0)
    free = replace(unit, rules=free_rules, facilities=unit.facilities.none())
    waiting = subset(free, groups)
    enough = waiting.total // max(rules.min_cases, 1)
    count = min(max(min(fewest, enough), -(-waiting.total // rules.max_cases)), len(groups))
    while True:
        found = plan_catchments(waiting, count, rng=rng)
        points = at_points(waiting, found.lon, found.lat)
        whose = send(points, np.arange(count), points.cost_km(exact=True)).center
        if (whose >= 0).all() or count == len(groups):
            break
        count += 1
    used, vacancy = np.unique(whose, return_inverse=True)
    return vacancy, found.lon[used], found.lat[used]
