from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Never

import pandas as pd
import pyogrio
import pytest

from data.casebook import Casebook
from data.errors import Exit, SitingError
from data.hashing import plan_hash, table_hash
from data.verify.certificate import problem_hash

if TYPE_CHECKING:
    from pathlib import Path


def found(path: Path, made: Any, *, who: str = "planner", why: str = "founding") -> Casebook:
    return Casebook.create(path, made.problem, made.plan, made.certificate, seed=7, who=who, why=why)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan" / "casebook.gpkg"


def alter(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def test_a_plan_and_its_problem_come_back_as_they_were(path: Path, made: Any) -> None:
    found(path, made)
    book = Casebook.open(path)
    plan, problem = book.plan(), book.problem()
    assert plan_hash(plan) == plan_hash(made.plan)
    assert problem_hash(problem) == problem_hash(made.problem)
    assert problem.rules == made.problem.rules
    assert problem.scenario == "لرستان"
    assert problem.synthetic
    assert dict(problem.inputs) == dict(made.problem.inputs)
    assert plan.bound.household_km.equals(made.plan.bound.household_km)


@pytest.mark.parametrize("name", ["households", "sites", "centers"])
def test_every_table_of_a_problem_keeps_values_types_and_metric_geometry(
    path: Path, made: Any, name: str
) -> None:
    kept, given = getattr(found(path, made).problem(), name), getattr(made.problem, name)
    assert table_hash(kept) == table_hash(given)
    assert kept.dtypes.astype(str).to_dict() == given.dtypes.astype(str).to_dict()
    assert kept.crs == given.crs


def test_boundaries_come_back_bit_for_bit(path: Path, made: Any) -> None:
    kept = found(path, made).problem().boundaries
    assert list(kept) == ["county"]
    assert table_hash(kept["county"]) == table_hash(made.problem.boundaries["county"])


def test_a_plan_without_a_bound_has_none(path: Path, made: Any) -> None:
    unbound = replace(made, plan=replace(made.plan, bound=None))
    assert found(path, unbound).plan().bound is None


def test_rows_in_another_order_than_their_ids_keep_it(path: Path, made: Any) -> None:
    backwards = made.plan.centers.iloc[::-1].reset_index(drop=True)
    made = replace(made, plan=replace(made.plan, centers=backwards))
    assert found(path, made).plan().centers["center_id"].tolist() == ["C-2", "C-1"]


def test_the_casebook_and_its_folder_are_private(path: Path, made: Any) -> None:
    found(path, made)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["casebook.gpkg"]


def test_a_certificate_of_another_plan_is_refused_and_nothing_written(
    path: Path, made: Any, moved: Any
) -> None:
    with pytest.raises(SitingError) as refusal:
        Casebook.create(path, made.problem, made.plan, moved.certificate, seed=7, who="", why="")
    assert (refusal.value.code, refusal.value.exit_code) == ("no_certificate", Exit.REFUSED)
    assert not path.exists()


def test_a_certificate_of_another_problem_is_refused(path: Path, made: Any) -> None:
    invented = replace(made, problem=replace(made.problem, travel=None))
    with pytest.raises(SitingError, match="certificate"):
        Casebook.create(path, made.problem, made.plan, invented.certificate, seed=7, who="", why="")


def test_something_that_only_looks_like_a_certificate_is_refused(path: Path, made: Any) -> None:
    class Forged:
        plan_hash = made.certificate.plan_hash
        problem_hash = made.certificate.problem_hash
        checks = ()

    with pytest.raises(SitingError, match="certificate"):
        Casebook.create(path, made.problem, made.plan, Forged(), seed=7, who="", why="")


def test_a_casebook_is_not_founded_over_another(path: Path, made: Any) -> None:
    book = found(path, made)
    head = book.head
    with pytest.raises(SitingError) as refusal:
        found(path, made)
    assert refusal.value.code == "exists"
    assert book.head == head


def test_the_head_ignores_who_and_when(tmp_path: Path, made: Any) -> None:
    one = found(tmp_path / "one.gpkg", made, who="a", why="x")
    other = found(tmp_path / "other.gpkg", made, who="b", why="y")
    assert one.head == other.head == one.content_hash() == other.content_hash()
    assert one.log()[0].seal != other.log()[0].seal


def test_a_version_adds_only_the_rows_that_changed(path: Path, made: Any, moved: Any) -> None:
    book = found(path, made)
    number = book.commit(
        moved.plan, moved.certificate, kind="apply", who="analyst", why="a move", after=book.head
    )
    assert number == book.version == 2
    assert book.log()[-1].payload["changed"] == {"plan_assignments": [1, 0]}
    assert plan_hash(book.plan()) == plan_hash(moved.plan)
    assert plan_hash(book.plan(1)) == plan_hash(made.plan)
    assert book.log()[1].previous == book.log()[0].hash
    assert book.content_hash() == book.head
    assert book.broken_entries() == []


def test_a_row_that_goes_and_comes_again_is_told_by_every_version(path: Path, made: Any) -> None:
    book = found(path, made)
    gone = replace(
        made, plan=replace(made.plan, assignments=made.plan.assignments.iloc[1:].reset_index(drop=True))
    )
    book.commit(gone.plan, gone.certificate, kind="apply", who="", why="")
    book.commit(made.plan, made.certificate, kind="revert", who="", why="")
    hashes = [plan_hash(book.plan(version)) for version in (1, 2, 3)]
    assert hashes == [plan_hash(made.plan), plan_hash(gone.plan), plan_hash(made.plan)]
    assert book.broken_entries() == []


def test_a_new_column_of_a_later_version_leaves_the_earlier_ones_alone(path: Path, made: Any) -> None:
    book = found(path, made)
    graded = replace(made, plan=replace(made.plan, centers=made.plan.centers.assign(grade=["یک", None])))
    book.commit(graded.plan, graded.certificate, kind="apply", who="", why="")
    assert plan_hash(book.plan()) == plan_hash(graded.plan)
    assert plan_hash(book.plan(1)) == plan_hash(made.plan)
    assert "grade" in pyogrio.read_info(path, layer="centers")["fields"]
    assert book.content_hash() == book.head


def test_a_version_that_changes_nothing_is_a_version_all_the_same(path: Path, made: Any, moved: Any) -> None:
    book = found(path, made)
    for one in (made, moved):
        book.commit(one.plan, one.certificate, kind="apply", who="", why="")
    assert [entry.version for entry in book.log()] == [1, 2, 3]
    assert plan_hash(book.plan(2)) == plan_hash(made.plan)
    assert plan_hash(book.plan(3)) == plan_hash(moved.plan)
    assert book.broken_entries() == []


def test_a_new_problem_is_kept_with_the_plan_that_solves_it(path: Path, made: Any) -> None:
    book = found(path, made)
    households = made.problem.households.copy()
    households.loc[0, "status"] = "waiting_list"
    later = replace(made, problem=replace(made.problem, households=households, travel=None))
    book.commit(later.plan, later.certificate, kind="grow", who="", why="", problem=later.problem)
    assert problem_hash(book.problem()) == problem_hash(later.problem)
    assert problem_hash(book.problem(1)) == problem_hash(made.problem)
    assert book.log()[-1].payload["changed"] == {"problem_households": [1, 0]}


def test_a_plan_of_a_problem_that_is_not_in_the_casebook_is_refused(path: Path, made: Any) -> None:
    book = found(path, made)
    other = replace(made, problem=replace(made.problem, travel=None))
    with pytest.raises(SitingError, match="certificate"):
        book.commit(other.plan, other.certificate, kind="apply", who="", why="")
    assert book.version == 1


def test_who_lost_the_race_writes_nothing(path: Path, made: Any, moved: Any) -> None:
    book = found(path, made)
    before = book.head
    book.commit(moved.plan, moved.certificate, kind="apply", who="first", why="")
    with pytest.raises(SitingError) as refusal:
        book.commit(made.plan, made.certificate, kind="apply", who="second", why="", after=before)
    assert (refusal.value.code, refusal.value.exit_code) == ("lost_race", Exit.REFUSED)
    assert book.version == 2


def test_a_commit_that_fails_midway_leaves_the_version_before(
    path: Path, made: Any, moved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = found(path, made)

    def fails(*_: object, **__: object) -> Never:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.casebook.log.add_entry", fails)
    with pytest.raises(SitingError) as failure:
        book.commit(moved.plan, moved.certificate, kind="apply", who="", why="")
    assert (failure.value.code, failure.value.exit_code) == ("disk_full", Exit.MACHINE)
    assert book.version == 1
    assert plan_hash(book.plan()) == plan_hash(made.plan)
    assert book.broken_entries() == []


def test_a_founding_that_fails_midway_leaves_nothing(
    path: Path, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> Never:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("data.casebook.log.add_entry", fails)
    with pytest.raises(SitingError) as failure:
        found(path, made)
    assert failure.value.exit_code == Exit.MACHINE
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE plan_assignments SET km = km + 1 WHERE _key = 'H-000003'", 1),
        ("UPDATE plan_assignments SET center_id = 'C-1' WHERE _version = 2", 2),
        ("DELETE FROM problem_households WHERE _key = 'H-000003'", 1),
        ("UPDATE casebook_values SET value = '1.0' WHERE name = 'plan.objective_km'", 1),
        ("UPDATE log SET who = 'somebody else' WHERE entry = 1", 1),
    ],
)
def test_a_value_altered_by_hand_names_its_entry(
    path: Path, made: Any, moved: Any, statement: str, entry: int
) -> None:
    book = found(path, made)
    book.commit(moved.plan, moved.certificate, kind="apply", who="", why="")
    alter(path, statement)
    assert entry in book.broken_entries()
    assert (book.content_hash() == book.head) == ("log SET who" in statement)


def test_a_row_slipped_in_as_a_version_of_its_own_is_found(path: Path, made: Any) -> None:
    book = found(path, made)
    alter(path, "INSERT INTO plan_assignments (_key, _version, _gone) VALUES ('H-000003', 2, 1)")
    assert book.broken_entries() == [2]


def test_gdal_reads_the_views_as_layers_with_their_geometry(path: Path, made: Any, moved: Any) -> None:
    found(path, made).commit(moved.plan, moved.certificate, kind="apply", who="", why="")
    kinds = dict(pyogrio.list_layers(path).tolist())
    expected = {
        "households": "Point",
        "sites": "Point",
        "centers": "Point",
        "vacancies": "Point",
        "neighbourhoods": "MultiPolygon",
        "boundaries_county": "MultiPolygon",
    }
    assert expected.items() <= kinds.items()
    assert not any(name.startswith(("plan_", "problem_", "casebook_")) for name in kinds)
    households = pyogrio.read_dataframe(path, layer="households").set_index("household_id")
    assert households.crs == "EPSG:4326"
    assert len(households) == len(made.problem.households)
    assert households.loc["H-000000", "center_id"] == "C-2"
    assert households.loc["H-000059", "reason"] == "no_location"
    assert households.loc["H-000059", "geometry"] is None
    lon = made.problem.households["lon"].iloc[0]
    assert households.loc["H-000000"].geometry.x == pytest.approx(lon, abs=1e-9)
    assert households["county"].iloc[0] == "خرم‌آباد"
    ground = pyogrio.read_dataframe(path, layer="neighbourhoods")
    assert ground.geometry.iloc[0].bounds == pytest.approx((48.2, 33.4, 48.3, 33.6))


def test_qgis_finds_a_style_with_persian_names_for_each_layer(path: Path, made: Any) -> None:
    found(path, made)
    with closing(sqlite3.connect(path)) as connection:
        styles = dict(
            connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
        )
    assert set(styles) == {"centers", "neighbourhoods", "households", "vacancies"}
    assert 'field="cases" index="10" name="پرونده"' in styles["centers"]
    fields = pyogrio.read_info(path, layer="households")["fields"].tolist()
    for index, field in enumerate(fields):
        assert f'field="{field}" index="{index}"' in styles["households"]


def test_the_file_is_marked_as_a_geopackage_and_passes_the_integrity_check(path: Path, made: Any) -> None:
    found(path, made)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0].to_bytes(4) == b"GPKG"
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        meta = dict(connection.execute("SELECT key, value FROM meta"))
    assert meta["synthetic"] == "true"


