"""One household, or one center, through the versions of a casebook."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from data.casebook.content import ASSIGNMENTS, HOUSEHOLDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.casebook import Casebook

    When = Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class HouseholdChange:
    """What a version changed for one household.

    Attributes
    ----------
    version : int
        The version.
    kind, when : str
        What was done, and when (ISO 8601).
    events : tuple of str
        Of ``joined``, ``left``, ``moved``, ``center``, ``reason`` and ``distance`` (its center moved).
    from_center, to_center : str
        Who served it before and serves it since; empty for nobody.
    km_before, km : float or None
        How far that is, kilometres.
    reason : str
        Why nobody serves it since; empty where somebody does.
    """

    version: int
    kind: str
    when: str
    events: tuple[str, ...]
    from_center: str
    to_center: str
    km_before: float | None
    km: float | None
    reason: str


@dataclass(frozen=True)
class CenterChange:
    """What one center was in a version.

    Attributes
    ----------
    version : int
        The version.
    kind, when : str
        What was done, and when (ISO 8601).
    event : str
        ``opened``, ``closed`` or ``relocated``; empty where it stayed as it was.
    status : str
        ``new`` or ``existing``; empty where it is closed.
    cases, households : int
        Whom it serves.
    """

    version: int
    kind: str
    when: str
    event: str
    status: str
    cases: int
    households: int


class _State(NamedTuple):
    """A household in one version."""

    here: bool
    point: tuple[float, float] | None = None
    center: str = ""
    km: float | None = None
    reason: str = ""


def household_changes(book: Casebook, household_id: str, when: When) -> list[HouseholdChange]:
    """Return every version that changed something for a household; nothing for one that never was.

    Parameters
    ----------
    book : Casebook
        The record.
    household_id : str
        Its id.
    when : mapping of int to (str, str)
        Kind and time of each version.
    """
    people, served, left = (
        book.rows(name, "household_id", household_id) for name in (HOUSEHOLDS, ASSIGNMENTS, "plan_unassigned")
    )
    states = [_state(*tables) for tables in zip(people, served, left, strict=True)]
    found = []
    for version, (before, now) in enumerate(pairwise([_at_first(people[0]), *states]), start=1):
        if events := _events(before, now):
            kind, at = when[version]
            ends = (before.center, now.center, before.km, now.km)
            found.append(HouseholdChange(version, kind, at, events, *ends, now.reason))
    return found


def center_changes(book: Casebook, center_id: str, when: When) -> list[CenterChange]:
    """Return a center in every version that has it or closes it; nothing for one that never was.

    Parameters
    ----------
    book : Casebook
        The record.
    center_id : str
        Its id.
    when : mapping of int to (str, str)
        Kind and time of each version.
    """
    tables = book.rows("plan_centers", "center_id", center_id)
    found = []
    place: tuple[float, float] | None = None
    for version, table in enumerate(tables, start=1):
        kind, at = when[version]
        if table.empty:
            if place is not None:
                found.append(CenterChange(version, kind, at, "closed", "", 0, 0))
            place = None
            continue
        row = table.iloc[0]
        before, place = place, (float(row["lon"]), float(row["lat"]))
        event = "opened" if before is None else "relocated" if before != place else ""
        served = int(row["cases"]), int(row["households"])
        found.append(CenterChange(version, kind, at, event, str(row["status"]), *served))
    return found


def _state(people: pd.DataFrame, served: pd.DataFrame, left: pd.DataFrame) -> _State:
    if people.empty:
        return _State(here=False)
    row = people.iloc[0]
    point = None if pd.isna(row["lon"]) or pd.isna(row["lat"]) else (float(row["lon"]), float(row["lat"]))
    if not served.empty:
        center, km = served[["center_id", "km"]].iloc[0]
        return _State(here=True, point=point, center=str(center), km=float(km))
    return _State(here=True, point=point, reason="" if left.empty else str(left["reason"].iloc[0]))


def _at_first(people: pd.DataFrame) -> _State:
    """Return a household before the first version, of which the input may tell its center."""
    told = people["center_id"].iloc[0] if len(people) and "center_id" in people else ""
    return _State(here=False, center="" if pd.isna(told) else str(told))


def _events(before: _State, now: _State) -> tuple[str, ...]:
    if before.here != now.here:
        return ("joined",) if now.here else ("left",)
    if before == now or not now.here:
        return ()
    changed = {
        "moved": before.point != now.point,
        "center": before.center != now.center,
        "reason": before.reason != now.reason,
    }
    events = tuple(name for name, is_so in changed.items() if is_so)
    return events or ("distance",)
