"""A proposal: made of a plan folder, written, and read again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.change.changes import check_changes
from data.change.proposal import write_proposal
from data.change.succession import continued
from data.geodesy import KM_DECIMALS
from data.nation.folder import PROVINCES
from data.nation.pairs import PAIRED, halves_of, with_pairs
from data.plan import LACKING
from data.record.sealed import require_sealed
from data.summary import weighted_km
from data.verify import verify
from data.work.staffing import short_staffed
from siting.running.rebalancing import rebalance_network
from siting.running.standing import told_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from data.casebook import Entry
    from data.change.asked import AskedChanges
    from data.change.changes import Changes
    from data.change.edited import AskedEdits
    from data.plan import Plan
    from siting.running.points import Point
    from siting.running.rebalancing import Proposal


def propose(
    folder: Path, asked: AskedChanges | AskedEdits, temp: Path, *, max_transfers: int | None = None
) -> dict[str, Any]:
    """Fill a folder with the proposal of what is asked of a network; return its ``proposal.json``.

    Parameters
    ----------
    folder : Path
        Of the plan, or of a nation (`siting.running.nation_proposing.propose_nation`).
    asked : AskedChanges or AskedEdits
        What is to change.
    temp : Path
        The folder to fill, as `data.folder.write_folder` gives it.
    max_transfers : int, optional
        As `siting.running.rebalancing.rebalance_network`.

    Raises
    ------
    SitingError
        Of what is asked, of the record, and as `siting.running.rebalancing.rebalance_network`.
    """
    if (folder / PROVINCES).is_dir():
        from siting.running.nation_proposing import propose_nation  # noqa: PLC0415 - which proposes by province

        return propose_nation(folder, asked.read(), temp, max_transfers=max_transfers)
    return proposed(folder, asked.read(), temp, max_transfers=max_transfers)[1]


def proposed(
    folder: Path, changes: Changes, temp: Path, *, max_transfers: int | None = None
) -> tuple[Plan, dict[str, Any], Proposal]:
    """Fill a folder with the proposal of changes to a plan; return plan, ``proposal.json`` and proposal.

    Parameters
    ----------
    folder, temp, max_transfers
        As `propose`.
    changes : Changes
        Not yet checked against the network.
    """
    book = Casebook.open(folder / CASEBOOK)
    last = book.log()[-1]
    problem, plan = book.problem(last.version), book.plan(last.version)
    require_sealed(last, problem, plan)
    check_changes(problem, plan, changes)
    proposal = rebalance_network(
        problem, plan, changes, max_transfers=max_transfers, seed=int(plan.provenance.get("seed") or 0)
    )
    return plan, put_down(proposal, plan, temp, book=book, base=last), proposal


def put_down(
    proposal: Proposal,
    before: Plan,
    temp: Path,
    *,
    book: Casebook,
    base: Entry,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Verify a proposal, say what would help whom it leaves out, and write it; return its ``proposal.json``.

    Parameters
    ----------
    proposal : Proposal
        As `siting.running.rebalancing` and `siting.running.growing` make it.
    before : Plan
        The plan that it follows.
    temp : Path
        The folder to fill.
    book : Casebook
        Of the plan.
    base : Entry
        The last of its log.
    more : mapping, optional
        What else is told of it, as JSON knows it.

    Raises
    ------
    VerificationError
        If its plan does not hold; then nothing is written.
    """
    certificate = verify(proposal.problem, proposal.plan)
    name = book.path.resolve().parent.name
    most = proposal.problem.rules.caseworker_cases
    roster = book.work("caseworkers", base.version)
    facts = {
        **facts_of(proposal, before, folder=name, version=base.version, head=base.hash),
        "short_staffed": short_staffed(before, proposal.plan, roster, cases_per_caseworker=most),
        "plan_hash": certificate.plan_hash,
        "problem_hash": certificate.problem_hash,
        "advice": [],
        **(more or {}),
    }
    if proposal.plan.unassigned["reason"].isin(LACKING).any():
        from siting.running.advise import advise  # noqa: PLC0415 - heavy: it plans anew

        following = continued(proposal.problem, proposal.plan)
        facts["advice"] = [asdict(one) for one in advise(following, proposal.plan, seed=facts["seed"])]
    return write_proposal(temp, facts, proposal.changes, tables_of(proposal))


