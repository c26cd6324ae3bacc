"""The working tables of a casebook: caseworkers, their beats and visits, what was done, and who gives what.

They stand beside the problem and the plan and change without them: a version that a working table came with
has the plan of the version before.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "work_"
"""How the names of working tables begin in a casebook."""


@dataclass(frozen=True)
class WorkTable:
    """One working table.

    Attributes
    ----------
    key : tuple of str
        Columns whose values name a row from version to version.
    texts : tuple of str
        Columns of text, empty for none; days are ISO dates (``2021-06-22``).
    numbers : tuple of str
        Columns of whole numbers, which come after them.
    """

    key: tuple[str, ...]
    texts: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return (*self.texts, *self.numbers)


TABLES: Mapping[str, WorkTable] = MappingProxyType(
    {
        "caseworkers": WorkTable(("caseworker_id",), ("caseworker_id", "center_id", "since", "until")),
        "beats": WorkTable(("household_id",), ("household_id", "center_id", "caseworker_id")),
        "visits": WorkTable(
            ("household_id",),
            ("household_id", "stop_id", "center_id", "caseworker_id", "date"),
            ("turn",),
        ),
        "activity": WorkTable(
            ("activity_id",),
            (
                "activity_id",
                "date",
                "household_id",
                "center_id",
                "caseworker_id",
                "kind",
                "result",
                "flags",
            ),
        ),
        "offers": WorkTable(
            ("center_id", "service_id"), ("center_id", "service_id", "borrowed"), ("capacity",)
        ),
    }
)
"""By name. ``visits``: the coming visit of each home, ``turn`` its place among the stops of that day, from 1.
``offers``: ``capacity`` in cases a half-year, `NO_LIMIT` for none, ``borrowed`` the center it is lent by."""
NO_LIMIT = 1_000_000_000
"""A capacity that nothing reaches."""


def kept_name(name: str) -> str:
    """Return the name of a working table in a casebook."""
    return PREFIX + name


def none_of(name: str) -> pd.DataFrame:
    """Return a working table without rows."""
    return as_kept(name, pd.DataFrame(columns=list(TABLES[name].columns)))


def as_kept(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a working table as a casebook keeps it: its columns, their types, its rows by their keys.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    table : DataFrame
        At least its columns, none missing a value, no key twice.

    Raises
    ------
    ValueError
        If it has not: a bug of whoever made it.
    """
    one = TABLES[name]
    kept = table.reset_index(drop=True)[list(one.columns)]
    if kept.isna().any(axis=None) or kept.duplicated(list(one.key)).any():
        raise ValueError(f"{name}: a missing value, or a key twice")
    kept = kept.astype({**dict.fromkeys(one.texts, "str"), **dict.fromkeys(one.numbers, "int64")})
    return kept.sort_values(list(one.key), kind="stable", ignore_index=True)
