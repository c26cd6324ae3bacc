"""Where a planner wants families to go this once: whoever stays with them goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.problem import UNGROUPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def spread_wishes(households: pd.DataFrame, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the wish of each household that has one, or is in a group and a center with one that has.

    Of several wishes for those who go together the first counts.

    Parameters
    ----------
    households : DataFrame
        Of a problem; ``center_id`` is today's.
    wanted : mapping of str to str
        Center by household.
    """
    table = households.loc[households["group"] != UNGROUPED, ["household_id", "group", "center_id"]]
    wish = table["household_id"].map(wanted)
    first = wish.groupby([table["group"], table["center_id"]]).transform("first")
    return dict(zip(table["household_id"][first.notna()], first.dropna(), strict=True))
