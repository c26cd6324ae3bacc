"""What is to be planned: validated tables in one metric CRS, and the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from data.rules import Rules
    from data.shown import Card

UNGROUPED = -1
"""Group of a household that is not to be served. Groups are numbered from 0."""


@dataclass(frozen=True, repr=False)
class Problem(Shown):
    """Households, sites, existing centers and boundaries, ready to solve.

    Attributes
    ----------
    households : GeoDataFrame
        One row a household, in an order that does not depend on the file's: ``household_id`` (text), ``lon``,
        ``lat`` (degrees, NaN without a location), ``cases`` (int), ``province``, ``county``, ``district``,
        ``place``, ``area`` (``urban``, ``rural`` or empty), ``status``, ``center_id`` (today), ``pin``, and
        ``unit`` (what its catchment may not leave), ``group`` (int; those with one number stay together,
        `UNGROUPED` when unserved), ``reason`` (empty when it is to be served, else why not). Geometry in
        LCC metres.
    sites : GeoDataFrame
        One row a site of an applicant: ``site_id``, ``applicant_id``, ``preference`` (1-5), ``score``,
        ``kind``, ``accessible``, ``use``, ``lon``, ``lat``, ``province``, ``county``, ``district``, ``area``,
        ``unit``, ``ineligible`` (empty when it may open, else why not). Geometry in LCC metres.
    centers : GeoDataFrame
        Existing centers that stay: ``center_id``, ``lon``, ``lat``, ``name``, ``status``, ``max_cases``,
        ``grade``, ``province``, ``county``, ``district``, ``area``, ``unit``, ``address``, ``phone``, and of
        those that a plan founded ``applicant_id``, ``site_id`` (empty once it left its site), ``preference``,
        ``score``, ``kind``. Geometry in LCC metres.
    boundaries : mapping of str to GeoDataFrame
        Polygons by level (``province``, ``county``, ``district``), columns ``name``, ``province``,
        ``county``; geometry in LCC metres. Empty where the user gave none.
    rules : Rules
        The rules in force, overrides of the province already applied where the problem is one province.
    travel : DataFrame or None
        ``household_id``, ``site_id``, ``km`` where the user measured travel; None for straight lines.
    synthetic : bool
        Whether the households are invented.
    scenario : str
        Name of the demo, or of the households' file without its ending.
    inputs : mapping of str to str
        SHA-256 of each input file by its role.
    """

    households: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    centers: gpd.GeoDataFrame
    boundaries: Mapping[str, gpd.GeoDataFrame]
    rules: Rules
    travel: pd.DataFrame | None = None
    synthetic: bool = False
    scenario: str = ""
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def _card(self) -> Card:
        from data.display import problem_card  # noqa: PLC0415 - only a notebook asks

        return problem_card(self)
