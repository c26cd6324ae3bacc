"""One unit as arrays: groups of households, facilities that may serve them, and what each pair costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.facilities import Facilities, district_numbers, facilities_of
from allocation.ways import measured_km, straight_km
from data.fairness import counts_far, far_extra_km, reach_km, rural
from data.given import given_kind
from data.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from data.rules import Rules

BLOCK_PAIRS = 1_000_000
NOT_ROUNDED_KM = 0.0006
"""What rounding to a metre can take off a distance, and the error of the quick formula."""


@dataclass(frozen=True)
class Unit:
    """What a catchment may not leave, ready to solve.

    Groups are the households that stay together; a group stands at one spot, or at several where a rural
    place stays together.

    Attributes
    ----------
    name : str
        As in the tables.
    rules : Rules
        In force here.
    households : ndarray of int, shape (n_households,)
        Rows of ``problem.households``.
    group_of : ndarray of int, shape (n_households,)
        Group of each household, 0-based within the unit.
    cases : ndarray of int, shape (n_groups,)
        Cases of each group.
    spot_of : ndarray of int, shape (n_households,)
        Spot of each household.
    spot_group, spot_cases : ndarray, shape (n_spots,)
        Group and cases of each spot, in the order of the groups.
    lon, lat, detour, district : ndarray, shape (n_spots,)
        Where a spot is, its detour factor, and the number of its district (-1 unknown).
    rural : ndarray of bool, shape (n_spots,)
        Whether rural households live there.
    pin : ndarray of object, shape (n_groups,)
        Site or center the group is pinned to; empty without a pin.
    facilities : Facilities
        What may serve it.
    travel : DataFrame or None
        ``spot``, ``site_id``, ``km`` of this unit where travel was measured.
    """

    name: str
    rules: Rules
    households: NDArray[np.int64]
    group_of: NDArray[np.int64]
    cases: NDArray[np.int64]
    spot_of: NDArray[np.int64]
    spot_group: NDArray[np.int64]
    spot_cases: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    detour: NDArray[np.float64]
    district: NDArray[np.int64]
    rural: NDArray[np.bool_]
    pin: NDArray[np.object_]
    facilities: Facilities
    travel: pd.DataFrame | None = None

    @property
    def total(self) -> int:
        """Cases of the unit."""
        return int(self.cases.sum())

    def cost_km(self, which: NDArray[np.int64] | None = None, *, exact: bool = False) -> NDArray[np.float64]:
        """Return what one case of each group costs at each facility: travel and prices, shape (n_groups, m).

        Parameters
        ----------
        which : ndarray of int, optional
            Facilities asked for; all unless told.
        exact : bool
            Kilometres as they are published (WGS84 geodesic, 3 decimals) and 64-bit; else to the millimetre
            and 32-bit, five times as fast.

        Returns
        -------
        ndarray
            Infinite where a pair may not be used: beyond the longest way, not in the travel table, pinned
            elsewhere.
        """
        facilities = self.facilities
        which = np.arange(len(facilities)) if which is None else which
        cost = np.empty((len(self.cases), len(which)), dtype=np.float64 if exact else np.float32)
        measured = measured_km(self, which)
        # A pair that its published kilometres allow must not be missing where they are not rounded.
        limit_km = reach_km(self.rules, self.rural)[:, None]
        limit_km = limit_km + (0.0 if exact or measured is not None else NOT_ROUNDED_KM)
        counts = counts_far(self.rules)
        ends = np.flatnonzero(np.diff(self.spot_group, append=self.spot_group[-1:] + 1)) + 1
        step = max(1, BLOCK_PAIRS // max(len(which), 1))
        first_group = first_spot = 0
        while first_group < len(self.cases):
            last_group = min(first_group + step, len(self.cases))
            last_spot = int(ends[last_group - 1])
            spots = slice(first_spot, last_spot)
            block = (
                straight_km(self, spots, which, exact=exact) if measured is None else measured[spots].copy()
            )
            block[block > limit_km[spots]] = np.inf
            if counts:
                block += far_extra_km(self.rules, block, self.rural[spots, None])
            block += facilities.price_km[which]
            if self.rules.cross_district_km:
                own, theirs = self.district[spots, None], facilities.district[None, which]
                block += self.rules.cross_district_km * ((own >= 0) & (theirs >= 0) & (own != theirs))
            if last_spot - first_spot > last_group - first_group:
                starts = np.r_[first_spot, ends[first_group : last_group - 1]] - first_spot
                block = np.add.reduceat(block * self.spot_cases[spots, None], starts, axis=0)
                block /= self.cases[first_group:last_group, None]
            cost[first_group:last_group] = block
            first_group, first_spot = last_group, last_spot
        for group in np.flatnonzero(self.pin != ""):
            cost[group, facilities.id[which] != self.pin[group]] = np.inf
        return cost


def largest_center(rules: Rules, facilities: Facilities) -> int:
    """Return the most cases that a center of a unit may serve, one that stands or one that may open."""
    return max(rules.max_cases, int(facilities.max_cases.max(initial=0)))


def units_of(problem: Problem, only: Collection[str] | None = None) -> list[Unit]:
    """Split a problem into its units, in the order of their names.

    Every unit with a household to be served is there, and every one with an existing center. A group larger
    than any facility of its unit comes apart into its households.

    Parameters
    ----------
    problem : Problem
        The problem.
    only : collection of str, optional
        Names of the units that are wanted; all unless told.

    Returns
    -------
    list of Unit
        In the order of their names.

    Examples
    --------
    >>> from allocation import units_of
    >>> from data import demo_problem
    >>> [unit.total > 0 for unit in units_of(demo_problem("lorestan", scale=0.02))]
    [True]
    """
    given_kind(problem, Problem, "problem")
    served = problem.households[problem.households["reason"] == ""]
    names = sorted({*served["unit"].unique(), *problem.centers["unit"].unique()} - {""})
    if only is not None:
        names = [name for name in names if name in only]
        served = served[served["unit"].isin(names)]
    applicants = {name: number for number, name in enumerate(dict.fromkeys(problem.sites["applicant_id"]))}
    districts = district_numbers(problem)
    by_unit = dict(list(served.groupby("unit", sort=False)))
    units = []
    for name in names:
        rows = by_unit.get(name, served.iloc[:0])
        facilities = facilities_of(problem, name, applicants, districts)
        group = pd.factorize(rows["group"])[0].astype(np.int64)
        size = np.bincount(group, weights=rows["cases"])[group] if len(rows) else np.empty(0)
        most = largest_center(problem.rules, facilities)
        units.append(_unit(problem, name, rows, _parted(group, size > most), facilities))
    return units


def spots_apart(unit: Unit) -> Unit:
    """Return the unit with every spot a group of its own."""
    return replace(
        unit,
        group_of=unit.spot_of,
        cases=unit.spot_cases,
        spot_group=np.arange(len(unit.spot_group)),
        pin=unit.pin[unit.spot_group],
    )


def subset(unit: Unit, groups: NDArray[np.int64]) -> Unit:
    """Return the unit with some of its groups alone."""
    number = np.full(len(unit.cases), -1)
    number[groups] = np.arange(groups.size)
    spots = number[unit.spot_group] >= 0
    members = number[unit.group_of] >= 0
    spot_number = np.cumsum(spots) - 1
    return replace(
        unit,
        households=unit.households[members],
        group_of=number[unit.group_of[members]],
        cases=unit.cases[groups],
        spot_of=spot_number[unit.spot_of[members]],
        spot_group=number[unit.spot_group[spots]],
        spot_cases=unit.spot_cases[spots],
        lon=unit.lon[spots],
        lat=unit.lat[spots],
        detour=unit.detour[spots],
        district=unit.district[spots],
        rural=unit.rural[spots],
        pin=unit.pin[groups],
        travel=None,
    )


def part_groups(problem: Problem, unit: Unit, groups: NDArray[np.int64]) -> Unit:
    """Return the unit with each of the given groups parted into its households."""
    return regroup(problem, unit, _parted(unit.group_of, np.isin(unit.group_of, groups)))


def regroup(problem: Problem, unit: Unit, group: NDArray[np.int64]) -> Unit:
    """Return the unit with other groups.

    Parameters
    ----------
    problem : Problem
        Of the unit.
    unit : Unit
        The unit.
    group : ndarray of int, shape (n_households,)
        Number of each household's group, numbered in the order of their first household.
    """
    return _unit(problem, unit.name, problem.households.iloc[unit.households], group, unit.facilities)


def _parted(group: NDArray[np.int64], parted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Renumber groups in the order of their first row, every row of a parted one by itself."""
    own = np.where(parted, group.max(initial=-1) + 1 + np.arange(len(group)), group)
    return pd.factorize(own)[0].astype(np.int64)


