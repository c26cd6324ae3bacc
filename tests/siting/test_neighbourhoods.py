from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity

from data.geodesy import LCC, to_degrees, to_plane
from data.problem import Problem
from data.rules import Rules
from siting.ground.lattice import MOST_CELLS, Lattice
from siting.ground.neighbourhoods import COLUMNS, partition

TOWNS = {"Alpha": (48.30, 33.50), "Beta": (48.70, 33.60)}


def households(count: int = 3000, seed: int = 4) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    middles = np.array(list(TOWNS.values()))
    spread = np.where(rng.random(count) < 0.6, 0.015, 0.1)[:, None]
    lonlat = np.round(middles[rng.integers(0, 2, count)] + rng.normal(0, 1, (count, 2)) * spread, 6)
    county = np.array(list(TOWNS))[(lonlat[:, 0] > 48.5).astype(int)]
    table = pd.DataFrame(
        {
            "household_id": [f"H{number}" for number in range(count)],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "province": "P",
            "county": county,
            "district": "",
            "place": np.where(lonlat[:, 1] > 33.55, county, ""),
        }
    )
    return gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(*to_plane(table["lon"], table["lat"]).T), crs=LCC
    )


def halves() -> gpd.GeoDataFrame:
    corners = to_plane([48.0, 48.5, 48.5, 48.5, 49.0, 48.0], [33.1, 33.1, 34.0, 33.1, 34.0, 34.0])
    shapes = [
        shapely.Polygon(corners[[0, 1, 2, 5]]),
        shapely.Polygon([*corners[[1]], *to_plane([49.0], [33.1]), *corners[[4]], *corners[[2]]]),
    ]
    return gpd.GeoDataFrame({"name": list(TOWNS), "province": "P", "county": ""}, geometry=shapes, crs=LCC)


def problem_of(table: gpd.GeoDataFrame, boundaries: dict[str, gpd.GeoDataFrame], **rules: object) -> Problem:
    nothing = table.iloc[:0]
    return Problem(table, nothing, nothing, MappingProxyType(boundaries), Rules(**rules))


def served_by_nearest(table: gpd.GeoDataFrame, per_county: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(9)
    centers = pd.concat(
        here.sample(per_county, random_state=int(rng.integers(99)))[["lon", "lat", "county"]]
        for _, here in table.groupby("county")
    ).reset_index(drop=True)
    centers["center_id"] = [f"C{number}" for number in range(len(centers))]
    away = np.hypot(*(table[axis].to_numpy()[:, None] - centers[axis].to_numpy() for axis in ("lon", "lat")))
    away[table["county"].to_numpy()[:, None] != centers["county"].to_numpy()] = np.inf
    chosen = centers["center_id"].to_numpy()[away.argmin(axis=1)]
    return pd.DataFrame({"household_id": table["household_id"], "center_id": chosen, "cases": 1}), centers


@pytest.mark.parametrize("bounded", ["boundaries", ""])
def test_neighbourhoods_neither_overlap_nor_leave_holes(bounded: str) -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    ground = partition(problem_of(table, {"county": halves()} if bounded else {}), assignments, centers)
    shapes = ground.geometry.to_numpy()
    assert list(ground.columns) == COLUMNS
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    for county in TOWNS:
        whole = shapely.union_all(shapes[(centers["county"] == county).to_numpy()])
        assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0
    assert ground["cases"].sum() == len(table)
    assert ground["fraction_inside"].min() > 0.8


def test_boundaries_that_do_not_quite_meet_leave_no_slivers() -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    apart = halves()
    apart["geometry"] = [apart.geometry[0], shapely.affinity.translate(apart.geometry[1], 0.4, 3.0)]
    shapes = partition(problem_of(table, {"county": apart}), assignments, centers).geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)


def test_the_ground_of_a_unit_is_its_boundary() -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    ground = partition(problem_of(table, {"county": halves()}), assignments, centers)
    for name, shape in zip(halves()["name"], halves().geometry, strict=True):
        parted = gpd.GeoSeries(ground.geometry[(centers["county"] == name).to_numpy()], crs=4326).to_crs(LCC)
        assert shapely.symmetric_difference(parted.union_all(), shape).area / shape.area < 0.002


def test_a_lone_household_does_not_show_as_an_island() -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    lonely = table.index[(table["county"] == "Alpha") & (table["lat"] > 33.7)][0]
    far = centers.loc[centers["county"] == "Alpha", "center_id"].iloc[0]
    given = centers["center_id"].to_numpy() != assignments.loc[lonely, "center_id"]
    other = centers.loc[given & (centers["county"] == "Alpha"), "center_id"].iloc[0]
    moved = assignments.copy()
    moved.loc[lonely, "center_id"] = other
    ground = partition(problem_of(table, {}, privacy_k=11), moved, centers).set_index("center_id")
    point = shapely.Point(table.loc[lonely, "lon"], table.loc[lonely, "lat"])
    assert far in ground.index
    assert not ground.geometry[other].contains(point)


