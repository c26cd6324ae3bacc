"""How every center stands on a day: its load, its caseworkers, its visits; where help is needed first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.work.months import months_before

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from data.plan import Plan

VISIT = "visit"
SUMMED = (
    "cases", "households", "max_cases", "free", "places_staffed", "caseworkers_needed", "caseworkers",
    "no_caseworker", "visits_done", "visits_due", "visits_overdue", "visits_planned", "flagged", "fees_toman",
    "concerned",
)  # fmt: skip
"""What counties, provinces and the nation add up."""
COLUMNS = (
    "center_id", "name", "province", "county", "area", "cases", "households", "max_cases", "free",
    "places_staffed", "caseworkers_needed", "caseworkers", "no_caseworker", "visits_done", "visits_due",
    "visits_overdue", "visits_planned", "flagged", "services_missing", "fees_toman", "km_median", "km_p90",
    "concerned",
)  # fmt: skip
"""Of the table of centers; of a nation ``code`` of the province follows."""


@dataclass(frozen=True)
class Working:
    """What the record holds of the working life of a network on a day.

    Attributes
    ----------
    caseworkers, beats, visits, activity, offers : DataFrame
        As `data.work.tables.TABLES` has them; all but the activity as of the version in force on the day.
    since : Series of date
        Since when each household is served, by ``household_id``.
    fees_toman : Series of int
        What each center has earned in the month of the day, by ``center_id``; empty where nothing was.
    """

    caseworkers: pd.DataFrame
    beats: pd.DataFrame
    visits: pd.DataFrame
    activity: pd.DataFrame
    offers: pd.DataFrame
    since: pd.Series
    fees_toman: pd.Series


def status_table(
    plan: Plan, working: Working, day: date, *, cases_per_caseworker: int, visit_months: int
) -> pd.DataFrame:
    """Return a row for each center, the ones with the most families concerned first.

    Parameters
    ----------
    plan : Plan
        In force on the day.
    working : Working
        On that day.
    day : date
        The day.
    cases_per_caseworker, visit_months : int
        Rules: a caseworker's cases at most, and how often a home is visited.

    Returns
    -------
    DataFrame
        ``center_id``, ``name`` (of its neighbourhood where it has none), ``province``, ``county``, ``area``,
        ``cases``, ``households``, ``max_cases`` (the center's most), ``free`` (cases more up to its most, as
        `siting.locate_points` and a rebalancing count them), ``places_staffed`` (cases that it has
        caseworkers for: `cases_per_caseworker` for each where its roster is recorded, and its most at most),
        ``caseworkers_needed``, ``caseworkers`` (on the roster that day), ``no_caseworker`` (households;
        missing in a network that has recorded no beats),
        ``visits_done`` (homes visited within the last ``visit_months``), ``visits_overdue`` (not within so
        long, though served for so long), ``visits_due`` (the others: each household is in one of these
        three), ``visits_planned`` (homes with a visit planned that day or later), ``flagged`` (acts within
        that time that cannot have been), ``services_missing`` (services it does not give itself; missing
        where nobody recorded who gives what), ``fees_toman`` (in the month of the day up to it; missing where
        nothing was recorded), ``km_median``, ``km_p90``, ``concerned`` (households without a caseworker, or
        overdue, and cases beyond ``places_staffed``).
    """
    centers = plan.centers.set_index("center_id", drop=False)
    table = centers[["center_id", "name", "province", "county", "area", "cases", "households"]].copy()
    named = plan.neighbourhoods.set_index("center_id")["name"].reindex(centers.index)
    table["name"] = centers["name"].fillna("").where(centers["name"].fillna("") != "", named.fillna(""))
    on_roster = _on_roster(working.caseworkers, day)
    number = on_roster.groupby("center_id").size()
    recorded = centers.index.isin(working.caseworkers["center_id"])
    most = centers["max_cases"].to_numpy(np.int64)
    table["caseworkers_needed"] = -(-centers["cases"].to_numpy(np.int64) // cases_per_caseworker)
    table["caseworkers"] = number.reindex(centers.index, fill_value=0).to_numpy(np.int64)
    by_roster = table["caseworkers"].to_numpy() * cases_per_caseworker
    table["max_cases"] = most
    table["free"] = np.maximum(0, most - table["cases"].to_numpy())
    table["places_staffed"] = np.where(recorded, np.minimum(most, by_roster), most)
    homes = _homes(plan, working, on_roster, day, visit_months)
    sums = homes.groupby("center_id")[[*_OF_HOMES, "concerned"]].sum().reindex(centers.index, fill_value=0)
    table[list(_OF_HOMES)] = sums[list(_OF_HOMES)].to_numpy(np.int64)
    if working.beats.empty:
        table["no_caseworker"] = None
    acts = _recent(working.activity, day, visit_months)
    flagged = acts[acts["flags"] != ""].groupby("center_id").size()
    table["flagged"] = flagged.reindex(centers.index, fill_value=0).to_numpy(np.int64)
    table["services_missing"] = _missing(working.offers, centers.index)
    table["fees_toman"] = None
    if len(working.activity):
        table["fees_toman"] = working.fees_toman.reindex(centers.index, fill_value=0).to_numpy(np.int64)
    table[["km_median", "km_p90"]] = centers[["km_median", "km_p90"]]
    beyond = np.maximum(0, (table["cases"] - table["places_staffed"]).to_numpy(np.int64))
    table["concerned"] = sums["concerned"].to_numpy(np.int64) + beyond
    return worst_first(table[list(COLUMNS)].reset_index(drop=True))


def worst_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return a status table with the most families concerned first; of as many, the longest ways first."""
    order = table.sort_values(
        ["concerned", "km_p90", "center_id"], ascending=[False, False, True], na_position="last"
    )
    return order.reset_index(drop=True)


