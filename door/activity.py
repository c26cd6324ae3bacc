"""What centers did, taken into the record: read, judged day by day, kept, held against what was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from data.call.said import sealed
from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, Failure, SitingError
from data.exports import SUMMARY, refuse_over_plan, to_csv
from data.folder import check_place, write_folder
from data.hashing import file_hash
from data.kinds import ACTIVITY, is_nation_folder
from data.nation.check import province_folders
from data.pseudonyms import Pseudonyms
from data.replay import fingerprint_of
from data.summary import to_json
from data.text import phrase
from data.work.activity import KINDS, Known, done_by_month, merged, planned_visits, read_activity
from data.work.calendar import official_calendar, read_holidays
from data.work.flags import FLAGS, Judge, flagged
from data.work.months import jalali_day
from data.work.whereabouts import whereabouts_of
from door.working import keep

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.text import Lang
    from data.work.calendar import Calendar
    from data.work.rules import WorkRules

KIND = "activity"
"""Of the log's entries."""


@dataclass(frozen=True)
class AskedActivity:
    """What was done, as it is handed in.

    Attributes
    ----------
    file : Path
        The acts.
    rules : WorkRules
        What a day holds.
    today : date
        Nothing was done later.
    holidays : Path or None
        A table in place of the official holidays.
    key : Path or None
        Of pseudonyms.
    """

    file: Path
    rules: WorkRules
    today: date
    holidays: Path | None = None
    key: Path | None = None


@dataclass(frozen=True)
class Recorded:
    """What came of a file.

    Attributes
    ----------
    facts : dict
        ``rows``, ``new``, ``repeated``, ``corrected``, ``flagged``, ``by_flag``, what the record has in all,
        version and head.
    flagged : tuple of Failure
        The file's rows that are flagged, with the reason.
    """

    facts: dict[str, Any]
    flagged: tuple[Failure, ...]


def record_activity(
    folder: Path, out: Path, asked: AskedActivity, *, lang: Lang, who: str = "", why: str = ""
) -> Recorded:
    """Take what was done into the record of a plan, and write what is flagged and what was done by month.

    Acts that the record has already are not counted again; a result that is told anew takes the place of the
    one before. Days that cannot have been are kept and flagged.

    Parameters
    ----------
    folder, out : Path
        Of the plan, and the private folder outside it, which is written anew each time.
    asked : AskedActivity
        What was done.
    lang : {"fa", "en"}
        Language that the map opens in.
    who, why : str
        For the log.

    Raises
    ------
    SitingError
        Of the file or the holidays, where the place is taken by something else; of the record.
    """
    refuse_nation(folder)
    refuse_over_plan(folder, out)
    check_place(out, overwrite=True, kind=ACTIVITY)
    book = Casebook.open(folder / CASEBOOK)
    head = book.head
    known = Known.of(book)
    pseudonyms = Pseudonyms(asked.key, expected=fingerprint_of(folder))
    told = read_activity(asked.file, known, pseudonyms, today=asked.today)
    both = merged(book.work(KIND), told)
    table = both.table.assign(flags=_judged(book, known, both.table, told, asked))
    version = keep(
        folder,
        {KIND: table},
        kind=KIND,
        lang=lang,
        after=head,
        payload={"rows": len(told), "new": len(both.new), "file": {asked.file.name: file_hash(asked.file)}},
        who=who,
        why=why,
    )
    own = told.merge(table[["activity_id", "flags"]], on="activity_id")
    own = own[own["flags"] != ""]
    facts = {
        "rows": len(told),
        "new": len(both.new),
        "repeated": both.repeated,
        "corrected": both.corrected,
        "flagged": len(own),
        "by_flag": _by_flag(own["flags"]),
        **_written(book, out, table),
        "casebook_version": version,
        "head": book.head,
        **sealed(book.seal()),
    }
    return Recorded(facts, tuple(_failures(asked.file.name, own)))


def done_of(folder: Path) -> tuple[pd.DataFrame, bool]:
    """Return what was planned and done by caseworker and month, and whether the households are invented.

    Raises
    ------
    SitingError
        Of the record.
    """
    refuse_nation(folder)
    book = Casebook.open(folder / CASEBOOK)
    return done_by_month(planned_visits(book), book.work(KIND)), bool(book.problem().synthetic)


def refuse_nation(folder: Path) -> None:
    """Refuse the folder of a nation, whose provinces each have a record of their own.

    Raises
    ------
    SitingError
        ``activity_of_nation``, exit code 2.
    """
    if is_nation_folder(folder):
        first = province_folders(folder)[0]
        words = phrase("activity.of_nation", path=folder.name, province=str(first))
        raise SitingError(words, code="activity_of_nation", exit_code=Exit.USAGE)


def _judged(
    book: Casebook, known: Known, table: pd.DataFrame, told: pd.DataFrame, asked: AskedActivity
) -> pd.Series:
    rules = book.problem().rules
    judge = Judge(
        known,
        whereabouts_of(book).center_on,
        book.work("caseworkers"),
        _calendar(asked, told),
        asked.rules,
        min(rules.detour_urban, rules.detour_rural),
    )
    return flagged(table, set(zip(told["caseworker_id"], told["date"], strict=True)), judge)


def _calendar(asked: AskedActivity, told: pd.DataFrame) -> Calendar:
    if asked.holidays is not None:
        return read_holidays(asked.holidays, thursday=asked.rules.thursday)
    days = [date.fromisoformat(day) for day in told["date"].unique()] or [asked.today]
    return official_calendar(min(days), max(days), thursday=asked.rules.thursday)


def _written(book: Casebook, out: Path, table: pd.DataFrame) -> dict[str, Any]:
    """Write what is flagged and what was done; return the totals of the record."""
    synthetic = bool(book.problem().synthetic)
    done = done_by_month(planned_visits(book), table)
    strange = table[table["flags"] != ""].sort_values(["date", "caseworker_id", "household_id"])
    totals = {
        "acts": len(table),
        "acts_flagged": len(strange),
        "by_kind": {kind: int((table["kind"] == kind).sum()) for kind in KINDS},
        "synthetic": synthetic,
    }

    def fill(place: Path) -> None:
        (place / "flagged.csv").write_bytes(to_csv(strange, synthetic=synthetic))
        (place / "done.csv").write_bytes(to_csv(done, synthetic=synthetic))
        (place / SUMMARY).write_bytes(to_json({**totals, "head": book.head, **sealed(book.seal())}))

    write_folder(out, overwrite=True, fill=fill, kind=ACTIVITY)
    return totals


def _by_flag(flags: pd.Series) -> dict[str, int]:
    every = flags.str.split().explode()
    return {flag: int((every == flag).sum()) for flag in FLAGS if (every == flag).any()}


def _failures(file: str, rows: pd.DataFrame) -> list[Failure]:
    read = rows[["row", "household_id", "caseworker_id", "date", "flags"]].itertuples(index=False)
    told = {day: jalali_day(date.fromisoformat(day)) for day in rows["date"].unique()}
    return sorted(
        Failure(file, int(row), flag, who, phrase(f"activity.{flag}", caseworker=caseworker, day=told[day]))
        for row, who, caseworker, day, flags in read
        for flag in flags.split()
    )
