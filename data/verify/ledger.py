"""A problem and a plan laid side by side, row by row, so that every check counts the same things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import NO_ROW, numbers, rows_of, texts
from data.verify.far import by_area
from data.verify.local import local
from data.verify.places import centers_of, folded, options_of
from data.verify.ruler import ruler_of

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.verify.columns import Numbers, Rows, Texts
    from data.verify.places import Places
    from data.verify.ruler import Ruler


@dataclass(frozen=True)
class People:
    """The problem's households and what the plan does with each, shape ``(n_households,)``.

    ``load`` is what a household fills of a center, ``excluded`` why it is not to be served (empty when it
    is), ``served_by`` the position of its center and ``left`` its row among the unassigned, or `NO_ROW`.
    No way may be longer than ``max_km``; beyond ``far_km`` a kilometre counts ``far_weight`` more.
    """

    ids: Texts
    unit: Texts
    district: Texts
    province: Texts
    pin: Texts
    excluded: Texts
    cases: Rows
    load: Rows
    group: Rows
    served_by: Rows
    left: Rows
    max_km: Numbers
    far_km: Numbers
    far_weight: Numbers


@dataclass(frozen=True)
class Ledger:
    """Everything that the checks look at.

    Attributes
    ----------
    row_household, row_center : ndarray
        Positions of the household and the center of each assignment, `NO_ROW` when unknown,
        ``(n_assigned,)``.
    left_household : ndarray
        Position of the household of each unassigned row, `NO_ROW` when unknown.
    centers : Places
        The plan's centers as the problem knows them; their own columns where it does not.
    options : Places
        Eligible sites, then existing centers.
    load, cases, households : ndarray
        What each center holds by the assignments, shape ``(n_centers,)``.
    """

    problem: Problem
    plan: Plan
    ruler: Ruler
    people: People
    centers: Places
    options: Places
    row_household: Rows
    row_center: Rows
    left_household: Rows
    load: Rows
    cases: Rows
    households: Rows

    def km(self, rows: Rows, places: Places, at: Rows) -> Numbers:
        """Return km of household rows to places, pair by pair."""
        return self.ruler.km(rows, places.lon[at], places.lat[at], places.travel_id[at])

    @property
    def is_limited(self) -> bool:
        """Whether anybody may be too far from a center, by ``max_km`` or the travel file."""
        return self.problem.travel is not None or bool(np.isfinite(self.people.max_km).any())

    def reaches(self, rows: Rows, center: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return whether each household row may be sent to a center by ``max_km`` or the travel file."""
        if not self.is_limited:
            return np.ones(len(rows), bool)
        km = self.km(rows, self.centers, np.full(len(rows), center))
        return np.isfinite(km) & (km <= self.people.max_km[rows] + 1e-9)

    def fits_pin(self, rows: Rows, center: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return whether each household row is free to go to a center, or pinned to it."""
        pin = self.people.pin[rows]
        names = (self.centers.ids[center], self.centers.travel_id[center])
        return np.asarray((pin == "") | (pin == names[0]) | (pin == names[1]))


def open_ledger(problem: Problem, plan: Plan) -> Ledger:
    """Lay a plan beside its problem. Tables may hold nonsense; unknown ids become `NO_ROW`."""
    ids = texts(problem.households, "household_id")
    center_ids = texts(plan.centers, "center_id")
    row_household = rows_of(ids, texts(plan.assignments, "household_id"))
    row_center = rows_of(center_ids, texts(plan.assignments, "center_id"))
    left_household = rows_of(ids, texts(plan.unassigned, "household_id"))
    people = _people(problem, ids, (row_household, row_center, left_household))
    counted = (row_household >= 0) & (row_center >= 0)
    to, who = row_center[counted], row_household[counted]

    def total(weights: Rows) -> Rows:
        return np.bincount(to, weights[who], minlength=len(center_ids)).astype(np.int64)

    return Ledger(
        problem=problem,
        plan=plan,
        ruler=ruler_of(problem, ids),
        people=people,
        centers=centers_of(problem, plan),
        options=options_of(problem),
        row_household=row_household,
        row_center=row_center,
        left_household=left_household,
        load=total(people.load),
        cases=total(people.cases),
        households=total(np.ones_like(people.cases)),
    )


def _people(problem: Problem, ids: Texts, rows: tuple[Rows, Rows, Rows]) -> People:
    table = problem.households
    row_household, row_center, left_household = rows
    served_by = np.full(len(ids), NO_ROW, np.int64)
    known = row_household >= 0
    # The first of two assignments counts: written last.
    served_by[row_household[known][::-1]] = row_center[known][::-1]
    left = np.full(len(ids), NO_ROW, np.int64)
    at = np.flatnonzero(left_household >= 0)
    left[left_household[at]] = at
    cases = numbers(table, "cases").astype(np.int64)
    province = texts(table, "province")
    return People(
        ids=ids,
        unit=texts(table, "unit"),
        district=folded(texts(table, "district")),
        province=province,
        pin=texts(table, "pin"),
        excluded=texts(table, "reason"),
        cases=cases,
        load=np.ones_like(cases) if problem.rules.count == "households" else cases,
        group=numbers(table, "group").astype(np.int64),
        served_by=served_by,
        left=left,
        max_km=np.minimum(
            local(problem.rules, province, "max_km"), by_area(problem.rules, table, province, "max_km")
        ),
        far_km=by_area(problem.rules, table, province, "far_km"),
        far_weight=local(problem.rules, province, "far_weight"),
    )
