"""Why a household is served where it is, and not nearer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.serving import NOBODY
from data.fairness import reaching
from data.fold import fold
from data.geodesy import KM_DECIMALS, geodesic_km
from data.plan import HELD
from siting.explain.nearer import NOWHERE, Group, Nearer, nearer
from siting.explain.places import Places, places_needed
from siting.explain.shown import Explained
from siting.explain.version import kilometres, stood_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from siting.explain.stood import Again, Stood

SHOWN_NEARER = 8
"""Nearer centers that are tried."""
SHOWN_ACROSS = 3
SHOWN_UNSERVED = 3
"""Centers that are tried for who has none."""
NOT_TO_PLAN = ("no_location", "outside_boundaries", "not_in_phase")


@dataclass(frozen=True)
class Across:
    """A nearer center that the household may not go to: it serves another unit."""

    center_id: str
    unit: str
    km: float


@dataclass(frozen=True, repr=False)
class HouseholdFacts(Explained):
    """What is to be said of a household.

    Attributes
    ----------
    household_id, unit : str
        The household, and what its center may not leave.
    cases : int
        Its cases.
    together : int
        Households besides it that the rules keep with it.
    center_id : str or None
        Its center.
    km : float or None
        To its center.
    rank : int or None
        1 for the nearest open center of the unit.
    open_centers : int
        Centers of the unit.
    reason : str
        Why nobody serves it; empty for who is served.
    vacancy_km, lacking : float or None, int
        What waiting counts for, where it waits; cases of the unit without a place, where there is none.
    nearer : tuple of Nearer
        By distance, those that were tried.
    n_nearer : int
        Nearer centers of the unit.
    across : tuple of Across
        By distance.
    places : Places or None
        Places that the nearest center that is full would need.
    needed_max_km : float or None
        Longest way from which on somebody reaches it, for who is too far from all.
    served_then : bool or None
        Whether it is served under that rule, all else as it is.
    """

    household_id: str
    unit: str
    cases: int
    together: int
    center_id: str | None
    km: float | None
    rank: int | None
    open_centers: int
    reason: str
    vacancy_km: float | None = None
    lacking: int = 0
    nearer: tuple[Nearer, ...] = ()
    n_nearer: int = 0
    across: tuple[Across, ...] = ()
    places: Places | None = None
    needed_max_km: float | None = None
    served_then: bool | None = None


def explain_household(problem: Problem, plan: Plan, household_id: str) -> HouseholdFacts:
    """Say why a household has its center and not a nearer one, or why it has none.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    household_id : str
        A household of the problem.

    Returns
    -------
    HouseholdFacts
        It names no other household.
    """
    person = problem.households.set_index("household_id").loc[household_id]
    left = plan.unassigned.set_index("household_id")["reason"]
    reason = str(left.get(household_id, ""))
    facts = HouseholdFacts(
        household_id, str(person["unit"]), int(person["cases"]), 0, None, None, None, 0, reason
    )
    held = plan.unassigned["vacancy_id"].isin(plan.provenance.get(HELD, ()))
    is_held = bool((plan.unassigned.loc[held, "household_id"] == household_id).any())
    stood = None if is_held or reason in NOT_TO_PLAN else stood_of(problem, plan, facts.unit)
    if stood is None:
        return facts
    own = problem.households[problem.households["unit"] == facts.unit].reset_index(drop=True)
    ids = own["household_id"].to_numpy(dtype=object)[stood.unit.households]
    return _Asked(problem, plan, stood, int(np.flatnonzero(ids == household_id)[0]), facts).told(person)


@dataclass(frozen=True)
class _Asked:
    problem: Problem
    plan: Plan
    stood: Stood
    row: int
    facts: HouseholdFacts

    @property
    def group(self) -> int:
        return int(self.stood.unit.group_of[self.row])

    def told(self, person: pd.Series) -> HouseholdFacts:
        stood = self.stood
        spot_km = kilometres(stood.unit, stood.open)
        group = Group.of(stood, self.group, spot_km)
        km, own = spot_km[stood.unit.spot_of[self.row]], group.own
        own_km = np.inf if own == NOWHERE else float(km[own])
        ahead = np.flatnonzero((km < own_km) & (np.arange(len(km)) != own))
        ahead = ahead[np.argsort(km[ahead], kind="stable")]
        tried = [
            nearer(group, one, float(km[one]), self._furthest_km(one, spot_km))
            for one in ahead[: SHOWN_UNSERVED if own == NOWHERE else SHOWN_NEARER].tolist()
        ]
        facts = replace(
            self.facts,
            together=int(np.count_nonzero(stood.unit.group_of == self.group)) - 1,
            open_centers=len(stood.open),
            nearer=tuple(tried),
            n_nearer=len(ahead),
            across=tuple(self._across(person, min(own_km, km.min(initial=np.inf)))),
            places=self._places(group, tried),
        )
        if own == NOWHERE:
            return self._unserved(facts, spot_km)
        return replace(facts, center_id=str(stood.center_id[own]), km=own_km, rank=len(ahead) + 1)

    def _furthest_km(self, at: int, spot_km: NDArray[np.float64]) -> float | None:
        served = self.stood.center[self.stood.unit.spot_group] == self.stood.open[at]
        return float(spot_km[served, at].max()) if served.any() else None

    def _across(self, person: pd.Series, own_km: float) -> list[Across]:
        """Return the nearest centers of other units that are nearer than any the household may go to."""
        others = self.plan.centers[self.plan.centers["unit"] != self.facts.unit]
        if self.problem.travel is not None or others.empty:
            return []
        rules = self.problem.rules
        detour = rules.detour_rural if fold(str(person["area"])) == "rural" else rules.detour_urban
        here = np.full(len(others), float(person["lon"])), np.full(len(others), float(person["lat"]))
        km = np.round(geodesic_km(*here, others["lon"], others["lat"]) * detour, KM_DECIMALS)
        order = np.argsort(km, kind="stable")
        order = order[km[order] < own_km][:SHOWN_ACROSS]
        ids, units = others["center_id"].to_numpy(dtype=object), others["unit"].to_numpy(dtype=object)
        return [Across(str(ids[one]), str(units[one]), float(km[one])) for one in order]

    def _places(self, group: Group, tried: Sequence[Nearer]) -> Places | None:
        """Return how many places more at the nearest center that is full bring the household there."""
        full = next((one for one in tried if one.one_more is not None), None)
        if full is None:
            return None
        return places_needed(group, int(np.flatnonzero(self.stood.center_id == full.center_id)[0]))

    def _unserved(self, facts: HouseholdFacts, spot_km: NDArray[np.float64]) -> HouseholdFacts:
        stood, unit = self.stood, self.stood.unit
        if facts.reason == "vacancy":
            return replace(facts, vacancy_km=unit.rules.waiting_km)
        if facts.reason == "no_capacity":
            lacking = int(
                unit.cases[stood.center == NOBODY].sum() - (stood.bounds(stood.open)[1] - stood.load()).sum()
            )
            return replace(facts, lacking=max(lacking, 0))
        if unit.travel is not None or not len(stood.open):
            return facts
        reach = spot_km[unit.spot_group == self.group].max(axis=0)
        needed = float(reach.min())
        rules = reaching(self.problem.rules, needed, unit.rural[unit.spot_group == self.group])
        freed = stood_of(replace(self.problem, rules=rules), self.plan, facts.unit)
        served = freed is not None and self._served(freed.again())
        return replace(facts, needed_max_km=needed, served_then=served)

    def _served(self, then: Again) -> bool:
        return bool(then.center[self.group] >= 0)
