"""The record that cannot lose a family: created whole, then changed by whole transactions only."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.errors import ShapelyError

from data.casebook import beside, log, reading, soundness, working, writing
from data.casebook.connection import connect, transaction
from data.casebook.trouble import alien, as_siting_error, newer, no_such_version, refused
from data.errors import SitingError
from data.given import given_path
from data.plan import seal_in
from data.verify.certificate import problem_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pandas import DataFrame

    from data.casebook.beside import Beside
    from data.casebook.log import Entry
    from data.errors import Failure
    from data.plan import Plan
    from data.problem import Problem
    from data.verify.certificate import Certificate


@dataclass(frozen=True)
class Casebook:
    """A casebook on disk. Make one with `create`, reach one with `open`; it holds no file open between calls.

    Attributes
    ----------
    path : Path
        The GeoPackage.
    """

    path: Path

    @classmethod
    def create(
        cls,
        path: Path,
        problem: Problem,
        plan: Plan,
        certificate: Certificate,
        *,
        seed: int | None,
        who: str,
        why: str,
    ) -> Casebook:
        """Found a casebook with its first version.

        It is written beside its place, brought to the disk and moved there, so that it is whole or absent.

        Parameters
        ----------
        path : Path
            Where it is to be; a folder that is missing is made, and private.
        problem, plan : Problem, Plan
            What was planned.
        certificate : Certificate
            The verifier's, of this very plan and problem.
        seed : int or None
            Seed of the run.
        who, why : str
            For the log.

        Raises
        ------
        SitingError
            If the certificate is of another plan (``no_certificate``), a file stands there already
            (``exists``), or the machine fails.
        """
        writing.require(certificate, plan, problem_hash(problem))
        if path.exists():
            raise refused("exists", path=path.name)
        writing.found(path, problem, plan, certificate, seed=seed, who=who, why=why)
        return cls(path)

    @classmethod
    def open(cls, path: Path | str) -> Casebook:
        """Reach a casebook that is there.

        Raises
        ------
        SitingError
            If there is none (``missing_casebook``), it is damaged or something else
            (``not_a_casebook``), or a later program wrote it (``newer_casebook``).
        """
        book = cls(given_path(path, "path"))
        with book._reading() as connection:
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if int(meta["schema"]) > writing.SCHEMA:
                raise newer(book.path)
            if connection.execute("SELECT count(*) FROM log").fetchone()[0] == 0:
                raise alien(book.path)
        return book

    @property
    def head(self) -> str:
        """Hash of the last entry of the log: it stands for every version before it."""
        return self.log()[-1].hash

    @property
    def version(self) -> int:
        """Number of the current version; the first is 1."""
        return self.log()[-1].version

    def log(self) -> list[Entry]:
        """Return every entry of the log, the oldest first."""
        with self._reading() as connection:
            return log.read_log(connection)

    def problem(self, version: int | None = None) -> Problem:
        """Return the problem of a version, the current one unless told.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``).
        """
        with self._reading() as connection:
            return reading.problem_at(connection, self._there(connection, version))

    def plan(self, version: int | None = None) -> Plan:
        """Return the plan of a version, the current one unless told.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``).
        """
        with self._reading() as connection:
            return reading.plan_at(connection, self._there(connection, version))

    def seal(self, version: int | None = None) -> str:
        """Return the hash of the seal that the plan of a version was checked against; empty without one.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``).
        """
        with self._reading() as connection:
            parts = reading.parts_at(connection, self._there(connection, version))
        return seal_in(parts["plan.provenance"])

    def commit(
        self,
        plan: Plan,
        certificate: Certificate,
        *,
        kind: str,
        who: str,
        why: str,
        problem: Problem | None = None,
        after: str | None = None,
        payload: Mapping[str, Any] | None = None,
        today: int | None = None,
    ) -> int:
        """Add a version in one transaction and return its number.

        Parameters
        ----------
        plan : Plan
            The new plan.
        certificate : Certificate
            The verifier's, of this very plan and of the problem it solves.
        kind, who, why : str
            For the log.
        problem : Problem, optional
            The new problem; the current one stays unless told.
        after : str, optional
            Head the plan was made on: if another version came since, nothing is written (``lost_race``).
        payload : mapping, optional
            What else the log is to hold, as JSON knows it.
        today : int, optional
            Version that the new problem continues, whose plan serves its households' ``center_id``; it is
            then read from there and not kept.

        Raises
        ------
        SitingError
            If the certificate is of another plan or problem, there is no such version, the race is lost, or
            the machine fails.
        """
        now = None if problem is None else problem_hash(problem)
        writing.require(certificate, plan, now)
        with as_siting_error(self.path), closing(connect(self.path)) as connection, transaction(connection):
            last = log.read_log(connection)[-1]
            if after is not None and last.hash != after:
                raise refused("lost_race", path=self.path.name)
            if now is None and certificate.problem_hash != last.payload["problem_hash"]:
                raise refused("no_certificate", path=self.path.name)
            if today is not None:
                self._there(connection, today)
            return writing.append_version(
                connection,
                problem,
                plan,
                certificate,
                kind=kind,
                who=who,
                why=why,
                payload={**(payload or {})},
                today=today,
            ).version

    def keep_work(
        self,
        tables: Mapping[str, DataFrame],
        *,
        kind: str,
        who: str,
        why: str,
        after: str,
        payload: Mapping[str, Any] | None = None,
    ) -> int:
        """Add a version with other working tables and the plan as it is; return its number.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            Whole tables by their names (`data.work.tables.TABLES`); those left out stay as they are. Where
            all are as they were, no version is added and the last one's number is returned.
        kind, who, why, after, payload
            As `commit`.

        Raises
        ------
        SitingError
            If the race is lost, or the machine fails.
        """
        with as_siting_error(self.path), closing(connect(self.path)) as connection, transaction(connection):
            last = log.read_log(connection)[-1]
            if last.hash != after:
                raise refused("lost_race", path=self.path.name)
            made = working.append_work(
                connection, tables, kind=kind, who=who, why=why, payload={**(payload or {})}
            )
            return (made or last).version

    def work(self, name: str, version: int | None = None) -> DataFrame:
        """Return a working table of a version, the current one unless told; without rows where it has none.

        Parameters
        ----------
        name : str
            One of `data.work.tables.TABLES`.
        version : int, optional
            The version.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``).
        """
        with self._reading() as connection:
            return working.work_at(connection, name, self._there(connection, version))

    def is_work(self, version: int) -> bool:
        """Whether a version changed working tables alone, by its rows: its plan is that of the one before."""
        with self._reading() as connection:
            return working.only_work(connection, version)

    def today(self, version: int | None = None) -> int | None:
        """Return the version whose assignment today's centers are; None where they are kept, as in the first.

        Raises
        ------
        SitingError
            If there is no such version (``no_such_version``).
        """
        with self._reading() as connection:
            return reading.today_of(reading.parts_at(connection, self._there(connection, version)))

    def note_files(self, hashes: Mapping[str, str], *, gone: Iterable[str] = ()) -> None:
        """Say what stands beside the current version and cannot be made from it.

        Say it before they are put in their place: whatever of them a killed writer leaves is then known.

        Parameters
        ----------
        hashes : mapping of str to str
            SHA-256 of each file by its path from the plan folder; a file named before is told anew.
        gone : iterable of str
            Files named before that the version has no more.

        Raises
        ------
        SitingError
            If the machine fails.
        """
        with as_siting_error(self.path), closing(connect(self.path)) as connection, transaction(connection):
            beside.note(connection, hashes, reading.last_version(connection), gone)

    def files(self, version: int | None = None) -> list[Beside]:
        """Return what stood beside a version, the current one unless told, and cannot be made from it."""
        with self._reading() as connection:
            return beside.noted(connection, self._there(connection, version))

    def files_ever(self) -> list[Beside]:
        """Return everything that was ever said of the files beside the casebook, the oldest of each first."""
        with self._reading() as connection:
            return beside.told(connection)

    def rows(self, name: str, column: str, value: str) -> list[DataFrame]:
        """Return the rows of a table that have a value in a column, version by version, the oldest first."""
        with self._reading() as connection:
            versions = range(1, reading.last_version(connection) + 1)
            return [reading.table_at(connection, name, one, where=(column, value)) for one in versions]

    def tables(
        self, wanted: Mapping[str, Collection[str] | None], version: int | None = None
    ) -> dict[str, DataFrame]:
        """Return some tables of a version as they are kept, the current one unless told; those it has.

        Parameters
        ----------
        wanted : mapping of str to collection of str, or None
            Columns of each table, none of them its geometry; None for the whole of it.
        version : int, optional
            The version.
        """
        with self._reading() as connection:
            at = self._there(connection, version)
            return {
                name: reading.table_at(connection, name, at, only=only)
                for name, only in wanted.items()
                if reading.shape_at(connection, name, at) is not None
            }

    def faults(self) -> list[Failure]:
        """Return everything in the casebook that is not as this program leaves it; styles may be anything."""
        with self._reading() as connection:
            return soundness.faults(connection, self.path.name)

    def content_hash(self) -> str:
        """Return the head the log must have, recounted from every row; who and when do not count."""
        with self._reading() as connection:
            return log.chain_hash(connection)

    def broken_entries(self) -> list[int]:
        """Return the numbers of the log's entries whose rows, links or seals were altered."""
        with self._reading() as connection:
            return log.broken_entries(connection)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with as_siting_error(self.path), closing(connect(self.path)) as connection:
            # One transaction, so that a writer between two queries cannot mix versions.
            connection.execute("BEGIN")
            try:
                yield connection
            except SitingError:
                raise
            except (KeyError, TypeError, ValueError, ShapelyError) as error:
                raise alien(self.path) from error

    def _there(self, connection: sqlite3.Connection, version: int | None) -> int:
        last = reading.last_version(connection)
        if version is not None and not 1 <= version <= last:
            raise no_such_version(self.path, version, last)
        return last if version is None else version
