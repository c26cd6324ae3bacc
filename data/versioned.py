"""A version of a plan or a nation as a user names it: with an option, or as ``DIR@VERSION``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.compare.sides import parted
from data.nation.folder import PROVINCES
from data.nation.held import nation_of
from data.rules import usage_error
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

_UNNAMED = {"", "..", "."}
"""Ways that end in no name of their own."""


def version_told(place: Path, version: int | None) -> tuple[Path, int | None]:
    """Return the folder and the version that is meant; None for the current one.

    Parameters
    ----------
    place : Path
        What the user named.
    version : int or None
        What the user said beside it.

    Raises
    ------
    SitingError
        Exit code 2 where both tell a version, and not the same.
    """
    folder, told = parted(place)
    if told is not None and version not in (None, told):
        raise usage_error(phrase("folder.two_versions", one=told, other=version))
    return folder, version if told is None else told


def beside(folder: Path, suffix: str) -> Path:
    """Return the place of what is made of a folder: beside it, and of a province beside its nation.

    It is told as the user told the folder: from here where that was.

    Parameters
    ----------
    folder : Path
        Of a plan, a nation or a proposal.
    suffix : str
        What the name ends in: ``visits`` makes ``DIR-visits``, of a province ``NATION-15-visits``, for what
        stands among the provinces of a nation would be taken for one.
    """
    named = folder if folder.name not in _UNNAMED else folder.resolve()
    nation = nation_of(folder)
    if nation is None or nation == folder.resolve():
        return named.with_name(f"{named.name}-{suffix}")
    told = named.parent.parent
    whole = told if named.parent.name == PROVINCES and told.name not in _UNNAMED else nation
    return whole.with_name(f"{whole.name}-{named.name}-{suffix}")
