"""Ground that two polygons of one level claim: borders drawn twice pass, a county inside another does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from data.errors import SitingError
from data.readers import read_boundaries
from data.readers.reading import Reading

if TYPE_CHECKING:
    from data.errors import Failure

GEO = Path(__file__).parents[2] / "../shared/geo"
WEST = shapely.box(48, 33, 49, 34)


def counties(folder: Path, name: str = "counties.gpkg", **shapes: shapely.Polygon) -> Path:
    frame = gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), crs=4326)
    frame.to_file(folder / name)
    return folder / name


def refused(*paths: Path) -> list[Failure]:
    with pytest.raises(SitingError) as caught:
        read_boundaries(paths)
    return list(caught.value.failures)


def test_a_county_wholly_inside_another_is_refused_with_both_names_and_the_area(tmp_path: Path) -> None:
    inner = shapely.box(48.4, 33.4, 48.5, 33.5)
    (told,) = refused(counties(tmp_path, A=WEST, B=inner))
    assert (told.file, told.row, told.code, told.id) == ("counties.gpkg", 2, "overlapping_polygons", "A")
    assert "B overlap by 10,2" in told.message
    assert "100 % of the smaller" in told.message


def test_two_files_of_one_level_are_held_against_each_other(tmp_path: Path) -> None:
    one = counties(tmp_path, A=WEST)
    other = counties(tmp_path, "more_counties.gpkg", B=shapely.box(48.5, 33, 49.5, 34))
    assert [(failure.file, failure.id) for failure in refused(one, other)] == [("counties.gpkg", "A")]


def test_every_overlap_is_told_in_one_pass(tmp_path: Path) -> None:
    far = shapely.box(52, 33, 53, 34)
    path = counties(tmp_path, A=WEST, B=WEST, C=far, D=far.buffer(-0.1))
    assert [failure.id for failure in refused(path)] == ["A", "C"]


@pytest.mark.parametrize(("by_degrees", "noted"), [(0.0, 0), (0.005, 0), (0.05, 1)])
def test_a_border_that_was_drawn_twice_passes_and_a_wide_one_is_noted(
    tmp_path: Path, by_degrees: float, noted: int
) -> None:
    reading = Reading()
    path = counties(tmp_path, A=WEST, B=shapely.box(49 - by_degrees, 33, 50, 34))
    assert read_boundaries([path], reading=reading)["county"]["name"].tolist() == ["A", "B"]
    assert [note.code for note in reading.notes] == ["overlapping_borders"] * noted


def test_parts_of_one_county_and_polygons_of_two_levels_may_overlap(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"level": ["county", "county", "province"], "name": ["A", "A", "P"]},
        geometry=[WEST, WEST.buffer(-0.1), WEST],
        crs=4326,
    )
    frame.to_file(tmp_path / "in.gpkg")
    assert list(read_boundaries([tmp_path / "in.gpkg"])) == ["province", "county"]


@pytest.mark.skipif(not GEO.exists(), reason="the reference geography is not beside this checkout")
@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("iran_provinces", 0),
        ("iran_counties", 0),
        ("tehran_districts", 0),
        ("mashhad_districts", 0),
        ("tehran_neighbourhoods", 1),
    ],
)
def test_real_boundaries_pass_with_at_most_a_note(name: str, noted: int) -> None:
    reading = Reading()
    assert read_boundaries([GEO / f"{name}.gpkg"], reading=reading)
    assert len(reading.notes) == noted
