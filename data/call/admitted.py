"""The applicants of a sealed call as a plan reads them: whom its rules refuse does not compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.call.reading import KEY, read_applications
from data.call.vetting import ACCEPTED, vet
from data.errors import SHOWN_FAILURES, Failure, SitingError
from data.readers.tables import accepted_together
from data.schemas import APPLICANTS, applications, problems
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.call.rules import CallRules
    from data.readers.reading import Reading


def read_admitted(
    path: Path, rules: CallRules, *, sites_per_applicant: int, columns: Path | None, reading: Reading
) -> tuple[pd.DataFrame, frozenset[str]]:
    """Read applicants and decide on each by the rules of a call, as ``siting vet`` does.

    A file that was vetted by the same rules stays as it is. Where the decision becomes another than the file
    says, the reading notes it with row and reason.

    Parameters
    ----------
    path, columns, reading
        As `data.readers.tables.read_applicants`.
    rules : CallRules
        Of the call.
    sites_per_applicant : int
        Sites that an applicant may propose.

    Returns
    -------
    table : DataFrame
        Columns of `data.schemas.APPLICANTS`.
    fingerprints : frozenset of str
        Of the keys that made the file's pseudonyms.

    Raises
    ------
    SitingError
        With every failing row.
    """
    told = read_applications(path, rules, columns=columns, reading=reading)
    decided = vet(told, rules, sites_per_applicant=sites_per_applicant)
    found = problems(
        accepted_together(decided),
        applications(sites_per_applicant),
        file=path.name,
        rows=decided["row"],
        ids=decided["applicant_id"],
        most=sites_per_applicant,
    )
    if found:
        raise SitingError.of(found)
    before = told["decision"].mask(told["decision"] == "", ACCEPTED)
    reading.note(*_notes(path.name, decided[decided["decision"] != before], decided))
    reason = decided["reason"].where(decided["reason"] != "", decided["decision_reason"])
    return decided.assign(decision_reason=reason)[list(APPLICANTS.columns)], frozenset(told[KEY])


def _notes(file: str, changed: pd.DataFrame, decided: pd.DataFrame) -> list[Failure]:
    counts = {name: int((decided["decision"] == name).sum()) for name in ("refused", "pending")}
    if changed.empty:
        words = phrase("call.admitted_as_told", sites=len(decided), **counts)
        return [Failure(file, 0, "vetted", "", words)] if any(counts.values()) else []
    words = phrase("call.admitted", sites=len(decided), changed=len(changed), shown=SHOWN_FAILURES, **counts)
    first = changed.head(SHOWN_FAILURES)[["row", "site_id", "reason"]]
    return [
        Failure(file, 0, "vetted", "", words),
        *(
            Failure(file, int(row), reason, site, phrase(f"call.vet_{reason}"))
            for row, site, reason in first.itertuples(index=False)
            if reason
        ),
    ]
