"""What the cells of an input mean: ids, words, dates, preferences, mappings and boundaries."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from data.fold import fold
from data.readers import (
    read_applicants,
    read_boundaries,
    read_centers,
    read_date,
    read_households,
    read_travel,
)
from tests.data.input_files import LAT, LON, lines, sheets, text

GEO = Path(__file__).parents[2] / "../shared/geo"
FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("section", ["{}", "[households]\n{}"])
def test_columns_in_utm_are_declared_by_a_mapping(tmp_path: Path, section: str) -> None:
    x, y = Transformer.from_crs(4326, 32639, always_xy=True).transform(LON, LAT)
    path = text(f"کد;E;N;گروه\n007;{x};{y};پشت نوبت\n")(tmp_path)
    prefix = "households." if "households" in section else ""
    entries = (
        f'crs = "EPSG:32639"\nx = "E"\ny = "N"\n[{prefix}columns]\nhousehold_id = "کد"\nstatus = "گروه"\n'
    )
    table = read_households(path, columns=text(section.format(entries), "columns.toml")(tmp_path))
    assert table.loc[0, ["household_id", "status"]].tolist() == ["007", "waiting_list"]
    assert table.loc[0, ["lon", "lat"]].tolist() == pytest.approx([LON, LAT], abs=1e-7)


def test_a_mapping_of_metres_does_not_bend_a_table_in_degrees(tmp_path: Path) -> None:
    mapping = text('crs = "EPSG:32639"\nx = "E"\ny = "N"\n[columns]\nhousehold_id = "کد"\n', "columns.toml")(
        tmp_path
    )
    table = read_applicants(lines("applicant_id,lon,lat", f"A,{LON},{LAT}")(tmp_path), columns=mapping)
    assert table.loc[0, ["lon", "lat"]].tolist() == [LON, LAT]


def test_ids_keep_their_zeros_and_lose_the_point_of_a_spreadsheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["household_id", "lon", "lat", "center_id"],
        [12.0, LON, LAT, "0012"],
        [13, LON, LAT, None],
    ]
    table = read_households(sheets(rows)(tmp_path))
    assert table["household_id"].tolist() == ["12", "13"]
    assert table["center_id"].tolist() == ["0012", ""]
    table = read_households(text(f"household_id,lon,lat\n1234.0,{LON},{LAT}\n1235.0,{LON},{LAT}\n")(tmp_path))
    assert table["household_id"].tolist() == ["1234", "1235"]
    table = read_households(text(f"household_id,lon,lat\n1.0,{LON},{LAT}\n1.1,{LON},{LAT}\n")(tmp_path))
    assert table["household_id"].tolist() == ["1.0", "1.1"]


def test_a_number_shown_with_zeros_keeps_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["household_id", "lon", "lat"], [12, LON, LAT]):
        book.active.append(row)
    book.active["A2"].number_format = "00000"
    book.save(tmp_path / "in.xlsx")
    assert read_households(tmp_path / "in.xlsx")["household_id"].tolist() == ["00012"]


@pytest.mark.parametrize(
    ("cases", "lon", "read"), [("1,200", "48,300", 1200), ("۱٬۲۰۰", "۴۸٫۳", 1200), ("3.0", "48/3", 3)]
)
def test_a_comma_groups_whole_numbers_and_marks_decimals_of_degrees(
    tmp_path: Path, cases: str, lon: str, read: int
) -> None:
    table = read_households(lines("household_id;cases;lon;lat", f"1;{cases};{lon};33,4")(tmp_path))
    assert table.loc[0, ["cases", "lon", "lat"]].tolist() == [read, 48.3, 33.4]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
def test_a_shapefile_that_names_no_encoding_is_read_in_persian(tmp_path: Path, encoding: str) -> None:
    frame = gpd.GeoDataFrame({"id": ["1"], "place": ["پشته"]}, geometry=[shapely.Point(LON, LAT)], crs=4326)
    frame.to_file(tmp_path / "in.shp", encoding=encoding)
    (tmp_path / "in.cpg").unlink()
    assert read_households(tmp_path / "in.shp")["place"].tolist() == ["پشته"]


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.Point(LON, LAT)], crs=4326)
    (tmp_path / "parts").mkdir()
    frame.to_file(tmp_path / "parts" / "in.shp")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for part in (tmp_path / "parts").iterdir():
            archive.write(part, part.name)
    assert read_households(tmp_path / "in.zip")["household_id"].tolist() == ["1"]


def test_an_id_in_the_index_of_a_parquet_is_not_lost(tmp_path: Path) -> None:
    frame = pd.DataFrame({"lon": [LON], "lat": [LAT]}, index=pd.Index(["007"], name="household_id"))
    frame.to_parquet(tmp_path / "in.parquet")
    assert read_households(tmp_path / "in.parquet")["household_id"].tolist() == ["007"]


def test_words_become_tokens_and_unknown_ones_stay(tmp_path: Path) -> None:
    path = text(
        "کد خانوار,روستا/محله,شهری/روستایی,وضعیت,تعداد پرونده,شهرستان,منطقه\n"
        "1,پشته,شهري,مستمری‌بگیر,۲,خرم‌آباد,۳\n2,كرگاه,روستايی,پشت نوبت,,خرم آباد,\n3,ده,,گروه دیگر,1,,\n"
    )(tmp_path)
    table = read_households(path)
    assert table["place"].tolist() == ["پشته", "کرگاه", "ده"]
    assert table["area"].tolist() == ["urban", "rural", ""]
    assert table["status"].tolist() == ["pensioner", "waiting_list", "گروه دیگر"]
    assert table["cases"].tolist() == [2, 1, 1]
    assert table["district"].tolist() == ["3", "", ""]
    assert table[["lon", "lat"]].isna().all(axis=None)


def test_what_the_schema_does_not_name_is_left_out_unless_kept(tmp_path: Path) -> None:
    path = lines("household_id,lon,lat,نام,گروه سنی", f"1,{LON},{LAT},زهرا,سالمند")(tmp_path)
    assert not {"نام", "گروه سنی"} & set(read_households(path).columns)
    assert read_households(path, keep=["گروه سني"])["گروه سني"].tolist() == ["سالمند"]


def test_an_xls_of_applicants_is_read_as_its_office_meant_it() -> None:
    table = read_applicants(FILES / "applicants.xls")
    assert table["applicant_id"].tolist() == ["0012", "0012", "0047"]
    assert table["site_id"].tolist() == ["0012-1", "0012-2", "0047-1"]
    assert table["decision"].tolist() == ["accepted", "accepted", "refused"]
    assert table["registered_at"].tolist() == ["2021-07-24", "2021-07-24", "2021-07-25"]
    assert table["kind"].tolist() == ["natural", "natural", "legal"]
    assert table["accessible"].tolist() == ["true", "false", ""]
    assert table["score"].tolist() == [87.5, 87.5, 0.0]
    assert table["row"].tolist() == [5, 6, 7]


def test_without_preferences_the_order_of_an_applicants_rows_is_theirs(tmp_path: Path) -> None:
    rows = "".join(f"{who},{LON},{LAT}\n" for who in "BABA")
    table = read_applicants(text(f"applicant_id,lon,lat\n{rows}")(tmp_path))
    assert table["preference"].tolist() == [1, 1, 2, 2]
    assert table["site_id"].tolist() == ["B-1", "A-1", "B-2", "A-2"]
    assert table["use"].tolist() == ["candidate"] * 4
    assert table["decision"].tolist() == ["accepted"] * 4


@pytest.mark.parametrize(
    "written", ["1400/5/2", "14000502", "۱۴۰۰/۰۵/۰۲", "1400-05-02", "2021-07-24", "2021-07-24T08:30:00Z"]
)
def test_a_date_is_read_in_either_calendar(written: str) -> None:
    assert read_date(written) == date(2021, 7, 24)


def test_a_date_cell_of_a_sheet_is_a_date(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["applicant_id", "lon", "lat", "date"],
        ["A", LON, LAT, date(2021, 7, 24)],
    ]
    assert read_applicants(sheets(rows)(tmp_path))["registered_at"].tolist() == ["2021-07-24"]


def test_a_plan_s_own_centers_are_read_as_centers_that_stand(tmp_path: Path) -> None:
    path = text(f"center_id,lon,lat,status\n01,{LON},{LAT},new\n02,{LON},{LAT},existing\n")(tmp_path)
    assert read_centers(path)["status"].tolist() == ["approved", "open"]


def test_centers_are_open_unless_told(tmp_path: Path) -> None:
    path = text(
        f"کد مرکز,lon,lat,تلفن,وضعیت,ظرفیت\n01,{LON},{LAT},06633,,\n02,{LON},{LAT},,در حال تعطیلی,۳۰۰\n"
    )(tmp_path)
    table = read_centers(path)
    assert table["status"].tolist() == ["open", "closing"]
    assert table["phone"].tolist() == ["06633", ""]
    assert table["max_cases"].fillna(-1).tolist() == [-1, 300]


def test_travel_is_read_by_pairs(tmp_path: Path) -> None:
    table = read_travel(text("household_id;site_id;km\n01;S;۲٫۵\n02;S;1,25\n")(tmp_path))
    assert table[["household_id", "site_id", "km"]].to_numpy().tolist() == [
        ["01", "S", 2.5],
        ["02", "S", 1.25],
    ]


def test_a_parquet_of_numbers_is_read_as_it_lies(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"household_id": [7, 8], "lon": [LON, None], "lat": [LAT, None], "place": ["a", "b"]}
    )
    frame.to_parquet(tmp_path / "in.parquet")
    table = read_households(tmp_path / "in.parquet")
    assert table["household_id"].tolist() == ["7", "8"]
    assert table["lon"].isna().tolist() == [False, True]


def test_boundaries_of_several_levels_lie_in_one_geopackage(tmp_path: Path) -> None:
    square = shapely.box(48, 33, 49, 34)
    halves = [shapely.box(48, 33, 48.5, 34), shapely.box(48.5, 33, 49, 34)]
    path = tmp_path / "in.gpkg"
    gpd.GeoDataFrame({"name": ["لرستان"]}, geometry=[square], crs=4326).to_file(path, layer="provinces")
    counties = gpd.GeoDataFrame({"name": ["ا", "ب"], "province": ["لرستان"] * 2}, geometry=halves, crs=4326)
    counties.to_crs(32639).to_file(path, layer="shahrestan")
    read = read_boundaries([path])
    assert list(read) == ["province", "county"]
    assert read["county"]["name"].tolist() == ["ا", "ب"]
    assert read["county"]["province"].tolist() == ["لرستان", "لرستان"]
    assert read["county"].total_bounds == pytest.approx([48, 33, 49, 34], abs=1e-6)
    assert list(read["province"].columns) == ["name", "province", "county", "geometry"]


def test_a_level_column_splits_a_file_and_parts_of_one_name_are_lines(tmp_path: Path) -> None:
    boxes = [shapely.box(48 + n, 33, 48.5 + n, 34) for n in range(3)]
    frame = gpd.GeoDataFrame(
        {"level": ["استان", "شهرستان", "شهرستان"], "name": ["ا", "ب", "ب"]}, geometry=boxes, crs=4326
    )
    frame.to_file(tmp_path / "in.geojson")
    read = read_boundaries([tmp_path / "in.geojson"])
    assert read["province"]["name"].tolist() == ["ا"]
    assert read["county"]["name"].tolist() == ["ب"]
    assert read["county"].geometry.iloc[0].area == pytest.approx(1.0)


def test_the_boundaries_of_openstreetmap_are_read() -> None:
    if not GEO.exists():
        pytest.skip("the reference geography is not beside this checkout")
    read = read_boundaries(
        [GEO / "iran_provinces.gpkg", GEO / "iran_counties.gpkg", GEO / "tehran_districts.gpkg"]
    )
    assert {level: len(frame) for level, frame in read.items()} == {
        "province": 31,
        "county": 478,
        "district": 22,
    }
    assert fold("خرم‌آباد") in {fold(name) for name in read["county"]["name"]}
    assert "لرستان" in set(read["county"]["province"])
    assert set(read["district"]["name"]) == {str(number) for number in range(1, 23)}
