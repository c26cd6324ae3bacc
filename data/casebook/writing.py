"""How a version gets into a casebook: certified before, sealed in the log, and read back once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.casebook import beside, content, layers, log, reading, store, styles
from data.casebook.trouble import refused
from data.disk import sync
from data.geodesy import LCC
from data.hashing import plan_hash
from data.verify.certificate import Certificate, problem_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

    from data.casebook.log import Entry
    from data.plan import Plan
    from data.problem import Problem

SCHEMA = 1
"""Version of the layout of casebooks; a casebook with a higher one is refused."""
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
    connection.executemany("INSERT INTO meta VALUES (?, ?)", facts(problem).items())


def laid_out() -> list[str]:
    """Return the tables that every casebook has, whatever its content."""
    return re.findall(r"CREATE TABLE (\w+)", "".join(_TABLES))


def facts(problem: Problem) -> dict[str, str]:
    """Return what a casebook says of itself, for whoever opens it without this program."""
    return {
        "schema": str(SCHEMA),
        "scenario": problem.scenario,
        "synthetic": str(problem.synthetic).lower(),
        "crs": LCC,
    }


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
) -> Entry:
    """Add a version and seal it in the log; what is then read back must be what was certified.

    Raises
    ------
    RuntimeError
        If it is not: a bug, and nothing may be kept.
    """
    version = reading.last_version(connection) + 1
    tables, parts = content.plan_tables(plan), content.plan_parts(plan)
    if problem is not None:
        tables |= content.problem_tables(problem)
        parts |= content.problem_parts(problem)
    changed = store.append(connection, version, tables, parts)
    styles.write_styles(connection, layers.refresh(connection))
    entry = log.add_entry(
        connection,
        kind=kind,
        payload={
            **payload,
            "plan_hash": certificate.plan_hash,
            "problem_hash": certificate.problem_hash,
            "checks": list(certificate.checks),
            "changed": changed,
        },
        inputs=reading.parts_at(connection, version)["problem.inputs"],
        who=who,
        when_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        why=why,
    )
    kept = plan_hash(reading.plan_at(connection, version)) == certificate.plan_hash
    if problem is not None:
        kept = kept and problem_hash(reading.problem_at(connection, version)) == certificate.problem_hash
    if not kept:
        raise RuntimeError("the casebook does not give back what it was given")
    return entry


def settle(beside: Path, path: Path) -> None:
    """Bring a whole casebook to the disk and to its place."""
    sync(beside)
    beside.rename(path)
    sync(path.parent)
