"""A caseworker's visits to carry along: a calendar with an event a day, and a workbook to print."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from data.text import number, text
from data.work.visit_tables import DAY_KEY
from maps.dates import shown_day
from maps.report.tables import Column, Table
from maps.workbook import Sheet, workbook_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.text import Lang
    from maps.origin import Origin
    from maps.report.tables import Cell, Kind

_ZONE = ZoneInfo("Asia/Tehran")
_MAKER = "-//siting//visits//EN"
_VISITS: dict[str, Kind] = {
    "jalali": "code", "date": "code", "turn": "count", "household_id": "code", "km": "km", "arrival": "code",
    "due": "code", "note": "words",
}  # fmt: skip
_DAYS: dict[str, Kind] = {
    "jalali": "code", "date": "code", "stops": "count", "visits": "count", "km": "km", "hours": "ratio",
}  # fmt: skip
_HOUR = 60


def visit_calendar(
    visits: pd.DataFrame, days: pd.DataFrame, *, name: str, starts: float, origin: Origin, lang: Lang
) -> bytes:
    """Return a caseworker's days as iCalendar (RFC 5545), the same bytes for the same visits.

    An event keeps its UID while its day is visited, so that a later calendar takes the place of an earlier
    one. It names households by their ids alone.

    Parameters
    ----------
    visits, days : DataFrame
        Of one caseworker, as `data.work.visit_tables.listed` and `timetable` give them.
    name : str
        Of the caseworker.
    starts : float
        Hour when a day begins.
    origin : Origin
        Of the record.
    lang : {"fa", "en"}
        Language of the words.
    """
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", text("visits.calendar", lang, caseworker=name))
    by_day = dict(list(visits.groupby("date", sort=True)))
    for day in days.sort_values("date").to_dict("records"):
        on = date.fromisoformat(day["date"])
        begins = datetime.combine(on, time(), _ZONE) + timedelta(hours=starts)
        event = Event()
        event.add("uid", f"{day['date']}/{name}@siting")
        event.add("sequence", origin.version)
        event.add("dtstamp", datetime.combine(on, time(), UTC))
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=float(day["minutes"])))
        event.add("summary", _summary(day, lang))
        event.add("description", "\n".join(_stops(by_day[day["date"]], lang)))
        calendar.add_component(event)
    if len(days):
        first, last = (date.fromisoformat(one) for one in (days["date"].min(), days["date"].max()))
        calendar.add_missing_timezones(first, last + timedelta(days=1))
    written: bytes = calendar.to_ical()
    return written


def _summary(day: Mapping[Any, Any], lang: Lang) -> str:
    km = number(float(day["km"]), lang, digits=1)
    return text("visits.event", lang, visits=int(day["visits"]), km=km)


def _stops(visits: pd.DataFrame, lang: Lang) -> list[str]:
    return [
        text(
            "visits.event_stop",
            lang,
            turn=int(str(turn)),
            arrival=stop["arrival"].iloc[0],
            households=", ".join(stop["household_id"]),
            km=number(float(stop["km"].iloc[0]), lang, digits=1),
        )
        for turn, stop in visits.groupby("turn", sort=True)
    ]


def visit_workbook(
    visits: pd.DataFrame,
    days: pd.DataFrame,
    *,
    name: str,
    origin: Origin,
    synthetic: bool,
    lang: Lang,
) -> bytes:
    """Return a caseworker's visits as XLSX: every visit in order, and the days; the same bytes every time.

    Parameters
    ----------
    visits, days, name, origin, lang
        As `visit_calendar`.
    synthetic : bool
        Whether the households are invented.
    """
    shown = visits.assign(
        jalali=[shown_day(day, "fa") for day in visits["date"]],
        note=[
            text(f"visits.note_{'late' if late else 'overdue'}", lang) if late or overdue else ""
            for late, overdue in zip(visits["late"], visits["overdue"], strict=True)
        ],
    )
    told = days.sort_values(DAY_KEY).assign(
        jalali=[shown_day(day, "fa") for day in days["date"]], hours=days["minutes"] / _HOUR
    )
    total: dict[str, Cell] = {
        "stops": int(told["stops"].sum()),
        "visits": int(told["visits"].sum()),
        "km": round(float(told["km"].sum()), 3),
    }
    sheets = [
        _sheet("visits", shown, _VISITS, lang),
        _sheet("days", told, _DAYS, lang, tuple(total.get(column, "") for column in _DAYS)),
    ]
    title = text("visits.calendar", lang, caseworker=name)
    return workbook_of(sheets, title=title, synthetic=synthetic, origin=origin, lang=lang)


def _sheet(
    key: str,
    rows: pd.DataFrame,
    kinds: Mapping[str, Kind],
    lang: Lang,
    total: tuple[Cell, ...] | None = None,
) -> Sheet:
    heads = tuple(Column(text(f"visits.column_{column}", lang), kind) for column, kind in kinds.items())
    cells = tuple(tuple(row) for row in rows[list(kinds)].to_numpy(dtype=object).tolist())
    words = text(f"visits.sheet_{key}", lang)
    return Sheet(words, words, Table(key, heads, cells, total))
