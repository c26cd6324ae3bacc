"""Families that a planner sends to a center: they go there where nobody loses a center by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.serving import LEFT_OUT_KM, send
from data.change.wishes import spread_wishes
from data.problem import UNGROUPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.rebalance import Network
    from data.plan import Plan
    from data.problem import Problem

WISH_KM = 1_000.0
"""Price of a case that does not go where it is wanted: above every detour that making room may take."""


def grouped_by_wish(problem: Problem, wanted: Mapping[str, str]) -> tuple[Problem, dict[str, str]]:
    """Return a problem whose groups have one wish each, and the wish of every household that has one.

    Parameters
    ----------
    problem : Problem
        As `data.change.succession.succeed` leaves it.
    wanted : mapping of str to str
        Of the changes.
    """
    if not wanted:
        return problem, {}
    households = problem.households
    spread = spread_wishes(households, wanted)
    wish = households["household_id"].map(spread).fillna("")
    group = households.groupby([households["group"], wish], sort=False).ngroup()
    group = group.where(households["group"] != UNGROUPED, UNGROUPED).astype("int64")
    return replace(problem, households=households.assign(group=group)), spread


def granted(problem: Problem, network: Network, wish: Mapping[str, str], move_km: float) -> Network:
    """Return a network in which whoever can go where it is wanted may go nowhere else.

    A wish that would leave somebody without a center is not granted.

    Parameters
    ----------
    problem : Problem
        Of `grouped_by_wish`.
    network : Network
        A unit of it.
    wish : mapping of str to str
        Of `grouped_by_wish`.
    move_km : float
        Price of a transfer, km a case.
    """
    if not wish:
        return network
    unit = network.unit
    told = problem.households["household_id"].iloc[unit.households].map(wish).fillna("")
    if not (told != "").any():
        return network
    target = np.full(len(unit.cases), "", dtype=object)
    target[unit.group_of] = told.to_numpy(dtype=object)
    at = pd.Index(unit.facilities.id[network.open], dtype=object).get_indexer(pd.Index(target, dtype=object))
    wished = np.flatnonzero(at >= 0)
    elsewhere = np.zeros((len(target), len(network.open)))
    elsewhere[wished] = WISH_KM
    elsewhere[wished, at[wished]] = 0.0
    cost_km = unit.cost_km(network.open, exact=True) + move_km * network.transferred() + elsewhere
    # All wishes together are not worth leaving one case out.
    left_out_km = max(LEFT_OUT_KM, WISH_KM * float(unit.cases[wished].sum() + 1))
    sent = send(unit, network.open, cost_km, lower=network.lower(), left_out_km=left_out_km)
    kept = wished[sent.center[wished] == at[wished]]
    pin = unit.pin.copy()
    pin[kept] = target[kept]
    return replace(network, unit=replace(unit, pin=pin))


def not_granted(plan: Plan, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Return the households that a plan does not serve where they were wanted, in the order of their ids.

    Parameters
    ----------
    plan : Plan
        The plan.
    wanted : mapping of str to str
        Of the changes.
    """
    if not wanted:
        return ()
    where = plan.assignments.set_index("household_id")["center_id"]
    on_site = plan.centers.set_index("center_id")["site_id"]
    return tuple(
        one
        for one, target in sorted(wanted.items())
        if one not in where.index or target not in (where[one], on_site[where[one]])
    )
