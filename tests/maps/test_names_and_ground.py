"""What plans, counties and provinces are called, and where on the map."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from data.gazetteer import counties
from data.geodesy import LCC
from maps import draw_nation
from maps.ground import county_labels
from maps.names import names_of, plan_title, provinces_title

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan

HOSTILE = "</script><script>document.title='taken'</script>"


KM = {"mean": 4.562, "median": 3.214, "p90": 9.871, "max": 20.0}


def nation(folder: Path, plan: Plan, summaries: list[dict[str, object]], **km: float | None) -> str:
    page = draw_nation(folder, summaries=summaries, centers=plan.centers, km=KM | km)
    return page.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found.group(1))


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
    labels = county_labels(plan, {"county": layer})
    assert len(labels) == plan.centers["county"].nunique()
    own = [one for one in labels if shapely.Point(one["lonlat"]).within(away)]
    assert [one["names"] for one in own] == [names_of("لرستان", county)]


def test_a_county_without_a_polygon_is_named_inside_its_neighbourhoods(plan: Plan) -> None:
    ground = plan.neighbourhoods.set_index("center_id").geometry
    for one in county_labels(plan, {}):
        here = [names_of("لرستان", name) == one["names"] for name in plan.centers["county"]]
        own = ground.loc[plan.centers.loc[here, "center_id"]]
        assert shapely.union_all(own.to_numpy()).buffer(0.001).contains(shapely.Point(one["lonlat"]))


def summary_of(plan: Plan, **figures: object) -> dict[str, object]:
    return {
        "code": "15",
        "province": "لرستان",
        "synthetic": True,
        "households": 10,
        "cases": 12,
        "centers": 1,
        "vacancies": 0,
        "unassigned": 0,
        "unassigned_by_reason": {},
        "km": {"median": 1.5},
        "rules": plan.provenance["rules"],
        "objective_km": 100.0,
        "bound_km": 98.0,
        **figures,
    }


def test_a_nation_links_to_its_provinces(plan: Plan, tmp_path: Path) -> None:
    summaries = [summary_of(plan, province=HOSTILE), summary_of(plan, code="16")]
    page = nation(tmp_path / "map", plan, summaries)
    assert 'href="../provinces/15/map/index.html"' in page
    assert HOSTILE not in page
    assert ">24<" in page
    assert "Distances are straight lines" in page
    assert "Each dot is a center" in page
    assert "Borders on this map are illustrative" in page
    assert "GeoNames (CC BY 4.0)" in page


def test_the_gap_of_a_nation_is_said_only_where_every_province_has_a_bound(
    plan: Plan, tmp_path: Path
) -> None:
    known = [summary_of(plan), summary_of(plan, code="16", objective_km=300.0, bound_km=290.0)]
    page = nation(tmp_path / "a", plan, known)
    assert re.search(r">3\.00<.*gap to the proven bound", page)
    known[1]["bound_km"] = None
    page = nation(tmp_path / "b", plan, known)
    assert "gap to the proven bound" not in page


def test_a_nation_says_how_far_its_families_go_as_a_province_does(plan: Plan, tmp_path: Path) -> None:
    summaries = [summary_of(plan), summary_of(plan, code="16")]
    page = nation(tmp_path / "a", plan, summaries)
    tiles = re.sub(r"<[^>]+>", " ", page[page.index('<dl class="figures">') : page.index("</dl>")])
    for shown in ("4.56", "3.21", "9.87", "۴٫۵۶", "mean straight-line distance", "90 in 100 are nearer"):
        assert shown in tiles
    nobody = nation(tmp_path / "b", plan, summaries, mean=None, median=None, p90=None)
    assert nobody.count("<dd>–</dd>") == 3


def test_a_nation_shows_the_ground_and_names_of_its_provinces(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "provinces" / "15"
    folder.mkdir(parents=True)
    plan.neighbourhoods.to_file(folder / "neighbourhoods.geojson", driver="GeoJSON")
    summaries = [summary_of(plan), summary_of(plan, code="16", province="قم")]
    data = data_of(nation(tmp_path / "map", plan, summaries))
    [label] = data["labels"]
    [rings] = data["outlines"]
    drawn = shapely.union_all([shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])
    whole = shapely.union_all(plan.neighbourhoods.geometry.to_numpy())
    assert label["names"] == {"fa": "لرستان", "en": "Lorestan"}
    assert drawn.buffer(0.001).contains(shapely.Point(label["lonlat"]))
    assert drawn.symmetric_difference(whole).area < 0.1 * whole.area
