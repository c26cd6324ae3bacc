"""The relaxation of a whole problem: joint over its units, first over cells, then over every spot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.unit import spots_apart
from data.fairness import is_limited
from data.process.deadline import never
from siting.bound.climb import Climb
from siting.bound.lagrange import ascend
from siting.bound.market import Market, Slots, market
from siting.bound.tender import facility_values
from siting.cells import Cells, gather
from siting.solve import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from allocation.unit import Unit

CELL_CLIMB = Climb(rounds=2000, first_step=0.06, last_step=0.0005, patience=60)
ACTIVE = 1.5
"""Facilities that carry multipliers from cells to spots, for each one picked."""


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation over cells found, ready for search and for the bound over all spots.

    Attributes
    ----------
    tasks : list of Task
        One a unit.
    slots : Slots
        Centers by unit and owners of facilities.
    cell_markets : list of Market
        Over the cells of each unit.
    markets : list of Market
        Over all spots: a group may have several, and the bound is recounted household by household.
    multipliers : list of ndarray
        One a unit, km a case, for spots.
    """

    tasks: list[Task]
    slots: Slots
    cell_markets: list[Market]
    markets: list[Market]
    multipliers: list[NDArray[np.float64]]

    def for_so_many(self, n_centers: NDArray[np.int64]) -> Relaxed:
        """Return what holds of plans that open up to so many centers in each unit, no fewer than before.

        Parameters
        ----------
        n_centers : ndarray of int, shape (n_units,)
            Existing and required centers among them.
        """
        units = [task.unit for task in self.tasks]

        def filled(markets: list[Market]) -> list[Market]:
            return [
                replace(one, least_cases=np.minimum(one.least_cases, least_cases(unit, int(count))))
                for one, unit, count in zip(markets, units, n_centers, strict=True)
            ]

        return replace(
            self,
            slots=slots_of(units, n_centers),
            cell_markets=filled(self.cell_markets),
            markets=filled(self.markets),
        )


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
        active = active_of(
            best.site_km[start:end],
            best.choice.site[(best.choice.site >= start) & (best.choice.site < end)].size,
        )
        multipliers.append(to_spots(task, spots, cell_markets[number], cell_km[number], active))
    return Relaxed(tasks, slots, cell_markets, [one[1] for one in gathered], multipliers)


def _gather(unit: Unit, places: int) -> tuple[Cells, Market, Market]:
    cost = unit.cost_km()
    fine = gather(unit, cost, places)
    limit, least = unit.rules.waiting_km, least_cases(unit, places)
    # Where not all find room, one more place is worth a vacancy: the multipliers start there.
    short = unit.total > _room(unit, places)

    def of(cost_km: NDArray[np.float64], cases: NDArray[np.int64]) -> Market:
        most = unit.facilities.max_cases
        made = market(cost_km, cases, least, most, n_open=places, vacancy_km=limit)
        return replace(made, first_km=made.cap_km) if short else made

    if len(unit.spot_group) > len(unit.cases):
        cost = spots_apart(unit).cost_km()
    return fine, of(cost, unit.spot_cases), of(fine.cost_km, fine.cases)


def least_cases(unit: Unit, places: int) -> NDArray[np.int64]:
    """Return the cases that each facility has in every plan that opens it, shape (m,).

    An underfull center needs a reason. Where nothing keeps a household from a center, groups can be handed
    on until none is left short: centers that could spare no group of the largest size hold fewer than
    ``places * min_cases + (places - 1) * (largest - 1)`` cases together, and the unit has more.
    """
    rules, facilities = unit.rules, unit.facilities
    if rules.centers == "price":
        places = unit.total // rules.min_cases if rules.min_cases else 0
    largest = int(unit.cases.max(initial=1))
    divisible = (
        unit.travel is None
        and not is_limited(rules)
        and not (unit.pin != "").any()
        and largest <= rules.max_cases - rules.min_cases + 1
        and unit.total >= places * rules.min_cases + (places - 1) * (largest - 1)
    )
    return np.where(facilities.existing, 0, rules.min_cases if divisible else 0)


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
        opening_km=np.full(len(fixed), rules.center_km if rules.centers == "price" else 0.0),
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


def active_of(site_km: NDArray[np.float64], n_picked: int) -> NDArray[np.int64]:
    """Return the facilities of a unit that the relaxation picks, so many, and those next in value."""
    return np.argsort(site_km, kind="stable")[: max(1, round(ACTIVE * n_picked))]


def to_spots(
    task: Task, spots: Market, cells: Market, cell_km: NDArray[np.float64], active: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Carry multipliers from cells to spots, shifted by how much less a spot pays at its best facility.

    A full facility costs what its last place is worth, too.

    Parameters
    ----------
    task : Task
        The unit.
    spots, cells : Market
        It by spots, and by cells.
    cell_km : ndarray, shape (n_cells,)
        Multipliers of the cells.
    active : ndarray of int
        Facilities that may be a spot's best.
    """
    unit, fine = task.unit, task.cells
    cell = fine.of_group[unit.spot_group]
    shift = np.zeros(len(cell))
    if active.size:
        _, last = facility_values(
            cells.start,
            cells.point,
            cells.near_km,
            cell_km,
            cells.cases,
            cells.least_cases,
            cells.max_cases,
            active,
        )
        own = (spots_apart(unit).cost_km(active) - last).min(axis=1)
        theirs = (fine.cost_km[:, active] - last).min(axis=1)[cell]
        both = np.isfinite(own) & np.isfinite(theirs)
        shift[both] = own[both] - theirs[both]
    carried: NDArray[np.float64] = np.clip(cell_km[cell] + shift, 0, spots.cap_km)
    return carried
