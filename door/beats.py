"""The caseworkers and beats of a network as they stand after what is asked: read, divided, recounted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.caseworkers.changes import changes_of
from allocation.caseworkers.network import beats_of_network, needed_caseworkers
from data.casebook.content import HOUSEHOLDS
from data.geodesy import geodesic_km, to_degrees, to_plane
from data.pseudonyms import Pseudonyms
from data.verify.beats import BeatTables, verify_beats
from data.work.staff import Roster, read_staff
from siting.steady import one_threaded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from data.casebook import Casebook, Entry
    from data.plan import Plan
    from data.problem import Problem

KIND = "caseworkers"
"""Of the log's entries."""


@dataclass(frozen=True)
class AskedCaseworkers:
    """What is asked of the caseworkers of a network.

    Attributes
    ----------
    day : date
        The first day on which the beats hold.
    staff : Path or None
        The staff list.
    resign : sequence of str
        Who is there no more on that day.
    afresh : bool
        Whether beats are divided as if there were none.
    key : Path or None
        Of pseudonyms.
    """

    day: date
    staff: Path | None = None
    resign: Sequence[str] = ()
    afresh: bool = False
    key: Path | None = None


@dataclass(frozen=True)
class Found:
    """Caseworkers and beats, not yet kept.

    Attributes
    ----------
    roster : Roster
        Who works where.
    beats : DataFrame
        One row a served household: ``household_id``, ``center_id``, ``caseworker_id``, ``cases``, ``km`` to
        the middle of the beat, ``reason``.
    caseworkers : DataFrame
        One row for each who works: ``caseworker_id``, ``center_id``, ``since``, ``until``, ``cases``,
        ``households``, ``travel_km``, ``lon``, ``lat`` of the middle.
    changes : DataFrame
        Of `allocation.caseworkers.changes.changes_of`.
    short : DataFrame
        Centers with too few: ``center_id``, ``caseworkers``, ``needed``, ``cases``, ``places``,
        ``without`` (cases without caseworker).
    first : bool
        Whether there were no beats before.
    """

    roster: Roster
    beats: pd.DataFrame
    caseworkers: pd.DataFrame
    changes: pd.DataFrame
    short: pd.DataFrame
    first: bool


@one_threaded
def found_caseworkers(
    book: Casebook,
    log: Sequence[Entry],
    problem: Problem,
    plan: Plan,
    asked: AskedCaseworkers,
    *,
    fingerprint: str = "",
) -> Found:
    """Return caseworkers and beats of a network, recounted.

    Parameters
    ----------
    book, log : Casebook, sequence of Entry
        The record.
    problem, plan : Problem, Plan
        Its current version.
    asked : AskedCaseworkers
        What is asked.
    fingerprint : str
        Of the key that the plan's pseudonyms were made with.
    """
    rules, day = problem.rules, asked.day
    last = next((one for one in reversed(log) if one.kind == KIND), None)
    before = book.work("beats")
    roster = _roster(book.work(KIND), last)
    first = roster.table.empty
    if asked.staff is not None:
        pseudonyms = Pseudonyms(asked.key, expected=fingerprint)
        roster = roster.told(read_staff(asked.staff, set(plan.centers["center_id"]), pseudonyms), day)
    if asked.resign:
        roster = roster.without(asked.resign, day)
    served = _served(problem, plan, before.iloc[:0] if asked.afresh else before, _went(book, problem, last))
    most = rules.caseworker_cases
    needed = needed_caseworkers(served, most)
    held = {str(name): int(cases) for name, cases in served.groupby("caseworker_id")["cases"].sum().items()}
    roster = roster.following(needed, held, day, first=first)
    works = roster.on(day)
    by_center = {
        str(name): sorted(own, key=_by_number) for name, own in works.groupby("center_id")["caseworker_id"]
    }
    made = beats_of_network(served, by_center, most=most, move_km=rules.move_km, seed=0)
    beats, caseworkers = _measured(served, made.beats, made.middles, works)
    changes = changes_of(
        before,
        beats,
        stays=set(works["caseworker_id"]),
        moved=set(served.loc[served["moved"], "household_id"]),
    )
    homes = served[["household_id", "lon", "lat"]]
    verify_beats(BeatTables(plan.assignments, homes, beats, caseworkers, before, changes, most))
    return Found(roster, beats, caseworkers, changes, _short(beats, by_center, needed, most), before.empty)


