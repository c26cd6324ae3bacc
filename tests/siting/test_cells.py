"""Whatever the ground, whoever lives on it: no overlap, no hole, cells that stay, no home given away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from data.geodesy import LCC, to_degrees, to_plane
from data.rules import Rules
from siting.ground.cells import Cells
from siting.ground.costs import Costs
from siting.ground.inside import inside, onto
from siting.ground.lattice import Lattice, share_ground
from siting.ground.names import names_of
from siting.ground.neighbourhoods import partition
from tests.siting.test_neighbourhoods import problem_of

WITHIN = ["district", "county", "province", "none"]
MIDDLE = to_plane([48.35], [33.5])[0]
SIDE_M = 24_000.0
ISLAND = np.array([SIDE_M * 0.75, 0.0])
SLIVER_M2 = 1.0
EDGE_M = 400.0
"""How far smoothing and rounding may move a border."""


def county_of(x: np.ndarray) -> np.ndarray:
    return np.where(x < MIDDLE[0], "A", "B")


def district_of(y: np.ndarray) -> np.ndarray:
    return np.where(y < MIDDLE[1], "1", "2")


def people(rng: np.random.Generator, count: int, *, island: bool = False) -> gpd.GeoDataFrame:
    """Two towns and villages around them on two counties of two districts each; some on an island."""
    towns = MIDDLE + np.array([[-5000.0, -4000.0], [6000.0, 3000.0]])
    spread = rng.choice([600.0, 4000.0], count)[:, None]
    xy = towns[rng.integers(0, 2, count)] + rng.normal(0, 1, (count, 2)) * spread
    xy = np.clip(xy, MIDDLE - SIDE_M / 2 + 50, MIDDLE + SIDE_M / 2 - 50)
    if island:
        xy[: count // 8] = MIDDLE + ISLAND + rng.uniform(-900, 900, (count // 8, 2))
    lon, lat = to_degrees(xy)
    table = pd.DataFrame({"household_id": [f"H{n}" for n in range(count)], "lon": lon, "lat": lat})
    table["province"], table["county"], table["district"] = "P", county_of(xy[:, 0]), district_of(xy[:, 1])
    table["place"], table["area"] = "", np.where(spread[:, 0] < 1000, "urban", "rural")
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=LCC)


def boundaries(*, island: bool) -> dict[str, gpd.GeoDataFrame]:
    """Squares of districts, counties and the province; county B may have an island in the east."""
    half = SIDE_M / 2
    (west, south), (east, north) = MIDDLE - half, MIDDLE + half
    squares = {
        ("A", "1"): shapely.box(west, south, MIDDLE[0], MIDDLE[1]),
        ("A", "2"): shapely.box(west, MIDDLE[1], MIDDLE[0], north),
        ("B", "1"): shapely.box(MIDDLE[0], south, east, MIDDLE[1]),
        ("B", "2"): shapely.box(MIDDLE[0], MIDDLE[1], east, north),
    }
    if island:
        x, y = MIDDLE + ISLAND
        squares["B", "1"] = squares["B", "1"].union(shapely.box(x - 1500, y - 1500, x + 1500, y))
        squares["B", "2"] = squares["B", "2"].union(shapely.box(x - 1500, y, x + 1500, y + 1500))
    names = pd.DataFrame(list(squares), columns=["county", "name"]).assign(province="P")
    district = gpd.GeoDataFrame(names, geometry=list(squares.values()), crs=LCC)
    county = district.dissolve("county").reset_index().drop(columns="name")
    county = county.rename(columns={"county": "name"}).assign(county="")
    whole = gpd.GeoDataFrame(
        {"name": ["P"], "province": ["P"], "county": [""]}, geometry=[district.union_all()], crs=LCC
    )
    return {"district": district, "county": county, "province": whole}


def served(
    table: gpd.GeoDataFrame, rng: np.random.Generator, within: str, per_unit: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every household to the nearest of some centers of its unit, a tenth of them to any; some to none."""
    levels = {"district": ["county", "district"], "county": ["county"]}.get(within, ["province"])
    unit = table[levels].agg("/".join, axis=1).to_numpy()
    rows = [rng.choice(np.flatnonzero(unit == one), per_unit) for one in np.unique(unit)]
    centers = table.iloc[np.concatenate(rows)][["lon", "lat", "county", "district"]].reset_index(drop=True)
    centers["center_id"] = [f"C{number:02d}" for number in range(len(centers))]
    away = np.hypot(*(table[axis].to_numpy()[:, None] - centers[axis].to_numpy() for axis in ("lon", "lat")))
    away *= np.where(rng.random(len(table))[:, None] < 0.1, rng.uniform(0, 1, away.shape), 1)
    away[unit[:, None] != np.repeat(np.unique(unit), per_unit)] = np.inf
    chosen = centers["center_id"].to_numpy()[away.argmin(axis=1)]
    assigned = pd.DataFrame({"household_id": table["household_id"], "center_id": chosen, "cases": 1})
    vacancy = rng.random(len(table)) < 0.05
    return assigned[~vacancy].reset_index(drop=True), centers


