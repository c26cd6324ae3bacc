"""How unequally far people have to go, in one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.sums import weighted_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

DECIMALS = 6


def gini(km: ArrayLike, cases: ArrayLike) -> float | None:
    """Return the Gini coefficient of kilometres weighted by cases, with 6 decimals; None for nobody.

    With distances ``x_i`` of ``w_i`` cases, ``W`` the sum of all ``w_i`` and ``m`` the weighted mean of all
    ``x_i``, it is half the relative mean difference of two cases drawn one after the other::

        G = sum_i sum_j w_i w_j |x_i - x_j| / (2 W^2 m)

    0 where everybody has the same way, near 1 where nearly all of the way is that of a few. It is counted in
    ``n log n``: in the order of the distances, with ``C_i`` the sum of the weights up to and with ``i``,

        G = sum_i w_i x_i (2 C_i - w_i - W) / (W sum_i w_i x_i)

    Parameters
    ----------
    km, cases : array of shape (n,)
        Kilometres (0 or more) and cases of each household. Where no household has a case, each counts as
        one.

    References
    ----------
    Lerman, R. I. and Yitzhaki, S. (1989): Improving the accuracy of estimates of Gini coefficients. Journal
    of Econometrics 42(1), 43-47, for weights; Gini, C. (1912): Variabilita e mutabilita, for the coefficient.
    """
    distance, weight = np.asarray(km, float), np.asarray(cases, float)
    if distance.size == 0:
        return None
    if not weight.any():
        weight = np.ones_like(weight)
    order = np.argsort(distance, kind="stable")
    distance, weight = distance[order], weight[order]
    way = weight * distance
    total, whole = float(weight.sum()), float(way.sum())
    if whole == 0:
        return 0.0
    above = weighted_sum(2 * np.cumsum(weight) - weight - total, way)
    return round(float(above) / (total * whole), DECIMALS) + 0.0
