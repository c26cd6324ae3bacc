"""How many centers each unit gets by the rules, of one province or of a nation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.unit import units_of
from siting.medians.catchments import travel_curve
from siting.number import demands_of, number_to_share
from siting.share_out import share_by_cases, share_by_travel
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.problem import Problem
    from siting.share_out import Demand


def share_out(units: Sequence[Unit], demands: Sequence[Demand], *, seed: int) -> NDArray[np.int64]:
    """Return how many centers each unit gets by the rules, shape (n_units,).

    Raises
    ------
    SitingError
        As `siting.number.number_to_share`.
    """
    rules = units[0].rules
    if not isinstance(rules.centers, int):
        return np.array([one.needed for one in demands], dtype=np.int64)
    able = number_to_share(units, rules.centers)
    if rules.share == "cases":
        return share_by_cases(able, rules.centers)
    return share_by_travel(able, rules.centers, _curves(units, demands, seed))


def _curves(units: Sequence[Unit], demands: Sequence[Demand], seed: int) -> list[tuple[float, float]]:
    """Return each unit's travel by its number of centers, ``a * k ** -b``."""
    return [
        travel_curve(
            unit, one.needed, max(one.needed + 1, 2 * one.needed), rng=np.random.default_rng([seed, number])
        )
        if one.cases
        else (0.0, 0.5)
        for number, (unit, one) in enumerate(zip(units, demands, strict=True))
    ]


@one_threaded
def share_out_nation(problems: Iterable[tuple[str, Problem]], *, seed: int) -> dict[str, dict[str, int]]:
    """Return the centers of each unit, a mapping a province, when a number is shared out over all of them.

    Parameters
    ----------
    problems : iterable of (str, Problem)
        One a province, by any name; none is kept, and there is at least one.
    seed : int
        Seed of the catchments that measure travel.

    Returns
    -------
    dict
        Centers by unit, by the name of each problem.

    Raises
    ------
    SitingError
        As `siting.number.number_to_share`.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import share_out_nation
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> shared = share_out_nation([("LR", problem)], seed=0)
    >>> sum(shared["LR"].values())
    2
    """
    by_province = {name: units_of(problem) for name, problem in problems}
    units = [unit for own in by_province.values() for unit in own]
    count = share_out(units, demands_of(units), seed=seed)
    ends = np.cumsum([len(own) for own in by_province.values()])
    return {
        name: {unit.name: int(n_centers) for unit, n_centers in zip(own, part, strict=True)}
        for (name, own), part in zip(by_province.items(), np.split(count, ends[:-1]), strict=True)
    }
