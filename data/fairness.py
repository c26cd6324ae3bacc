"""Ways that are far: how much more they count, how long one may be at all, the mean of the worst tenth."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from data.geodesy import KM_DECIMALS
from data.sums import weighted_sum

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from data.plan import Plan
    from data.rules import Rules

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

WORST = 0.1
"""Share of the cases that are the worst off."""


def rural(table: pd.DataFrame) -> Flags:
    """Return which rows of a table with an ``area`` are rural, shape (n,)."""
    return np.asarray(table["area"] == "rural", dtype=bool)


def reach_km(rules: Rules, of_rural: ArrayLike) -> Floats:
    """Return the longest way that each household may be sent: the least of the limits of all and of its area.

    Parameters
    ----------
    rules : Rules
        ``max_km``, ``max_km_urban``, ``max_km_rural``.
    of_rural : array of bool
        Whether each household is rural, of any shape.

    Returns
    -------
    ndarray
        km, infinite without a limit.
    """
    own = np.where(of_rural, rules.max_km_rural, rules.max_km_urban)
    return np.asarray(np.minimum(own, rules.max_km), dtype=np.float64)


def is_limited(rules: Rules) -> bool:
    """Whether anybody may be too far from a center by the rules."""
    return any(isfinite(one) for one in (rules.max_km, rules.max_km_urban, rules.max_km_rural))


def without_limit(rules: Rules) -> Rules:
    """Return the rules without a longest way."""
    return replace(rules, max_km=inf, max_km_urban=inf, max_km_rural=inf)


def reaching(rules: Rules, km: float, of_rural: Flags) -> Rules:
    """Return the rules by which nobody of some households is too far at a way of ``km``."""
    areas = [name for name, there in (("urban", not of_rural.all()), ("rural", of_rural.any())) if there]
    names = ["max_km", *(f"max_km_{area}" for area in areas)]
    changed: dict[str, Any] = {name: max(getattr(rules, name), km) for name in names}
    return replace(rules, **changed)


def counts_far(rules: Rules) -> bool:
    """Whether any way counts more than its kilometres."""
    return rules.far_weight > 0 and isfinite(min(rules.far_km_urban, rules.far_km_rural))


def is_settled(rules: Rules) -> bool:
    """Whether it is known from where on a way is far: not before the search of the worst tenth."""
    return rules.fairness != "worst_tenth" or counts_far(rules)


def settled(rules: Rules, far_km: float) -> Rules:
    """Return the rules by which a way is far from so many kilometres on, wherever one lives."""
    return replace(rules, far_km_urban=far_km, far_km_rural=far_km)


def far_extra_km(rules: Rules, km: ArrayLike, of_rural: ArrayLike) -> Floats:
    """Return what a case counts for its way beyond the kilometres: ``far_weight max(0, km - far_km)``.

    With the kilometres themselves this is a convex, increasing function of the way: the nearest center stays
    the cheapest, a flow over these costs is as exact as one over kilometres, and so is a bound. Where
    ``far_km`` is the plan's own 90th percentile, the sum over all cases is ``far_weight`` times a tenth of
    the cases times (mean of the worst tenth - ``far_km``) [1]_.

    Parameters
    ----------
    rules : Rules
        ``far_weight``, ``far_km_urban``, ``far_km_rural``.
    km : array
        Ways, infinite where there is none.
    of_rural : array of bool
        Whether each is of a rural household; broadcast to the ways.

    References
    ----------
    .. [1] Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
    """
    way = np.asarray(km, dtype=np.float64)
    extra = np.zeros(way.shape)
    if counts_far(rules):
        far = np.broadcast_to(np.where(of_rural, rules.far_km_rural, rules.far_km_urban), way.shape)
        # No way and no limit are both infinite: only what is further is taken apart.
        np.subtract(way, far, out=extra, where=way > far)
        extra *= rules.far_weight
    return extra


def furthest_km(km: ArrayLike, cases: ArrayLike, most: float) -> float:
    """Return what the ``most`` cases that travel furthest travel together, km; all, where there are fewer.

    A household of which only some cases belong to them counts by these.

    Parameters
    ----------
    km, cases : array of shape (n,)
        Kilometres and cases of each household.
    most : float
        How many cases.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, float)
    order = np.argsort(-distance, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    return float(weighted_sum(np.clip(most - before, 0.0, weight[order]), distance[order]))


def far_from(km: ArrayLike, cases: ArrayLike, most: float) -> float:
    """Return the shortest way beyond which no more than ``most`` cases travel, km; 0 for nobody.

    Parameters
    ----------
    km, cases, most
        As `furthest_km` takes them.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, float)
    if not distance.size:
        return 0.0
    order = np.argsort(distance, kind="stable")
    beyond = weight.sum() - np.cumsum(weight[order])
    # Cases are whole; what is added up of tenths may be off by its last bits.
    return float(distance[order][np.argmax(beyond <= most + 1e-6)])


def worst_tenth_km(km: ArrayLike, cases: ArrayLike) -> float | None:
    """Return the mean way of the tenth of the cases that travel furthest, km; None for nobody.

    Parameters
    ----------
    km, cases : array of shape (n,)
        Kilometres and cases of each household, as `furthest_km` counts them. Where no household has a case,
        each counts as one.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, float)
    if not distance.size:
        return None
    if not weight.any():
        weight = np.ones_like(weight)
    tenth = WORST * float(weight.sum())
    return round(furthest_km(distance, weight, tenth) / tenth, KM_DECIMALS) + 0.0


def worst_tenth_of(plan: Plan) -> float | None:
    """Return the mean way of the worst tenth of those whom a plan serves, km."""
    return worst_tenth_km(plan.assignments["km"].to_numpy(), plan.assignments["cases"].to_numpy())
