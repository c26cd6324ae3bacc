import subprocess
import sys
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.fold import fold
from data.gazetteer import City, counties, districts, ground, places, rooms
from data.gazetteer.sources import persian_name, plain_english
from data.geodesy import LCC

GEO = Path(__file__).parents[2] / "../shared/geo"
GAZETTEER = Path(__file__).parents[2] / "data/gazetteer"


def test_the_counties_are_those_of_the_2016_census() -> None:
    table = counties()
    assert len(table) == 429
    assert table["population"].sum() == 79_926_270
    assert table[["urban", "rural", "non_settled"]].sum(axis=1).eq(table["population"]).all()
    assert table["county_fa"].is_unique
    assert table["province_fa"].nunique() == table["province_code"].nunique() == 31
    assert table["census_code"].str[:2].eq(table["province_code"]).all()


def test_lorestan_has_its_eleven_counties_with_khorramabad_the_largest() -> None:
    lorestan = counties().query("province_en == 'Lorestan'").set_index("county_en")
    assert len(lorestan) == 11
    assert lorestan["population"].idxmax() == "Khorramabad"
    khorramabad = lorestan.loc["Khorramabad", ["population", "urban", "rural"]]
    assert list(khorramabad) == [506_471, 380_829, 124_417]


def test_every_place_is_real_in_iran_and_in_a_census_county() -> None:
    table = places()
    assert len(table) > 2_500
    assert table["geoname_id"].is_unique
    assert table["lon"].between(44, 63.5).all()
    assert table["lat"].between(25, 40).all()
    assert table["county_fa"].notna().all()
    assert table["name_en"].str.isascii().mean() > 0.999


def test_a_county_split_after_the_census_is_given_back_to_its_parent_in_the_same_province() -> None:
    split = pd.read_csv(GAZETTEER / "split_counties.csv", dtype={"parent_code": "str"})
    parent = split.merge(counties(), left_on="parent_code", right_on="census_code", suffixes=("", "_parent"))
    assert len(split) == len(parent) == 49
    assert parent["province_en"].eq(parent["province_en_parent"]).all()


@pytest.mark.parametrize(
    ("name_en", "county_en"),
    [
        ("Khorramabad", "Khorramabad"),
        ("Tajrish", "Tehran"),
        ("Ma'mulan", "Pol-e Dokhtar"),
        ("Zarach", "Yazd"),
    ],
)
def test_a_place_counts_for_the_county_the_census_counted_it_under(name_en: str, county_en: str) -> None:
    table = places()
    assert county_en in table.loc[table["name_en"] == name_en, "county_en"].tolist()


def test_the_districts_are_numbered_from_one() -> None:
    assert districts("tehran")["district"].tolist() == list(range(1, 23))
    assert districts("mashhad")["district"].tolist() == list(range(1, 13))
    assert districts("tehran")["name_fa"].iloc[21] == "منطقه ۲۲"
    with pytest.raises(ValueError, match="tehran and mashhad"):
        districts(cast("City", "shiraz"))


def test_each_room_has_sixteen_directions_and_no_negative_reach() -> None:
    for table in (places(), counties(), ground()):
        reach = rooms(table["room_km"])
        assert reach.shape == (len(table), 16)
        assert (reach >= 0).all()


def test_what_a_caller_does_to_a_table_no_other_caller_sees() -> None:
    mine = counties()
    mine.loc[:, "population"] = 0
    assert counties()["population"].sum() == 79_926_270


def test_importing_the_gazetteer_costs_no_heavy_import() -> None:
    code = "import sys, data.gazetteer, data.scenarios; print('pandas' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_the_persian_name_is_the_one_that_sounds_like_the_main_name() -> None:
    assert persian_name("Neyshābūr", ["Nishapur", "نيشابور", "نیسابور", "Нишапур"]) == "نیشابور"
    assert persian_name("Khorramshahr", ["الخرمشهر", "بندر خرمشهر", "خرمشهر"]) == "خرمشهر"
    assert persian_name("Nowhere", ["Nowhere", "مدينة"]) == ""
    assert plain_english("Noşratābād-e ʼOlyā") == "Nosratabad-e 'Olya"


@pytest.mark.skipif(not GEO.exists(), reason="the reference polygons are not beside this checkout")
def test_places_lie_in_the_province_the_gazetteer_says() -> None:
    provinces = gpd.read_file(GEO / "iran_provinces.gpkg").to_crs(LCC)
    provinces.index = pd.Index(provinces["name_fa"].map(fold))
    table = places()
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326").to_crs(LCC)
    own = provinces.geometry.loc[table["province_fa"].map(fold)].reset_index(drop=True)
    assert np.mean(points.distance(own) > 0) < 0.005
    assert points.distance(own).max() < 10_000
