"""A county whose households stand among another's: its own ground where it can have some, else none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.geodesy import LCC, to_degrees, to_plane
from data.verify import findings
from siting.ground.lattice import make_room
from siting.ground.neighbourhoods import partition
from siting.plan import plan_sites
from tests.engine_problems import people, problem, together
from tests.siting.test_neighbourhoods import problem_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIDDLE = to_plane([48.35], [33.5])[0]
CELL = 500.0


def households(*counties: tuple[str, NDArray[np.float64]]) -> gpd.GeoDataFrame:
    """One household a spot, spots in metres from the middle."""
    xy = np.concatenate([spots for _, spots in counties]) + MIDDLE
    lon, lat = to_degrees(xy)
    table = pd.DataFrame({"household_id": [f"H{n}" for n in range(len(xy))], "lon": lon, "lat": lat})
    table["province"], table["district"], table["place"] = "P", "", ""
    table["county"] = np.repeat([name for name, _ in counties], [len(spots) for _, spots in counties])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=LCC)


def a_center_a_county(table: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    centers = table.drop_duplicates("county")[["lon", "lat", "county"]].reset_index(drop=True)
    centers["center_id"] = "C-" + centers["county"]
    served = pd.DataFrame({"household_id": table["household_id"], "center_id": "C-" + table["county"]})
    return served.assign(cases=1), centers


def parted(table: gpd.GeoDataFrame) -> gpd.GeoSeries:
    ground = partition(problem_of(table, {}), *a_center_a_county(table)).set_index("center_id")
    shapes = ground.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes[~shapely.is_empty(shapes)])
    return ground.geometry


@settings(max_examples=40, deadline=None)
@given(
    few=st.integers(1, 10),
    name=st.sampled_from(["Khoramabad", "Zagheh"]),
    spread_m=st.sampled_from([0.0, 30.0, 900.0, 3000.0]),
    away_m=st.sampled_from([0.0, 10.0, 700.0]),
    seed=st.integers(0, 2**16),
)
def test_a_few_households_of_another_county_inside_a_hull_leave_it_its_ground(
    few: int, name: str, spread_m: float, away_m: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    many = rng.uniform(-1500, 1500, (300, 2))
    strays = rng.uniform(-spread_m, spread_m, (few, 2)) * 0.5 + away_m
    shapes = parted(households(("Khorramabad", many), (name, strays)))
    assert not shapes[f"C-{name}"].is_empty
    assert shapes.to_crs(LCC)["C-Khorramabad"].area > 20 * CELL**2


@pytest.mark.parametrize("names", [("Khorramabad", "Khoramabad"), ("Aa", "Ab")])
def test_of_two_counties_on_one_spot_the_smaller_has_no_ground(names: tuple[str, str]) -> None:
    spot = np.array([[200.0, 200.0]])
    large, small = names
    shapes = parted(households((large, spot.repeat(9, 0)), (small, spot.repeat(3, 0))))
    assert shapes[f"C-{small}"].is_empty
    assert shapely.intersects(shapes[f"C-{large}"], shapely.points(*to_degrees(spot + MIDDLE)))


def test_a_cell_where_two_counties_live_is_of_the_one_with_more_households_whatever_their_names() -> None:
    rows = np.array([[-1300.0, 200.0], [1700.0, 200.0]]).repeat(5, 0)
    spot = np.array([[200.0, 200.0]])
    for many, few in (("Aa", "Zz"), ("Zz", "Aa")):
        table = households((many, np.vstack([rows, spot.repeat(4, 0)])), (few, spot.repeat(3, 0) + 3000))
        table = pd.concat([table, households((few, spot)).assign(household_id="S")], ignore_index=True)
        shapes = parted(table)
        at = shapely.points(*to_degrees(spot + MIDDLE))
        assert shapely.intersects(shapes[f"C-{many}"], at)


def test_room_is_not_made_where_the_host_has_no_other_home() -> None:
    cell, owner = np.array([3, 3, 3, 5, 5, 4]), np.array([0, 0, 1, 2, 3, 2])
    assert make_room(np.array([-1, 0, 0, 0, 2, 2]), cell, owner).tolist() == [-1, 0, 0, 0, 2, 3]


def test_a_county_missing_from_the_boundaries_inside_one_that_is_given_has_no_ground() -> None:
    rng = np.random.default_rng(3)
    spots = rng.uniform(-1500, 1500, (60, 2))
    table = households(("A", spots[:55]), ("Typo", spots[55:] * 0.3))
    square = shapely.box(*(MIDDLE - 9000), *(MIDDLE + 9000))
    layer = gpd.GeoDataFrame({"name": ["A"], "province": "P", "county": ""}, geometry=[square], crs=LCC)
    made = problem_of(table, {"county": layer})
    ground = partition(made, *a_center_a_county(table)).set_index("center_id")
    assert ground.geometry["C-Typo"].is_empty
    assert ground["households"].tolist() == [55, 5]
    assert ground["fraction_inside"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("apart", [0.0, 0.005], ids=["one point", "one cell"])
def test_a_plan_is_made_and_right_where_two_counties_share_their_ground(apart: float) -> None:
    spots = np.zeros((300, 2))
    folk = together(people(spots, prefix="A"), people(spots[:8] + apart, prefix="K", county="Khoramabad"))
    made = problem(folk)
    plan = plan_sites(made)
    assert findings(made, plan) == []
    assert plan.centers["cases"].tolist() in ([300, 8], [8, 300])
    assert plan.neighbourhoods.geometry.is_empty.sum() == 1
