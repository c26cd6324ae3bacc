"""Awkward files are read right: the same household whatever an office did to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.readers import (
    read_households,
)
from tests.data.input_files import LAT, LON, Build, features, lines, sheets, text

if TYPE_CHECKING:
    from pathlib import Path

FA = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫", "0123456789.")
AR = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")


COLUMNS = "شناسه خانوار,طول جغرافیایی,عرض جغرافیایی"
ROW = f"007,{LON},{LAT}"
TITLES = "سازمان بهزیستی\nفهرست خانوارها، استان لرستان\n\n"
HTML = """<html><head><meta charset="utf-8"></head><body><table><tr><td>menu</td></tr></table>
<table><tr><td colspan="3">گزارش</td></tr><tr><th>کد خانوار</th>
<th>طول جغرافیایی</th><th>عرض جغرافیایی</th></tr>
<tr><td>007</td><td>۴۸٫۳۵۵۸</td><td>۳۳٫۴۸۷۸</td></tr></table></body></html>"""


def renamed(name: str, to: str) -> Build:
    def build(folder: Path) -> Path:
        return features(name)(folder).rename(folder / to)

    return build


AWKWARD: dict[str, tuple[Build, int]] = {
    "plain": (lines("household_id,lon,lat", ROW), 2),
    "Persian headers": (lines(COLUMNS, ROW), 2),
    "Arabic letters in the headers": (lines("كد خانوار,طول جغرافيايي,عرض جغرافيايي", ROW), 2),
    "Persian digits and marks": (lines(COLUMNS, ROW.translate(FA)), 2),
    "Arabic digits and marks": (lines(COLUMNS, ROW.translate(AR)), 2),
    "a byte order mark": (text(f"{COLUMNS}\n{ROW}\n", encoding="utf-8-sig"), 2),
    "UTF-16": (text(f"{COLUMNS}\n{ROW}\n", encoding="utf-16"), 2),
    "Windows-1256": (text(f"كد خانوار,طول جغرافيايي,عرض جغرافيايي,محله\n{ROW},پشته\n", encoding="cp1256"), 2),
    "title rows": (text(f"{TITLES}{COLUMNS}\n{ROW}\n"), 5),
    "semicolons and decimal commas": (text(f"{COLUMNS}\n{ROW}\n".replace(",", ";").replace(".", ",")), 2),
    "tabs": (text(f"{COLUMNS}\n{ROW}\n".replace(",", "\t"), "in.txt"), 2),
    "text named xlsx": (text(f"{COLUMNS}\n{ROW}\n", "in.xlsx"), 2),
    "slashes for decimal points": (lines(COLUMNS, ROW.replace(".", "/")), 2),
    "blank rows and columns": (text(f"{COLUMNS},,\n,,,,\n{ROW},,\n,,,,\n,,,,\n"), 3),
    "blank cells that are short or long": (text(f"{COLUMNS},cases\n{ROW}\n,,,,,,\n"), 2),
    "old line ends": (text(f"{COLUMNS}\r{ROW}\r"), 2),
    "a line break in a quoted header": (text(f'household_id,"lon\n(degrees)",lat\n{ROW}\n'), 2),
    "a point in one cell": (lines("household_id,مختصات", f'007,"{LAT}, {LON}"'), 2),
    "a point in one cell, longitude first": (lines("household_id,location", f'007,"{LON}, {LAT}"'), 2),
    "a Persian point in one cell": (lines("household_id;موقعیت", "007;۳۳٫۴۸۷۸، ۴۸٫۳۵۵۸"), 2),
    "decimal commas in one cell": (lines("household_id;point", '007;"33,4878 ; 48,3558"'), 2),
    "WKT": (
        lines("household_id;wkt", f"007;SRID=4326;POINT Z ({LON} {LAT} 1170)".replace("SRID=4326;", "")),
        2,
    ),
    "degrees, minutes, seconds": (lines("household_id;lon;lat", "007;48°21'20.88\"E;33°29'16.08\"N"), 2),
    "the same in one cell": (lines("household_id;point", "007;33°29′16.08″N, 48°21′20.88″E"), 2),
    "the same in Persian": (
        lines("household_id;lon;lat", "007;۴۸ درجه ۲۱ دقیقه ۲۰٫۸۸ ثانیه شرقی;۳۳° ۲۹' ۱۶٫۰۸\" شمالی"),
        2,
    ),
    "the same with colons": (lines("household_id;lon;lat", "007;48:21:20.88;33:29:16.08"), 2),
    "the same with blanks": (lines("household_id;lon;lat", "007;48 21 20.88 E;N 33 29 16.08"), 2),
    "hemispheres alone": (lines("household_id,lon,lat", f"007,{LON}E,N{LAT}"), 2),
    "a row number beside the number of the file": (lines("ردیف,شماره پرونده,طول,عرض", f"1,{ROW}"), 2),
    "sep= above the header": (text(f"sep=;\n{COLUMNS}\n{ROW}\n".replace(",", ";")), 3),
    "a point in some rows, columns in others": (
        lines("household_id,lon,lat,point", f'007,,,"{LAT}, {LON}"'),
        2,
    ),
    "a GeoPackage named csv": (renamed("in.gpkg", "in.csv"), 2),
    "GeoJSON named txt": (renamed("in.geojson", "in.txt"), 2),
    "x and y in degrees": (lines("household_id,x,y", ROW), 2),
    "coordinates as text beside metres": (
        lines("household_id,x,y,lon,lat", f"007,254000,3705000,{LON},{LAT}"),
        2,
    ),
    "a sheet": (sheets([["household_id", "lon", "lat"], ["007", LON, LAT]]), 2),
    "the second sheet, under a title": (
        sheets([["help"]], [["فهرست"], [], COLUMNS.split(","), ["007", str(LON), f"{LAT}".translate(FA)]]),
        4,
    ),
    "a sheet named csv": (sheets([["household_id", "lon", "lat"], ["007", LON, LAT]], name="in.csv"), 2),
    "HTML named xls": (text(HTML, "in.xls"), 3),
    "HTML in Windows-1256": (text(HTML.replace("ی", "ي").translate(LATIN), "in.xls", "cp1256"), 3),
    "a GeoPackage": (features("in.gpkg"), 2),
    "a GeoPackage in UTM": (features("in.gpkg", "EPSG:32639"), 2),
    "GeoJSON": (features("in.geojson"), 2),
    "GeoParquet in Web Mercator": (features("in.parquet", "EPSG:3857"), 2),
    "a Shapefile": (features("in.shp", id=["007"]), 2),
    "a Shapefile without CRS, in degrees": (features("in.shp", None, id=["007"]), 2),
}


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_an_awkward_file_holds_the_same_household(tmp_path: Path, name: str) -> None:
    build, row = AWKWARD[name]
    table = read_households(build(tmp_path))
    assert table["household_id"].tolist() == ["007"]
    assert table["lon"].tolist() == pytest.approx([LON], abs=1e-7)
    assert table["lat"].tolist() == pytest.approx([LAT], abs=1e-7)
    assert table["cases"].tolist() == [1]
    assert table["row"].tolist() == [row]
