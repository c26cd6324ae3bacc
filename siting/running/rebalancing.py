"""The fewest well-founded transfers after a change, and what each further one would save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.fewer import at_most
from allocation.serving import VACANT
from allocation.unit import units_of
from data.change.succession import succeed
from data.change.unopened import still_unopened
from data.errors import Exit, SitingError
from data.shown import Card, Shown, picture
from data.text import phrase
from siting.running.points import points_of, told_gap_km
from siting.running.solving import curve_of, solved_unit
from siting.running.standing import Standing, plan_as
from siting.running.touched import touched_units
from siting.running.transfers import transfers_of
from siting.running.waiting import waiting_on
from siting.running.wishes import grouped_by_wish, not_granted
from siting.steady import one_threaded
from siting.waiting import gather_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.rebalance import Network, Rebalanced
    from data.change.changes import Changes
    from data.change.succession import Succession
    from data.plan import Plan
    from data.problem import Problem
    from siting.running.points import Point
    from siting.running.waiting import Waiting


@dataclass(frozen=True)
class Budget:
    """Transfers that were allowed at most, and what that may cost.

    Attributes
    ----------
    most : int
        Cases.
    bound_km : float
        What serving all of the network costs at least with so many transfers, km.
    """

    most: int
    bound_km: float


@dataclass(frozen=True, repr=False)
class Proposal(Shown):
    """What is to change, who is transferred and why, and the plan that comes of it.

    Attributes
    ----------
    changes : Changes
        What was asked for.
    succession : Succession
        The next problem, and what became of whom.
    standing : Standing
        Who is where then.
    plan : Plan
        The next plan, not yet verified; its neighbourhoods are still those of the plan before.
    transfers : DataFrame
        One row a household whose center is another, in the order of their ids: ``household_id``,
        ``from_center``, ``to_center``, ``reason``, ``km_before``, ``km_after``, ``effective`` (ISO date),
        ``because_of`` (a household or a center), ``cases``. See `siting.running.causes.with_causes`.
    joined : DataFrame
        ``household_id``, ``center_id``, ``km``, ``cases`` of those who have a center and had none.
    forced : int
        Cases that every way transfers that serves the same families.
    curve : tuple of Point
        From the fewest transfers to the least travel.
    curve_gap_km : float
        How far below the curve a way may lie at most, km; 0 where these are all corners.
    serving_km : float
        What serving all of the network costs, km, without the price of transfers.
    loss_km : float
        By how much the proposal may exceed the least, transfers at their price; 0 where every group is a
        single case. Not known (infinite) under a budget, which has a bound of its own.
    budget : Budget or None
        Where transfers were limited.
    not_granted : tuple of str
        Households that are not served where they were wanted, because somebody would lose a center by it.
    """

    changes: Changes
    succession: Succession
    standing: Standing
    plan: Plan
    transfers: pd.DataFrame
    joined: pd.DataFrame
    forced: int
    curve: tuple[Point, ...]
    curve_gap_km: float
    serving_km: float
    loss_km: float
    budget: Budget | None
    not_granted: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem:
        """The next problem."""
        return self.succession.problem

    def _card(self) -> Card:
        from data.display import plan_card  # noqa: PLC0415 - only a notebook asks

        after = plan_card(self.plan)
        rows = (
            (phrase("shown.transferred"), len(self.transfers)),
            (phrase("shown.joined"), len(self.joined)),
            (phrase("shown.forced"), self.forced),
            (phrase("shown.not_granted"), len(self.not_granted)),
        )
        return Card(phrase("shown.proposal"), (*rows, *after.rows), after.synthetic)

    def _repr_html_(self) -> str:
        return super()._repr_html_() + picture(self.plan)


@one_threaded
def rebalance_network(
    problem: Problem, plan: Plan, changes: Changes, *, max_transfers: int | None = None, seed: int = 0
) -> Proposal:
    """Propose who is transferred after a change: as few as must be, and those whose transfer pays.

    Units that no change touches stay as they are. In the others every household goes where serving and
    ``move_km`` a transfer cost least together, within the bounds of the centers: exact where every group is
    a single case.

    Where an applicant declines a center the rest stays as it is: whoever waits for a vacancy goes on waiting,
    with the families of a place that is vacant now, and no more are transferred than must be.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network as it runs.
    changes : Changes
        Checked by `data.change.changes.check_changes`.
    max_transfers : int, optional
        Cases that may be transferred at most.
    seed : int
        Of the starts of vacancies' catchments.

    Raises
    ------
    SitingError
        ``too_few_transfers`` (exit code 6) where more are forced; as `data.change.succession.succeed`.
    """
    succession = succeed(problem, plan, changes)
    following = succession.problem
    moved = {**succession.moved, **succession.joined}
    touched = touched_units(problem, plan, changes, succession)
    wishing, wish = grouped_by_wish(following, changes.wanted)
    unopened = still_unopened(problem, plan, changes)
    waiting = waiting_on(following, plan, changes, seed=seed)
    solved = [
        solved_unit(wishing, unit, unopened.get(unit.name, 0), moved, wish)
        for unit in units_of(waiting.without(wishing), touched)
    ]
    curve = curve_of(solved)
    if changes.declined:
        max_transfers = curve.corners()[0].transferred
    found = tuple(one.served for one in solved)
    budget_km, loss_km = None, sum((one.found.loss_km for one in solved), 0.0)
    if max_transfers is not None and sum(one.transferred for one in found) > max_transfers:
        fewest = curve.corners()[0].transferred
        if fewest > max_transfers:
            raise _too_few(max_transfers, fewest)
        fewer = at_most(curve, max_transfers)
        budget_km, found, loss_km = fewer.bound_km, fewer.found, np.inf
    final = [(one.network, one.with_served(own)) for one, own in zip(solved, found, strict=True)]
    stood = _rest(following, plan, touched, unopened, waiting)
    standing = _standing(
        following, stood, final, unopened, seed=seed, loss_km=0.0 if loss_km == np.inf else loss_km
    )
    made = plan_as(following, standing, plan, seed=seed, ground=False)
    denied = not_granted(made, changes.wanted)
    transfers, joined = transfers_of(succession, plan, made, changes, denied)
    rest_km = _serving_km(made) - sum(one.serving_km for one in found)
    return Proposal(
        changes=changes,
        succession=succession,
        standing=standing,
        plan=made,
        transfers=transfers,
        joined=joined,
        forced=curve.forced,
        curve=points_of(curve, [one.served for one in solved], rest_km),
        curve_gap_km=told_gap_km(curve),
        serving_km=round(rest_km + sum(one.serving_km for one in found), 3),
        loss_km=loss_km,
        budget=None if budget_km is None else Budget(max_transfers or 0, round(budget_km + rest_km, 3)),
        not_granted=denied,
    )


def _too_few(asked: int, forced: int) -> SitingError:
    return SitingError(
        phrase("siting.too_few_transfers", asked=asked, forced=forced),
        code="too_few_transfers",
        exit_code=Exit.REFUSED,
    )


def _rest(
    problem: Problem, before: Plan, touched: set[str], unopened: dict[str, int], waiting: Waiting
) -> Standing:
    """Return who is where whatever comes of the units that are touched: in the others, and who waits on."""
    old, people = Standing.of(before), problem.households
    kept = set(people.loc[~people["unit"].isin(touched), "household_id"])
    rest = old.vacancies[~old.vacancies["unit"].isin(touched)]
    return Standing(
        old.center_id[old.center_id.index.isin(kept)],
        pd.concat([old.vacancy_id[old.vacancy_id.index.isin(kept)], waiting.vacancy_id]),
        pd.concat([rest, waiting.vacancies], ignore_index=True),
        {**old.planned, **{name: count for name, count in unopened.items() if name in touched}},
        held=old.held.intersection(rest["vacancy_id"]).union(waiting.vacancies["vacancy_id"]),
    )


def _standing(
    problem: Problem,
    rest: Standing,
    final: Sequence[tuple[Network, Rebalanced]],
    unopened: dict[str, int],
    *,
    seed: int,
    loss_km: float,
) -> Standing:
    """Put the units that changed beside those that stand as they were."""
    people = problem.households
    center, waiting, vacancies = [rest.center_id], [rest.vacancy_id], [rest.vacancies]
    planned = dict(rest.planned)
    for number, (network, found) in enumerate(final):
        unit = network.unit
        ids = people["household_id"].to_numpy(dtype=object)[unit.households]
        own = found.center[unit.group_of]
        at = unit.facilities.id[network.open]
        center.append(pd.Series(at[own[own >= 0]], index=ids[own >= 0], dtype=object))
        groups = np.flatnonzero(found.center == VACANT)
        planned[unit.name] = len(network.open) + unopened.get(unit.name, 0)
        if not groups.size:
            continue
        fewest = network.unopened if isinstance(unit.rules.centers, int) else 1
        whose, lon, lat = gather_waiting(unit, groups, max(fewest, 1), np.random.default_rng([seed, number]))
        codes = np.array([f"{unit.name}#{one}" for one in range(len(lon))], dtype=object)
        vacancy = np.full(len(found.center), "", dtype=object)
        vacancy[groups] = codes[whose]
        each = vacancy[unit.group_of]
        waiting.append(pd.Series(each[each != ""], index=ids[each != ""], dtype=object))
        vacancies.append(pd.DataFrame({"vacancy_id": codes, "lon": lon, "lat": lat, "unit": unit.name}))
    return replace(
        rest,
        center_id=pd.concat(center),
        vacancy_id=pd.concat(waiting),
        vacancies=pd.concat(vacancies, ignore_index=True),
        planned=planned,
        loss_km=loss_km,
    )


def _serving_km(plan: Plan) -> float:
    terms = ("travel_km", "far_km", "preference_km", "merit_km", "cross_district_km")
    return sum(plan.terms[one] for one in terms)
