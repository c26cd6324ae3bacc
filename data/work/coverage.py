"""Who gets which service where: one place for each household and service, and the tables of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.summary import weighted_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from data.work.catalogue import Catalogue

NO_CAPACITY, NO_GIVER = -1, -2
"""In place of a center: every giver in reach is full; no center in reach gives the service."""
REASONS = {NO_CAPACITY: "no_capacity", NO_GIVER: "no_giver"}
WITHIN_KM = (5, 10, 20)


@dataclass(frozen=True)
class Coverage:
    """What every served household gets.

    Attributes
    ----------
    catalogue : Catalogue
        The services.
    offers : DataFrame
        What every center gives (`data.work.offers.effective`).
    people : DataFrame
        Served households in the order of their ids: ``household_id``, ``cases``, ``own`` (position of the
        own center), ``province``, ``county``, ``area``, ``status``.
    center_id : ndarray of object, shape (m,)
        Centers in the order of their ids.
    center : ndarray of int, shape (n_services, n)
        Position of the center that gives each service to each household, or one of `REASONS`.
    km : ndarray of float, shape (n_services, n)
        Kilometres to it; NaN where there is none.
    """

    catalogue: Catalogue
    offers: pd.DataFrame
    people: pd.DataFrame
    center_id: NDArray[np.object_]
    center: NDArray[np.int64]
    km: NDArray[np.float64]

    def capacity(self, service: int) -> NDArray[np.int64]:
        """Return the capacity of every center for a service, by its position, shape (m,)."""
        capacity: NDArray[np.int64] = self._capacities[service]
        return capacity

    @cached_property
    def _capacities(self) -> NDArray[np.int64]:
        """Capacities by service and center, shape (n_services, m)."""
        table = self.offers.pivot_table(
            index="service_id", columns="center_id", values="capacity", aggfunc="sum"
        )
        whole = table.reindex(index=list(self.catalogue.ids), columns=list(self.center_id))
        return whole.fillna(0).to_numpy(np.int64)

    def everywhere(self, service: int) -> bool:
        """Whether every household gets a service at its own center."""
        return bool((self.center[service] == self.people["own"].to_numpy()).all())

    def given(self) -> pd.DataFrame:
        """Return ``household_id``, ``service_id``, ``center_id``, ``km``: one row for each that is given."""
        service, household = np.nonzero(self.center.T >= 0)[::-1]
        at = self.center[service, household]
        return pd.DataFrame(
            {
                "household_id": self._ids()[household],
                "service_id": np.array(self.catalogue.ids, dtype=object)[service],
                "center_id": self.center_id[at],
                "km": self.km[service, household],
            }
        )

    def without(self) -> pd.DataFrame:
        """Return ``household_id``, ``service_id``, ``reason``: one row for each that is not given."""
        service, household = np.nonzero(self.center.T < 0)[::-1]
        why = self.center[service, household]
        return pd.DataFrame(
            {
                "household_id": self._ids()[household],
                "service_id": np.array(self.catalogue.ids, dtype=object)[service],
                "reason": np.where(why == NO_CAPACITY, REASONS[NO_CAPACITY], REASONS[NO_GIVER]),
            }
        )

    def givers(self) -> pd.DataFrame:
        """Return the offers of centers that give something, with the cases that come to each.

        ``own_cases`` are of the center's own households, ``other_cases`` of others.
        """
        cases, own = self.people["cases"].to_numpy(np.int64), self.people["own"].to_numpy(np.int64)
        parts = []
        for place, name in enumerate(self.catalogue.ids):
            at = self.center[place]
            loads = [
                np.bincount(at[mine], weights=cases[mine], minlength=len(self.center_id)).astype(np.int64)
                for mine in (at == own, (at >= 0) & (at != own))
            ]
            parts.append(
                pd.DataFrame(
                    {
                        "center_id": self.center_id,
                        "service_id": name,
                        "own_cases": loads[0],
                        "other_cases": loads[1],
                    }
                )
            )
        table = self.offers.merge(pd.concat(parts), on=["center_id", "service_id"])
        return table[table["capacity"] > 0].reset_index(drop=True)

    def figures(self) -> list[dict[str, Any]]:
        """Return what is said of each service, ready for JSON; counts of cases, km weighted by them."""
        cases, own = self.people["cases"].to_numpy(np.int64), self.people["own"].to_numpy(np.int64)
        total = int(cases.sum())
        told = []
        for place, service in enumerate(self.catalogue.services):
            at, km = self.center[place], self.km[place]
            got = at >= 0
            within = {
                f"within_{limit}_km": round(int(cases[got & (km <= limit)].sum()) / total, 4)
                if total
                else None
                for limit in WITHIN_KM
            }
            told.append(
                {
                    "service_id": service.id,
                    "fa": service.fa,
                    "en": service.en,
                    "givers": int((self.capacity(place) > 0).sum()),
                    "own_center": int(cases[at == own].sum()),
                    "elsewhere": int(cases[got & (at != own)].sum()),
                    **{reason: int(cases[at == code].sum()) for code, reason in REASONS.items()},
                    "km": weighted_km(km[got], cases[got]),
                    **within,
                }
            )
        return told

    def _ids(self) -> NDArray[np.object_]:
        ids: NDArray[np.object_] = self.people["household_id"].to_numpy(dtype=object)
        return ids


def people_of(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return the served households of a plan as `Coverage` has them.

    Parameters
    ----------
    problem, plan : Problem, Plan
        One version of a record.
    """
    served = plan.assignments[["household_id", "center_id", "cases"]]
    served = served.sort_values("household_id", kind="stable", ignore_index=True)
    at = {name: place for place, name in enumerate(sorted(plan.centers["center_id"]))}
    about = pd.DataFrame(problem.households).set_index("household_id")
    wanted = about.loc[list(served["household_id"]), ["province", "county", "area", "status"]]
    texts = wanted.astype(object).where(wanted.notna(), "").reset_index(drop=True)
    own = served["center_id"].map(at).astype("int64")
    return pd.concat([served[["household_id", "cases"]].assign(own=own), texts], axis=1)
