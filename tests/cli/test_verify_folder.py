"""Whatever is changed in a folder of record, `siting verify` names as its user finds it, with exit code 7."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import shapely

from data.casebook import CASEBOOK, Casebook, log
from data.exports import export
from data.folder import write_folder, write_plan, write_stats
from data.hashing import file_hash
from data.verify import verify
from tests.data.network_wrong import NETWORK, PLAN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Siting

RUN = {"command": "plan", "seed": 0, "inputs": {"households": "input/households.csv", "boundaries": []}}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder as `siting plan` leaves it, of a network that is right."""

    def fill(folder: Path) -> None:
        (folder / "map").mkdir()
        (folder / "map" / "index.html").write_text("<html>a page</html>", encoding="utf-8")
        write_plan(folder, NETWORK.problem, PLAN, verify(NETWORK.problem, PLAN), run=RUN)
        write_stats(folder, {"seconds": {"write": 0.1}})

    out = tmp_path_factory.mktemp("folder") / "plan"
    write_folder(out, overwrite=False, fill=fill)
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "plan")


def sql(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection, connection:
        connection.execute(statement, values)


def change_byte(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(bytes(content))

    return change


def delete(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def execute(statement: str, *values: object) -> Callable[[Path], None]:
    return lambda folder: sql(folder, statement, *values)


def reseal(folder: Path) -> None:
    """Forge the log of a casebook that has one version, so that only the content itself can tell."""
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection, connection:
        content = log.version_hash(connection, 1)
        connection.execute("UPDATE log SET content = ?", (content,))
        head = log.chain_hash(connection)
        who, when, why = connection.execute("SELECT who, when_utc, why FROM log").fetchone()
        connection.execute("UPDATE log SET hash = ?, seal = ?", (head, log._seal(head, who, when, why, "")))


def move(table: str, key: str, column: str = "_exact", by: float = 1e-5) -> Callable[[Path], None]:
    """Move one point by about a metre, in the exact geometry or in what a map shows, and forge the log."""

    def plant(folder: Path) -> None:
        header = 8 if column == "geom" else 0
        with closing(sqlite3.connect(folder / CASEBOOK)) as connection:
            where = f'FROM "{table}" WHERE _key = ?'
            (blob,) = connection.execute(f"SELECT {column} {where}", (key,)).fetchone()
        point = shapely.transform(shapely.from_wkb(blob[header:]), lambda xy: xy + by)
        moved = blob[:header] + shapely.to_wkb(point, byte_order=1, flavor="iso")
        sql(folder, f'UPDATE "{table}" SET {column} = ? WHERE _key = ?', moved, key)  # noqa: S608 - own names
        reseal(folder)
        export(folder, folder, public=False)

    return plant


def follow(folder: Path, name: str) -> None:
    """Edit a file, and by hand what the casebook and the summary say of it."""
    change_byte(name)(folder)
    statement = "UPDATE casebook_files SET sha256 = ? WHERE name = ?"
    sql(folder, statement, file_hash(folder / name), name)
    export(folder, folder, public=False)


def forget(folder: Path, name: str) -> None:
    """Take a file away, and by hand whatever the casebook and the summary say of it."""
    (folder / name).unlink()
    sql(folder, "DELETE FROM casebook_files WHERE name = ?", name)
    export(folder, folder, public=False)


WRONG: dict[str, tuple[Callable[[Path], None], str]] = {
    "a changed byte of the map": (change_byte("map/index.html"), "map/index.html [changed_map]"),
    "no map": (delete("map/index.html"), "map/index.html [missing_map]"),
    "an edited run": (change_byte("run.toml"), "run.toml [changed_run]"),
    "no run": (delete("run.toml"), "run.toml [missing_run]"),
    "a changed byte of a table": (change_byte("places.csv"), "places.csv [stale_export]"),
    "no summary": (delete("summary.json"), "summary.json [stale_export]"),
    "a dropped layer": (execute("DROP VIEW centers"), "casebook.gpkg [missing_view] centers"),
    "a layer nobody can see": (
        execute("DELETE FROM gpkg_contents WHERE table_name = 'sites'"),
        "casebook.gpkg [missing_view] sites",
    ),
    "a dropped list of versions": (execute("DROP VIEW versions"), "casebook.gpkg [missing_view] versions"),
    "households that say they are real": (
        execute("UPDATE meta SET value = 'true' WHERE key = 'synthetic'"),
        "casebook.gpkg [changed_fact] synthetic",
    ),
    "a hash of the run that follows an edited run": (
        lambda folder: follow(folder, "run.toml"),
        "casebook.gpkg [changed_note] run.toml",
    ),
    "a hash of the map that follows an edited map": (
        lambda folder: follow(folder, "map/index.html"),
        "casebook.gpkg [changed_note] map/index.html",
    ),
    "another version of the run": (
        execute("UPDATE casebook_files SET version = 7 WHERE name = 'run.toml'"),
        "casebook.gpkg [changed_note] run.toml",
    ),
    "a map nobody asks for": (
        lambda folder: forget(folder, "map/index.html"),
        "casebook.gpkg [changed_note] what",
    ),
    "no file beside the casebook": (
        execute("DELETE FROM casebook_files"),
        "casebook.gpkg [changed_note] what",
    ),
    "a file nobody wrote": (
        execute("INSERT INTO casebook_files VALUES ('map/b.html', ?, 1, ?)", "0" * 64, "0" * 64),
        "casebook.gpkg [changed_note] map/b.html",
    ),
    "a changed distance in the casebook": (
        execute("UPDATE plan_assignments SET km = km + 1 WHERE _key = 'A-0005'"),
        "assignments.csv:7 [wrong_distance] A-0005",
    ),
    "a sealed row that was changed": (
        execute("UPDATE plan_assignments SET km = km + 1 WHERE _key = 'A-0005'"),
        "casebook.gpkg [broken_entry] 1",
    ),
    "an exact household elsewhere": (
        move("problem_households", "A-0005"),
        "casebook.gpkg [moved_geometry] A-0005",
    ),
    "an exact site elsewhere": (move("problem_sites", "P1-2"), "casebook.gpkg [moved_geometry] P1-2"),
    "a center shown elsewhere": (
        move("plan_centers", "C-P1", "geom"),
        "casebook.gpkg [moved_geometry] C-P1: layer centers",
    ),
}


def test_an_untouched_folder_verifies(whole: Path, siting: Siting) -> None:
    before = {file: file.read_bytes() for file in whole.rglob("*") if file.is_file()}
    result = siting("verify", whole)
    assert result.exit_code == 0, result.output
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.parametrize("kind", WRONG)
def test_what_was_changed_is_named_with_exit_7(kind: str, folder: Path, siting: Siting) -> None:
    change, named = WRONG[kind]
    change(folder)
    result = siting("verify", folder)
    assert result.exit_code == 7, result.output
    assert named in result.stderr
    assert siting("verify", folder, "--lang", "fa").stderr.count("[") == result.stderr.count("[")


def test_a_view_that_hides_a_row_is_named(folder: Path, siting: Siting) -> None:
    with closing(sqlite3.connect(folder / CASEBOOK)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'centers'").fetchone()
    sql(folder, "DROP VIEW centers")
    sql(folder, f"{made} AND r.center_id <> 'C-P1'")
    assert "casebook.gpkg [changed_view] centers" in siting("verify", folder).stderr
    sql(folder, "DROP VIEW centers")
    sql(folder, made.replace(" FROM ", "\n  FROM "))
    assert siting("verify", folder).exit_code == 0


def test_everything_wrong_is_named_in_one_pass(folder: Path, siting: Siting) -> None:
    for name in ("map/index.html", "run.toml", "centers.csv"):
        change_byte(name)(folder)
    sql(folder, "DROP VIEW sites")
    named = [line.split(" [")[0] for line in siting("verify", folder).stderr.splitlines()]
    assert sorted(named) == ["casebook.gpkg", "centers.csv", "map/index.html", "run.toml"]


def test_a_casebook_that_qgis_opened_and_restyled_still_holds(folder: Path, siting: Siting) -> None:
    with closing(sqlite3.connect(folder / CASEBOOK)) as qgis:
        assert qgis.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        qgis.execute("UPDATE layer_styles SET styleQML = '<qgis/>', update_time = 'now'")
        qgis.execute("DELETE FROM layer_styles WHERE f_table_name = 'vacancies'")
        qgis.execute("UPDATE gpkg_contents SET description = 'ours', last_change = '2026-01-01T00:00:00Z'")
        qgis.commit()
        result = siting("verify", folder)
        assert result.exit_code == 0, result.output
    assert siting("verify", folder).exit_code == 0


def test_what_a_folder_holds_besides_the_record_is_the_users_own(folder: Path, siting: Siting) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "map" / ".DS_Store").write_bytes(b"0")
    (folder / "run_stats.json").unlink()
    assert siting("verify", folder).exit_code == 0


def test_export_mends_the_tables_and_the_map_is_named_until_it_is_drawn_anew(
    folder: Path, siting: Siting
) -> None:
    change_byte("map/index.html")(folder)
    (folder / "summary.json").write_text("{}", encoding="utf-8")
    mended = siting("export", folder, "--out", folder)
    assert mended.exit_code == 0
    assert "siting plan plan/run.toml" in mended.stderr
    result = siting("verify", folder)
    assert "map/index.html [changed_map]" in result.stderr
    assert "stale_export" not in result.stderr


def test_a_forged_hash_of_the_map_in_the_summary_does_not_help(folder: Path, siting: Siting) -> None:
    change_byte("map/index.html")(folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    summary["exports"]["map/index.html"] = file_hash(folder / "map" / "index.html")
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    stderr = siting("verify", folder).stderr
    assert "map/index.html [changed_map]" in stderr
    assert "summary.json [stale_export]" in stderr


def test_a_map_of_an_earlier_version_is_stale(folder: Path, siting: Siting) -> None:
    book = Casebook.open(folder / CASEBOOK)
    book.commit(PLAN, verify(NETWORK.problem, PLAN), kind="apply", who="", why="")
    assert siting("export", folder, "--out", folder).exit_code == 0
    assert "map/index.html [stale_map]" in siting("verify", folder).stderr
    book.note_files({"map/index.html": next(one.sha256 for one in book.files() if one.name != "run.toml")})
    assert siting("verify", folder).exit_code == 0


def test_an_input_inside_the_folder_that_was_changed_is_named(
    lorestan: Path, siting: Siting, tmp_path: Path
) -> None:
    own = shutil.copytree(lorestan, tmp_path / "own")
    change_byte("input/households.csv")(own)
    change_byte("input/boundaries.gpkg")(own)
    result = siting("verify", own)
    assert result.exit_code == 7
    assert "input/households.csv [changed_input]" in result.stderr
    assert "input/boundaries.gpkg [changed_input]" in result.stderr
    shutil.rmtree(own / "input")
    assert siting("verify", own).exit_code == 0


def test_the_summary_and_every_page_are_the_same_bytes_whatever_the_folder_is_called(tmp_path: Path) -> None:
    for name, run in (("one", RUN), ("other", {**RUN, "inputs": {"households": "/elsewhere/h.csv"}})):
        folder = tmp_path / name
        (folder / "map").mkdir(parents=True)
        (folder / "map" / "index.html").write_text("a page", encoding="utf-8")
        write_plan(folder, NETWORK.problem, PLAN, verify(NETWORK.problem, PLAN), run=run)
    one, other = tmp_path / "one", tmp_path / "other"
    assert (one / "run.toml").read_bytes() != (other / "run.toml").read_bytes()
    assert (one / "summary.json").read_bytes() == (other / "summary.json").read_bytes()
    assert Casebook.open(one / CASEBOOK).head == Casebook.open(other / CASEBOOK).head


def test_what_mends_a_stale_table_is_a_command_that_mends_it(folder: Path, siting: Siting) -> None:
    (folder / "centers.csv").write_text("stale")
    result = siting("verify", folder, "--json")
    assert result.exit_code == 7
    (row,) = json.loads(result.stdout)["failures"]
    assert (row["file"], row["code"]) == ("centers.csv", "stale_export")
    command = row["message"].split("siting ")[1].split()
    assert siting(*command).exit_code == 0
    assert siting("verify", folder).exit_code == 0
