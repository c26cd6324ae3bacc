"""What a page was made from: a version of a plan, and the head of its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PENDING = "head-of-a-version-that-is-not-written-yet".ljust(64, "-")
"""In place of the head on pages that are drawn before their version is written; of the same length."""


@dataclass(frozen=True)
class Origin:
    """A version, as a page names it.

    Attributes
    ----------
    version : int
        Of the plan.
    head : str
        Hash of the entry of the log that made it: ``siting verify --anchor`` takes it. `PENDING` where the
        version is not written yet.
    day : str
        When the version was recorded, ``YYYY-MM-DD``; empty on pages of a plan that is only being made, which
        are the same bytes whenever that is.
    seal : str
        Of the call that the plan was founded by; empty without one.
    """

    version: int
    head: str = PENDING
    day: str = ""
    seal: str = ""


def fill_head(page: Path, head: str) -> None:
    """Write the head into a page that was drawn before it was known; the page keeps its length.

    Parameters
    ----------
    page : Path
        Changed in place, so that it needs no more room on the disk.
    head : str
        64 hexadecimal digits.
    """
    content = page.read_bytes()
    here = content.find(PENDING.encode())
    with page.open("r+b") as file:
        while here >= 0:
            file.seek(here)
            file.write(head.encode())
            here = content.find(PENDING.encode(), here + 1)
