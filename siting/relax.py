"""The relaxation of a whole problem: joint over its units, first over cells, then over every spot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.deadline import never
from data.plan import Bound
from siting.cells import Cells, gather
from siting.lagrange import Climb, Round, ascend, evaluate
from siting.market import Market, Slots, market
from siting.solve import Task
from siting.tender import facility_values
from siting.unit import spots_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from siting.unit import Unit

CELL_CLIMB = Climb(rounds=2000, first_step=0.06, last_step=0.0005, patience=60)
SPOT_CLIMB = Climb(rounds=160, first_step=0.005, last_step=0.0002, patience=10, whole_every=4)
ACTIVE = 1.5
"""Facilities that carry multipliers from cells to spots, for each one picked."""
MULTIPLIER_DECIMALS = 6


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation over cells found, ready for search and for the bound over all spots.

    Attributes
    ----------
    tasks : list of Task
        One a unit.
    slots : Slots
        Centers by unit and owners of facilities.
    markets : list of Market
        Over all spots: a group may have several, and the bound is recounted household by household.
    multipliers : list of ndarray
        One a unit, km a case, for spots.
    """

    tasks: list[Task]
    slots: Slots
    markets: list[Market]
    multipliers: list[NDArray[np.float64]]


def relax(units: Sequence[Unit], places: NDArray[np.int64], *, stop: Callable[[], bool] = never) -> Relaxed:
    """Relax "each household once" over the cells of all units; prepare each unit's task.

    An applicant with sites in several units is left to the one where the relaxation opens them most often, so
    that the units can then be searched side by side.

    Parameters
    ----------
    units : sequence of Unit
        With facilities.
    places : ndarray of int, shape (n_units,)
        Centers to open in each.
    stop : callable
        Asked between rounds.
    """
    gathered = [_gather(unit, int(count)) for unit, count in zip(units, places, strict=True)]
    slots = slots_of(units, places)
    cell_markets = [one[2] for one in gathered]
    cell_km, best, choices = ascend(
        cell_markets, [one.first_km for one in cell_markets], slots, climb=CELL_CLIMB, stop=stop
    )
    often = np.bincount(np.concatenate(choices), minlength=len(slots.unit)).astype(float)
    scale = np.abs(best.site_km).max(initial=0.0) or 1.0
    promise = often - best.site_km / scale
    allowed = _allotted(slots, promise)
    offsets = np.cumsum([0, *(len(unit.facilities) for unit in units)])
    tasks, multipliers = [], []
    for number, (unit, (fine, spots, _)) in enumerate(zip(units, gathered, strict=True)):
        start, end = offsets[number], offsets[number + 1]
        parts = (one[(one >= start) & (one < end)] - start for one in choices)
        starts = {part.tobytes(): part for part in parts if part.size}
        wanted = int(places[number])
        if unit.rules.centers == "price":
            wanted = int(np.count_nonzero(slots.unit[best.choice.site] == number))
        task = Task(unit, wanted, fine, allowed[start:end], promise[start:end], list(starts.values()))
        tasks.append(task)
        active = _active(best, start, end)
        multipliers.append(_to_spots(task, spots, cell_markets[number], cell_km[number], active))
    return Relaxed(tasks, slots, [one[1] for one in gathered], multipliers)


def _gather(unit: Unit, places: int) -> tuple[Cells, Market, Market]:
    cost = unit.cost_km()
    fine = gather(unit, cost, places)
    limit = unit.rules.vacancy_km
    # Where not all find room, one more place is worth a vacancy: the multipliers start there.
    short = unit.total > _room(unit, places)

    def of(cost_km: NDArray[np.float64], cases: NDArray[np.int64]) -> Market:
        made = market(cost_km, cases, unit.facilities.max_cases, n_open=places, vacancy_km=limit)
        return replace(made, first_km=made.cap_km) if short else made

    if len(unit.spot_group) > len(unit.cases):
        cost = spots_apart(unit).cost_km()
    return fine, of(cost, unit.spot_cases), of(fine.cost_km, fine.cases)


def _room(unit: Unit, places: int) -> int:
    """Return how many cases the unit's facilities can hold at most, one an applicant."""
    own = unit.facilities
    owners = int(own.fixed.sum()) + np.unique(own.applicant[~own.fixed]).size
    most = np.sort(own.max_cases)[::-1]
    return int(most[: min(places, owners)].sum())


