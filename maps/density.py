"""How densely households live, on a map: squares that never move, each of many households or not drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from data.geodesy import to_degrees, to_plane
from data.privacy.releases import cell_corners
from maps.coarse import line_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.privacy.publishing import Published

TIMES = (1, 3, 10, 30)
"""Classes begin at so many times ``k`` households in a square."""
DECIMALS = 5
BROAD_M = 10_000.0
"""Side of a square on the page of a nation, where one of a kilometre could not be seen."""
BROAD_TIMES = (1, 10, 40, 160)
COLOURS = ("#d9a3d6", "#b45fb4", "#7d2a88", "#3a0a45")


def density_cells(shown: Published | None) -> list[dict[str, Any]]:
    """Return the squares to draw: corners as ``[lat, lon]``, class, and households, a multiple of ``k``."""
    if shown is None or shown.density.empty:
        return []
    households = shown.density["households"].to_numpy()
    step = np.searchsorted(density_steps(shown.least), households, side="right") - 1
    corners = np.round(cell_corners(shown.density)[:, :, ::-1], DECIMALS)
    return [
        {"ring": ring, "class": int(one), "households": int(count)}
        for ring, one, count in zip(corners.tolist(), step, households, strict=True)
    ]


def density_steps(least: int) -> list[int]:
    """Return the fewest households of each class."""
    return [times * least for times in TIMES]


def broad_steps(least: int) -> list[int]:
    """Return the fewest households of each class of `broad_cells`."""
    return [times * least for times in BROAD_TIMES]


def broad_cells(told: Iterable[Mapping[str, Any]], least: int) -> list[tuple[int, list[int]]]:
    """Return squares of ten kilometres, on the same fixed grid: class, and ring as `maps.coarse.steps`.

    Parameters
    ----------
    told : iterable of mapping
        What `density_cells` made, of any number of plans: nothing else is added up.
    least : int
        ``k``.
    """
    cells = list(told)
    if not cells:
        return []
    middle = np.array([np.mean(one["ring"], axis=0) for one in cells])
    corner = np.floor(to_plane(middle[:, 1], middle[:, 0]) / BROAD_M).astype(np.int64)
    table = pd.DataFrame(corner, columns=["column", "row"])
    summed = table.assign(households=[one["households"] for one in cells]).groupby(["row", "column"]).sum()
    south_west = np.array([(column, row) for row, column in summed.index]) * BROAD_M
    sides = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * BROAD_M
    corners = np.column_stack(to_degrees((south_west[:, None] + sides).reshape(-1, 2))).reshape(-1, 4, 2)
    step = np.searchsorted(broad_steps(least), summed["households"], side="right") - 1
    rings = (line_steps(square)[0] for square in shapely.polygons(corners))
    return [(int(one), ring) for one, ring in zip(step, rings, strict=True)]
