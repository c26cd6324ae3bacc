"""Neighbourhoods: the ground of every unit, parted among its centers without overlap or hole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.geodesy import WGS84, to_degrees
from data.given import given_kind
from data.problem import Problem
from siting.ground.cells import Cells
from siting.ground.lattice import NOBODY, borders
from siting.ground.names import names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.ground.cells import Laid

COLUMNS = ["center_id", "name", "cases", "households", "fraction_inside", "geometry"]
NODE_M = 1.0
SLIVER_CELLS = 0.1
SMOOTH_STEPS = 1.5
DECIMALS = 6


def partition(problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame) -> gpd.GeoDataFrame:
    """Part the ground of every unit among its centers.

    Each unit's ground (its boundary where one is given, else the land around its households) is laid with
    a fixed lattice of ``grid_urban_m`` where households are dense and ``grid_rural_m`` elsewhere; see
    `share_ground` for how cells choose. Borders are drawn once and shared, also between units, then
    simplified together, so that neighbourhoods neither overlap nor leave holes. Households of a vacancy
    have no vote.

    Parameters
    ----------
    problem : Problem
        Households, boundaries and rules.
    assignments : DataFrame
        ``household_id``, ``center_id``, ``cases``: one row a served household.
    centers : DataFrame
        ``center_id``, ``lon``, ``lat``, ``county``, ``district`` (``preference`` and ``score`` where they
        are known): one row an open center.

    Returns
    -------
    GeoDataFrame
        One row a center in the order of ``centers``: ``center_id``; ``name``, as
        `siting.ground.names.names_of` says; ``cases``; ``households``;
        ``fraction_inside``, the share of its households that stand in its own polygon; geometry in WGS84
        degrees with 6 decimals, empty for a center that serves nobody or whose ground is wholly others'.

    Examples
    --------
    >>> from data import demo_problem
    >>> from siting import partition, plan_sites
    >>> problem = demo_problem("lorestan", scale=0.02)
    >>> plan = plan_sites(problem)
    >>> ground = partition(problem, plan.assignments, plan.centers)
    >>> bool(ground["cases"].sum() == plan.assignments["cases"].sum())
    True
    """
    cells = Cells.of(given_kind(problem, Problem, "problem"), assignments, centers)
    served, shapes = cells.served, _shapes(cells)
    table = gpd.GeoDataFrame({"center_id": centers["center_id"].to_numpy()}, geometry=shapes, crs=WGS84)
    by_center = served.groupby("owner")
    number_of = pd.RangeIndex(len(centers))
    table["cases"] = by_center["cases"].sum().reindex(number_of, fill_value=0).to_numpy()
    table["households"] = by_center.size().reindex(number_of, fill_value=0).to_numpy()
    table["name"] = names_of(served, centers, problem.rules.privacy_k)
    table["fraction_inside"] = _fractions(served, table.geometry.to_numpy())
    return table[COLUMNS]


def _shapes(cells: Cells) -> NDArray[np.object_]:
    lines: list[shapely.Geometry] = []
    shared: list[Laid] = []
    for laid in cells.laid():
        if (laid.labels != NOBODY).any():
            lines.append(shapely.intersection(borders(laid.lattice, laid.labels), laid.ground))
        lines.append(shapely.boundary(laid.ground))
        shared.append(laid)
    fine_m = cells.problem.rules.grid_urban_m
    faces, owner = _faces(lines, shared)
    owner = _without_slivers(faces, owner, SLIVER_CELLS * fine_m**2)
    return _dissolve(faces, owner, len(cells.centers), fine_m)


def _faces(
    lines: list[shapely.Geometry], shared: list[Laid]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Cut the ground along all lines at once, so that a border is one line, and tell whose each face is."""
    # A grid of a metre ties border ends to the line they end on and leaves room to round degrees.
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=NODE_M))
    faces = shapely.get_parts(shapely.polygonize(noded))
    inner = shapely.point_on_surface(faces)
    xy = shapely.get_coordinates(inner)
    owner = np.full(len(faces), -1)
    point, ground = shapely.STRtree([one.ground for one in shared]).query(inner, predicate="intersects")
    for index, laid in enumerate(shared):
        mine = point[ground == index]
        owner[mine] = laid.labels.ravel()[laid.lattice.cells(xy[mine])[0]]
    return faces, owner


def _without_slivers(
    faces: NDArray[np.object_], owner: NDArray[np.int64], least_m2: float
) -> NDArray[np.int64]:
    """Give faces too small to be ground, where boundaries do not quite meet, to the longest neighbour."""
    kept = owner.copy()
    large = shapely.area(faces) >= least_m2
    small, near = shapely.STRtree(faces).query(faces[~large], predicate="touches")
    small = np.flatnonzero(~large)[small]
    small, near = small[large[near]], near[large[near]]
    shared = shapely.length(shapely.intersection(faces[small], faces[near]))
    order = np.lexsort((shared, small))
    kept[small[order]] = owner[near[order]]
    return kept


def _dissolve(
    faces: NDArray[np.object_], owner: NDArray[np.int64], count: int, step_m: float
) -> NDArray[np.object_]:
    shapes = np.full(count, shapely.Polygon(), dtype=object)
    whose = np.unique(owner[owner >= 0])
    if not len(whose):
        return shapes
    whole = np.array([shapely.coverage_union_all(faces[owner == center]) for center in whose], dtype=object)
    for steps in (SMOOTH_STEPS, SMOOTH_STEPS / 2, 0.0):
        rounded = shapely.transform(shapely.coverage_simplify(whole, steps * step_m), _degrees)
        # Rounding may make a narrow neck touch itself; with less smoothing there is more room.
        if shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded):
            break
    shapes[whose] = rounded
    return shapes


def _degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(np.column_stack(to_degrees(xy)), DECIMALS), dtype=np.float64)


def _fractions(served: pd.DataFrame, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    points = shapely.points(served["lon"], served["lat"])
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    owner = served["owner"].to_numpy()
    inside = np.unique(point[owner[point] == shape])
    homes = np.bincount(owner, minlength=len(shapes))
    at_home = np.bincount(owner[inside], minlength=len(shapes))
    share = np.divide(at_home, homes, out=np.zeros(len(shapes)), where=homes > 0)
    return np.asarray(np.round(share, 4), dtype=np.float64)
