"""The curve of transfers against travel as it is told: its points, and what may lie below them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from allocation.flow import MM_PER_KM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.curve import Curve
    from allocation.rebalance import Rebalanced

PRICE_DECIMALS = 6
SAME_KM = 5e-4
"""Half of the last digit in which kilometres are told: nothing lies less than that below the curve."""


@dataclass(frozen=True)
class Point:
    """A supported point of the curve: at some price of a transfer no way costs less.

    Attributes
    ----------
    price_km : float
        Price of a transfer below which it pays to go on to this point from the one before, km a case;
        infinite for the fewest transfers.
    transferred : int
        Cases that are transferred.
    serving_km : float
        What serving all of the network costs then, km.
    """

    price_km: float
    transferred: int
    serving_km: float


def points_of(curve: Curve, chosen: Sequence[Rebalanced], rest_km: float) -> tuple[Point, ...]:
    """Return the corners of the curve, and the chosen point where it lies between two of them."""
    points = [
        Point(np.inf if one.price is None else float(one.price) / MM_PER_KM, one.transferred, one.serving_km)
        for one in curve.corners()
    ]
    transferred, serving_km = sum(one.transferred for one in chosen), sum(one.serving_km for one in chosen)
    for few, many in pairwise(points):
        if few.transferred < transferred < many.transferred:
            on_edge_km = many.serving_km + many.price_km * (many.transferred - transferred)
            if serving_km < on_edge_km + SAME_KM:
                points.append(Point(many.price_km, transferred, serving_km))
    points.sort(key=lambda one: one.transferred)
    return tuple(
        Point(round(one.price_km, PRICE_DECIMALS), one.transferred, round(one.serving_km + rest_km, 3))
        for one in points
    )


def told_gap_km(curve: Curve) -> float:
    """Return what may lie below the curve, rounded up to what is told."""
    gap_km = curve.gap_km()
    return 0.0 if gap_km < SAME_KM else ceil(gap_km * 1e3) / 1e3
