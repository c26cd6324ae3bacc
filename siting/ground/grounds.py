"""The ground of every unit: its boundary where one is given, else the land around its households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.fold import fold
from siting.ground.lattice import NOBODY, Lattice, make_room, sweep, vote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from data.problem import Problem
    from data.rules import Within

LEVELS: Mapping[Within, tuple[str, ...]] = {
    "district": ("province", "county", "district"),
    "county": ("province", "county"),
    "province": ("province",),
    "none": (),
}
GROUND_CELLS = 500_000


def keys_of(table: pd.DataFrame, levels: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the folded names of each row's unit, one a level."""
    parts = [_folded(table[level]) for level in levels]
    return list(zip(*parts, strict=True)) if parts else [()] * len(table)


def _folded(names: pd.Series) -> list[str]:
    number, spellings = pd.factorize(names.fillna(""))
    spelt = [fold(one) for one in spellings]
    return [spelt[one] for one in number.tolist()]


def grounds_of(problem: Problem, served: pd.DataFrame) -> dict[tuple[str, ...], shapely.Geometry]:
    """Return the ground of each unit that has any, LCC metres; no two overlap.

    Parameters
    ----------
    problem : Problem
        Boundaries and rules.
    served : DataFrame
        ``x``, ``y`` (metres) and ``ground``, the key of its unit by `keys_of`: one row a served household.
    """
    wanted = sorted(set(served["ground"]))
    given = _given(problem, wanted)
    missing = served[~served["ground"].isin(list(given))]
    if len(missing):
        taken = shapely.union_all(list(given.values()))
        for key, shape in _around_households(
            missing, problem.rules.grid_rural_m, problem.rules.privacy_k
        ).items():
            given[key] = shapely.difference(shape, taken)
    return {key: given[key] for key in wanted if key in given and not given[key].is_empty}


def _given(problem: Problem, wanted: list[tuple[str, ...]]) -> dict[tuple[str, ...], shapely.Geometry]:
    within = problem.rules.within
    layer = problem.boundaries.get("province" if within == "none" else within)
    if layer is None or not len(layer):
        return {}
    if within == "none":
        return {(): shapely.union_all(layer.geometry.to_numpy())}
    shapes: dict[tuple[str, ...], list[shapely.Geometry]] = {}
    above = [name for name in LEVELS[within][:-1] if name in layer]
    for key, shape in zip(keys_of(layer, (*above, "name")), layer.geometry, strict=True):
        matches = [
            want
            for want in wanted
            if want[-1] == key[-1]
            and all(
                part in ("", want[LEVELS[within].index(name)])
                for name, part in zip(above, key[:-1], strict=True)
            )
        ]
        for want in matches:
            shapes.setdefault(want, []).append(shape)
    return {want: shapely.union_all(parts) for want, parts in shapes.items()}


def _around_households(
    served: pd.DataFrame, step_m: float, crumb: int
) -> dict[tuple[str, ...], shapely.Geometry]:
    """Return the ground of each unit as whole cells, at least ``step_m`` wide."""
    bounds = served[["x", "y"]].agg(["min", "max"]).to_numpy().ravel() + np.array([-1, -1, 1, 1]) * step_m
    span = np.sqrt((bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) / GROUND_CELLS)
    step = step_m * 2 ** max(0, int(np.ceil(np.log2(max(span / step_m, 1)))))
    lattice = Lattice.over(tuple(bounds), fine_m=step, coarse_m=step)
    names = sorted(set(served["ground"]))
    unit = pd.Index(names, tupleize_cols=False).get_indexer(pd.Index(served["ground"], tupleize_cols=False))
    owner = _shared(lattice, served[["x", "y"]].to_numpy(), unit, crumb)
    corners = lattice.middles(np.arange(owner.size)) - step / 2
    squares = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + step, corners[:, 1] + step)
    return {
        name: shapely.coverage_union_all(squares[owner == index])
        for index, name in enumerate(names)
        if (owner == index).any()
    }


def _shared(
    lattice: Lattice, homes: NDArray[np.float64], unit: NDArray[np.int64], crumb: int
) -> NDArray[np.int64]:
    """Return the unit of every cell, -1 for none, ``(rows * columns,)``.

    A unit's ground is the hull of its households widened by one step; land that two hulls claim is the
    nearer's. A cell in which several live is of the one with most households there. A unit outnumbered
    wherever it lives has the cell with most of its households, if whoever has it keeps a home elsewhere; else
    it has no ground.
    """
    cells = lattice.middles(np.arange(lattice.rows * lattice.columns))
    home = lattice.cells(homes)[0]
    won, winner = vote(home, unit)
    best = np.full(len(cells), np.inf)
    owner = np.full(len(cells), NOBODY)
    for index in np.unique(winner):
        hull = shapely.buffer(shapely.convex_hull(shapely.multipoints(homes[unit == index])), lattice.step_m)
        shapely.prepare(hull)
        claimed = np.flatnonzero(shapely.contains_xy(hull, cells[:, 0], cells[:, 1]))
        away = cKDTree(lattice.middles(won[winner == index])).query(cells[claimed])[0]
        nearer = away < best[claimed]
        best[claimed[nearer]], owner[claimed[nearer]] = away[nearer], index
    swept = sweep(owner.reshape(lattice.rows, lattice.columns), home, unit, crumb).ravel()
    return make_room(swept, home, unit)
