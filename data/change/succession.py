"""The problem that follows: the network as it stands, and what changes asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.build.building import (
    CENTER_COLUMNS,
    grouped,
    in_order_centers,
    in_order_households,
    in_order_sites,
    located,
)
from data.build.check import NO_HOUSEHOLDS, NOT_IN_PHASE, OFFERED, WITHDRAWN
from data.build.units import why_unserved
from data.change.arrivals import outcome_of, standing_there
from data.change.check_network import points_of
from data.change.unopened import still_unopened
from data.change.unplaced import Unplaced, unplaced

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import geopandas as gpd

    from data.change.arrivals import Outcome
    from data.change.changes import Changes
    from data.plan import Plan
    from data.problem import Problem

_FROM_BEFORE = ("status", "grade", "address", "phone")
"""What a plan's centers do not say and the centers that stood before it do."""


@dataclass(frozen=True)
class Succession:
    """A problem that follows another, and who is no longer where the plan left them.

    Attributes
    ----------
    problem : Problem
        Of which a household's ``center_id`` is the center that serves it today, empty for none.
    moved, joined : mapping of str to str
        Date of the last move or join by household that stands at a new point; who left and joined again is
        among those who moved.
    left : DataFrame
        ``household_id``, ``center_id`` (that served it, empty for none), ``date``, in the order of the ids.
    address_unknown : mapping of str to str
        Date by household that is still in its center.
    unplaced : tuple of Unplaced
        Who arrived at a place that nobody can find.
    """

    problem: Problem
    moved: Mapping[str, str]
    joined: Mapping[str, str]
    left: pd.DataFrame
    address_unknown: Mapping[str, str]
    unplaced: tuple[Unplaced, ...] = ()


def continued(problem: Problem, plan: Plan) -> Problem:
    """Return the problem of the network as it stands: its centers exist, and nothing has changed.

    Where the rules give a number of centers, those that were given and do not stand count among them: their
    places are vacant. A pin to a site is one to the center on it.

    Parameters
    ----------
    problem : Problem
        That the plan solved.
    plan : Plan
        The network.
    """
    centers, rules = _standing(problem, plan), problem.rules
    if isinstance(rules.centers, int):
        rules = replace(rules, centers=int(plan.units["planned"].sum()))
    households = problem.households
    serves = plan.assignments.set_index("household_id")["center_id"]
    today = households["household_id"].map(serves).fillna("").astype("str")
    households = households.assign(center_id=today, pin=_to_centers(households["pin"], centers))
    households = grouped(in_order_households(households), rules)
    return replace(problem, households=households, centers=centers, rules=rules)


def succeed(problem: Problem, plan: Plan, changes: Changes) -> Succession:
    """Return the problem that follows from changes of a network.

    Parameters
    ----------
    problem : Problem
        That the plan solved.
    plan : Plan
        The network.
    changes : Changes
        That `data.change.changes.check_changes` lets pass.
    """
    now = _also_served(continued(problem, plan), changes.admitted)
    outcome = outcome_of(changes.moves, now.households)
    centers = _changed(now, changes)
    households = _peopled(now, outcome, changes)
    rules = now.rules
    if isinstance(rules.centers, int):
        lived_in = {*households.loc[households["reason"] == "", "unit"].unique(), *centers["unit"]}
        unopened = still_unopened(problem, plan, changes).items()
        vacant = sum(count for unit, count in unopened if unit in lived_in)
        rules = replace(rules, centers=len(centers) + len(changes.open) + vacant)
    after = replace(
        now,
        households=grouped(in_order_households(households), rules),
        sites=in_order_sites(_offered(now, households, changes)),
        centers=centers,
        rules=rules,
        travel=_still_measured(now.travel, [*outcome.arrived.index, *outcome.left], changes.relocate),
        inputs={**now.inputs, **changes.inputs},
    )
    arrived = outcome.arrived.reset_index()[["household_id", "date"]]
    before = set(now.households["household_id"].tolist())
    return Succession(
        problem=after,
        moved={name: date for name, date in arrived.itertuples(index=False) if name in before},
        joined={name: date for name, date in arrived.itertuples(index=False) if name not in before},
        left=_left(now, outcome.left),
        address_unknown=outcome.address_unknown,
        unplaced=unplaced(outcome.arrived, now.households, changes.file or "moves"),
    )


def _also_served(now: Problem, admitted: Collection[str]) -> Problem:
    """Return the problem with further households served: who was of a later phase no longer is."""
    waits = now.households["household_id"].isin(admitted) & (now.households["reason"] == NOT_IN_PHASE)
    if not waits.any():
        return now
    why = pd.Series(why_unserved(now.households, replace(now.rules, status=())))
    reason = now.households["reason"].mask(waits, why).astype("str")
    return replace(now, households=now.households.assign(reason=reason))


