"""A scenario from its name and a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from data.rules import Rules, usage_error
from data.scenarios.applicants import apply_for
from data.scenarios.caseload import centers_needed, units_of
from data.scenarios.cells import boundaries_of
from data.scenarios.notes import notes_of
from data.scenarios.people import populate
from data.scenarios.scale import part_of
from data.scenarios.settings import Setting, setting_of
from data.scenarios.settlements import settle
from data.scenarios.towns import anchors_of
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

Centers = int | Literal["fewest"]
CasesOption = str
FEWEST = "fewest"


@dataclass(frozen=True)
class Scenario:
    """Synthetic input of one plan.

    Attributes
    ----------
    name : str
        Name of the scenario.
    households : DataFrame
        ``household_id``, ``lon``, ``lat`` (degrees), ``cases``, ``province``, ``county``, ``district``,
        ``place``, ``area``, ``status``, ``synthetic`` (always true).
    applicants : DataFrame
        One row a site: ``applicant_id``, ``site_id``, ``lon``, ``lat``, ``preference``, ``score``,
        ``kind``, ``field``, ``accessible``, ``use``, ``decision``, ``decision_reason``, ``registered_at``,
        ``province``, ``county``, ``district``, ``area``, ``synthetic``.
    boundaries : mapping of str to GeoDataFrame
        Illustrative polygons by level, WGS84.
    rules : Rules
        What the scenario plans by.
    notes : mapping of str to str
        What it is, by language.
    """

    name: str
    households: pd.DataFrame
    applicants: pd.DataFrame
    boundaries: Mapping[str, gpd.GeoDataFrame]
    rules: Rules
    notes: Mapping[str, str]


def make_scenario(
    name: str,
    *,
    seed: int,
    households: int | None = None,
    centers: Centers | None = None,
    scale: float | None = None,
    cases: CasesOption | None = None,
) -> Scenario:
    """Make the synthetic input of one plan; the same arguments give the same rows.

    Parameters
    ----------
    name : str
        ``lorestan``, ``tehran``, ``mashhad``, ``khuzestan`` or ``iran``.
    seed : int
        Seed of the one generator that everything is drawn from, 0 or more.
    households : int, optional
        Households at scale 1, at least 1; the scenario's own number unless given.
    centers : int or "fewest", optional
        Centers to open; else the scenario's own number, in proportion to the cases, and enough to hold them.
    scale : float, optional
        Keep whole counties (districts of a city) at full density until about this share, above 0, at most 1,
        so that the scenario is still for what it is for (`data.scenarios.scale.part_of`).
    cases : str, optional
        ``1`` (each household has one case) or a range as ``1-4``. The number of households stays.

    Returns
    -------
    Scenario
        Households, applicants, boundaries, rules and notes.

    Raises
    ------
    SitingError
        If there is no such scenario or an argument is out of its range (exit code 2).
    """
    setting = setting_of(name)
    _check(seed, households, centers, scale)
    rng = np.random.default_rng(seed)
    units = units_of(setting, households or setting.households)
    units = units[units["urban"] + units["rural"] > 0].reset_index(drop=True)
    units = units if scale is None or scale == 1 else part_of(setting, units, scale)
    anchors = anchors_of(units)
    settlements = settle(rng, units, anchors, setting.edge_share)
    people = populate(rng, setting, units, anchors, settlements, cases=cases or "1")
    rules = _rules(setting, people.table, centers)
    by_county = people.table.groupby("county")["cases"].sum()
    opened = rules.centers if isinstance(rules.centers, int) else 0
    fair = by_county * max(opened, by_county.sum() / rules.max_cases) / by_county.sum()
    applicants = apply_for(rng, setting, people, anchors, fair.clip(lower=by_county / rules.max_cases))
    return Scenario(
        name=name,
        households=people.table,
        applicants=applicants,
        boundaries=boundaries_of(people, city=setting.city is not None),
        rules=rules,
        notes=notes_of(name, people.table, rules),
    )


def _rules(setting: Setting, table: pd.DataFrame, centers: Centers | None) -> Rules:
    rules = Rules(
        status=tuple(status for status, _ in setting.status),
        within="county",
        cross_district_km=setting.cross_district_km,
    )
    if centers is None:
        centers = _centers(setting.centers, table, setting.households, rules.max_cases)
    return replace(rules, centers=centers)


def _centers(full: Centers, table: pd.DataFrame, households: int, max_cases: int) -> Centers:
    """Return the scenario's number in proportion to the cases, and at least what every county needs."""
    if isinstance(full, str):
        return full
    in_proportion = round(full * int(table["cases"].sum()) / households)
    return max(in_proportion, centers_needed(table.groupby("county")["cases"].sum(), max_cases))


def _check(seed: int, households: int | None, centers: Centers | None, scale: float | None) -> None:
    if seed < 0:
        raise usage_error(phrase("scenarios.bad_seed"), "bad_seed")
    if households is not None and households < 1:
        raise usage_error(phrase("scenarios.bad_households"), "bad_households")
    if scale is not None and not 0 < scale <= 1:
        raise usage_error(phrase("scenarios.bad_scale"), "bad_scale")
    if centers is not None and centers != FEWEST and (isinstance(centers, str) or centers < 1):
        raise usage_error(phrase("scenarios.bad_centers"), "bad_centers")
