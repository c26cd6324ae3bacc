"""The main job: a problem becomes a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from data.deadline import never
from siting.catchments import at_points, plan_catchments, travel_curve
from siting.outcome import plan_of
from siting.price import best_number, fewest_number, number_that_pays
from siting.relax import prove, relax, slots_of
from siting.share_out import Demand, demand, share_by_cases, share_by_travel
from siting.solve import Solved, Task, choose_sites, solve
from siting.steady import one_threaded
from siting.unit import part_groups, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from siting.unit import Unit


@one_threaded
def plan_sites(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    places: Mapping[str, int] | None = None,
    stop: Callable[[], bool] = never,
) -> Plan:
    """Found a network: share out the centers, choose sites, assign every household, prove how good it is.

    With sites the plan chooses among them; without, it proposes the best point of every catchment.

    Parameters
    ----------
    problem : Problem
        What is to be planned; somebody is to be served, as `data.build` sees to.
    seed : int
        Seed of every random start.
    workers : int
        Processes that units are spread over; the plan does not depend on it.
    places : mapping of str to int, optional
        Centers by unit, where they were shared out over more than this problem.
    stop : callable
        Asked between steps of the search; the best plan so far is returned once it is true.

    Returns
    -------
    Plan
        Not yet verified: `data.verify.verify` does that.

    Raises
    ------
    SitingError
        ``too_many_centers`` and ``too_few_centers``, told of the rules.
    """
    units = units_of(problem)
    demands = demands_of(units)
    count = (
        share_out(units, demands, seed=seed)
        if places is None
        else np.array([places[unit.name] for unit in units], dtype=np.int64)
    )
    found = _found_at_sites if len(problem.sites) else _found_anywhere
    return found(problem, units, demands, count, seed=seed, workers=workers, stop=stop)


def demands_of(units: Sequence[Unit]) -> list[Demand]:
    """Return what each unit needs."""
    return [
        demand(
            unit.name,
            unit.total,
            unit.rules,
            fixed=int(unit.facilities.fixed.sum()),
            fixed_places=int(unit.facilities.max_cases[unit.facilities.fixed].sum()),
        )
        for unit in units
    ]


def share_out(units: Sequence[Unit], demands: Sequence[Demand], *, seed: int) -> NDArray[np.int64]:
    """Return how many centers each unit gets by the rules, shape (n_units,).

    Raises
    ------
    SitingError
        As `siting.share_out.share_by_cases`.
    """
    rules = units[0].rules
    if not isinstance(rules.centers, int):
        return np.array([one.needed for one in demands], dtype=np.int64)
    number = rules.centers
    able = _with_applicants(units, demands)
    if sum(one.most for one in able) < number <= sum(one.most for one in demands):
        number = sum(one.most for one in able)
    if rules.share == "cases":
        return share_by_cases(able, number)
    return share_by_travel(able, number, _curves(units, demands, seed))


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
def share_out_nation(problems: Iterable[Problem], *, seed: int) -> list[dict[str, int]]:
    """Return the centers of each unit, a mapping a province, when a number is shared out over all of them.

    Parameters
    ----------
    problems : iterable of Problem
        One a province; none is kept.
    seed : int
        Seed of the catchments that measure travel.

    Raises
    ------
    SitingError
        As `siting.share_out.share_by_cases`.
    """
    by_province = [units_of(problem) for problem in problems]
    units = [unit for own in by_province for unit in own]
    count = share_out(units, demands_of(units), seed=seed)
    ends = np.cumsum([len(own) for own in by_province])
    return [
        {unit.name: int(places) for unit, places in zip(own, part, strict=True)}
        for own, part in zip(by_province, np.split(count, ends[:-1]), strict=True)
    ]


def _found_anywhere(
    problem: Problem,
    units: Sequence[Unit],
    demands: Sequence[Demand],
    count: NDArray[np.int64],
    *,
    seed: int,
    workers: int,
    stop: Callable[[], bool],
) -> Plan:
    jobs = [
        delayed(_propose)(problem, unit, one, int(places), seed=[seed, number], stop=stop)
        for number, (unit, one, places) in enumerate(zip(units, demands, count, strict=True))
    ]
    solved = list(Parallel(n_jobs=workers)(jobs))
    return plan_of(problem, demands, solved, seed=seed)


@one_threaded
def _propose(
    problem: Problem, unit: Unit, one: Demand, places: int, *, seed: list[int], stop: Callable[[], bool]
) -> Solved:
    """Return a unit served from the best points of its catchments."""
    rng = np.random.default_rng(seed)

    def so_many(number: int) -> Solved:
        return _propose_so_many(problem, unit, number - one.fixed, number, rng=rng, stop=stop)

    if unit.rules.centers == "price" and unit.total:
        a, b = travel_curve(unit, one.needed, max(one.needed + 1, 2 * one.needed), rng=rng)
        return best_number(
            so_many,
            number_that_pays(a, b, unit.rules.center_km, most=one.most),
            least=one.needed,
            most=one.most,
        )
    return fewest_number(so_many, places, most=one.most)


def _propose_so_many(
    problem: Problem,
    unit: Unit,
    new: int,
    places: int,
    *,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> Solved:
    if new > 0 and unit.total:
        found = plan_catchments(unit, new, rng=rng, stop=stop)
        pointed = at_points(unit, found.lon, found.lat)
    else:
        pointed = at_points(unit, np.empty(0), np.empty(0))
    return _solved(problem, pointed, np.arange(len(pointed.facilities)), places, rng)


def _found_at_sites(
    problem: Problem,
    units: Sequence[Unit],
    demands: Sequence[Demand],
    count: NDArray[np.int64],
    *,
    seed: int,
    workers: int,
    stop: Callable[[], bool],
) -> Plan:
    relaxed = relax(units, count, stop=stop)
    jobs = [
        delayed(_choose_and_solve)(problem, task, one, [seed, number], stop)
        for number, (task, one) in enumerate(zip(relaxed.tasks, demands, strict=True))
    ]
    solved = list(Parallel(n_jobs=workers)(jobs))
    ids = problem.households["household_id"].to_numpy(dtype=object)
    planned = np.array([len(one.open) + len(one.vacancy_lon) for one in solved], dtype=np.int64)
    if (planned > count).any():
        # A bound for fewer centers than were opened in the end would be none.
        relaxed = replace(relaxed, slots=slots_of(units, np.maximum(planned, count)))
    if not len(relaxed.slots.unit):
        return plan_of(problem, demands, solved, seed=seed)
    bound, last = prove(relaxed, household_id=ids, stop=stop)
    return plan_of(problem, demands, solved, bound=bound, last=last, seed=seed)


@one_threaded
def _choose_and_solve(
    problem: Problem, task: Task, one: Demand, seed: list[int], stop: Callable[[], bool]
) -> Solved:
    rng = np.random.default_rng(seed)

    def so_many(number: int) -> Solved:
        open_ = choose_sites(replace(task, places=number), rng=rng, stop=stop)
        return _solved(problem, task.unit, open_, number, rng)

    if task.unit.rules.centers == "price":
        return best_number(so_many, task.places, least=one.needed, most=one.most)
    return fewest_number(so_many, task.places, most=one.most)


def _solved(
    problem: Problem, unit: Unit, open_: NDArray[np.int64], places: int, rng: np.random.Generator
) -> Solved:
    """Assign; groups that find no room together come apart and are assigned again."""
    result = solve(unit, open_, places, rng=rng)
    left = np.flatnonzero((result.center == -2) & (np.bincount(unit.group_of, minlength=len(unit.cases)) > 1))  # noqa: PLR2004
    if left.size:
        result = solve(part_groups(problem, unit, left), open_, places, rng=rng)
    return result
