"""Homes to visit and days of visits as tables: what the solver is given, and what its rounds become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.geodesy import KM_DECIMALS, geodesic_km
from data.work.calendar import months_after
from data.work.months import jalali_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from data.work.rules import WorkRules

CARE_HOME, RURAL, VISIT = "care_home", "rural", "visit"
"""Words of households' status and area, and of activity."""
NO_CASEWORKER = "no_caseworker"
DAY_KEY = ["caseworker_id", "center_id", "date"]
STOP_KEY = [*DAY_KEY, "turn"]
_HOUR = 60


@dataclass(frozen=True)
class Detours:
    """Road km for one straight km.

    Attributes
    ----------
    urban, rural : float
        In town, and to or from a village.
    """

    urban: float
    rural: float


def homes_of(
    problem: Problem,
    plan: Plan,
    beats: pd.DataFrame,
    activity: pd.DataFrame,
    rules: WorkRules,
    *,
    first: date,
) -> pd.DataFrame:
    """Return every household that is served, in the order of the record, with what its visit depends on.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network.
    beats, activity : DataFrame
        As the casebook keeps them.
    rules : WorkRules
        How often homes are visited, and what a care home is.
    first : date
        From when homes are visited.

    Returns
    -------
    DataFrame
        ``household_id``, ``center_id``, ``caseworker_id`` (empty where it is in no beat of its center),
        ``lon``, ``lat`` (degrees), ``rural``, ``care`` (whether it lives in a care home), ``visited`` (ISO
        day of the last visit; empty for none), ``due`` (the day until which the next one is due; empty for
        none) and ``overdue`` (whether that is over, or there was none).
    """
    households = problem.households
    people = pd.DataFrame(
        {name: households[name] for name in ("household_id", "lon", "lat", "area", "status")}
    )
    served = plan.assignments[["household_id", "center_id"]]
    homes = people.merge(served, on="household_id", how="inner")
    homes = homes.merge(beats, on=["household_id", "center_id"], how="left").fillna({"caseworker_id": ""})
    done = activity.loc[activity["kind"] == VISIT].groupby("household_id")["date"].max().to_dict()
    visited = pd.Series([done.get(one, "") for one in homes["household_id"]], dtype="str")
    when = {day: _due(day, rules) for day in visited.unique()}
    due = pd.Series([when[day] for day in visited], dtype="str")
    at_point = homes.groupby(["center_id", "lon", "lat"])["household_id"].transform("size")
    many = (at_point >= rules.care_home_households) if rules.care_home_households else at_point < 0
    return pd.DataFrame(
        {
            "household_id": homes["household_id"],
            "center_id": homes["center_id"],
            "caseworker_id": homes["caseworker_id"],
            "lon": homes["lon"],
            "lat": homes["lat"],
            "rural": homes["area"] == RURAL,
            "care": (homes["status"] == CARE_HOME) | many,
            "visited": visited,
            "due": due,
            "overdue": (due == "") | (due < first.isoformat()),
        }
    )


def _due(visited: str, rules: WorkRules) -> str:
    return months_after(date.fromisoformat(visited), rules.visit_months).isoformat() if visited else ""


