"""The version of a plan that a user names."""

from __future__ import annotations

from data.rules import usage_error
from data.text import phrase


def version_named(asked: str) -> int:
    """Return the number that a user wrote; whether a plan has it, its casebook says.

    Raises
    ------
    SitingError
        Exit code 2: it is no number.
    """
    try:
        return int(asked)
    except ValueError as error:
        raise usage_error(phrase("record.no_number", asked=asked)) from error
