"""A founded network: who is served where, what it costs, and the proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

TERMS = (
    "travel_km",
    "preference_km",
    "merit_km",
    "cross_district_km",
    "center_km",
    "vacancy_km",
    "move_km",
)
"""The terms of the objective, in the order they are added; ``merit_km`` is negative or zero."""


@dataclass(frozen=True)
class Bound:
    """A proven lower limit of the objective, with the multipliers anyone can recount it from.

    With households ``i`` of ``w_i`` cases, sites ``j`` of applicant ``a``, and units ``u`` that open ``K_u``
    centers, for any multipliers ``l_i`` (km a case, at most ``vacancy_km``) and any ``m_u <= 0``::

        v_j   = least sum of w * (km_ij + price_ij - l_i) over households of the site's unit whose
                (fractional) cases are at most the site's ``max_cases``
        bound = sum_i w_i l_i + sum_fixed v_j + sum_u (K_u - fixed_u) m_u
                + sum_applicants min(0, min_{j of a} v_j - m_u(j))

    where ``fixed`` are existing and required sites, applicants of required sites are left out of the last
    sum, and ``price_ij`` gathers preference, merit and crossing a district. A pair that no plan may use
    (pinned elsewhere, beyond ``max_km``, not in the travel file) is in no sum. Under the price rule ``m_u``
    is 0 and every ``v_j`` carries ``center_km``.

    Attributes
    ----------
    value_km : float
        The bound.
    household_km : Series
        ``l_i`` by ``household_id``, km a case.
    unit_km : mapping of str to float
        ``m_u`` by unit, km a center.
    """

    value_km: float
    household_km: pd.Series
    unit_km: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    """A plan, every table with the columns of the plan folder (``DESIGN``), rows in the order of their ids.

    Attributes
    ----------
    assignments : DataFrame
        One row a served household: ``household_id``, ``center_id``, ``km``, ``cases``, ``province``,
        ``county``, ``district``, ``area``.
    centers : DataFrame
        One row an open center: ``center_id``, ``applicant_id``, ``site_id``, ``preference`` (empty without an
        applicant), ``lon``, ``lat``, ``province``, ``county``, ``district``, ``area``, ``cases``,
        ``households``, ``caseworkers``, ``status`` (``new`` or ``existing``), ``underfull_reason``, then
        ``name``, ``unit``, ``max_cases``, ``score``, ``kind``, ``km_median``, ``km_p90``.
    unassigned : DataFrame
        ``household_id``, ``reason``, ``vacancy_id``, ``cases``.
    vacancies : DataFrame
        ``vacancy_id``, ``lon``, ``lat``, ``province``, ``county``, ``cases``, ``households``, ``unit``.
    reserves : DataFrame
        ``center_id``, ``applicant_id``, ``site_id``, ``extra_km``: the next best applicant of each catchment.
    exceptions : DataFrame
        ``kind`` (``split_point``, ``split_place``), ``subject``, ``centers``, ``cases``, ``reason``.
    losing_sites : DataFrame
        ``site_id``, ``applicant_id``, ``unit``, ``ineligible`` (why it could not open),
        ``regret_km_at_least`` (NaN without a bound).
    units : DataFrame
        ``unit``, ``cases`` (to be served), ``needed`` (least centers), ``planned``, ``opened``, ``vacant``.
    neighbourhoods : GeoDataFrame
        ``center_id``, ``name``, ``cases``, ``households``, ``fraction_inside``; geometry in WGS84 degrees.
    terms : mapping of str to float
        The objective by `TERMS`, each rounded to 3 decimals.
    objective_km : float
        Sum of the terms.
    bound : Bound or None
        None where no valid bound is known (no sites given, or not everyone could be served).
    provenance : mapping of str to object
        ``scenario``, ``synthetic``, ``seed``, ``rules``, ``versions``, ``inputs``, ``distance``.
    """

    assignments: pd.DataFrame
    centers: pd.DataFrame
    unassigned: pd.DataFrame
    vacancies: pd.DataFrame
    reserves: pd.DataFrame
    exceptions: pd.DataFrame
    losing_sites: pd.DataFrame
    units: pd.DataFrame
    neighbourhoods: gpd.GeoDataFrame
    terms: Mapping[str, float]
    objective_km: float
    bound: Bound | None
    provenance: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def bound_gap(self) -> float | None:
        """(objective - bound) / objective; None without a bound, 0 for an objective of 0."""
        if self.bound is None:
            return None
        if self.objective_km <= 0:
            return 0.0
        return (self.objective_km - self.bound.value_km) / self.objective_km
