"""The casebook grows with the change and not with the population, and still gives back every version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import pytest

from data.casebook import Casebook
from data.casebook.implied import manners
from data.errors import SitingError
from data.hashing import plan_hash, table_hash
from data.plan import Bound
from data.record.past import reverted
from data.verify.certificate import problem_hash
from tests.data.record.living import SPOTS, Network, commit, found, start

if TYPE_CHECKING:
    from pathlib import Path

KINDS_OF_LIFE = {
    "moves": {"moves": {"H0003": (11.0, 11.0), "H0070": (0.0, 5.0)}},
    "joins": {"joins": {"H9001": (3.0, 3.0), "A0001": (8.0, 8.0)}},
    "leaves": {"leaves": ("H0001", "H0119")},
    "all at once": {
        "moves": {"H0003": (11.0, 11.0)},
        "joins": {"A0001": (8.0, 8.0)},
        "leaves": ("H0001",),
    },
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "casebook.gpkg"


def rows_of(path: Path, version: int) -> dict[str, int]:
    """The rows that a version added, by table; none where none."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT DISTINCT name FROM casebook_columns")]
        counted = {
            name: connection.execute(
                f'SELECT count(*) FROM "{name}" WHERE _version = ?',  # noqa: S608 - its own names
                (version,),
            ).fetchone()[0]
            for name in tables
        }
    return {name: count for name, count in counted.items() if count}


def same(book: Casebook, version: int, network: Network) -> bool:
    kept = problem_hash(book.problem(version)), plan_hash(book.plan(version))
    return kept == (problem_hash(network.problem), plan_hash(network.plan))


def month(rng: np.random.Generator, network: Network, number: int) -> Network:
    """A twentieth of the network moves, some join and some leave."""
    ids = rng.permutation(network.problem.households["household_id"].to_numpy(str))
    spots = rng.integers(0, 12, (12, 2)).astype(float)
    moves = {str(who): (x, y) for who, (x, y) in zip(ids[:6], spots[:6], strict=True)}
    joins = {f"J{number}-{n}": (x, y) for n, (x, y) in enumerate(spots[6:9])}
    return network.lives_on(moves=moves, joins=joins, leaves=ids[6:8].tolist())


@pytest.mark.parametrize("kind", KINDS_OF_LIFE)
def test_a_change_adds_as_many_rows_as_it_changed(path: Path, kind: str) -> None:
    network = start()
    book = found(path, network)
    after = network.lives_on(**KINDS_OF_LIFE[kind])
    commit(book, after, today=1)
    changed = sum(len(one) for one in KINDS_OF_LIFE[kind].values())
    added = rows_of(path, 2)
    assert added.pop("problem_households") == changed
    assert added.pop("plan_assignments") == changed
    assert set(added) <= {"plan_centers"}
    assert sum(added.values()) <= len(SPOTS)
    assert same(Casebook.open(path), 2, after)


