"""Twenty more spreadsheets as offices send them: each holds the same two households."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
from openpyxl.comments import Comment

from data.errors import SitingError
from data.readers import read_applicants, read_households
from tests.data.input_files import Build, raw, sheets, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POINTS = [(48.3558, 33.4878), (48.7516, 33.8973)]
HEAD = ["کد خانوار", "طول جغرافیایی", "عرض جغرافیایی", "تعداد پرونده"]
ROWS: list[list[object]] = [["007", *POINTS[0], 1], ["008", *POINTS[1], 2]]


def book(fill: Callable[[Any], None], name: str = "in.xlsx") -> Build:
    """A workbook whose only sheet is filled by hand."""

    def build(folder: Path) -> Path:
        made = openpyxl.Workbook()
        fill(made.active)
        made.save(folder / name)
        return folder / name

    return build


def put(sheet: Any, *rows: list[object]) -> None:
    for row in rows:
        sheet.append(row)


def merged_title(sheet: Any) -> None:
    put(sheet, ["فهرست خانوارهای مددجو"], ["تاریخ گزارش: ۱۴۰۵/۰۷/۰۱"], [], HEAD, *ROWS)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:D2")


def two_header_rows(sheet: Any) -> None:
    put(sheet, ["کد خانوار", "مختصات", "", "تعداد پرونده"], ["", "طول", "عرض", ""], *ROWS)
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("A1:A2")


def hidden_rows(sheet: Any) -> None:
    put(sheet, HEAD, *ROWS)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True


def blank_columns(sheet: Any) -> None:
    put(sheet, ["", *HEAD[:2], "", *HEAD[2:]])
    put(sheet, *(["", *row[:2], "", *row[2:]] for row in ROWS))


def with_comments(sheet: Any) -> None:
    put(sheet, HEAD, *ROWS)
    sheet["A2"].comment = Comment("ask again", "office")
    sheet.auto_filter.ref = "A1:D3"
    sheet.freeze_panes = "A2"


def a_hundred_blank_rows(sheet: Any) -> None:
    put(sheet, HEAD, *ROWS)
    for row in range(4, 104):
        sheet.cell(row=row, column=1, value=" ")
        sheet.cell(row=row, column=4).number_format = "0"


def numbers_as_text(sheet: Any) -> None:
    put(sheet, HEAD, *([str(row[0]), f" {row[1]} ", f"{row[2]}\u00a0", f"'{row[3]}"] for row in ROWS))


def formula_results(sheet: Any) -> None:
    put(sheet, ["ردیف", *HEAD], *([number, *row] for number, row in enumerate(ROWS, start=1)))


def swapped_marks(value: object) -> str:
    return str(value).replace(".", ",")


def in_text(*rows: str) -> str:
    return "\r\n".join(rows) + "\r\n"


CSV = [",".join(str(cell) for cell in row) for row in (HEAD, *ROWS)]
FILES: dict[str, Build] = {
    "a merged title of two rows": book(merged_title),
    "two header rows, the upper one merged": book(two_header_rows),
    "hidden rows and columns": book(hidden_rows),
    "blank columns": book(blank_columns),
    "comments, a filter and frozen panes": book(with_comments),
    "a hundred blank rows below": book(a_hundred_blank_rows),
    "numbers as text, with blanks and an apostrophe": book(numbers_as_text),
    "a number of the row first": book(formula_results),
    "notes first, the list on a third sheet": sheets(
        [["راهنما"], ["این فایل را کسی تغییر ندهد"]], [["ستون", "شرح"], ["کد", "کد خانوار"]], [HEAD, *ROWS]
    ),
    "both axes in one cell": sheets(
        [["کد خانوار", "مختصات", "تعداد پرونده"], *([row[0], f"{row[2]} , {row[1]}", row[3]] for row in ROWS)]
    ),
    "degrees with E and N": sheets(
        [HEAD, *([row[0], f"{row[1]}° E", f"{row[2]}° N", row[3]] for row in ROWS)]
    ),
    "comma decimals in a sheet": sheets(
        [HEAD, *([row[0], swapped_marks(row[1]), swapped_marks(row[2]), row[3]] for row in ROWS)]
    ),
    "headers of both scripts": sheets(
        [
            [
                "کد خانوار (ID)",
                "طول جغرافیایی (Longitude)",
                "عرض جغرافیایی (Latitude)",
                "تعداد پرونده - cases",
            ],
            *ROWS,
        ]
    ),
    "headers with blanks, breaks and stars": sheets(
        [[" کد\nخانوار * ", "طول  جغرافیایی:", " عرض\u200cجغرافیایی", "تعداد\u00a0پرونده"], *ROWS]
    ),
    "semicolons in Windows-1256": text(
        in_text(*(line.replace(",", ";") for line in CSV)).replace("ی", "ي").replace("ک", "ك"),
        "in.csv",
        "cp1256",
    ),
    "tabs in UTF-16 as a spreadsheet saves text": text(
        in_text(*(line.replace(",", "\t") for line in CSV)), "in.txt", "utf-16"
    ),
    "NUL bytes at the end": raw(in_text(*CSV).encode("utf-8") + b"\0" * 64, "in.csv"),
    "a byte order mark twice": raw(b"\xef\xbb\xbf" * 2 + in_text(*CSV).encode("utf-8"), "in.csv"),
    "every cell in quotes, line breaks in some": text(
        in_text(
            '"کد خانوار","نشانی","طول جغرافیایی","عرض جغرافیایی","تعداد پرونده"',
            *(f'"{row[0]}","خیابان ""الف""\nپلاک ۱","{row[1]}","{row[2]}","{row[3]}"' for row in ROWS),
        )
    ),
    "Persian digits with thousands and decimal marks": text(
        in_text(*CSV).translate(str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫"))
    ),
    "a header again in the middle": text(in_text(CSV[0], CSV[1], CSV[0], CSV[2])),
    "trailing commas": text(in_text(*(f"{line},,," for line in CSV))),
    "columns of a village and of a town": sheets(
        [[*HEAD, "شهر", "روستا"], [*ROWS[0], "", "سراب"], [*ROWS[1], "بروجرد", ""]]
    ),
    "whole cases as 1.0 and 2.00": text(in_text(CSV[0], CSV[1] + ".0", CSV[2] + ".00")),
    "an id of the spreadsheet's exponent kept as text": sheets([HEAD, *([row[0], *row[1:]] for row in ROWS)]),
}


@pytest.mark.parametrize("name", FILES)
def test_an_awkward_spreadsheet_holds_the_same_households(tmp_path: Path, name: str) -> None:
    table = read_households(FILES[name](tmp_path))
    assert table["household_id"].str.zfill(3).tolist() == ["007", "008"]
    assert table[["lon", "lat"]].to_numpy() == pytest.approx(np.array(POINTS), abs=1e-7)
    assert table["cases"].tolist() == [1, 2]


def test_a_town_stands_for_a_village_that_is_not_told(tmp_path: Path) -> None:
    table = read_households(FILES["columns of a village and of a town"](tmp_path))
    assert table["place"].tolist() == ["سراب", "بروجرد"]


def test_a_total_below_a_sheet_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        read_households(sheets([HEAD, *ROWS, ["جمع", "", "", 3]])(tmp_path))
    assert [(one.row, one.code) for one in caught.value.failures] == [(4, "total_row")]


@pytest.mark.parametrize(
    "told", [date(2026, 9, 23), datetime.fromisoformat("2026-09-23"), "1405/07/01", "۱۴۰۵-۰۷-۰۱", "۱۴۰۵.۷.۱"]
)
def test_dates_of_applicants_are_read_in_every_form(tmp_path: Path, told: object) -> None:
    rows = [["کد متقاضی", "طول", "عرض", "تاریخ ثبت نام", "امتیاز"], ["A-1", *POINTS[0], told, "۸۵٪"]]
    table = read_applicants(sheets(rows)(tmp_path))
    assert table["registered_at"].str[:10].tolist() == ["2026-09-23"]
    assert table["score"].tolist() == [85]


def test_coordinates_that_change_places_are_told_row_by_row(tmp_path: Path) -> None:
    rows = [[row[0], row[2], row[1], row[3]] for row in ROWS]
    with pytest.raises(SitingError) as caught:
        read_households(sheets([HEAD, *rows])(tmp_path))
    assert {one.code for one in caught.value.failures} == {"lon_lat_swapped"}
