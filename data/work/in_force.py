"""Which version of a plan was in force on a day, and since when each household is served."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from data.casebook.content import ASSIGNMENTS
from data.casebook.ever import rows_ever

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.casebook import Casebook, Entry

IRAN = timezone(timedelta(hours=3, minutes=30))
"""The offices' time: no summer time since 1401."""


def day_of(when_utc: str) -> date:
    """Return the day in Iran of a moment that a log names."""
    return in_iran(when_utc).date()


def in_iran(when_utc: str) -> datetime:
    """Return a moment that a log names (ISO, UTC) by the clocks of Iran."""
    moment = datetime.fromisoformat(when_utc)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(IRAN)


def version_on(log: Sequence[Entry], day: date) -> int | None:
    """Return the version in force at the end of a day: the last that was recorded by then.

    Parameters
    ----------
    log : sequence of Entry
        The oldest first.
    day : date
        In Iran.

    Returns
    -------
    int or None
        None where the network was founded later.
    """
    return next((one.version for one in reversed(log) if day_of(one.when_utc) <= day), None)


def served_since(book: Casebook, log: Sequence[Entry], version: int) -> pd.Series:
    """Return the day since when each household has had a center, whichever it was, without a break.

    Parameters
    ----------
    book : Casebook
        The record.
    log : sequence of Entry
        Its log.
    version : int
        As of which.

    Returns
    -------
    Series of date
        By ``household_id``.
    """
    rows = rows_ever(book, ASSIGNMENTS, ("household_id",))
    rows = rows[rows["_version"] <= version].sort_values("_version", kind="stable")
    there = rows[rows["_gone"] == 0]
    gone = rows[rows["_gone"] == 1].groupby("_key")["_version"].max()
    after = there[there["_version"] > there["_key"].map(gone).fillna(0).astype(int)]
    first = after.drop_duplicates("_key").set_index("household_id")["_version"]
    days = {one.version: day_of(one.when_utc) for one in log}
    return first.map(days).sort_index()
