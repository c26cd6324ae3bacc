"""Input files as offices write them, right and wrong, each built into a folder by a small function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from pyproj import Transformer

from data.errors import Exit, SitingError
from data.readers import read_boundaries

Build = Callable[[Path], Path]
LON, LAT = 48.3558, 33.4878
SQUARE = shapely.box(48, 33, 49, 34)
BOW_TIE = shapely.Polygon([(48, 33), (49, 34), (49, 33), (48, 34)])
HEAD = "household_id,lon,lat,cases,area\n"
GOOD = "H-1,48.35,33.48,1,urban\n"


def text(content: str, name: str = "in.csv", encoding: str = "utf-8") -> Build:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode(encoding))
        return path

    return build


def raw(content: bytes, name: str) -> Build:
    def build(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return build


def lines(header: str, *rows: str) -> Build:
    """A CSV of a header and rows."""
    return text("".join(f"{line}\n" for line in (header, *rows)))


def layer(
    name: str, columns: dict[str, list[Any]], shapes: list[Any], crs: str | None = "EPSG:4326"
) -> Build:
    def build(folder: Path) -> Path:
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
        if name.endswith(".parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_file(folder / name)
        return folder / name

    return build


def sheets(*grids: list[list[object]], name: str = "in.xlsx") -> Build:
    def build(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for grid in grids:
            sheet = book.create_sheet()
            for row in grid:
                sheet.append(row)
        book.save(folder / name)
        return folder / name

    return build


def features(name: str, crs: str | None = "EPSG:4326", **columns: list[Any]) -> Build:
    def build(folder: Path) -> Path:
        x, y = (
            (LON, LAT) if crs is None else Transformer.from_crs(4326, crs, always_xy=True).transform(LON, LAT)
        )
        frame = gpd.GeoDataFrame(
            columns or {"household_id": ["007"]}, geometry=[shapely.Point(x, y)], crs=crs
        )
        if name.endswith(".parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_file(folder / name)
        return folder / name

    return build


def broken(name: str) -> Build:
    def build(folder: Path) -> Path:
        path = layer(name, {"household_id": ["H-1"]}, [shapely.Point(48, 33)])(folder)
        content = path.read_bytes()
        path.write_bytes(content[:100] + b"\xff" * 3000 + content[3100:4096])
        return path

    return build


def assert_refused(
    folder: Path, reader: Callable[..., object], build: Build, expected: list[tuple[int, str]]
) -> None:
    """The reader refuses the file with these rows and codes, and leaves nothing behind."""
    path = build(folder)
    before = sorted(folder.rglob("*"))
    with pytest.raises(SitingError) as caught:
        reader([path] if reader is read_boundaries else path)
    assert [(failure.row, failure.code) for failure in caught.value.failures] == expected
    assert {failure.file for failure in caught.value.failures} == {path.name}
    assert all(failure.message for failure in caught.value.failures)
    assert caught.value.exit_code == Exit.INVALID_INPUT
    assert sorted(folder.rglob("*")) == before
