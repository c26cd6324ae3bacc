"""What a check found wrong, and the error that carries all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.errors import Exit, Failure, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Column = Sequence[object] | NDArray[Any]

ASSIGNMENTS = "assignments.csv"
CENTERS = "centers.csv"
EXCEPTIONS = "exceptions.csv"
HOUSEHOLDS = "households"
SUMMARY = "summary.json"
UNASSIGNED = "unassigned.csv"
UNITS = "units"
VACANCIES = "vacancies.csv"
WHOLE_TABLE = -1
"""In place of a row: what is wrong is missing from a table or is a figure of it. No position is negative."""


class VerificationError(SitingError):
    """The plan is not what it says; ``failures`` names every row that is wrong."""

    @classmethod
    def of(cls, failures: Sequence[Failure]) -> VerificationError:
        """Gather everything found wrong into one error, in table and row order."""
        ordered = tuple(sorted(failures))
        return cls(
            phrase("verify.wrong", count=len(ordered)),
            code=ordered[0].code if len(ordered) == 1 else "verification_failed",
            exit_code=Exit.VERIFICATION_FAILED,
            failures=ordered,
        )


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, before it is put into words.

    Attributes
    ----------
    file : str
        The table as it is written in the plan folder.
    row : int
        Position in the plan's table from 0, in the problem's for `HOUSEHOLDS`, or
        `WHOLE_TABLE`.
    code : str
        What is wrong; its words are ``verify.<code>`` in the catalogue.
    id : str
        Id of the household, center, site, vacancy or unit.
    values : mapping of str to object
        Fields of the words.
    """

    file: str
    row: int
    code: str
    id: str
    values: Mapping[str, object]

    def failure(self, file: str, row: int) -> Failure:
        """Put the finding into words, at the file and row where its reader finds it."""
        return Failure(file, row, self.code, self.id, phrase(f"verify.{self.code}", **self.values))


def one(file: str, row: int | np.integer[Any], code: str, subject: object, /, **values: object) -> Finding:
    """Return one finding, its numbers plain: whole ones without decimals."""
    return Finding(
        file, int(row), code, str(subject), {name: _plain(value) for name, value in values.items()}
    )


def each(
    file: str, wrong: NDArray[np.bool_], code: str, ids: Column, /, **columns: Column
) -> Iterator[Finding]:
    """Yield a finding for every row that is wrong, its words filled from the columns."""
    for row in wrong.nonzero()[0].tolist():
        yield one(file, row, code, ids[row], **{name: column[row] for name, column in columns.items()})


def _plain(value: object) -> object:
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
