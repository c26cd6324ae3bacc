"""Points that may serve a unit, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from data.fold import fold

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from data.problem import Problem
    from data.rules import Rules

NO_APPLICANT = -1


@dataclass(frozen=True)
class Facilities:
    """Points that may serve a unit: its existing centers first, then its eligible sites.

    Attributes
    ----------
    id : ndarray of str, shape (m,)
        ``center_id`` of an existing center, ``site_id`` of a site.
    travel_id : ndarray of str, shape (m,)
        What a travel file calls it: ``site_id`` of a center that stands on a site too.
    row : ndarray of int, shape (m,)
        Row in ``problem.centers`` (existing) or ``problem.sites``.
    existing, fixed : ndarray of bool, shape (m,)
        Whether it is an existing center; whether it must be open (existing or required).
    applicant : ndarray of int, shape (m,)
        Number of the applicant over the whole problem, `NO_APPLICANT` for existing centers.
    lon, lat : ndarray of float, shape (m,)
        Degrees.
    price_km : ndarray of float, shape (m,)
        Price of serving one case there, beside travel, km; that of a center is of the site it stands on.
    max_cases : ndarray of int, shape (m,)
        Most cases it may serve.
    district : ndarray of int, shape (m,)
        Number of its district, -1 where unknown.
    """

    id: NDArray[np.object_]
    travel_id: NDArray[np.object_]
    row: NDArray[np.int64]
    existing: NDArray[np.bool_]
    fixed: NDArray[np.bool_]
    applicant: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    price_km: NDArray[np.float64]
    max_cases: NDArray[np.int64]
    district: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.id)

    def none(self) -> Facilities:
        """Return none of them."""
        return Facilities(*(getattr(self, one.name)[:0] for one in fields(self)))


def facilities_of(
    problem: Problem, unit: str, applicants: dict[str, int], districts: dict[str, int]
) -> Facilities:
    """Return the existing centers and the eligible sites of a unit.

    A site that a center stands on is none to choose from, nor is any other of who runs a center.

    Parameters
    ----------
    problem : Problem
        All of them.
    unit : str
        Name of the unit.
    applicants, districts : dict of str to int
        Numbers of applicants and of districts over the whole problem.
    """
    rules = problem.rules
    centers = np.flatnonzero(problem.centers["unit"] == unit)
    taken = problem.sites["site_id"].isin(set(problem.centers["site_id"]) - {""})
    taken |= problem.sites["applicant_id"].isin(set(problem.centers["applicant_id"]) - {""})
    sites = np.flatnonzero((problem.sites["unit"] == unit) & (problem.sites["ineligible"] == "") & ~taken)
    old, new = problem.centers.iloc[centers], problem.sites.iloc[sites]
    ids = np.concatenate([old["center_id"].to_numpy(dtype=object), new["site_id"].to_numpy(dtype=object)])
    on_site = np.concatenate([old["site_id"].to_numpy(dtype=object), new["site_id"].to_numpy(dtype=object)])
    return Facilities(
        id=ids,
        travel_id=np.where(on_site == "", ids, on_site),
        row=np.concatenate([centers, sites]),
        existing=np.r_[np.ones(len(old), bool), np.zeros(len(new), bool)],
        fixed=np.r_[np.ones(len(old), bool), (new["use"] == "required").to_numpy(dtype=bool)],
        applicant=np.r_[
            np.full(len(old), NO_APPLICANT), [applicants[one] for one in new["applicant_id"]]
        ].astype(np.int64),
        lon=np.r_[old["lon"].to_numpy(dtype=float), new["lon"].to_numpy(dtype=float)],
        lat=np.r_[old["lat"].to_numpy(dtype=float), new["lat"].to_numpy(dtype=float)],
        price_km=np.r_[_price_km(old, rules), _price_km(new, rules)],
        max_cases=np.r_[old["max_cases"].to_numpy(dtype=np.int64), np.full(len(new), rules.max_cases)].astype(
            np.int64
        ),
        district=np.array([districts[one] for one in [*old["district"], *new["district"]]], dtype=np.int64),
    )


def _price_km(places: pd.DataFrame, rules: Rules) -> NDArray[np.float64]:
    """Return what a case costs at sites, or at centers for the site that each was founded on, km."""
    preference = _given(places, "preference", 1.0)
    return rules.preference_km * (preference - 1) - rules.merit_km * _given(places, "score", 0.0)


def _given(places: pd.DataFrame, column: str, default: float) -> NDArray[np.float64]:
    # Centers of an older casebook do not tell on which site they were founded.
    if column not in places:
        return np.full(len(places), default)
    return np.asarray(places[column].astype("Float64").fillna(default), dtype=np.float64)


def district_numbers(problem: Problem) -> dict[str, int]:
    """Return a number for each district name; spellings that fold to one share it, no name has -1."""
    names = {
        *problem.households["district"].unique(),
        *problem.sites["district"].unique(),
        *problem.centers["district"].unique(),
    }
    keys = {fold(name): number for number, name in enumerate(sorted(names))}
    return {name: -1 if name == "" else keys[fold(name)] for name in names}
