"""Solved units become a plan."""

from __future__ import annotations

import platform
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.geodesy import KM_DECIMALS
from data.plan import CALL, LACKING, MOVED_UP, STANDING_PAYS, Plan
from data.summary import distance_kind, plain_rules
from siting.call.kept import as_before
from siting.call.moved_up import moved_up
from siting.founding import (
    assignments_table,
    centers_table,
    exceptions_table,
    moved_km,
    placed,
    terms_of,
    with_loads,
)
from siting.losers import losing_sites, reserves_table
from siting.unserved import unassigned_table, vacancies_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from data.problem import Problem
    from siting.bound.prove import Proof
    from siting.call.kept import Call
    from siting.share_out import Demand
    from siting.solve import Solved

LIBRARIES = ("ortools", "geopandas", "shapely", "pyproj", "numpy", "scipy", "scikit-learn")


def plan_of(
    problem: Problem,
    demands: Sequence[Demand],
    solved: Sequence[Solved],
    *,
    proof: Proof | None = None,
    seed: int,
    before: Plan | None = None,
    loss_km: float | None = None,
    ground: bool = True,
    settled: Callable[[pd.DataFrame, pd.DataFrame], None] | None = None,
    call: Call | None = None,
) -> Plan:
    """Return the plan that solved units make: its tables in order, its objective, where it comes from.

    Parameters
    ----------
    problem : Problem
        What was solved.
    demands, solved : sequence of Demand, sequence of Solved
        One a unit, in the same order.
    proof : Proof, optional
        What is proven of the problem; dropped where cases found no room, for the objective does not count
        them.
    seed : int
        As used, for the record.
    before : Plan, optional
        The plan that this one follows: whoever had another center in it is transferred.
    loss_km : float, optional
        What keeping groups together costs at most, where the units do not say it.
    ground : bool
        Whether to part the ground; else the neighbourhoods are those of ``before``.
    settled : callable, optional
        Given the assignments and the centers, in their order, as soon as it is known who is served where.
    call : Call, optional
        The tie-break, and what it settled; of a plan that follows another that of the plan before stays.
    """
    centers = centers_table(problem, solved)
    center = placed(problem, solved)
    assignments = assignments_table(problem, centers, center)
    if settled is not None:
        settled(_ordered(assignments, "household_id"), _ordered(centers, "center_id"))
    vacancies, waits = vacancies_table(problem, solved)
    unassigned = unassigned_table(problem, solved, center, vacancies, waits)
    centers = with_loads(problem, solved, centers, assignments, center)
    left_by = [] if before is None else _fell_short(problem, centers, before)
    centers.loc[centers["center_id"].isin(left_by), "underfull_reason"] = "after_leaving"
    terms = terms_of(problem, centers, assignments, center, int(vacancies["cases"].sum()))
    if before is not None:
        terms["move_km"] = moved_km(problem, assignments, center)
    objective = round(sum(terms.values()), 3)
    if unassigned["reason"].isin(LACKING).any():
        proof = None
    exceptions = exceptions_table(problem, solved, centers, center)
    losers = losing_sites(problem, solved, centers, proof, objective_km=objective)
    provenance = _provenance(problem, solved, seed)
    if call is not None:
        losers, provenance[CALL] = call.with_losers(losers, centers), call.provenance()
    elif before is not None and CALL in before.provenance:
        losers, provenance[CALL] = as_before(losers, before), before.provenance[CALL]
    reserves = reserves_table(problem, solved, centers, provenance.get(CALL, {}))
    if loss_km is not None:
        provenance["kept_together_loss_km"] = round(loss_km, KM_DECIMALS)
    if before is not None:
        provenance |= {"rebalancing": True, "after_leaving": left_by, STANDING_PAYS: True}
        if came_in := moved_up(centers, before):
            provenance[MOVED_UP] = came_in
    assignments = _ordered(assignments, "household_id")
    centers = _ordered(centers, "center_id")
    return Plan(
        assignments=assignments,
        centers=centers,
        unassigned=_ordered(unassigned, "household_id"),
        vacancies=_ordered(vacancies, "vacancy_id"),
        reserves=reserves,
        exceptions=exceptions,
        losing_sites=losers,
        units=_units_table(demands, solved),
        neighbourhoods=_parted(problem, assignments, centers)
        if ground or before is None
        else before.neighbourhoods,
        terms=MappingProxyType(terms),
        objective_km=objective,
        bound=None if proof is None else proof.bound,
        provenance=MappingProxyType(provenance),
    )


def _parted(problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame) -> gpd.GeoDataFrame:
    from siting.ground.neighbourhoods import partition  # noqa: PLC0415 - heavy, and most changes keep theirs

    return partition(problem, assignments, centers)


def _fell_short(problem: Problem, centers: pd.DataFrame, before: Plan) -> list[str]:
    """Return the centers that families left until fewer than the least were there."""
    had = before.centers.set_index("center_id")["cases"].reindex(centers["center_id"]).fillna(0).to_numpy()
    people, least = problem.households, problem.rules.min_cases
    here = people["center_id"].map(centers.set_index("center_id")["unit"]) == people["unit"]
    stays = people[here & (people["reason"] == "")].groupby("center_id")["cases"].sum()
    stayed = stays.reindex(centers["center_id"]).fillna(0).to_numpy()
    short = (centers["cases"] < least).to_numpy() & (had >= least) & (stayed < least)
    return sorted(centers.loc[short & (centers["status"] == "existing").to_numpy(), "center_id"])


def _ordered(table: pd.DataFrame, by: str) -> pd.DataFrame:
    return table.sort_values(by, kind="stable").reset_index(drop=True)


def _units_table(demands: Sequence[Demand], solved: Sequence[Solved]) -> pd.DataFrame:
    opened = np.array([len(one.open) for one in solved], dtype=np.int64)
    vacant = np.array([len(one.vacancy_lon) for one in solved], dtype=np.int64)
    return pd.DataFrame(
        {
            "unit": [one.name for one in demands],
            "cases": [one.cases for one in demands],
            "needed": [one.needed for one in demands],
            "planned": np.array([one.n_centers for one in solved], dtype=np.int64),
            "opened": opened,
            "vacant": vacant,
        }
    ).astype({"unit": "str"})


def versions() -> dict[str, str]:
    """Return the versions that a plan depends on: this program, Python and the solving libraries."""
    return {
        "siting": version("positive-life-siting"),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _provenance(problem: Problem, solved: Sequence[Solved], seed: int) -> dict[str, Any]:
    return {
        "scenario": problem.scenario,
        "synthetic": problem.synthetic,
        "seed": seed,
        "rules": plain_rules(problem.rules),
        "versions": versions(),
        "inputs": dict(problem.inputs),
        "distance": distance_kind(problem.rules, travel_file=problem.travel is not None),
        "kept_together_loss_km": round(float(sum(one.loss_km for one in solved)), KM_DECIMALS),
    }
