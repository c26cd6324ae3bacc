"""Failures by reason code, their words from the catalogue."""

from __future__ import annotations

from data.errors import Failure
from data.text import phrase


def failure(file: str, row: int, code: str, subject: str = "", /, **values: object) -> Failure:
    """Return one failing row with the phrase of its code (``readers.<code>`` in the catalogue)."""
    return Failure(file, row, code, subject, phrase(f"readers.{code}", **values))
