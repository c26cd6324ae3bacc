"""Counts that move in steps: what was decided stays until it is wrong by ``k``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COUNT = "households"


def ratchet(decided: pd.DataFrame, counted: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return what is decided of each group, given what was decided before and what is counted now.

    Parameters
    ----------
    decided, counted : DataFrame
        Counts by group, of which ``households`` is one; a group that is missing has none.
    least : int
        ``k``: a group is decided anew only where its households differ by so many from what was decided, also
        where that was too few to be told.

    Returns
    -------
    DataFrame
        Counts by group, those of no household left out, in the order of the groups.
    """
    every = decided.index.union(counted.index)
    was = decided.reindex(every, fill_value=0)
    now = counted.reindex(every, fill_value=0)
    moved = (now[COUNT] - was[COUNT]).abs() >= least
    kept = was.where(~moved, now)
    return kept[kept[COUNT] > 0].sort_index()


def told(decided: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return what may be told: multiples of ``k``, rounded down; groups of fewer households are left out.

    Parameters
    ----------
    decided : DataFrame
        Of `ratchet`.
    least : int
        ``k``.
    """
    enough = decided[decided[COUNT] >= least]
    return enough // least * least