def test_ten_times_the_population_adds_no_row_more(tmp_path: Path) -> None:
    added = []
    for count in (120, 1200):
        network = start(count)
        book = found(tmp_path / f"{count}.gpkg", network)
        commit(book, network.lives_on(**KINDS_OF_LIFE["all at once"]), today=1)
        added.append(rows_of(book.path, 2))
    # How full a center is may come out the same: that row is no measure.
    assert {name: count for name, count in added[0].items() if name != "plan_centers"} == {
        name: count for name, count in added[1].items() if name != "plan_centers"
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_life_of_months_gives_back_every_version(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    lived = [start(seed=seed)]
    book = found(path, lived[0])
    for number in range(1, 6):
        lived.append(month(rng, lived[-1], number))
        assert commit(book, lived[-1], today=number) == number + 1
    assert all(same(book, version, one) for version, one in enumerate(lived, start=1))
    assert book.faults() == []
    for name in ("households", "sites", "centers"):
        kept, given = getattr(book.problem(), name), getattr(lived[-1].problem, name)
        assert table_hash(kept) == table_hash(given)
        assert kept.dtypes.astype(str).to_dict() == given.dtypes.astype(str).to_dict()


def test_neither_groups_nor_todays_centers_are_kept_with_the_households(path: Path) -> None:
    network = start()
    book = found(path, network)
    commit(book, network.lives_on(), today=1)
    assert rows_of(path, 2) == {}
    today = book.problem().households.set_index("household_id")["center_id"]
    served = network.plan.assignments.set_index("household_id")["center_id"]
    assert today.to_dict() == served.to_dict()
    with closing(sqlite3.connect(path)) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(problem_households)")}
        (kept,) = connection.execute("SELECT DISTINCT center_id FROM problem_households").fetchone()
    assert "group" not in columns
    assert kept == ""


def test_todays_center_on_the_map_is_that_of_the_version_before(path: Path) -> None:
    network = start()
    book = found(path, network)
    after = network.lives_on(moves={"H0003": SPOTS["C-3"]}, joins={"A1": SPOTS["C-1"]})
    before = network.plan.assignments.set_index("household_id")["center_id"]
    commit(book, after, today=1)
    shown = pyogrio.read_dataframe(path, layer="households").set_index("household_id")
    assert shown.loc["H0003", "center_id"] == "C-3"
    assert shown.loc["A1", ["center_id", "center_id_today"]].tolist() == ["C-1", ""]
    rest = shown.drop(index="A1")["center_id_today"]
    assert rest.to_dict() == before.to_dict()


def test_a_revert_is_a_new_version_with_exactly_the_old_content(path: Path) -> None:
    first = start()
    second = first.lives_on(moves={"H0003": (11.0, 11.0)}, leaves=["H0001"])
    third = second.lives_on(joins={"A1": (4.0, 4.0)})
    book = found(path, first)
    commit(book, second, today=1)
    commit(book, third, today=2)
    for version, content in ((2, second), (1, first)):
        problem, plan, today = reverted(book, version)
        number = commit(book, Network(problem, plan), today=today, kind="revert")
        assert same(book, number, content)
    assert [entry.version for entry in book.log()] == [1, 2, 3, 4, 5]
    assert rows_of(path, 4)["problem_households"] == 1
    assert rows_of(path, 5)["problem_households"] == 2
    assert book.faults() == []


def test_a_version_may_continue_an_older_one_than_the_last(path: Path) -> None:
    first = start()
    book = found(path, first)
    commit(book, first.lives_on(moves={"H0003": (11.0, 11.0)}), today=1)
    other = first.lives_on(moves={"H0007": (11.0, 11.0)})
    commit(book, other, today=1)
    assert same(book, 3, other)
    assert (book.today(1), book.today(2), book.today()) == (None, 1, 1)


def test_todays_centers_of_a_version_that_is_not_there_are_refused(path: Path) -> None:
    network = start()
    book = found(path, network)
    with pytest.raises(SitingError) as refusal:
        commit(book, network.lives_on(), today=2)
    assert refusal.value.code == "no_such_version"
    assert book.version == 1


def test_todays_centers_that_are_another_versions_are_not_kept(path: Path) -> None:
    first = start()
    book = found(path, first)
    second = first.lives_on(centers={"C-1": SPOTS["C-1"]})
    commit(book, second, today=1)
    with pytest.raises(RuntimeError):
        commit(book, second.lives_on(), today=1)
    assert book.version == 2


def test_a_version_that_keeps_the_problem_keeps_todays_centers(path: Path) -> None:
    network = start()
    book = found(path, network)
    after = network.lives_on(moves={"H0003": (11.0, 11.0)})
    commit(book, after, today=1)
    book.commit(after.plan, after.certificate, kind="apply", who="", why="")
    assert book.today() == 1
    assert same(book, 3, after)


def test_a_bound_in_the_order_of_ids_changes_with_who_joins_alone(path: Path) -> None:
    def bounded(network: Network) -> Network:
        ids = pd.Index(network.plan.assignments["household_id"], name="household_id")
        multipliers = pd.Series(0.5, index=ids, name="km")
        return replace(network, plan=replace(network.plan, bound=Bound(1.0, multipliers, {})))

    network = start()
    book = found(path, bounded(network))
    commit(book, bounded(network.lives_on(joins={"A1": (3.0, 3.0)})), today=1)
    assert rows_of(path, 2)["plan_multipliers"] == 1


def test_measured_travel_changes_with_who_leaves_alone(path: Path) -> None:
    def measured(network: Network) -> Network:
        who = sorted(network.problem.households["household_id"])
        pairs = pd.MultiIndex.from_product([who, ["S-1", "S-2"]], names=["household_id", "site_id"])
        travel = pairs.to_frame(index=False).assign(km=1.5)
        return replace(network, problem=replace(network.problem, travel=travel))

    network = start()
    after = measured(network.lives_on(leaves=["H0001"]))
    book = found(path, measured(network))
    commit(book, after, today=1)
    assert rows_of(path, 2)["problem_travel"] == 2
    assert same(book, 2, after)


def test_what_does_not_follow_from_the_rest_is_kept_as_it_was_given(path: Path) -> None:
    network = start()
    households = network.problem.households
    other_groups = replace(network.problem, households=households.assign(group=households["group"] + 7))
    other_order = replace(network.problem, households=households.iloc[::-1].reset_index(drop=True))
    for number, problem in enumerate((other_groups, other_order)):
        given = replace(network, problem=problem)
        assert manners(problem)["problem_households"] != manners(network.problem)["problem_households"]
        assert same(found(path.with_name(f"{number}.gpkg"), given), 1, given)


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE problem_households SET lon = lon + 1 WHERE _key = 'H0003' AND _version = 1", 1),
        ("UPDATE problem_households SET _key = 'H9999' WHERE _key = 'H0003' AND _version = 2", 2),
        ("UPDATE plan_assignments SET center_id = 'C-9' WHERE _key = 'H0050' AND _version = 1", 1),
        ("UPDATE casebook_values SET value = '2' WHERE name = 'problem.today' AND version = 2", 2),
        ("UPDATE casebook_columns SET described = replace(described, 'place', 'house') WHERE version = 1", 1),
        ("DELETE FROM problem_households WHERE _gone", 3),
    ],
)
def test_what_is_changed_by_hand_in_any_version_names_its_entry(
    path: Path, statement: str, entry: int
) -> None:
    first = start()
    second = first.lives_on(moves={"H0003": (11.0, 11.0)})
    book = found(path, first)
    commit(book, second, today=1)
    commit(book, second.lives_on(leaves=["H0003"]), today=2)
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement).rowcount >= 1
    assert book.broken_entries() == [entry]
    assert book.content_hash() != book.head
