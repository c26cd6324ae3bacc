"""Days that cannot have been: more visits than a day holds, a day off, too far, another center's home."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import minimum_spanning_tree

from data.geodesy import all_pairs_km
from data.work.activity import VISIT
from data.work.staff import on_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from numpy.typing import NDArray

    from data.work.activity import Known
    from data.work.calendar import Calendar
    from data.work.rules import WorkRules

TOO_MANY, HOLIDAY, DAY_OFF, FAR_APART = "too_many_visits", "holiday", "day_off", "far_apart"
OTHER_CENTER, OFF_ROSTER = "other_center", "off_roster"
FLAGS = (TOO_MANY, HOLIDAY, DAY_OFF, FAR_APART, OTHER_CENTER, OFF_ROSTER)
"""What is found, in the order in which it is told."""
_CARE_HOME = "care_home"


@dataclass(frozen=True)
class Judge:
    """What a day's acts are held against.

    Attributes
    ----------
    known : Known
        Where homes and centers are.
    center_on : callable
        Returns whose each household was on a day, given ids and days.
    roster : DataFrame
        ``caseworkers`` as the casebook has it; without rows nobody can be off it.
    calendar : Calendar
        Which days are worked.
    rules : WorkRules
        What a day holds.
    detour : float
        Road km for a straight one, at least.
    """

    known: Known
    center_on: Callable[[list[str], list[date]], NDArray[np.object_]]
    roster: pd.DataFrame
    calendar: Calendar
    rules: WorkRules
    detour: float = 1.0


def flagged(activity: pd.DataFrame, days: Collection[tuple[str, str]], judge: Judge) -> pd.Series:
    """Return the flags of acts, several with a space between, empty for none; other days keep theirs.

    ``too_many_visits`` where a caseworker made more on a day than the rules hold possible (residents of a
    care home count as one), ``holiday`` and ``day_off`` where nobody works, ``far_apart`` where the shortest
    net of roads that could join the day's homes and the center, or the way to the furthest and back, takes
    longer than a working day at the rules' speed, ``other_center`` where the home was not the center's on
    that day, ``off_roster`` where the caseworker was not on the roster.

    Parameters
    ----------
    activity : DataFrame
        As the casebook has it.
    days : collection of (str, str)
        Caseworker and day of those that are judged.
    judge : Judge
        What they are held against.
    """
    keys = list(zip(activity["caseworker_id"], activity["date"], strict=True))
    asked = np.array([one in days for one in keys], bool)
    acts = activity[asked]
    found: dict[object, set[str]] = defaultdict(set)
    for flag, rows in (
        *_days_off(acts, judge),
        (OTHER_CENTER, _of_others(acts, judge)),
        (OFF_ROSTER, _off_roster(acts, judge)),
        *_visits(acts, judge),
    ):
        for row in rows:
            found[row].add(flag)
    flags = activity["flags"].astype(object).copy()
    flags[asked] = [" ".join(flag for flag in FLAGS if flag in found[row]) for row in acts.index]
    return flags.astype("str")


def _days_off(acts: pd.DataFrame, judge: Judge) -> Iterator[tuple[str, pd.Index]]:
    days = {day: date.fromisoformat(day) for day in acts["date"].unique()}
    off = {day for day, read in days.items() if not judge.calendar.is_working(read)}
    holidays = {day for day in off if days[day] in judge.calendar.holidays}
    yield HOLIDAY, acts.index[acts["date"].isin(holidays)]
    yield DAY_OFF, acts.index[acts["date"].isin(off - holidays)]


def _of_others(acts: pd.DataFrame, judge: Judge) -> pd.Index:
    of_homes = acts[acts["household_id"] != ""]
    days = [date.fromisoformat(day) for day in of_homes["date"]]
    whose = judge.center_on(of_homes["household_id"].tolist(), days)
    return of_homes.index[(of_homes["center_id"] != whose).to_numpy(bool)]


def _off_roster(acts: pd.DataFrame, judge: Judge) -> pd.Index:
    if judge.roster.empty:
        return acts.index[:0]
    there = {
        (who, day)
        for day in acts["date"].unique()
        for who in judge.roster.loc[on_roster(judge.roster, day), "caseworker_id"]
    }
    keys = zip(acts["caseworker_id"], acts["date"], strict=True)
    return acts.index[[one not in there for one in keys]]


def _visits(acts: pd.DataFrame, judge: Judge) -> Iterator[tuple[str, pd.Index]]:
    """Yield the visits of the days that have too many of them, or too far apart."""
    # What nobody is named for is nobody's day.
    visits = acts[(acts["kind"] == VISIT) & (acts["caseworker_id"] != "")].reset_index(names="act")
    homes = judge.known.homes.merge(visits[["act", "household_id", "center_id", "caseworker_id", "date"]])
    at = homes.merge(judge.known.centers, on="center_id", suffixes=("", "_center"))
    # Of the places where a family ever lived the one that is nearest to the center gives a day every chance.
    away = np.hypot(at["lon"] - at["lon_center"], at["lat"] - at["lat_center"])
    at = at.assign(away=away).sort_values(["act", "away"], kind="stable").drop_duplicates("act")
    together = at["status"].eq(_CARE_HOME)
    at["stop"] = at["act"].astype(str).where(~together, at["lon"].astype(str) + " " + at["lat"].astype(str))
    for _, day in at.groupby(["caseworker_id", "date"], sort=True):
        if day["stop"].nunique() > judge.rules.most_visits_a_day:
            yield TOO_MANY, pd.Index(day["act"])
        if _hours(day, judge) > judge.rules.hours_a_day:
            yield FAR_APART, pd.Index(day["act"])


def _hours(day: pd.DataFrame, judge: Judge) -> float:
    """Return how long the day's round takes at least."""
    rules = judge.rules
    speed = rules.speed_rural_kmh if (day["area"] == "rural").any() else rules.speed_urban_kmh
    located = day.dropna(subset=["lon", "lat"])
    ends = located[["lon_center", "lat_center"]].set_axis(["lon", "lat"], axis=1)
    places = np.unique(np.concatenate([located[["lon", "lat"]].to_numpy(), ends.to_numpy()]), axis=0)
    if len(places) < 2:  # noqa: PLR2004 - nowhere to go
        return 0.0
    km = all_pairs_km(places[:, 0], places[:, 1], places[:, 0], places[:, 1])
    centers = (places[:, None, :] == ends.to_numpy()[None, :, :]).all(axis=2).any(axis=1)
    there_and_back = 2 * float(km[centers].min(axis=0).max())
    net = float(minimum_spanning_tree(km).sum())
    return judge.detour * max(there_and_back, net) / speed
