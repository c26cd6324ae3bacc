"""What offices leave in their files: open quotes, words for nothing, links, notes below the table."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from data.errors import SitingError
from data.readers import read_boundaries, read_households
from tests.data.input_files import GOOD, HEAD, LAT, LON, SQUARE, Build, layer, lines, sheets, text

if TYPE_CHECKING:
    from pathlib import Path

LINK = "https://maps.google.com/?q=33.48,48.35"


def refused(build: Build, folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(SitingError) as caught:
        read_households(build(folder))
    return [(one.row, one.code) for one in caught.value.failures]


@pytest.mark.parametrize(
    "rows",
    [
        '2,48.3,33.4,"a street\n3,48.3,33.4,b\n',
        '2,48.3,33.4,"a street\n3,48.3,33.4,b\n4,48.3,33.4,"c\n5,48.3,33.4,d\n',
        '2,48.3,33.4,"a street',
    ],
)
def test_an_open_quote_swallows_no_row_in_silence(tmp_path: Path, rows: str) -> None:
    assert refused(text("household_id,lon,lat,address\n1,48.3,33.4,x\n" + rows), tmp_path) == [
        (3, "unclosed_quote")
    ]


@pytest.mark.parametrize("address", ['"two\nlines"', 'a 5" pipe', '"a ""quoted"" word"', '"a" b', '""'])
def test_quotes_that_swallow_nothing_are_read(tmp_path: Path, address: str) -> None:
    table = read_households(text(f"household_id,lon,lat,x\n1,48.3,33.4,{address}\n2,48.3,33.4,y\n")(tmp_path))
    assert table["household_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize("word", ["NaN", "nan", "NULL", "None", "#N/A", "n/a", "دو"])
def test_a_word_is_no_number_of_cases_not_even_a_word_for_nothing(tmp_path: Path, word: str) -> None:
    assert refused(text(f"{HEAD}{GOOD}H-2,48.3,33.4,{word},urban\n"), tmp_path) == [(3, "bad_cases")]


def test_an_empty_cell_is_one_case(tmp_path: Path) -> None:
    table = read_households(text(f"{HEAD}H-1,48.3,33.4,,urban\nH-2,48.3,33.4,-,urban\n")(tmp_path))
    assert table["cases"].tolist() == [1, 1]
    rows: list[list[object]] = [["household_id", "lon", "lat", "cases"], ["1", 48.3, 33.4, None]]
    assert read_households(sheets(rows)(tmp_path))["cases"].tolist() == [1]
    point = gpd.points_from_xy([48.3, 48.3], [33.4, 33.4])
    frame = gpd.GeoDataFrame({"household_id": ["1", "2"], "cases": [None, 2.0]}, geometry=point, crs=4326)
    frame.to_file(tmp_path / "in.gpkg")
    assert read_households(tmp_path / "in.gpkg")["cases"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        "https://www.google.com/maps?ll=33.48,48.35&z=16",
        "https://www.google.com/maps/search/?api=1&query=33.48%2C48.35",
        "https://www.google.com/maps/@33.48,48.35,17z",
        "https://www.google.com/maps/place/x/@33.4,48.3,15z/data=!4m6!3m5!8m2!3d33.48!4d48.35",
        "https://www.google.com/maps/search/33.48,+48.35?entry=tts",
        "https://www.google.com/maps/dir//33.48,48.35",
        "https://www.openstreetmap.org/?mlat=33.48&mlon=48.35#map=17/33.4/48.3",
        "geo:33.48,48.35",
        "geo:33.48,48.35;u=35",
        "https://maps.google.com/?q=۳۳٫۴۸,۴۸٫۳۵",
    ],
)
def test_a_link_of_a_map_is_the_point_it_names(tmp_path: Path, link: str) -> None:
    table = read_households(text(f'household_id;موقعیت\n1;"{link}"\n')(tmp_path))
    assert table.loc[0, ["lon", "lat"]].tolist() == [48.35, 33.48]


@pytest.mark.parametrize("link", ["https://maps.app.goo.gl/AbC12", "https://maps.google.com/?q=a+street"])
def test_a_link_without_a_point_is_no_coordinate(tmp_path: Path, link: str) -> None:
    assert refused(text(f'household_id;موقعیت\n1;"{link}"\n'), tmp_path) == [(2, "bad_coordinate")]


def test_a_link_of_a_swapped_point_is_not_set_right_in_silence(tmp_path: Path) -> None:
    build = text('household_id;لوکیشن\n1;"https://maps.google.com/?q=48.35,33.48"\n')
    assert refused(build, tmp_path) == [(2, "lon_lat_swapped")]


def test_a_format_of_maps_is_told_what_to_be_saved_as(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read_households(text("<kml><a/></kml>", "in.kml")(tmp_path))
    assert "QGIS and save it as GeoPackage or GeoJSON" in caught.value.failures[0].message


def shapefile(folder: Path) -> Path:
    layer("in.shp", {"id": ["1"]}, [shapely.Point(LON, LAT)])(folder)
    return folder / "in.shp"


@pytest.mark.parametrize("lost", [(".shx",), (".dbf",), (".shx", ".dbf")])
def test_a_shapefile_is_told_which_of_its_files_are_missing(tmp_path: Path, lost: tuple[str, ...]) -> None:
    path = shapefile(tmp_path)
    for ending in lost:
        path.with_suffix(ending).unlink()
    with pytest.raises(SitingError) as caught:
        read_households(path)
    (only,) = caught.value.failures
    assert only.code == "missing_companion"
    assert f"missing: {', '.join('in' + ending for ending in lost)};" in only.message


def test_so_is_one_in_a_zip_and_one_of_boundaries(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(shapefile(tmp_path), "folder/in.shp")
    assert refused(lambda folder: folder / "in.zip", tmp_path) == [(0, "missing_companion")]
    square = layer("counties.shp", {"name": ["a"]}, [SQUARE])(tmp_path)
    square.with_suffix(".dbf").unlink()
    with pytest.raises(SitingError) as caught:
        read_boundaries([square])
    assert caught.value.code == "missing_companion"


def test_capital_endings_are_the_same_files(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    for ending in (".shx", ".dbf"):
        path.with_suffix(ending).rename(path.with_suffix(ending.upper()))
    assert read_households(path)["household_id"].tolist() == ["1"]


TABLE = ["household_id,lon,lat,cases,area", "H-1,48.35,33.48,1,urban"]


@pytest.mark.parametrize(
    ("below", "told"),
    [
        (["", ",تهیه کننده: احمدی,,,"], [(4, "note_below_table")]),
        (["", "تهیه کننده: احمدی,,,,"], [(4, "note_below_table")]),
        (["", "", ",,,,note", "", ",,signed,,A. B."], [(5, "note_below_table")]),
        (["جمع کل,,,1,", "", ",,,,signed"], [(3, "total_row"), (5, "note_below_table")]),
        (["", ",,,2,جمع", ",,,,signed"], [(4, "total_row"), (5, "note_below_table")]),
        (["", ",,,2,جمع"], [(4, "total_row")]),
        ([",,,,signed"], [(3, "note_below_table")]),
        ([",,,,signed by me", ",,,,thanks"], [(3, "note_below_table")]),
        ([",,33.4,,signed"], [(3, "missing_id"), (3, "half_point"), (3, "bad_area")]),
        (["", ",48.3,33.4,1,urban"], [(4, "missing_id")]),
        (["", "H-2,,,,"], [(4, "missing_location")]),
        (
            ["", ",,,,note", "H-2,0,0,1,urban"],
            [(4, "bad_area"), (4, "missing_id"), (4, "missing_location"), (5, "zero_coordinates")],
        ),
    ],
)
def test_text_below_a_table_is_told_once_and_as_that(
    tmp_path: Path, below: list[str], told: list[tuple[int, str]]
) -> None:
    assert sorted(refused(lines(*TABLE, *below), tmp_path)) == sorted(told)


def test_text_below_a_sheet_is_told_with_its_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [["شناسه خانوار", "طول", "عرض"], ["1", LON, LAT], [], [], [None, "امضا", None]]
    assert refused(sheets(rows), tmp_path) == [(5, "note_below_table")]
