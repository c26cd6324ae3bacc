"""Which center served each household on each day, and when each center was open, by the days of the record.

A change is in force from the day that it was asked for: a family's move, a center's closing. What names no
day, as a version brought back, is from the day it was recorded; the first version is from the beginning.
Where an earlier version's change is from a later day than that of the version after it, the later version is
right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.casebook.content import ASSIGNMENTS, HOUSEHOLDS
from data.casebook.ever import rows_ever
from data.change.effective import DAYS
from data.work.in_force import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from data.casebook import Casebook, Entry
    from data.work.months import JalaliMonth

BEGINNING = 0
"""Before any day."""
_BEYOND = 10_000_000
"""After any day: more than the ordinal of any."""
_ABOUT = ("name", "province", "county")


@dataclass(frozen=True)
class Whereabouts:
    """Where households and centers were.

    Attributes
    ----------
    homes : DataFrame
        By household and day: ``household_id``, ``since`` (ordinal of the first day), ``center_id`` (empty for
        nobody's) and ``cases`` until the next row of the same household.
    centers : DataFrame
        By center and day: ``center_id``, ``since``, ``open``.
    about : DataFrame
        By ``center_id``: ``name``, ``province``, ``county`` as they were last.
    status : Series of str
        By ``household_id``, as it was last.
    """

    homes: pd.DataFrame
    centers: pd.DataFrame
    about: pd.DataFrame
    status: pd.Series

    @property
    def province(self) -> dict[str, str]:
        """Province by center."""
        return {str(one): str(name) for one, name in self.about["province"].items()}

    def homes_in(self, month: JalaliMonth) -> pd.DataFrame:
        """Return the spans of a month in which a household had one center.

        Returns
        -------
        DataFrame
            ``household_id``, ``center_id``, ``cases``, ``begin`` and ``end``: the first day, from 0, and the
            day after the last.
        """
        spans = _spans(self.homes, "household_id", month)
        return spans[spans["center_id"] != ""].drop(columns="since").reset_index(drop=True)

    def centers_in(self, month: JalaliMonth) -> pd.DataFrame:
        """Return the spans of a month in which a center was open: ``center_id``, ``begin``, ``end``."""
        spans = _spans(self.centers, "center_id", month)
        return spans[spans["open"]][["center_id", "begin", "end"]].reset_index(drop=True)

    def center_on(self, households: Sequence[str], days: Sequence[date]) -> NDArray[np.object_]:
        """Return whose each household was on a day, shape (n,); empty for nobody's."""
        return _state_on(self.homes, ("household_id", "center_id"), households, days, "")

    def open_on(self, centers: Sequence[str], days: Sequence[date]) -> NDArray[np.bool_]:
        """Return whether each center was open on a day, shape (n,)."""
        return _state_on(self.centers, ("center_id", "open"), centers, days, default=False).astype(bool)


def whereabouts_of(book: Casebook) -> Whereabouts:
    """Return where every household and center of a casebook was.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    log = {one.version: one for one in book.log()}
    served = rows_ever(book, ASSIGNMENTS, ("household_id", "center_id", "cases"))
    served = served.assign(
        center_id=served["center_id"].fillna("").astype(str),
        cases=served["cases"].fillna(0).astype("int64"),
    )
    by_household = {version: _household_days(one) for version, one in log.items() if version > 1}
    homes = _steps(served, ("center_id", "cases"), lambda row: by_household[row["_version"]](row["_key"]))
    stood = rows_ever(book, "plan_centers", ("center_id", "site_id", *_ABOUT))
    stood = stood.assign(open=stood["_gone"] == 0)
    by_center = {version: _center_days(one) for version, one in log.items() if version > 1}
    centers = _steps(stood, ("open",), lambda row: by_center[row["_version"]](row["_key"], row["site_id"]))
    last = stood[stood["open"]].drop_duplicates("_key", keep="last").set_index("center_id")
    people = rows_ever(book, HOUSEHOLDS, ("household_id", "status"))
    people = people[people["_gone"] == 0].drop_duplicates("_key", keep="last").set_index("household_id")
    return Whereabouts(
        homes.rename(columns={"_key": "household_id"}),
        centers.rename(columns={"_key": "center_id"}),
        last.reindex(columns=list(_ABOUT)).fillna("").astype(str).sort_index(),
        people.reindex(columns=["status"])["status"].fillna("").astype(str).sort_index(),
    )


def together(parts: Sequence[Whereabouts]) -> Whereabouts:
    """Return the whereabouts of provinces as one; who goes to another is nobody's in the one that it left.

    Parameters
    ----------
    parts : sequence of Whereabouts
        Of provinces that have no center in common.
    """
    homes = pd.concat([one.homes for one in parts], ignore_index=True)
    homes = homes.assign(nobody=homes["center_id"] == "")
    order = ["household_id", "since", "nobody"]
    # On the day that a family arrives in one province it leaves another: it is there.
    homes = homes.sort_values(order, kind="stable").drop_duplicates(["household_id", "since"])
    return Whereabouts(
        homes.drop(columns="nobody").reset_index(drop=True),
        pd.concat([one.centers for one in parts], ignore_index=True).sort_values(
            ["center_id", "since"], kind="stable", ignore_index=True
        ),
        pd.concat([one.about for one in parts]).sort_index(),
        _last_of([one.status for one in parts]),
    )


def _last_of(statuses: Sequence[pd.Series]) -> pd.Series:
    every: pd.Series = pd.concat(statuses)
    return every.loc[~every.index.duplicated(keep="last")].sort_index()


def _household_days(entry: Entry) -> Callable[[str], int]:
    days: Mapping[str, list[str]] = entry.payload.get(DAYS, {})
    told = {one: date.fromisoformat(day).toordinal() for day, ids in days.items() for one in ids}
    usual = day_of(entry.when_utc).toordinal()
    return lambda household: told.get(household, usual)


def _center_days(entry: Entry) -> Callable[[str, object], int]:
    changes: Mapping[str, Mapping[str, str]] = entry.payload.get("changes", {})
    closed, opened = changes.get("close", {}), changes.get("open", {})
    usual = day_of(entry.when_utc).toordinal()

    def day(center: str, site: object) -> int:
        told = closed.get(center) or opened.get(str(site))
        return date.fromisoformat(told).toordinal() if told else usual

    return day


def _steps(rows: pd.DataFrame, state: tuple[str, ...], day: Callable[[Any], int]) -> pd.DataFrame:
    """Return ``_key``, ``since`` and a state from each day on, by rows of `rows_ever`."""
    rows = _changing(rows.sort_values(["_key", "_version"], kind="stable"), state)
    later = (rows["_version"] > 1).to_numpy(bool)
    since = np.full(len(rows), BEGINNING, np.int64)
    since[later] = [day(row) for row in rows[later].to_dict("records")]
    rows = rows.assign(since=since)
    # Of one key the days must rise with the versions; a later version from an earlier day overrules.
    falls = rows["_key"].eq(rows["_key"].shift()) & (rows["since"] <= rows["since"].shift(fill_value=0))
    mixed = rows["_key"].isin(rows.loc[falls, "_key"])
    kept = np.ones(len(rows), bool)
    for _, days in rows[mixed].groupby("_key", sort=False)["since"]:
        earliest = _BEYOND
        for place, day_of_it in reversed(list(days.items())):
            kept[place] = day_of_it < earliest
            earliest = min(earliest, day_of_it)
    steps = _changing(rows.loc[kept, ["_key", "since", *state]], state)
    steps["_key"] = steps["_key"].astype(str)
    return steps


def _changing(rows: pd.DataFrame, state: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows that say something else than the row before them of the same key."""
    same = rows["_key"].eq(rows["_key"].shift())
    for name in state:
        same &= rows[name].eq(rows[name].shift())
    return rows[~same].reset_index(drop=True)


def _spans(steps: pd.DataFrame, key: str, month: JalaliMonth) -> pd.DataFrame:
    first = month.first.toordinal()
    same = steps[key].eq(steps[key].shift(-1)).to_numpy()
    following = steps["since"].shift(-1).fillna(_BEYOND).to_numpy(np.int64)
    end = np.where(same, following, _BEYOND)
    spans = steps.assign(
        begin=np.clip(steps["since"].to_numpy(np.int64) - first, 0, month.days),
        end=np.clip(end - first, 0, month.days),
    )
    return spans[spans["begin"] < spans["end"]]


def _state_on(
    steps: pd.DataFrame, columns: tuple[str, str], ids: Sequence[str], days: Sequence[date], default: object
) -> NDArray[Any]:
    key, state = columns
    keys = pd.Index(steps[key].unique())
    code = pd.Series(np.arange(len(keys), dtype=np.int64), index=keys)
    # The steps of a key stand together, by their days: so their numbers rise.
    begins = steps[key].map(code).to_numpy(np.int64) * _BEYOND + steps["since"].to_numpy(np.int64)
    asked = keys.get_indexer(pd.Index(list(ids)))
    on = np.array([one.toordinal() for one in days], np.int64)
    place = np.searchsorted(begins, asked * _BEYOND + on, side="right") - 1
    found = np.full(len(asked), default, dtype=object)
    there = (asked >= 0) & (place >= 0)
    there[there] &= begins[place[there]] // _BEYOND == asked[there]
    found[there] = steps[state].to_numpy(object)[place[there]]
    return found
