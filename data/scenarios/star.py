"""Points on the ground around a place: never further than its county's land reaches in that direction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.gazetteer.tables import BEARINGS

STEP = 2 * np.pi / BEARINGS
LEAST_KM = 0.15

Floats = NDArray[np.float64]


def reach_at(room: Floats, bearing: Floats) -> Floats:
    """Return the reach at bearings between the measured ones: the lesser of the two beside each.

    Parameters
    ----------
    room : array, shape (n, 16)
        Reach at each measured bearing, km.
    bearing : array, shape (n,)
        Radians clockwise from north.
    """
    low = np.floor((bearing % (2 * np.pi)) / STEP).astype(np.int64) % BEARINGS
    rows = np.arange(len(bearing))
    return np.minimum(room[rows, low], room[rows, (low + 1) % BEARINGS])


def scatter(rng: np.random.Generator, room: Floats, inner_km: Floats) -> Floats:
    """Draw one point around each place, even over the ground that its room leaves.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    room : array, shape (n, 16)
        Reach, km.
    inner_km : array, shape (n,)
        Radius that stays free around the place, as far as there is room outside it.

    Returns
    -------
    array, shape (n, 2)
        Metres east and north of the place.
    """
    sector = np.minimum(room, np.roll(room, -1, axis=1)) ** 2 + 1e-9
    ladder = np.cumsum(sector, axis=1)
    drawn = rng.random(len(room)) * ladder[:, -1]
    chosen = np.minimum((ladder < drawn[:, None]).sum(axis=1), BEARINGS - 1)
    bearing = (chosen + rng.random(len(room))) * STEP
    outer = np.maximum(reach_at(room, bearing), LEAST_KM)
    inner = np.minimum(inner_km, 0.8 * outer)
    radius = np.sqrt(inner**2 + rng.random(len(room)) * (outer**2 - inner**2))
    offset: Floats = 1000 * radius[:, None] * np.column_stack([np.sin(bearing), np.cos(bearing)])
    return offset


def keep_on_ground(rng: np.random.Generator, offset: Floats, room: Floats) -> Floats:
    """Return the offsets (metres, ``(n, 2)``), those beyond the room drawn back along their own bearing."""
    bearing = np.arctan2(offset[:, 0], offset[:, 1])
    radius = np.hypot(offset[:, 0], offset[:, 1])
    outer = 1000 * np.maximum(reach_at(room, bearing), LEAST_KM)
    back = outer * np.sqrt(rng.random(len(offset)))
    factor = np.where(radius > outer, back / np.maximum(radius, 1e-9), 1.0)
    kept: Floats = offset * factor[:, None]
    return kept
