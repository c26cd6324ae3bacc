"""The number of centers that the rules ask for, held against what units need and can fill."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.unit import units_of
from siting.share_out import check_number, demand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.unit import Unit
    from data.problem import Problem
    from siting.share_out import Demand


def demands_of(units: Sequence[Unit]) -> list[Demand]:
    """Return what each unit needs."""
    return [
        demand(
            unit.name,
            unit.total,
            unit.rules,
            fixed=int(unit.facilities.fixed.sum()),
            fixed_capacity=int(unit.facilities.max_cases[unit.facilities.fixed].sum()),
        )
        for unit in units
    ]


def number_to_share(units: Sequence[Unit], asked: int) -> list[Demand]:
    """Return what each unit can be given of a number that is shared out over them.

    Centers go first where applicants could open them. Of a number beyond that, every unit gets as many as its
    applicants could open, and the others may stay vacant.

    Parameters
    ----------
    units : sequence of Unit
        All that the number is for.
    asked : int
        Centers by the rules.

    Raises
    ------
    SitingError
        ``too_many_centers`` and ``too_few_centers``, told of the rules.
    """
    demands = demands_of(units)
    check_number(demands, asked)
    able = _with_applicants(units, demands)
    if asked <= sum(one.most for one in able):
        return able
    return [replace(one, needed=own.most) for one, own in zip(demands, able, strict=True)]


def check_numbers(problems: Sequence[Problem]) -> None:
    """Refuse, before anything is solved, a number of centers that `siting.plan_sites` would refuse.

    Parameters
    ----------
    problems : sequence of Problem
        All that the number is for, one a province; at least one.

    Raises
    ------
    SitingError
        As `number_to_share`.
    """
    asked = problems[0].rules.centers
    if isinstance(asked, int):
        number_to_share([unit for one in problems for unit in units_of(one)], asked)


def _with_applicants(units: Sequence[Unit], demands: Sequence[Demand]) -> list[Demand]:
    """Return demands for no more centers than applicants could open, but still for all that are needed."""
    if not any((~unit.facilities.existing).any() for unit in units):
        return list(demands)
    limits = [
        int(unit.facilities.fixed.sum()) + np.unique(unit.facilities.applicant[~unit.facilities.fixed]).size
        for unit in units
    ]
    return [
        replace(one, most=max(one.needed, min(one.most, limit)))
        for one, limit in zip(demands, limits, strict=True)
    ]