@pytest.mark.parametrize("content", [b"", b"no database at all, only text" * 99, None])
def test_a_foreign_file_is_refused_as_input(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "casebook.gpkg"
    if content is None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE other (id)")
    else:
        path.write_bytes(content)
    with pytest.raises(SitingError) as refusal:
        Casebook.open(path)
    assert (refusal.value.code, refusal.value.exit_code) == ("not_a_casebook", Exit.INVALID_INPUT)


def test_a_folder_and_a_missing_file_are_no_casebooks(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "not_a_casebook"), (tmp_path / "none.gpkg", "missing_casebook")):
        with pytest.raises(SitingError) as refusal:
            Casebook.open(path)
        assert refusal.value.code == code
    assert not (tmp_path / "none.gpkg").exists()


def test_a_casebook_cut_short_is_refused(path: Path, made: Any) -> None:
    found(path, made)
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(SitingError) as refusal:
        Casebook.open(path).plan()
    assert refusal.value.exit_code == Exit.INVALID_INPUT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casebook_values SET value = 'no JSON' WHERE name = 'plan.terms'",
        "DELETE FROM casebook_values WHERE name = 'plan.terms'",
        "UPDATE plan_neighbourhoods SET _exact = x'00' WHERE _key = 'C-1'",
        "UPDATE plan_assignments SET km = 'far' WHERE _key = 'H-000003'",
    ],
)
def test_a_damaged_value_is_invalid_input_and_no_crash(path: Path, made: Any, statement: str) -> None:
    found(path, made)
    alter(path, statement)
    with pytest.raises(SitingError) as refusal:
        Casebook.open(path).plan()
    assert (refusal.value.code, refusal.value.exit_code) == ("not_a_casebook", Exit.INVALID_INPUT)


