"""Who has another center after a change, who has one and had none, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siting.running.causes import with_causes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from data.change.changes import Changes
    from data.change.succession import Succession
    from data.plan import Plan

TRANSFER_COLUMNS = [
    "household_id", "from_center", "to_center", "reason", "km_before", "km_after", "effective", "because_of",
    "cases",
]  # fmt: skip


def transfers_of(
    succession: Succession, before: Plan, after: Plan, changes: Changes, denied: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who has another center and why, and who has one and had none."""
    problem = succession.problem
    there = after.centers.set_index("center_id")
    people = problem.households[["household_id", "center_id", "cases"]].rename(
        columns={"center_id": "from_center"}
    )
    people["row"] = np.arange(len(people))
    now = after.assignments[["household_id", "center_id", "km"]]
    now = now.rename(columns={"center_id": "to_center", "km": "km_after"})
    both = people.merge(now, on="household_id").sort_values("household_id", kind="stable")
    entered = both[both["from_center"] == ""]
    table = both[(both["from_center"] != "") & (both["from_center"] != both["to_center"])]
    table = table.reset_index(drop=True)
    old_km = before.assignments.set_index("household_id")["km"]
    at = there.reindex(table["to_center"])
    table = table.assign(
        km_before=table["household_id"].map(old_km).to_numpy(dtype=float),
        to_lon=at["lon"].to_numpy(dtype=float),
        to_lat=at["lat"].to_numpy(dtype=float),
        to_district=at["district"].to_numpy(dtype=object),
    )
    named = with_causes(
        problem,
        table,
        entered,
        moved=succession.moved,
        closed=changes.close,
        relocated={center: one.date for center, one in changes.relocate.items()},
        opened=_opened(after, changes),
        limited={center: date for center, (_, date) in changes.max_cases.items()},
        edited=dict.fromkeys(
            {*changes.wanted, *(one for one, pin in changes.pins.items() if pin)} - set(denied),
            changes.effective,
        ),
    )
    joined = entered[["household_id", "to_center", "km_after", "cases"]].rename(
        columns={"to_center": "center_id", "km_after": "km"}
    )
    return named[TRANSFER_COLUMNS], joined.reset_index(drop=True)


def _opened(after: Plan, changes: Changes) -> dict[str, str]:
    """Return the dates of the centers that open, by their ids."""
    new = after.centers[after.centers["site_id"].isin(changes.open)]
    return {center: changes.open[site] for center, site in zip(new["center_id"], new["site_id"], strict=True)}
