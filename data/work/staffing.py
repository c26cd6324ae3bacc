"""Whether the caseworkers of a network that changes are enough for what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from data.plan import Plan


def short_staffed(
    before: Plan, after: Plan, roster: pd.DataFrame, *, cases_per_caseworker: int
) -> list[dict[str, str | int]]:
    """Return the centers that come to have more cases than they have caseworkers for.

    Parameters
    ----------
    before, after : Plan
        In force, and what is proposed.
    roster : DataFrame
        Working table ``caseworkers``; of these only they count whose last day nobody recorded. Of a center
        that is not in it nothing is known.
    cases_per_caseworker : int
        Rule: a caseworker's cases at most.

    Returns
    -------
    list of dict
        ``center_id``, ``cases``, ``needed`` and ``caseworkers`` (that it will need, and has), by
        ``center_id``; not those that had as many cases before.
    """
    staying = roster[roster["until"] == ""].groupby("center_id").size()
    recorded = set(roster["center_id"])
    had = before.centers.set_index("center_id")["cases"].to_dict()
    found: list[dict[str, str | int]] = []
    for center, cases in after.centers.set_index("center_id")["cases"].sort_index().items():
        has, needed = int(staying.get(center, 0)), -(-int(cases) // cases_per_caseworker)
        if center in recorded and needed > has and cases > had.get(center, 0):
            found.append(
                {"center_id": str(center), "cases": int(cases), "needed": needed, "caseworkers": has}
            )
    return found
