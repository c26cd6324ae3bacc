from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.fold import fold
from data.geodesy import LCC, WGS84
from data.scenarios import Scenario, make_scenario
from data.scenarios.caseload import largest_remainder, units_of
from data.scenarios.scale import keep_whole
from data.scenarios.settings import SETTINGS
from data.scenarios.star import keep_on_ground, scatter

GEO = Path(__file__).parents[2] / "../shared/geo"
needs_polygons = pytest.mark.skipif(
    not GEO.exists(), reason="the reference polygons are not beside this checkout"
)


def points_of(table: pd.DataFrame) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=WGS84).to_crs(LCC)


def named(layer: gpd.GeoDataFrame, name: str = "name_fa") -> gpd.GeoSeries:
    polygons = layer.to_crs(LCC)
    polygons.index = pd.Index(polygons[name].map(fold))
    return polygons.geometry


@pytest.fixture(scope="module", params=["lorestan", "tehran", "khuzestan", "iran"])
def scenario(request: pytest.FixtureRequest) -> Scenario:
    scale = 0.08 if request.param == "iran" else None
    return make_scenario(request.param, seed=11, scale=scale)


@needs_polygons
def test_households_and_sites_stand_in_their_province(scenario: Scenario) -> None:
    provinces = named(gpd.read_file(GEO / "iran_provinces.gpkg"))
    for table in (scenario.households, scenario.applicants):
        own = provinces.loc[table["province"].map(fold)].reset_index(drop=True)
        away_m = points_of(table).distance(own)
        assert (away_m == 0).mean() >= 0.995
        assert away_m.max() < 3_000


@needs_polygons
def test_households_of_coastal_provinces_stand_on_the_land_of_some_county() -> None:
    nation = make_scenario("iran", seed=11, households=20_000).households
    coast = nation[nation["province"].isin(["گیلان", "مازندران", "بوشهر", "هرمزگان"])].reset_index(drop=True)
    counties = gpd.read_file(GEO / "iran_counties.gpkg").to_crs(LCC)[["geometry"]]
    points = gpd.GeoDataFrame(geometry=points_of(coast), crs=LCC)
    nearest = points.sjoin_nearest(counties, distance_col="away_m")
    assert nearest["away_m"].max() < 3_000


@pytest.mark.parametrize("name", ["lorestan", "tehran", "mashhad", "khuzestan"])
def test_a_household_is_never_a_kilometre_from_the_cell_of_its_own_county_or_district(name: str) -> None:
    made = make_scenario(name, seed=11)
    level = "district" if SETTINGS[name].city else "county"
    cells = made.boundaries[level].set_index("name").geometry.to_crs(LCC)
    own = cells.loc[made.households[level]].reset_index(drop=True)
    away_m = points_of(made.households).distance(own)
    assert away_m.max() < 1_000
    assert (away_m == 0).mean() > 0.99


def test_the_cells_of_one_level_do_not_overlap() -> None:
    cells = make_scenario("lorestan", seed=11).boundaries["county"].to_crs(LCC)
    assert cells.area.sum() == pytest.approx(cells.union_all().area, rel=1e-6)


def test_a_share_sums_to_the_whole_and_is_within_one_of_its_exact_part() -> None:
    weights = np.array([3.0, 1.0, 0.0, 2.5])
    shares = largest_remainder(weights, 1_001)
    assert shares.sum() == 1_001
    assert (np.abs(shares - weights * 1_001 / weights.sum()) < 1).all()
    assert shares[2] == 0


def test_the_kept_part_is_made_of_whole_counties_and_never_empty() -> None:
    units = units_of(SETTINGS["iran"], 900_000)
    for scale in (1e-6, 0.01, 0.3, 0.99):
        kept = keep_whole(units, scale)
        assert len(kept) >= 1
        merged = kept.merge(units, on=list(units.columns))
        assert len(merged) == len(kept)


def test_nothing_is_scattered_beyond_the_reach_of_the_land() -> None:
    rng = np.random.default_rng(1)
    room = np.tile(np.linspace(1, 8, 16), (2_000, 1))
    far = rng.normal(0, 9e3, (2_000, 2))
    for offset in (scatter(rng, room, np.zeros(2_000)), keep_on_ground(rng, far, room)):
        bearing = np.degrees(np.arctan2(offset[:, 0], offset[:, 1])) % 360
        beside = np.floor(bearing / 22.5).astype(int)
        reach = np.minimum(room[0][beside % 16], room[0][(beside + 1) % 16])
        assert (np.hypot(*offset.T) / 1000 <= reach + 1e-9).all()
