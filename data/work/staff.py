"""The caseworkers of every center through time: read from a staff list, resigned, or as the caseload asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa

from data.errors import Failure, SitingError
from data.readers.builder import Builder
from data.readers.reading import Reading
from data.text import phrase
from data.work.tables import as_kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from data.pseudonyms import Pseudonyms

RESIGN = "--resign"
_ANY = pa.DataFrameSchema({}, name="staff")


@dataclass(frozen=True)
class Roster:
    """Who works where, and since when.

    Attributes
    ----------
    table : DataFrame
        ``caseworkers`` as a casebook keeps it (`data.work.tables.TABLES`): everybody who ever was one,
        ``since`` and ``until`` their first and last day, empty where that is open.
    by_staff : bool
        Whether a staff list told it, of all centers.
    fixed : frozenset of str
        Centers where somebody resigned. Where neither is so, a center has as few caseworkers as its caseload
        allows, and they follow it.
    """

    table: pd.DataFrame
    by_staff: bool = False
    fixed: frozenset[str] = frozenset()

    def follows(self, center: str) -> bool:
        """Whether a center's caseworkers follow its caseload."""
        return not self.by_staff and center not in self.fixed

    def on(self, day: date) -> pd.DataFrame:
        """Return the rows of those who work on a day."""
        return self.table[on_roster(self.table, day.isoformat())]

    def told(self, staff: pd.DataFrame, day: date) -> Roster:
        """Return the roster with a staff list in force from a day on: whoever it does not have leaves.

        Parameters
        ----------
        staff : DataFrame
            Of `read_staff`.
        day : date
            The first day on which it holds.
        """
        rest = self.table[~self.table["caseworker_id"].isin(staff["caseworker_id"])]
        return Roster(_together(_ended(rest, rest["caseworker_id"], day), staff), by_staff=True)

    def without(self, resigned: Sequence[str], day: date) -> Roster:
        """Return the roster after some resigned; nobody follows them by the caseload of their centers.

        Parameters
        ----------
        resigned : sequence of str
            Ids.
        day : date
            The first day without them.

        Raises
        ------
        SitingError
            ``unknown_caseworker`` and ``not_on_roster``, exit code 3.
        """
        works = set(self.on(day)["caseworker_id"])
        known = set(self.table["caseworker_id"])
        failures = [
            Failure(RESIGN, 0, code, one, phrase(f"caseworkers.{code}", day=day.isoformat()))
            for one in resigned
            if (code := "" if one in works else "not_on_roster" if one in known else "unknown_caseworker")
        ]
        if failures:
            raise SitingError.of(failures)
        of_them = self.table.loc[self.table["caseworker_id"].isin(resigned), "center_id"]
        return replace(self, table=_ended(self.table, resigned, day), fixed=self.fixed | set(of_them))

    def following(
        self,
        needed: Mapping[str, int],
        held: Mapping[str, int],
        day: date,
        *,
        first: bool,
    ) -> Roster:
        """Return the roster with as many caseworkers as the caseload needs where it is to follow that.

        Parameters
        ----------
        needed : mapping of str to int
            Caseworkers of every center of the network.
        held : mapping of str to int
            Cases of every caseworker today; of too many, those with the fewest leave.
        day : date
            The first day on which it holds.
        first : bool
            Whether nobody was on the roster before: who comes then was there since the beginning.
        """
        rows, leaving = [], list[str]()
        works = self.on(day)
        for center in sorted(filter(self.follows, needed)):
            own = works.loc[works["center_id"] == center, "caseworker_id"].tolist()
            by_load = sorted(own, key=lambda one: (held.get(one, 0), -_number(one)))
            leaving += by_load[: max(len(own) - needed[center], 0)]
            free = self._free_names(center)
            since = "" if first else day.isoformat()
            rows += [(next(free), center, since, "") for _ in range(needed[center] - len(own))]
        closed = works.loc[~works["center_id"].isin(needed), "caseworker_id"].tolist()
        new = pd.DataFrame(rows, columns=["caseworker_id", "center_id", "since", "until"], dtype="str")
        return replace(self, table=_together(_ended(self.table, [*leaving, *closed], day), new))

    def _free_names(self, center: str) -> Iterator[str]:
        """Yield names of new caseworkers: numbers after every one that was ever given."""
        given = self.table.loc[self.table["center_id"] == center, "caseworker_id"]
        number = max([_number(one) for one in given], default=0)
        taken = set(self.table["caseworker_id"])
        while True:
            number += 1
            if (name := f"{center}-{number}") not in taken:
                yield name


def on_roster(table: pd.DataFrame, day: str) -> pd.Series[bool]:
    """Mark the rows of a roster that hold on a day.

    Parameters
    ----------
    table : DataFrame
        With ``since`` and ``until``, ISO days, empty where open.
    day : str
        ISO.
    """
    return (table["since"] <= day) & ((table["until"] == "") | (day <= table["until"]))


def read_staff(path: Path, centers: Collection[str], pseudonyms: Pseudonyms) -> pd.DataFrame:
    """Read who works where.

    Parameters
    ----------
    path : Path
        One row a caseworker: ``caseworker_id``, ``center_id``, ``since`` and ``until`` (first and last day,
        Jalali or ISO, either may be empty).
    centers : collection of str
        Ids of the network's centers.
    pseudonyms : Pseudonyms
        What stands in place of national codes.

    Raises
    ------
    SitingError
        With every failing row: ``missing_id``, ``duplicate_id``, ``unknown_center``, ``bad_date``,
        ``ends_before``.
    """
    pseudonyms.remember(pd.Series(sorted(centers), dtype="str"), "site")
    file = Builder(path, "staff", None, Reading(pseudonyms))
    file.need("caseworker_id", "center_id")
    ids = file.identify("caseworker_id")
    center = file.id_column("center_id")
    since, until = file.dates("since"), file.dates("until")
    file.refuse(ids == "", "missing_id")
    file.refuse((ids != "") & ids.duplicated(), "duplicate_id")
    wrong = {
        "unknown_center": ~center.isin(centers),
        "ends_before": (since != "") & (until != "") & (until < since),
    }
    for code, bad in wrong.items():
        file.failures += [
            Failure(path.name, int(row), code, who, phrase(f"caseworkers.{code}"))
            for row, who in zip(file.rows[bad], ids[bad], strict=True)
        ]
    columns = {"caseworker_id": ids, "center_id": center, "since": since, "until": until}
    table = file.finish(columns, _ANY)
    if table.empty:
        raise SitingError(phrase("caseworkers.empty_staff", path=path.name), code="empty_staff")
    return as_kept("caseworkers", table)


def _ended(table: pd.DataFrame, who: Collection[str], day: date) -> pd.DataFrame:
    """Return a roster in which some have their last day before another, unless they had it earlier."""
    last = (day - timedelta(days=1)).isoformat()
    ends = table["caseworker_id"].isin(who) & ((table["until"] == "") | (table["until"] > last))
    return table.assign(until=table["until"].mask(ends, last))


def _together(*tables: pd.DataFrame) -> pd.DataFrame:
    return as_kept("caseworkers", pd.concat(tables, ignore_index=True))


def _number(name: str) -> int:
    """Return the number that a named caseworker's id ends in, 0 where it ends in none."""
    last = name.rpartition("-")[2]
    return int(last) if last.isdecimal() else 0
