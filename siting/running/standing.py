"""A network as it stands, whoever decided it: who is where becomes a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.serving import NOBODY, VACANT
from allocation.unit import regroup, units_of
from data.plan import HELD
from siting.number import demands_of
from siting.outcome import plan_of
from siting.running.units import position_of
from siting.solve import NO_VACANCY, Solved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from allocation.unit import Unit
    from data.change.proposal import Kept
    from data.plan import Plan
    from data.problem import Problem


@dataclass(frozen=True)
class Standing:
    """Who is where.

    Attributes
    ----------
    center_id : Series of str
        Center of each served household by ``household_id``; a center that opens goes by its ``site_id``.
    vacancy_id : Series of str
        Vacancy that each waiting household waits for, by ``household_id``.
    vacancies : DataFrame
        ``vacancy_id``, ``lon``, ``lat``, ``unit``.
    planned : mapping of str to int
        Centers that each unit was given.
    loss_km : float
        What keeping groups together cost at most, km.
    held : frozenset of str
        Vacancies whose households wait whatever room there is elsewhere.
    """

    center_id: pd.Series
    vacancy_id: pd.Series
    vacancies: pd.DataFrame
    planned: Mapping[str, int]
    loss_km: float = 0.0
    held: frozenset[str] = frozenset()

    @classmethod
    def of(cls, plan: Plan) -> Standing:
        """Return who is where in a plan."""
        waiting = plan.unassigned[plan.unassigned["reason"] == "vacancy"]
        return cls(
            plan.assignments.set_index("household_id")["center_id"],
            waiting.set_index("household_id")["vacancy_id"],
            plan.vacancies[["vacancy_id", "lon", "lat", "unit"]],
            dict(zip(plan.units["unit"], plan.units["planned"].tolist(), strict=True)),
            float(plan.provenance.get("kept_together_loss_km", 0.0)),
            frozenset(plan.provenance.get(HELD, ())),
        )


def standing_of(kept: Kept, before: Plan) -> Standing:
    """Return who is where by a proposal on disk.

    Parameters
    ----------
    kept : Kept
        The proposal.
    before : Plan
        The plan that it was made on.
    """
    told = kept.facts["standing"]
    site = {center: site for site, center in told["opened"].items()}
    transfers, joined, left = kept.tables["transfers"], kept.tables["joined"], kept.tables["unassigned"]
    now = pd.concat(
        [transfers.set_index("household_id")["to_center"], joined.set_index("household_id")["center_id"]]
    )
    gone = {*now.index, *left["household_id"], *kept.tables["left"]["household_id"]}
    stays = before.assignments.set_index("household_id")["center_id"]
    waits = left[left["vacancy_id"] != ""].set_index("household_id")["vacancy_id"]
    return Standing(
        center_id=pd.concat([stays[~stays.index.isin(gone)], now.replace(site)]),
        vacancy_id=waits,
        vacancies=pd.DataFrame(told["vacancies"]).astype({"lon": float, "lat": float}),
        planned=told["planned"],
        loss_km=float(told["loss_km"]),
        # A proposal of before has nothing of the kind.
        held=frozenset(told.get("held", ())),
    )


def plan_as(
    problem: Problem,
    standing: Standing,
    before: Plan,
    *,
    seed: int,
    ground: bool = True,
    settled: Callable[[pd.DataFrame, pd.DataFrame], None] | None = None,
) -> Plan:
    """Return the plan that serves everybody where they are told to be.

    Parameters
    ----------
    problem : Problem
        As `data.change.succession.succeed` leaves it: ``center_id`` of its households is that of ``before``.
    standing : Standing
        Who is where now; centers are those of the problem, and its required sites.
    before : Plan
        The plan that this one follows.
    seed : int
        For the record.
    ground : bool
        Whether to part the ground anew; else the neighbourhoods stay those of ``before``.
    settled : callable, optional
        As `siting.outcome.plan_of`.

    Returns
    -------
    Plan
        Not yet verified.
    """
    units = units_of(problem)
    solved = [_stood(problem, unit, standing) for unit in units]
    made = plan_of(
        problem,
        demands_of(units),
        solved,
        seed=seed,
        before=before,
        loss_km=standing.loss_km,
        ground=ground,
        settled=settled,
    )
    holds = standing.vacancy_id.index[standing.vacancy_id.isin(standing.held)]
    left = made.unassigned
    held = sorted(set(left.loc[left["household_id"].isin(holds), "vacancy_id"]))
    return replace(made, provenance=MappingProxyType({**made.provenance, HELD: held})) if held else made


def _stood(problem: Problem, unit: Unit, standing: Standing) -> Solved:
    people = problem.households.iloc[unit.households]
    ids = people["household_id"]
    open_ = np.flatnonzero(unit.facilities.fixed)
    own = standing.vacancies[standing.vacancies["unit"] == unit.name]
    told = told_of(standing.center_id, ids)
    position = position_of(unit, open_, told)
    at_site = pd.Index(unit.facilities.id[open_], dtype=object).get_indexer(pd.Index(told))
    position = np.where(position >= 0, position, at_site)
    waits = pd.Index(own["vacancy_id"]).get_indexer(pd.Index(told_of(standing.vacancy_id, ids)))
    where = pd.DataFrame({"group": unit.group_of, "at": position, "waits": waits})
    part = where.groupby(list(where.columns), sort=False).ngroup().to_numpy().astype(np.int64)
    first = np.unique(part, return_index=True)[1]
    waiting = waits[first] >= 0
    center = np.where(position[first] >= 0, position[first], np.where(waiting, VACANT, NOBODY))
    return Solved(
        unit=unit if np.array_equal(part, unit.group_of) else regroup(problem, unit, part),
        n_centers=max(standing.planned.get(unit.name, 0), len(open_)),
        open=open_,
        center=center.astype(np.int64),
        vacancy=np.where(waiting, waits[first], NO_VACANCY),
        vacancy_lon=own["lon"].to_numpy(dtype=float),
        vacancy_lat=own["lat"].to_numpy(dtype=float),
        loss_km=0.0,
    )


def told_of(by_household: pd.Series, ids: pd.Series) -> pd.Series:
    """Return what is told of each household by its id, empty where nothing is."""
    return by_household.astype(object).reindex(ids).fillna("")