def slots_of(units: Sequence[Unit], places: NDArray[np.int64]) -> Slots:
    """Return owners of all facilities, end to end, and how many each unit may open besides the fixed ones."""
    fixed = np.concatenate([unit.facilities.fixed for unit in units])
    rules = units[0].rules
    open_already = np.array([int(unit.facilities.fixed.sum()) for unit in units])
    free = np.maximum(places - open_already, 0)
    if rules.centers == "price":
        free = np.array([len(unit.facilities) for unit in units])
    return Slots(
        unit=np.repeat(np.arange(len(units)), [len(unit.facilities) for unit in units]),
        applicant=np.concatenate([unit.facilities.applicant for unit in units]),
        fixed=fixed,
        places=free,
        opening_km=rules.center_km if rules.centers == "price" else 0.0,
    )


def _allotted(slots: Slots, promise: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which facilities may open: an applicant's in one unit only."""
    allowed = np.ones(len(slots.unit), dtype=bool)
    taken = slots.applicant[slots.fixed & (slots.applicant >= 0)]
    allowed[np.isin(slots.applicant, taken) & ~slots.fixed] = False
    for applicant in np.unique(slots.applicant[slots.applicant >= 0]):
        own = np.flatnonzero(slots.applicant == applicant)
        if np.unique(slots.unit[own]).size > 1:
            best = own[np.lexsort((own, -promise[own]))][0]
            allowed[own[slots.unit[own] != slots.unit[best]]] = False
    return allowed


def _active(best: Round, start: int, end: int) -> NDArray[np.int64]:
    """Return the facilities of a unit that the relaxation picks, and those next in value."""
    picked = np.count_nonzero((best.choice.site >= start) & (best.choice.site < end))
    order = np.argsort(best.site_km[start:end], kind="stable")
    return order[: max(1, round(ACTIVE * picked))]


def _to_spots(
    task: Task, spots: Market, cells: Market, cell_km: NDArray[np.float64], active: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Carry multipliers from cells to spots, shifted by how much less a spot pays at its best facility.

    A full facility costs what its last place is worth, too.
    """
    unit, fine = task.unit, task.cells
    cell = fine.of_group[unit.spot_group]
    shift = np.zeros(len(cell))
    if active.size:
        pairs = cells.start, cells.point, cells.near_km, cell_km, cells.cases, cells.max_cases
        _, last = facility_values(*pairs, active)
        own = (spots_apart(unit).cost_km(active) - last).min(axis=1)
        theirs = (fine.cost_km[:, active] - last).min(axis=1)[cell]
        both = np.isfinite(own) & np.isfinite(theirs)
        shift[both] = own[both] - theirs[both]
    carried: NDArray[np.float64] = np.clip(cell_km[cell] + shift, 0, spots.cap_km)
    return carried


def prove(
    relaxed: Relaxed, *, household_id: NDArray[np.object_], stop: Callable[[], bool] = never
) -> tuple[Bound, Round]:
    """Raise the multipliers over all spots and return the bound they prove, with its last round.

    Parameters
    ----------
    relaxed : Relaxed
        As `relax` left it.
    household_id : ndarray
        Ids of all households of the problem, by row.
    stop : callable
        Asked between rounds.
    """
    import pandas as pd  # noqa: PLC0415 - only the result needs it

    multipliers, _, _ = ascend(
        relaxed.markets,
        relaxed.multipliers,
        relaxed.slots,
        climb=SPOT_CLIMB,
        stop=stop,
    )
    rounded = [np.floor(one * 10**MULTIPLIER_DECIMALS) / 10**MULTIPLIER_DECIMALS for one in multipliers]
    last = evaluate(relaxed.markets, rounded, relaxed.slots)
    units = [task.unit for task in relaxed.tasks]
    rows = np.concatenate([unit.households for unit in units])
    each = np.concatenate([one[unit.spot_of] for one, unit in zip(rounded, units, strict=True)])
    order = np.argsort(rows, kind="stable")
    household_km = pd.Series(
        each[order], index=pd.Index(household_id[rows[order]], name="household_id"), name="km"
    )
    unit_km = {unit.name: float(km) for unit, km in zip(units, last.choice.unit_km, strict=True)}
    # Published distances are rounded to a metre; half of one a case covers what rounding could take away.
    safety = 0.0005 * sum(unit.total for unit in units)
    return Bound(round(last.value_km - safety, 3), household_km, unit_km), last
