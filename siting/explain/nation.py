"""Which province of a nation has the household, the applicant or the center that is asked about."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK, Casebook
from data.casebook.content import HOUSEHOLDS
from data.compare.sides import parted
from data.errors import Failure, SitingError
from data.kinds import is_nation_folder
from data.nation.events import events_of, logs_of, versions_at
from data.nation.folder import PROVINCES
from data.nation.reverting import event_asked
from data.text import phrase
from siting.explain.explaining import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEPT: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "household": ((HOUSEHOLDS, "household_id"),),
        "applicant": (("problem_sites", "applicant_id"), ("plan_centers", "applicant_id")),
        "center": (("plan_centers", "center_id"),),
    }
)
"""The tables, and the column of each, that have an id."""


def place_of(place: Path, *, kind: str, subject: str) -> Path:
    """Return the plan folder, or the version of one, in which an id is to be explained.

    Parameters
    ----------
    place : Path
        A plan folder, a nation's, or either with ``@VERSION``.
    kind, subject
        As `siting.explain.explaining.explain`.

    Returns
    -------
    Path
        ``place`` itself unless it is a nation's; else ``DIR@VERSION`` of the province that has the id.

    Raises
    ------
    SitingError
        ``in_two_provinces``; as `siting.explain.explaining.explain` where no province has it, and where a
        household left: the province where it was last.
    """
    nation, asked = parted(place)
    if not is_nation_folder(nation):
        return place
    events = events_of(logs_of(nation))
    name = nation.resolve().name
    last = len(events) if asked is None else event_asked(events, str(asked), nation=name).version
    versions = versions_at(events, last)
    known = {code: _versions_with(nation, code, kind, subject) for code in versions}
    here = [code for code, version in versions.items() if version in known[code]]
    if len(here) > 1:
        words = phrase("moves.in_two_provinces", one=here[0], other=here[1])
        raise SitingError.of([Failure(name, 0, "in_two_provinces", subject, words)])
    if here:
        return nation / PROVINCES / f"{here[0]}@{versions[here[0]]}"
    if kind == "household":
        before = [
            (one.version, code)
            for one in events[:last]
            for code, own in one.provinces.items()
            if own in known[code]
        ]
        raise _gone(name, subject, max(before)[1]) if before else unknown(kind, subject, ())
    raise unknown(kind, subject, _all(nation, versions, kind))


def _versions_with(nation: Path, code: str, kind: str, subject: str) -> set[int]:
    """Return the versions of a province that have an id."""
    book = Casebook.open(nation / PROVINCES / code / CASEBOOK)
    return {
        version
        for name, column in _KEPT[kind]
        for version, rows in enumerate(book.rows(name, column, subject), start=1)
        if len(rows)
    }


def _all(nation: Path, versions: Mapping[str, int], kind: str) -> set[str]:
    """Return all ids of a kind that a nation has in some versions of its provinces."""
    found: set[str] = set()
    for code, version in versions.items():
        book = Casebook.open(nation / PROVINCES / code / CASEBOOK)
        tables = book.tables({name: (column,) for name, column in _KEPT[kind]}, version)
        found.update(one for name, column in _KEPT[kind] for one in tables[name][column] if one)
    return found


def _gone(nation: str, subject: str, code: str) -> SitingError:
    words = phrase("nation.gone", province=code)
    return SitingError.of([Failure(nation, 0, "unknown_household", subject, words)])