def _standing(problem: Problem, plan: Plan) -> gpd.GeoDataFrame:
    """Return every center of a plan as one that exists."""
    known = pd.DataFrame(problem.centers).set_index("center_id").reindex(columns=list(_FROM_BEFORE))
    known = known.reindex(plan.centers["center_id"]).reset_index(drop=True)
    told = {name: known[name].astype("object").fillna("").astype("str") for name in _FROM_BEFORE}
    table = plan.centers.reset_index(drop=True).assign(**told)
    table["status"] = table["status"].mask(table["status"] == "", "open")
    table = table[list(CENTER_COLUMNS)].astype({"max_cases": "int64", "preference": "Int64", "score": float})
    return in_order_centers(_in_its_crs(table, problem.centers))


def _changed(now: Problem, changes: Changes) -> gpd.GeoDataFrame:
    """Return the centers without those that close, the others where and as large as is asked."""
    table = pd.DataFrame(now.centers.drop(columns="geometry")).set_index("center_id")
    table = table[~table.index.isin(changes.close)]
    if changes.relocate:
        there = points_of(changes.relocate, now)
        table.loc[there.index, there.columns] = there
        # The address is of where it was: a family sent there would find nobody.
        table.loc[there.index, ["site_id", "address"]] = ""
        table.loc[there.index, "preference"] = pd.NA
        table.loc[there.index, "score"] = np.nan
    for name, (cases, _) in changes.max_cases.items():
        table.loc[name, "max_cases"] = int(cases)
    return in_order_centers(_in_its_crs(table.reset_index()[list(CENTER_COLUMNS)], now.centers))


def _peopled(now: Problem, outcome: Outcome, changes: Changes) -> gpd.GeoDataFrame:
    """Return the households without who left, those who arrived where they stand now, with their pins."""
    households = now.households
    away = households["household_id"].isin([*outcome.left, *outcome.arrived.index])
    table = households[~away]
    if len(outcome.arrived):
        rows = standing_there(now, outcome.arrived, changes.admitted)
        rows["pin"] = _to_centers(rows["pin"], now.centers)
        rows = rows.astype({name: households.dtypes[name] for name in rows.columns})
        table = pd.concat([table, _in_its_crs(rows, households)], ignore_index=True)
    if changes.pins:
        told = table["household_id"].map(changes.pins).astype("object").fillna("").astype("str")
        asked = _to_centers(told, now.centers)
        table = table.assign(pin=table["pin"].mask(table["household_id"].isin(changes.pins), asked))
    return table.assign(pin=table["pin"].mask(table["pin"].isin(changes.close), ""))


def _to_centers(pins: pd.Series[str], centers: pd.DataFrame) -> pd.Series[str]:
    on_site = centers[centers["site_id"] != ""]
    named = dict(zip(on_site["site_id"], on_site["center_id"], strict=True))
    return pins.where(~pins.isin(named), pins.map(named)).astype("str")


def _offered(now: Problem, households: pd.DataFrame, changes: Changes) -> gpd.GeoDataFrame:
    """Return the sites: required those that open, eligible those whose unit has households now.

    A site that its center left was required once and is so no more. Who gives a center up and opens no other
    has withdrawn, and so has who offers a site no more: none of their sites competes again, wherever families
    come to live.
    """
    sites, centers = now.sites, now.centers
    left = centers.loc[centers["center_id"].isin([*changes.close, *changes.relocate]), "site_id"]
    use = sites["use"].mask(sites["site_id"].isin(left) & (sites["use"] == "required"), "candidate")
    served = households.loc[households["reason"] == "", "unit"].unique()
    gone = sites.loc[sites["ineligible"] == WITHDRAWN, "applicant_id"]
    wakes = (sites["ineligible"] == NO_HOUSEHOLDS) & sites["unit"].isin(served)
    wakes &= ~sites["applicant_id"].isin(gone)
    opens = sites["site_id"].isin(changes.open)
    gives_up = set(centers.loc[centers["center_id"].isin(changes.close), "applicant_id"]) - {""}
    withdraws = sites["applicant_id"].isin(gives_up - set(sites.loc[opens, "applicant_id"]))
    withdraws |= sites["site_id"].isin(changes.withdrawn)
    why = sites["ineligible"].mask(wakes, "")
    return sites.assign(
        use=use.mask(opens, "required"), ineligible=why.mask(withdraws & why.isin(OFFERED), WITHDRAWN)
    )


def _still_measured(
    travel: pd.DataFrame | None, households: Collection[str], centers: Collection[str]
) -> pd.DataFrame | None:
    """Return travel without that of who, or what, stands elsewhere now."""
    if travel is None:
        return None
    stale = travel["household_id"].isin(list(households)) | travel["site_id"].isin(list(centers))
    return travel[~stale].reset_index(drop=True)


def _left(now: Problem, dates: Mapping[str, str]) -> pd.DataFrame:
    today = now.households.set_index("household_id")["center_id"]
    names = sorted(dates)
    table = {
        "household_id": names,
        "center_id": today.loc[names].to_list(),
        "date": [dates[n] for n in names],
    }
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in table.items()})


def _in_its_crs(table: pd.DataFrame, like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    placed = located(table)
    if like.crs is None or placed.crs == like.crs:
        return placed.set_crs(like.crs, allow_override=True)
    return placed.to_crs(like.crs)