def facts_of(proposal: Proposal, before: Plan, *, folder: str, version: int, head: str) -> dict[str, Any]:
    """Return what ``proposal.json`` says of a proposal, ready for JSON.

    Parameters
    ----------
    proposal : Proposal
        Its plan is verified.
    before : Plan
        The plan that it follows.
    folder, version, head : str, int, str
        Of the casebook that it was made on.
    """
    plan, problem = proposal.plan, proposal.problem
    transferred = int(proposal.transfers["cases"].sum())
    vacancies = proposal.standing.vacancies
    return {
        "base": {"folder": folder, "version": version, "head": head},
        "synthetic": bool(problem.synthetic),
        "households": {
            "before": len(before.assignments) + len(before.unassigned),
            "after": len(problem.households),
        },
        "transfers": len(proposal.transfers),
        "transferred_cases": transferred,
        "forced_cases": proposal.forced,
        "worth_it_cases": transferred - proposal.forced,
        "by_reason": _counted(proposal.transfers["reason"]),
        "joined": len(proposal.joined),
        "left": len(proposal.succession.left),
        "address_unknown": len(proposal.succession.address_unknown),
        "unassigned": len(plan.unassigned),
        "unassigned_by_reason": _counted(plan.unassigned["reason"]),
        "not_granted": list(proposal.not_granted),
        "move_km": problem.rules.move_km,
        "serving_km": proposal.serving_km,
        "at_most_above_least_km": round(proposal.loss_km, 3) if np.isfinite(proposal.loss_km) else None,
        "curve": [_point(one) for one in proposal.curve],
        "curve_gap_km": proposal.curve_gap_km,
        "max_transfers": None
        if proposal.budget is None
        else {"most": proposal.budget.most, "bound_km": proposal.budget.bound_km},
        "km": {"before": _km(before), "after": _km(plan)},
        "objective_km": {"before": standing_km(before), "after": plan.objective_km},
        "terms": {"before": {**before.terms, "move_km": 0.0}, "after": dict(plan.terms)},
        "standing": {
            "planned": dict(sorted(proposal.standing.planned.items())),
            "loss_km": proposal.standing.loss_km,
            "vacancies": vacancies.to_dict("list"),
            "held": sorted(proposal.standing.held),
            "opened": _opened(proposal),
        },
        "seed": plan.provenance["seed"],
        "versions": dict(plan.provenance["versions"]),
        "unplaced": [asdict(one) for one in proposal.succession.unplaced],
        **({PAIRED: halves} if (halves := halves_of(proposal.changes.moves)) else {}),
    }


def standing_km(plan: Plan) -> float:
    """Return the objective of a network as it stands, km: without what its last transfers cost."""
    return round(plan.objective_km - plan.terms["move_km"], KM_DECIMALS)


def tables_of(proposal: Proposal) -> dict[str, pd.DataFrame]:
    """Return the tables of a proposal's folder by name."""
    unassigned = proposal.plan.unassigned[["household_id", "reason", "cases"]]
    waits = told_of(proposal.standing.vacancy_id, unassigned["household_id"]).to_numpy()
    lost = {one.household_id: one for one in proposal.succession.unplaced}
    unknown = sorted(proposal.succession.address_unknown.items())
    center = proposal.plan.assignments.set_index("household_id")["center_id"]
    listed = pd.DataFrame(unknown, columns=["household_id", "date"], dtype="object")
    listed.insert(1, "center_id", told_of(center, listed["household_id"]).to_numpy())
    return {
        "transfers": proposal.transfers,
        "joined": with_pairs(proposal.joined, proposal.changes.moves, "join"),
        "left": with_pairs(proposal.succession.left, proposal.changes.moves, "leave"),
        "address_unknown": listed,
        "unassigned": unassigned.assign(
            vacancy_id=waits,
            place=[lost[one].place if one in lost else "" for one in unassigned["household_id"]],
            county=[lost[one].county if one in lost else "" for one in unassigned["household_id"]],
        ),
    }


def _opened(proposal: Proposal) -> dict[str, str]:
    centers = proposal.plan.centers
    new = centers[centers["site_id"].isin(proposal.changes.open)]
    return dict(zip(new["site_id"], new["center_id"], strict=True))


def _counted(values: pd.Series) -> dict[str, int]:
    counts = values.value_counts()
    return {str(one): int(counts[one]) for one in sorted(counts.index)}


def _point(point: Point) -> dict[str, float | None]:
    price = point.price_km if np.isfinite(point.price_km) else None
    return {"price_km": price, "transferred_cases": point.transferred, "serving_km": point.serving_km}


def _km(plan: Plan) -> dict[str, float | None]:
    return weighted_km(plan.assignments["km"].to_numpy(), plan.assignments["cases"].to_numpy())
