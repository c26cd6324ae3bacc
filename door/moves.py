"""What changes a nation that runs: its provinces one after the other, all of them or none."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.change.proposal import read_proposal
from data.errors import Exit, SitingError
from data.nation.check import province_folders
from data.nation.held import held, mark_stale, stale_in, unmark
from data.nation.pending import Begun, begin, check_bases, is_begun, sweep
from data.nation.proposal import read_nation_proposal
from data.nation.reverting import asked_revert
from data.text import phrase
from door.journal import carried_on, renewed
from door.record import catch_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.text import Lang, Phrase


def apply_to_nation(
    nation: Path, proposal: Path, *, who: str = "", why: str = "", lang: Lang
) -> dict[str, Any]:
    """Apply a nation's proposal to all its provinces; return the nation's summary.

    Before the first province changes, the whole proposal lies in the nation's folder: whoever opens that
    after this process was killed finishes what it began.

    Parameters
    ----------
    nation, proposal : Path
        Folders of the nation, and of the proposal that `siting.running.nation_proposing` made.
    who, why, lang
        As `door.record.apply_proposal`.

    Raises
    ------
    SitingError
        As `data.nation.pending.check_bases`; ``nation_busy`` (exit code 6); what kept a province from being
        changed, all others being as before then.
    """
    kept = read_nation_proposal(proposal)
    with held(nation, wait_seconds=0.0):
        settle_held(nation)
        check_bases(
            kept.heads, {one.name: Casebook.open(one / CASEBOOK).log() for one in province_folders(nation)}
        )
        for code in kept.provinces:
            read_proposal(kept.of(code))
        copy = partial(shutil.copytree, proposal, dirs_exist_ok=True)
        begin(nation, copy, Begun(who, why, lang))
        settled = carried_on(nation)
    if settled.why_not is not None:
        raise settled.why_not
    return settled.summary


def revert_nation(
    nation: Path, asked: str, *, who: str = "", why: str = "", lang: Lang
) -> tuple[dict[str, Any], list[str]]:
    """Take back what was done to a nation, in all its provinces; return its summary and who went back.

    It is begun and finished as `apply_to_nation` does its own.

    Parameters
    ----------
    nation : Path
        Its folder.
    asked : str
        A version of the nation that is to be in force again, or an id: see
        `data.nation.reverting.asked_revert`.
    who, why, lang
        As `door.record.revert_to`.

    Returns
    -------
    summary : dict
        Of the nation as it is now.
    provinces : list of str
        Codes of the provinces that went back.

    Raises
    ------
    SitingError
        As `data.nation.reverting.asked_revert`; ``nation_busy`` (exit code 6); what kept a province from
        going back, all others being as before then.
    """
    with held(nation, wait_seconds=0.0):
        settle_held(nation)
        wanted = asked_revert(nation, asked)
        begin(nation, wanted.write, Begun(who, why, lang))
        settled = carried_on(nation)
    if settled.why_not is not None:
        raise settled.why_not
    return settled.summary, wanted.provinces


def settle(nation: Path) -> Phrase | None:
    """Finish what a killed process began in a nation; return what became of it, None where nothing was left.

    Raises
    ------
    SitingError
        ``nation_busy`` (exit code 6) where the process lives and is at work; where the machine fails.
    """
    with held(nation, wait_seconds=0.0):
        return settle_held(nation)


def settle_held(nation: Path) -> Phrase | None:
    """Do what `settle` does where the nation is held already."""
    sweep(nation)
    if is_begun(nation):
        return carried_on(nation).words
    if (lang := stale_in(nation)) is not None:
        for place in province_folders(nation):
            catch_up(place, lang)
        renewed(nation, lang)
        return phrase("moves.caught_up")
    return None


@contextmanager
def within(nation: Path, lang: Lang) -> Iterator[None]:
    """Let one province of a nation be changed, and make anew what the nation says of all.

    Parameters
    ----------
    nation : Path
        Of the province.
    lang : {"fa", "en"}
        Language that the map opens in.
    """
    with held(nation):
        settle_held(nation)
        mark_stale(nation, lang)
        try:
            yield
        except SitingError as error:
            # A machine that fails may have changed the record before; the next opening sees to it.
            if error.exit_code != Exit.MACHINE:
                unmark(nation)
            raise
        renewed(nation, lang)
