"""How the centers of a plan or a nation stand on a day, put together from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, SitingError
from data.exports import refuse_over_plan
from data.folder import write_folder
from data.kinds import STATUS, is_nation_folder
from data.nation.check import province_folders
from data.plan import seal_in
from data.text import phrase
from data.work.in_force import day_of, served_since, version_on
from data.work.months import JalaliMonth
from data.work.paid import bill_of
from data.work.status import Working, status_table, worst_first
from data.work.whereabouts import together, whereabouts_of
from maps.origin import Origin
from maps.work.status import csv_of, page, workbook

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from data.text import Lang
    from data.work.rules import WorkRules
    from data.work.tariffs import Tariffs


RECORDED = ("activity", "beats", "offers", "visits")
"""What a record may hold of the working life of centers."""


@dataclass(frozen=True)
class Status:
    """How centers stand.

    Attributes
    ----------
    table : DataFrame
        As `data.work.status.status_table`, with ``code`` of the province where it is a nation.
    day : date
        The day.
    origin : Origin
        Version and head in force; of a nation, the head is empty.
    synthetic : bool
        Whether the data are.
    missing : tuple of str
        What no version in force has recorded, of `RECORDED`.
    nation : bool
        Whether it is of all provinces.
    """

    table: pd.DataFrame
    day: date
    origin: Origin
    synthetic: bool
    missing: tuple[str, ...]
    nation: bool = False


def status_of(folder: Path, day: date, rules: WorkRules, tariffs: Tariffs) -> Status:
    """Return how every center stands on a day, those with the most families concerned first.

    Parameters
    ----------
    folder : Path
        Of a plan or a nation.
    day : date
        In Iran; what was recorded later is left out, but for what was done by that day.
    rules : WorkRules
        How often homes are visited.
    tariffs : Tariffs
        What centers are paid.

    Raises
    ------
    SitingError
        ``before_founding`` (exit code 2) where the network was founded later; of the record.
    """
    if not is_nation_folder(folder):
        return _of_plan(folder, day, rules, tariffs)
    parts = [(one.name, _of_plan(one, day, rules, tariffs)) for one in province_folders(folder)]
    table = pd.concat([one.table.assign(code=code) for code, one in parts], ignore_index=True)
    return Status(
        worst_first(table),
        day,
        Origin(
            max(one.origin.version for _, one in parts),
            "",
            max(one.origin.day for _, one in parts),
            next((one.origin.seal for _, one in parts if one.origin.seal), ""),
        ),
        any(one.synthetic for _, one in parts),
        tuple(sorted({name for _, one in parts for name in one.missing})),
        nation=True,
    )


def write_status(
    found: Status, folder: Path, out: Path, *, lang: Lang, overwrite: bool = False
) -> tuple[str, ...]:
    """Write the table of centers as a page, a workbook and a CSV; return the names of the files.

    Parameters
    ----------
    found : Status
        What they tell.
    folder, out : Path
        Of the plan, and the folder to write outside it.
    lang : {"fa", "en"}
        Of page and workbook.
    overwrite : bool
        Whether a status that stands there may be replaced.

    Raises
    ------
    SitingError
        Where the place is taken, or the machine fails.
    """
    refuse_over_plan(folder, out)
    files = {
        "status.html": page(
            found.table, found.day, found.origin, found.missing, lang, synthetic=found.synthetic
        ),
        "status.xlsx": workbook(found.table, found.day, found.origin, lang, synthetic=found.synthetic),
        "status.csv": csv_of(found.table, synthetic=found.synthetic),
    }

    def fill(place: Path) -> None:
        for name, content in files.items():
            (place / name).write_bytes(content)

    write_folder(out, overwrite=overwrite, fill=fill, kind=STATUS)
    return tuple(files)


def _of_plan(folder: Path, day: date, rules: WorkRules, tariffs: Tariffs) -> Status:
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    version = version_on(log, day)
    if version is None:
        words = phrase("status.before_founding", path=folder.name, day=day.isoformat())
        raise SitingError(words, code="before_founding", exit_code=Exit.USAGE)
    problem, plan, entry = book.problem(version), book.plan(version), log[version - 1]
    working = Working(
        caseworkers=book.work("caseworkers", version),
        beats=book.work("beats", version),
        visits=book.work("visits", version),
        # Written down later, but done by then: it counts.
        activity=book.work("activity"),
        offers=book.work("offers", version),
        since=served_since(book, log, version),
        fees_toman=_earned(book, day, tariffs),
    )
    table = status_table(
        plan,
        working,
        day,
        cases_per_caseworker=problem.rules.caseworker_cases,
        visit_months=rules.visit_months,
    )
    missing = tuple(name for name in RECORDED if getattr(working, name).empty)
    origin = Origin(version, entry.hash, day_of(entry.when_utc).isoformat(), seal_in(plan.provenance))
    return Status(table, day, origin, problem.synthetic, missing)


def _earned(book: Casebook, day: date, tariffs: Tariffs) -> pd.Series:
    """Return what each center has earned in the month of a day, up to it, toman, by ``center_id``."""
    activity = book.work("activity")
    done = activity[activity["date"] <= day.isoformat()]
    if done.empty:
        return pd.Series(dtype="int64")
    where = together([whereabouts_of(book)])
    lines = bill_of(where, done, tariffs, JalaliMonth.of(day)).lines
    return lines.groupby("center_id")["amount"].sum()
