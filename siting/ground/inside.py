"""Which cells of a lattice are on the ground, for what lies beyond must not join what the ground parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.ground.lattice import Lattice

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def inside(lattice: Lattice, ground: shapely.Geometry) -> Flags:
    """Return whether the middle of each fine cell is on the ground, ``(rows, columns)``."""
    broad, side = lattice.coarse(), lattice.ratio
    # So close along the edge that it leaves no middle of a cell unseen on its other side.
    edge = shapely.get_coordinates(shapely.segmentize(shapely.boundary(ground), lattice.step_m / 2))
    crossed = np.zeros((broad.rows, broad.columns), dtype=bool)
    crossed.flat[broad.cells(edge)[0]] = True
    shapely.prepare(ground)
    middles = broad.middles(np.arange(crossed.size))
    whole = shapely.contains_xy(ground, middles[:, 0], middles[:, 1]).reshape(crossed.shape)
    on = whole.repeat(side, axis=0).repeat(side, axis=1)
    doubtful = np.flatnonzero(crossed.repeat(side, axis=0).repeat(side, axis=1))
    middles = lattice.middles(doubtful)
    on.flat[doubtful] = shapely.contains_xy(ground, middles[:, 0], middles[:, 1])
    return np.asarray(on, dtype=bool)


def onto(on: Flags, cell: Ints) -> Ints:
    """Return the flat cell on the ground that is nearest to each of some cells, ``(n,)``."""
    if on.flat[cell].all():
        return cell
    row, column = ndimage.distance_transform_edt(~on, return_distances=False, return_indices=True)
    return np.asarray(row.flat[cell] * on.shape[1] + column.flat[cell], dtype=np.int64)


def filled(labels: Ints, nobody: int) -> Ints:
    """Return labels in which a cell of nobody takes the nearest that is somebody's."""
    blank = labels == nobody
    if not blank.any():
        return labels
    nearest = ndimage.distance_transform_edt(blank, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)])
