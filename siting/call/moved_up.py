"""Reserves that took the place of a center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.plan import MOVED_UP

if TYPE_CHECKING:
    import pandas as pd

    from data.plan import Plan


def moved_up(centers: pd.DataFrame, before: Plan) -> dict[str, str]:
    """Return the centers that are open because they were the reserve of one that is gone, with its id.

    Parameters
    ----------
    centers : DataFrame
        Of the plan that follows.
    before : Plan
        The plan before it, with its reserves.
    """
    stands = set(centers["center_id"])
    found = {new: old for new, old in before.provenance.get(MOVED_UP, {}).items() if new in stands}
    opened = centers[centers["status"] == "new"]
    center = dict(zip(opened["site_id"], opened["center_id"], strict=True))
    gone = before.reserves[~before.reserves["center_id"].isin(stands)]
    for old, site in zip(gone["center_id"], gone["site_id"], strict=True):
        if site in center:
            found.setdefault(center[site], str(old))
    return dict(sorted(found.items()))