@pytest.mark.parametrize("together", [3, 11])
def test_a_center_whose_households_are_scattered_gives_no_cell_of_few_away(together: int) -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    homes = table.index[table["county"] == "Alpha"]
    scattered = homes[:: len(homes) // 14][:14]
    lonely = pd.concat([table.loc[[homes[0]]]] * together, ignore_index=True).assign(
        household_id=[f"H-lone-{one}" for one in range(together)], lat=33.9, lon=48.45
    )
    table = pd.concat([table, lonely.set_geometry(gpd.points_from_xy(lonely["lon"], lonely["lat"]))])
    table = table.reset_index(drop=True)
    more = assignments.iloc[:together].assign(household_id=lonely["household_id"].to_numpy())
    assignments = pd.concat([assignments, more], ignore_index=True)
    ids = [*table.loc[scattered, "household_id"], *lonely["household_id"]]
    assignments.loc[assignments["household_id"].isin(ids), "center_id"] = "C9"
    county = centers[centers["county"] == "Alpha"]
    centers = pd.concat([centers, county.iloc[[0]].assign(center_id="C9")], ignore_index=True)
    ground = partition(problem_of(table, {}, privacy_k=11), assignments, centers).set_index("center_id")
    assert ground.loc["C9", "households"] >= 11
    assert ground.loc["C9"].geometry.is_empty == (together < 11)


def test_two_centers_of_one_building_both_have_a_row() -> None:
    table = households(300)
    assignments, centers = served_by_nearest(table, 1)
    twin = centers.iloc[[0]].assign(center_id="C9")
    idle = centers.iloc[[0]].assign(center_id="C10")
    assignments.loc[assignments.index[assignments["center_id"] == "C0"][:1], "center_id"] = "C9"
    ground = partition(
        problem_of(table, {}), assignments, pd.concat([centers, twin, idle], ignore_index=True)
    )
    assert ground["households"].tolist()[2:] == [1, 0]
    assert not ground.geometry.iloc[2].is_empty
    assert ground.geometry.iloc[3].is_empty


def test_names_come_from_places_and_are_numbered_where_shared() -> None:
    table = households()
    assignments, centers = served_by_nearest(table)
    names = partition(problem_of(table, {}), assignments, centers)["name"]
    assert names.is_unique
    assert names.str.startswith(("Alpha", "Beta")).all()


def test_row_order_does_not_move_a_border() -> None:
    table = households(800)
    assignments, centers = served_by_nearest(table)
    shuffled = problem_of(table.sample(frac=1, random_state=3).reset_index(drop=True), {})
    one = partition(problem_of(table, {}), assignments, centers)
    two = partition(shuffled, assignments.sample(frac=1, random_state=5), centers)
    assert one.to_wkb().equals(two.to_wkb())


def test_nobody_served_is_no_ground() -> None:
    table = households(50)
    assignments, centers = served_by_nearest(table, 1)
    ground = partition(replace(problem_of(table, {}), synthetic=True), assignments.iloc[:0], centers)
    assert ground.geometry.is_empty.all()


def test_a_vast_ground_is_laid_with_wider_cells() -> None:
    wide = Lattice.over((0, 0, 400_000, 400_000), fine_m=100, coarse_m=500)
    assert wide.rows * wide.columns <= MOST_CELLS
    assert wide.step_m == 400
    assert wide.ratio == 5


COUNTIES = Path(__file__).parents[2] / "../shared/geo/iran_counties.gpkg"


@pytest.mark.skipif(not COUNTIES.exists(), reason="the reference polygons are not beside the project")
@pytest.mark.parametrize("province", ["Lorestan", "Khuzestan"])
def test_real_counties_are_parted_without_overlap_or_hole(province: str) -> None:
    layer = gpd.read_file(COUNTIES)
    layer = layer[layer["province_en"] == province].to_crs(LCC).reset_index(drop=True)
    layer = gpd.GeoDataFrame(
        {"name": layer["name_en"], "province": "P", "county": ""}, geometry=layer.geometry
    )
    points = layer.geometry.sample_points(150, rng=np.random.default_rng(2)).explode()
    lon, lat = to_degrees(points.get_coordinates().to_numpy())
    table = gpd.GeoDataFrame(
        {
            "household_id": [f"H{number}" for number in range(len(points))],
            "lon": lon,
            "lat": lat,
            "province": "P",
            "county": layer["name"].loc[points.index].to_numpy(),
            "district": "",
            "place": "",
        },
        geometry=points.to_numpy(),
        crs=LCC,
    )
    assignments, centers = served_by_nearest(table)
    shapes = partition(problem_of(table, {"county": layer}), assignments, centers).geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    ground = gpd.GeoSeries([shapely.union_all(shapes)], crs=4326).to_crs(LCC)
    assert ground.area.iloc[0] == pytest.approx(layer.geometry.union_all().area, rel=0.002)
