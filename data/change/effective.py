"""From when a proposal's changes are in force, household by household, for the log of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.change.changes import Changes
    from data.change.proposal import Kept
    from data.plan import Plan

DAYS = "days"
"""Under which an entry of the log keeps them."""


def days_of(kept: Kept, before: Plan) -> dict[str, list[str]]:
    """Return the households that a proposal changes by the day (ISO) from when each change is in force.

    Parameters
    ----------
    kept : Kept
        The proposal. A household's own event says its day, the last of several, or the first where nobody
        served it before; a transfer that of its cause. Who loses a place does so when its center closes or
        may hold fewer, else with the last of the changes.
    before : Plan
        The plan that it was made on.
    """
    changes, tables = kept.changes, kept.tables
    of_centers = _of_centers(changes)
    served = before.assignments
    center = dict(zip(served["household_id"].tolist(), served["center_id"].tolist(), strict=True))
    moves = _of_moves(changes, center)
    latest = max([*of_centers.values(), *moves.values(), changes.effective])
    day = {
        **dict.fromkeys([*tables["joined"]["household_id"], *changes.admitted], changes.effective or latest),
        **{one: of_centers.get(center.get(one, ""), latest) for one in tables["unassigned"]["household_id"]},
        **dict(zip(tables["transfers"]["household_id"], tables["transfers"]["effective"], strict=True)),
        **moves,
    }
    found: dict[str, list[str]] = {}
    for household in sorted(one for one, on in day.items() if on):
        found.setdefault(day[household], []).append(household)
    return dict(sorted(found.items()))


def _of_moves(changes: Changes, served: Mapping[str, str]) -> dict[str, str]:
    """Return the day of each household's own event."""
    rows = changes.moves.sort_values("date", kind="stable")
    events = list(zip(rows["household_id"].astype(str), rows["date"].astype(str), strict=True))
    first, last = dict(reversed(events)), dict(events)
    return {one: day if one in served else first[one] for one, day in last.items()}


def _of_centers(changes: Changes) -> Mapping[str, str]:
    """Return the day from when each center is another, by its id."""
    return {
        **{center: date for center, (_, date) in changes.max_cases.items()},
        **{center: there.date for center, there in changes.relocate.items()},
        **changes.open,
        **changes.close,
    }
