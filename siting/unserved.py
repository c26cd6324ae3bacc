"""Who is not served, why, and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.serving import NOBODY
from data.fairness import is_limited
from siting.codes import point_codes
from siting.solve import NO_VACANCY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.problem import Problem
    from siting.solve import Solved


def vacancies_table(problem: Problem, solved: Sequence[Solved]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return one row a vacancy, and the vacancy each household waits for by row, or `NO_VACANCY`."""
    waits = np.full(len(problem.households), NO_VACANCY, dtype=np.int64)
    parts = []
    first = 0
    for one in solved:
        own = one.vacancy[one.unit.group_of]
        rows = one.unit.households[own >= 0]
        waits[rows] = first + own[own >= 0]
        names = problem.households.iloc[one.unit.households[:1]]
        for lon, lat in zip(one.vacancy_lon, one.vacancy_lat, strict=True):
            parts.append(
                {
                    "lon": lon,
                    "lat": lat,
                    "province": names["province"].iloc[0],
                    "county": names["county"].iloc[0],
                    "unit": one.unit.name,
                }
            )
        first += len(one.vacancy_lon)
    table = pd.DataFrame(parts, columns=["lon", "lat", "province", "county", "unit"]).astype(
        {"lon": float, "lat": float, "province": str, "county": str, "unit": str}
    )
    table.insert(
        0,
        "vacancy_id",
        [f"V-{code}" for code in point_codes(table["lon"].to_numpy(), table["lat"].to_numpy())],
    )
    table["vacancy_id"] = table["vacancy_id"].astype("str")
    weight = problem.households["cases"].to_numpy()
    waiting = waits >= 0
    table.insert(
        5,
        "cases",
        np.bincount(waits[waiting], weights=weight[waiting], minlength=len(table)).astype(np.int64),
    )
    table.insert(6, "households", np.bincount(waits[waiting], minlength=len(table)).astype(np.int64))
    return table, waits


def unassigned_table(
    problem: Problem,
    solved: Sequence[Solved],
    center: NDArray[np.int64],
    vacancies: pd.DataFrame,
    waits: NDArray[np.int64],
) -> pd.DataFrame:
    """Return one row a household that nobody serves, with its reason."""
    reason = problem.households["reason"].to_numpy(dtype=object).copy()
    for one in solved:
        left = np.flatnonzero(one.center == NOBODY)
        if left.size:
            cost = one.unit.cost_km(one.open, exact=True)[left]
            reachable = np.isfinite(cost).any(axis=1) if cost.shape[1] else np.ones(left.size, bool)
            limited = is_limited(one.unit.rules) or one.unit.travel is not None
            why = np.full(len(one.center), "", dtype=object)
            why[left] = np.where(reachable | ~np.array(limited), "no_capacity", "too_far")
            own = why[one.unit.group_of]
            reason[one.unit.households[own != ""]] = own[own != ""]
    reason[waits >= 0] = "vacancy"
    rows = np.flatnonzero(center < 0)
    people = problem.households.iloc[rows]
    ids = np.append(vacancies["vacancy_id"].to_numpy(dtype=object), "")
    return pd.DataFrame(
        {
            "household_id": people["household_id"].to_numpy(),
            "reason": reason[rows].astype(str),
            "vacancy_id": ids[waits[rows]].astype(str),
            "cases": people["cases"].to_numpy(),
        }
    ).astype({"household_id": "str", "reason": "str", "vacancy_id": "str"})
