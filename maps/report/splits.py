"""Points and places whose households are not all in one center, told without naming a household."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem

COLUMNS = ("kind", "place", "centers", "households", "cases", "reason")


def splits_of(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return the exceptions of a plan.

    A plan names a point, and a place that has no name of its own, by the id of one of its households. That is
    not repeated: such a one is told by its centers alone.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What was planned.

    Returns
    -------
    DataFrame
        ``kind``, ``place`` (empty where a household named it), ``centers``, ``households`` (at the point, or
        of the name in the counties of these centers), ``cases``, ``reason``.
    """
    if plan.exceptions.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    people = pd.DataFrame(problem.households)[["household_id", "lon", "lat", "place", "unit"]]
    ids = people.set_index("household_id")
    at_point = people.groupby(["lon", "lat"], dropna=False).size()
    of_place = people.groupby(["unit", "place"], dropna=False).size()
    unit = plan.centers.set_index("center_id")["unit"]
    rows = []
    for one in plan.exceptions.to_dict("records"):
        subject, centers = str(one["subject"]), str(one["centers"]).split()
        if subject in ids.index:
            place, here = "", ids.loc[subject]
            households = int(at_point.get((here["lon"], here["lat"]), 1))
        else:
            place, units = subject, sorted({str(unit.get(center, "")) for center in centers})
            households = sum(int(of_place.get((name, place), 0)) for name in units)
        told = (one["kind"], place, " ".join(centers), households, int(one["cases"]), one["reason"])
        rows.append(told)
    return pd.DataFrame(rows, columns=list(COLUMNS))
