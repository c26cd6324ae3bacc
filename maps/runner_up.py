"""Who would have come next: what the next best applicant of each center would have cost, coarsely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.plan import Plan

_SIGNIFICANT = 2


@dataclass(frozen=True)
class RunnerUp:
    """The next best applicant of one center.

    Attributes
    ----------
    extra_km : float
        What its site would cost more for the same households, km, two significant digits.
    gap_km : float or None
        How far the plan lies above its proven bound, as coarsely; None without a bound.
    near_tie : bool
        Whether the bound leaves open which of the two is the better.
    """

    extra_km: float
    gap_km: float | None
    near_tie: bool


def runner_ups(plan: Plan) -> dict[str, RunnerUp]:
    """Return the next best applicant by center, of those that have one."""
    if "extra_km" not in plan.reserves:
        return {}
    gap_km = None if plan.bound is None else max(plan.objective_km - plan.bound.value_km, 0.0)
    rows = zip(plan.reserves["center_id"], plan.reserves["extra_km"].astype(float), strict=True)
    return {
        str(center): RunnerUp(
            _coarse(extra),
            None if gap_km is None else _coarse(gap_km),
            near_tie=gap_km is not None and 0 < extra <= gap_km,
        )
        for center, extra in rows
    }


def _coarse(km: float) -> float:
    told = float(f"{km:.{_SIGNIFICANT}g}") + 0.0
    return int(told) if told.is_integer() else told
