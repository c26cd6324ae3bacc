"""A founded network: who is served where, what it costs, and the proof."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd

    from data.shown import Card

TERMS = (
    "travel_km",
    "far_km",
    "preference_km",
    "merit_km",
    "cross_district_km",
    "center_km",
    "vacancy_km",
    "move_km",
)
"""The terms of the objective, in the order they are added; ``merit_km`` is negative or zero."""
LATER_TERMS = frozenset({"far_km"})
"""Terms that plans of older casebooks do not have, where they were nothing."""
STANDING_PAYS = "standing_pays"
"""In the provenance of a plan that follows another: centers that stood count for the site each stands on.

A plan of an older casebook does not say so: there only sites that opened counted.
"""
CALL = "call"
"""In the provenance of a plan that chose among sites: the seal, the tie-break, and what it settled.

``seal`` (empty without one; with it ``sealed_utc`` and ``deadline``, as `data.call.order.TieBreak`),
``order``, ``applies``, ``seed``, ``tie_km`` (null for what the bound leaves open), ``limit_km`` (what that
was) and ``ties``, each as `data.call.order.Tie`.
"""


def ids_as_text(ids: Iterable[str]) -> str:
    """Return several ids as one cell of a table, a semicolon between them; `ids_in` reads it."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="").writerow(ids)
    return written.getvalue()


def ids_in(cell: str) -> list[str]:
    """Return the ids that `ids_as_text` wrote."""
    return next(csv.reader([cell], delimiter=";"), [])


def seal_in(provenance: Mapping[str, Any]) -> str:
    """Return the hash of the seal that a plan was checked against, by its provenance; empty without one."""
    return str(provenance.get(CALL, {}).get("seal") or "")


LACKING = ("no_capacity", "too_far")
"""Reasons of households that a center would serve if it had room, or were nearer."""
HELD = "held_vacancies"
"""In the provenance of a plan that follows another: vacancies whose families wait whatever room there is.

An applicant gave the place up, or another of its unit: nothing is weighed of it until that is rebalanced.
"""
MOVED_UP = "moved_up"
"""In the provenance of a plan that follows another: of centers that came in as a reserve, of which one."""


@dataclass(frozen=True)
class Limit:
    """A limit of how many facilities of a region are open, and its price.

    Attributes
    ----------
    ids : tuple of str
        The region: ``site_id`` of sites, ``center_id`` of existing centers.
    count : int
        At most, or at least, so many of them are open.
    at_most : bool
        Which of the two.
    km : float
        ``q_r``, km a center: at most 0 for ``at_most``, else at least 0.
    """

    ids: tuple[str, ...]
    count: int
    at_most: bool
    km: float


@dataclass(frozen=True)
class Branch:
    """One of the ways that together are all ways to serve a unit, with multipliers of its own.

    Attributes
    ----------
    unit : str
        The unit.
    limits : tuple of Limit
        What parts this way from the others, in order: two ways that part have the same limits up to where
        one has at most ``count`` and the other at least ``count + 1`` of the same region.
    unit_km : float
        ``m_u``, km a center.
    household_km : Series
        ``l_i`` by ``household_id`` for every household of the unit that is to be served, km a case.
    """

    unit: str
    limits: tuple[Limit, ...]
    unit_km: float
    household_km: pd.Series


@dataclass(frozen=True)
class Bound:
    """A proven lower limit of the objective, with the multipliers anyone can recount it from.

    With households ``i`` of ``w_i`` cases, sites ``j`` of applicant ``a``, and units ``u`` that open ``K_u``
    centers, for any ``l_i`` (multipliers, km a case, at most `data.rules.Rules.waiting_km`), ``m_u <= 0`` and
    ``p_a >= 0``::

        v_j   = p_a(j) + least sum of w * (km_ij + price_ij - l_i) over households of the site's unit whose
                (fractional) cases are at most the site's ``max_cases``, and at least ``e_u``
        bound = sum_u (sum_{i of u} w_i l_i + sum_{fixed of u} v_j + (K_u - fixed_u) m_u
                       + sum_{a with sites in u} min(0, min_{j of a in u} v_j - m_u))
                - sum_a p_a

    where ``fixed`` are existing and required sites, applicants of required sites are left out of the last
    two sums, and ``price_ij`` gathers preference, merit, crossing a district and what a way that is far
    counts more. A pair that no plan may use (pinned elsewhere, beyond its longest way, not in the travel
    file) is in no sum. Under the price rule ``m_u`` is 0 and every ``v_j`` carries ``center_km``.

    ``e_u`` is 0 for existing centers, and else ``min_cases`` where every plan must fill a new center: nothing
    keeps a household of the unit from a center (no pin, ``max_km`` or travel file), no group has more than
    ``g <= max_cases - min_cases + 1`` cases, and the unit has ``K_u min_cases + (K_u - 1)(g - 1)`` cases or
    more, so that no center can be left short for want of groups that fit (under the price rule ``K_u`` is the
    most centers of ``min_cases``). A group that no center of the unit can hold goes apart: its households
    count one by one. In any other unit it is 0.

    Where a unit has branches, a plan goes one of them: in place of its part of the sum, the unit adds the
    least value of its branches. That of a branch is the part at the branch's own ``l_i`` and ``m_u``, with
    ``v_j - sum_{r with j} q_r`` in place of ``v_j``, and ``sum_r q_r count_r`` added.

    Attributes
    ----------
    value_km : float
        The bound.
    household_km : Series
        ``l_i`` by ``household_id``, km a case.
    unit_km : mapping of str to float
        ``m_u`` by unit, km a center.
    applicant_km : mapping of str to float
        ``p_a`` by applicant, km a center; 0 for who is not in it.
    branches : tuple of Branch
        All ways of each unit that was parted.
    """

    value_km: float
    household_km: pd.Series
    unit_km: Mapping[str, float]
    applicant_km: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, repr=False)
class Plan(Shown):
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
        ``center_id``, ``applicant_id``, ``site_id``, ``extra_km``: the next best applicant of each catchment;
        ``decided_by``, ``alike``: what put it before others who are alike, and who they are.
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
        """`gap_above` its bound; None without a bound."""
        return None if self.bound is None else gap_above(self.bound.value_km, self.objective_km)

    def _card(self) -> Card:
        from data.display import plan_card  # noqa: PLC0415 - only a notebook asks

        return plan_card(self)


def gap_above(bound_km: float, objective_km: float) -> float | None:
    """Return (objective - bound) / abs(objective).

    0 where both are equal; None for an objective of 0 above its bound, of which nothing is a share.
    """
    if objective_km == bound_km:
        return 0.0
    return (objective_km - bound_km) / abs(objective_km) if objective_km else None
