"""A problem and a plan taken apart into tables and single values, and put together again."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook.branches import branch_table, branches_of
from data.plan import Bound, Plan
from data.problem import Problem
from data.rules import OVERRIDES, Rules
from data.work.tables import TABLES as WORK_TABLES
from data.work.tables import kept_name

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("province", "county", "district")
PLAN_TABLES = (
    "assignments",
    "centers",
    "unassigned",
    "vacancies",
    "reserves",
    "exceptions",
    "losing_sites",
    "units",
    "neighbourhoods",
)
MULTIPLIERS = "plan_multipliers"
BRANCHES = "plan_branches"
HOUSEHOLDS = "problem_households"
ASSIGNMENTS = "plan_assignments"
OWN_TABLES = (HOUSEHOLDS, "problem_sites", "problem_centers")
"""The tables of a problem that every problem has, and whose rows have an order of their own."""
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        HOUSEHOLDS: ("household_id",),
        "problem_sites": ("site_id",),
        "problem_centers": ("center_id",),
        "problem_travel": ("household_id", "site_id"),
        ASSIGNMENTS: ("household_id",),
        "plan_centers": ("center_id",),
        "plan_unassigned": ("household_id",),
        "plan_vacancies": ("vacancy_id",),
        "plan_reserves": ("center_id", "site_id"),
        "plan_exceptions": ("kind", "subject"),
        "plan_losing_sites": ("site_id",),
        "plan_units": ("unit",),
        "plan_neighbourhoods": ("center_id",),
        MULTIPLIERS: ("household_id",),
        **{kept_name(name): table.key for name, table in WORK_TABLES.items()},
    }
)
"""The columns whose values name a row from version to version; other tables go by the row's number."""
TODAY = "problem.today"
"""Under which a casebook keeps the version whose assignment today's centers of the households are."""


def problem_tables(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return the tables of a problem by their names in the casebook."""
    tables: dict[str, pd.DataFrame] = {
        HOUSEHOLDS: problem.households,
        "problem_sites": problem.sites,
        "problem_centers": problem.centers,
    }
    for level, polygons in problem.boundaries.items():
        tables[f"problem_boundaries_{level}"] = polygons
    if problem.travel is not None:
        tables["problem_travel"] = problem.travel
    return tables


def problem_parts(problem: Problem, today: int | None = None) -> dict[str, Any]:
    """Return the single values of a problem by their names in the casebook.

    Parameters
    ----------
    problem : Problem
        The problem.
    today : int, optional
        Version whose assignment the ``center_id`` of its households are; None where it is kept with them.
    """
    return {
        TODAY: today,
        "problem.rules": problem.rules.as_dict(),
        "problem.synthetic": problem.synthetic,
        "problem.scenario": problem.scenario,
        "problem.inputs": dict(problem.inputs),
        "problem.boundaries": list(problem.boundaries),
        "problem.travel": problem.travel is not None,
    }


def plan_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan by their names in the casebook."""
    tables: dict[str, pd.DataFrame] = {f"plan_{name}": getattr(plan, name) for name in PLAN_TABLES}
    if plan.bound is not None:
        multipliers = plan.bound.household_km
        tables[MULTIPLIERS] = pd.DataFrame(
            {
                "household_id": multipliers.index.array,
                "km": multipliers.array,
            }
        )
        if plan.bound.branches:
            tables[BRANCHES] = branch_table(plan.bound.branches, multipliers.index)
    return tables


def problem_names(parts: Mapping[str, Any]) -> list[str]:
    """Return the names of the tables of a problem, by its single values."""
    levels = [f"problem_boundaries_{level}" for level in parts["problem.boundaries"]]
    return [*OWN_TABLES, *levels, *["problem_travel"] * bool(parts["problem.travel"])]


def plan_names(parts: Mapping[str, Any]) -> list[str]:
    """Return the names of the tables of a plan, by its single values."""
    return [*(f"plan_{name}" for name in PLAN_TABLES), *bound_tables(parts)]


def bound_tables(parts: Mapping[str, Any]) -> list[str]:
    """Return the names of the tables that hold a plan's bound, by the plan's single values."""
    kept = parts["plan.bound"]
    return [] if kept is None else [MULTIPLIERS] + [BRANCHES] * kept["branches"]


def plan_parts(plan: Plan) -> dict[str, Any]:
    """Return the single values of a plan by their names in the casebook."""
    bound = plan.bound
    return {
        "plan.terms": dict(plan.terms),
        "plan.objective_km": plan.objective_km,
        "plan.bound": None
        if bound is None
        else {
            "value_km": bound.value_km,
            "unit_km": dict(bound.unit_km),
            "applicant_km": dict(bound.applicant_km),
            "names": [bound.household_km.name, bound.household_km.index.name],
            "branches": bool(bound.branches),
        },
        "plan.provenance": dict(plan.provenance),
    }


def counts(plan: Plan) -> dict[str, int]:
    """Return the numbers a plan is told by in a list of versions."""
    return {
        "households": len(plan.assignments) + len(plan.unassigned),
        "assigned": len(plan.assignments),
        "unassigned": len(plan.unassigned),
        "centers": len(plan.centers),
        "vacancies": len(plan.vacancies),
    }


def to_problem(tables: Mapping[str, Any], parts: Mapping[str, Any]) -> Problem:
    """Put a problem together from its tables and single values."""
    return Problem(
        households=tables[HOUSEHOLDS],
        sites=tables["problem_sites"],
        centers=tables["problem_centers"],
        boundaries=MappingProxyType(
            {level: tables[f"problem_boundaries_{level}"] for level in parts["problem.boundaries"]}
        ),
        rules=rules_of(parts),
        travel=tables["problem_travel"] if parts["problem.travel"] else None,
        synthetic=parts["problem.synthetic"],
        scenario=parts["problem.scenario"],
        inputs=MappingProxyType(parts["problem.inputs"]),
    )


def to_plan(tables: Mapping[str, Any], parts: Mapping[str, Any]) -> Plan:
    """Put a plan together from its tables and single values."""
    bound = None
    if (kept := parts["plan.bound"]) is not None:
        name, index_name = kept["names"]
        multipliers = tables[MULTIPLIERS]
        household_km = pd.Series(
            multipliers["km"].array, index=pd.Index(multipliers["household_id"], name=index_name), name=name
        )
        branches = branches_of(tables[BRANCHES], household_km.index) if kept["branches"] else ()
        bound = Bound(
            kept["value_km"],
            household_km,
            MappingProxyType(kept["unit_km"]),
            MappingProxyType(kept["applicant_km"]),
            branches,
        )
    return Plan(
        **{name: tables[f"plan_{name}"] for name in PLAN_TABLES},
        terms=MappingProxyType(parts["plan.terms"]),
        objective_km=parts["plan.objective_km"],
        bound=bound,
        provenance=MappingProxyType(parts["plan.provenance"]),
    )


def rules_of(parts: Mapping[str, Any]) -> Rules:
    """Return the rules of a problem from its single values."""
    plain = parts["problem.rules"]
    own = {name: _tuples(value) for name, value in plain.items() if name != OVERRIDES}
    overrides = {
        province: MappingProxyType({name: _tuples(value) for name, value in table.items()})
        for province, table in plain.get(OVERRIDES, {}).items()
    }
    return Rules(**own, overrides=MappingProxyType(overrides))


def _tuples(value: object) -> Any:  # noqa: ANN401 - as many types as rules have
    return tuple(value) if isinstance(value, list) else value
