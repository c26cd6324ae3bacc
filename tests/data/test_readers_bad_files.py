"""A file that cannot be read right is refused with its row and reason code, and leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from data.errors import SitingError
from data.readers import read_households
from tests.data.input_files import GOOD, HEAD, SQUARE, Build, assert_refused, broken, layer, raw, sheets, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def a_folder(folder: Path) -> Path:
    (folder / "in.gpkg").mkdir()
    return folder / "in.gpkg"


def nothing(folder: Path) -> Path:
    return folder / "in.csv"


def a_point_of(crs: str | None, x: float, y: float, name: str = "in.gpkg") -> Build:
    return layer(name, {"id": ["H-1", "H-2"]}, [shapely.Point(x, y), shapely.Point(x, y)], crs)


PERSIAN = "شناسه خانوار,طول جغرافیایی,عرض جغرافیایی,محله\n" + "۱,۴۸٫۳,۳۳٫۴,پشته\n" * 5

BAD: list[tuple[str, Callable[..., object], Build, list[tuple[int, str]]]] = [
    ("no file", read_households, nothing, [(0, "missing_file")]),
    ("a folder", read_households, a_folder, [(0, "is_directory")]),
    ("no bytes", read_households, text(""), [(0, "empty_file")]),
    ("only blanks", read_households, text("\n\n  \n"), [(0, "empty_file")]),
    ("only a header", read_households, text(HEAD), [(0, "empty_file")]),
    ("an empty sheet", read_households, sheets([]), [(0, "empty_file")]),
    ("a torn zip", read_households, raw(b"PK\x03\x04 torn", "in.xlsx"), [(0, "unreadable_file")]),
    (
        "a torn xls",
        read_households,
        raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 torn", "in.xls"),
        [(0, "unreadable_file")],
    ),
    ("a torn parquet", read_households, raw(b"PAR1 torn", "in.parquet"), [(0, "unreadable_file")]),
    ("a torn GeoPackage", read_households, broken("in.gpkg"), [(0, "unreadable_file")]),
    (
        "torn JSON",
        read_households,
        text('{"type": "FeatureCollection", "feat', "in.geojson"),
        [(0, "unreadable_file")],
    ),
    (
        "a page without a table",
        read_households,
        text("<html><p>x</p></html>", "in.xls"),
        [(0, "unreadable_file")],
    ),
    ("XML", read_households, text("<kml><a/></kml>", "in.kml"), [(0, "unsupported_format")]),
    (
        "an open quote",
        read_households,
        text(HEAD + GOOD + '"H-2,48.3,33.4,1,urban\n'),
        [(3, "unclosed_quote")],
    ),
    (
        "a picture",
        read_households,
        raw(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "in.csv"),
        [(1, "unreadable_encoding")],
    ),
    (
        "broken UTF-8",
        read_households,
        raw(PERSIAN.encode() + b"2,48.3,33.4,\xff\n", "in.csv"),
        [(7, "unreadable_encoding")],
    ),
    (
        "another alphabet",
        read_households,
        text("household_id,lon,lat\nЖЖЖ,48,33\n", encoding="koi8-r"),
        [(2, "unreadable_encoding")],
    ),
    ("no id column", read_households, text("lon,lat\n48.3,33.4\n"), [(1, "missing_column")]),
    (
        "no coordinates at all",
        read_households,
        text("household_id,cases\nH-1,1\n"),
        [(1, "missing_column")] * 2,
    ),
    ("no latitude", read_households, text("household_id,lon\nH-1,48.3\n"), [(1, "missing_column")]),
    ("wrong columns", read_households, text("a,b,c\n1,2,3\n"), [(1, "missing_column")] * 3),
    (
        "a column twice",
        read_households,
        text("household_id,lon,lon,lat\nH-1,48.3,48.4,33.4\n"),
        [(1, "duplicate_column")],
    ),
    (
        "two words for one column",
        read_households,
        text("کد خانوار,شناسه خانوار,lon,lat\n1,2,48.3,33.4\n"),
        [(1, "duplicate_column")],
    ),
    (
        "an id twice in two alphabets",
        read_households,
        text("household_id,lon,lat\n12,48.3,33.4\n۱۲,48.3,33.4\n"),
        [(3, "duplicate_id")],
    ),
    (
        "neither point nor place",
        read_households,
        text("household_id,place\nH-1,نورآباد\nH-2,\n"),
        [(3, "missing_location")],
    ),
    (
        "61 minutes",
        read_households,
        text('household_id,lon,lat\nH-1,"48°61\'0""E",33.4\n'),
        [(2, "bad_coordinate")],
    ),
    (
        "no point in WKT",
        read_households,
        text('household_id,wkt\nH-1,"LINESTRING(48 33, 49 34)"\n'),
        [(2, "bad_coordinate")],
    ),
    (
        "metres without a CRS",
        read_households,
        text("household_id,x,y\nH-1,254000,3705000\n"),
        [(0, "no_crs")],
    ),
    (
        "wrong cell in a sheet under a title",
        read_households,
        sheets([["فهرست"], [], ["household_id", "lon", "lat"], ["H-1", 48.3, 33.4], [], ["H-2", 0, 0]]),
        [(6, "zero_coordinates")],
    ),
    ("features without a CRS", read_households, a_point_of(None, 254000, 3705000, "in.shp"), [(0, "no_crs")]),
    (
        "metres said to be degrees",
        read_households,
        a_point_of("EPSG:4326", 254000, 3705000),
        [(0, "wrong_crs")],
    ),
    (
        "features in another zone",
        read_households,
        a_point_of("EPSG:32633", 254000, 3705000),
        [(2, "outside_iran"), (3, "outside_iran")],
    ),
    (
        "polygons for households",
        read_households,
        layer("in.gpkg", {"household_id": ["H-1"]}, [SQUARE]),
        [(0, "not_points")],
    ),
    (
        "one line among points",
        read_households,
        layer(
            "in.geojson",
            {"household_id": ["H-1", "H-2"]},
            [shapely.Point(48.3, 33.4), shapely.LineString([(48, 33), (49, 34)])],
        ),
        [(3, "not_points")],
    ),
    (
        "a feature without geometry",
        read_households,
        layer("in.gpkg", {"household_id": ["H-1", "H-2"]}, [shapely.Point(48.3, 33.4), None]),
        [(3, "missing_location")],
    ),
]


@pytest.mark.parametrize(
    ("reader", "build", "expected"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_a_bad_input_is_refused_with_file_row_and_reason(
    tmp_path: Path, reader: Callable[..., object], build: Build, expected: list[tuple[int, str]]
) -> None:
    assert_refused(tmp_path, reader, build, expected)


MAPPINGS = {
    "no TOML": ("columns = [", "bad_mapping"),
    "an unknown entry": ('colour = "red"\n', "bad_mapping"),
    "an unknown column": ('[columns]\nhousehold = "a"\n', "bad_mapping"),
    "x alone": ('x = "E"\n', "bad_mapping"),
    "a header that is not there": ('[columns]\nstatus = "group"\n', "unknown_column"),
    "a number for a header": ("[columns]\nstatus = 3\n", "bad_mapping"),
    "an unknown CRS": ('crs = "EPSG:999999"\nx = "E"\ny = "N"\n', "unknown_crs"),
    "no CRS": ('x = "E"\ny = "N"\n', "no_crs"),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_bad_mapping_is_refused(tmp_path: Path, name: str) -> None:
    content, code = MAPPINGS[name]
    path = text("household_id,E,N\nH-1,254000,3705000\n")(tmp_path)
    mapping = text(content, "columns.toml")(tmp_path)
    with pytest.raises(SitingError) as caught:
        read_households(path, columns=mapping)
    assert caught.value.failures[0].code == code


def test_a_missing_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read_households(text(HEAD + GOOD)(tmp_path), columns=tmp_path / "columns.toml")
    assert [(one.file, one.code) for one in caught.value.failures] == [("columns.toml", "missing_file")]


def test_unknown_columns_to_keep_are_told(tmp_path: Path) -> None:
    path = text("household_id,lon,lat,code\nH-1,48.3,33.4,7\n")(tmp_path)
    with pytest.raises(SitingError) as caught:
        read_households(path, keep=["code", "nickname"])
    assert [(one.row, one.code) for one in caught.value.failures] == [(0, "unknown_keep_column")]
