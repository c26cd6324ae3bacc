"""The fixed lattice that neighbourhoods are made of: cells vote, empty cells follow, crumbs are swept up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree

from siting.ground.inside import filled, onto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.ground.costs import Costs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_CELLS = 2_000_000
NEIGHBOURS = 8
NOBODY = -1
SWEEPS = 8
"""What is swept up may leave other crumbs behind, ever fewer."""

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
    lattice: Lattice, xy: Floats, owner: Ints, centers_xy: Floats, costs: Costs, *, crumb: int, on: Flags
) -> Ints:
    """Give every fine cell to one center.

    Coarse cells vote, those with a household or more for each fine cell vote finely: a cell is of the center
    most of its households have. A cell without any goes to the center that is cheapest by the plan's own
    costs, as if a household of the nearest inhabited cell lived there, among those that own one of the
    inhabited cells nearest to it; such cells are fine where centers meet. Separate pieces of a center with
    fewer than ``crumb`` of its households join what surrounds them, so that no piece gives a family away. A
    center of ``crumb`` households or more that are nowhere so many together has no ground, where another has.

    Parameters
    ----------
    lattice : Lattice
        Covers the ground.
    xy : ndarray
        Households, metres ``(n, 2)``, all inside the lattice.
    owner : ndarray
        Center number of each household, ``(n,)``.
    centers_xy : ndarray
        Centers, metres ``(m, 2)``.
    costs : Costs
        Of these households and centers.
    crumb : int
        Fewest households of a separate piece.
    on : ndarray of bool
        Whether each fine cell is on the ground, ``(rows, columns)``: pieces that meet beyond are separate.

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
    won, winner = vote(fine_cell[~thin], owner[~thin])
    won_broadly, broad_winner = vote(broad_cell[thin], owner[thin])

    def most(said: Ints) -> Ints:
        """Return what most households of each inhabited cell say."""
        fine = vote(fine_cell[~thin], said[~thin])[1]
        return np.concatenate([fine, vote(broad_cell[thin], said[thin])[1]])

    seeds = _Seeds(
        cKDTree(np.vstack([lattice.middles(won), broad.middles(won_broadly)])),
        owner=np.concatenate([winner, broad_winner]),
        rural=most(costs.rural),
        district=most(costs.district + 1) - 1,
    )

    coarse = np.full(broad.rows * broad.columns, NOBODY)
    coarse[won_broadly] = broad_winner
    empty = np.flatnonzero(coarse == NOBODY)
    coarse[empty] = seeds.follow(broad.middles(empty), centers_xy, costs)
    open_broadly = dense.copy()
    open_broadly[empty] |= _at_a_border(coarse.reshape(broad.rows, broad.columns)).ravel()[empty]

    side = lattice.ratio
    labels = _spread(coarse.reshape(broad.rows, broad.columns), side).ravel()
    labels[_spread(open_broadly.reshape(broad.rows, broad.columns), side).ravel()] = NOBODY
    labels[won] = winner
    open_cells = np.flatnonzero(labels == NOBODY)
    labels[open_cells] = seeds.follow(lattice.middles(open_cells), centers_xy, costs)
    shaped = labels.reshape(lattice.rows, lattice.columns)
    if not on.any():
        return _keep_everyone(shaped, fine_cell, owner, crumb)
    home = onto(on, fine_cell)
    return _keep_everyone(_sweep_on(shaped, on, home, owner, crumb), home, owner, crumb)


def borders(lattice: Lattice, labels: Ints) -> shapely.Geometry:
    """Return the lines between cells of different label, metres, one multi-line."""
    row, column = np.nonzero(labels[:, 1:] != labels[:, :-1])
    upright = np.stack([np.column_stack([column + 1, row]), np.column_stack([column + 1, row + 1])], axis=1)
    row, column = np.nonzero(labels[1:, :] != labels[:-1, :])
    level = np.stack([np.column_stack([column, row + 1]), np.column_stack([column + 1, row + 1])], axis=1)
    corners = np.concatenate([upright, level]) * lattice.step_m + (lattice.west, lattice.south)
    return shapely.line_merge(shapely.multilinestrings(shapely.linestrings(corners)))


