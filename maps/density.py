"""How densely households live, on a map: squares that never move, each of many households or not drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.privacy.releases import cell_corners

if TYPE_CHECKING:
    from data.privacy.publishing import Published

TIMES = (1, 3, 10, 30)
"""Classes begin at so many times ``k`` households in a square."""
DECIMALS = 5


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
