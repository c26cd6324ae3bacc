"""Who hands over whose files to whom by a proposal, and whom to notify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.change.proposal import read_proposal
from data.change.succession import continued, succeed
from data.errors import Exit, SitingError
from data.plan import seal_in
from data.text import phrase
from maps.handover.contacts import GROUND, Center, known_centers, opened_centers, texts_of, where_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from data.casebook.log import Entry
    from data.change.changes import Changes
    from data.change.proposal import Kept
    from data.change.succession import Succession
    from data.problem import Problem

ROW_COLUMNS = ("household_id", "cases", "place", "reason", "km_before", "km_after", "effective")
NOTIFY_COLUMNS = ("household_id", "center_id", "name", "address", "phone", "effective")
INDEX_COLUMNS = ("from_center", "to_center", "households", "cases")


@dataclass(frozen=True)
class Pair:
    """What one center hands over to another.

    Attributes
    ----------
    from_center, to_center : Center
        Who hands over, and who takes over.
    rows : DataFrame
        One row a household, in the order of their ids: `ROW_COLUMNS`; ``effective`` is an ISO date.
    """

    from_center: Center
    to_center: Center
    rows: pd.DataFrame


@dataclass(frozen=True)
class Handover:
    """Everything that is to be handed over by a proposal.

    Attributes
    ----------
    folder : str
        Name of the plan folder that the proposal was made on.
    version, head : int, str
        Of the casebook that it was made on.
    applied : int or None
        Version that the proposal became; None while it is not applied.
    taken_back : int or None
        Version that took it back since; None while it is in force.
    synthetic : bool
        Whether the households are invented.
    pairs : tuple of Pair
        In the order of the centers' ids.
    notify : DataFrame
        One row a household that is transferred or newly served, in the order of their ids: `NOTIFY_COLUMNS`
        of its new center; ``effective`` is an ISO date.
    other : Handover or None
        That of the province that takes over, where files go from one province to another.
    seal : str
        Of the call that the plan was founded by; empty without one.
    """

    folder: str
    version: int
    head: str
    applied: int | None
    taken_back: int | None
    synthetic: bool
    pairs: tuple[Pair, ...]
    notify: pd.DataFrame
    other: Handover | None = None
    seal: str = ""

    def index(self) -> pd.DataFrame:
        """Return how much each pair of centers hands over, one row a pair: `INDEX_COLUMNS`."""
        rows = [
            (one.from_center.center_id, one.to_center.center_id, len(one.rows), int(one.rows["cases"].sum()))
            for one in self.pairs
        ]
        return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))


@dataclass(frozen=True)
class Ends:
    """What a proposal makes of a network, and where the centers are found before and after it.

    Attributes
    ----------
    problem : Problem
        As it is when the proposal is applied.
    before, after : mapping of str to Center
        The centers by their ids.
    """

    problem: Problem
    before: Mapping[str, Center]
    after: Mapping[str, Center]

    def places_of(self, ids: pd.Series) -> list[str]:
        """Return the village or quarter of each household, or all that is known of where it is."""
        people = self.problem.households.set_index("household_id").reindex(ids)
        return [row["place"] or where_of(row) for row in texts_of(people, ["place", *GROUND])]


def handover_of(folder: Path, proposal: Path) -> Handover:
    """Return what a proposal asks to be handed over, whether it is applied already or not.

    Parameters
    ----------
    folder, proposal : Path
        Of the plan, and of the proposal.

    Raises
    ------
    SitingError
        ``not_a_proposal`` (exit code 3); ``changed_proposal``, ``other_proposal``, ``other_folder`` or, where
        something else was done on the version that it was made on, ``stale_proposal`` (exit code 6); of the
        record.
    """
    return handover_and_ends(folder, proposal)[0]


def handover_and_ends(folder: Path, proposal: Path) -> tuple[Handover, Ends]:
    """Return what `handover_of` does, and where the centers are found between which there may be more."""
    kept = read_proposal(proposal)
    book = Casebook.open(folder / CASEBOOK)
    log = book.log()
    base, applied = _base(kept, log)
    problem, plan = book.problem(base.version), book.plan(base.version)
    succession = succeed(problem, plan, kept.changes)
    opened = opened_centers(succession.problem, kept.facts["standing"]["opened"])
    ends = Ends(
        problem=succession.problem,
        before=known_centers(continued(problem, plan).centers),
        after={**known_centers(succession.problem.centers), **opened},
    )
    transfers = kept.tables["transfers"]
    handover = Handover(
        folder=str(kept.facts["base"]["folder"]),
        version=base.version,
        head=base.hash,
        applied=applied,
        taken_back=None if applied is None else _taken_back(log, applied),
        synthetic=bool(problem.synthetic),
        pairs=pairs_of(transfers, ends.places_of(transfers["household_id"]), ends.before, ends.after),
        notify=_notify(kept, succession, ends.after),
        seal=seal_in(plan.provenance),
    )
    return handover, ends


def _base(kept: Kept, log: Sequence[Entry]) -> tuple[Entry, int | None]:
    """Return the entry that a proposal was made on, and the version it became."""
    heads = [one.hash for one in log]
    if kept.base_head not in heads:
        raise SitingError(phrase("folder.other_folder"), code="other_folder", exit_code=Exit.REFUSED)
    at = heads.index(kept.base_head)
    if at == len(log) - 1:
        return log[at], None
    following = log[at + 1]
    if following.payload.get("files") != kept.facts["files"]:
        versions = {"made_on": log[at].version, "following": following.version, "version": log[-1].version}
        words = phrase("handover.never_applied", **versions)
        raise SitingError(words, code="stale_proposal", exit_code=Exit.REFUSED)
    return log[at], following.version


def _taken_back(log: Sequence[Entry], applied: int) -> int | None:
    """Return the version since which what a version did is no longer in force; None where it is."""
    holds, at = {applied: True}, None
    for entry in log[applied:]:
        # A revert stands on the version it brings back, any other on the one before it.
        back = entry.payload.get("to") if entry.kind == "revert" else entry.version - 1
        holds[entry.version] = holds.get(int(back or 0), False)
        at = None if holds[entry.version] else at or entry.version
    return at


def pairs_of(
    transfers: pd.DataFrame,
    place: Sequence[str],
    before: Mapping[str, Center],
    after: Mapping[str, Center],
) -> tuple[Pair, ...]:
    """Return who hands over what to whom, in the order of the centers' ids.

    Parameters
    ----------
    transfers : DataFrame
        ``from_center``, ``to_center`` and `ROW_COLUMNS` but ``place``, one row a household.
    place : sequence of str
        Where each of them is.
    before, after : mapping of str to Center
        Who hands over and who takes over, by id.
    """
    rows = transfers.assign(place=place).sort_values("household_id", kind="stable")
    pairs = []
    for _, own in rows.groupby(["from_center", "to_center"], sort=True):
        gives, takes = str(own["from_center"].iloc[0]), str(own["to_center"].iloc[0])
        listed = own[list(ROW_COLUMNS)].reset_index(drop=True)
        pairs.append(Pair(before.get(gives, Center(gives)), after.get(takes, Center(takes)), listed))
    return tuple(pairs)


def _notify(kept: Kept, succession: Succession, after: Mapping[str, Center]) -> pd.DataFrame:
    transfers, joined = kept.tables["transfers"], kept.tables["joined"]
    own, latest = {**succession.moved, **succession.joined}, _latest(kept.changes)
    told = [
        *zip(transfers["household_id"], transfers["to_center"], transfers["effective"], strict=True),
        *((who, to, own.get(who, latest)) for who, to in joined[["household_id", "center_id"]].to_numpy()),
    ]
    rows = []
    for who, to, effective in sorted(told):
        center = after.get(to, Center(to))
        rows.append((who, to, center.called, center.address, center.phone, effective))
    return pd.DataFrame(rows, columns=list(NOTIFY_COLUMNS))


def _latest(changes: Changes) -> str:
    """Return from when everything is in force that was asked for: then there is room for who waited."""
    dates = [
        changes.effective,
        *changes.moves["date"],
        *changes.close.values(),
        *changes.open.values(),
        *(one.date for one in changes.relocate.values()),
        *(date for _, date in changes.max_cases.values()),
    ]
    return max(dates, default="")
