"""The visits of a network as they stand after what is asked: planned, or fitted in, and recounted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from allocation.visits.network import Task, standing_of, visits_of_network
from data.casebook.content import HOUSEHOLDS
from data.errors import Failure, SitingError
from data.text import phrase
from data.verify.visits import VisitLimits, VisitTables, verify_visits
from data.work.calendar import months_after
from data.work.visit_tables import NO_CASEWORKER, Detours, homes_of, listed, timetable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.visits.network import Planned
    from data.casebook import Casebook, Entry
    from data.plan import Plan
    from data.problem import Problem
    from data.work.calendar import Calendar
    from data.work.rules import WorkRules

KIND = "visits"
"""Of the log's entries, and the working table."""
UNVISITED = ["household_id", "center_id", "caseworker_id", "reason"]


@dataclass(frozen=True)
class AskedVisits:
    """What is asked of the visits of a network.

    Attributes
    ----------
    first : date
        The first day of the period, or of what may still change of one that has begun.
    calendar : Calendar
        Which days are worked, at least until the end of the period.
    rules : WorkRules
        Limits of a day, and how often homes are visited.
    center : str
        The only center that is planned; empty for all.
    anew : bool
        Whether visits that stand lose their days.
    """

    first: date
    calendar: Calendar
    rules: WorkRules
    center: str = ""
    anew: bool = False

    @property
    def until(self) -> date:
        """End of a period that begins now."""
        return months_after(self.first, self.rules.visit_months)


@dataclass(frozen=True)
class Found:
    """Visits, recounted and not yet kept.

    Attributes
    ----------
    planned : Planned
        Visits of the centers that are planned.
    homes : DataFrame
        Of these centers.
    periods : mapping of str to (date, date)
        Of each center.
    stops, days, unvisited : DataFrame
        As `data.work.visit_tables.timetable` gives them, and who is not visited.
    fitted : bool
        Whether visits stood already.
    """

    planned: Planned
    homes: pd.DataFrame
    periods: Mapping[str, tuple[date, date]]
    stops: pd.DataFrame
    days: pd.DataFrame
    unvisited: pd.DataFrame
    fitted: bool

    def listed(self) -> pd.DataFrame:
        """Return the visits as they are handed out, and whether each was made since its period began."""
        until = max((until for _, until in self.periods.values()), default=date.max)
        rows = listed(self.planned.visits, self.homes, self.stops, until)
        begun = {center: one.isoformat() for center, (one, _) in self.periods.items()}
        visited = rows["household_id"].map(self.homes.set_index("household_id")["visited"])
        return rows.assign(done=(visited != "") & (visited >= rows["center_id"].map(begun)))


def found_visits(
    book: Casebook,
    log: Sequence[Entry],
    problem: Problem,
    plan: Plan,
    asked: AskedVisits,
    *,
    workers: int = 1,
) -> Found:
    """Return visits of a network, recounted without the solver.

    Parameters
    ----------
    book, log : Casebook, sequence of Entry
        The record.
    problem, plan : Problem, Plan
        Its current version.
    asked : AskedVisits
        What is asked.
    workers : int
        Processes.
    """
    beats = book.work("beats")
    if beats.empty:
        raise SitingError(phrase("visits.no_beats", path=book.path.parent.name), code="no_beats")
    centers = plan.centers[["center_id", "lon", "lat"]]
    if asked.center and asked.center not in set(centers["center_id"]):
        failure = Failure("--center", 0, "unknown_center", asked.center, phrase("visits.unknown_center"))
        raise SitingError.of([failure])
    homes = homes_of(problem, plan, beats, book.work("activity"), asked.rules, first=asked.first)
    if asked.center:
        homes = homes[homes["center_id"] == asked.center].reset_index(drop=True)
    before = _before(book, log) if not asked.anew else _Before({}, book.work(KIND).iloc[:0], pd.DataFrame())
    tasks, periods = _tasks(homes, centers, before, asked)
    detours = Detours(problem.rules.detour_urban, problem.rules.detour_rural)
    planned = visits_of_network(tasks, asked.rules, detours, workers=workers)
    stops, days = timetable(planned.visits, homes, centers, asked.rules, detours)
    without = homes[homes["caseworker_id"] == ""].assign(reason=NO_CASEWORKER)
    unvisited = pd.concat([planned.left, without[UNVISITED]], ignore_index=True)
    unvisited = unvisited.sort_values(["center_id", "household_id"], kind="stable", ignore_index=True)
    fitted = any(not one.standing.empty for one in tasks)
    found = Found(planned, homes, periods, stops, days, unvisited, fitted)
    _recount(found, problem, centers, asked)
    return found


