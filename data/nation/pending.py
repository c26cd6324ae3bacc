"""The journal of what is done to a nation: whole beside its provinces before the first of them changes.

Whoever opens the nation while it is there finishes what was begun.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from data.disk import sync, write_whole
from data.errors import Exit, SitingError
from data.folder import write_folder
from data.kinds import PROPOSAL
from data.nation.held import STALE
from data.summary import to_json
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from data.casebook import Entry
    from data.text import Lang

PENDING = ".pending"
_OVER, _ASKED = ".pending.over", "asked.json"
NATION_ID = "nation"
"""Under which the log of a province keeps what was done to its nation that an entry is part of."""
Stage = Literal["waiting", "done", "undone", "elsewhere"]


@dataclass(frozen=True)
class Begun:
    """How a nation was asked to be changed.

    Attributes
    ----------
    who, why : str
        For the logs.
    lang : {"fa", "en"}
        Language that maps open in.
    """

    who: str
    why: str
    lang: Lang


def is_unsettled(nation: Path) -> bool:
    """Whether somebody was killed, or is at work, while changing a nation."""
    return any((nation / one).exists() for one in (PENDING, STALE))


def is_begun(nation: Path) -> bool:
    """Whether anything lies in a nation's journal."""
    return (nation / PENDING).is_dir()


def begin(nation: Path, put: Callable[[Path], object], begun: Begun) -> None:
    """Put all that is needed to change a nation where whoever opens the nation finds it.

    Parameters
    ----------
    nation : Path
        Its folder.
    put : callable
        Writes what is to be done into the folder it is given.
    begun : Begun
        How it was asked for.

    Raises
    ------
    SitingError
        If the machine fails; then nothing is begun.
    """

    def fill(temp: Path) -> None:
        put(temp)
        write_whole(temp / _ASKED, to_json(asdict(begun)))

    write_folder(nation / PENDING, overwrite=False, fill=fill, kind=PROPOSAL)


def read_begun(nation: Path) -> Begun:
    """Return how what lies in the journal was asked for."""
    return Begun(**json.loads((nation / PENDING / _ASKED).read_text(encoding="utf-8")))


def end(nation: Path) -> None:
    """Take the journal away, first out of its place and then from the disk."""
    sweep(nation)
    (nation / PENDING).rename(nation / _OVER)
    sync(nation)
    sweep(nation)


def sweep(nation: Path) -> None:
    """Remove what a killed process left of a journal that is over."""
    shutil.rmtree(nation / _OVER, ignore_errors=True)


def stage_of(log: Sequence[Entry], base: str, nation_id: str) -> Stage:
    """Return how far a province is with its part of what is done to its nation.

    Parameters
    ----------
    log : sequence of Entry
        Of its casebook.
    base : str
        Head that its part was made on.
    nation_id : str
        Of the nation's proposal, or of what takes one back.

    Returns
    -------
    {"waiting", "done", "undone", "elsewhere"}
        ``elsewhere`` where somebody else wrote the version after the base.
    """
    heads = [one.hash for one in log]
    if base not in heads:
        return "elsewhere"
    after = log[heads.index(base) + 1 :]
    if not after:
        return "waiting"
    times = sum(one.payload.get(NATION_ID) == nation_id for one in after)
    if times > 1:
        # The second time it was taken back.
        return "undone"
    return "done" if times else "elsewhere"


def check_bases(heads: Mapping[str, str], logs: Mapping[str, Sequence[Entry]]) -> None:
    """Refuse a proposal unless every province of the nation is as it was when it was made.

    Parameters
    ----------
    heads : mapping of str to str
        Heads that it was made on, by code.
    logs : mapping of str to sequence of Entry
        Of the casebooks, by code.

    Raises
    ------
    SitingError
        ``stale_proposal`` or ``other_folder`` (exit code 6), naming the first province that differs.
    """
    if set(heads) != set(logs):
        raise _refused("other_folder")
    for code in sorted(heads):
        known = [one.hash for one in logs[code]]
        if heads[code] not in known:
            raise _refused("other_folder")
        if heads[code] != known[-1]:
            made_on = known.index(heads[code]) + 1
            words = phrase("moves.stale_province", province=code, made_on=made_on, version=len(known))
            raise SitingError(words, code="stale_proposal", exit_code=Exit.REFUSED)


def _refused(code: str) -> SitingError:
    return SitingError(phrase(f"folder.{code}"), code=code, exit_code=Exit.REFUSED)
