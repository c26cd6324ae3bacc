"""Where each household was and which center served it, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from data.casebook.content import ASSIGNMENTS, HOUSEHOLDS
from data.casebook.ever import rows_ever, values_changed

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.casebook import Casebook
    from data.plan import Plan
    from data.problem import Problem

ID = "household_id"
LIVES = ("lon", "lat", "place")
SERVED = ("center_id", "km", "cases", "province", "county", "district", "area")
NUMBERS = ("lon", "lat", "km", "cases")


def snapshot(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return what is known of each household in one version.

    Returns
    -------
    DataFrame
        By ``household_id``, in order: ``lon``, ``lat``, ``place``, and of its assignment ``center_id``,
        ``km``, ``cases``, ``province``, ``county``, ``district``, ``area``. Texts are empty, and numbers NaN,
        where there is none.
    """
    return _together(pd.DataFrame(problem.households), plan.assignments)


def ever_changed(book: Casebook, version: int) -> set[str]:
    """Return the ids of the households that are not the same in all versions of a casebook up to one.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    return values_changed(book, HOUSEHOLDS, ID, version) | values_changed(book, ASSIGNMENTS, ID, version)


def snapshots(book: Casebook, version: int, only: Collection[str]) -> list[pd.DataFrame]:
    """Return `snapshot` of some households in each version of a casebook up to one, the first first.

    Parameters
    ----------
    book : Casebook
        The record.
    version : int
        The last.
    only : collection of str
        Ids of the households wanted.

    Raises
    ------
    SitingError
        If the casebook cannot be read.
    """
    lives = states(rows_ever(book, HOUSEHOLDS, (ID, *LIVES), of=(ID, only)), version)
    served = states(rows_ever(book, ASSIGNMENTS, (ID, *SERVED), of=(ID, only)), version)
    return [_together(*both) for both in zip(lives, served, strict=True)]


def changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Return how many households are not as they were: came, left, or have another value of any kind."""
    return len(differing(before, after))


def differing(before: pd.DataFrame, after: pd.DataFrame) -> pd.Index:
    """Return the ids of the households that `changed` counts."""
    every = before.index.union(after.index)
    was, now = before.reindex(every), after.reindex(every)
    same = (was == now) | (was.isna() & now.isna())
    return every[~same.all(axis=1).to_numpy()]


def states(rows: pd.DataFrame, version: int) -> list[pd.DataFrame]:
    """Return a table as it was in each version up to one, by its keys, from all its rows (`rows_ever`)."""
    found: list[pd.DataFrame] = []
    state = rows.iloc[:0].set_index("_key")
    by_version = dict(list(rows.groupby("_version")))
    for one in range(1, version + 1):
        new = by_version.get(one)
        if new is not None:
            new = new.set_index("_key")
            stays = state[~state.index.isin(new.index)]
            state = pd.concat([stays, new[new["_gone"] == 0]]) if len(stays) else new[new["_gone"] == 0]
        found.append(state)
    return found


def _together(lives: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    homes = lives.set_index(ID).reindex(columns=list(LIVES))
    both = homes.join(served.set_index(ID).reindex(columns=list(SERVED)), how="left").sort_index()
    texts = [name for name in (*LIVES, *SERVED) if name not in NUMBERS]
    both[texts] = both[texts].astype(object).where(both[texts].notna(), "")
    both.index = both.index.astype(object)
    return both.astype(dict.fromkeys(NUMBERS, float))
