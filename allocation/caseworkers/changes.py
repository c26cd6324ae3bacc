"""Whose caseworker is another than before, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

COLUMNS = ("household_id", "center_id", "from_caseworker", "to_caseworker", "reason", "cases")
_READ = ("household_id", "center_id_was", "caseworker_id_was", "center_id_is", "caseworker_id_is")
JOINED, LEFT, OTHER_CENTER, MOVED = "joined", "left", "other_center", "moved"
NO_LONGER, NO_ROOM, NEW_BEAT, EVEN = "no_longer_there", "no_caseworker", "new_beat", "even_shares"


def changes_of(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    stays: Collection[str],
    moved: Collection[str],
) -> pd.DataFrame:
    """Return who changes caseworker and the first reason that is true.

    ``left`` (nobody serves the household any more), ``joined`` (it had none), ``other_center``, ``moved`` (it
    lives elsewhere since), ``no_caseworker`` (nobody has room), ``no_longer_there`` (its caseworker left the
    center), ``new_beat`` (somebody new is given a share), ``even_shares``.

    Parameters
    ----------
    before : DataFrame
        ``household_id``, ``center_id``, ``caseworker_id`` of the beats that were.
    after : DataFrame
        The same of every household that is served, with ``cases``; ``caseworker_id`` is empty for none.
    stays : collection of str
        Caseworkers who work on.
    moved : collection of str
        Households that live elsewhere since.

    Returns
    -------
    DataFrame
        `COLUMNS`, by ``household_id``; ``cases`` is 0 where nobody serves it.
    """
    both = before.merge(after, on="household_id", how="outer", suffixes=("_was", "_is"))
    texts = ["center_id_was", "center_id_is", "caseworker_id_was", "caseworker_id_is"]
    both[texts] = both[texts].astype("str").where(both[texts].notna(), "")
    both["cases"] = both["cases"].fillna(0)
    was, now = both["caseworker_id_was"], both["caseworker_id_is"]
    # Of a network that begins nobody changes.
    both = both[(was != now) & (len(before) > 0)]
    new = set(after["caseworker_id"]) - set(before["caseworker_id"])
    reasons = []
    for home, center_was, from_, center_is, to in both[list(_READ)].itertuples(index=False):
        if not center_is:
            reasons.append(LEFT)
        elif not to:
            reasons.append(NO_ROOM)
        elif not from_:
            reasons.append(JOINED)
        elif center_is != center_was:
            reasons.append(OTHER_CENTER)
        elif from_ not in stays:
            reasons.append(NO_LONGER)
        elif home in moved:
            reasons.append(MOVED)
        else:
            reasons.append(NEW_BEAT if to in new else EVEN)
    table = pd.DataFrame(
        {
            "household_id": both["household_id"],
            "center_id": both["center_id_is"].where(both["center_id_is"] != "", both["center_id_was"]),
            "from_caseworker": both["caseworker_id_was"],
            "to_caseworker": both["caseworker_id_is"],
            "reason": pd.Series(reasons, index=both.index, dtype="str"),
            "cases": both["cases"].astype("int64"),
        }
    )
    return table.sort_values("household_id", ignore_index=True)
