"""How far every served household has to every center."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import KM_DECIMALS, all_pairs_published_km
from data.given import given_version

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem

BLOCK_PAIRS = 1_000_000


@dataclass(frozen=True)
class Ways:
    """Served households and places, in the order of their ids, and what lies between them.

    Attributes
    ----------
    household_id : ndarray of object, shape (n,)
        Served households.
    cases : ndarray of int, shape (n,)
        Cases of each.
    own : ndarray of int, shape (n,)
        Position of each household's own center.
    center_id : ndarray of object, shape (m,)
        Centers.
    km : ndarray of float, shape (n, m)
        As the plan measures: WGS84 geodesics times the detour factor, 3 decimals, or the travel file's;
        infinite where that has no pair.
    """

    household_id: NDArray[np.object_]
    cases: NDArray[np.int64]
    own: NDArray[np.int64]
    center_id: NDArray[np.object_]
    km: NDArray[np.float64]


def ways_of(problem: Problem, plan: Plan) -> Ways:
    """Return the ways of a plan's served households to all its centers.

    Parameters
    ----------
    problem, plan : Problem, Plan
        One version of a record.

    Returns
    -------
    Ways
        km from each household to each center, shape ``(n_households, n_centers)``.

    Examples
    --------
    >>> from allocation import ways_of
    >>> from data import demo_problem
    >>> from siting import plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> ways_of(problem, plan).km.shape == (len(plan.assignments), len(plan.centers))
    True
    """
    given_version(problem, plan)
    served = plan.assignments.sort_values("household_id", kind="stable", ignore_index=True)
    centers = plan.centers.sort_values("center_id", kind="stable", ignore_index=True)
    ids = centers["center_id"].to_numpy(dtype=object)
    at = {name: place for place, name in enumerate(ids)}
    own = served["center_id"].map(at).to_numpy(np.int64)
    km = km_to(problem, served["household_id"], centers)
    # What the plan itself says, so that nobody is told two distances to one door.
    km[np.arange(len(served)), own] = served["km"].to_numpy(float)
    return Ways(
        household_id=served["household_id"].to_numpy(dtype=object),
        cases=served["cases"].to_numpy(np.int64),
        own=own,
        center_id=ids,
        km=km,
    )


def km_to(problem: Problem, households: pd.Series[str], places: pd.DataFrame) -> NDArray[np.float64]:
    """Return kilometres from households to places, shape ``(n_households, n_places)``.

    Parameters
    ----------
    problem : Problem
        Of the households.
    households : Series of str
        Ids.
    places : DataFrame
        ``center_id``, ``lon``, ``lat`` and, of centers, ``site_id``, by which a travel file may know them.
    """
    if problem.travel is not None:
        return _measured(problem.travel, households, places)
    homes = problem.households.set_index("household_id").loc[list(households)]
    rural = (homes["area"] == "rural").to_numpy(bool)
    detour = np.where(rural, problem.rules.detour_rural, problem.rules.detour_urban)
    lon, lat = homes["lon"].to_numpy(float), homes["lat"].to_numpy(float)
    there = places["lon"].to_numpy(float), places["lat"].to_numpy(float)
    km = np.empty((len(homes), len(places)))
    step = max(1, BLOCK_PAIRS // max(len(places), 1))
    for first in range(0, len(homes), step):
        block = slice(first, first + step)
        straight = all_pairs_published_km(lon[block], lat[block], *there)
        km[block] = np.round(straight * detour[block, None], KM_DECIMALS)
    return km


def _measured(travel: pd.DataFrame, households: pd.Series[str], places: pd.DataFrame) -> NDArray[np.float64]:
    km = np.full((len(households), len(places)), np.inf)
    site = places["site_id"] if "site_id" in places else places["center_id"]
    named = places["center_id"].where(site.fillna("") == "", site)
    row = dict(zip(households, range(len(households)), strict=True))
    column = dict(zip(named, range(len(places)), strict=True))
    rows, columns = travel["household_id"].map(row), travel["site_id"].map(column)
    known = (rows.notna() & columns.notna()).to_numpy(bool)
    pairs = rows[known].to_numpy(np.int64), columns[known].to_numpy(np.int64)
    np.minimum.at(km, pairs, np.round(travel["km"].to_numpy(float)[known], KM_DECIMALS))
    return km
