"""One writer at a time, any number of readers, and a sentence for whatever the machine does."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from data.casebook import book as books
from data.casebook.connection import connect
from data.errors import Exit, SitingError
from data.hashing import plan_hash
from tests.data.record.living import Network, commit, found, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.casebook import Casebook

HOLD = (
    "import sqlite3, sys\n"
    "held = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "held.execute('BEGIN IMMEDIATE')\n"
    "print('held', flush=True)\n"
    "sys.stdin.read()\n"
)


@pytest.fixture(scope="module")
def networks() -> tuple[Network, Network]:
    first = start()
    return first, first.lives_on(moves={"H0003": (11.0, 11.0)}, joins={"A1": (3.0, 3.0)})


@pytest.fixture
def book(tmp_path: Path, networks: tuple[Network, Network]) -> Casebook:
    return found(tmp_path / "casebook.gpkg", networks[0])


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.casebook.connection.BUSY_SECONDS", 0.05)


def with_pragma(pragma: str) -> Callable[[Path], sqlite3.Connection]:
    def connected(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute(pragma)
        return connection

    return connected


def test_of_two_commits_at_once_one_wins_and_the_other_writes_nothing(
    book: Casebook, networks: tuple[Network, Network]
) -> None:
    _, after = networks
    head, together = book.head, Barrier(2)

    def writes(who: str) -> int:
        together.wait()
        return commit(book, after, today=1, who=who, after=head)

    with ThreadPoolExecutor(2) as pool:
        ends = {who: pool.submit(writes, who).exception for who in ("one", "other")}
    lost = {who: error for who, end in ends.items() if (error := end()) is not None}
    ((loser, refusal),) = lost.items()
    assert isinstance(refusal, SitingError)
    assert (refusal.code, refusal.exit_code) == ("lost_race", Exit.REFUSED)
    assert (book.version, {book.log()[-1].who}) == (2, {*ends} - {loser})
    assert book.faults() == []


def test_twenty_readers_while_one_writes_see_whole_versions(
    book: Casebook, networks: tuple[Network, Network]
) -> None:
    first, after = networks
    whole = {plan_hash(first.plan), plan_hash(after.plan)}
    together = Barrier(21)

    def reads(_: int) -> str:
        together.wait()
        return plan_hash(book.plan())

    def writes() -> None:
        together.wait()
        for network in (after, first, after):
            book_today = None if network is first else 1
            commit(book, network, today=book_today)

    with ThreadPoolExecutor(21) as pool:
        writer = pool.submit(writes)
        seen = list(pool.map(reads, range(20)))
        writer.result()
    assert set(seen) <= whole
    assert book.version == 4
    assert plan_hash(book.plan()) == plan_hash(after.plan)


def test_a_lock_that_another_process_keeps_is_told_in_a_sentence(
    book: Casebook, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(book.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(SitingError, match="open and locked elsewhere") as refusal:
            commit(book, networks[1], today=1)
        assert (refusal.value.code, refusal.value.exit_code) == ("casebook_busy", Exit.REFUSED)
        assert book.version == 1, "who only reads is not kept out"
        other.communicate()
    assert commit(book, networks[1], today=1) == 2


def test_a_reader_that_does_not_end_keeps_a_version_from_being_written_and_nothing_is(
    book: Casebook, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM log").fetchone()
        with pytest.raises(SitingError) as refusal:
            commit(book, networks[1], today=1)
    assert refusal.value.code == "casebook_busy"
    assert (book.version, book.faults()) == (1, [])


@pytest.mark.parametrize(
    ("pragma", "code"),
    [("PRAGMA max_page_count = 1", "disk_full"), ("PRAGMA query_only = ON", "no_permission")],
)
def test_a_machine_that_will_not_write_leaves_the_version_before(
    book: Casebook,
    networks: tuple[Network, Network],
    monkeypatch: pytest.MonkeyPatch,
    pragma: str,
    code: str,
) -> None:
    first, _ = networks
    crowd = first.lives_on(joins={f"J{number:03d}": (3.0, 3.0) for number in range(400)})
    with monkeypatch.context() as patch:
        patch.setattr(books, "connect", with_pragma(pragma))
        with pytest.raises(SitingError) as failure:
            commit(book, crowd, today=1)
    assert (failure.value.code, failure.value.exit_code) == (code, Exit.MACHINE)
    assert book.path.name in failure.value.message
    assert (book.version, book.faults()) == (1, [])


def test_every_change_is_made_at_once_and_brought_to_the_disk(
    book: Casebook, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
        ran.append(f"synchronous {synchronous}")
        connection.set_trace_callback(ran.append)
        return connection

    monkeypatch.setattr(books, "connect", traced)
    commit(book, networks[1], today=1)
    writes = [one for one in ran if one.startswith(("BEGIN", "COMMIT", "ROLLBACK", "synchronous"))]
    assert writes == ["synchronous 2", "BEGIN IMMEDIATE", "COMMIT"]


def test_a_casebook_in_the_mode_qgis_leaves_it_in_takes_the_next_version(
    book: Casebook, networks: tuple[Network, Network]
) -> None:
    with closing(sqlite3.connect(book.path)) as qgis:
        assert qgis.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        qgis.execute("SELECT count(*) FROM households").fetchone()
        assert commit(book, networks[1], today=1) == 2
        qgis.execute("UPDATE layer_styles SET styleQML = '<qgis/>'")
        qgis.commit()
    kept: Any = plan_hash(book.plan())
    assert kept == plan_hash(networks[1].plan)
    assert book.faults() == []
