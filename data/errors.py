"""The one family of errors, each with its exit code and the rows that failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from data.text import Lang, Phrase, phrase, text

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
    words : Phrase or str
        The reason and the remedy, a phrase unless it is in the user's language already. Never a personal
        value.
    """

    file: str
    row: int
    code: str
    id: str
    words: Phrase | str

    @property
    def message(self) -> str:
        """The words in English."""
        return self.said()

    def said(self, lang: Lang = "en") -> str:
        """Return the words in ``lang``."""
        return said(self.words, lang)

    def line(self, lang: Lang = "en") -> str:
        """Return where, which, who and why in one line; only the words depend on ``lang``."""
        place = f"{self.file}:{self.row}" if self.row else self.file
        subject = f"{self.id}: " if self.id else ""
        return f"{place} [{self.code}] {subject}{self.said(lang)}"

    def __str__(self) -> str:
        return self.line()


class SitingError(ValueError):
    """What a user can mend: carries a reason code, an exit code and the failing rows.

    Parameters
    ----------
    words : Phrase or str
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
        words: Phrase | str,
        *,
        code: str = "invalid_input",
        exit_code: Exit = Exit.INVALID_INPUT,
        failures: Sequence[Failure] = (),
    ) -> None:
        super().__init__(str(words))
        self.words = words
        self.code = code
        self.exit_code = exit_code
        self.failures = tuple(failures)
        if self.failures:
            # Who meets this error in a notebook or a script sees a traceback, which tells the notes below it.
            self.add_note("\n".join(self.lines()))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.words, self.code, self.exit_code, self.failures)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.said()

    def said(self, lang: Lang = "en") -> str:
        """Return the sentence in ``lang``."""
        return said(self.words, lang)

    @classmethod
    def of(cls, failures: Sequence[Failure]) -> SitingError:
        """Gather failing rows into one error, in file and row order, each once."""
        ordered = tuple(sorted(set(failures)))
        if len(ordered) == 1:
            return cls(phrase("cli.problem"), code=ordered[0].code, failures=ordered)
        return cls(phrase("cli.problems", count=len(ordered)), failures=ordered)

    def lines(self, lang: Lang = "en", *, shown: int = SHOWN_FAILURES) -> list[str]:
        """Return the lines to print in ``lang``: up to ``shown`` failing rows, then how many more."""
        if not self.failures:
            return [f"[{self.code}] {self.said(lang)}"]
        lines = [failure.line(lang) for failure in self.failures[:shown]]
        if len(self.failures) > shown:
            lines.append(text("cli.more", lang, count=len(self.failures) - shown))
        return lines


def said(words: Phrase | str, lang: Lang) -> str:
    """Return a phrase in ``lang``; what is no phrase is in the user's language already."""
    return words.said(lang) if isinstance(words, Phrase) else words


def _rebuild(
    kind: type[SitingError], words: Phrase | str, code: str, exit_code: Exit, failures: tuple[Failure, ...]
) -> SitingError:
    return kind(words, code=code, exit_code=exit_code, failures=failures)
