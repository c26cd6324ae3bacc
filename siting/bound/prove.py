"""The bound over every spot of a whole problem, and what opening each facility costs at least."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from allocation.serving import NOBODY
from data.geodesy import to_plane
from data.plan import Bound, Branch
from data.plan import Limit as Priced
from data.process.deadline import never
from siting.bound.branch import Limit, branch, limited
from siting.bound.climb import Climb, climb_unit
from siting.bound.lagrange import Round, ascend, evaluate, evaluate_within, offer_of
from siting.bound.relax import active_of, to_spots
from siting.price import paid_km
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.problem import Problem
    from siting.bound.market import Market, Slots
    from siting.bound.relax import Relaxed
    from siting.solve import Solved, Task

SPOT_CLIMB = Climb(rounds=160, first_step=0.005, last_step=0.0002, patience=10, whole_every=4)
ROOT_CLIMB = Climb(rounds=3000, first_step=1.5, last_step=0.002, patience=100, whole_every=4)
BRANCH_CLIMB = Climb(rounds=500, first_step=1.5, last_step=0.002, patience=50, whole_every=4)
LEAF_CLIMB = Climb(rounds=120, first_step=1.0, last_step=0.01, patience=12, whole_every=4)
RELAXATIONS = 31
"""Relaxations of a unit's branches at most."""
MOST_CENTERS = 30
"""Centers of a unit up to which branches are worth their time: of more, each decides too little."""
CLOSE = 0.005
"""Share of a unit's cost that its bound may lack before it is parted."""
PROVEN = 0.002
"""Share of a unit's cost that a branch may lack."""
MULTIPLIER_DECIMALS = 6
ROUNDING_KM = 0.0005
"""Published distances are rounded to a metre; half of one a case covers what rounding could take away."""


@dataclass(frozen=True)
class Proof:
    """What is proven of a problem.

    Attributes
    ----------
    bound : Bound
        What every plan costs at least.
    opening_km : ndarray, shape (n_facilities,)
        What every plan that opens a facility costs at least, facilities of all units end to end.
    """

    bound: Bound
    opening_km: NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """A way to serve a unit, proven over its spots at rounded multipliers and prices."""

    limits: tuple[Limit, ...]
    price: NDArray[np.float64]
    multiplier: NDArray[np.float64]
    last: Round


def prove(
    problem: Problem,
    relaxed: Relaxed,
    solved: Sequence[Solved],
    *,
    workers: int = 1,
    stop: Callable[[], bool] = never,
) -> Proof:
    """Raise the multipliers over all spots, part units whose bound is far from their plan, and prove.

    Parameters
    ----------
    problem : Problem
        What was solved.
    relaxed : Relaxed
        Its units, as `siting.bound.relax.relax` left them.
    solved : sequence of Solved
        The plan, one a unit.
    workers : int
        Processes that the units to be parted are spread over.
    stop : callable
        Asked between rounds.
    """
    found, _, _ = ascend(relaxed.markets, relaxed.multipliers, relaxed.slots, climb=SPOT_CLIMB, stop=stop)
    multipliers = [_rounded(one) for one in found]
    owed = _owed(evaluate(relaxed.markets, multipliers, relaxed.slots), relaxed.slots)
    apart = replace(relaxed.slots, opening_km=relaxed.slots.opening_km + owed[relaxed.slots.applicant])
    parts = [apart.of(np.array([number])) for number in range(len(solved))]
    ways = [
        [Way((), np.empty(0), own, evaluate([market], [own], part))]
        for market, own, part in zip(relaxed.markets, multipliers, parts, strict=True)
    ]
    far = [
        number
        for number, one in enumerate(solved)
        if not stop() and _is_worth_parting(one, parts[number], ways[number])
    ]
    jobs = [
        delayed(_parted)(
            relaxed.tasks[number],
            (relaxed.cell_markets[number], relaxed.markets[number]),
            parts[number],
            _cost_km(solved[number], parts[number]),
            stop,
        )
        for number in far
    ]
    for number, own in zip(far, Parallel(n_jobs=workers)(jobs), strict=True):
        if _least(own) > _least(ways[number]):
            ways[number] = own
    return _proof(problem, relaxed, parts, ways, owed)


def _owed(whole: Round, slots: Slots) -> NDArray[np.float64]:
    """Return the price of each applicant, km a center, and 0 for having none at the end.

    Who is wanted in several units pays what the second of them would give, so that no other wants it more;
    each unit can then be proven by itself.
    """
    n_units, n_owners = len(slots.places), int(slots.applicant.max(initial=-1)) + 1
    best = np.zeros((n_owners, n_units))
    owned = (slots.applicant >= 0) & ~slots.fixed
    reduced = whole.site_km - whole.choice.unit_km[slots.unit]
    np.minimum.at(best, (slots.applicant[owned], slots.unit[owned]), reduced[owned])
    second = np.partition(best, 1, axis=1)[:, 1] if n_units > 1 else np.zeros(n_owners)
    return np.append(np.round(-second, MULTIPLIER_DECIMALS), 0.0)


def _cost_km(one: Solved, part: Slots) -> float:
    """Return what a unit's network costs with the prices of its applicants."""
    priced = one.unit.rules.centers == "price"
    return paid_km(one) + (0.0 if priced else float(part.opening_km[one.open].sum()))


def _is_worth_parting(one: Solved, part: Slots, ways: Sequence[Way]) -> bool:
    return (
        one.unit.rules.centers != "price"
        and 1 <= int(part.places[0]) <= MOST_CENTERS
        and len(part.unit) > 1
        and not (one.center == NOBODY).any()
        and _least(ways) < (1 - CLOSE) * _cost_km(one, part)
    )


