"""Layers of the user's and tiles, asked for on the command line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Siting


@pytest.fixture(scope="module")
def plan(lorestan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(lorestan, tmp_path_factory.mktemp("around") / "plan")


def test_a_layer_is_on_every_page_and_gone_when_it_is_not_given_again(
    siting: Siting, plan: Path, tmp_path: Path
) -> None:
    line = shapely.LineString([(47.0, 33.0), (50.0, 34.0)])
    roads = tmp_path / "roads.gpkg"
    gpd.GeoDataFrame(geometry=[line], crs="EPSG:4326").to_crs(32639).to_file(roads)
    assert siting("map", plan, "--backdrop", roads).exit_code == 0
    pages = sorted((plan / "map").rglob("*.html"))
    assert len(pages) > 2
    assert all("layer given by the user" in page.read_text(encoding="utf-8") for page in pages)
    assert siting("verify", plan).exit_code == 0
    assert siting("map", plan).exit_code == 0
    assert not [one for one in pages if "layer given by the user" in one.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("roads.gpkg", b"hello", "roads.gpkg [no_shapes]"),
        ("nowhere.gpkg", None, "nowhere.gpkg [missing_file]"),
    ],
)
def test_a_bad_layer_is_named_and_nothing_is_drawn(
    siting: Siting,
    plan: Path,
    tmp_path: Path,
    *,
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = (plan / "map" / "index.html").read_bytes()
    result = siting("map", plan, "--backdrop", tmp_path / name)
    assert result.exit_code == 3
    assert said in result.stderr
    assert (plan / "map" / "index.html").read_bytes() == before


def test_homes_do_not_come_onto_a_page_as_a_layer(siting: Siting, plan: Path, tmp_path: Path) -> None:
    homes = pd.read_csv(plan / "input" / "households.csv")
    points = gpd.points_from_xy(homes["lon"], homes["lat"], crs="EPSG:4326")
    gpd.GeoDataFrame(geometry=points).to_file(tmp_path / "homes.gpkg")
    result = siting("map", plan, "--backdrop", tmp_path / "homes.gpkg", "--lang", "fa")
    assert result.exit_code == 3
    assert "homes.gpkg [points_are_homes] نقطه‌های آن جای خانوارهاست" in result.stderr


def test_tiles_are_only_there_when_asked_for(siting: Siting, plan: Path) -> None:
    index = plan / "map" / "index.html"
    assert siting("map", plan, "--tiles").exit_code == 0
    assert "loads pictures of the ground from the internet" in index.read_text(encoding="utf-8")
    assert siting("map", plan, "--tiles-from", "ftp://x/{z}/{x}/{y}").exit_code == 2
    assert siting("map", plan).exit_code == 0
    assert "img-src data:;" in index.read_text(encoding="utf-8")
