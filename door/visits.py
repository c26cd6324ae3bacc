"""Home visits planned, kept in the record and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import check_place, write_folder
from data.kinds import VISITS, VISITS_ENDINGS
from data.record.sealed import require_sealed
from data.summary import to_json
from data.work.visit_tables import is_late
from door.visit_plans import KIND, found_visits
from door.working import keep
from maps.file_names import file_names
from maps.origin import Origin
from maps.work.visits import visit_calendar, visit_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from data.problem import Problem
    from data.text import Lang
    from door.visit_plans import AskedVisits, Found

SCHEMA = 1


def write_visits(
    folder: Path,
    out: Path,
    asked: AskedVisits,
    *,
    workers: int = 1,
    lang: Lang,
    overwrite: bool = False,
    who: str = "",
    why: str = "",
) -> dict[str, Any]:
    """Plan home visits, keep them in the record, and write what caseworkers carry along.

    Parameters
    ----------
    folder, out : Path
        Of the plan, and the folder to write outside it.
    asked : AskedVisits
        What is asked.
    workers : int
        Processes; the visits do not depend on it.
    lang : {"fa", "en"}
        Of calendars and workbooks.
    overwrite : bool
        Whether visits that stand there may be replaced.
    who, why : str
        For the log.

    Returns
    -------
    dict
        ``summary.json``.

    Raises
    ------
    SitingError
        ``no_beats``, ``unknown_center``; of the record, where the place is taken, or the machine fails.
    """
    refuse_over_plan(folder, out)
    check_place(out, overwrite=overwrite, kind=VISITS)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    problem, plan = book.problem(), book.plan()
    require_sealed(log[-1], problem, plan)
    found = found_visits(book, log, problem, plan, asked, workers=workers)
    before = book.work(KIND)
    others = before[~before["household_id"].isin(found.homes["household_id"])]
    # What centers that are no more were to visit goes with them.
    others = others[others["center_id"].isin(plan.centers["center_id"]) & bool(asked.center)]
    payload = {
        "first": asked.first.isoformat(),
        "periods": {
            one: [begun.isoformat(), until.isoformat()]
            for one, (begun, until) in sorted(found.periods.items())
        },
        "rules": asked.rules.as_dict(),
        "holidays": asked.calendar.source,
    }
    tables = {KIND: pd.concat([others, found.planned.visits], ignore_index=True)}
    version = keep(
        folder, tables, kind=KIND, lang=lang, after=log[-1].hash, payload=payload, who=who, why=why
    )
    entry = book.log()[version - 1]
    origin = Origin(entry.version, entry.hash, entry.day, book.seal())
    summary = summary_of(found, asked, problem, origin)
    contents = _contents(found, asked, origin, lang, synthetic=bool(problem.synthetic))
    contents[SUMMARY] = to_json(summary)

    def fill(place: Path) -> None:
        for name, content in contents.items():
            (place / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=VISITS)
    return summary


def _contents(
    found: Found, asked: AskedVisits, origin: Origin, lang: Lang, *, synthetic: bool
) -> dict[str, bytes]:
    """Return the files of the folder, without the summary."""
    visits = found.listed()
    contents = {
        "visits.csv": to_csv(visits, synthetic=synthetic),
        "days.csv": to_csv(found.days, synthetic=synthetic),
        "unvisited.csv": to_csv(found.unvisited, synthetic=synthetic),
    }
    names = found.planned.outcomes["caseworker_id"].tolist()
    calendar, workbook = (file_names([(one,) for one in names], ending=ending) for ending in VISITS_ENDINGS)
    by_visits = dict(list(visits.groupby("caseworker_id", sort=False)))
    by_days = dict(list(found.days.groupby("caseworker_id", sort=False)))
    for name, ics, xlsx in zip(names, calendar, workbook, strict=True):
        own, days = by_visits.get(name, visits.iloc[:0]), by_days.get(name, found.days.iloc[:0])
        starts = asked.rules.day_starts
        contents[ics] = visit_calendar(own, days, name=name, starts=starts, origin=origin, lang=lang)
        contents[xlsx] = visit_workbook(own, days, name=name, origin=origin, synthetic=synthetic, lang=lang)
    return contents


def summary_of(found: Found, asked: AskedVisits, problem: Problem, origin: Origin) -> dict[str, Any]:
    """Return ``summary.json`` of visits."""
    outcomes, visits = found.planned.outcomes, found.listed()
    km, in_order = (round(float(outcomes[name].sum()), 3) for name in ("km", "file_order_km"))
    begun = min((one for one, _ in found.periods.values()), default=asked.first)
    until = max((one for _, one in found.periods.values()), default=asked.until)
    told = asked.calendar.holidays_in(begun, until)
    reasons = found.unvisited["reason"].value_counts().sort_index()
    return {
        "schema": SCHEMA,
        "scenario": problem.scenario,
        "synthetic": bool(problem.synthetic),
        "version": origin.version,
        "head": origin.head,
        **sealed(origin.seal),
        "from": asked.first.isoformat(),
        "begun": begun.isoformat(),
        "until": until.isoformat(),
        "center": asked.center or None,
        "fitted": found.fitted,
        "caseworkers": len(outcomes),
        "centers": len(found.periods),
        "homes": len(found.homes),
        "visited": len(visits),
        "stops": len(found.stops),
        "days": len(found.days),
        "working_days": len(asked.calendar.working_days(begun, until)),
        "holidays": {
            "source": asked.calendar.source,
            "inside": len(told),
            "estimated": [one.isoformat() for one in told if one in asked.calendar.estimated],
        },
        "overdue": int((found.homes["overdue"] & (found.homes["due"] != "")).sum()),
        "never_visited": int((found.homes["due"] == "").sum()),
        "late": int(is_late(visits, until).sum()),
        "unvisited": len(found.unvisited),
        "unvisited_by_reason": {str(name): int(count) for name, count in reasons.items()},
        "km": km,
        "file_order_km": in_order,
        "saved_km": round(in_order - km, 3),
        "by_caseworker": outcomes.drop(columns="anew").to_dict("records"),
        "rules": asked.rules.as_dict(),
        "detour": {"urban": problem.rules.detour_urban, "rural": problem.rules.detour_rural},
    }
