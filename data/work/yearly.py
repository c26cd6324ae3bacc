"""What a network costs a year by rates, and what more centers would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.work.invoices import LINE_COLUMNS
from data.work.months import months_of
from data.work.planned import planned_bill
from data.work.whereabouts import BEGINNING, Whereabouts

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.work.rates import Rates
    from data.work.tariffs import Tariffs

_BY = ["center_id", "contract", "item", "unit", "place", "tariff", "unit_amount"]


@dataclass(frozen=True)
class OneMore:
    """What one more center of a place costs a year.

    Attributes
    ----------
    place : str
        ``metropolis`` or ``other``.
    same_cases : int
        Toman, where its families are those that others served: what is paid for the center itself.
    full : int
        Toman, where it is full of families that nobody served.
    """

    place: str
    same_cases: int
    full: int


def standing(problem: Problem, plan: Plan) -> Whereabouts:
    """Return a plan as if it had always stood."""
    served, centers, people = plan.assignments, plan.centers, problem.households
    homes = pd.DataFrame(
        {
            "household_id": served["household_id"].astype(str).to_numpy(object),
            "since": BEGINNING,
            "center_id": served["center_id"].astype(str).to_numpy(object),
            "cases": served["cases"].to_numpy(np.int64),
        }
    )
    about = centers.set_index("center_id")[["name", "province", "county"]].fillna("").astype(str)
    ids = centers["center_id"].astype(str).to_numpy(object)
    there = pd.DataFrame({"center_id": ids, "since": BEGINNING, "open": True})
    status = people["status"] if "status" in people else pd.Series("", index=people.index)
    return Whereabouts(
        homes.sort_values("household_id", ignore_index=True),
        there.sort_values("center_id", ignore_index=True),
        about.sort_index(),
        pd.Series(
            status.fillna("").astype(str).to_numpy(object), index=people["household_id"].astype(str)
        ).sort_index(),
    )


def year_lines(where: Whereabouts, tariffs: Tariffs, rates: Rates, year: int) -> pd.DataFrame:
    """Return what centers would be paid for a Jalali year, the lines of its months added up.

    Parameters
    ----------
    where : Whereabouts
        Who is where all the year.
    tariffs, rates
        As `data.work.planned.planned_bill`.
    year : int
        As 1400.

    Returns
    -------
    DataFrame
        ``center_id``, ``contract``, ``item``, ``unit``, ``place``, ``tariff``, ``unit_amount``, ``quantity``,
        ``amount`` (toman).

    Raises
    ------
    SitingError
        As `data.work.invoices.served_in`, of any month.
    """
    bills = [planned_bill(where, tariffs, rates, month).lines for month in months_of(year)]
    every = pd.concat([one for one in bills if len(one)] or [pd.DataFrame(columns=list(LINE_COLUMNS))])
    sums = every.groupby(_BY, sort=True)[["quantity", "amount"]].sum()
    return sums.reset_index().astype({"quantity": "int64", "amount": "int64"})


def one_more(where: Whereabouts, tariffs: Tariffs, rates: Rates, year: int) -> list[OneMore]:
    """Return what one more center costs a year in each place that a network has centers in.

    Parameters
    ----------
    where, tariffs, rates, year
        As `year_lines`; the center is full where it has ``full_cases`` of the rates, one a home, of the
        tariffs' first contract.
    """
    found = []
    places = {
        tariffs.place_of(str(province), str(county)): (province, county)
        for province, county in where.about[["province", "county"]].itertuples(index=False)
    }
    for place in sorted(places):
        lines = year_lines(_full(*places[place], cases=rates.full_cases), tariffs, rates, year)
        own = lines[lines["unit"] == "center_month"]
        found.append(OneMore(place, int(own["amount"].sum()), int(lines["amount"].sum())))
    return found


def _full(province: object, county: object, *, cases: int) -> Whereabouts:
    ids = [str(number) for number in range(cases)]
    homes = pd.DataFrame({"household_id": ids, "since": BEGINNING, "center_id": "C", "cases": 1})
    return Whereabouts(
        homes.sort_values("household_id", ignore_index=True),
        pd.DataFrame({"center_id": ["C"], "since": [BEGINNING], "open": [True]}),
        pd.DataFrame({"name": [""], "province": [province], "county": [county]}, index=["C"]),
        pd.Series("", index=sorted(ids), dtype=object),
    )
