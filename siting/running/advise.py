"""What would help where not everyone is served: places, which rules conflict, sites to open next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import FORBIDDEN_MM, MM_PER_KM, least_cost_flow
from allocation.unit import units_of
from data.fairness import is_limited, without_limit
from data.plan import LACKING
from siting.plan import plan_sites

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.plan import Plan
    from data.problem import Problem

CENTERS, MAX_CASES, WITHIN, MAX_KM, PINS, TOGETHER = (
    "centers", "max_cases", "within", "max_km", "pins", "keep_together",
)  # fmt: skip
RULES = (PINS, TOGETHER, MAX_KM, WITHIN, MAX_CASES, CENTERS)
"""Rules that may be let go, in the order in which that is tried."""


@dataclass(frozen=True)
class Opening:
    """A center that would help.

    Attributes
    ----------
    site_id, applicant_id : str
        Whose; both empty for a point without an applicant.
    lon, lat : float
        Degrees.
    cases : int
        Cases that it would serve.
    """

    site_id: str
    applicant_id: str
    lon: float
    lat: float
    cases: int


@dataclass(frozen=True)
class Remedy:
    """What one unit lacks.

    Attributes
    ----------
    unit : str
        The unit.
    unserved : int
        Cases that find no center there.
    missing : int
        Places that are missing at least: the other unserved could be served if groups were parted.
    cases, centers, places : int
        To be served there; centers that stand; cases that they hold at most.
    free_elsewhere : int
        Free places in other units.
    conflict : tuple of str
        Of `RULES`, those that cannot hold together while everyone is served; without any one of them the
        others can.
    openings : tuple of Opening
        Best centers to open next, unused applicants first, as many as serve everyone.
    """

    unit: str
    unserved: int
    missing: int
    cases: int
    centers: int
    places: int
    free_elsewhere: int
    conflict: tuple[str, ...]
    openings: tuple[Opening, ...]


def advise(problem: Problem, plan: Plan, *, seed: int = 0, workers: int = 1) -> list[Remedy]:
    """Say what would help each unit in which somebody finds no room or is too far.

    Parameters
    ----------
    problem, plan : Problem, Plan
        A network that runs, as `data.change.succession.continued` or `siting.running.rebalancing` leaves it.
    seed, workers : int
        As `siting.plan_sites`, which chooses the sites to open.

    Returns
    -------
    list of Remedy
        In the order of the units' names.
    """
    people = problem.households.set_index("household_id")
    # Who waits there for a center finds no place either.
    left = plan.unassigned[plan.unassigned["reason"].isin(["vacancy", *LACKING])]
    lacking = people["unit"].reindex(left.loc[left["reason"].isin(LACKING), "household_id"]).unique()
    unserved = left.groupby(people["unit"].reindex(left["household_id"]).to_numpy())["cases"].sum()
    units = units_of(problem)
    free = {unit.name: _free(unit, plan) for unit in units}
    taken = set(problem.centers["applicant_id"]) - {""}
    remedies = []
    for unit in units:
        if unit.name not in lacking:
            continue
        openings = _openings(alone(problem, unit.name, taken), seed=seed, workers=workers)
        # All that is named may be opened at once, and an applicant opens one center.
        taken |= {one.applicant_id for one in openings} - {""}
        remedies.append(
            Remedy(
                unit=unit.name,
                unserved=int(unserved[unit.name]),
                missing=_left_out([unit], set(RULES)),
                cases=unit.total,
                centers=int(unit.facilities.fixed.sum()),
                places=int(unit.facilities.max_cases[unit.facilities.fixed].sum()),
                free_elsewhere=sum(free.values()) - free[unit.name],
                conflict=_conflict(units, unit, int(unserved[unit.name])),
                openings=openings,
            )
        )
    return remedies


def alone(problem: Problem, unit: str, taken: Collection[str]) -> Problem:
    """Return the problem of one unit, its centers standing, as few more as hold everyone.

    Its sites are those of applicants who are not ``taken``: who runs a center, wherever that stands, opens
    no other.
    """

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["unit"] == unit].reset_index(drop=True)

    return replace(
        problem,
        households=of(problem.households),
        sites=of(problem.sites[~problem.sites["applicant_id"].isin(taken)]),
        centers=of(problem.centers),
        rules=replace(problem.rules, centers="fewest"),
    )


def _free(unit: Unit, plan: Plan) -> int:
    own = plan.centers[plan.centers["unit"] == unit.name]
    return int(np.maximum(own["max_cases"] - own["cases"], 0).sum())


def _openings(problem: Problem, *, seed: int, workers: int) -> tuple[Opening, ...]:
    found = plan_sites(problem, seed=seed, workers=workers, proven=False)
    new = found.centers[found.centers["status"] == "new"]
    fields = ["site_id", "applicant_id", "lon", "lat", "cases"]
    opened = [Opening(*row) for row in new[fields].itertuples(index=False, name=None)]
    points = [
        Opening("", "", lon, lat, cases)
        for lon, lat, cases in found.vacancies[["lon", "lat", "cases"]].itertuples(index=False, name=None)
    ]
    return tuple(sorted(opened, key=lambda one: (-one.cases, one.site_id)) + points)


def _conflict(units: Sequence[Unit], unit: Unit, unserved: int) -> tuple[str, ...]:
    """Return rules that cannot hold together, none of which could be spared from that set."""
    others = [one for one in units if one is not unit]
    kept = set(RULES) - {TOGETHER}
    if not _left_out([unit], set(RULES)):
        # Parted, everyone would find a place: it is keeping families together that leaves some out.
        spare = sum(max(_held(one, kept) - one.total, 0) for one in others)
        return (TOGETHER, *((WITHIN,) if spare >= unserved else ()), MAX_CASES, CENTERS)
    for rule in RULES:
        if rule in kept and _left_out([unit, *others], kept - {rule}):
            kept.discard(rule)
    return tuple(rule for rule in RULES if rule in kept)


def _left_out(units: Sequence[Unit], active: set[str]) -> int:
    """Return the cases of the first unit that find no place at least while some rules hold.

    The cases of the other units stay in theirs; their free places are open to the first where no border
    holds.
    """
    unit = units[0]
    if CENTERS not in active:
        return 0
    open_ = np.flatnonzero(unit.facilities.fixed)
    upper = unit.facilities.max_cases[open_]
    if MAX_CASES not in active:
        upper = np.full(len(open_), unit.total)
    spare = 0
    if WITHIN not in active:
        spare = sum(max(_held(one, active) - one.total, 0) for one in units[1:])
    able = _able(unit, open_, active)
    if able.all():
        return max(unit.total - int(upper.sum()) - spare, 0)
    able = np.column_stack([able, np.ones(len(able), dtype=bool)])
    cost = np.where(able, np.int64(0), np.int64(FORBIDDEN_MM))
    most = np.append(upper, spare).astype(np.int64)
    flow = least_cost_flow(cost, unit.cases, np.zeros_like(most), most, left_out_mm=MM_PER_KM)
    return flow.left_out()


def _held(unit: Unit, active: set[str]) -> int:
    if MAX_CASES not in active:
        return unit.total + int(unit.facilities.fixed.any())
    return int(unit.facilities.max_cases[unit.facilities.fixed].sum())


def _able(unit: Unit, open_: NDArray[np.int64], active: set[str]) -> NDArray[np.bool_]:
    """Mark the pairs that may be used while some rules hold, shape (n_groups, k)."""
    limited = MAX_KM in active and (is_limited(unit.rules) or unit.travel is not None)
    pinned = PINS in active and bool((unit.pin != "").any())
    if not (limited or pinned):
        return np.ones((len(unit.cases), len(open_)), dtype=bool)
    free = unit if pinned else replace(unit, pin=np.full(len(unit.pin), "", dtype=object))
    if not limited:
        free = replace(free, travel=None, rules=without_limit(free.rules))
    return np.asarray(np.isfinite(free.cost_km(open_, exact=True)))
