"""A planner edits a copy of tables: the casebook's own layers are views, which nothing can change."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pyogrio
import pytest

from data.casebook import Casebook
from data.change.editable import write_editable
from data.errors import Exit, SitingError
from data.verify import verify
from tests.data.running import NETWORK, PLAN

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("editable") / "casebook.gpkg"
    proven = verify(NETWORK.problem, PLAN)
    Casebook.create(path, NETWORK.problem, PLAN, proven, seed=0, who="planner", why="founding")
    return path


@pytest.fixture
def desk(book: Path, tmp_path: Path) -> Path:
    path = tmp_path / "desk.gpkg"
    write_editable(book, path)
    return path


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_the_file_shows_what_the_casebook_shows_and_is_private(book: Path, desk: Path) -> None:
    assert stat.S_IMODE(desk.stat().st_mode) == 0o600
    layers = {name for name, _ in pyogrio.list_layers(desk)}
    assert {"centers", "households", "assignments", "sites"} <= layers
    for layer in ("centers", "households", "assignments"):
        here, there = (pyogrio.read_dataframe(path, layer=layer) for path in (book, desk))
        assert here.equals(there)
        assert list(here.columns) == list(there.columns)


def test_a_view_of_the_casebook_cannot_be_edited_and_a_layer_of_the_file_can(
    book: Path, desk: Path, tmp_path: Path
) -> None:
    copy = shutil.copy(book, tmp_path / "copy.gpkg")
    with pytest.raises(sqlite3.OperationalError, match="it is a view"):
        edit(copy, "UPDATE centers SET max_cases = 99")
    edit(desk, "UPDATE centers SET max_cases = 99")
    assert set(pyogrio.read_dataframe(desk, layer="centers")["max_cases"]) == {99}


def test_nothing_but_a_file_of_its_kind_is_replaced(book: Path, desk: Path, tmp_path: Path) -> None:
    with pytest.raises(SitingError) as caught:
        write_editable(book, desk)
    assert caught.value.code == "exists"
    alien = shutil.copy(book, tmp_path / "copy.gpkg")
    before = alien.read_bytes()
    with pytest.raises(SitingError) as caught:
        write_editable(book, alien, overwrite=True)
    assert (caught.value.code, caught.value.exit_code) == ("not_an_editable", Exit.REFUSED)
    assert alien.read_bytes() == before
    shown = pyogrio.read_dataframe(desk, layer="centers")
    edit(desk, "UPDATE centers SET max_cases = 7")
    write_editable(book, desk, overwrite=True)
    assert pyogrio.read_dataframe(desk, layer="centers").equals(shown)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["casebook.gpkg", "desk.gpkg"])
def test_it_is_not_written_among_the_files_of_a_plan(book: Path, name: str) -> None:
    before = book.read_bytes()
    with pytest.raises(SitingError) as caught:
        write_editable(book, book.parent / name, overwrite=True)
    assert (caught.value.code, caught.value.exit_code) == ("out_in_plan", Exit.REFUSED)
    assert book.read_bytes() == before
