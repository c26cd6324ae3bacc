"""Neighbourhoods: the ground of every unit, parted among its centers without overlap or hole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.geodesy import WGS84, to_degrees, to_plane
from data.text import number
from siting.ground.grounds import LEVELS, grounds_of, keys_of
from siting.ground.lattice import Lattice, borders, share_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.problem import Problem

COLUMNS = ["center_id", "name", "cases", "households", "fraction_inside", "geometry"]
NODE_M = 1.0
SLIVER_CELLS = 0.1
SMOOTH_STEPS = 1.5
DECIMALS = 6
LAST_LATIN = "\u024f"


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
        ``center_id``, ``lon``, ``lat``, ``county``: one row an open center.

    Returns
    -------
    GeoDataFrame
        One row a center in the order of ``centers``: ``center_id``; ``name``, the place most of its cases
        live in, numbered where several share it, else its county with a number; ``cases``; ``households``;
        ``fraction_inside``, the share of its households that stand in its own polygon; geometry in WGS84
        degrees with 6 decimals, empty for a center that serves nobody or whose ground is wholly others'.
    """
    served = _served(problem, assignments, centers)
    grounds = grounds_of(problem, served)
    shapes = _shapes(problem, served, grounds, centers)
    table = gpd.GeoDataFrame({"center_id": centers["center_id"].to_numpy()}, geometry=shapes, crs=WGS84)
    by_center = served.groupby("owner")
    number_of = pd.RangeIndex(len(centers))
    table["cases"] = by_center["cases"].sum().reindex(number_of, fill_value=0).to_numpy()
    table["households"] = by_center.size().reindex(number_of, fill_value=0).to_numpy()
    table["name"] = _names(served, centers)
    table["fraction_inside"] = _fractions(served, table.geometry.to_numpy())
    return table[COLUMNS]


def _served(problem: Problem, assignments: pd.DataFrame, centers: pd.DataFrame) -> pd.DataFrame:
    """Return served households with a location: ``x``, ``y``, ``cases``, ``owner``, ``ground`` and names."""
    households = problem.households.set_index("household_id").loc[assignments["household_id"]]
    levels = LEVELS[problem.rules.within]
    served = pd.DataFrame(
        {
            "lon": households["lon"].to_numpy(float),
            "lat": households["lat"].to_numpy(float),
            "cases": assignments["cases"].to_numpy(),
            "owner": pd.Index(centers["center_id"]).get_indexer(assignments["center_id"]),
            "ground": keys_of(households, levels),
            "place": households["place"].fillna("").to_numpy(),
            "county": households["county"].fillna("").to_numpy(),
        }
    )
    served[["x", "y"]] = to_plane(served["lon"], served["lat"])
    located: pd.DataFrame = served[np.isfinite(served["x"]) & (served["owner"] >= 0)]
    return located.reset_index(drop=True)


def _shapes(
    problem: Problem,
    served: pd.DataFrame,
    grounds: dict[tuple[str, ...], shapely.Geometry],
    centers: pd.DataFrame,
) -> NDArray[np.object_]:
    rules = problem.rules
    centers_xy = to_plane(centers["lon"], centers["lat"])
    lines: list[shapely.Geometry] = []
    shared: list[tuple[Lattice, NDArray[np.int64]]] = []
    for key, ground in grounds.items():
        lattice = Lattice.over(shapely.bounds(ground), fine_m=rules.grid_urban_m, coarse_m=rules.grid_rural_m)
        here = served[served["ground"] == key]
        here = here[lattice.cells(here[["x", "y"]].to_numpy())[1]]
        labels = np.full((lattice.rows, lattice.columns), -1)
        if len(here):
            owners, owner = np.unique(here["owner"], return_inverse=True)
            labels = owners[
                share_ground(
                    lattice,
                    here[["x", "y"]].to_numpy(),
                    here["cases"].to_numpy(float),
                    owner,
                    centers_xy[owners],
                    crumb=rules.privacy_k,
                )
            ]
            lines.append(shapely.intersection(borders(lattice, labels), ground))
        lines.append(shapely.boundary(ground))
        shared.append((lattice, labels))
    faces, owner = _faces(lines, list(grounds.values()), shared)
    owner = _without_slivers(faces, owner, SLIVER_CELLS * rules.grid_urban_m**2)
    return _dissolve(faces, owner, len(centers), rules.grid_urban_m)


def _faces(
    lines: list[shapely.Geometry],
    grounds: list[shapely.Geometry],
    shared: list[tuple[Lattice, NDArray[np.int64]]],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Cut the ground along all lines at once, so that a border is one line, and tell whose each face is."""
    # A grid of a metre ties border ends to the line they end on and leaves room to round degrees.
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=NODE_M))
    faces = shapely.get_parts(shapely.polygonize(noded))
    inner = shapely.point_on_surface(faces)
    xy = shapely.get_coordinates(inner)
    owner = np.full(len(faces), -1)
    point, ground = shapely.STRtree(grounds).query(inner, predicate="intersects")
    for index, (lattice, labels) in enumerate(shared):
        mine = point[ground == index]
        owner[mine] = labels.ravel()[lattice.cells(xy[mine])[0]]
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


def _names(served: pd.DataFrame, centers: pd.DataFrame) -> list[str]:
    placed = served[served["place"] != ""]
    votes = placed.groupby(["owner", "county", "place"])["cases"].sum().reset_index()
    votes = votes.sort_values(["owner", "cases", "county", "place"], ascending=[True, False, True, True])
    best = votes.drop_duplicates("owner").set_index("owner")
    named = pd.DataFrame({"county": centers["county"].fillna("").to_numpy()})
    named["place"] = best["place"].reindex(named.index).fillna("").to_numpy()
    named["base"] = named["place"].where(named["place"] != "", named["county"])
    groups = named.groupby(["county", "base"])
    ordinal = groups.cumcount() + 1
    shown_ordinal = (groups["base"].transform("size") > 1) | (named["place"] == "")
    return [
        f"{base} {number(int(nth), _script(base))}".strip() if numbered else base
        for base, nth, numbered in zip(named["base"], ordinal, shown_ordinal, strict=True)
    ]


def _script(name: str) -> Literal["fa", "en"]:
    return "fa" if any(letter > LAST_LATIN for letter in name) else "en"


def _fractions(served: pd.DataFrame, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    points = shapely.points(served["lon"], served["lat"])
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    owner = served["owner"].to_numpy()
    inside = np.unique(point[owner[point] == shape])
    homes = np.bincount(owner, minlength=len(shapes))
    at_home = np.bincount(owner[inside], minlength=len(shapes))
    share = np.divide(at_home, homes, out=np.zeros(len(shapes)), where=homes > 0)
    return np.asarray(np.round(share, 4), dtype=np.float64)