def test_a_version_that_was_never_made_is_refused(path: Path, made: Any) -> None:
    book = found(path, made)
    for version in (0, 2):
        with pytest.raises(SitingError) as refusal:
            book.plan(version)
        assert refusal.value.code == "no_such_version"


def test_what_would_not_come_back_the_same_is_not_kept(path: Path, made: Any) -> None:
    exceptions = pd.DataFrame({"kind": ["split_point"], "centers": [("C-1", "C-2")]})
    made = replace(made, plan=replace(made.plan, exceptions=exceptions))
    with pytest.raises(RuntimeError):
        found(path, made)
    assert list(path.parent.iterdir()) == []


def test_a_casebook_of_a_later_program_is_refused(path: Path, made: Any) -> None:
    found(path, made)
    alter(path, "UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(SitingError) as refusal:
        Casebook.open(path)
    assert refusal.value.code == "newer_casebook"


def test_a_casebook_locked_elsewhere_says_so(
    path: Path, made: Any, moved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.casebook.connection.BUSY_SECONDS", 0.05)
    book = found(path, made)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SitingError) as refusal:
            book.commit(moved.plan, moved.certificate, kind="apply", who="", why="")
    assert (refusal.value.code, refusal.value.exit_code) == ("casebook_busy", Exit.REFUSED)
    assert book.version == 1


def test_a_reader_during_a_commit_sees_the_version_before(
    path: Path, made: Any, moved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = found(path, made)
    seen = []
    from data.casebook import log  # noqa: PLC0415

    real = log.add_entry

    def looks_first(*args: Any, **kwargs: Any) -> object:
        seen.append(book.version)
        return real(*args, **kwargs)

    monkeypatch.setattr("data.casebook.log.add_entry", looks_first)
    book.commit(moved.plan, moved.certificate, kind="apply", who="", why="")
    assert (seen, book.version) == ([1], 2)


def test_names_that_sqlite_cannot_tell_apart_are_kept_apart(path: Path, made: Any) -> None:
    odd = MappingProxyType({"ID": [1, 2], "id": ["۱", "۲"], "_fid": [0.5, None], 'a"b': [True, False]})
    centers = made.plan.centers.assign(**odd)
    made = replace(made, plan=replace(made.plan, centers=centers))
    assert plan_hash(found(path, made).plan()) == plan_hash(made.plan)
    fields = pyogrio.read_info(path, layer="centers")["fields"].tolist()
    assert fields[-4:] == ["ID", "id_2", "fid_2", "ab"]
