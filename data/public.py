"""What of a plan may be told in public: no household, no applicant, no figure of too few.

The totals of a plan, its centers and its vacancies of ``k`` households or more are official figures and are
told as they are. All else that is counted or measured from households is told of many (`data.privacy`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from data.plan import Bound, Plan

COARSE_DECIMALS = 2
"""Decimals of a degree (about 1 km) of a point that may be a household's home."""
KM_DECIMALS = 1
"""Decimals of a distance that many have: it was measured to somebody's home."""
BEYOND: Mapping[str, int] = {"km_median": 2, "km_p90": 10}
"""A percentile is told of so many times ``k`` households that ``k`` of them live on either side of it."""
_CENTER = (
    "center_id",
    "lon",
    "lat",
    "province",
    "county",
    "district",
    "area",
    "cases",
    "households",
    "caseworkers",
    "status",
    "underfull_reason",
    "name",
    "unit",
    "max_cases",
    "km_median",
    "km_p90",
)
_VACANCY = ("vacancy_id", "lon", "lat", "province", "county", "cases", "households", "unit")
_CODED = re.compile(r"P-[0-9A-Z]{6,10}(-\d+)?")
"""Id of a center that the plan proposed where nobody has a site."""
_COUNTED = ("cases", "province", "county")
_COUNTS = ("cases", "households")
MEASURED = ("km", "objective_km", "terms", "bound_km", "bound_gap", "kept_together_loss_km")
"""What of a summary is measured, and told of a release: no official figure is among it."""
_IMPERSONAL = ("rules", "boundaries")
"""Inputs in which there is nobody."""
_TO_WHOLE = ("objective_km", "bound_km", "kept_together_loss_km")
_SIGNIFICANT, _GAP_DECIMALS = 3, 4


def plan_of_many(plan: Plan, least: int, ways: Plan | None = None) -> Plan:
    """Return a plan whose centers, vacancies and neighbourhoods tell of no fewer than ``k`` households.

    A vacancy, and a proposed center without a site, may stand on a household's own point: their degrees have
    two decimals. What a vacancy of fewer has is missing. Kilometres have one decimal and are missing where
    fewer live on either side. Ground of fewer is not drawn. Nothing in it names a household or can
    be traced to one: whoever draws it may tell all that is there.

    Parameters
    ----------
    plan : Plan
        Whose totals are told.
    least : int
        ``k``.
    ways : Plan, optional
        Whose neighbourhoods, kilometres, costs and reserves are told of the same centers; the plan's own
        unless told.
    """
    ways = plan if ways is None else ways
    centers = plan.centers
    before = ways.centers.set_index("center_id")
    here = before.reindex(centers["center_id"])
    km = {
        name: (here[name].astype(float).round(KM_DECIMALS) + 0.0)
        .where(here["households"].to_numpy(float) >= times * least)
        .to_numpy()
        for name, times in BEYOND.items()
        if name in before
    }
    return replace(
        plan,
        centers=coarse_centers(centers.assign(**km)),
        vacancies=_coarse(_without_few(plan.vacancies, least), plan.vacancies["lon"].notna()),
        neighbourhoods=_ground(ways, plan, least),
        assignments=_only(plan.assignments, _COUNTED),
        unassigned=_only(plan.unassigned, ("reason", "cases")),
        reserves=ways.reserves,
        losing_sites=ways.losing_sites,
        exceptions=plan.exceptions.iloc[:0],
        terms=ways.terms,
        objective_km=ways.objective_km,
        bound=_bound(ways.bound),
    )


def coarse_centers(centers: pd.DataFrame) -> pd.DataFrame:
    """Return centers whose points may be told: those that stand on nobody's site have two decimals.

    Parameters
    ----------
    centers : DataFrame
        ``center_id``, ``site_id``, ``status``, ``lon``, ``lat`` and anything else.
    """
    nobodys_site = centers["site_id"].isna() | (centers["site_id"] == "")
    # Once a proposal is applied to the network it is an existing one, at the same point.
    return _coarse(
        centers,
        nobodys_site & ((centers["status"] == "new") | centers["center_id"].map(_is_coded).astype(bool)),
    )


def only_public(plan: Plan) -> Plan:
    """Return a plan of many without a word of the applicants, for tables that are handed on."""
    return replace(plan, centers=_only(plan.centers, _CENTER), vacancies=_only(plan.vacancies, _VACANCY))


