"""Villages: the county's small real places first, then invented ones, named by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.scenarios.caseload import largest_remainder
from data.scenarios.star import scatter
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.quarters import Part
    from data.scenarios.towns import Anchors

VILLAGE_HOUSEHOLDS = 9
VILLAGE_LARGEST = 60
VILLAGE_REACH_KM = 15.0


def villages_of(
    rng: np.random.Generator, anchors: Anchors, rows: NDArray[np.int64], households: int
) -> list[Part]:
    """Return the villages of a county, with the offset of each from its anchor.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    anchors : Anchors
        Points of all units.
    rows : array, shape (n,)
        The anchors of this county.
    households : int
        Its rural households.
    """
    if not households:
        return []
    count = max(1, round(households / VILLAGE_HOUSEHOLDS))
    weights = np.minimum(rng.lognormal(0.0, 0.8, count), VILLAGE_LARGEST / VILLAGE_HOUSEHOLDS)
    real = rows[anchors.table["kind"].iloc[rows] == "village"][:count]
    weights[: len(real)] *= 2
    anchor, offset = _scattered(rng, anchors, rows, count)
    anchor[: len(real)], offset[: len(real)] = real, 0
    names = [f"روستای {str(number + 1).translate(PERSIAN_DIGITS)}" for number in range(count)]
    names[: len(real)] = anchors.table["name"].iloc[real].tolist()
    sizes = largest_remainder(weights, households)
    spread = rng.uniform(80, 220, count)
    table = pd.DataFrame(
        {
            "anchor": anchor,
            "place": pd.Series(names, dtype="str"),
            "area": "rural",
            "households": sizes,
            "long_m": spread,
            "short_m": spread * rng.uniform(0.4, 1.0, count),
            "turn": rng.uniform(0, np.pi, count),
        }
    )
    return [(table[sizes > 0], offset[sizes > 0])]


def _scattered(
    rng: np.random.Generator, anchors: Anchors, rows: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    ground = rows[anchors.table["kind"].iloc[rows].isin(["town", "village", "ground"])]
    sees = (np.minimum(anchors.room[ground], VILLAGE_REACH_KM) ** 2).sum(axis=1) + 1e-3
    anchor = ground[rng.choice(len(ground), count, p=sees / sees.sum())]
    town = (anchors.table["kind"].iloc[anchor] == "town").to_numpy()
    # A village is no suburb: towns keep their built ground and a little more.
    free_km = np.where(town, 1.1 * anchors.table["radius_km"].iloc[anchor], 0.5)
    return anchor, scatter(rng, np.minimum(anchors.room[anchor], VILLAGE_REACH_KM), free_km)
