"""The summary of a plan: its figures, what they were made from, and the hash of every export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.fairness import worst_tenth_km
from data.geodesy import KM_DECIMALS
from data.locating.columns import located_counts
from data.plan import gap_above, seal_in
from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from data.plan import Plan
    from data.problem import Problem
    from data.rules import Rules

SCHEMA = 1
"""Version of the summary's layout (``summary.schema.json``)."""
GAP_DECIMALS = 6


def summarize(
    problem: Problem, plan: Plan, *, exports: Mapping[str, str], head: str, version: int
) -> dict[str, Any]:
    """Return the summary of a plan, ready for JSON.

    ``households`` and ``cases`` count the input; ``assigned`` and ``unassigned`` count households and add up
    to ``households``. ``km`` is weighted by cases (`km_figures`). A limit that a rule does not set is null.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What was planned.
    exports : mapping of str to str
        SHA-256 of each exported file by its name.
    head : str
        Hash of the last entry of the casebook's log.
    version : int
        Version of the casebook.
    """
    made, centers = plan.provenance, plan.centers
    reasons = plan.unassigned["reason"].value_counts()
    return {
        "schema": SCHEMA,
        "scenario": problem.scenario,
        "synthetic": bool(problem.synthetic),
        "households": len(problem.households),
        "cases": int(problem.households["cases"].sum()),
        "assigned": len(plan.assignments),
        "unassigned": len(plan.unassigned),
        "unassigned_by_reason": {str(reason): int(reasons[reason]) for reason in sorted(reasons.index)},
        "centers": len(centers),
        "vacancies": len(plan.vacancies),
        "load": _load(centers["cases"].to_numpy(float)),
        "km": km_figures(plan.assignments["km"].to_numpy(), plan.assignments["cases"].to_numpy()),
        "objective_km": _km(plan.objective_km),
        "terms": {name: _km(value) for name, value in plan.terms.items()},
        "bound_km": None if plan.bound is None else _km(plan.bound.value_km),
        "bound_gap": rounded_gap(None if plan.bound is None else plan.bound.value_km, plan.objective_km),
        "kept_together_loss_km": made.get("kept_together_loss_km"),
        "short_units": _short(plan),
        "seed": made.get("seed"),
        "rules": plain_rules(problem.rules),
        "versions": dict(made.get("versions", {})),
        **({"seal": seal} if (seal := seal_in(made)) else {}),
        "casebook_version": version,
        "head": head,
        "exports": dict(sorted(exports.items())),
        "inputs": dict(sorted(problem.inputs.items())),
        "distance": made.get("distance")
        or distance_kind(problem.rules, travel_file=problem.travel is not None),
        **_by_place(problem),
    }


def _by_place(problem: Problem) -> dict[str, dict[str, int]]:
    """Return how many households stand at the point of their place, by how alike the names are; if any."""
    counts = located_counts(problem.households)
    return {"located_by_place": counts} if any(counts.values()) else {}


def weighted_km(km: ArrayLike, cases: ArrayLike) -> dict[str, float | None]:
    """Return ``mean``, ``median``, ``p90`` and ``max`` of kilometres, weighted by cases; null for nobody.

    The median (p90) is the smallest distance such that at least 50 % (90 %) of the cases travel no further.

    Parameters
    ----------
    km, cases : array of shape (n,)
        Kilometres and cases of each household. Where no household has a case, each counts as one.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, np.int64)
    if distance.size == 0:
        return dict.fromkeys(("mean", "median", "p90", "max"))
    if not weight.any():
        weight = np.ones_like(weight)
    order = np.argsort(distance, kind="stable")
    reached = np.cumsum(weight[order])
    return {
        "mean": _km(float(weighted_sum(weight, distance)) / int(weight.sum())),
        "median": _km(distance[order][_first(reached, 50)]),
        "p90": _km(distance[order][_first(reached, 90)]),
        "max": _km(distance.max()),
    }


def km_figures(km: ArrayLike, cases: ArrayLike) -> dict[str, float | None]:
    """Return `weighted_km` and ``worst_tenth_mean`` (`data.fairness.worst_tenth_km`)."""
    return {**weighted_km(km, cases), "worst_tenth_mean": worst_tenth_km(km, cases)}


def rounded_gap(bound_km: float | None, objective_km: float) -> float | None:
    """Return `data.plan.gap_above` with `GAP_DECIMALS`; None without a bound."""
    gap = None if bound_km is None else gap_above(bound_km, objective_km)
    return None if gap is None else round(float(gap), GAP_DECIMALS) + 0.0


def distance_kind(rules: Rules, *, travel_file: bool) -> str:
    """Return what a kilometre is: ``straight_line``, ``detour`` or ``travel_file``."""
    if travel_file:
        return "travel_file"
    detour = max(rules.detour_urban, rules.detour_rural) > 1
    return "detour" if detour else "straight_line"


def _short(plan: Plan) -> list[dict[str, Any]]:
    """Return the units that were given fewer centers than hold their cases."""
    short = plan.units[plan.units["planned"] < plan.units["needed"]]
    return [
        {"unit": str(unit), "needed": int(needed), "planned": int(planned)}
        for unit, needed, planned in short[["unit", "needed", "planned"]].itertuples(index=False)
    ]


def plain_rules(rules: Rules) -> dict[str, Any]:
    """Return rules as JSON can hold them: a limit that is not set is null."""
    plain: dict[str, Any] = plain_values(rules.as_dict())
    return plain


def to_json(value: object) -> bytes:
    """Return a value as JSON for people: indented, UTF-8, never NaN."""
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a summary."""
    source = Path(__file__).with_name("summary.schema.json")
    described: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return described


def _first(reached: np.ndarray[Any, np.dtype[np.int64]], percent: int) -> int:
    # In whole numbers: 0.9 times a sum of cases may land on the wrong side of a household.
    return int(np.argmax(reached * 100 >= percent * int(reached[-1])))


def _load(cases: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float | None]:
    if cases.size == 0:
        return dict.fromkeys(("min", "median", "max"))
    figures = {"min": cases.min(), "median": np.median(cases), "max": cases.max()}
    return {name: int(value) if value == int(value) else float(value) for name, value in figures.items()}


def _km(value: float) -> float:
    # Adding 0.0 turns -0.0 to 0.0, which readers would take for two different figures.
    return round(float(value), KM_DECIMALS) + 0.0


def plain_values(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Return a plain value as JSON can hold it: a number that is not finite is null."""
    if isinstance(value, Mapping):
        return {key: plain_values(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain_values(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
