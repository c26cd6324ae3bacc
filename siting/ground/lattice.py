"""The fixed lattice that neighbourhoods are made of: cells vote, empty cells follow, crumbs are swept up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_CELLS = 2_000_000
NEIGHBOURS = 8
NOBODY = -1

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True)
class Lattice:
    """Square cells in LCC metres, their corners on multiples of the step, so that they never shift.

    Attributes
    ----------
    west, south : float
        Corner of the first cell, metres.
    step_m : float
        Side of a fine cell, metres.
    ratio : int
        Fine cells to the side of a coarse cell.
    rows, columns : int
        Numbers of fine cells; both divide by `ratio`.
    """

    west: float
    south: float
    step_m: float
    ratio: int
    rows: int
    columns: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], *, fine_m: float, coarse_m: float) -> Lattice:
        """Lay the lattice over ``bounds``; both steps double until it has at most `MOST_CELLS` cells."""
        ratio = max(1, round(coarse_m / fine_m))
        step = fine_m
        while True:
            block = step * ratio
            west, south = np.floor(np.array(bounds[:2]) / block) * block
            east, north = (np.floor(np.array(bounds[2:]) / block) + 1) * block
            columns, rows = round((east - west) / step), round((north - south) / step)
            if rows * columns <= MOST_CELLS:
                return cls(float(west), float(south), step, ratio, rows, columns)
            step *= 2

    def cells(self, xy: Floats) -> tuple[Ints, Flags]:
        """Return the flat number of each point's fine cell, ``(n,)``, and whether the lattice reaches it."""
        index = np.floor((xy - (self.west, self.south)) / self.step_m).astype(np.int64)
        inside = ((index >= 0) & (index < (self.columns, self.rows))).all(axis=1)
        flat = np.where(inside, index[:, 1] * self.columns + index[:, 0], 0)
        return flat, np.asarray(inside, dtype=bool)

    def middles(self, cells: Ints) -> Floats:
        """Return the middle of each fine cell, metres ``(n, 2)``."""
        row, column = np.divmod(cells, self.columns)
        return np.column_stack([column, row]) * self.step_m + (
            self.west + self.step_m / 2,
            self.south + self.step_m / 2,
        )

    def coarse(self) -> Lattice:
        """Return the lattice of the coarse cells alone."""
        side = self.ratio
        return Lattice(self.west, self.south, self.step_m * side, 1, self.rows // side, self.columns // side)


def share_ground(
    lattice: Lattice, xy: Floats, cases: Floats, owner: Ints, centers_xy: Floats, *, crumb: int
) -> Ints:
    """Give every fine cell to one center.

    Coarse cells vote, those with a household or more for each fine cell vote finely, by cases. A cell without
    households goes to the nearest center among those that own one of the inhabited cells nearest to it; such
    cells are fine where centers meet. Separate pieces of a center with fewer than ``crumb`` of its households
    join what surrounds them, so that no piece gives a family away.

    Parameters
    ----------
    lattice : Lattice
        Covers the ground.
    xy : ndarray
        Households, metres ``(n, 2)``, all inside the lattice.
    cases, owner : ndarray
        Cases and center number of each household, ``(n,)``.
    centers_xy : ndarray
        Centers, metres ``(m, 2)``.
    crumb : int
        Fewest households of a separate piece.

    Returns
    -------
    ndarray
        Center number of every fine cell, ``(rows, columns)``.
    """
    broad = lattice.coarse()
    fine_cell, _ = lattice.cells(xy)
    broad_cell, _ = broad.cells(xy)
    dense = np.bincount(broad_cell, minlength=broad.rows * broad.columns) >= max(2, lattice.ratio**2)
    thin = ~dense[broad_cell]
    won, winner = vote(fine_cell[~thin], owner[~thin], cases[~thin])
    won_broadly, broad_winner = vote(broad_cell[thin], owner[thin], cases[thin])
    seeds = cKDTree(np.vstack([lattice.middles(won), broad.middles(won_broadly)]))
    seed_owner = np.concatenate([winner, broad_winner])

    coarse = np.full(broad.rows * broad.columns, NOBODY)
    coarse[won_broadly] = broad_winner
    empty = np.flatnonzero(coarse == NOBODY)
    coarse[empty] = _follow(broad.middles(empty), seeds, seed_owner, centers_xy)
    open_broadly = dense.copy()
    open_broadly[empty] |= _at_a_border(coarse.reshape(broad.rows, broad.columns)).ravel()[empty]

    side = lattice.ratio
    labels = _spread(coarse.reshape(broad.rows, broad.columns), side).ravel()
    labels[_spread(open_broadly.reshape(broad.rows, broad.columns), side).ravel()] = NOBODY
    labels[won] = winner
    open_cells = np.flatnonzero(labels == NOBODY)
    labels[open_cells] = _follow(lattice.middles(open_cells), seeds, seed_owner, centers_xy)
    shaped = sweep(labels.reshape(lattice.rows, lattice.columns), fine_cell, owner, crumb)
    return _keep_everyone(shaped, fine_cell, owner, cases)


def borders(lattice: Lattice, labels: Ints) -> shapely.Geometry:
    """Return the lines between cells of different label, metres, one multi-line."""
    row, column = np.nonzero(labels[:, 1:] != labels[:, :-1])
    upright = np.stack([np.column_stack([column + 1, row]), np.column_stack([column + 1, row + 1])], axis=1)
    row, column = np.nonzero(labels[1:, :] != labels[:-1, :])
    level = np.stack([np.column_stack([column, row + 1]), np.column_stack([column + 1, row + 1])], axis=1)
    corners = np.concatenate([upright, level]) * lattice.step_m + (lattice.west, lattice.south)
    return shapely.line_merge(shapely.multilinestrings(shapely.linestrings(corners)))


def vote(cell: Ints, owner: Ints, cases: Floats) -> tuple[Ints, Ints]:
    """Return the cells that have households and the owner with most cases in each; ties to the first."""
    if not len(cell):
        return cell, owner
    width = int(owner.max()) + 1
    pairs, index = np.unique(cell * width + owner, return_inverse=True)
    weight = np.bincount(index, weights=cases)
    where, who = np.divmod(pairs, width)
    order = np.lexsort((who, -weight, where))
    first = np.unique(where[order], return_index=True)[1]
    return where[order][first], who[order][first]


def _follow(xy: Floats, seeds: cKDTree, seed_owner: Ints, centers_xy: Floats) -> Ints:
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    nearest = seeds.query(xy, k=min(NEIGHBOURS, seeds.n))[1].reshape(len(xy), -1)
    who = seed_owner[nearest]
    away = np.square(centers_xy[who] - xy[:, None, :]).sum(axis=2)
    return np.asarray(who[np.arange(len(xy)), away.argmin(axis=1)], dtype=np.int64)


def _at_a_border(labels: Ints) -> Flags:
    lowest, highest = ndimage.minimum_filter(labels, size=3), ndimage.maximum_filter(labels, size=3)
    return np.asarray(lowest != highest)


def _spread(values: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    return values.repeat(side, axis=0).repeat(side, axis=1)


def sweep(labels: Ints, cell: Ints, owner: Ints, crumb: int) -> Ints:
    """Join to what is nearest each separate piece that holds fewer than ``crumb`` of its owner's households.

    Parameters
    ----------
    labels : ndarray
        Owner of every cell, ``(rows, columns)``; -1 for nobody's.
    cell, owner : ndarray
        Flat cell and owner of each household, ``(n,)``.
    crumb : int
        Fewest households of a piece; an owner's fullest piece stays whatever it holds.
    """
    swept = np.zeros(labels.shape, dtype=bool)
    rows, columns = np.divmod(cell, labels.shape[1])
    for center, window in enumerate(ndimage.find_objects(labels + 1)):
        if window is None:
            continue
        pieces, count = ndimage.label(labels[window] == center)
        down, across = window
        mine = (owner == center) & (rows >= down.start) & (rows < down.stop)
        mine &= (columns >= across.start) & (columns < across.stop)
        homes = np.bincount(
            pieces[rows[mine] - down.start, columns[mine] - across.start], minlength=count + 1
        )
        small = homes < crumb
        small[1 + homes[1:].argmax()] = small[0] = False
        swept[window] |= small[pieces]
    nearest = ndimage.distance_transform_edt(swept, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)])


def _keep_everyone(labels: Ints, cell: Ints, owner: Ints, cases: Floats) -> Ints:
    """Give a center that won no cell the one that holds most of its cases."""
    kept = labels.copy()
    for center in np.setdiff1d(owner, labels):
        mine = owner == center
        kept.flat[np.bincount(cell[mine], weights=cases[mine]).argmax()] = center
    return kept


def make_room(labels: Ints, cell: Ints, owner: Ints) -> Ints:
    """Give an owner without a cell the one with most of its households, if its host has a home elsewhere.

    Parameters
    ----------
    labels : ndarray
        Owner of every cell, ``(cells,)``; -1 for nobody's.
    cell, owner : ndarray
        Flat cell and owner of each household, ``(n,)``.
    """
    roomy = labels.copy()
    for lost in np.setdiff1d(owner, labels):
        own, homes = np.unique(cell[owner == lost], return_counts=True)
        for here in own[np.argsort(-homes, kind="stable")]:
            at_home = cell[(owner == roomy[here]) & (roomy[cell] == roomy[here])]
            if (at_home != here).any():
                roomy[here] = lost
                break
    return roomy
