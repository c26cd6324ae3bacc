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
    """A set of sites that one unit may open, and the least it costs to serve everyone from there."""

    applicants: frozenset[str]
    km: float


def cheapest(problem: Problem, planned: dict[str, int]) -> float:
    """The least objective of all plans with at most so many centers in each unit, vacancies for the rest."""
    units = [list(_options(problem, unit, count)) for unit, count in planned.items()]
    best = np.inf
    for options in product(*units):
        owners = [name for option in options for name in option.applicants]
        if len(set(owners)) == len(owners):
            best = min(best, sum(option.km for option in options))
    return float(best)


def _options(problem: Problem, unit: str, planned: int) -> Iterator[Option]:
    sites, old = problem.sites, problem.centers[problem.centers["unit"] == unit]
    able = sites[(sites["unit"] == unit) & (sites["ineligible"] == "")]
    required = set(able.loc[able["use"] == "required", "site_id"])
    for count in range(planned - len(old) + 1):
        for rows in combinations(range(len(able)), count):
            opened = able.iloc[list(rows)]
            if opened["applicant_id"].is_unique and required <= set(opened["site_id"]):
                km = _least_km(problem, unit, opened, old, vacant=planned - len(old) - count)
                yield Option(frozenset(opened["applicant_id"]), km)


def _least_km(problem: Problem, unit: str, opened: pd.DataFrame, old: pd.DataFrame, *, vacant: int) -> float:
    rules, households = problem.rules, problem.households
    people = households[(households["unit"] == unit) & (households["reason"] == "")]
    cost = np.column_stack(
        [_pair_km(problem, people, row, is_site=True) for _, row in opened.iterrows()]
        + [_pair_km(problem, people, row, is_site=False) for _, row in old.iterrows()]
        + [np.where(people["pin"] == "", rules.vacancy_km, np.inf)] * (vacant > 0)
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
    if vacant:
        least, most = np.r_[least, 0], np.r_[most, vacant * rules.max_cases]
    ways = np.array(list(product(range(cost.shape[1]), repeat=len(cases))))
    if not ways.size:
        return np.inf
    km = group_km[np.arange(len(cases)), ways].sum(axis=1)
    for center, (low, high) in enumerate(zip(least, most, strict=True)):
        load = (ways == center) @ cases
        km[(load < low) | (load > high)] = np.inf
    return float(km.min())


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
