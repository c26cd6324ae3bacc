"""The visits of every caseworker of a network, side by side, as tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from allocation.visits.beat import NO_DUE, Beat, Setting, Ways
from allocation.visits.dates import Days
from allocation.visits.fitting import fit_visits, shortened
from allocation.visits.planning import Round, Visits, in_file_order, plan_visits
from data.work.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.work.rules import WorkRules
    from data.work.visit_tables import Detours

OUTCOME = ("caseworker_id", "center_id", "homes", "days", "km", "file_order_km", "file_order_days", "anew")


@dataclass(frozen=True)
class Task:
    """The homes of one caseworker, and what stands of their visits.

    Attributes
    ----------
    homes : DataFrame
        As `data.work.visit_tables.homes_of`, of one caseworker.
    lon, lat : float
        Of the center, degrees.
    days : tuple of date
        The working days of the period.
    first : date
        The first day that may change.
    until : date
        End of the period.
    standing : DataFrame
        Visits that keep their day, as the casebook keeps them; none to plan from nothing.
    """

    homes: pd.DataFrame
    lon: float
    lat: float
    days: tuple[date, ...]
    first: date
    until: date
    standing: pd.DataFrame


@dataclass(frozen=True)
class Planned:
    """Visits as tables.

    Attributes
    ----------
    visits : DataFrame
        As the casebook keeps them.
    left : DataFrame
        Homes that are not visited: ``household_id``, ``center_id``, ``caseworker_id``, ``reason``.
    outcomes : DataFrame
        One row a caseworker: `OUTCOME`; km of the rounds and of the same homes in the order of the record,
        and whether they were planned anew.
    """

    visits: pd.DataFrame
    left: pd.DataFrame
    outcomes: pd.DataFrame


@dataclass(frozen=True)
class _Told:
    """What is known of one caseworker."""

    visits: list[tuple[str, str, str, str, str, int]] = field(default_factory=list)
    left: list[tuple[str, str, str, str]] = field(default_factory=list)
    outcome: tuple[object, ...] = ()


def visits_of_network(
    tasks: Sequence[Task], rules: WorkRules, detours: Detours, *, workers: int = 1
) -> Planned:
    """Plan the visits of caseworkers; the same on any number of workers.

    Parameters
    ----------
    tasks : sequence of Task
        In the order of the rows wanted.
    rules, detours : WorkRules, Detours
        Limits of a day, speeds, and what a straight km is.
    workers : int
        Processes.
    """
    jobs = (delayed(_told)(one, rules, detours) for one in tasks)
    told: list[_Told] = list(Parallel(n_jobs=max(1, min(workers, len(tasks))))(jobs))
    columns = TABLES["visits"].columns
    return Planned(
        pd.DataFrame([row for one in told for row in one.visits], columns=list(columns)),
        pd.DataFrame(
            [row for one in told for row in one.left],
            columns=["household_id", "center_id", "caseworker_id", "reason"],
        ),
        pd.DataFrame([one.outcome for one in told], columns=list(OUTCOME)),
    )


def _told(task: Task, rules: WorkRules, detours: Detours) -> _Told:
    beat = beat_of(task.homes, task.lon, task.lat, until=task.until)
    ways = Ways.of(beat, rules, detour_urban=detours.urban, detour_rural=detours.rural)
    setting = Setting(beat, ways, rules)
    days = Days(task.days)
    ids = task.homes["household_id"].tolist()
    names: dict[int, str] = {}
    if task.standing.empty:
        open_days = Days(tuple(day for day in task.days if day >= task.first))
        found = plan_visits(setting, open_days)
    else:
        found, names = _fitted(task, setting, days)
    who = (beat.center_id, beat.caseworker_id)
    visits = [
        (ids[row], name, *who, one.day.isoformat(), turn)
        for one in found.rounds
        for turn, stop in enumerate(one.stops, start=1)
        for name in [next((names[row] for row in stop if row in names), ids[stop[0]])]
        for row in stop
    ]
    left = [(ids[row], *who, reason) for row, reason in sorted(found.left.items())]
    visited = sorted(row for one in found.rounds for stop in one.stops for row in stop)
    km = round(sum(ways.round_km(one.stops) for one in found.rounds), 3)
    other_km, other_days = in_file_order(visited, setting)
    anew = task.standing.empty
    return _Told(
        visits, left, (who[1], who[0], len(visited), len(found.rounds), km, other_km, other_days, anew)
    )


def _fitted(task: Task, setting: Setting, days: Days) -> tuple[Visits, dict[int, str]]:
    """Return visits in which those that stand keep their days, and the stop's name of each of these."""
    row_of = {one: row for row, one in enumerate(task.homes["household_id"])}
    names = {
        row_of[one]: name
        for one, name in zip(task.standing["household_id"], task.standing["stop_id"], strict=True)
    }
    standing: list[Round] = []
    for day, told in task.standing.groupby("date", sort=True):
        stops = tuple(
            tuple(row_of[one] for one in stop["household_id"]) for _, stop in told.groupby("turn", sort=True)
        )
        standing.append(Round(date.fromisoformat(str(day)), stops))
    kept: list[Round] = []
    for one in standing:
        short, off = (one, []) if one.day < task.first else shortened(one, setting)
        for row in off:
            del names[row]
        kept += [short] if short is not None else []
    rows = [row for row in range(setting.beat.homes) if row not in names]
    return fit_visits(rows, kept, setting, days, first=task.first), names