def timetable(
    visits: pd.DataFrame, homes: pd.DataFrame, centers: pd.DataFrame, rules: WorkRules, detours: Detours
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every stop, and every day, of visits.

    The km of a way is the WGS84 geodesic with 3 decimals times the detour of its area; a way to or from a
    village is rural. A day begins and ends at the center.

    Parameters
    ----------
    visits : DataFrame
        As the casebook keeps them.
    homes : DataFrame
        As `homes_of`; every visited home is among them.
    centers : DataFrame
        ``center_id``, ``lon``, ``lat``.
    rules, detours : WorkRules, Detours
        Speeds and times, and what a straight km is.

    Returns
    -------
    stops : DataFrame
        `STOP_KEY`, ``stop_id``, ``homes``, ``visits``, ``lon``, ``lat``, ``km`` (of the way there),
        ``minutes`` (of the stop), ``arrival`` (``HH:MM``), in order.
    days : DataFrame
        `DAY_KEY`, ``jalali``, ``stops``, ``visits``, ``km`` (of the whole round trip), ``minutes`` (of all).
    """
    told = visits.merge(homes[["household_id", "lon", "lat", "rural", "care"]], on="household_id", how="left")
    told = told.sort_values([*STOP_KEY, "household_id"], kind="stable")
    grouped = told.groupby(STOP_KEY, sort=True)
    stops = grouped.agg(
        stop_id=("stop_id", "first"), homes=("household_id", "size"), lon=("lon", "first"),
        lat=("lat", "first"), rural=("rural", "first"), care=("care", "first"),
    ).reset_index()  # fmt: skip
    each = stops["homes"] * rules.visit_minutes
    stops["visits"] = np.where(stops["care"], 1, stops["homes"])
    most = max(rules.care_home_minutes, rules.visit_minutes)
    stops["minutes"] = np.where(stops["care"], np.minimum(each, most), each)
    stops = stops.merge(
        centers[["center_id", "lon", "lat"]].rename(columns={"lon": "center_lon", "lat": "center_lat"}),
        on="center_id", how="left", validate="many_to_one",
    )  # fmt: skip
    day = stops.groupby(DAY_KEY, sort=False)
    begins, ends = day.cumcount() == 0, day.cumcount(ascending=False) == 0
    points, center = (
        stops[["lon", "lat"]],
        stops[["center_lon", "center_lat"]].set_axis(["lon", "lat"], axis=1),
    )
    before = day[["lon", "lat"]].shift().where(~begins, center, axis=0)
    from_rural = day["rural"].shift().eq(True) & ~begins  # noqa: FBT003 - a value, not a switch
    rural = (stops["rural"] | from_rural).to_numpy(bool)
    stops["km"] = _way_km(before, points, rural, detours)
    own = stops["rural"].to_numpy(bool)
    back = _way_km(points, center, own, detours)
    stops["way"] = stops["km"] / _speed(rural, rules) * _HOUR
    stops["back_km"] = np.where(ends, back, 0.0)
    stops["spent"] = stops["way"] + stops["minutes"] + np.where(ends, back / _speed(own, rules) * _HOUR, 0.0)
    arrives = stops.groupby(DAY_KEY, sort=False)["spent"].cumsum() - stops["spent"] + stops["way"]
    stops["arrival"] = [clock(rules.day_starts * _HOUR + minutes) for minutes in arrives]
    stops["round_km"] = stops["km"] + stops["back_km"]
    days = stops.groupby(DAY_KEY, sort=True).agg(
        stops=("stop_id", "size"), visits=("visits", "sum"), km=("round_km", "sum"), minutes=("spent", "sum")
    ).reset_index()  # fmt: skip
    days["km"] = days["km"].round(KM_DECIMALS)
    days["minutes"] = days["minutes"].round(1)
    days.insert(3, "jalali", [jalali(one) for one in days["date"]])
    columns = [*STOP_KEY, "stop_id", "homes", "visits", "lon", "lat", "km", "minutes", "arrival"]
    return stops[columns], days


def _way_km(
    here: pd.DataFrame, there: pd.DataFrame, rural: NDArray[np.bool_], detours: Detours
) -> NDArray[np.float64]:
    """Return km between points, columns ``lon`` and ``lat``, pair by pair."""
    straight = geodesic_km(here["lon"], here["lat"], there["lon"], there["lat"])
    return np.round(straight * np.where(rural, detours.rural, detours.urban), KM_DECIMALS)


def _speed(rural: NDArray[np.bool_], rules: WorkRules) -> NDArray[np.float64]:
    return np.where(rural, rules.speed_rural_kmh, rules.speed_urban_kmh)


def clock(minutes: float) -> str:
    """Return minutes since midnight as ``HH:MM``, begun minutes left out."""
    whole = int(minutes + 1e-6)
    return f"{whole // _HOUR:02d}:{whole % _HOUR:02d}"


def jalali(iso: str) -> str:
    """Return an ISO day as ``1400-04-12``."""
    return jalali_day(date.fromisoformat(iso))


def listed(visits: pd.DataFrame, homes: pd.DataFrame, stops: pd.DataFrame, until: date) -> pd.DataFrame:
    """Return the visits as they are handed out: one row a home, in the order of each caseworker's days.

    Parameters
    ----------
    visits, homes, stops : DataFrame
        As the casebook keeps them, and as `homes_of` and `timetable` give them.
    until : date
        End of the period: what is due later is no matter of these visits.

    Returns
    -------
    DataFrame
        ``caseworker_id``, ``center_id``, ``date``, ``jalali``, ``turn``, ``household_id``, ``stop_id``,
        ``km`` (of the way to its stop, 0 for a further home there), ``arrival``, ``due``, ``overdue``
        (whether that was over before), ``late``.
    """
    rows = visits.merge(stops[[*STOP_KEY, "km", "arrival"]], on=STOP_KEY, how="left")
    rows = rows.merge(homes[["household_id", "due", "overdue"]], on="household_id", how="left")
    rows = rows.sort_values([*STOP_KEY, "household_id"], kind="stable", ignore_index=True)
    rows["km"] = rows["km"].where(~rows.duplicated(STOP_KEY), 0.0)
    rows["jalali"] = [jalali(one) for one in rows["date"]]
    rows["late"] = is_late(rows, until)
    rows["overdue"] &= rows["due"] != ""
    return rows[
        [
            "caseworker_id", "center_id", "date", "jalali", "turn", "household_id", "stop_id", "km",
            "arrival", "due", "overdue", "late",
        ]
    ]  # fmt: skip


def is_late(rows: pd.DataFrame, until: date) -> pd.Series[bool]:
    """Return which visits are after a due date that lies in the period."""
    inside = ~rows["overdue"] & (rows["due"] != "") & (rows["due"] < until.isoformat())
    return inside & (rows["date"] > rows["due"])