def vote(cell: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Return the cells that have households and the owner of most in each; ties to the first."""
    if not len(cell):
        return cell, owner
    width = int(owner.max()) + 1
    pairs, voices = np.unique(cell * width + owner, return_counts=True)
    where, who = np.divmod(pairs, width)
    order = np.lexsort((who, -voices, where))
    first = np.unique(where[order], return_index=True)[1]
    return where[order][first], who[order][first]


@dataclass(frozen=True)
class _Seeds:
    """Inhabited cells, that empty ones follow: whose they are, and what their households are, ``(s,)``."""

    tree: cKDTree
    owner: Ints
    rural: Ints
    district: Ints

    def follow(self, xy: Floats, centers_xy: Floats, costs: Costs) -> Ints:
        if not len(xy):
            return np.empty(0, dtype=np.int64)
        near = self.tree.query(xy, k=min(NEIGHBOURS, self.tree.n))[1].reshape(len(xy), -1)
        who, first = self.owner[near], near[:, 0]
        east, north = (centers_xy[who, axis] - xy[:, axis, None] for axis in (0, 1))
        away = np.sqrt(east * east + north * north)
        cost = costs.metres(away, who, self.rural[first], self.district[first])
        return np.asarray(who[np.arange(len(xy)), cost.argmin(axis=1)], dtype=np.int64)


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
    return _joined(labels, _crumbs(labels, cell, owner, crumb))


def _joined(labels: Ints, crumbs: Flags) -> Ints:
    """Return labels in which a crumb takes the nearest that is none."""
    if not crumbs.any():
        return labels
    nearest = ndimage.distance_transform_edt(crumbs, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)])


def _sweep_on(labels: Ints, on: Flags, home: Ints, owner: Ints, crumb: int) -> Ints:
    """Sweep what is on the ground, again while that leaves crumbs; beyond it the nearest label goes on."""
    shown = np.where(on, labels, NOBODY)
    crumbs = _crumbs(shown, home, owner, crumb, scattered=True)
    if scattered := not crumbs[on].all():
        labels = filled(_joined(shown, crumbs), NOBODY)
    else:
        labels = filled(sweep(shown, home, owner, crumb), NOBODY)
    for _ in range(SWEEPS):
        shown = np.where(on, labels, NOBODY)
        crumbs = _crumbs(shown, home, owner, crumb, scattered=scattered)
        before = labels
        for center in np.unique(shown[crumbs]):
            # Its other piece may be the nearest, across what is not on the ground.
            others = np.where(crumbs | (shown == center), NOBODY, shown)
            if (others != NOBODY).any():
                labels = np.where(crumbs & (shown == center), filled(others, NOBODY), labels)
        if labels is before:
            break
    return labels


def _crumbs(labels: Ints, cell: Ints, owner: Ints, crumb: int, *, scattered: bool = False) -> Flags:
    """Return the cells of pieces of too few; with ``scattered``, also the fullest of an owner of enough.

    Ground of fewer than ``crumb`` in all is told nobody, that of more is, and may be one family's cell.
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
        if not scattered or np.count_nonzero(owner == center) < crumb:
            small[1 + homes[1:].argmax()] = False
        small[0] = False
        swept[window] |= small[pieces]
    return swept


def _keep_everyone(labels: Ints, cell: Ints, owner: Ints, crumb: int) -> Ints:
    """Give a center without a cell the one that holds most of its households, unless that tells of few."""
    kept = labels.copy()
    for center in np.setdiff1d(owner, labels):
        homes = np.bincount(cell[owner == center])
        if homes.max() >= crumb or homes.sum() < crumb:
            kept.flat[homes.argmax()] = center
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