@settings(max_examples=24, deadline=None)
@given(
    within=st.sampled_from(WITHIN),
    bounded=st.booleans(),
    island=st.booleans(),
    per_unit=st.sampled_from([1, 2, 5]),
    count=st.sampled_from([60, 400, 1500]),
    seed=st.integers(0, 2**16),
)
def test_the_ground_is_parted_without_overlap_or_hole_and_nobody_is_given_away(  # noqa: PLR0917 - drawn
    within: str,
    bounded: bool,  # noqa: FBT001 - drawn
    island: bool,  # noqa: FBT001 - drawn
    per_unit: int,
    count: int,
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    table = people(rng, count, island=island)
    made = problem_of(table, boundaries(island=island) if bounded else {}, within=within)
    assignments, centers = served(table, rng, within, per_unit)
    parted = partition(made, assignments, centers).to_crs(LCC)
    shapes, cells = parted.geometry.to_numpy(), Cells.of(made, assignments, centers)
    assert shapely.is_valid(shapes).all()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    both = shapely.intersection(shapes[one[one < other]], shapes[other[one < other]])
    assert shapely.area(both).max(initial=0.0) < SLIVER_M2
    whole, ground = shapely.union_all(shapes, grid_size=0.5), shapely.union_all(list(cells.grounds.values()))
    missing = shapely.difference(ground, shapely.buffer(whole, EDGE_M))
    beyond = shapely.difference(whole, shapely.buffer(ground, EDGE_M))
    assert (missing.area, beyond.area) == (0.0, 0.0)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    assert all(shapely.intersection(hole, ground).area < EDGE_M**2 for hole in holes)
    homes_of_small_pieces(cells, made.rules.privacy_k)


def homes_of_small_pieces(cells: Cells, least: int) -> None:
    """Assert that a separate piece of a center's cells has ``least`` of its households, or most of them.

    Land that is apart is somebody's however few live there: that it is a piece tells of nobody.
    """
    for laid in cells.laid():
        xy = cells.served[["x", "y"]].to_numpy()
        on = inside(laid.lattice, laid.ground)
        cell, reached = laid.lattice.cells(xy)
        own = reached & shapely.intersects_xy(laid.ground, xy[:, 0], xy[:, 1])
        cell = onto(on, cell)
        land = ndimage.label(on)[0]
        mainland = land == 1 + np.bincount(land[on])[1:].argmax()
        for center in np.unique(laid.labels[laid.labels >= 0]):
            pieces, count = ndimage.label((laid.labels == center) & on)
            mine = own & (cells.served["owner"] == center).to_numpy()
            homes = np.bincount(pieces.ravel()[cell[mine]], minlength=count + 1)[1:]
            small = np.flatnonzero(homes < least) + 1
            small = small[small != 1 + homes.argmax()]
            whole = (pieces[mainland] == pieces[mainland][0]).all()
            assert whole or not np.isin(np.unique(pieces[mainland]), small).any()


@pytest.mark.parametrize("strays", [1, 10])
@pytest.mark.parametrize("dense", [True, False], ids=["town", "country"])
def test_strays_of_another_center_inside_a_neighbourhood_leave_no_trace(
    strays: int,
    dense: bool,  # noqa: FBT001 - a parameter
) -> None:
    """The attacker subtracts the map without them from the map with them."""
    rng = np.random.default_rng(3)
    west = MIDDLE + rng.normal(0, 300 if dense else 4000, (900, 2)) - [5000, 0]
    east = MIDDLE + rng.normal(0, 600, (300, 2)) + [9000, 0]
    lone = np.repeat(MIDDLE[None, :] - [5000, 0], strays, axis=0)
    xy = np.vstack([west, east, lone])
    lon, lat = to_degrees(xy)
    table = pd.DataFrame({"household_id": [f"H{n}" for n in range(len(xy))], "lon": lon, "lat": lat})
    for name, word in {"province": "P", "county": "A", "district": "", "place": "", "area": ""}.items():
        table[name] = word
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=LCC)
    centers = table.iloc[[0, 900]][["lon", "lat", "county"]].reset_index(drop=True)
    centers["center_id"] = ["C0", "C1"]
    chosen = np.repeat(["C0", "C1", "C1"], [len(west), len(east), strays])
    assigned = pd.DataFrame({"household_id": table["household_id"], "center_id": chosen, "cases": 1})
    box = shapely.box(*(MIDDLE - 20_000), *(MIDDLE + 20_000))
    layer = gpd.GeoDataFrame({"name": ["A"], "province": "P", "county": ""}, geometry=[box], crs=LCC)
    made = problem_of(table, {"county": layer})
    seen = partition(made, assigned, centers)
    without = partition(made, assigned.iloc[:-strays], centers)
    assert not shapely.intersects_xy(seen.geometry.iloc[1], lon[-1], lat[-1])
    assert len(shapely.get_parts(seen.geometry.iloc[1])) == 1
    assert shapely.equals_exact(seen.geometry.to_numpy(), without.geometry.to_numpy()).all()


