"""Who waits on where an applicant declines: for vacancies there are, and for the place that is one now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.unit import units_of
from siting.running.standing import Standing
from siting.waiting import gather_waiting

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.change.changes import Changes
    from data.plan import Plan
    from data.problem import Problem

WAITS = "vacancy"


@dataclass(frozen=True)
class Waiting:
    """Households that wait whatever room there is.

    Attributes
    ----------
    vacancy_id : Series of str
        The vacancy that each waits for, by ``household_id``.
    vacancies : DataFrame
        As of `siting.running.standing.Standing`.
    """

    vacancy_id: pd.Series
    vacancies: pd.DataFrame

    def without(self, problem: Problem) -> Problem:
        """Return a problem in which nobody of them is to be served."""
        if self.vacancy_id.empty:
            return problem
        waits = problem.households["household_id"].isin(self.vacancy_id.index)
        reason = problem.households["reason"].mask(waits, WAITS).astype("str")
        return replace(problem, households=problem.households.assign(reason=reason))


def waiting_on(following: Problem, before: Plan, changes: Changes, *, seed: int) -> Waiting:
    """Return who waits on in the units where applicants decline; nobody where none does.

    All families of a place that nobody takes wait for it together: they are what a second call offers.

    Parameters
    ----------
    following : Problem
        As `data.change.succession.succeed` leaves it.
    before : Plan
        The plan that it follows.
    changes : Changes
        With the centers that are declined.
    seed : int
        Of the starts of the vacancies' points.
    """
    old = Standing.of(before)
    units = set(before.centers.loc[before.centers["center_id"].isin(changes.declined), "unit"])
    here = old.vacancies[old.vacancies["unit"].isin(units)]
    waits = [old.vacancy_id[old.vacancy_id.isin(here["vacancy_id"])]]
    vacancies = [here]
    people = following.households
    vacated = sorted(name for name, site in changes.declined.items() if not site)
    for number, center in enumerate(vacated):
        its_own = set(people.loc[people["center_id"] == center, "household_id"])
        for ids, points in _gathered(following, its_own, center, np.random.default_rng([seed, number])):
            waits.append(ids)
            vacancies.append(points)
    return Waiting(pd.concat(waits), pd.concat(vacancies, ignore_index=True))


def _gathered(
    problem: Problem, families: Collection[str], center: str, rng: np.random.Generator
) -> list[tuple[pd.Series, pd.DataFrame]]:
    """Return the vacancy of each family of a center, and the best points, as few as hold them."""
    people = problem.households
    others = ~people["household_id"].isin(families)
    reason = people["reason"].mask(others, WAITS).astype("str")
    alone = replace(problem, households=people.assign(reason=reason))
    found = []
    for unit in units_of(alone, set(people.loc[~others, "unit"])):
        groups = np.arange(len(unit.cases))
        whose, lon, lat = gather_waiting(unit, groups, 1, rng)
        names = np.array([f"{center}#{one}" for one in range(len(lon))], dtype=object)
        ids = people["household_id"].to_numpy(dtype=object)[unit.households]
        points = pd.DataFrame({"vacancy_id": names, "lon": lon, "lat": lat, "unit": unit.name})
        found.append((pd.Series(names[whose[unit.group_of]], index=ids, dtype=object), points))
    return found
