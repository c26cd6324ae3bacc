"""The main job: a problem becomes a plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from allocation.serving import NOBODY
from allocation.unit import part_groups, units_of
from data.call.order import TieBreak
from data.errors import Failure, SitingError
from data.fairness import is_settled
from data.given import given_kind, given_number
from data.problem import Problem
from data.process.deadline import never
from data.text import phrase
from siting.bound.prove import prove
from siting.bound.relax import relax
from siting.call.kept import Call
from siting.call.ties import settle_ties
from siting.medians.catchments import at_points, plan_catchments, travel_curve
from siting.number import demands_of
from siting.outcome import plan_of
from siting.price import best_number, cheapest, fewest_number, number_that_pays
from siting.search.sets import sets_to_open
from siting.sharing import share_out
from siting.solve import Solved, Task, solve
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.plan import Plan
    from siting.share_out import Demand


@one_threaded
def plan_sites(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    centers_by_unit: Mapping[str, int] | None = None,
    proven: bool = True,
    ties: TieBreak | None = None,
    stop: Callable[[], bool] = never,
) -> Plan:
    """Found a network: share out the centers, choose sites, assign every household, prove how good it is.

    With sites the plan chooses among them; without, it proposes the best point of every catchment.

    Parameters
    ----------
    problem : Problem
        What is to be planned. Where nobody is to be served, every household keeps its reason.
    seed : int
        Seed of every random start.
    workers : int
        Processes that units are spread over; the plan does not depend on it.
    centers_by_unit : mapping of str to int, optional
        Where they were shared out over more than this problem.
    proven : bool
        Whether to prove a bound too, which takes as long as finding the plan.
    ties : TieBreak, optional
        How applicants are told apart whom kilometres are not enough for. Unless told, a lottery of the same
        seed decides between those who cost the same, and no others.
    stop : callable
        Asked between steps of the search; the best plan so far is returned once it is true.

    Returns
    -------
    Plan
        Not yet verified: `data.verify.verify` does that.

    Raises
    ------
    SitingError
        ``too_many_centers`` and ``too_few_centers``, told of the rules; ``far_km_not_found`` where
        `siting.fairness.fair_problem` has yet to find it.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> len(plan.centers), plan.bound_gap < 0.05
    (2, True)
    """
    given_kind(problem, Problem, "problem")
    given_number(seed, "seed", least=0)
    given_number(workers, "workers")
    rule = TieBreak(seed, applies=False) if ties is None else given_kind(ties, TieBreak, "ties")
    if not is_settled(problem.rules):
        said = phrase("rules.far_km_not_found")
        raise SitingError.of([Failure("rules", 0, "far_km_not_found", "fairness", said)])
    units = units_of(problem)
    if not units:
        # All households are of a later phase, and no center stands.
        return plan_of(problem, [], [], seed=seed)
    demands = demands_of(units)
    count = share_out(units, demands, seed=seed) if centers_by_unit is None else _told(centers_by_unit, units)
    if not len(problem.sites):
        return _found_anywhere(problem, units, demands, count, seed=seed, workers=workers, stop=stop)
    return _found_at_sites(
        problem, units, demands, count, seed=seed, workers=workers, proven=proven, ties=rule, stop=stop
    )


def _told(centers_by_unit: Mapping[str, int], units: Sequence[Unit]) -> NDArray[np.int64]:
    missing = sorted(unit.name for unit in units if unit.name not in centers_by_unit)
    if missing:
        raise SitingError(phrase("shown.other_units", names=", ".join(missing)), code="other_units")
    return np.array([centers_by_unit[unit.name] for unit in units], dtype=np.int64)


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
        delayed(_propose)(problem, unit, one, int(n_centers), seed=[seed, number], stop=stop)
        for number, (unit, one, n_centers) in enumerate(zip(units, demands, count, strict=True))
    ]
    solved = list(Parallel(n_jobs=workers)(jobs))
    return plan_of(problem, demands, solved, seed=seed)


@one_threaded
def _propose(
    problem: Problem, unit: Unit, one: Demand, n_centers: int, *, seed: list[int], stop: Callable[[], bool]
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
    return fewest_number(so_many, n_centers, most=one.most)


def _propose_so_many(
    problem: Problem,
    unit: Unit,
    new: int,
    n_centers: int,
    *,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> Solved:
    if new > 0 and unit.total:
        found = plan_catchments(unit, new, rng=rng, stop=stop)
        pointed = at_points(unit, found.lon, found.lat)
    else:
        pointed = at_points(unit, np.empty(0), np.empty(0))
    open_ = np.arange(len(pointed.facilities))
    return _solved(problem, pointed, open_, n_centers, may_wait=False, rng=rng)


def _found_at_sites(
    problem: Problem,
    units: Sequence[Unit],
    demands: Sequence[Demand],
    count: NDArray[np.int64],
    *,
    seed: int,
    workers: int,
    proven: bool,
    ties: TieBreak,
    stop: Callable[[], bool],
) -> Plan:
    relaxed = relax(units, count, stop=stop)
    jobs = [
        delayed(_choose_and_solve)(problem, task, one, [seed, number], stop)
        for number, (task, one) in enumerate(zip(relaxed.tasks, demands, strict=True))
    ]
    solved = list(Parallel(n_jobs=workers)(jobs))
    planned = np.array([one.n_centers for one in solved], dtype=np.int64)
    if (planned > count).any():
        # A bound for fewer centers than were opened in the end would be none.
        relaxed = relaxed.for_so_many(planned)
    proof = None
    if len(relaxed.slots.unit) and proven:
        proof = prove(problem, relaxed, solved, workers=workers, stop=stop)
    settled = settle_ties(
        problem, solved, proof, ties, resolve=partial(_solved_anew, problem, seed), stop=stop
    )
    call = Call(ties, settled)
    return plan_of(problem, demands, settled.solved, proof=proof, seed=seed, call=call)


def _solved_anew(problem: Problem, seed: int, one: Solved, open_: NDArray[np.int64]) -> Solved:
    """Return a unit with other facilities open, served as the search serves it."""
    rng = np.random.default_rng(seed)
    return _solved(problem, one.unit, open_, one.n_centers, may_wait=True, rng=rng)


@one_threaded
def _choose_and_solve(
    problem: Problem, task: Task, one: Demand, seed: list[int], stop: Callable[[], bool]
) -> Solved:
    rng = np.random.default_rng(seed)

    def so_many(number: int) -> Solved:
        sets = sets_to_open(replace(task, n_centers=number), rng=rng, stop=stop)
        distinct = {one.tobytes(): one for one in sets}.values()
        return cheapest(_solved(problem, task.unit, one, number, may_wait=True, rng=rng) for one in distinct)

    if task.unit.rules.centers == "price":
        return best_number(so_many, task.n_centers, least=one.needed, most=one.most)
    return fewest_number(so_many, task.n_centers, most=one.most)


def _solved(
    problem: Problem,
    unit: Unit,
    open_: NDArray[np.int64],
    n_centers: int,
    *,
    may_wait: bool,
    rng: np.random.Generator,
) -> Solved:
    """Assign; groups that find no room together come apart and are assigned again."""
    result = solve(unit, open_, n_centers, may_wait=may_wait, rng=rng)
    several = np.bincount(unit.group_of, minlength=len(unit.cases)) > 1
    left = np.flatnonzero((result.center == NOBODY) & several)
    if left.size:
        parted = part_groups(problem, unit, left)
        result = solve(parted, open_, n_centers, may_wait=may_wait, rng=rng)
    return result
