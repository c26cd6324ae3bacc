"""A casebook holds what this program wrote and what QGIS adds by itself; all else in it is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

from data.casebook import Casebook

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "rtree_plan_centers_geom"
ON_CENTERS = f'CREATE TRIGGER "{INDEX}_insert" AFTER INSERT ON "plan_centers" WHEN'
OUT_OF_INDEX = 'DELETE FROM "rtree_plan_centers_geom" WHERE id = 1;'
INTO_INDEX = 'INSERT OR REPLACE INTO "rtree_plan_centers_geom" VALUES (NEW."_fid", 0, 1, 0, 1);'
ELSEWHERE = "DELETE FROM plan_units;"
FOREIGN = {
    "CREATE TRIGGER late AFTER INSERT ON log BEGIN DELETE FROM plan_units; END": "late",
    "CREATE TRIGGER edit INSTEAD OF DELETE ON centers BEGIN DELETE FROM plan_centers; END": "edit",
    f"{ON_CENTERS} 1 BEGIN {OUT_OF_INDEX} {ELSEWHERE} END": f"{INDEX}_insert",
    f"{ON_CENTERS} RAISE(IGNORE) BEGIN {OUT_OF_INDEX} END": f"{INDEX}_insert",
    f'CREATE TRIGGER "{INDEX}_insert" AFTER INSERT ON log BEGIN {OUT_OF_INDEX} END': f"{INDEX}_insert",
    "CREATE TABLE wages (household_id TEXT, rials INTEGER)": "wages",
    "CREATE TABLE gpkg_wages (household_id TEXT)": "gpkg_wages",
    "CREATE VIEW far AS SELECT * FROM plan_assignments WHERE km > 9": "far",
    "CREATE VIEW boundaries_district AS SELECT * FROM plan_centers": "boundaries_district",
}


@pytest.fixture
def book(tmp_path: Path, made: Any) -> Casebook:
    return Casebook.create(
        tmp_path / "casebook.gpkg", made.problem, made.plan, made.certificate, seed=7, who="", why=""
    )


def run(book: Casebook, *statements: str) -> None:
    with closing(sqlite3.connect(book.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def named(book: Casebook) -> list[tuple[str, str]]:
    return [(one.code, one.id) for one in book.faults()]


@pytest.mark.parametrize("statement", FOREIGN)
def test_what_nobody_but_the_program_may_write_is_named(book: Casebook, statement: str) -> None:
    assert named(book) == []
    run(book, statement)
    assert named(book) == [(f"foreign_{statement.split()[1].lower()}", FOREIGN[statement])]


def test_what_qgis_adds_by_itself_is_tolerated(book: Casebook) -> None:
    run(
        book,
        "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)",
        "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL)",
        f'CREATE VIRTUAL TABLE "{INDEX}" USING rtree(id, minx, maxx, miny, maxy)',
        f'{ON_CENTERS} (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN {INTO_INDEX} END',
        "UPDATE layer_styles SET styleQML = '<qgis/>'",
        "ANALYZE",
    )
    assert named(book) == []


def test_a_layer_drawn_in_qgis_is_named_once_and_not_its_index(book: Casebook) -> None:
    drawn = gpd.GeoDataFrame({"note": ["ours"]}, geometry=[shapely.Point(48.3, 33.5)], crs=4326)
    drawn.to_file(book.path, layer="drawn", driver="GPKG", mode="a")
    assert named(book) == [("foreign_table", "drawn")]
