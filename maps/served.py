"""Who comes to each center, by villages and quarters, and where households are without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from data.exports import OTHER_PLACES
from maps.names import label, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.plan import Plan
    from data.problem import Problem
    from maps.ground import County

SHOWN_OTHERWISE = ("vacancy", "not_in_phase")
"""Households without a center that the map shows at their vacancy, or that wait by rule."""

Coming = dict[str, list[tuple[str, int, int]]]


def coming(places: pd.DataFrame) -> Coming:
    """Return by center the villages and quarters that it serves: name, households, cases; most cases first.

    Parameters
    ----------
    places : DataFrame
        As `data.exports.places` tells of them: each of enough households to be named. An empty name here
        gathers smaller ones, and comes last.
    """
    table = places.assign(last=places["place"].isin([OTHER_PLACES, ""]))
    table["place"] = table["place"].mask(table["last"], "")
    by_center = table.groupby(["center_id", "last", "place"], sort=True)[["households", "cases"]].sum()
    table = by_center.reset_index().sort_values(
        ["center_id", "last", "cases"], ascending=[True, True, False], kind="stable"
    )
    rows = zip(table["center_id"], table["place"], table["households"], table["cases"], strict=True)
    found: Coming = {}
    for center, place, households, cases in rows:
        found.setdefault(str(center), []).append((str(place), int(households), int(cases)))
    return found


def without_center(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return how many households of each county have no center though they should have one.

    Those of a vacancy stand at the vacancy. Numbers are multiples of ``privacy_k``, rounded down.

    Returns
    -------
    DataFrame
        ``province``, ``county``, ``households``; 0 where they are fewer than ``privacy_k``.
    """
    lost = plan.unassigned.loc[~plan.unassigned["reason"].isin(SHOWN_OTHERWISE), "household_id"]
    theirs = problem.households["household_id"].isin(lost)
    where = pd.DataFrame(problem.households.loc[theirs, ["province", "county"]].astype(object))
    counted = where.value_counts(["province", "county"], sort=False).sort_index()
    least = problem.rules.privacy_k
    return pd.DataFrame(counted // least * least).set_axis(["households"], axis=1).reset_index()


def badges(lost: pd.DataFrame, counties: Iterable[County]) -> list[dict[str, Any]]:
    """Return the numbers of `without_center` with where they stand on the map: inside their county."""
    point = {(one.province, one.county): one.point for one in counties}
    rows = zip(lost["province"], lost["county"], lost["households"], strict=True)
    return [
        {**label(names_of(province, county), point[province, county]), "households": int(households)}
        for province, county, households in rows
        if (province, county) in point
    ]
