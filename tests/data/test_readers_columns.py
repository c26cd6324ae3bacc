"""What a planner's mapping names must be there; columns that mean the same must say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from data.errors import SitingError
from data.intake import Inputs, read_inputs
from data.readers import read_households
from data.readers.reading import Reading
from tests.data.input_files import LAT, LON, lines, text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.errors import Failure


def refused(inputs: Inputs) -> list[tuple[str, int, str, str]]:
    with pytest.raises(SitingError) as caught:
        read_inputs(inputs)
    return [(one.file, one.row, one.code, one.id) for one in caught.value.failures]


def inputs(folder: Path, mapping: str, **others: Path) -> Inputs:
    households = text(f"کد;گروه;lon;lat\n007;پشت نوبت;{LON};{LAT}\n", "households.csv")(folder)
    return Inputs(households, columns=text(mapping, "columns.toml")(folder), **others)


def applicants(folder: Path) -> Path:
    return text(f"applicant_id,lon,lat\nA,{LON},{LAT}\n", "applicants.csv")(folder)


@pytest.mark.parametrize(
    "mapping",
    [
        '[columns]\nplace = "nowhere"\n',
        '[columns]\ncounty = "nowhere"\nplace = "گروه"\n',
        '[households.columns]\nhousehold_id = "nowhere"\n',
        'x = "nowhere"\ny = "lat"\n',
    ],
)
def test_a_header_that_no_table_has_is_told_of_the_mapping(tmp_path: Path, mapping: str) -> None:
    given = inputs(tmp_path, mapping, applicants=applicants(tmp_path))
    assert refused(given) == [("columns.toml", 0, "unknown_column", "nowhere")]


def test_a_header_for_all_tables_need_not_be_in_each(tmp_path: Path) -> None:
    mapping = '[columns]\nhousehold_id = "کد"\nstatus = "گروه"\n'
    centers = text(f"center_id,lon,lat\nC,{LON},{LAT}\n", "centers.csv")(tmp_path)
    tables, _ = read_inputs(inputs(tmp_path, mapping, centers=centers))
    assert tables.households["status"].tolist() == ["waiting_list"]
    assert tables.centers is not None
    assert tables.centers["status"].tolist() == ["open"]


def test_a_header_named_for_a_table_that_is_not_given_is_nobodys_mistake(tmp_path: Path) -> None:
    tables, _ = read_inputs(inputs(tmp_path, '[columns]\napplicant_id = "کد متقاضی"\nstatus = "گروه"\n'))
    assert tables.households["status"].tolist() == ["waiting_list"]


def test_an_unknown_crs_is_the_mistake_of_the_mapping_and_told_once(tmp_path: Path) -> None:
    given = inputs(tmp_path, 'crs = "EPSG:999999"\nx = "lon"\ny = "lat"\n', applicants=applicants(tmp_path))
    assert refused(given) == [("columns.toml", 0, "unknown_crs", "EPSG:999999")]


def read(build: object, folder: Path) -> tuple[pd.DataFrame, list[Failure]]:
    reading = Reading()
    return read_households(build(folder), reading=reading), reading.notes  # type: ignore[operator]


def test_columns_of_one_meaning_that_differ_are_refused_with_both_names_and_the_row(tmp_path: Path) -> None:
    build = lines("household_id,lon,طول جغرافیایی,lat", f"1,{LON},{LON},{LAT}", f"2,{LON},{LON + 0.1},{LAT}")
    with pytest.raises(SitingError) as caught:
        read(build, tmp_path)
    ((line),) = caught.value.lines()
    assert line.startswith("in.csv:1 [duplicate_column] the columns 'lon' and 'طول جغرافیایی' both mean lon")
    assert "row 3" in line


@pytest.mark.parametrize(
    ("header", "row", "column", "taken"),
    [
        ("household_id,lon,طول جغرافیایی,lat", f"1,{LON},{LON}0,{LAT}", "lon", LON),
        ("household_id,lon,طول جغرافیایی,lat", f"1,{LON},۴۸٫۳۵۵۸,{LAT}", "lon", LON),
        ("household_id;lon;طول جغرافیایی;lat", f"1;48°21'0\";48.35;{LAT}", "lon", 48.35),
        ("household_id,area,نوع سکونت,lon,lat", f"1,urban,شهری,{LON},{LAT}", "area", "urban"),
        ("household_id,cases,تعداد پرونده,lon,lat", f"1,2,2.0,{LON},{LAT}", "cases", 2),
        ("کد خانوار,شناسه خانوار,lon,lat", f"۷,7,{LON},{LAT}", "household_id", "7"),
        ("household_id,county,شهرستان,lon,lat", f"1,كوهدشت,کوهدشت,{LON},{LAT}", "county", "کوهدشت"),
    ],
)
def test_columns_of_one_meaning_that_agree_are_one_and_that_is_noted(
    tmp_path: Path, header: str, row: str, column: str, taken: object
) -> None:
    table, notes = read(lines(header, row), tmp_path)
    assert table[column].tolist() == [taken]
    assert [(one.row, one.code) for one in notes] == [(1, "same_column")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("household_id,ردیف,lon,lat", f"7,1,{LON},{LAT}"),
        ("household_id,lon,lat,X,Y", f"7,{LON},{LAT},254000,3705000"),
        ("household_id,lon,lat,طول جغرافیایی,عرض جغرافیایی", f"7,{LON},{LAT},,"),
        ("household_id,طول جغرافیایی,عرض جغرافیایی,lon,lat", f"7,{LON},{LAT},,"),
        ("household_id,lon,lat,county,county_fa", f"7,{LON},{LAT},Kuhdasht,کوهدشت"),
    ],
)
def test_what_only_might_mean_a_column_or_says_nothing_is_no_rival(
    tmp_path: Path, header: str, row: str
) -> None:
    table, notes = read(lines(header, row), tmp_path)
    assert table.loc[0, ["household_id", "lon", "lat"]].tolist() == ["7", LON, LAT]
    assert notes == []


def test_a_geometry_is_the_point_whatever_two_columns_say(tmp_path: Path) -> None:
    columns = {"household_id": ["1"], "lon": ["48"], "طول جغرافیایی": ["49"]}
    gpd.GeoDataFrame(columns, geometry=[shapely.Point(LON, LAT)], crs=4326).to_file(tmp_path / "in.gpkg")
    assert read_households(tmp_path / "in.gpkg")["lon"].tolist() == pytest.approx([LON])


def test_a_mapping_decides_between_columns_that_differ(tmp_path: Path) -> None:
    path = lines("household_id,lon,طول جغرافیایی,lat", f"1,50,{LON},{LAT}")(tmp_path)
    mapping = text('[columns]\nlon = "طول جغرافیایی"\n', "columns.toml")(tmp_path)
    assert read_households(path, columns=mapping)["lon"].tolist() == [LON]
