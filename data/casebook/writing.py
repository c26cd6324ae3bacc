"""How a version gets into a casebook: certified before, sealed in the log, and read back once."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.casebook import beside, content, implied, layers, log, reading, store, styles
from data.casebook.connection import connect, transaction
from data.casebook.trouble import as_siting_error, refused
from data.disk import sync
from data.geodesy import LCC
from data.hashing import plan_hash
from data.verify.certificate import Certificate, problem_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from data.casebook.implied import Manner
    from data.casebook.log import Entry
    from data.plan import Plan
    from data.problem import Problem

FIRST_SCHEMA, SCHEMA = 1, 2
"""Versions of the layout of casebooks: the first kept every row of a problem as it was given, the second
knows what follows from the rest (`data.casebook.implied`). A casebook with a higher one is refused."""
_META = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
_TABLES = (layers.TABLES, styles.TABLES, store.TABLES, log.TABLES, log.VERSIONS, beside.TABLES, _META)


def require(certificate: Certificate, plan: Plan, of_problem: str | None) -> None:
    """Refuse a plan without the verifier's certificate of that very plan and, where told, problem.

    Raises
    ------
    SitingError
        ``no_certificate``.
    """
    genuine = isinstance(certificate, Certificate) and certificate.plan_hash == plan_hash(plan)
    if not genuine or (of_problem is not None and certificate.problem_hash != of_problem):
        raise refused("no_certificate")


def prepare(connection: sqlite3.Connection, problem: Problem) -> None:
    """Lay out an empty casebook."""
    connection.execute(f"PRAGMA application_id = {layers.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {layers.GEOPACKAGE_VERSION}")
    for statement in "".join(_TABLES).split(";"):
        connection.execute(statement)
    layers.prepare(connection)
    told = facts(problem, (SCHEMA,))
    connection.executemany("INSERT INTO meta VALUES (?, ?)", [(key, value) for key, (value,) in told.items()])


def laid_out() -> list[str]:
    """Return the tables that every casebook has, whatever its content."""
    return re.findall(r"CREATE TABLE (\w+)", "".join(_TABLES))


def facts(problem: Problem, schemas: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return what a casebook may say of itself, for whoever opens it without this program."""
    return {
        "schema": tuple(str(one) for one in schemas),
        "scenario": (problem.scenario,),
        "synthetic": (str(problem.synthetic).lower(),),
        "crs": (LCC,),
    }


def layouts(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Return the layouts that a casebook may say it has: the first only while all is kept as it was given."""
    described = connection.execute("SELECT described FROM casebook_columns").fetchall()
    shapes = [json.loads(text) for (text,) in described]
    needed = any(implied.is_implied(shape) for shape in shapes)
    told = connection.execute("SELECT 1 FROM casebook_values WHERE name = ?", (content.TODAY,)).fetchone()
    return (SCHEMA,) if needed or told else (FIRST_SCHEMA,)


def append_version(
    connection: sqlite3.Connection,
    problem: Problem | None,
    plan: Plan,
    certificate: Certificate,
    *,
    kind: str,
    who: str,
    why: str,
    payload: Mapping[str, Any],
    today: int | None = None,
) -> Entry:
    """Add a version and seal it in the log; what is then read back must be what was certified.

    Parameters
    ----------
    connection : Connection
        Inside a transaction.
    problem : Problem or None
        The new problem; None where the last version's stays.
    plan, certificate : Plan, Certificate
        The plan, and the verifier's certificate of it.
    kind, who, why, payload
        For the log.
    today : int, optional
        Version whose assignment today's centers of the new problem are.

    Raises
    ------
    RuntimeError
        If it is not: a bug, and nothing may be kept.
    """
    version = reading.last_version(connection) + 1
    tables, parts = content.plan_tables(plan), content.plan_parts(plan)
    manners: Mapping[str, Manner] = {}
    if problem is not None:
        tables |= content.problem_tables(problem)
        parts |= content.problem_parts(problem, today)
        manners = implied.manners(problem)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA),))
    if problem is not None and today is not None:
        before = reading.kept_centers_at(connection, version - 1)
        tables[content.HOUSEHOLDS] = implied.with_centers(problem.households, before)
    appended = store.append(connection, version, tables, parts, manners)
    styles.write_styles(connection, layers.refresh(connection, appended.boxes))
    entry = log.add_entry(
        connection,
        kind=kind,
        payload={
            **payload,
            "plan_hash": certificate.plan_hash,
            "problem_hash": certificate.problem_hash,
            "checks": list(certificate.checks),
            "changed": appended.changed,
            "counts": content.counts(plan),
        },
        inputs=reading.parts_at(connection, version)["problem.inputs"],
        who=who,
        when_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        why=why,
    )
    if not _gives_back(
        connection, version, certificate, appended.given_back, with_problem=problem is not None
    ):
        raise RuntimeError("the casebook does not give back what it was given")
    return entry


def _gives_back(
    connection: sqlite3.Connection,
    version: int,
    certificate: Certificate,
    known: Mapping[str, DataFrame],
    *,
    with_problem: bool,
) -> bool:
    """Return whether a version is what was certified; tables that are known need not be read."""
    parts = reading.parts_at(connection, version)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger'").fetchone():
        # Somebody else's, which may have changed what nobody here wrote.
        known = {}

    def tables(names: list[str]) -> dict[str, DataFrame]:
        return {
            name: known[name] if name in known else reading.table_at(connection, name, version)
            for name in names
        }

    plan = content.to_plan(tables(content.plan_names(parts)), parts)
    if plan_hash(plan) != certificate.plan_hash:
        return False
    if not with_problem:
        return True
    problem = reading.problem_of(connection, version, tables(content.problem_names(parts)))
    return problem_hash(problem) == certificate.problem_hash


def found(
    path: Path,
    problem: Problem,
    plan: Plan,
    certificate: Certificate,
    *,
    seed: int | None,
    who: str,
    why: str,
) -> None:
    """Write a casebook with its first version beside its place, bring it to the disk and move it there."""
    with as_siting_error(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with as_siting_error(path):
            part.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with closing(connect(part)) as connection, transaction(connection):
                prepare(connection, problem)
                append_version(
                    connection,
                    problem,
                    plan,
                    certificate,
                    kind="found",
                    who=who,
                    why=why,
                    payload={"seed": seed},
                )
            sync(part)
            part.rename(path)
            sync(path.parent)
    finally:
        part.unlink(missing_ok=True)
