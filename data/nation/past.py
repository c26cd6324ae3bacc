"""What a nation's records tell of one household, one center or one applicant, through its provinces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.casebook import CASEBOOK, Casebook
from data.errors import SitingError
from data.nation.events import events_of
from data.nation.folder import PROVINCES
from data.record.applicants import ApplicantChange, applicant_changes
from data.record.traces import CenterChange, HouseholdChange, center_changes, household_changes
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from data.nation.events import Logs


@dataclass(frozen=True)
class Step:
    """What one version of a nation did to a household, a center or an applicant.

    Attributes
    ----------
    nation_version : int
        Of the nation.
    province : str
        Code of the province whose record tells it.
    other_province : str
        Code of the province that a household that left goes to, or that one that joined comes from, by the
        same version of the nation; empty for none.
    change : HouseholdChange, CenterChange or ApplicantChange
        What that record tells.
    """

    nation_version: int
    province: str
    other_province: str
    change: HouseholdChange | CenterChange | ApplicantChange


def way_of(nation: Path, logs: Logs, subject: str) -> list[Step]:
    """Return the whole way of a household, of a center or of an applicant, the oldest step first.

    Parameters
    ----------
    nation : Path
        Its folder.
    logs : dict of str to list of Entry
        Of its provinces, by code.
    subject : str
        Id of a household, a center or an applicant that any version of any province has.

    Raises
    ------
    SitingError
        If none has it (``unknown_subject``, exit code 3).
    """
    version = {
        (code, own): event.version for event in events_of(logs) for code, own in event.provinces.items()
    }
    for changes_of in (household_changes, center_changes, applicant_changes):
        steps = [
            Step(version[code, one.version], code, "", one)
            for code, log in logs.items()
            for one in changes_of(
                Casebook.open(nation / PROVINCES / code / CASEBOOK),
                subject,
                {entry.version: (entry.kind, entry.when_utc) for entry in log},
            )
        ]
        if steps:
            # Whoever crosses a border leaves before it joins.
            steps.sort(key=lambda one: (one.nation_version, _joins(one), one.province))
            return [replace(one, other_province=_other(one, steps)) for one in steps]
    words = phrase("nation.unknown_subject", path=nation.resolve().name, subject=subject)
    raise SitingError(words, code="unknown_subject")


def _joins(step: Step) -> bool:
    return isinstance(step.change, HouseholdChange) and "joined" in step.change.events


def _leaves(step: Step) -> bool:
    return isinstance(step.change, HouseholdChange) and "left" in step.change.events


def _other(step: Step, steps: list[Step]) -> str:
    """Return where a household comes from or goes to by the same version of the nation."""
    at = [one for one in steps if one.nation_version == step.nation_version]
    if _joins(step):
        return next((one.province for one in at if _leaves(one)), "")
    return next((one.province for one in at if _joins(one)), "") if _leaves(step) else ""
