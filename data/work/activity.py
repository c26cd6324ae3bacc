"""What was done, as centers report it: read, told from what is known already, and counted by month."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa

from data.casebook.content import HOUSEHOLDS
from data.casebook.ever import rows_ever
from data.errors import Failure
from data.readers.builder import Builder
from data.readers.reading import Reading
from data.text import phrase, text
from data.work.in_force import day_of
from data.work.months import JalaliMonth, jalali_day
from data.work.tables import kept_name

if TYPE_CHECKING:
    from pathlib import Path

    from data.casebook import Casebook
    from data.pseudonyms import Pseudonyms
    from data.text import Lang

VISIT, EDUCATION = "visit", "education"
KINDS = (VISIT, "interview", "file_opened", "casework", EDUCATION)
IDENTITY = ("date", "household_id", "center_id", "caseworker_id", "kind")
"""What makes two rows the same act; its result may be told anew."""
DONE = ("caseworker_id", "center_id", "month", "planned_visits", "visits", *KINDS[1:], "flagged")
_ANY = pa.DataFrameSchema({}, name="activity")
_LETTERS = 16


@dataclass(frozen=True)
class Known:
    """Whom any version of a record has.

    Attributes
    ----------
    homes : DataFrame
        A row for every place where each household ever lived: ``household_id``, ``lon``, ``lat``, ``area``,
        ``status``.
    centers : DataFrame
        A row for each center, where it was last: ``center_id``, ``lon``, ``lat``.
    """

    homes: pd.DataFrame
    centers: pd.DataFrame

    @classmethod
    def of(cls, book: Casebook) -> Known:
        """Return whom a casebook has."""
        people = rows_ever(book, HOUSEHOLDS, ("household_id", "lon", "lat", "area", "status"))
        homes = people[people["_gone"] == 0].drop(columns=["_key", "_version", "_gone"]).drop_duplicates()
        stood = rows_ever(book, "plan_centers", ("center_id", "lon", "lat"))
        stood = stood[stood["_gone"] == 0].drop_duplicates("center_id", keep="last")
        degrees = {"lon": float, "lat": float}
        return cls(
            homes.reset_index(drop=True).astype(degrees),
            stood[["center_id", "lon", "lat"]].reset_index(drop=True).astype(degrees),
        )


def read_activity(path: Path, known: Known, pseudonyms: Pseudonyms, *, today: date) -> pd.DataFrame:
    """Read what was done.

    Parameters
    ----------
    path : Path
        One row an act: ``date`` (Jalali or ISO), ``household_id`` (may be empty for education alone),
        ``center_id``, ``caseworker_id``, ``kind`` (one of `KINDS`, in English or Persian), ``result``.
    known : Known
        Whom the record has.
    pseudonyms : Pseudonyms
        What stands in place of national codes.
    today : date
        Nothing was done later.

    Returns
    -------
    DataFrame
        ``activity_id``, `IDENTITY`, ``result`` and ``row``.

    Raises
    ------
    SitingError
        With every failing row: ``bad_date``, ``after_today``, ``missing_household``, ``unknown_household``,
        ``unknown_center``, ``unknown_kind``.
    """
    homes, centers = known.homes["household_id"], known.centers["center_id"]
    pseudonyms.remember(homes, "household")
    pseudonyms.remember(centers, "site")
    file = Builder(path, "activity", None, Reading(pseudonyms))
    file.need(*IDENTITY)
    ids = file.identify("household_id")
    days = file.dates("date")
    file.refuse((days == "") & (file.text("date") == ""), "bad_date")
    center, kind = file.id_column("center_id"), file.words("kind", "activity")
    wrong = {
        "after_today": days > today.isoformat(),
        "missing_household": (ids == "") & (kind != EDUCATION),
        "unknown_household": (ids != "") & ~ids.isin(homes),
        "unknown_center": ~center.isin(centers),
        "unknown_kind": ~kind.isin(KINDS),
    }
    for code, bad in wrong.items():
        file.failures += [
            Failure(path.name, int(row), code, who, phrase(f"activity.{code}"))
            for row, who in zip(file.rows[bad], ids[bad], strict=True)
        ]
    table = file.finish(
        {
            "date": days,
            "household_id": ids,
            "center_id": center,
            "caseworker_id": file.id_column("caseworker_id"),
            "kind": kind,
            "result": file.text("result"),
        },
        _ANY,
    )
    acts = table[list(IDENTITY)].itertuples(index=False, name=None)
    return table.assign(activity_id=pd.Series([_id_of(one) for one in acts], dtype="str"))


def _id_of(act: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(act).encode()).hexdigest()[:_LETTERS]


@dataclass(frozen=True)
class Merged:
    """What the record has after a file.

    Attributes
    ----------
    table : DataFrame
        ``activity`` as a casebook keeps it, flags of the new rows empty.
    new : frozenset of str
        Ids of acts that the record did not have.
    repeated : int
        Rows of the file that it had, or that the file has twice.
    corrected : int
        Acts whose result is another now.
    """

    table: pd.DataFrame
    new: frozenset[str]
    repeated: int
    corrected: int


def merged(before: pd.DataFrame, told: pd.DataFrame) -> Merged:
    """Return the record's acts with those of a file, each once; of two results the one told last.

    Parameters
    ----------
    before : DataFrame
        ``activity`` as the casebook has it.
    told : DataFrame
        Of `read_activity`.
    """
    once = told.drop_duplicates("activity_id", keep="last").set_index("activity_id")
    had = before.set_index("activity_id")
    again = once.index.intersection(had.index)
    changed = again[
        (once.loc[again, "result"] != had.loc[again, "result"]) & (once.loc[again, "result"] != "")
    ]
    had.loc[changed, "result"] = once.loc[changed, "result"]
    new = once[~once.index.isin(had.index)].drop(columns="row").assign(flags="")
    table = pd.concat([had, new]).reset_index().reindex(columns=before.columns)
    return Merged(table, frozenset(new.index), len(told) - len(new), len(changed))


def planned_visits(book: Casebook) -> pd.DataFrame:
    """Return every visit that was planned and stood until its day came: the current ones too.

    Returns
    -------
    DataFrame
        ``household_id``, ``center_id``, ``caseworker_id``, ``date``.
    """
    columns = ["household_id", "center_id", "caseworker_id", "date"]
    now = book.work("visits")[columns]
    versions = [one for one in book.log() if one.kind == "visits"]
    if len(versions) < 2:  # noqa: PLR2004 - a plan of visits and the one that took its place
        return now
    rows = rows_ever(book, kept_name("visits"), columns)
    days = {one.version: day_of(one.when_utc).isoformat() for one in book.log()}
    order = rows.sort_values(["_key", "_version"], kind="stable")
    replaced = order["_version"].shift(-1).where(order["_key"] == order["_key"].shift(-1)).map(days)
    past = order[(order["_gone"] == 0) & replaced.notna() & (order["date"] < replaced)]
    return pd.concat([past[columns].astype("str"), now], ignore_index=True).drop_duplicates(ignore_index=True)


def done_by_month(planned: pd.DataFrame, activity: pd.DataFrame) -> pd.DataFrame:
    """Count what was planned and what was done, by caseworker and Jalali month.

    Parameters
    ----------
    planned : DataFrame
        Of `planned_visits`.
    activity : DataFrame
        As the casebook has it.

    Returns
    -------
    DataFrame
        `DONE`: planned visits, acts of each kind and how many are flagged, in the order of ids and months.
    """
    keys = ["caseworker_id", "center_id", "month"]
    plan = planned.assign(month=_months(planned["date"]), what="planned_visits")
    acts = activity.assign(month=_months(activity["date"]), what=activity["kind"].replace(VISIT, "visits"))
    flagged = acts[acts["flags"] != ""].assign(what="flagged")
    every = pd.concat([plan[[*keys, "what"]], acts[[*keys, "what"]], flagged[[*keys, "what"]]])
    if every.empty:
        return pd.DataFrame(columns=list(DONE))
    counted = every.pivot_table(index=keys, columns="what", aggfunc="size", fill_value=0)
    table = counted.reset_index().reindex(columns=list(DONE), fill_value=0)
    return table.sort_values(keys, ignore_index=True).rename_axis(None, axis=1)


def told_of(book: Casebook, household_id: str, lang: Lang) -> tuple[list[dict[str, str]], list[str]]:
    """Return what was done with a household, the oldest first, and a line for a reader on each."""
    acts = book.work("activity")
    own = acts[acts["household_id"] == household_id].sort_values(["date", "kind"], kind="stable")
    rows = [{str(name): str(value) for name, value in row.items()} for row in own.to_dict("records")]
    lines = [
        text(
            "activity.history",
            lang,
            day=jalali_day(date.fromisoformat(row["date"])),
            kind=text(f"activity.kind_{row['kind']}", lang),
            caseworker=row["caseworker_id"],
            center=row["center_id"],
        )
        for row in rows
    ]
    return rows, lines


def _months(days: pd.Series) -> pd.Series:
    told = {day: str(JalaliMonth.of(date.fromisoformat(day))) for day in days.unique()}
    return days.map(told).astype("str")
