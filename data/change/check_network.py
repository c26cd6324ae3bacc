"""Centers and sites of which something is asked that cannot be done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from data.build.admin import LEVELS, fill_rows
from data.build.check import OFFERED
from data.build.units import unit_of
from data.errors import Failure
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.change.changes import Changes, Relocation
    from data.plan import Plan
    from data.problem import Problem

CLOSE, OPEN, RELOCATE, MAX_CASES, DECLINE = "--close", "--open", "--relocate", "--max-cases", "decline"
"""Where each change is asked for, in place of a file."""


def wrong_network(problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield what cannot be asked of the centers and sites of this network.

    Parameters
    ----------
    problem, plan : Problem and Plan
        The network.
    changes : Changes
        What is asked of it.
    """
    known = set(plan.centers["center_id"])
    resized = {name: date for name, (_, date) in changes.max_cases.items()}
    moved = {name: there.date for name, there in changes.relocate.items()}
    for option, dates in ((CLOSE, changes.close), (RELOCATE, moved), (MAX_CASES, resized)):
        for name in dates:
            if name not in known:
                yield _of(option, "unknown_center", name)
            elif option == CLOSE and (name in moved or name in resized):
                yield _of(option, "conflicting_changes", name)
        yield from _no_dates(option, dates)
    yield from _no_dates(OPEN, changes.open)
    yield from _openings(problem, plan, changes)
    yield from _withdrawals(problem, plan, changes)
    yield from _relocations(problem, plan, changes.relocate)
    for name, (cases, _) in changes.max_cases.items():
        if cases < 1:
            yield Failure(MAX_CASES, 0, "bad_max_cases", name, phrase("readers.bad_max_cases"))


def points_of(relocate: Mapping[str, Relocation], problem: Problem) -> pd.DataFrame:
    """Return where relocated centers will stand, index ``center_id``: point, `LEVELS`, ``area``, ``unit``.

    Parameters
    ----------
    relocate : mapping of str to Relocation
        By ``center_id``.
    problem : Problem
        Of the network.
    """
    rows = pd.DataFrame(
        {
            "lon": [float(there.lon) for there in relocate.values()],
            "lat": [float(there.lat) for there in relocate.values()],
            **{name: pd.Series([""] * len(relocate), dtype="str") for name in (*LEVELS, "area")},
        },
    ).set_axis(pd.Index(list(relocate), dtype="str", name="center_id"))
    snap_km = problem.rules.boundary_snap_km
    filled = fill_rows(rows, problem.households, problem.boundaries, snap_km=snap_km)
    return filled.assign(unit=unit_of(filled, problem.rules))


def _of(option: str, code: str, name: str, **values: object) -> Failure:
    return Failure(option, 0, code, name, phrase(f"changes.{code}", **values))


def _no_dates(option: str, dates: Mapping[str, str]) -> Iterator[Failure]:
    for name, told in dates.items():
        try:
            date.fromisoformat(told)
        except ValueError:
            yield Failure(option, 0, "bad_date", name, phrase("readers.bad_date"))


def _openings(problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    sites = {
        site: (applicant, why)
        for site, applicant, why in problem.sites[["site_id", "applicant_id", "ineligible"]].itertuples(
            index=False
        )
    }
    stands = plan.centers[~plan.centers["center_id"].isin(changes.close)]
    runs = set(stands["applicant_id"]) - {""}
    standing = dict(zip(plan.centers["site_id"], plan.centers["center_id"], strict=True))
    for site in changes.open:
        if site not in sites:
            yield _of(OPEN, "unknown_site", site)
            continue
        applicant, why = sites[site]
        if site in standing:
            yield _of(OPEN, "site_open_already", site, center=standing[site])
        elif why:
            yield _of(OPEN, "ineligible_site", site, reason=phrase(f"build.ineligible_{why}"))
        elif applicant in runs:
            yield _of(OPEN, "applicant_has_center", site, applicant=applicant)
        runs |= {applicant} - {""}


def _withdrawals(problem: Problem, plan: Plan, changes: Changes) -> Iterator[Failure]:
    """Yield the sites that nobody can take back: out of the running, or a center stands or opens there."""
    competes = set(problem.sites.loc[problem.sites["ineligible"].isin(OFFERED), "site_id"])
    taken = {*plan.centers["site_id"], *changes.open}
    for site in changes.withdrawn:
        if site not in competes or site in taken:
            yield _of(DECLINE, "not_offered", site)


def _relocations(problem: Problem, plan: Plan, relocate: Mapping[str, Relocation]) -> Iterator[Failure]:
    unit = dict(zip(plan.centers["center_id"], plan.centers["unit"], strict=True))
    asked = {name: there for name, there in relocate.items() if name in unit}
    if not asked:
        return
    from data.schemas import POINTS, problems  # noqa: PLC0415 - heavy

    names = pd.Series(list(asked), dtype="str")
    points = pd.DataFrame(
        [(there.lon, there.lat) for there in asked.values()], columns=["lon", "lat"], dtype="float64"
    )
    yield from (
        Failure(RELOCATE, 0, "missing_location", name, phrase("readers.missing_location"))
        for name in names[points.isna().any(axis=1)]
    )
    astray = problems(points, POINTS, file=RELOCATE, rows=[0] * len(asked), ids=names)
    yield from astray
    lost = {one.id for one in astray} | set(names[points.isna().any(axis=1)])
    there = points_of({name: one for name, one in asked.items() if name not in lost}, problem)
    for name, new in there["unit"].items():
        if new == "":
            yield _of(RELOCATE, "outside_boundaries", str(name))
        elif new != unit[str(name)]:
            yield _of(RELOCATE, "other_unit", str(name), unit=new)