@dataclass(frozen=True)
class _Before:
    """Visits that the record has: the period of each center, the visits, and where homes were then."""

    periods: Mapping[str, tuple[date, date]]
    visits: pd.DataFrame
    was_at: pd.DataFrame


def _before(book: Casebook, log: Sequence[Entry]) -> _Before:
    visits = book.work(KIND)
    told = [one for one in log if one.kind == KIND]
    if not told or visits.empty:
        return _Before({}, visits.iloc[:0], pd.DataFrame(columns=["lon", "lat"]))
    periods = {
        center: (date.fromisoformat(begun), date.fromisoformat(until))
        for one in told
        for center, (begun, until) in one.payload["periods"].items()
    }
    last = {center: one.version for one in told for center in one.payload["periods"]}
    wanted = {HOUSEHOLDS: ("household_id", "lon", "lat")}
    at = {
        version: book.tables(wanted, version)[HOUSEHOLDS].set_index("household_id")
        for version in sorted(set(last.values()))
    }
    parts = [
        at[version].reindex(own["household_id"])
        for version, own in visits.groupby(visits["center_id"].map(last))
    ]
    return _Before(periods, visits, pd.concat(parts))


def _tasks(
    homes: pd.DataFrame, centers: pd.DataFrame, before: _Before, asked: AskedVisits
) -> tuple[list[Task], dict[str, tuple[date, date]]]:
    """Return the work of each caseworker, and the period of each center."""
    where = {
        str(center): (float(lon), float(lat))
        for center, lon, lat in zip(centers["center_id"], centers["lon"], centers["lat"], strict=True)
    }
    tasks, periods = [], {}
    for center, there in homes.groupby("center_id", sort=True):
        begun, until = before.periods.get(str(center), (asked.first, asked.first))
        lasts = begun <= asked.first < until
        if not lasts:
            begun, until = asked.first, asked.until
        periods[str(center)] = begun, until
        days = tuple(asked.calendar.working_days(begun, until))
        for caseworker, own in there.groupby("caseworker_id", sort=True):
            if caseworker == "":
                continue
            mine = own.reset_index(drop=True)
            task = Task(mine, *where[str(center)], days, asked.first, until, before.visits.iloc[:0])
            tasks.append(standing_of(task, before.visits, before.was_at, begun) if lasts else task)
    return tasks, periods


def _recount(found: Found, problem: Problem, centers: pd.DataFrame, asked: AskedVisits) -> None:
    """Let the verifier count everything again, from the tables alone."""
    people = problem.households[["household_id", "area", "status"]]
    whose = ["household_id", "center_id", "caseworker_id", "lon", "lat"]
    outcomes = found.planned.outcomes
    tables = VisitTables(
        homes=found.homes[whose].merge(pd.DataFrame(people), on="household_id", how="left"),
        centers=centers,
        visits=found.planned.visits,
        unvisited=found.unvisited,
        days=found.days,
        anew=frozenset(outcomes.loc[outcomes["anew"].astype(bool), "caseworker_id"]),
    )
    limits = VisitLimits(
        begun={one: (begun, asked.first, until) for one, (begun, until) in found.periods.items()},
        holidays=frozenset(asked.calendar.holidays),
        thursday=asked.calendar.thursday,
        rules=asked.rules.as_dict(),
        detour_urban=problem.rules.detour_urban,
        detour_rural=problem.rules.detour_rural,
    )
    verify_visits(tables, limits)