def summed(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the sums of a status table by some of its columns, in their order; one row for none."""
    columns = [name for name in SUMMED if name in table and table[name].notna().all()]
    if not by:
        return table[columns].sum().to_frame().T.assign(centers=len(table))
    groups = table.groupby(by, sort=True)
    return groups[columns].sum().assign(centers=groups.size()).reset_index()


_OF_HOMES = ("no_caseworker", "visits_done", "visits_due", "visits_overdue", "visits_planned")


def _missing(offers: pd.DataFrame, centers: pd.Index) -> list[int | None]:
    """Return how many services each center does not give; None for all where none are recorded."""
    if offers.empty:
        return [None] * len(centers)
    lacking = offers[offers["capacity"] == 0].groupby("center_id").size()
    return [int(one) for one in lacking.reindex(centers, fill_value=0)]


def _on_roster(caseworkers: pd.DataFrame, day: date) -> pd.DataFrame:
    iso = day.isoformat()
    begun = (caseworkers["since"] == "") | (caseworkers["since"] <= iso)
    stays = (caseworkers["until"] == "") | (caseworkers["until"] >= iso)
    return caseworkers[begun & stays]


def _homes(
    plan: Plan, working: Working, on_roster: pd.DataFrame, day: date, visit_months: int
) -> pd.DataFrame:
    """Return what is true of each served household on a day, 0 or 1."""
    homes = plan.assignments[["household_id", "center_id"]].astype(str)
    beats = working.beats[working.beats["caseworker_id"].isin(on_roster["caseworker_id"])]
    beat = homes.merge(beats, how="left", on=["household_id", "center_id"])["caseworker_id"]
    lapsed = months_before(day, visit_months).isoformat()
    acts = _recent(working.activity, day, visit_months)
    visited = homes["household_id"].isin(acts.loc[acts["kind"] == VISIT, "household_id"]).to_numpy()
    since = homes["household_id"].map(working.since.map(str)).fillna("").to_numpy()
    overdue = ~visited & (since <= lapsed)
    coming = working.visits.loc[working.visits["date"] >= day.isoformat(), "household_id"]
    alone = beat.isna().to_numpy() & (not working.beats.empty)
    return homes.assign(
        no_caseworker=alone.astype(int),
        visits_done=visited.astype(int),
        visits_due=(~visited & ~overdue).astype(int),
        visits_overdue=overdue.astype(int),
        visits_planned=homes["household_id"].isin(coming).astype(int),
        concerned=(alone | overdue).astype(int),
    )


def _recent(activity: pd.DataFrame, day: date, months: int) -> pd.DataFrame:
    """Return what was done in the months up to a day."""
    after = months_before(day, months).isoformat()
    return activity[(activity["date"] > after) & (activity["date"] <= day.isoformat())]
