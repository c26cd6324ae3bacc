"""What plans, counties and provinces are called, and where on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from data.gazetteer import counties
from data.geodesy import LCC
from maps.ground import counties_of, county_labels
from maps.names import names_of, plan_title, provinces_title

if TYPE_CHECKING:
    from data.plan import Plan


@pytest.mark.parametrize(
    ("ground", "fa", "en"),
    [
        ([("لرستان", "خرم آباد"), ("Lorestan", "Borujerd")], "برنامهٔ لرستان", "Plan of Lorestan"),
        ([("خراسان رضوی", "مشهد")] * 2, "برنامهٔ مشهد، خراسان رضوی", "Plan of Mashhad, Razavi Khorasan"),
        ([("تهران", "تهران")], "برنامهٔ تهران", "Plan of Tehran"),
        ([("هیچستان", "یک"), ("هیچستان", "دو")], "برنامهٔ هیچستان", "Plan of هیچستان"),
        ([("قم", ""), ("البرز", "")], "برنامهٔ البرز، قم", "Plan of Alborz, Qom"),
        ([("قم", ""), ("البرز", ""), ("ایلام", ""), ("یزد", "")], "برنامهٔ ۴ استان", "Plan of 4 provinces"),
        ([("", "")], "برنامهٔ مراکز", "Plan of centers"),
    ],
)
def test_a_plan_is_called_by_its_provinces(ground: list[tuple[str, str]], fa: str, en: str) -> None:
    assert (plan_title(ground, "fa"), plan_title(ground, "en")) == (fa, en)
    assert plan_title(ground[::-1], "fa") == fa


def test_all_provinces_are_the_nation() -> None:
    assert provinces_title(counties()["province_fa"], "en") == "The nation's plan"


def test_a_county_is_named_inside_its_polygon(plan: Plan) -> None:
    away = shapely.box(51.0, 32.0, 51.4, 32.2)
    county = str(plan.centers["county"].iloc[0])
    columns = {"name": [county], "province": ["لرستان"]}
    layer = gpd.GeoDataFrame(columns, geometry=[away], crs="EPSG:4326").to_crs(LCC)
    labels = county_labels(counties_of(plan, {"county": layer}, (44.0, 25.0, 63.4, 39.8)))
    assert len(labels) == plan.centers["county"].nunique()
    own = [one for one in labels if shapely.Point(one["lonlat"]).within(away)]
    assert [one["names"] for one in own] == [names_of("لرستان", county)]


def test_a_county_without_a_polygon_is_named_inside_its_neighbourhoods(plan: Plan) -> None:
    ground = plan.neighbourhoods.set_index("center_id").geometry
    for one in county_labels(counties_of(plan, {}, (44.0, 25.0, 63.4, 39.8))):
        here = [names_of("لرستان", name) == one["names"] for name in plan.centers["county"]]
        own = ground.loc[plan.centers.loc[here, "center_id"]]
        assert shapely.union_all(own.to_numpy()).buffer(0.001).contains(shapely.Point(one["lonlat"]))
