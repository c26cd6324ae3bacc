"""A unit of a version: who is served together, by which center, and what there was to keep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.facilities import NO_APPLICANT, Facilities
from allocation.serving import NOBODY, VACANT
from allocation.unit import regroup, spots_apart, units_of
from data.fairness import without_limit
from data.plan import HELD
from siting.explain.stood import Stood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.unit import Unit
    from data.plan import Plan
    from data.problem import Problem


def stood_of(problem: Problem, plan: Plan, name: str) -> Stood | None:
    """Return a unit as a version left it; None where nobody is to be served and no center stands.

    Without the families of a place that was given up: they wait for the next call, whatever room there is.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    name : str
        The unit.
    """
    own = _weighed(_narrowed(problem, name), plan)
    units = units_of(own)
    if not units:
        return None
    unit, open_, ids = _opened(units[0], plan.centers[plan.centers["unit"] == name])
    people = own.households.iloc[unit.households]
    serves = plan.assignments.set_index("household_id")["center_id"].reindex(people["household_id"])
    where = pd.Index(ids).get_indexer(pd.Index(serves))
    waits = people["household_id"].isin(
        plan.unassigned.loc[plan.unassigned["reason"] == "vacancy", "household_id"]
    )
    part = pd.DataFrame({"group": unit.group_of, "where": where, "waits": waits.to_numpy()})
    number = part.groupby(list(part.columns), sort=False).ngroup().to_numpy().astype(np.int64)
    parted = regroup(own, unit, number)
    first = np.unique(number, return_index=True)[1]
    at = np.where(where[first] >= 0, np.append(open_, -1)[where[first]], NOBODY)
    at = np.where(waits.to_numpy()[first], VACANT, at).astype(np.int64)
    transfers = bool(plan.provenance.get("rebalancing"))
    had, today = _today(people, parted, ids, transfers=transfers)
    patient = len(problem.sites) > 0 and bool(((at < 0) & (parted.pin == "")).any())
    waits_too = np.asarray(patient & (parted.pin == "") & (today.sum(axis=1) == 0))
    return Stood(parted, open_, ids, at, had, today, waits_too, transfers)


def kilometres(unit: Unit, which: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the plain kilometres of each spot to facilities, without rule or price, shape (n_spots, m).

    Infinite only for pairs that a travel table does not have.
    """
    rules = replace(without_limit(unit.rules), fairness="beyond", far_weight=0.0, cross_district_km=0.0)
    facilities = replace(unit.facilities, price_km=np.zeros(len(unit.facilities)))
    plain = replace(unit, rules=rules, facilities=facilities, pin=np.full(len(unit.cases), "", dtype=object))
    return spots_apart(plain).cost_km(which, exact=True)


def _narrowed(problem: Problem, name: str) -> Problem:
    """Return the problem of one unit; who runs a center may be asked about the other sites of theirs."""

    def own(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["unit"] == name].reset_index(drop=True)

    centers = own(problem.centers).assign(applicant_id="")
    if "site_id" not in centers:
        # A casebook of before, whose centers all stood before any plan.
        centers = centers.assign(site_id="")
    return replace(problem, households=own(problem.households), sites=own(problem.sites), centers=centers)


def _weighed(problem: Problem, plan: Plan) -> Problem:
    left = plan.unassigned
    held = left.loc[left["vacancy_id"].isin(plan.provenance.get(HELD, ())), "household_id"]
    if held.empty:
        return problem
    waits = problem.households["household_id"].isin(held)
    reason = problem.households["reason"].mask(waits, "vacancy").astype("str")
    return replace(problem, households=problem.households.assign(reason=reason))


def _opened(unit: Unit, centers: pd.DataFrame) -> tuple[Unit, NDArray[np.int64], NDArray[np.object_]]:
    """Return the unit with a plan's centers among its facilities, those that are open, and their ids."""
    ids = centers["center_id"].to_numpy(dtype=object)
    existing = (centers["status"] == "existing").to_numpy()
    names = np.where(existing, ids, centers["site_id"].to_numpy(dtype=object))
    kept = unit.facilities
    points = centers[names == ""]
    at = {
        (name, bool(stands)): number
        for number, (name, stands) in enumerate(zip(kept.id, kept.existing, strict=True))
    }
    new = iter(range(len(kept), len(kept) + len(points)))
    open_ = np.array(
        [at[name, bool(stands)] if name else next(new) for name, stands in zip(names, existing, strict=True)],
        dtype=np.int64,
    )
    return replace(unit, facilities=_with_points(kept, points)), open_, ids


def _with_points(kept: Facilities, points: pd.DataFrame) -> Facilities:
    """Return facilities with points that a plan proposed where no sites were given."""
    count = len(points)
    if not count:
        return kept
    none = np.full(count, "", dtype=object)
    return Facilities(
        id=np.append(kept.id, none),
        travel_id=np.append(kept.travel_id, none),
        row=np.append(kept.row, np.full(count, -1)),
        existing=np.append(kept.existing, np.zeros(count, bool)),
        fixed=np.append(kept.fixed, np.zeros(count, bool)),
        applicant=np.append(kept.applicant, np.full(count, NO_APPLICANT)),
        lon=np.append(kept.lon, points["lon"].to_numpy(dtype=float)),
        lat=np.append(kept.lat, points["lat"].to_numpy(dtype=float)),
        price_km=np.append(kept.price_km, np.zeros(count)),
        max_cases=np.append(kept.max_cases, points["max_cases"].to_numpy(dtype=np.int64)),
        district=np.append(kept.district, np.full(count, -1)),
    )


def _today(
    people: pd.DataFrame, unit: Unit, ids: NDArray[np.object_], *, transfers: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cases of each group that had a center before, and of each center that is open."""
    cases = people["cases"].to_numpy(dtype=np.int64)
    today = np.zeros((len(unit.cases), len(ids)), dtype=np.int64)
    had = np.zeros(len(unit.cases), dtype=np.int64)
    if transfers:
        before = people["center_id"].to_numpy(dtype=object)
        np.add.at(had, unit.group_of, cases * (before != ""))
        position = pd.Index(ids).get_indexer(pd.Index(before))
        kept = np.flatnonzero(position >= 0)
        np.add.at(today, (unit.group_of[kept], position[kept]), cases[kept])
    return had, today
