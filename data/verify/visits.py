"""Visits counted again from the tables alone: every home once, working days, limits, every km."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

from data.errors import Failure
from data.text import phrase
from data.verify.finding import VerificationError
from data.verify.ruler import DECIMALS, TOLERANCE_KM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

VISITS, DAYS, UNVISITED = "visits.csv", "days.csv", "unvisited.csv"
_FRIDAY, _THURSDAY, _WEEK = 4, 3, 7
_MINUTES = 0.2
"""How far recounted minutes may be off."""


@dataclass(frozen=True)
class VisitTables:
    """What visits are counted from.

    Attributes
    ----------
    homes : DataFrame
        Every household that is to be visited: ``household_id``, ``center_id``, ``caseworker_id`` (empty for
        none), ``lon``, ``lat``, ``area``, ``status``.
    centers : DataFrame
        ``center_id``, ``lon``, ``lat``.
    visits : DataFrame
        ``household_id``, ``stop_id``, ``center_id``, ``caseworker_id``, ``date``, ``turn``.
    unvisited : DataFrame
        ``household_id``, ``reason``.
    days : DataFrame
        What is claimed: ``caseworker_id``, ``center_id``, ``date``, ``visits``, ``km``, ``minutes``.
    anew : frozenset of str
        Caseworkers whose rounds were all planned now; of others a week may hold more.
    """

    homes: pd.DataFrame
    centers: pd.DataFrame
    visits: pd.DataFrame
    unvisited: pd.DataFrame
    days: pd.DataFrame
    anew: frozenset[str]


@dataclass(frozen=True)
class VisitLimits:
    """What visits must keep to.

    Attributes
    ----------
    begun : mapping of str to (date, date, date)
        By center: first day of the period, the day from which visits may change, and end of the period.
    holidays : frozenset of date
        Official holidays.
    thursday : bool
        Whether Thursdays are worked.
    rules : mapping of str to object
        `data.work.rules.WorkRules` as plain values.
    detour_urban, detour_rural : float
        Road km for one straight km.
    """

    begun: Mapping[str, tuple[date, date, date]]
    holidays: frozenset[date]
    thursday: bool
    rules: Mapping[str, float]
    detour_urban: float
    detour_rural: float

    def worked(self, day: date) -> bool:
        """Whether a day is worked."""
        free = day.weekday() == _FRIDAY or (day.weekday() == _THURSDAY and not self.thursday)
        return not free and day not in self.holidays


def verify_visits(tables: VisitTables, limits: VisitLimits) -> None:
    """Recount visits.

    Raises
    ------
    VerificationError
        If a home is missing, there twice or with somebody else; if a day is a holiday, outside the period, or
        holds more visits or hours than it may; if a week holds too many rounds; if a sum of km is wrong.
    """
    found = [*_homes(tables), *_dates(tables, limits), *_rounds(tables, limits), *_weeks(tables, limits)]
    if found:
        raise VerificationError.of(found)


def _fault(file: str, row: int, code: str, subject: str, **values: object) -> Failure:
    return Failure(file, row, code, subject, phrase(f"visits.wrong_{code}", **values))


def _homes(tables: VisitTables) -> Iterator[Failure]:
    """Every home once: visited by its own caseworker, or listed with a reason."""
    ids = tables.homes["household_id"].tolist()
    own = dict(
        zip(ids, zip(tables.homes["center_id"], tables.homes["caseworker_id"], strict=True), strict=True)
    )
    told = Counter(tables.visits["household_id"]) + Counter(tables.unvisited["household_id"])
    for home, times in sorted(told.items()):
        if home not in own:
            yield _fault(VISITS, 0, "stranger", home)
        elif times > 1:
            yield _fault(VISITS, 0, "twice", home, times=times)
    for home in own:
        if home not in told:
            yield _fault(VISITS, 0, "missing", home)
    whose = zip(
        *(tables.visits[name] for name in ("household_id", "center_id", "caseworker_id")), strict=True
    )
    for number, (home, center, who) in enumerate(whose, start=2):
        if own.get(home, (center, who)) != (center, who):
            yield _fault(VISITS, number, "caseworker", str(home), given=str(who))
    reasons = zip(tables.unvisited["household_id"], tables.unvisited["reason"], strict=True)
    for number, (home, reason) in enumerate(reasons, start=2):
        if not reason:
            yield _fault(UNVISITED, number, "no_reason", str(home))


def _dates(tables: VisitTables, limits: VisitLimits) -> Iterator[Failure]:
    """Every day inside the period, and worked unless it is over."""
    for number, row in enumerate(tables.visits.itertuples(index=False), start=2):
        begun, first, until = limits.begun[str(row.center_id)]
        day = date.fromisoformat(str(row.date))
        if not begun <= day < until:
            yield _fault(VISITS, number, "outside", str(row.household_id), day=str(row.date))
        elif day >= first and not limits.worked(day):
            yield _fault(VISITS, number, "holiday", str(row.household_id), day=str(row.date))


def _rounds(tables: VisitTables, limits: VisitLimits) -> Iterator[Failure]:
    """Every round inside the limits of a day, and its km as claimed."""
    measured = _measured(tables, limits)
    stated = {
        (str(row["caseworker_id"]), str(row["center_id"]), str(row["date"])): row
        for row in tables.days.to_dict("records")
    }
    if len(stated) != len(tables.days) or set(stated) != set(measured):
        yield _fault(DAYS, 0, "days", "")
        return
    most, minutes = limits.rules["visits_a_day"], limits.rules["hours_a_day"] * 60
    for key, (visits, km, spent) in sorted(measured.items()):
        who, center, day = key
        claimed = stated[key]
        values = {"day": day, "km": f"{km:.3f}", "visits": visits, "minutes": round(spent)}
        if abs(claimed["km"] - km) > TOLERANCE_KM * (visits + 1) or claimed["visits"] != visits:
            yield _fault(DAYS, 0, "sum", who, **values)
        if abs(claimed["minutes"] - spent) > _MINUTES:
            yield _fault(DAYS, 0, "minutes", who, **values)
        if date.fromisoformat(day) < limits.begun[center][1]:
            continue
        if visits > most or spent > minutes + _MINUTES:
            yield _fault(DAYS, 0, "too_much", who, **values)


def _measured(
    tables: VisitTables, limits: VisitLimits
) -> dict[tuple[str, str, str], tuple[int, float, float]]:
    """Return visits, km and minutes of every round."""
    geod = Geod(ellps="WGS84")
    homes = tables.homes.set_index("household_id")
    many = limits.rules["care_home_households"]
    crowd = Counter(zip(homes["center_id"], homes["lon"], homes["lat"], strict=True))
    at = {row.center_id: (row.lon, row.lat) for row in tables.centers.itertuples(index=False)}
    found = {}
    keys = ["caseworker_id", "center_id", "date"]
    for key, day in tables.visits.sort_values("turn", kind="stable").groupby(keys, sort=True):
        who, center, on = (str(one) for one in key)
        trip, visits, spent = [(*at[center], False)], 0, 0.0
        for _, stop in day.groupby("turn", sort=True):
            living = homes.loc[stop["household_id"]]
            first = living.iloc[0]
            place = (first["lon"], first["lat"])
            care = first["status"] == "care_home" or (many > 0 and crowd[center, *place] >= many)
            each = len(living) * limits.rules["visit_minutes"]
            longest = max(limits.rules["care_home_minutes"], limits.rules["visit_minutes"])
            visits += 1 if care else len(living)
            spent += min(each, longest) if care else each
            trip.append((*place, first["area"] == "rural"))
        trip.append(trip[0])
        points = np.array([one[:2] for one in trip], float)
        rural = np.array([one[2] for one in trip], bool)
        _, _, metres = geod.inv(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
        country = rural[:-1] | rural[1:]
        straight = np.round(np.asarray(metres) / 1000, DECIMALS)
        km = np.round(straight * np.where(country, limits.detour_rural, limits.detour_urban), DECIMALS)
        speed = np.where(country, limits.rules["speed_rural_kmh"], limits.rules["speed_urban_kmh"])
        found[who, center, on] = (visits, float(km.sum()), spent + float((km / speed).sum() * 60))
    return found


def _weeks(tables: VisitTables, limits: VisitLimits) -> Iterator[Failure]:
    """No week of a caseworker with more rounds than an even week has, and one."""
    rounds = tables.visits[["caseworker_id", "center_id", "date"]].drop_duplicates()
    for (who, center), own in rounds.groupby(["caseworker_id", "center_id"], sort=True):
        if who not in tables.anew:
            continue
        _, first, until = limits.begun[str(center)]
        days = (first + timedelta(days=one) for one in range((until - first).days))
        held = Counter(_saturday(day) for day in days if limits.worked(day))
        most = ceil(len(own) / len(held)) + 1
        while sum(min(most, count) for count in held.values()) < len(own):
            most += 1
        weeks = Counter(_saturday(date.fromisoformat(day)) for day in own["date"])
        for week, count in sorted(weeks.items()):
            if count > most:
                yield _fault(DAYS, 0, "week", str(who), day=week.isoformat(), count=count, most=most)


def _saturday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=(day.weekday() + 2) % _WEEK)
