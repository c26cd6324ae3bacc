"""Whether a version that is built upon is still what the log sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.casebook import CASEBOOK
from data.errors import Exit, Failure, SitingError
from data.hashing import plan_hash
from data.text import phrase
from data.verify.certificate import problem_hash

if TYPE_CHECKING:
    from data.casebook import Entry
    from data.plan import Plan
    from data.problem import Problem


def require_sealed(entry: Entry, problem: Problem, plan: Plan) -> None:
    """Refuse to build on a version whose problem or plan is not the one that was verified and sealed.

    Parameters
    ----------
    entry : Entry
        Of the log, that made the version.
    problem, plan : Problem, Plan
        As the casebook gives them back.

    Raises
    ------
    SitingError
        ``broken_entry`` (exit code 7), which names the entry.
    """
    sealed = entry.payload.get("plan_hash"), entry.payload.get("problem_hash")
    if sealed == (plan_hash(plan), problem_hash(problem)):
        return
    words = phrase("folder.broken_entry")
    failure = Failure(CASEBOOK, entry.entry, "broken_entry", "", words)
    raise SitingError(words, code="broken_entry", exit_code=Exit.VERIFICATION_FAILED, failures=[failure])
