"""What is edited in QGIS means what it says; what means nothing is refused with its layer, row and column."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely

from data.casebook import Casebook
from data.casebook.geometry import pack_points
from data.change.changes import Relocation
from data.change.editable import write_editable
from data.change.edited import AskedEdits
from data.errors import Exit, SitingError
from data.text import LANGS
from data.verify import verify
from tests.data.network_inputs import EXISTING, FIRST, SECOND
from tests.data.running import NETWORK, PLAN

if TYPE_CHECKING:
    from pathlib import Path

    from data.change.changes import Changes

DAY = "2026-10-01"
WHO = "A-0003"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edited") / "casebook.gpkg"
    proven = verify(NETWORK.problem, PLAN)
    Casebook.create(path, NETWORK.problem, PLAN, proven, seed=0, who="planner", why="founding")
    return path


@pytest.fixture
def desk(book: Path, tmp_path: Path) -> Path:
    """The casebook as QGIS can edit it."""
    path = tmp_path / "desk.gpkg"
    write_editable(book, path)
    return path


def edit(path: Path, *statements: str, at: bytes | None = None) -> None:
    """Do what QGIS would to ``:first``, ``:second``, ``:existing`` (centers) or ``:who``, ``:at`` a point."""
    values = {"first": FIRST, "second": SECOND, "existing": EXISTING, "who": WHO, "at": at}
    with closing(sqlite3.connect(path)) as connection, connection:
        for one in statements:
            connection.execute(one, values)


def point(lon: float, lat: float) -> bytes | None:
    at = gpd.pd.DataFrame({"lon": [lon], "lat": [lat]})
    return pack_points(at["lon"], at["lat"])[0]


def read(book: Path, path: Path) -> Changes:
    return AskedEdits(book, path, DAY).read()


def refused(book: Path, path: Path) -> SitingError:
    with pytest.raises(SitingError) as caught:
        read(book, path)
    assert all(one.said(lang) for one in caught.value.failures for lang in LANGS)
    assert all(caught.value.said(lang) for lang in LANGS)
    return caught.value


def test_a_file_that_nobody_edited_changes_nothing(book: Path, desk: Path) -> None:
    error = refused(book, desk)
    assert (error.code, error.exit_code) == ("nothing_changes", Exit.INVALID_INPUT)


def test_styles_and_the_journal_mode_are_the_users_own(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE layer_styles SET styleQML = 'mine'", "CREATE TABLE qgis_projects (name TEXT)")
    with closing(sqlite3.connect(desk)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert refused(book, desk).code == "nothing_changes"


def test_a_point_that_is_moved_relocates_its_center(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE centers SET geom = :at WHERE center_id = :first", at=point(48.21, 33.51))
    found = read(book, desk)
    assert found.relocate == {FIRST: Relocation(48.21, 33.51, DAY)}
    assert not replace(found, relocate={}).max_cases
    assert replace(found, relocate={}).is_empty()


def test_a_point_that_is_moved_by_its_degrees_is_moved_too(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE centers SET lon = 48.21 WHERE center_id = :first")
    (there,) = read(book, desk).relocate.values()
    assert there.lon == 48.21
    assert there.lat == PLAN.centers.set_index("center_id").loc[FIRST, "lat"]


def test_a_point_in_two_places_is_not_understood(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE centers SET geom = :at, lon = 48.9 WHERE center_id = :first", at=point(48.21, 33.51))
    (failure,) = refused(book, desk).failures
    assert failure.message.startswith("geom, lon:")


def test_a_center_that_is_deleted_closes(book: Path, desk: Path) -> None:
    edit(desk, "DELETE FROM centers WHERE center_id = :first")
    found = read(book, desk)
    assert found.close == {FIRST: DAY}
    assert replace(found, close={}).is_empty()


def test_the_most_that_a_center_may_hold(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE centers SET max_cases = 300 WHERE center_id = :second")
    assert read(book, desk).max_cases == {SECOND: (300, DAY)}


def test_a_site_that_is_copied_among_the_centers_opens(book: Path, desk: Path) -> None:
    sites = pyogrio.read_dataframe(desk, layer="sites")
    centers = pyogrio.read_dataframe(desk, layer="centers")
    new = sites[sites["site_id"] == "P3-1"]
    new = new[[name for name in centers.columns if name in new.columns]]
    pyogrio.write_dataframe(new, desk, layer="centers", append=True)
    assert read(book, desk).open == {"P3-1": DAY}


def test_a_point_with_nothing_but_a_site_opens_it_where_it_is_near(book: Path, desk: Path) -> None:
    site = NETWORK.problem.sites.set_index("site_id").loc["P3-1"]
    insert = "INSERT INTO centers (site_id, geom) VALUES ('P3-1', :at)"
    edit(desk, insert, at=point(site["lon"] + 0.001, site["lat"]))
    assert read(book, desk).open == {"P3-1": DAY}
    edit(
        desk, "UPDATE centers SET geom = :at WHERE site_id = 'P3-1'", at=point(site["lon"] + 0.1, site["lat"])
    )
    (failure,) = refused(book, desk).failures
    assert (failure.file, failure.code) == ("desk.gpkg:centers", "edit_not_understood")
    assert failure.message.endswith("geom")


MOVED = {
    "households": "UPDATE households SET center_id = :first WHERE household_id = :who",
    "assignments": "UPDATE assignments SET center_id = :first WHERE household_id = :who",
}


@pytest.mark.parametrize("layer", MOVED)
def test_a_household_is_wanted_where_its_center_says(book: Path, desk: Path, layer: str) -> None:
    edit(desk, MOVED[layer])
    found = read(book, desk)
    assert found.wanted == {WHO: FIRST}
    assert found.effective == DAY
    assert replace(found, wanted={}).is_empty()


def test_a_household_that_two_layers_send_apart_is_refused(book: Path, desk: Path) -> None:
    edit(
        desk,
        "UPDATE households SET center_id = :first WHERE household_id = :who",
        "UPDATE assignments SET center_id = :second WHERE household_id = :who",
    )
    (failure,) = refused(book, desk).failures
    assert (failure.file, failure.id) == ("desk.gpkg:assignments", WHO)


def test_pins_are_set_and_taken_off(book: Path, desk: Path) -> None:
    edit(desk, "UPDATE households SET pin = :existing WHERE household_id = :who")
    assert read(book, desk).pins == {WHO: EXISTING}
    edit(desk, "UPDATE households SET pin = NULL WHERE household_id = :who")
    assert refused(book, desk).code == "nothing_changes"


REFUSED = [
    ("UPDATE households SET cases = 3 WHERE household_id = :who", "households", WHO, "cases:"),
    ("UPDATE households SET km = 3 WHERE household_id = :who", "households", WHO, "km:"),
    ("UPDATE households SET geom = :at WHERE household_id = :who", "households", WHO, "geom:"),
    ("UPDATE households SET center_id = NULL WHERE household_id = :who", "households", WHO, "center_id:"),
    ("DELETE FROM households WHERE household_id = :who", "households", WHO, "the row was deleted"),
    ("INSERT INTO households (household_id) VALUES ('X')", "households", "X", ": households"),
    ("UPDATE assignments SET km = 3 WHERE household_id = :who", "assignments", WHO, "km:"),
    ("DELETE FROM assignments WHERE household_id = :who", "assignments", WHO, "the row was deleted"),
    ("UPDATE centers SET name = 'x', cases = 1 WHERE center_id = :first", "centers", FIRST, "cases, name:"),
    ("UPDATE centers SET max_cases = NULL WHERE center_id = :first", "centers", FIRST, "max_cases:"),
    ("UPDATE centers SET max_cases = 30.5 WHERE center_id = :first", "centers", FIRST, "max_cases:"),
    ("UPDATE centers SET geom = NULL WHERE center_id = :first", "centers", FIRST, "geom:"),
    ("INSERT INTO centers (name) VALUES ('new')", "centers", "", ": site_id"),
    ("INSERT INTO centers (site_id, max_cases) VALUES ('P3-1', 200)", "centers", "", ": max_cases"),
    ("UPDATE sites SET score = 99.5 WHERE site_id = 'P3-1'", "sites", "P3-1", "score:"),
    ("UPDATE existing_centers SET max_cases = 9", "existing_centers", EXISTING, "max_cases:"),
    ("UPDATE units SET planned = 9 WHERE unit = 'P/A'", "units", "P/A", "planned:"),
    ("ALTER TABLE households DROP COLUMN pin", "households", "", "pin:"),
    ("DROP TABLE units", "units", "", "the layer is gone"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), [(one[0], one[1:]) for one in REFUSED])
def test_what_means_nothing_is_refused(
    book: Path, desk: Path, statement: str, expected: tuple[str, str, str]
) -> None:
    layer, row, told = expected
    edit(desk, statement, at=point(48.3, 33.4))
    error = refused(book, desk)
    assert error.exit_code == Exit.INVALID_INPUT
    (failure,) = error.failures
    assert (failure.file, failure.code, failure.id) == (f"desk.gpkg:{layer}", "edit_not_understood", row)
    assert failure.message.startswith(told) or failure.message.endswith(told)


def test_a_column_of_ones_own_may_be_there_while_it_says_nothing(book: Path, desk: Path) -> None:
    edit(desk, "ALTER TABLE centers ADD COLUMN note TEXT")
    assert refused(book, desk).code == "nothing_changes"
    edit(desk, "UPDATE centers SET note = 'call them' WHERE center_id = :first")
    (failure,) = refused(book, desk).failures
    assert failure.message.startswith("note")


def test_everything_that_means_nothing_is_told_at_once(book: Path, desk: Path) -> None:
    edit(
        desk,
        "DELETE FROM centers WHERE center_id = :first",
        "UPDATE households SET cases = 3 WHERE household_id IN ('A-0003', 'A-0004')",
        "UPDATE units SET planned = 9",
    )
    failures = refused(book, desk).failures
    assert [one.id for one in failures] == ["A-0003", "A-0004", "P/A", "P/B"]


def test_a_copy_of_the_casebook_is_read_alike(book: Path, tmp_path: Path) -> None:
    copy = shutil.copy(book, tmp_path / "copy.gpkg")
    assert refused(book, copy).code == "nothing_changes"
    edit(
        copy,
        "UPDATE plan_assignments SET center_id = :first WHERE household_id = :who",
        "UPDATE plan_centers SET _gone = 1 WHERE center_id = :second",
    )
    found = read(book, copy)
    assert (found.wanted, found.close) == ({WHO: FIRST}, {SECOND: DAY})


def test_a_layer_that_geopandas_wrote_anew_is_read_alike(book: Path, desk: Path) -> None:
    centers = gpd.read_file(desk, layer="centers")
    at = centers.index[centers["center_id"] == FIRST][0]
    centers.loc[at, "geometry"] = shapely.Point(48.21, 33.51)
    centers.to_file(desk, layer="centers")
    found = read(book, desk)
    assert found.relocate == {FIRST: Relocation(48.21, 33.51, DAY)}
    assert replace(found, relocate={}).is_empty()


def test_a_file_of_an_earlier_version_or_another_casebook_is_refused(
    book: Path, desk: Path, tmp_path: Path
) -> None:
    (tmp_path / "grown").mkdir()
    grown = shutil.copy(book, tmp_path / "grown" / "casebook.gpkg")
    certificate = verify(NETWORK.problem, PLAN)
    Casebook.open(grown).commit(PLAN, certificate, kind="rebalance", who="planner", why="again")
    edit(desk, "UPDATE centers SET max_cases = 300 WHERE center_id = :second")
    earlier = refused(grown, desk)
    assert (earlier.code, earlier.exit_code) == ("stale_edits", Exit.REFUSED)
    write_editable(grown, desk, overwrite=True)
    later = refused(book, desk)
    assert (later.code, later.exit_code) == ("other_casebook", Exit.REFUSED)


def test_the_casebook_may_not_go_on_while_a_proposal_is_made(book: Path, desk: Path) -> None:
    asked = AskedEdits(book, desk, DAY)
    asked.check_base(Casebook.open(book).head)
    with pytest.raises(SitingError) as caught:
        asked.check_base("another head")
    assert (caught.value.code, caught.value.exit_code) == ("stale_edits", Exit.REFUSED)


def test_a_file_that_does_not_say_what_it_shows_is_refused(book: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.gpkg"
    gpd.read_file(book, layer="centers").to_file(alone, layer="centers")
    assert refused(book, alone).code == "not_a_copy"
    text = tmp_path / "text.gpkg"
    text.write_text("no database " * 99)
    assert refused(book, text).code == "not_a_geopackage"
    assert refused(book, tmp_path / "none.gpkg").code == "missing_file"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, "missing_file", "there is no such file"),
        (b"", "empty_file", ""),
        (b"household_id,pin\n1,C\n", "not_a_geopackage", "is no GeoPackage, or is damaged; give the file"),
        (b"SQLite format 3\0" + b"no pages" * 90, "not_a_geopackage", "is no GeoPackage, or is damaged"),
    ],
)
def test_a_file_that_cannot_be_edits_is_named_with_what_to_give(
    book: Path, tmp_path: Path, content: bytes | None, code: str, said: str
) -> None:
    path = tmp_path / "desk.gpkg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SitingError) as refusal:
        AskedEdits(book, path, DAY).read()
    assert refusal.value.exit_code == Exit.INVALID_INPUT
    (line,) = refusal.value.lines()
    assert line.startswith(f"desk.gpkg [{code}] {said}")
    with pytest.raises(SitingError) as folder:
        AskedEdits(book, tmp_path, DAY).read()
    assert folder.value.code == "is_directory"