def test_a_piece_that_only_hangs_together_beyond_the_boundary_does_not_give_its_one_home_away() -> None:
    """A county like a horseshoe: the cells between its ends are nobody's."""
    rng = np.random.default_rng(1)
    west, east = (MIDDLE + rng.normal(0, 500, (60, 2)) + [x, -4000] for x in (-4000, 4000))
    lone = MIDDLE + np.array([[3600.0, 4400.0]])
    rest = MIDDLE + rng.normal(0, 500, (90, 2)) + [-4000, 4000]
    xy = np.vstack([west, east, rest, lone])
    lon, lat = to_degrees(xy)
    table = pd.DataFrame({"household_id": [f"H{n}" for n in range(len(xy))], "lon": lon, "lat": lat})
    for name, word in {"province": "P", "county": "A", "district": "", "place": "", "area": ""}.items():
        table[name] = word
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=LCC)
    square = shapely.box(*(MIDDLE - 6000), *(MIDDLE + 6000))
    bay, gap = shapely.box(-2000, -6000, 2000, 5000), shapely.box(2000, -1000, 6000, 3000)
    horseshoe = square.difference(shapely.affinity.translate(bay.union(gap), *MIDDLE))
    layer = gpd.GeoDataFrame({"name": ["A"], "province": "P", "county": ""}, geometry=[horseshoe], crs=LCC)
    centers = table.iloc[[0, 60, 120]][["lon", "lat", "county"]].reset_index(drop=True)
    centers["center_id"] = ["C0", "C1", "C2"]
    chosen = np.repeat(["C0", "C1", "C2", "C1"], [60, 60, 90, 1])
    assigned = pd.DataFrame({"household_id": table["household_id"], "center_id": chosen, "cases": 1})
    parted = partition(problem_of(table, {"county": layer}), assigned, centers).set_index("center_id")
    assert not shapely.intersects_xy(parted.geometry["C1"], lon[-1], lat[-1])
    assert len(shapely.get_parts(parted.geometry["C1"])) == 1
    homes_of_small_pieces(Cells.of(problem_of(table, {"county": layer}), assigned, centers), 11)


@pytest.mark.parametrize("island", [False, True])
def test_a_cell_is_on_the_ground_if_its_middle_is(
    island: bool,  # noqa: FBT001 - a parameter
) -> None:
    for ground in boundaries(island=island)["county"].geometry:
        tilted = shapely.affinity.rotate(ground, 31)
        lattice = Lattice.over(shapely.bounds(tilted), fine_m=100, coarse_m=500)
        middles = lattice.middles(np.arange(lattice.rows * lattice.columns))
        on = inside(lattice, tilted)
        assert (on.ravel() == shapely.contains_xy(tilted, middles[:, 0], middles[:, 1])).all()
        home = onto(on, np.arange(on.size))
        assert on.flat[home].all()
        assert (home[on.ravel()] == np.flatnonzero(on)).all()


def test_the_lattice_of_a_unit_does_not_move_with_its_households() -> None:
    rng = np.random.default_rng(5)
    before, after = people(rng, 700), people(rng, 900)
    for bounded in (boundaries(island=False), {}):
        lattices = []
        for table in (before, after):
            cells = Cells.of(
                problem_of(table, bounded), *served(table, np.random.default_rng(1), "county", 3)
            )
            lattices.append([laid.lattice for laid in cells.laid()])
        for one, other in zip(*lattices, strict=True):
            if bounded:
                assert one == other
            assert (one.step_m, one.ratio) == (other.step_m, other.ratio) == (100.0, 5)
            offset = np.array([one.west - other.west, one.south - other.south])
            assert (offset % 500.0 == 0).all()


def test_a_cell_is_of_the_center_most_of_its_households_have() -> None:
    lattice = Lattice.over((0, 0, 1000, 500), fine_m=100, coarse_m=500)
    xy = np.array([[250.0, 250.0]] * 3 + [[750.0, 250.0]] * 3)
    owner = np.array([0, 0, 1, 0, 1, 1])
    labels = share_ground(
        lattice,
        xy,
        owner,
        np.array([[0.0, 0.0], [9e3, 0.0]]),
        free(6),
        crumb=1,
        on=np.ones((lattice.rows, lattice.columns), dtype=bool),
    )
    assert labels[2, 2] == 0
    assert labels[2, 7] == 1