def _unit(
    problem: Problem, name: str, table: pd.DataFrame, group: NDArray[np.int64], facilities: Facilities
) -> Unit:
    rules = problem.rules
    districts = district_numbers(problem)
    cases = table["cases"].to_numpy(dtype=np.int64)
    told, names = pd.factorize(table["district"])
    frame = pd.DataFrame(
        {
            "group": group,
            "lon": table["lon"].to_numpy(),
            "lat": table["lat"].to_numpy(),
            "detour": np.where(table["area"] == "rural", rules.detour_rural, rules.detour_urban),
            "district": np.array([districts[one] for one in names], dtype=np.int64)[told],
            "rural": rural(table),
        }
    )
    if problem.travel is not None:
        frame["household"] = table["household_id"].to_numpy()
    spot = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
    first = np.unique(spot, return_index=True)[1]
    order = first[np.argsort(group[first], kind="stable")]
    rank = np.empty(len(first), dtype=np.int64)
    rank[spot[order]] = np.arange(len(order))
    travel = None
    if problem.travel is not None:
        at = pd.Series(rank[spot], index=table["household_id"])
        travel = problem.travel[problem.travel["household_id"].isin(at.index)]
        travel = travel.assign(spot=at.loc[travel["household_id"]].to_numpy())
    n_groups = int(group.max(initial=-1)) + 1
    pin = np.full(n_groups, "", dtype=object)
    pin[group] = table["pin"].to_numpy(dtype=object)
    return Unit(
        name=name,
        rules=rules,
        households=table.index.to_numpy(),
        group_of=group,
        cases=np.bincount(group, weights=cases, minlength=n_groups).astype(np.int64),
        spot_of=rank[spot],
        spot_group=group[order],
        spot_cases=np.bincount(rank[spot], weights=cases, minlength=len(order)).astype(np.int64),
        lon=frame["lon"].to_numpy()[order],
        lat=frame["lat"].to_numpy()[order],
        detour=frame["detour"].to_numpy()[order],
        district=frame["district"].to_numpy()[order],
        rural=frame["rural"].to_numpy()[order],
        pin=pin,
        facilities=facilities,
        travel=travel,
    )
