"""The fairest plan of a tiny problem, by a mixed-integer program that knows nothing of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.linear_solver import pywraplp

from data.geodesy import geodesic_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.problem import Problem


@dataclass(frozen=True)
class Model:
    """Which sites open and who goes where: every household once, at open sites, one site an applicant."""

    solver: Any
    goes: list[list[Any]]
    km: np.ndarray
    cases: np.ndarray

    @classmethod
    def of(cls, problem: Problem, planned: int) -> Model:
        """Lay out a problem of one unit without centers that stand, each household a group of its own."""
        solver, people, sites = pywraplp.Solver.CreateSolver("SCIP"), problem.households, problem.sites
        km, rules = ways_km(problem), problem.rules
        opens = [solver.BoolVar("") for _ in range(len(sites))]
        goes = [[solver.BoolVar("") for _ in opens] for _ in range(len(people))]
        cases = people["cases"].to_numpy()
        solver.Add(solver.Sum(opens) == planned)
        for owner in set(sites["applicant_id"]):
            own = np.flatnonzero(sites["applicant_id"] == owner)
            solver.Add(solver.Sum([opens[one] for one in own]) <= 1)
        for row in goes:
            solver.Add(solver.Sum(row) == 1)
        for site, open_ in enumerate(opens):
            load = solver.Sum([int(weight) * row[site] for weight, row in zip(cases, goes, strict=True)])
            solver.Add(load <= rules.max_cases * open_)
            solver.Add(load >= rules.min_cases * open_)
        for row, home in zip(goes, km, strict=True):
            for variable, way in zip(row, home, strict=True):
                if not np.isfinite(way):
                    solver.Add(variable == 0)
        return cls(solver, goes, np.where(np.isfinite(km), km, 0.0), cases)

    def sum_of(self, cost: np.ndarray) -> Any:
        """The cases' costs, of shape (n_households, n_sites), added up."""
        each = self.cases[:, None] * cost
        return self.solver.Sum(
            [
                float(one) * goes
                for own, row in zip(each, self.goes, strict=True)
                for one, goes in zip(own, row, strict=True)
            ]
        )

    def least(self, objective: Any) -> float:
        """The least value; infinite where there is no plan."""
        self.solver.Minimize(objective)
        found = self.solver.Solve() == pywraplp.Solver.OPTIMAL
        return float(self.solver.Objective().Value()) if found else np.inf


def ways_km(problem: Problem) -> np.ndarray:
    """Published kilometres of every pair, infinite beyond the limits, shape (n_households, n_sites)."""
    people, sites, rules = problem.households, problem.sites, problem.rules
    rural = (people["area"] == "rural").to_numpy()
    columns: Sequence[np.ndarray]
    if problem.travel is None:
        columns = [
            geodesic_km(people["lon"], people["lat"], np.full(len(people), lon), np.full(len(people), lat))
            for lon, lat in zip(sites["lon"], sites["lat"], strict=True)
        ]
        detour = np.where(rural, rules.detour_rural, rules.detour_urban)
        columns = [column * detour for column in columns]
    else:
        told = problem.travel.pivot(index="household_id", columns="site_id", values="km")
        columns = list(told.loc[people["household_id"], sites["site_id"]].to_numpy().T)
    km = np.round(np.column_stack(columns), 3)
    limit = np.minimum(rules.max_km, np.where(rural, rules.max_km_rural, rules.max_km_urban))
    km[km > limit[:, None]] = np.inf
    return km


def far_parts(problem: Problem) -> np.ndarray:
    """Kilometres of every pair beyond what is far, shape (n_households, n_sites)."""
    rules, km = problem.rules, ways_km(problem)
    rural = (problem.households["area"] == "rural").to_numpy()
    far = np.where(rural, rules.far_km_rural, rules.far_km_urban)
    beyond = np.zeros(km.shape)
    for row, limit in enumerate(far):
        if np.isfinite(limit):
            beyond[row] = np.maximum(np.where(np.isfinite(km[row]), km[row], 0.0) - limit, 0.0)
    return beyond


def fairest_km(problem: Problem, planned: int) -> float:
    """The least objective, preference and the kilometres beyond what is far included."""
    model, rules = Model.of(problem, planned), problem.rules
    order = rules.preference_km * (problem.sites["preference"].to_numpy(float) - 1)
    return model.least(model.sum_of(model.km + rules.far_weight * far_parts(problem) + order))


def fairest_worst_tenth_km(problem: Problem, planned: int) -> float:
    """The least travel plus ``far_weight`` times what the worst tenth travels, over all plans."""
    model, weight = Model.of(problem, planned), problem.rules.far_weight
    solver, limit = model.solver, model.solver.NumVar(0.0, float(model.km.max()), "")
    tenth = 0.1 * float(model.cases.sum())
    beyond = [solver.NumVar(0.0, solver.infinity(), "") for _ in model.goes]
    for extra, row, home in zip(beyond, model.goes, model.km, strict=True):
        way = solver.Sum([float(km) * goes for km, goes in zip(home, row, strict=True)])
        solver.Add(extra >= way - limit)
    extra = solver.Sum([int(cases) * one for cases, one in zip(model.cases, beyond, strict=True)])
    return model.least(model.sum_of(model.km) + weight * (tenth * limit + extra))
