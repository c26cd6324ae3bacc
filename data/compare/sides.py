"""What `siting compare` holds against each other: one version of a plan, or of a nation, or a proposal."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.casebook.trouble import no_such_version
from data.disk import shown_name
from data.errors import Failure, SitingError
from data.kinds import is_proposal_folder
from data.nation.check import province_folders
from data.nation.events import events_of, logs_of, versions_at
from data.nation.folder import PROVINCES, nation_head
from data.nation.reverting import event_asked
from data.plan import seal_in
from data.rules import Rules
from data.summary import distance_kind
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.plan import Plan


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    Attributes
    ----------
    label : str
        Name of the folder, with ``@`` and the version where there is one.
    assignments, centers, unassigned : DataFrame
        As `data.plan.Plan` has them.
    synthetic : bool
        Whether the households are invented.
    distance : str
        What a kilometre is: ``straight_line``, ``detour``, ``travel_file``; of a nation whose provinces
        differ, all of theirs joined by ``+``.
    version : int or None
        Of the casebook, or of the nation; None for a nation as it stands, and for a proposal.
    head : str
        Hash of the log's entry that made the version; of a nation the hash of its provinces' heads; of a
        proposal that of the plan it makes, of a nation's its id.
    seal : str
        Of the call that it was founded by; empty without one.
    privacy_k : int
        The rule: of fewer households nothing is told in public.
    """

    label: str
    assignments: pd.DataFrame
    centers: pd.DataFrame
    unassigned: pd.DataFrame
    synthetic: bool
    distance: str
    version: int | None
    head: str
    privacy_k: int = Rules.privacy_k
    seal: str = ""


def side(place: Path, *, beside: Path | None = None) -> Side:
    """Read what one argument of `siting compare` names.

    Parameters
    ----------
    place : Path
        The folder of a plan or a nation as it stands, ``DIR@VERSION`` of either, or a proposal.
    beside : Path, optional
        What is named as the other side: the plan of a proposal may be there.

    Raises
    ------
    SitingError
        Exit code 3: ``no_folder``, ``not_a_plan``, ``known_twice`` (a household in two provinces),
        ``base_not_found``, or a casebook that cannot be read, told by its folder; exit code 2:
        ``no_such_version``.
    """
    folder, version = parted(place)
    if not folder.is_dir():
        raise _refused("no_folder", folder)
    if is_proposal_folder(folder):
        from data.compare.proposed import proposed_side  # noqa: PLC0415 - it makes a side itself

        return proposed_side(folder, None if beside is None else parted(beside)[0])
    if (folder / PROVINCES).is_dir():
        return _nation(folder, version)
    if not (folder / CASEBOOK).is_file():
        raise _refused("not_a_plan", folder)
    return plan_side(folder, version)


def parted(place: Path) -> tuple[Path, int | None]:
    """Return the folder and the version that ``DIR@VERSION`` names; a folder so called is itself meant."""
    folder, _, version = str(place).rpartition("@")
    if place.exists() or not folder or not version.isdecimal():
        return place, None
    return Path(folder), int(version)


def plan_side(folder: Path, version: int | None = None) -> Side:
    """Read one version of a plan, the current one unless told; as `side`."""
    with _told_of(folder):
        book = Casebook.open(folder / CASEBOOK)
        heads = {entry.version: entry.hash for entry in book.log()}
    wanted = max(heads) if version is None else version
    if wanted not in heads:
        raise no_such_version(book.path, wanted, max(heads))
    with _told_of(folder):
        plan = book.plan(wanted)
        synthetic, distance = kind_of(book, wanted, plan)
    return Side(
        label=f"{shown_name(folder)}@{wanted}",
        assignments=plan.assignments,
        centers=plan.centers,
        unassigned=plan.unassigned,
        synthetic=synthetic,
        distance=distance,
        version=wanted,
        head=heads[wanted],
        privacy_k=int(plan.provenance.get("rules", {}).get("privacy_k", Rules.privacy_k)),
        seal=seal_in(plan.provenance),
    )


def kind_of(book: Casebook, version: int, plan: Plan) -> tuple[bool, str]:
    """Return whether the households are invented, and what a kilometre is."""
    made = plan.provenance
    if {"synthetic", "distance"} <= set(made):
        return bool(made["synthetic"]), str(made["distance"])
    # Only a plan that was not made by this program's own planning does not say it.
    problem = book.problem(version)
    return problem.synthetic, distance_kind(problem.rules, travel_file=problem.travel is not None)


def _nation(folder: Path, version: int | None) -> Side:
    """Read a nation: as it stands, or as it was in one of its versions."""
    places = province_folders(folder)
    then: Mapping[str, int] = {}
    if version is not None:
        with _told_of(folder):
            events = events_of(logs_of(folder))
        then = versions_at(events, event_asked(events, str(version), nation=shown_name(folder)).version)
    sides = {one.name: plan_side(one, then.get(one.name)) for one in places}
    if not sides:
        raise _refused("not_a_plan", folder)
    label = shown_name(folder) if version is None else f"{shown_name(folder)}@{version}"
    head = nation_head({code: one.head for code, one in sides.items()})
    return joined_side(folder, list(sides.values()), label=label, version=version, head=head)


def joined_side(folder: Path, sides: Sequence[Side], *, label: str, version: int | None, head: str) -> Side:
    """Put the provinces of a nation together.

    Parameters
    ----------
    folder : Path
        Of the nation, or of its proposal, for messages.
    sides : sequence of Side
        One a province.
    label, version, head : str, int or None, str
        As `Side` has them.

    Raises
    ------
    SitingError
        ``known_twice``: a household in two provinces.
    """
    assignments = _joined([one.assignments for one in sides])
    unassigned = _joined([one.unassigned for one in sides])
    known = pd.concat([assignments["household_id"], unassigned["household_id"]])
    if known.duplicated().any():
        raise _refused("known_twice", folder, count=int(known[known.duplicated()].nunique()))
    return Side(
        label=label,
        assignments=assignments,
        centers=_joined([one.centers for one in sides]),
        unassigned=unassigned,
        synthetic=any(one.synthetic for one in sides),
        distance="+".join(sorted({one.distance for one in sides})),
        version=version,
        head=head,
        privacy_k=max(one.privacy_k for one in sides),
        seal=next((one.seal for one in sides if one.seal), ""),
    )


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    # An empty table knows no types, and would make those of the others common objects.
    return pd.concat([one for one in tables if len(one)] or list(tables[:1]), ignore_index=True)


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    """Name the folder in what its casebook refuses: of two, a user must know which."""
    try:
        yield
    except SitingError as error:
        failure = Failure(f"{shown_name(folder)}/{CASEBOOK}", 0, error.code, "", error.words)
        raise SitingError(
            error.words, code=error.code, exit_code=error.exit_code, failures=[failure]
        ) from error


def _refused(code: str, folder: Path, **values: object) -> SitingError:
    return SitingError(phrase(f"compare.{code}", path=shown_name(folder), **values), code=code)