def measured(
    km: Mapping[str, float | None], gap: float | None, served: int, least: int
) -> dict[str, float | None]:
    """Return what a page says of the ways of all who are served, and how far it lies above its bound.

    Parameters
    ----------
    km : mapping of str to float or None
        Of `data.summary.weighted_km`.
    gap : float or None
        ``bound_gap``.
    served : int
        How many households that are.
    least : int
        ``k``.

    Returns
    -------
    dict of str to float or None
        ``km_mean``, ``km_median``, ``km_p90`` to 0.1 km; ``bound_gap``, percent to 0.01.
    """
    ways = {name: km[name] if served >= least else None for name in ("mean", "median", "p90")}
    told = {f"km_{name}": None if one is None else round(one, KM_DECIMALS) for name, one in ways.items()}
    return {**told, "bound_gap": None if gap is None else round(100 * gap, 2) + 0.0}


def few_or(count: int, least: int) -> int | None:
    """Return a count; None where it is of somebody, but of fewer than ``k``."""
    return None if 0 < count < least else count


def without_few_worst(km: Mapping[str, float | None], served: int, least: int) -> dict[str, float | None]:
    """Return the figures of ways, without the mean of the worst tenth where that is of fewer than ``k``."""
    few = "worst_tenth_mean" in km and served < BEYOND["km_p90"] * least
    return {**km, "worst_tenth_mean": None} if few else dict(km)


def public_summary(summary: Mapping[str, Any], least: int) -> dict[str, Any]:
    """Return a summary whose figures are of many: coarse distances, no number for a reason of few.

    A sum of kilometres has three significant digits, for from the third decimal of two versions whoever knows
    the rest would have the way of the household that came. The longest way, which is somebody's, is missing.
    So are the hashes of the files of households and their moves: of a file of one row that hash is found by
    trying every household on every day.
    """
    km = {name: None if one is None else round(one, KM_DECIMALS) for name, one in summary["km"].items()}
    reasons = summary["unassigned_by_reason"].items()
    gap = summary["bound_gap"]
    return {
        **summary,
        **_of_provinces(summary),
        "km": {**without_few_worst(km, summary["assigned"], least), "max": None},
        "terms": {name: coarsely(one) for name, one in summary["terms"].items()},
        **{name: coarsely(summary[name]) for name in _TO_WHOLE},
        "bound_gap": None if gap is None else round(gap, _GAP_DECIMALS),
        "inputs": {role: digest for role, digest in summary["inputs"].items() if role in _IMPERSONAL},
        "unassigned_by_reason": {reason: few_or(count, least) for reason, count in reasons},
    }


def _of_provinces(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the summary of a nation repeats of its provinces, as their own have it in public."""
    if "provinces" not in summary:
        return {}
    of_each = [
        {
            **one,
            **{name: coarsely(one[name]) for name in ("objective_km", "bound_km")},
            "bound_gap": None if one["bound_gap"] is None else round(one["bound_gap"], _GAP_DECIMALS),
        }
        for one in summary["provinces"]
    ]
    return {"provinces": of_each}


def coarsely(km: float | None) -> float | None:
    """Return a sum of kilometres as it may be told: three significant digits."""
    return None if km is None else float(f"{km:.{_SIGNIFICANT}g}") + 0.0


def _only(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return table[[column for column in columns if column in table]]


def _without_few(table: pd.DataFrame, least: int) -> pd.DataFrame:
    few = table["households"] < least
    return table.assign(**{column: table[column].astype(object).mask(few, None) for column in _COUNTS})


def _is_coded(center_id: object) -> bool:
    return _CODED.fullmatch(str(center_id)) is not None


def _bound(bound: Bound | None) -> Bound | None:
    """Return a bound without the price of each household."""
    return None if bound is None else replace(bound, household_km=bound.household_km.iloc[:0], branches=())


def _ground(ways: Plan, plan: Plan, least: int) -> Any:  # noqa: ANN401 - a GeoDataFrame
    """Return the neighbourhoods of enough households; those outside their own to the nearest ``k``."""
    ground = ways.neighbourhoods
    ground = ground[ground["households"] >= least]
    totals = plan.centers.set_index("center_id").reindex(ground["center_id"])
    told = {name: totals[name].fillna(0).astype("int64").to_numpy() for name in _COUNTS if name in ground}
    if "fraction_inside" in ground:
        homes = ground["households"].to_numpy(float)
        outside = np.round(homes * (1 - ground["fraction_inside"].to_numpy(float)) / least) * least
        told["fraction_inside"] = np.round(1 - np.minimum(outside, homes) / homes, 2)
    return ground.assign(**told)


def _coarse(table: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    return table.assign(
        **{name: table[name].where(~where, table[name].round(COARSE_DECIMALS)) for name in ("lon", "lat")}
    )
