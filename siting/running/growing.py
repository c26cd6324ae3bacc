"""A further phase: free places first, then new centers of applicants who have none; what stands stays."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from data.casebook import CASEBOOK, Casebook
from data.change.changes import check_changes
from data.change.succession import continued
from data.plan import LACKING
from siting.running.further import beyond_rules, left_of, needed_of
from siting.running.proposing import put_down
from siting.running.rebalancing import rebalance_network
from siting.steady import one_threaded

if TYPE_CHECKING:
    from pathlib import Path

    from data.change.changes import Changes
    from data.change.growth import AskedGrowth
    from data.plan import Plan
    from data.problem import Problem
    from siting.running.further import Needed
    from siting.running.rebalancing import Proposal


@one_threaded
def grow_network(
    problem: Problem, plan: Plan, changes: Changes, *, effective: str, seed: int = 0, workers: int = 1
) -> tuple[Proposal, list[Needed]]:
    """Propose where further households go: into free places, and into as many new centers as they need.

    Centers open on sites of applicants who run none, chosen as `siting.plan_sites` chooses them with all
    centers standing. Whoever is left out then finds no applicant; `siting.running.advise` says where to call.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The network as it runs.
    changes : Changes
        Who joins and who is served from now on; checked.
    effective : str
        From when new centers open, ISO.
    seed, workers : int
        As `siting.plan_sites`.

    Returns
    -------
    proposal : Proposal
        With the centers that open.
    needed : list of Needed
        What units lacked before they opened.

    Raises
    ------
    SitingError
        As `siting.running.rebalancing.rebalance_network`.
    """
    proposal = rebalance_network(problem, plan, changes, seed=seed)
    if not proposal.plan.unassigned["reason"].isin(LACKING).any():
        return proposal, []
    from siting.running.advise import advise  # noqa: PLC0415 - heavy: it plans anew

    full = continued(proposal.problem, proposal.plan)
    remedies = advise(full, proposal.plan, seed=seed, workers=workers)
    sites = [opening.site_id for remedy in remedies for opening in remedy.openings if opening.site_id]
    if not sites:
        return proposal, []
    more = replace(changes, open={**changes.open, **dict.fromkeys(sorted(sites), effective)})
    grown = rebalance_network(problem, plan, more, seed=seed)
    return grown, needed_of(remedies, grown)


def grow(folder: Path, asked: AskedGrowth, temp: Path, *, workers: int = 1) -> dict[str, Any]:
    """Fill a folder with the proposal of a further phase; return its ``proposal.json``.

    Parameters
    ----------
    folder : Path
        Of the plan.
    asked : AskedGrowth
        Who is to be served from now on.
    temp : Path
        The folder to fill, as `data.folder.write_folder` gives it.
    workers : int
        As `siting.plan_sites`.

    Raises
    ------
    SitingError
        Of what is asked, of the record, and as `grow_network`.
    """
    book = Casebook.open(folder / CASEBOOK)
    last = book.log()[-1]
    problem, plan = book.problem(last.version), book.plan(last.version)
    changes = asked.read(problem)
    check_changes(problem, plan, changes)
    seed = int(plan.provenance.get("seed") or 0)
    proposal, needed = grow_network(problem, plan, changes, effective=asked.date, seed=seed, workers=workers)
    more = {
        "needed": [asdict(one) for one in needed],
        "beyond_rules": beyond_rules(proposal),
        "left_out": [asdict(one) for one in left_of(proposal, plan)],
    }
    return put_down(proposal, plan, temp, book=book, base=last, more=more)