def free(homes: int, **told: Any) -> Costs:
    """Costs of two centers at which nothing but the way counts."""
    nothing = np.zeros(homes, dtype=np.int64)
    plain = Costs(nothing, nothing - 1, np.array([-1, -1]), np.zeros(2), np.ones(2), 0.0, Rules())
    return replace(plain, **told)


def halfway(costs: Costs) -> int:
    """Owner of the empty cell just west of the middle between two centers and their only households."""
    lattice = Lattice.over((0, 0, 10_000, 400), fine_m=100, coarse_m=100)
    whole = np.ones((lattice.rows, lattice.columns), dtype=bool)
    ends = np.array([[50.0, 250.0], [10_050.0, 250.0]])
    labels = share_ground(lattice, ends, np.array([0, 1]), ends, costs, crumb=1, on=whole)
    return int(labels[2, 49])


def test_an_empty_cell_goes_where_a_case_of_its_surroundings_would_cost_least() -> None:
    assert halfway(free(2)) == 0
    assert halfway(free(2, price_m=np.array([300.0, 0.0]))) == 1
    districts = {"district": np.array([1, 1]), "center_district": np.array([0, 1])}
    assert halfway(free(2, **districts, crossing_m=300.0)) == 1
    assert halfway(free(2, **districts)) == 0
    rural = {"rural": np.ones(2, dtype=np.int64), "detours": np.array([1.0, 3.0])}
    assert halfway(free(2, price_m=np.array([300.0, 0.0]), **rural)) == 0


def test_costs_are_those_the_rules_name() -> None:
    homes = pd.DataFrame({"area": ["rural", "urban"], "district": ["يك", ""]})
    centers = pd.DataFrame({"district": ["یک", "دو"], "preference": [3, pd.NA], "score": [10.0, np.nan]})
    rules = Rules(preference_km=0.2, merit_km=0.01, cross_district_km=2.0, detour_rural=1.5)
    costs = Costs.of(homes, centers, rules)
    away = np.full((2, 2), 1000.0)
    metres = costs.metres(away, np.array([[0, 1], [0, 1]]), costs.rural, costs.district)
    assert metres.tolist() == [[1800.0, 3500.0], [1300.0, 1000.0]]


def test_a_point_has_the_center_of_its_cell_and_the_drawn_border_is_near() -> None:
    rng = np.random.default_rng(8)
    table = people(rng, 1500)
    made = problem_of(table, boundaries(island=False))
    assignments, centers = served(table, rng, "county", 4)
    shapes = partition(made, assignments, centers).to_crs(LCC).geometry.to_numpy()
    points = MIDDLE + rng.uniform(-SIDE_M / 2, SIDE_M / 2, (3000, 2))
    owner = Cells.of(made, assignments, centers).owners(points)
    assert (owner >= 0).all()
    away = shapely.distance(shapes[owner], shapely.points(points))
    assert away.max() < EDGE_M
    assert (away == 0).mean() > 0.97


def test_a_point_outside_all_ground_has_no_center_unless_it_is_on_its_edge() -> None:
    rng = np.random.default_rng(8)
    table = people(rng, 300)
    cells = Cells.of(problem_of(table, boundaries(island=False)), *served(table, rng, "county", 2))
    edge = SIDE_M / 2
    east = MIDDLE + np.array([[edge + 900, 0.0], [edge + 1100, 0.0], [np.nan, np.nan]])
    assert cells.owners(east).tolist() == [-1, -1, -1]
    assert (cells.owners(east, snap_m=1000.0) >= 0).tolist() == [True, False, False]


def test_a_neighbourhood_is_named_for_the_places_that_tell_it_from_others() -> None:
    homes = {
        0: {"شهر، محله ۱": 30, "شهر، محله ۲": 12},
        1: {"شهر، محله ۱": 30, "شهر، محله ۳": 12},
        2: {"روستا": 40, "ده": 12},
        3: {"Upper": 30, "Lower": 29},
        4: {"hamlet": 3},
        5: {"شهر، محله ۹": 20},
        6: {"شهر، محله ۹": 20},
    }
    rows = [
        (owner, place) for owner, own in homes.items() for place, count in own.items() for _ in range(count)
    ]
    served_at = pd.DataFrame(rows, columns=["owner", "place"]).assign(county="K", cases=1)
    named = names_of(served_at, pd.DataFrame({"county": ["K"] * len(homes)}), least=11)
    assert named == [
        "شهر، محله ۱ و محله ۲",
        "شهر، محله ۱ و محله ۳",
        "روستا",
        "Upper and Lower",
        "K 1",
        "شهر، محله ۹ (۱)",
        "شهر، محله ۹ (۲)",
    ]