def _roster(kept: pd.DataFrame, last: Entry | None) -> Roster:
    told = {} if last is None else last.payload
    return Roster(kept, bool(told.get("by_staff")), frozenset(told.get("fixed", ())))


def _went(book: Casebook, problem: Problem, last: Entry | None) -> set[str]:
    """Return the households that live elsewhere since the beats were made."""
    if last is None:
        return set()
    point = ["household_id", "lon", "lat"]
    was = book.tables({HOUSEHOLDS: point}, last.version)[HOUSEHOLDS]
    both = pd.DataFrame(problem.households[point]).merge(was, on="household_id", suffixes=("", "_was"))
    return set(both.loc[(both["lon"] != both["lon_was"]) | (both["lat"] != both["lat_was"]), "household_id"])


def _served(problem: Problem, plan: Plan, before: pd.DataFrame, went: set[str]) -> pd.DataFrame:
    """Return every household that has a center, where it lives and who its caseworker is."""
    homes = pd.DataFrame(problem.households[["household_id", "lon", "lat"]])
    table = plan.assignments[["household_id", "center_id", "cases"]].merge(
        homes, on="household_id", how="left"
    )
    table = table.merge(before[["household_id", "caseworker_id"]], on="household_id", how="left")
    xy = to_plane(table["lon"], table["lat"])
    table = table.assign(
        x=xy[:, 0],
        y=xy[:, 1],
        caseworker_id=table["caseworker_id"].fillna("").astype("str"),
        moved=table["household_id"].isin(went),
    )
    return table.sort_values("household_id", ignore_index=True)


def _measured(
    served: pd.DataFrame, beats: pd.DataFrame, middles: pd.DataFrame, works: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return beats and caseworkers with kilometres, from every home to the middle of its beat."""
    lon, lat = to_degrees(middles[["x", "y"]].to_numpy(float))
    middles = middles.assign(lon=lon, lat=lat).set_index("caseworker_id")
    of = middles.reindex(beats["caseworker_id"])
    has = (beats["caseworker_id"] != "").to_numpy()
    km = np.full(len(beats), np.nan)
    km[has] = geodesic_km(served["lon"][has], served["lat"][has], of["lon"][has], of["lat"][has])
    beats = beats.assign(cases=served["cases"].to_numpy(), km=km)
    own = beats[has]
    sums = (
        own.assign(travel_km=own["km"] * own["cases"])
        .groupby("caseworker_id")
        .agg(cases=("cases", "sum"), households=("cases", "size"), travel_km=("travel_km", "sum"))
    )
    # Who works where no family is has no beat and no middle.
    table = works[works["caseworker_id"].isin(middles.index)].reset_index(drop=True)
    sums = sums.reindex(table["caseworker_id"]).fillna(0)
    at = middles.reindex(table["caseworker_id"])
    return beats[["household_id", "center_id", "caseworker_id", "cases", "km", "reason"]], table.assign(
        cases=sums["cases"].to_numpy(np.int64),
        households=sums["households"].to_numpy(np.int64),
        travel_km=np.round(sums["travel_km"].to_numpy(float), 3),
        lon=at["lon"].to_numpy(float),
        lat=at["lat"].to_numpy(float),
    )


def _short(
    beats: pd.DataFrame, by_center: dict[str, list[str]], needed: dict[str, int], most: int
) -> pd.DataFrame:
    rows = []
    for center, own in beats.groupby("center_id"):
        out = own[own["reason"] != ""]
        if len(out):
            count = len(by_center.get(str(center), ()))
            rows.append(
                {
                    "center_id": str(center),
                    "caseworkers": count,
                    "needed": needed[str(center)],
                    "cases": int(own["cases"].sum()),
                    "places": count * most,
                    "without": int(out["cases"].sum()),
                }
            )
    columns = ["center_id", "caseworkers", "needed", "cases", "places", "without"]
    return pd.DataFrame(rows, columns=columns)


def _by_number(name: str) -> tuple[str, int, str]:
    """Return what sorts ``C-2`` before ``C-10``."""
    stem, _, last = name.rpartition("-")
    return (stem, int(last), "") if last.isdecimal() else (name, 0, name)
