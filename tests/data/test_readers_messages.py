"""A file that cannot be read is told what it is, in one sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from data.errors import SitingError
from data.readers import read_boundaries, read_centers, read_households
from tests.data.input_files import GOOD, HEAD, LAT, LON, SQUARE, Build, layer, lines, raw, text

if TYPE_CHECKING:
    from pathlib import Path


def refused(build: Build, folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(SitingError) as caught:
        read_households(build(folder))
    return [(one.row, one.code, one.message) for one in caught.value.failures]


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (raw(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "in.pdf"), "unsupported_format"),
        (text("a letter to the office\n", "in.doc"), "unsupported_format"),
        (raw(b"\x89PNG\r\n\x1a\n\0\0\0", "in.png"), "unsupported_format"),
        (text("<kml><a/></kml>", "in.kml"), "unsupported_format"),
        (text("no sheet at all\n", "in.xlsx"), "unreadable_file"),
        (raw(b"\x01\x02\xff\xfe torn", "in.xlsx"), "unreadable_file"),
        (raw(b"\x01\x02 torn", "in.gpkg"), "unreadable_file"),
    ],
)
def test_what_is_no_table_is_damaged_or_of_no_format_that_is_read(
    tmp_path: Path, build: Build, code: str
) -> None:
    ((row, told, _),) = refused(build, tmp_path)
    assert (row, told) == (0, code)


def test_the_format_that_is_not_read_is_named(tmp_path: Path) -> None:
    ((_, _, message),) = refused(raw(b"%PDF-1.4\n", "in.PDF"), tmp_path)
    assert message.startswith("the format .pdf is not read; give CSV")


def test_boundaries_of_no_format_that_is_read_are_told_so(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read_boundaries([raw(b"%PDF-1.4\n", "in.pdf")(tmp_path)])
    assert caught.value.code == "unsupported_format"


def test_degrees_that_claim_a_metric_crs_are_told_once_with_its_name(tmp_path: Path) -> None:
    points = [shapely.Point(LON, LAT), shapely.Point(LON, LAT + 0.1)]
    ((row, code, message),) = refused(layer("in.gpkg", {"id": ["1", "2"]}, points, "EPSG:32639"), tmp_path)
    assert (row, code) == (0, "metric_crs")
    assert "EPSG:32639" in message
    square = layer("in.geojson", {"county": ["A"]}, [SQUARE])(tmp_path)
    assert len(read_boundaries([square])["county"]) == 1
    with pytest.raises(SitingError) as caught:
        read_boundaries([layer("b.gpkg", {"county": ["A"]}, [SQUARE], "EPSG:32639")(tmp_path)])
    assert [one.code for one in caught.value.failures] == ["metric_crs"]


@pytest.mark.parametrize("seconds", ["10.50", "10,50", "10٫50"])
def test_degrees_minutes_and_seconds_with_blanks_are_no_thousands(tmp_path: Path, seconds: str) -> None:
    table = read_households(lines("household_id;lon;lat", f"1;48 23 {seconds};33 29 16")(tmp_path))
    assert table["lon"].tolist() == pytest.approx([48 + 23 / 60 + 10.5 / 3600])
    assert table["lat"].tolist() == pytest.approx([33 + 29 / 60 + 16 / 3600])


def test_sixty_seconds_with_blanks_are_no_coordinate(tmp_path: Path) -> None:
    assert [code for _, code, _ in refused(lines("household_id;lon;lat", "1;48 23 75;33.4"), tmp_path)] == [
        "bad_coordinate"
    ]


@pytest.mark.parametrize(
    "total", ["جمع کل,,,2,", "جمع,,,2,", "Total,,,2,", ",,,2,جمع", "Grand total:,,,2,", "جمع كل,,,2,"]
)
def test_a_total_at_the_end_is_told_as_that_alone(tmp_path: Path, total: str) -> None:
    ((row, code, message),) = refused(text(HEAD + GOOD + total + "\n"), tmp_path)
    assert (row, code, message) == (3, "total_row", "this looks like a total; remove it")


def test_a_center_called_total_is_no_total(tmp_path: Path) -> None:
    table = read_centers(text("center_id,lon,lat,name\nC,48.3,33.4,Total\n")(tmp_path))
    assert table["name"].tolist() == ["Total"]
