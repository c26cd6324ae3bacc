"""What a cell holds beside what it shows: marks nobody sees, hours, errors, formulas that nobody computed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from data.cells import guarded, guarded_texts, unguarded, unguarded_texts
from data.errors import Failure, SitingError
from data.fold import bare, clean, fold
from data.pseudonyms import Pseudonyms
from data.readers import read_applicants, read_households, read_moves
from data.readers.reading import Reading
from tests.data.input_files import LAT, LON, layer, lines, raw, text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["household_id", "lon", "lat", "cases"]
MARKS = "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u061c\u200e\u200f\u200b\u200c\u200d\ufeff"


def book(path: Path, *rows: list[Any]) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def refused(path: Path, reader: Any = read_households) -> list[tuple[int, str, str]]:
    with pytest.raises(SitingError) as caught:
        reader(path)
    return [(one.row, one.code, one.id) for one in caught.value.failures]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_nobody_sees_makes_no_second_household(tmp_path: Path, mark: str) -> None:
    row = f"H{mark}-10{mark}03{mark}"
    path = lines(",".join(HEAD), f"H-1003,{LON},{LAT},1", f"{row},{mark}{LON},{LAT}{mark},{mark}2")(tmp_path)
    assert refused(path) == [(3, "duplicate_id", "H-1003")]
    path = lines(",".join(HEAD), f"{row},{mark}{LON},{LAT}{mark},{mark}2")(tmp_path)
    assert read_households(path)[HEAD].to_numpy().tolist() == [["H-1003", LON, LAT, 2]]


def test_a_half_space_in_a_name_is_spelling_and_a_mark_of_direction_is_not() -> None:
    name = "خرم\u200cآباد"
    assert clean(f"\u202b{name}\u202c\u200c") == name == bare(name)
    assert fold(f"{name}\u202c") == fold("خرم آباد") == fold("خرم\u200bآباد")
    assert bare("۱۲\u200c۳") == "۱۲۳"


def test_an_id_that_a_network_has_with_a_mark_is_found_with_and_without_it(tmp_path: Path) -> None:
    reading = Reading(Pseudonyms())
    reading.pseudonyms.remember(pd.Series(["H-1\u202c", "H-2\u202c", "H-2"], dtype="str"), "household")
    path = lines("household_id,date,event", *(f"{one},1404/1/1,leave" for one in ("H-1", "H-1\u202c", "H-2")))
    with pytest.raises(SitingError) as caught:
        read_moves(path(tmp_path), reading=reading)
    assert [(one.row, one.code, one.id) for one in caught.value.failures] == [
        (3, "duplicate_event", "H-1\u202c")
    ]
    alone = lines("household_id,date,event", "H-1,1404/1/1,leave", "H-2,1404/1/1,leave")(tmp_path)
    assert read_moves(alone, reading=reading)["household_id"].tolist() == ["H-1\u202c", "H-2"]


@pytest.mark.parametrize("ending", ["xlsx", "gpkg"])
def test_the_hour_of_an_application_is_kept_in_every_format(tmp_path: Path, ending: str) -> None:
    told = [datetime(2026, 4, 6, 15, 30), datetime(2026, 4, 6)]  # noqa: DTZ001 - as a spreadsheet has it
    path = tmp_path / f"in.{ending}"
    if ending == "xlsx":
        head = ["applicant_id", "lon", "lat", "registered_at"]
        book(path, head, *([f"A-{n}", LON, LAT, one] for n, one in enumerate(told)))
    else:
        table = {"applicant_id": ["A-0", "A-1"], "registered_at": pd.to_datetime(pd.Series(told))}
        gpd.GeoDataFrame(table, geometry=[shapely.Point(LON, LAT)] * 2, crs=4326).to_file(path)
    assert read_applicants(path)["registered_at"].tolist() == ["2026-04-06T15:30:00", "2026-04-06"]


def test_a_day_with_an_hour_is_still_a_day_where_days_are_asked_for(tmp_path: Path) -> None:
    row = ["H-1", datetime(2026, 4, 6, 15, 30), "leave"]  # noqa: DTZ001 - as a spreadsheet has it
    path = book(tmp_path / "in.xlsx", ["household_id", "date", "event"], row)
    assert read_moves(path)["date"].tolist() == ["2026-04-06"]


def test_a_number_in_place_of_a_date_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", ["household_id", "date", "event"], ["H-1", 46143, "leave"])
    with pytest.raises(SitingError) as caught:
        read_moves(path)
    (one,) = caught.value.failures
    assert (one.row, one.code) == (2, "bad_date")
    assert "46143 is how a spreadsheet counts days (1405/2/11, 2026-05-01" in one.message


def test_a_formula_without_a_value_is_no_empty_cell(tmp_path: Path) -> None:
    rows = [
        ["H-1", LON, LAT, "=1+1"],
        ["H-2", "=48.3", LAT, 1],
        ['="H-"&3', LON, LAT, 1],
        ["=A2", "=B2", "=C2", "=D2"],
        ["H-5", LON, LAT, None, "=1+1"],
    ]
    path = book(tmp_path / "in.xlsx", [*HEAD, "remark"], *rows)
    code = "formula_without_value"
    whole_row = [(5, code, "")]
    with pytest.raises(SitingError) as caught:
        read_households(path)
    found = [(one.row, one.code, one.id) for one in caught.value.failures]
    assert found == [(2, code, "H-1"), (3, code, "H-2"), (4, code, ""), *whole_row * 4]
    assert "column 'cases' holds a formula" in caught.value.failures[0].message


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", HEAD, ["H-1", LON, LAT, '=IF(1,"","x")'])
    rewrite(path, b'<c r="D2">', b'<c r="D2" t="str">')
    assert read_households(path)["cases"].tolist() == [1]


def rewrite(path: Path, one: bytes, other: bytes) -> None:
    import zipfile  # noqa: PLC0415 - here alone

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert any(one in part for part in parts.values())
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(one, other))


def test_an_error_of_a_spreadsheet_is_no_id_and_no_value(tmp_path: Path) -> None:
    rows = [["#REF!", LON, LAT, 1], ["H-2", LON, "#VALUE!", 1], ["H-3", LON, LAT, "#DIV/0!"]]
    code = "error_cell"
    assert refused(book(tmp_path / "in.xlsx", HEAD, *rows)) == [
        (2, code, ""),
        (3, code, "H-2"),
        (4, code, "H-3"),
    ]
    path = lines(",".join(HEAD), *(",".join(map(str, row)) for row in rows))(tmp_path)
    assert [row for row, _, _ in refused(path)] == [2, 3, 4]


def test_an_id_that_lost_its_digits_is_refused_for_that_alone(tmp_path: Path) -> None:
    rows = [f"{one},{LON},{LAT},1" for one in ("1.23457E+09", "1.23457E+09", "7E2", "12E+3", "1.2E+01")]
    code = "id_lost_digits"
    assert refused(lines(",".join(HEAD), *rows)(tmp_path)) == [(2, code, ""), (3, code, "")]
    kept = read_households(lines(",".join(HEAD), *rows[2:])(tmp_path))["household_id"].tolist()
    assert kept == ["7E2", "12E+3", "1.2E+01"]


@pytest.mark.parametrize(
    "cell",
    ["علی رضایی", "ali rezaei 09123456789", "09123456789", "+98 912 345 6789", "۰۹۱۲۳۴۵۶۷۸۹", "0499370899"],
)
def test_what_is_no_id_is_not_quoted(tmp_path: Path, cell: str) -> None:
    path = lines(",".join(HEAD), f"{cell},,,1", *(f"H-{n},{LON},{LAT},1" for n in range(9)))(tmp_path)
    with pytest.raises(SitingError) as caught:
        read_households(path)
    assert [(one.row, one.code, one.id) for one in caught.value.failures] == [(2, "missing_location", "")]
    assert refused(lines(",".join(HEAD), "H-77,,,1")(tmp_path)) == [(2, "missing_location", "H-77")]


@pytest.mark.parametrize("blank", [[], [[None]]])
def test_a_footer_is_told_as_one_note_and_not_quoted(tmp_path: Path, blank: list[list[Any]]) -> None:
    rows = [[f"H-{n}", LON, LAT, 1] for n in range(3)]
    path = book(tmp_path / "in.xlsx", HEAD, *rows, *blank, ["تهیه کننده: علی رضایی ۰۹۱۲۳۴۵۶۷۸۹"], ["امضا"])
    assert refused(path) == [(5 + len(blank), "note_below_table", "")]


def test_the_last_household_without_a_place_is_no_footer(tmp_path: Path) -> None:
    rows = [f"{one},{LON},{LAT},1" for one in ("H 1", "H 2")]
    assert refused(lines(",".join(HEAD), *rows, "H-3,,,")(tmp_path)) == [(4, "missing_location", "H-3")]
    named = [f"{one},{LON},{LAT},1" for one in ("A", "B")]
    assert refused(lines(",".join(HEAD), *named, "C,,,")(tmp_path)) == [(4, "missing_location", "C")]


def test_a_password_is_told_as_one(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refused(raw(content, "in.xlsx")(tmp_path)) == [(0, "password", "")]
    assert refused(raw(content[:600], "in.xls")(tmp_path)) == [(0, "unreadable_file", "")]


@pytest.mark.parametrize("encoding", ["CP1256", "UTF-8"])
def test_a_shapefile_that_names_no_encoding_is_read_by_its_fields_too(tmp_path: Path, encoding: str) -> None:
    columns = {"شناسه": ["H-1"], "c123456789": ["x"]}
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.Point(LON, LAT)], crs=4326)
    frame.to_file(tmp_path / "in.shp", encoding=encoding)
    (tmp_path / "in.cpg").unlink()
    assert read_households(tmp_path / "in.shp")["household_id"].tolist() == ["H-1"]
    # Of a name ten bytes are kept: in UTF-8 one that ends inside a letter is no reason to garble the others.
    table = tmp_path / "in.dbf"
    torn = "cعرضعر".encode()[:10]
    table.write_bytes(table.read_bytes().replace(b"c123456789", torn))
    if encoding == "UTF-8":
        assert refused(tmp_path / "in.shp") == [(0, "unreadable_file", "")]


def test_two_points_of_one_row_that_lie_apart_are_noted(tmp_path: Path) -> None:
    points = [shapely.Point(LON, LAT + n / 100) for n in range(4)]
    columns = {
        "household_id": [f"H-{n}" for n in range(4)],
        "lon": [LON, LON, LON + 1, None],
        "lat": [LAT, LAT + 0.0105, LAT + 0.02, None],
    }
    reading = Reading()
    table = read_households(layer("in.gpkg", columns, points)(tmp_path), reading=reading)
    assert table["lon"].tolist() == pytest.approx([LON] * 4)
    (note,) = [one for one in reading.notes if one.code == "two_points"]
    assert "in 1 row the point of the geometry is over 100 m from that of the columns 'lon' and 'lat'" in (
        note.message
    )
    assert "first in row 4, 92.9 km" in note.message
    assert reading.seen[0].columns == {"household_id": "household_id"}


def test_columns_and_a_pair_that_lie_apart_are_noted(tmp_path: Path) -> None:
    reading = Reading()
    rows = (f'H-1,{LON},{LAT},"{LAT}, {LON + 0.1}"', f'H-2,,,"{LAT}, {LON}"')
    path = lines("household_id,lon,lat,location", *rows)(tmp_path)
    assert read_households(path, reading=reading)["lon"].tolist() == [LON, LON]
    (note,) = reading.notes
    assert (note.code, "in 1 row the point of the columns 'lon' and 'lat'" in note.message) == (
        "two_points",
        True,
    )


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "@SUM(A1)", "-1+2", "'=x", "''-y", "-12", "+98.5", "it's", ""]
)
def test_a_text_that_is_guarded_comes_back(tmp_path: Path, cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "@", "-1+"))
    if cell and not cell.startswith("'"):
        path = text(f'household_id,lon,lat\n"{guarded(cell)}",{LON},{LAT}\n')(tmp_path)
        assert read_households(path)["household_id"].tolist() == [cell]


def test_a_failure_keeps_an_id_of_one_word() -> None:
    from data.readers.subjects import nameable  # noqa: PLC0415 - here alone

    assert nameable(Failure("f.csv", 2, "missing_location", "خانوار‌۱۲", "x")).id == "خانوار‌۱۲"


def test_texts_of_a_table_that_is_kept_come_back_and_none_is_a_formula() -> None:
    table = pd.DataFrame(
        {"id": ["=1+1", "'@x", None, "H-1"], "km": [-1.5, 2.0, 0.0, 1.0], "cases": [1, -2, 3, 4]}
    )
    kept = guarded_texts(table)
    assert kept["id"].tolist()[:2] == ["'=1+1", "''@x"]
    assert kept.drop(columns="id").equals(table.drop(columns="id"))
    assert unguarded_texts(kept).equals(table)
