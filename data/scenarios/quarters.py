"""Quarters of towns: of very different sizes, close to each other, some at the town's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.scenarios.caseload import largest_remainder
from data.scenarios.star import scatter
from data.text import PERSIAN_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.scenarios.towns import Anchors

QUARTER_HOUSEHOLDS = 60
MOST_QUARTERS = 60
ZIPF = 0.7
EDGE = (1.05, 1.5)

Part = tuple[pd.DataFrame, "NDArray[np.float64]"]


def quarters_of(
    rng: np.random.Generator,
    anchors: Anchors,
    rows: NDArray[np.int64],
    households: int,
    *,
    edge_share: float,
) -> list[Part]:
    """Return the quarters of each town of a unit, with the offset of each from its town.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    anchors : Anchors
        Points of all units.
    rows : array, shape (n,)
        The anchors of this unit.
    households : int
        Urban households of the unit, shared out over its towns by their people.
    edge_share : float
        Share of a town's quarters beyond its built ground.
    """
    towns = rows[anchors.table["kind"].iloc[rows].isin(["town", "district"])]
    people = anchors.table["people"].iloc[towns].to_numpy(float)
    parts: list[Part] = []
    named: dict[str, int] = {}
    for town, total in zip(towns, largest_remainder(people, households), strict=True):
        if total:
            name = anchors.table["name"].iloc[town]
            before = named.get(name, 0)
            parts.append(_town(rng, anchors, int(town), int(total), edge_share=edge_share, before=before))
            named[name] = before + len(parts[-1][0])
    return parts


def _town(
    rng: np.random.Generator,
    anchors: Anchors,
    town: int,
    households: int,
    *,
    edge_share: float,
    before: int,
) -> Part:
    count = int(np.clip(round((households / QUARTER_HOUSEHOLDS) ** 0.75), 1, MOST_QUARTERS))
    sizes = largest_remainder((1 + np.arange(count)) ** -ZIPF * rng.uniform(0.7, 1.3, count), households)
    offset = _centers(rng, anchors, town, count, edge_share)
    name = anchors.table["name"].iloc[town]
    numbers = [str(before + number + 1).translate(PERSIAN_DIGITS) for number in range(count)]
    places = [f"{name}، محله {number}" for number in numbers]
    real = np.flatnonzero(anchors.table["within"] == town)[: count - 1]
    for quarter, row in enumerate(real, start=1):
        places[quarter] = f"{name}، {anchors.table['name'].iloc[row]}"
        offset[quarter] = anchors.xy[row] - anchors.xy[town]
    radius_m = 1000 * float(anchors.table["radius_km"].iloc[town])
    spread = radius_m / np.sqrt(count) * rng.uniform(0.35, 0.8, count)
    table = pd.DataFrame(
        {
            "anchor": town,
            "place": pd.Series(places, dtype="str"),
            "area": "urban",
            "households": sizes,
            "long_m": spread,
            "short_m": spread * rng.uniform(0.35, 1.0, count),
            "turn": rng.uniform(0, np.pi, count),
        }
    )
    return table[sizes > 0], offset[sizes > 0]


def _centers(
    rng: np.random.Generator, anchors: Anchors, town: int, count: int, edge_share: float
) -> NDArray[np.float64]:
    if count == 1:
        return np.zeros((1, 2))
    room = np.broadcast_to(anchors.room[town], (count, anchors.room.shape[1]))
    if anchors.table["kind"].iloc[town] == "district":
        return scatter(rng, room, np.zeros(count))
    radius = float(anchors.table["radius_km"].iloc[town])
    edge = np.arange(count) >= count - round(edge_share * count)
    stretch = np.where(edge, rng.uniform(*EDGE, count), 1.0)
    return scatter(rng, np.minimum(room, radius * stretch[:, None]), np.where(edge, radius, 0.0))
