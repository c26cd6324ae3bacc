"""What is done to a nation brought to its end: all provinces that it is of changed, or none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.errors import Exit, SitingError
from data.nation.folder import PROVINCES
from data.nation.held import mark_stale, unmark
from data.nation.pending import NATION_ID, PENDING, Begun, end, read_begun, stage_of
from data.nation.proposal import NationKept, read_nation_proposal
from data.nation.reverting import REVERT, NationRevert
from data.text import phrase
from door.record import apply_proposal, catch_up, revert_to
from door.renew import renew_nation

if TYPE_CHECKING:
    from pathlib import Path

    from data.casebook import Entry
    from data.nation.pending import Stage
    from data.text import Lang, Phrase

Asked = NationKept | NationRevert
_AGAIN = ("casebook_busy",)
"""Refusals that another time may not meet."""
_PROPOSAL = ("moves.finished", "moves.stuck", "moves.undone")
_RETURN = ("nation.finished", "nation.stuck", "nation.undone")
"""What is said of a proposal, and of what takes one back: finished, not to be undone, undone."""


@dataclass(frozen=True)
class Settled:
    """What became of what was to be done to a nation.

    Attributes
    ----------
    words : Phrase
        That, for the user.
    summary : dict
        Of the nation as it is now.
    why_not : SitingError or None
        What kept it from being done; None where it is.
    """

    words: Phrase
    summary: dict[str, Any]
    why_not: SitingError | None = None


def renewed(nation: Path, lang: Lang) -> dict[str, Any]:
    """Make anew what a nation says of all its provinces, and take the mark away; return its summary.

    Raises
    ------
    SitingError
        As `door.renew.renew_nation`.
    """
    try:
        summary = renew_nation(nation, lang)
    except SitingError as error:
        # What is damaged stays so until somebody mends it: the mark would only stop every command.
        if error.exit_code != Exit.MACHINE:
            unmark(nation)
        raise
    unmark(nation)
    return summary


def carried_on(nation: Path) -> Settled:
    """Bring what lies in the journal to its end: all provinces changed, or none.

    Parameters
    ----------
    nation : Path
        Its folder, which is held (`data.nation.held.held`).

    Raises
    ------
    SitingError
        Where the machine fails or somebody holds a casebook: the journal stays, for another time.
    """
    begun, kept = read_begun(nation), _asked(nation)
    stages = _stages(nation, kept)
    failed: SitingError | None = None
    if not {"undone", "elsewhere"} & set(stages.values()):
        failed = _applied(nation, kept, begun, stages)
        stages = _stages(nation, kept)
    stuck = [] if set(stages.values()) == {"done"} else _taken_back(nation, kept, begun)
    for code in kept.provinces:
        catch_up(nation / PROVINCES / code, begun.lang)
    mark_stale(nation, begun.lang)
    end(nation)
    summary = renewed(nation, begun.lang)
    finished, halted, undone = _PROPOSAL if isinstance(kept, NationKept) else _RETURN
    if set(stages.values()) == {"done"}:
        return Settled(phrase(finished, count=len(stages)), summary)
    words = phrase(halted, provinces=" · ".join(stuck)) if stuck else phrase(undone)
    return Settled(words, summary, failed or SitingError(words, code="undone", exit_code=Exit.REFUSED))


def _asked(nation: Path) -> Asked:
    place = nation / PENDING
    return NationRevert.read(place) if (place / REVERT).is_file() else read_nation_proposal(place)


def _stages(nation: Path, kept: Asked) -> dict[str, Stage]:
    return {
        code: stage_of(_log(nation / PROVINCES / code), kept.heads[code], kept.id) for code in kept.provinces
    }


def _applied(nation: Path, kept: Asked, begun: Begun, stages: dict[str, Stage]) -> SitingError | None:
    """Change the provinces that wait; return what one of them refused.

    Raises
    ------
    SitingError
        Where the machine fails or somebody holds a casebook: another time it may go on.
    """
    for code in kept.provinces:
        if stages[code] != "waiting":
            continue
        try:
            _change(nation / PROVINCES / code, kept, begun)
        except SitingError as error:
            if error.exit_code == Exit.MACHINE or error.code in _AGAIN:
                raise
            return error
    return None


def _change(place: Path, kept: Asked, begun: Begun) -> None:
    do = (
        partial(revert_to, place, kept.to[place.name])
        if isinstance(kept, NationRevert)
        else partial(apply_proposal, place, kept.of(place.name))
    )
    do(who=begun.who, why=begun.why, lang=begun.lang, nation_id=kept.id)


def _taken_back(nation: Path, kept: Asked, begun: Begun) -> list[str]:
    """Bring back what was before in the provinces that are changed; return those changed again since."""
    stuck = []
    for code, stage in _stages(nation, kept).items():
        if stage != "done":
            continue
        last = _log(nation / PROVINCES / code)[-1]
        if last.payload.get(NATION_ID) != kept.id:
            stuck.append(code)
            continue
        revert_to(
            nation / PROVINCES / code,
            last.version - 1,
            who=begun.who,
            why=begun.why,
            lang=begun.lang,
            nation_id=kept.id,
        )
    return stuck


def _log(place: Path) -> list[Entry]:
    return Casebook.open(place / CASEBOOK).log()
