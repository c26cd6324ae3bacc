"""A nation's proposal: every event to the province that it is of, the provinces side by side."""

from __future__ import annotations

import json
import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from data.casebook import CASEBOOK, Casebook
from data.change.changes import lost_arrivals, wrong_changes
from data.change.unplaced import unplaced_of
from data.errors import Exit, SitingError
from data.nation.check import province_folders
from data.nation.destinations import wanted_of
from data.nation.folder import PROVINCES, SUMMARY
from data.nation.proposal import write_nation_proposal
from data.nation.provinces import raise_all
from data.nation.routes import routed
from data.nation.survey import survey
from data.process.workers import Workers
from data.rules import usage_error
from data.text import phrase
from siting.running.nation_figures import Half, Resting, nation_figures, with_crossing
from siting.running.proposing import proposed

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from data.change.changes import Changes
    from data.nation.routes import Routed

PAIR_COLUMNS = [
    "pair_id", "household_id", "from_province", "to_province", "from_center", "to_center", "km_before",
    "km_after", "date",
]  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a province's worker gives back.

    Attributes
    ----------
    code : str
        Of the province.
    facts : dict
        Its ``proposal.json``.
    half : Half
        What the nation adds up beside them.
    left, joined : DataFrame
        ``center_id`` and ``km`` by ``household_id`` of who leaves it and of who joins it, and of these their
        ``cases``.
    """

    code: str
    facts: dict[str, Any]
    half: Half
    left: pd.DataFrame
    joined: pd.DataFrame


def propose_nation(
    folder: Path, changes: Changes, temp: Path, *, max_transfers: int | None = None
) -> dict[str, Any]:
    """Fill a folder with the proposal of what is asked of a nation; return its ``proposal.json``.

    Parameters
    ----------
    folder : Path
        Of the nation.
    changes : Changes
        Of all provinces together; see `data.nation.routes.routed`.
    temp : Path
        The folder to fill.
    max_transfers : int, optional
        Refused: transfers are limited province by province.

    Raises
    ------
    SitingError
        With what is wrong in any province; exit code 2 with ``max_transfers``.
    """
    if max_transfers is not None:
        raise usage_error(phrase("moves.no_common_limit"))
    if changes.is_empty():
        raise SitingError(phrase("changes.nothing_changes"), code="nothing_changes")
    names = _names(folder)
    wanted, number = wanted_of(changes), os.cpu_count() or 1
    with Workers(number).ready():
        places = province_folders(folder)
        surveyed = _each(number, [delayed(survey)(one, wanted) for one in places])
        shared = routed(changes, surveyed, names)
        if shared.failures:
            parts = [
                delayed(_refused)(folder / PROVINCES / code, one) for code, one in shared.changes.items()
            ]
            raise_all([SitingError.of(shared.failures), *filter(None, _each(number, parts))])
        sizes = {one.code: one.households for one in surveyed}
        # The largest first, so that none of them is left alone at the end.
        order = sorted(shared.changes, key=lambda code: (-sizes[code], code))
        jobs = [
            delayed(_in_province)(folder / PROVINCES / one, shared.changes[one], temp / PROVINCES / one)
            for one in order
        ]
        outcomes = _each(number, jobs)
        done = {one.code: one for one in outcomes if isinstance(one, Done)}
        if refused := [one for one in outcomes if isinstance(one, SitingError)]:
            lost = [one.failure for own in done.values() for one in unplaced_of(own.facts)]
            raise_all([*refused, *([SitingError.of(lost)] if lost else [])])
        resting = _each(number, [delayed(Resting.of)(one) for one in places if one.name not in done])
    facts = nation_figures(
        {code: (done[code].facts, done[code].half) for code in sorted(done)},
        names=names,
        resting=resting,
    )
    facts["base"] = {
        "folder": folder.resolve().name,
        "heads": {one.code: one.head for one in surveyed},
        "versions": {one.code: one.version for one in surveyed},
    }
    pairs = _pairs(shared, done)
    facts = with_crossing(facts, len(pairs), int((pairs["to_center"] != "").sum()), _crossing(pairs, done))
    facts["changes"] = changes.as_dict()
    return write_nation_proposal(temp, facts, pairs)


def _each(number: int, jobs: list[Any]) -> list[Any]:
    """Return what the jobs return, in their order.

    Raises
    ------
    SitingError
        ``worker_died`` (exit code 8) where a worker died, as of too little memory.
    """
    parallel = Parallel(n_jobs=min(number, max(len(jobs), 1)), batch_size=1, pre_dispatch="n_jobs")
    try:
        return list(parallel(jobs))
    except BrokenProcessPool as error:
        words = phrase("moves.worker_died", kind=type(error).__name__)
        raise SitingError(words, code="worker_died", exit_code=Exit.MACHINE) from error


def _names(folder: Path) -> dict[str, str]:
    """Return the name of each province by its code."""
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return {str(one["code"]): str(one["province"]) for one in summary["provinces"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = phrase("folder.unreadable_summary")
        raise SitingError(words, code="unreadable_summary") from error


def _refused(folder: Path, changes: Changes) -> SitingError | None:
    """Return what cannot be asked of a province, to be told together with what is wrong elsewhere."""
    book = Casebook.open(folder / CASEBOOK)
    problem = book.problem()
    found = [*wrong_changes(problem, book.plan(), changes), *lost_arrivals(problem, changes)]
    return SitingError.of(found) if found else None


def _in_province(folder: Path, changes: Changes, temp: Path) -> Done | SitingError:
    """Propose in a process of its own; what is wrong is told together with what is in other provinces."""
    temp.mkdir(parents=True)
    try:
        before, facts, proposal = proposed(folder, changes, temp)
    except SitingError as error:
        return error
    served = before.assignments.set_index("household_id")[["center_id", "km"]]
    left = proposal.succession.left["household_id"]
    joined = proposal.joined.set_index("household_id")[["center_id", "km", "cases"]]
    return Done(folder.name, facts, Half.of(before, proposal.plan), served.reindex(left), joined)


def _crossing(pairs: pd.DataFrame, done: dict[str, Done]) -> list[int]:
    """Return the cases of each family that has a center in one province and will have one in another."""
    served = pairs[(pairs["from_center"] != "") & (pairs["to_center"] != "")]
    return [
        int(done[code].joined["cases"].loc[who])
        for who, code in served[["household_id", "to_province"]].itertuples(index=False, name=None)
    ]


def _pairs(shared: Routed, done: dict[str, Done]) -> pd.DataFrame:
    """Return the families between provinces with the centers and kilometres they had and will have."""
    table = shared.pairs.copy()
    for end, side, center, km in (
        ("from_province", "left", "from_center", "km_before"),
        ("to_province", "joined", "to_center", "km_after"),
    ):
        table[center], table[km] = "", np.nan
        for code, rows in table.groupby(end):
            told = getattr(done[str(code)], side).reindex(rows["household_id"])
            table.loc[rows.index, center] = told["center_id"].astype(object).fillna("").to_numpy()
            table.loc[rows.index, km] = told["km"].to_numpy(dtype=float)
    return table[PAIR_COLUMNS]