def _least(ways: Sequence[Way]) -> float:
    return min(way.last.value_km for way in ways)


@one_threaded
def _parted(
    task: Task, markets: tuple[Market, Market], slots: Slots, cost_km: float, stop: Callable[[], bool]
) -> list[Way]:
    """Return all the ways of a unit, proven over its spots.

    The markets are those of its cells and of its spots. Only the least of the ways limits the plan, so no
    other climbs.
    """
    cells, spots = markets
    sites = task.unit.facilities
    leaves = branch(
        offer_of(cells, slots),
        to_plane(sites.lon, sites.lat),
        cells.first_km,
        upper_km=cost_km,
        enough_km=(1 - PROVEN) * cost_km,
        most=RELAXATIONS,
        root=ROOT_CLIMB,
        climbs=BRANCH_CLIMB,
        stop=stop,
    )
    offer, ways, climbed = offer_of(spots, slots), [], np.zeros(len(leaves), bool)
    for leaf in leaves:
        over = evaluate_within(cells, leaf.multiplier, slots, leaf.limits, leaf.price)
        active = active_of(over.site_km, over.choice.site.size)
        start = to_spots(task, spots, cells, leaf.multiplier, active)
        ways.append(_way(spots, slots, leaf.limits, start, leaf.price))
    chosen = np.empty((1, offer.fixed.size + offer.n_free), np.int32)
    while not climbed[at := int(np.argmin([way.last.value_km for way in ways]))] and not stop():
        way, climbed[at] = ways[at], True
        _, multiplier, price, _ = climb_unit(
            limited(offer, way.limits), way.multiplier, way.price, cost_km, LEAF_CLIMB, chosen
        )
        ways[at] = _way(spots, slots, way.limits, multiplier, price)
    return ways


def _way(
    spots: Market,
    slots: Slots,
    limits: tuple[Limit, ...],
    multiplier: NDArray[np.float64],
    price: NDArray[np.float64],
) -> Way:
    multiplier, price = _rounded(multiplier), np.round(price, MULTIPLIER_DECIMALS)
    return Way(limits, price, multiplier, evaluate_within(spots, multiplier, slots, limits, price))


def _proof(
    problem: Problem,
    relaxed: Relaxed,
    parts: Sequence[Slots],
    ways: Sequence[list[Way]],
    owed: NDArray[np.float64],
) -> Proof:
    household_id = problem.households["household_id"].to_numpy(dtype=object)
    units = [task.unit for task in relaxed.tasks]
    # Beyond what is far a metre counts as much more.
    safety = ROUNDING_KM * sum(unit.total * (1 + unit.rules.far_weight) for unit in units)
    value = round(float(sum(_least(own) for own in ways) - owed.sum()) - safety, 3)
    opening_km = np.concatenate(
        [
            np.min([way.last.value_km - _least(own) + _added(way.last, part) for way in own], axis=0)
            for own, part in zip(ways, parts, strict=True)
        ]
    )
    rows = np.concatenate([unit.households for unit in units])
    each = np.concatenate([own[0].multiplier[unit.spot_of] for own, unit in zip(ways, units, strict=True)])
    bound = Bound(
        value,
        _by_household(each, rows, household_id),
        {unit.name: float(own[0].last.choice.unit_km[0]) for own, unit in zip(ways, units, strict=True)},
        {
            str(name): float(km)
            for name, km in zip(dict.fromkeys(problem.sites["applicant_id"]), owed, strict=False)
            if km
        },
        tuple(
            _branch(unit, way, household_id)
            for own, unit in zip(ways, units, strict=True)
            if len(own) > 1
            for way in own
        ),
    )
    return Proof(bound, value + opening_km)


def _added(last: Round, slots: Slots) -> NDArray[np.float64]:
    """Return by how much the value of a unit rises when a facility is opened, shape (m,).

    The facility comes with its value beyond the price of the unit's center, in place of what its applicant
    already adds.
    """
    reduced = last.site_km - last.choice.unit_km[0]
    owned = slots.applicant >= 0
    adds = np.zeros(int(slots.applicant.max(initial=-1)) + 1)
    np.minimum.at(adds, slots.applicant[owned], reduced[owned])
    added: NDArray[np.float64] = np.zeros(len(reduced))
    added[owned] = reduced[owned] - adds[slots.applicant[owned]]
    return added


def _branch(unit: Unit, way: Way, household_id: NDArray[np.object_]) -> Branch:
    ids = unit.facilities.id
    limits = tuple(
        Priced(tuple(str(one) for one in ids[limit.facilities]), limit.count, limit.at_most, float(km))
        for limit, km in zip(way.limits, way.price, strict=True)
    )
    each = way.multiplier[unit.spot_of]
    household_km = _by_household(each, unit.households, household_id)
    return Branch(unit.name, limits, float(way.last.choice.unit_km[0]), household_km)


def _by_household(
    km: NDArray[np.float64], rows: NDArray[np.int64], household_id: NDArray[np.object_]
) -> pd.Series:
    # In the order of the ids, as all tables of a plan: a household that joins then moves no other row.
    ids = household_id[rows]
    order = np.argsort(ids, kind="stable")
    return pd.Series(km[order], index=pd.Index(ids[order], name="household_id"), name="km")


def _rounded(multiplier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round multipliers down, so that none passes its cap."""
    rounded: NDArray[np.float64] = np.floor(multiplier * 10**MULTIPLIER_DECIMALS) / 10**MULTIPLIER_DECIMALS
    return rounded
