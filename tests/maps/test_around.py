"""What lies round a plan: towns, layers that a user gives, tiles."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.errors import Exit, SitingError
from data.gazetteer import places
from data.geodesy import LCC
from maps import draw
from maps.around import LIGHT, Around, Tiles, around_of
from maps.backdrop import MOST_VERTICES, drawn, read_backdrop, refuse_homes
from maps.facts import extent, widened
from maps.plan_page import MARGIN
from maps.towns import towns
from tests.maps.browsing import seen_after
from tests.maps.test_in_a_browser import browser

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan
    from data.problem import Problem

__all__ = ["browser"]
BOX = (48.0, 33.0, 49.0, 34.0)


def written(path: Path, shapes: list[shapely.Geometry], crs: Any = LCC) -> Path:
    layer = gpd.GeoDataFrame({"secret": ["H-000001"] * len(shapes)}, geometry=shapes, crs="EPSG:4326")
    layer.to_crs(crs).to_file(path)
    return path


def walks(count: int, steps: int) -> list[shapely.Geometry]:
    rng = np.random.default_rng(5)
    starts = rng.uniform(BOX[:2], BOX[2:], (count, 2))
    return [
        shapely.LineString(start + np.cumsum(rng.normal(0, 0.01, (steps, 2)), axis=0)) for start in starts
    ]


def vertices(layer: dict[str, Any]) -> int:
    rings = [ring for area in layer["areas"] for ring in area]
    return len(layer["points"]) + sum(len(line) for line in [*layer["lines"], *rings])


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found.group(1))
    return told


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32639", LCC])
@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_a_layer_of_any_crs_is_drawn_where_it_lies(tmp_path: Path, crs: Any, ending: str) -> None:
    if ending == "geojson" and crs != "EPSG:4326":
        pytest.skip("GeoJSON is in degrees")
    line = shapely.LineString([(48.2, 33.2), (48.8, 33.7)])
    layer = read_backdrop(written(tmp_path / f"roads.{ending}", [line], crs))
    assert layer.name == "roads"
    [shown] = drawn(layer, BOX)["lines"]
    assert np.allclose(shown, [[33.2, 48.2], [33.7, 48.8]], atol=2e-5)


def test_points_lines_and_areas_of_all_layers_are_read_and_no_attribute(tmp_path: Path) -> None:
    path = tmp_path / "all.gpkg"
    for name, shape in {
        "a": shapely.MultiPoint([(48.1, 33.1), (48.2, 33.1)]),
        "b": shapely.LineString([(48.1, 33.2, 7), (48.4, 33.3, 8)]),
        "c": shapely.Point(48.5, 33.5).buffer(0.1).difference(shapely.Point(48.5, 33.5).buffer(0.05)),
    }.items():
        gpd.GeoDataFrame({"x": [1]}, geometry=[shape], crs="EPSG:4326").to_file(path, layer=name)
    shown = drawn(read_backdrop(path), BOX)
    assert (len(shown["points"]), len(shown["lines"]), [len(one) for one in shown["areas"]]) == (2, 1, [2])
    assert set(shown) == {"name", "points", "lines", "areas", "whole"}


def test_a_layer_is_clipped_and_keeps_to_its_number_of_vertices(tmp_path: Path) -> None:
    layer = read_backdrop(written(tmp_path / "roads.gpkg", walks(400, 200)))
    shown = drawn(layer, BOX)
    assert 0.3 * MOST_VERTICES < vertices(shown) <= MOST_VERTICES
    spots = np.array([point for line in shown["lines"] for point in line])
    assert (spots >= [33.0 - 1e-3, 48.0 - 1e-3]).all()
    assert (spots <= [34.0 + 1e-3, 49.0 + 1e-3]).all()
    assert vertices(drawn(layer, BOX, most=300)) <= 300
    assert not drawn(layer, BOX, most=300)["whole"]
    assert drawn(layer, (51.0, 30.0, 51.1, 30.1))["lines"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"hello", "no_shapes"), (b"", "empty_file"), (b"SQLite format 3\0" + b"x" * 80, "unreadable_file")],
)
def test_a_bad_layer_is_refused_with_its_name_and_reason(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "roads.gpkg"
    path.write_bytes(content)
    with pytest.raises(SitingError) as refused:
        around_of([path])
    assert refused.value.exit_code == Exit.INVALID_INPUT
    assert [(one.file, one.code) for one in refused.value.failures] == [("roads.gpkg", code)]


def test_a_layer_of_the_households_themselves_is_refused(problem: Problem, tmp_path: Path) -> None:
    lon, lat = (problem.households[name].to_numpy() for name in ("lon", "lat"))
    some = [shapely.Point(*one) for one in zip(lon[:300], lat[:300], strict=True)]
    homes = read_backdrop(written(tmp_path / "homes.gpkg", some, "EPSG:32639"))
    with pytest.raises(SitingError) as refused:
        refuse_homes(homes, lon, lat)
    assert [(one.file, one.code) for one in refused.value.failures] == [("homes.gpkg", "points_are_homes")]
    elsewhere = [shapely.Point(x, 30.0) for x in np.linspace(52, 60, 40 * len(lon))]
    nation = read_backdrop(written(tmp_path / "nation.gpkg", [*shapely.points(lon, lat), *elsewhere]))
    with pytest.raises(SitingError):
        refuse_homes(nation, np.r_[lon, np.nan], np.r_[lat, np.nan])
    schools = read_backdrop(written(tmp_path / "schools.gpkg", [shapely.Point(48.3, 33.4)]))
    refuse_homes(schools, lon, lat)
    refuse_homes(read_backdrop(written(tmp_path / "roads.gpkg", walks(2, 9))), lon, lat)


def test_layers_are_named_by_their_files_and_no_two_alike(browser: str, plan: Plan, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>`'\"\\"
    layers = []
    for number, name in enumerate((hostile, "roads", "roads")):
        folder = tmp_path / str(number)
        folder.mkdir()
        layers.append(written(folder / f"{name}.geojson", walks(3, 20), "EPSG:4326"))
    page = draw(tmp_path / "map", plan=plan, around=around_of(layers))
    do = """
      const boxes = all(".leaflet-control-layers-overlays label").slice(-3);
      seen.names = boxes.map((one) => one.textContent.trim());
      const lines = () => all("#stage path.backdrop").length;
      seen.before = lines();
      boxes[0].querySelector("input").click();
      seen.after = lines();
      seen.legend = $(".legend").textContent;
    """
    seen = seen_after(browser, page, do)
    assert seen["names"] == [hostile, "roads (2)", "roads (3)"]
    assert (seen["before"], seen["after"]) == (3, 2)
    assert hostile in seen["legend"]


def test_pages_with_a_layer_are_the_same_bytes_each_time(plan: Plan, tmp_path: Path) -> None:
    path = written(tmp_path / "roads.gpkg", walks(50, 50))
    first = draw(tmp_path / "a", plan=plan, around=around_of([path])).read_bytes()
    assert first == draw(tmp_path / "b", plan=plan, around=around_of([path])).read_bytes()


def test_without_tiles_no_server_is_named_and_with_them_only_their_pictures_may_load(
    plan: Plan, tmp_path: Path
) -> None:
    plain = draw(tmp_path / "plain", plan=plan).read_text(encoding="utf-8")
    assert "img-src data:;" in plain
    assert "https://" not in re.sub(r"<script>.*?</script>|/\*.*?\*/", "", plain, flags=re.DOTALL)
    page = draw(tmp_path / "tiles", plan=plan, around=Around(tiles=LIGHT)).read_text(encoding="utf-8")
    policy = re.search(r'Security-Policy" content="([^"]*)"', page)
    assert policy
    assert re.findall(r"https?://[^ ;]+", policy[1]) == ["https://*.basemaps.cartocdn.com"]
    assert "default-src &#39;none&#39;" in policy[1]
    assert "loads pictures of the ground from the internet (\u2068basemaps.cartocdn.com\u2069)" in page
    assert "از اینترنت (\u2068basemaps.cartocdn.com\u2069)" in page


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}",
        "https://tiles.example/{z}/{x}/{y} 'unsafe-inline'",
        "https://tiles.example;script-src/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SitingError) as refused:
        Tiles(address, "x")
    assert refused.value.exit_code == Exit.USAGE
    assert refused.value.code == "bad_tiles"


def test_tiles_of_another_server_are_loaded_from_there_alone() -> None:
    own = around_of([], tiles_from="http://localhost:8080/{z}/{x}/{y}.png").tiles
    assert own
    assert (own.source, own.host) == ("http://localhost:8080", "localhost:8080")
    assert around_of([], tiles=True).tiles == LIGHT
    assert around_of([]).tiles is None


def test_towns_are_those_in_the_box_the_largest_from_afar(plan: Plan) -> None:
    box = widened(extent(plan), MARGIN)
    found = towns(box, plan)
    west, south, east, north = box
    assert found
    assert all(west <= one["lonlat"][0] <= east and south <= one["lonlat"][1] <= north for one in found)
    zooms = [one["from"] for one in found]
    assert zooms == sorted(zooms)
    known = places().set_index("name_en")
    assert "Borujerd" in {one["names"]["en"] for one in found}
    assert all(one["names"]["fa"] for one in found)
    assert all(one["names"]["en"] in known.index for one in found)


def test_a_town_leads_to_the_center_in_whose_neighbourhood_it_lies(plan: Plan) -> None:
    shapes = plan.neighbourhoods.set_index("center_id").geometry
    found = [one for one in towns(widened(extent(plan), MARGIN), plan) if "center" in one]
    assert found
    for one in found:
        center = plan.centers["center_id"].iloc[one["center"]]
        assert shapes[center].buffer(1e-3).contains(shapely.Point(one["lonlat"]))


def test_boundaries_are_cut_to_what_the_map_shows(plan: Plan, tmp_path: Path) -> None:
    wide = shapely.box(44.0, 25.0, 63.0, 39.0)
    near = shapely.box(48.3, 33.3, 48.5, 33.6)
    shapes = gpd.GeoSeries([wide, near], crs="EPSG:4326").segmentize(0.01).to_crs(LCC)
    layer = gpd.GeoDataFrame({"name": ["far", "near"], "province": ["", ""]}, geometry=shapes)
    data = data_of(draw(tmp_path, plan=plan, boundaries={"county": layer}))
    west, south, east, north = widened(extent(plan), MARGIN)
    [county] = [one for one in data["lines"] if one["level"] == "county"]
    spots = np.array([point for part in county["parts"] for point in part])
    assert ((spots >= [south - 1e-5, west - 1e-5]) & (spots <= [north + 1e-5, east + 1e-5])).all()
    beside = [one["names"]["en"] for one in data["labels"] if one.get("kind") == "beside"]
    assert sorted(beside) == ["far", "near"]


def test_a_plan_of_no_center_is_still_a_page(plan: Plan, tmp_path: Path) -> None:
    nobody = replace(
        plan,
        centers=plan.centers.iloc[:0],
        assignments=plan.assignments.iloc[:0],
        neighbourhoods=plan.neighbourhoods.iloc[:0],
    )
    assert data_of(draw(tmp_path, plan=nobody))["centers"] == []
