"""What became of one applicant through the versions of a casebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from data.call.outcomes import CHOSEN, INELIGIBLE, NOT_CHOSEN, RESERVE, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.casebook import Casebook

    When = Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class ApplicantChange:
    """What a version changed for one applicant.

    Attributes
    ----------
    version : int
        The version.
    kind, when : str
        What was done, and when (ISO 8601).
    outcome : str
        ``chosen``, ``reserve``, ``not_chosen``, ``ineligible`` or ``withdrawn`` since.
    center_id, site_id : str
        The center that it runs since or is the reserve of, and its site; empty for none.
    """

    version: int
    kind: str
    when: str
    outcome: str
    center_id: str
    site_id: str


_TABLES = ("problem_sites", "plan_centers", "plan_reserves")


class _State(NamedTuple):
    """An applicant in one version."""

    outcome: str = ""
    center: str = ""
    site: str = ""


def applicant_changes(book: Casebook, applicant_id: str, when: When) -> list[ApplicantChange]:
    """Return every version that changed something for an applicant; nothing for one that never applied.

    Parameters
    ----------
    book : Casebook
        The record.
    applicant_id : str
        Its id.
    when : mapping of int to (str, str)
        Kind and time of each version.
    """
    found, before = [], _State()
    for version in range(1, book.version + 1):
        told = book.tables(dict.fromkeys(_TABLES), version)
        now = _state(*(_own(told.get(name), applicant_id) for name in _TABLES))
        if now not in (before, _State()):
            found.append(ApplicantChange(version, *when[version], *now))
        before = now
    return found


def _own(table: pd.DataFrame | None, applicant_id: str) -> pd.DataFrame:
    """Return the rows of an applicant; none where a casebook does not tell of applicants."""
    if table is None or "applicant_id" not in table:
        return pd.DataFrame()
    return table[table["applicant_id"] == applicant_id]


def _state(sites: pd.DataFrame, centers: pd.DataFrame, reserves: pd.DataFrame) -> _State:
    if not centers.empty:
        return _State(CHOSEN, *_first(centers))
    if sites.empty:
        return _State()
    if (sites["ineligible"] == WITHDRAWN).any():
        return _State(WITHDRAWN)
    if (sites["ineligible"] != "").all():
        return _State(INELIGIBLE)
    if not reserves.empty:
        return _State(RESERVE, *_first(reserves.sort_values(["extra_km", "center_id"], kind="stable")))
    return _State(NOT_CHOSEN)


def _first(table: pd.DataFrame) -> tuple[str, str]:
    return str(table["center_id"].iloc[0]), str(table["site_id"].iloc[0])
