"""Sites, existing centers and the plan's centers as arrays of one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.fold import fold
from data.verify.columns import NO_ROW, numbers, rows_of, texts
from data.verify.local import local

if TYPE_CHECKING:
    import pandas as pd

    from data.plan import Plan
    from data.problem import Problem
    from data.verify.columns import Numbers, Rows, Texts


@dataclass(frozen=True)
class Places:
    """Sites, existing centers or the plan's centers, shape ``(n_places,)``.

    ``travel_id`` is what the travel file calls a place, ``price`` the km a case of preference and merit,
    ``existing`` whether it stood before the plan; ``site`` the position in the problem's sites. Both are
    `NO_ROW` where there is none.
    """

    ids: Texts
    travel_id: Texts
    unit: Texts
    district: Texts
    province: Texts
    lon: Numbers
    lat: Numbers
    price: Numbers
    min_load: Numbers
    max_load: Numbers
    existing: Rows
    site: Rows


def folded(names: Texts) -> Texts:
    """Return names folded to one spelling, shape ``(n,)``."""
    spelling = {name: fold(name) for name in set(names)}
    return np.array([spelling[name] for name in names], object)


def _sites(problem: Problem) -> Places:
    table, rules = problem.sites, problem.rules
    ids, province = texts(table, "site_id"), texts(table, "province")
    return Places(
        ids=ids,
        travel_id=ids,
        unit=texts(table, "unit"),
        district=folded(texts(table, "district")),
        province=province,
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        price=_price(problem, table),
        min_load=local(rules, province, "min_cases"),
        max_load=local(rules, province, "max_cases"),
        existing=np.full(len(ids), NO_ROW, np.int64),
        site=np.arange(len(ids)),
    )


def _existing(problem: Problem) -> Places:
    table, rules = problem.centers, problem.rules
    ids, province = texts(table, "center_id"), texts(table, "province")
    own = numbers(table, "max_cases")
    return Places(
        ids=ids,
        travel_id=np.where(stood_on(problem) == "", ids, stood_on(problem)),
        unit=texts(table, "unit"),
        district=folded(texts(table, "district")),
        province=province,
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        price=_price(problem, table),
        min_load=local(rules, province, "min_cases"),
        max_load=np.where(np.isfinite(own), own, local(rules, province, "max_cases")),
        existing=np.arange(len(ids)),
        site=np.full(len(ids), NO_ROW, np.int64),
    )


def wished(table: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Return the steps down its applicant's order and the score of sites, or of what stands on them.

    Both are 0 where nothing is known, as of centers that stood before any plan.
    """
    nothing = np.full(len(table), np.nan)
    preference, score = (numbers(table, one) if one in table else nothing for one in ("preference", "score"))
    return np.nan_to_num(preference, nan=1.0) - 1, np.nan_to_num(score)


def _price(problem: Problem, table: pd.DataFrame) -> Numbers:
    rules, province = problem.rules, texts(table, "province")
    step, score = wished(table)
    return local(rules, province, "preference_km") * step - local(rules, province, "merit_km") * score


def stood_on(problem: Problem) -> Texts:
    """Return the site of each existing center, empty where it stands on none, shape ``(n_centers,)``."""
    return _if_there(problem.centers, "site_id")


def run_by(problem: Problem) -> Texts:
    """Return the applicant of each existing center, empty where it has none, shape ``(n_centers,)``."""
    return _if_there(problem.centers, "applicant_id")


def _if_there(table: pd.DataFrame, column: str) -> Texts:
    """Return a column that older casebooks do not have."""
    return texts(table, column) if column in table else np.full(len(table), "", object)


def options_of(problem: Problem) -> Places:
    """Return eligible sites of who runs no center yet, then existing centers."""
    sites = problem.sites
    eligible = (texts(sites, "ineligible") == "") & (texts(sites, "use") != "forbidden")
    for column, taken in (("site_id", stood_on(problem)), ("applicant_id", run_by(problem))):
        eligible &= ~np.isin(texts(sites, column).astype(str), taken[taken != ""].astype(str))
    return _stacked(_taken(_sites(problem), np.flatnonzero(eligible)), _existing(problem))


def centers_of(problem: Problem, plan: Plan) -> Places:
    """Return the plan's centers as the problem knows them; by their own columns where it does not."""
    table, rules = plan.centers, problem.rules
    ids, site_ids = texts(table, "center_id"), texts(table, "site_id")
    new = texts(table, "status") != "existing"
    province = texts(table, "province")
    stated = Places(
        ids=ids,
        travel_id=np.where(site_ids == "", ids, site_ids),
        unit=texts(table, "unit"),
        district=folded(texts(table, "district")),
        province=province,
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        price=np.zeros(len(ids)),
        min_load=local(rules, province, "min_cases"),
        max_load=local(rules, province, "max_cases"),
        existing=np.full(len(ids), NO_ROW, np.int64),
        site=np.full(len(ids), NO_ROW, np.int64),
    )
    known = _stacked(_stacked(_sites(problem), _existing(problem)), stated)
    site = np.where(new, rows_of(texts(problem.sites, "site_id"), site_ids), NO_ROW)
    existing = np.where(new, NO_ROW, rows_of(texts(problem.centers, "center_id"), ids))
    first_existing, first_stated = len(problem.sites), len(problem.sites) + len(problem.centers)
    at = np.where(site >= 0, site, np.where(existing >= 0, first_existing + existing, NO_ROW))
    taken = _taken(known, np.where(at >= 0, at, first_stated + np.arange(len(ids))))
    return _named(taken, ids)


def _taken(places: Places, at: Rows) -> Places:
    return Places(**{name: values[at] for name, values in vars(places).items()})


def _stacked(above: Places, below: Places) -> Places:
    return Places(
        **{name: np.concatenate([values, vars(below)[name]]) for name, values in vars(above).items()}
    )


def _named(places: Places, ids: Texts) -> Places:
    return Places(**{**vars(places), "ids": ids})
