"""The one family of errors, each with its exit code and the rows that failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_FAILURES = 20


class Exit(IntEnum):
    """Exit codes of the ``siting`` command."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INVALID_INPUT = 3
    NOT_EVERYONE_SERVED = 4
    LIMIT_BEFORE_PLAN = 5
    REFUSED = 6
    VERIFICATION_FAILED = 7
    MACHINE = 8
    INTERRUPTED = 130


@dataclass(frozen=True, order=True)
class Failure:
    """One row (or file) that is wrong, and why.

    Attributes
    ----------
    file : str
        Name of the file as the user wrote it, without its folder.
    row : int
        Row in the file; row 1 is the header, 0 the file as a whole.
    code : str
        Machine-readable reason, for instance ``lon_lat_swapped``.
    id : str
        Id of the household, applicant, site or center; empty when there is none.
    message : str
        The reason and the remedy in plain words. Never a personal value.
    """

    file: str
    row: int
    code: str
    id: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" if self.row else self.file
        subject = f"{self.id}: " if self.id else ""
        return f"{place} [{self.code}] {subject}{self.message}"


class SitingError(ValueError):
    """What a user can mend: carries a reason code, an exit code and the failing rows.

    Parameters
    ----------
    message : str
        One sentence for the user.
    code : str
        Machine-readable reason.
    exit_code : Exit
        What the command exits with.
    failures : sequence of Failure
        The failing rows, all of them.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid_input",
        exit_code: Exit = Exit.INVALID_INPUT,
        failures: Sequence[Failure] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.exit_code = exit_code
        self.failures = tuple(failures)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.code, self.exit_code, self.failures)

    @classmethod
    def of(cls, failures: Sequence[Failure]) -> SitingError:
        """Gather failing rows into one error, in file and row order."""
        ordered = tuple(sorted(failures))
        noun = "problem" if len(ordered) == 1 else "problems"
        code = ordered[0].code if len(ordered) == 1 else "invalid_input"
        return cls(f"{len(ordered)} {noun} in the input", code=code, failures=ordered)

    def lines(self, shown: int = SHOWN_FAILURES) -> list[str]:
        """Return the lines to print: up to ``shown`` failing rows, then how many more."""
        if not self.failures:
            return [f"[{self.code}] {self.message}"]
        lines = [str(failure) for failure in self.failures[:shown]]
        if len(self.failures) > shown:
            lines.append(f"... and {len(self.failures) - shown} more")
        return lines


def _rebuild(
    kind: type[SitingError], message: str, code: str, exit_code: Exit, failures: tuple[Failure, ...]
) -> SitingError:
    return kind(message, code=code, exit_code=exit_code, failures=failures)
