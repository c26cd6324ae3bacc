"""What changes a network that runs: a proposal applied, a version brought back; verified, written, drawn."""

from __future__ import annotations

import getpass
import json
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.casebook.working import is_work
from data.change.effective import DAYS, days_of
from data.change.proposal import read_proposal
from data.change.succession import succeed
from data.errors import Exit, SitingError
from data.exports import SUMMARY
from data.hashing import plan_hash
from data.nation.pairs import PAIRED, Halves
from data.nation.pending import NATION_ID
from data.record.behind import differing_exports
from data.record.past import in_force, reverted
from data.record.sealed import require_sealed
from data.standing import RUN, behind_files, standing_faults
from data.text import phrase
from data.verify import verify
from door.staged import Ahead, staged, swept
from siting.ground.beside import parting
from siting.running.standing import plan_as, standing_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.casebook import Entry
    from data.change.proposal import Kept
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Lang
    from data.verify import Certificate

_PAYLOAD = (
    "transfers", "transferred_cases", "forced_cases", "by_reason", "joined", "left", "address_unknown",
    "unassigned", "move_km", "max_transfers", "changes", "files",
)  # fmt: skip


def apply_proposal(
    folder: Path, proposal: Path, *, who: str = "", why: str = "", lang: Lang, nation_id: str = ""
) -> dict[str, Any]:
    """Apply a proposal to the network it was made on, as the next version; return its summary.

    Parameters
    ----------
    folder, proposal : Path
        Of the plan, and of the proposal.
    who, why : str
        For the log; whose account it is unless told.
    lang : {"fa", "en"}
        Language that the map opens in.
    nation_id : str
        Of the nation's proposal that this one is part of.

    Raises
    ------
    SitingError
        ``stale_proposal``, ``other_folder``, ``changed_proposal``, ``other_proposal`` or ``part_of_nation``
        (exit code 6) where it is not to be applied; ``VerificationError``; of the record.
    """
    kept = read_proposal(proposal)
    if PAIRED in kept.facts and not nation_id:
        # Applied alone it would leave families in two provinces, or in none.
        raise SitingError(phrase("moves.part_of_nation"), code="part_of_nation", exit_code=Exit.REFUSED)
    swept(folder)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    last = log[-1]
    check_base(kept, log)
    problem, plan = book.problem(last.version), book.plan(last.version)
    require_sealed(last, problem, plan)
    following = succeed(problem, plan, kept.changes).problem
    made, certificate, ahead = _made(following, (problem, plan), kept, proposal, folder)
    with staged(folder, following, made, last.version + 1, lang, ahead=ahead) as ready:
        version = book.commit(
            made,
            certificate,
            kind=kept.changes.kind,
            who=who or account(),
            why=why,
            problem=following,
            after=last.hash,
            payload={name: kept.facts[name] for name in (*_PAYLOAD, PAIRED) if name in kept.facts}
            | {DAYS: days_of(kept, plan)}
            | _part_of(nation_id),
            today=last.version,
        )
        return ready.put(book, version)


def _made(
    following: Problem, before: tuple[Problem, Plan], kept: Kept, proposal: Path, folder: Path
) -> tuple[Plan, Certificate, Ahead]:
    """Return the plan that a proposal makes, verified, and files of it, its ground parted beside that."""
    with parting(following) as ground:
        standing, seed = standing_of(kept, before[1]), int(kept.facts["seed"])
        made = plan_as(following, standing, before[1], seed=seed, ground=False, settled=ground.begin)
        # A proposal does not part the ground anew.
        if plan_hash(made) != kept.facts["plan_hash"]:
            raise _refused("other_proposal", path=proposal.name)
        # What draws is loaded while the ground is parted.
        import_module("maps.plan_page")
        ahead = Ahead.of(folder, following, made, before=before)
        certificate = verify(following, made, neighbourhoods=ground.neighbourhoods)
        return replace(made, neighbourhoods=ground.neighbourhoods()), certificate, ahead


def revert_to(
    folder: Path, version: int, *, who: str = "", why: str = "", lang: Lang, nation_id: str = ""
) -> dict[str, Any]:
    """Bring a version back as the next one; return its summary.

    Parameters
    ----------
    folder : Path
        Of the plan.
    version : int
        That is to be in force again; the versions after it stay in the record. Of one that is in force only
        the files beside the record are made anew, where a killed writer left others.
    who, why, lang, nation_id
        As `apply_proposal`; of the nation's proposal that is taken back.

    Raises
    ------
    SitingError
        ``no_such_version``; ``in_force_already``; ``half_reverted`` (both exit code 6) where families came or
        went since from or to another province; of the record.
    """
    swept(folder)
    book = Casebook.open(folder / CASEBOOK)
    last = book.log()[-1]
    problem, plan, today = reverted(book, version)
    if not nation_id and (refusal := in_force(book, version)) is not None:
        return _mended(folder, book, refusal, lang)
    if not nation_id and Halves.standing(book.log()) != Halves.standing(book.log()[:version]):
        # Families would be in two provinces, or in none.
        raise SitingError(phrase("moves.half_reverted"), code="half_reverted", exit_code=Exit.REFUSED)
    certificate = verify(problem, plan)
    with staged(folder, problem, plan, last.version + 1, lang) as ready:
        following = book.commit(
            plan,
            certificate,
            kind="revert",
            who=who or account(),
            why=why,
            problem=problem,
            after=last.hash,
            payload={"to": version} | _part_of(nation_id),
            today=today,
        )
        return ready.put(book, following)


def _mended(folder: Path, book: Casebook, refusal: SitingError, lang: Lang) -> dict[str, Any]:
    """Put the files beside a version in force anew; refuse where they are as it left them."""
    problem, plan = book.problem(), book.plan()
    faults = [*behind_files(folder, book), *standing_faults(folder, book)]
    if all(one.file == RUN for one in faults) and not differing_exports(folder, book, problem, plan):
        raise refusal
    with staged(folder, problem, plan, book.version, lang) as ready:
        return ready.put(book, book.version)


def check_base(kept: Kept, log: Sequence[Entry]) -> None:
    """Refuse a proposal that was not made on the plan in force; what centers did since is no other plan."""
    made_on = next((one.version for one in log if one.hash == kept.base_head), None)
    if made_on is None:
        raise _refused("other_folder")
    if not all(is_work(one) for one in log[made_on:]):
        raise _refused("stale_proposal", made_on=made_on, version=log[-1].version)


def _refused(code: str, **values: object) -> SitingError:
    return SitingError(phrase(f"folder.{code}", **values), code=code, exit_code=Exit.REFUSED)


def _part_of(nation_id: str) -> dict[str, str]:
    return {NATION_ID: nation_id} if nation_id else {}


def account() -> str:
    """Return whose account this process is of; empty where the machine does not know."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return ""


def catch_up(folder: Path, lang: Lang) -> None:
    """Draw and write anew what is made from a casebook, unless its summary is of the last version already.

    Parameters
    ----------
    folder : Path
        Of the plan.
    lang : {"fa", "en"}
        Language that the map opens in.
    """
    book = Casebook.open(folder / CASEBOOK)
    with suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["head"] == book.head:
            return
    with staged(folder, book.problem(), book.plan(), book.version, lang) as ready:
        ready.put(book, book.version)