def beat_of(homes: pd.DataFrame, lon: float, lat: float, *, until: date) -> Beat:
    """Return the homes of one caseworker as the solver sees them.

    Parameters
    ----------
    homes : DataFrame
        As `data.work.visit_tables.homes_of`, of one caseworker.
    lon, lat : float
        Of the center, degrees.
    until : date
        End of the period: what is due later need not be in time.
    """
    end = until.isoformat()
    due = [
        NO_DUE if overdue or day >= end else date.fromisoformat(day).toordinal()
        for day, overdue in zip(homes["due"], homes["overdue"], strict=True)
    ]
    return Beat(
        str(homes["center_id"].iloc[0]),
        str(homes["caseworker_id"].iloc[0]),
        np.concatenate([[lon], homes["lon"].to_numpy(float)]),
        np.concatenate([[lat], homes["lat"].to_numpy(float)]),
        np.concatenate([[False], homes["rural"].to_numpy(bool)]),
        homes["care"].to_numpy(bool),
        np.array(due, dtype=np.int64),
        homes["overdue"].to_numpy(bool),
    )


def standing_of(task: Task, before: pd.DataFrame, was_at: pd.DataFrame, begun: date) -> Task:
    """Return a task with the visits that keep their day.

    Those keep it whose household is still this caseworker's, lives where it lived, and is visited on a
    working day to come, or was visited since the period began. A visit whose day is over and that nobody
    recorded is planned again.

    Parameters
    ----------
    task : Task
        Without any.
    before : DataFrame
        The visits as the casebook has them.
    was_at : DataFrame
        ``lon``, ``lat`` by ``household_id`` when they were planned.
    begun : date
        When the period began.
    """
    homes = task.homes.set_index("household_id")
    own = before[before["household_id"].isin(homes.index)]
    now = homes.loc[own["household_id"]]
    own = own[
        (own["caseworker_id"].to_numpy() == now["caseworker_id"].to_numpy())
        & (own["center_id"].to_numpy() == now["center_id"].to_numpy())
    ]
    now, then = homes.loc[own["household_id"]], was_at.reindex(own["household_id"])
    same = (now["lon"].to_numpy() == then["lon"].to_numpy()) & (
        now["lat"].to_numpy() == then["lat"].to_numpy()
    )
    first = task.first.isoformat()
    working = own["date"].isin([day.isoformat() for day in task.days]).to_numpy()
    coming = (own["date"] >= first).to_numpy() & working
    done = (own["date"] < first).to_numpy() & (now["visited"] >= begun.isoformat()).to_numpy()
    return replace(task, standing=own[same & (coming | done)].reset_index(drop=True))
