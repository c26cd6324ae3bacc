"""The cheapest plan of a tiny problem, by trying every set of sites and every assignment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from data.geodesy import geodesic_km

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from data.problem import Problem


@dataclass(frozen=True)
class Option:
    """A set of sites that one unit may open, the least it costs, and the most that a case served pays."""

    applicants: frozenset[str]
    km: float
    dearest_km: float


def cheapest(problem: Problem, planned: dict[str, int]) -> float:
    """The least objective of all plans with at most so many centers in each unit.

    Everybody is served where that costs nobody more than waiting; else whoever likes may wait.
    """
    served = _best(problem, planned, may_wait=False)
    if served.dearest_km <= problem.rules.vacancy_km:
        return served.km
    return _best(problem, planned, may_wait=True).km


def _best(problem: Problem, planned: dict[str, int], *, may_wait: bool) -> Option:
    units = [list(_options(problem, unit, count, may_wait=may_wait)) for unit, count in planned.items()]
    best = Option(frozenset(), np.inf, np.inf)
    for options in product(*units):
        owners = [name for option in options for name in option.applicants]
        if len(set(owners)) == len(owners):
            km, dearest = sum(one.km for one in options), max(one.dearest_km for one in options)
            best = min(best, Option(frozenset(owners), km, dearest), key=lambda one: one.km)
    return best


def _options(problem: Problem, unit: str, planned: int, *, may_wait: bool) -> Iterator[Option]:
    sites, old = problem.sites, problem.centers[problem.centers["unit"] == unit]
    eligible = sites[sites["ineligible"] == ""]
    able = eligible[eligible["unit"] == unit]
    alone = set(able["applicant_id"]) - set(eligible.loc[eligible["unit"] != unit, "applicant_id"])
    required = set(able.loc[able["use"] == "required", "site_id"])
    people = problem.households[(problem.households["unit"] == unit) & (problem.households["reason"] == "")]
    for count in range(planned - len(old) + 1):
        one_more = (len(old) + count + 1) * problem.rules.min_cases <= people["cases"].sum()
        for rows in combinations(range(len(able)), count):
            opened = able.iloc[list(rows)]
            if opened["applicant_id"].is_unique and required <= set(opened["site_id"]):
                owners = frozenset(opened["applicant_id"])
                # Fewer than the number only where somebody waits for another, or none could open.
                asked = len(old) + count < planned and one_more and bool(alone - owners)
                served_km = _least_km(problem, people, (opened, old), may_wait=False, must_wait=False)[1]
                if asked and served_km <= problem.rules.vacancy_km:
                    # Nobody needs to wait here, so that it is no reason to open fewer.
                    continue
                km, dearest = _least_km(problem, people, (opened, old), may_wait=may_wait, must_wait=asked)
                yield Option(owners, km, dearest)


def _least_km(
    problem: Problem,
    people: pd.DataFrame,
    open_: tuple[pd.DataFrame, pd.DataFrame],
    *,
    may_wait: bool,
    must_wait: bool,
) -> tuple[float, float]:
    rules, (opened, old) = problem.rules, open_
    if not (len(opened) + len(old) or may_wait):
        return np.inf, np.inf
    cost = np.column_stack(
        [_pair_km(problem, people, row, is_site=True) for _, row in opened.iterrows()]
        + [_pair_km(problem, people, row, is_site=False) for _, row in old.iterrows()]
        + [np.where(people["pin"] == "", rules.vacancy_km, np.inf)] * may_wait
    )
    number = np.unique(people["group"], return_inverse=True)[1]
    weight = people["cases"].to_numpy()
    cases = np.bincount(number, weight)
    group_km = np.zeros((len(cases), cost.shape[1]))
    np.add.at(group_km, number, cost * weight[:, None])
    most = np.r_[np.full(len(opened), rules.max_cases), old["max_cases"].to_numpy(int)]
    least = np.minimum(rules.min_cases, most)
    new = len(opened)
    if least[:new].sum() > cases.sum():
        least[:new] = np.minimum(least[:new], cases.sum() // new)
    if least.sum() > cases.sum():
        least[new:] = np.minimum(least[new:], (cases.sum() - least[:new].sum()) // len(old))
    if may_wait:
        least, most = np.r_[least, 0], np.r_[most, cases.sum()]
    ways = np.array(list(product(range(cost.shape[1]), repeat=len(cases))))
    each = group_km[np.arange(len(cases)), ways]
    km = each.sum(axis=1)
    for center, (low, high) in enumerate(zip(least, most, strict=True)):
        load = (ways == center) @ cases
        km[(load < low) | (load > high)] = np.inf
    if must_wait:
        km[(ways != len(most) - may_wait).all(axis=1)] = np.inf
    best = int(km.argmin())
    return float(km[best]), float((each[best] / cases).max()) if np.isfinite(km[best]) else np.inf


def _pair_km(problem: Problem, people: pd.DataFrame, at: pd.Series, *, is_site: bool) -> np.ndarray:
    rules, many = problem.rules, len(people)
    km = geodesic_km(people["lon"], people["lat"], np.full(many, at["lon"]), np.full(many, at["lat"]))
    km = np.round(km * np.where(people["area"] == "rural", rules.detour_rural, rules.detour_urban), 3)
    km[km > rules.max_km] = np.inf
    km[(people["pin"] != "") & (people["pin"] != at["site_id" if is_site else "center_id"])] = np.inf
    if is_site:
        km = km + rules.preference_km * (at["preference"] - 1) - rules.merit_km * at["score"]
    crosses = (people["district"] != "") & (at["district"] != "") & (people["district"] != at["district"])
    return np.asarray(km + rules.cross_district_km * crosses)
