"""What `siting compare` holds against each other: one version of a plan, or a nation as it stands."""

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
from data.nation.folder import PROVINCES, nation_head
from data.rules import Rules
from data.summary import distance_kind
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        Of the casebook; None for a nation, whose provinces have one each.
    head : str
        Hash of the log's entry that made the version; of a nation the hash of its provinces' heads.
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


def side(place: Path, *, beside: Path | None = None) -> Side:
    """Read what one argument of `siting compare` names.

    Parameters
    ----------
    place : Path
        A plan folder (its current version), ``DIR@VERSION``, a nation's folder as it stands, or a proposal.
    beside : Path, optional
        What is named as the other side: the plan of a proposal may be there.

    Raises
    ------
    SitingError
        Exit code 3: ``no_folder``, ``not_a_plan``, ``version_of_nation``, ``known_twice`` (a household in two
        provinces), or a casebook that cannot be read, told by its folder; exit code 2: ``no_such_version``.
    """
    folder, version = parted(place)
    if not folder.is_dir():
        raise _refused("no_folder", folder)
    if (folder / PROVINCES).is_dir():
        if version is not None:
            raise _refused("version_of_nation", folder)
        return _nation(folder)
    if is_proposal_folder(folder):
        from data.compare.proposed import proposed_side  # noqa: PLC0415 - it makes a side itself

        return proposed_side(folder, None if beside is None else parted(beside)[0])
    if not (folder / CASEBOOK).is_file():
        raise _refused("not_a_plan", folder)
    return _plan_side(folder, version)


def parted(place: Path) -> tuple[Path, int | None]:
    """Return the folder and the version that ``DIR@VERSION`` names; a folder so called is itself meant."""
    folder, _, version = str(place).rpartition("@")
    if place.exists() or not folder or not version.isdecimal():
        return place, None
    return Path(folder), int(version)


def _plan_side(folder: Path, version: int | None) -> Side:
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
    )


def kind_of(book: Casebook, version: int, plan: Plan) -> tuple[bool, str]:
    """Return whether the households are invented, and what a kilometre is."""
    made = plan.provenance
    if {"synthetic", "distance"} <= set(made):
        return bool(made["synthetic"]), str(made["distance"])
    # Only a plan that was not made by this program's own planning does not say it.
    problem = book.problem(version)
    return problem.synthetic, distance_kind(problem.rules, travel_file=problem.travel is not None)


def _nation(folder: Path) -> Side:
    places = province_folders(folder)
    sides = [_plan_side(one, None) for one in places]
    if not sides:
        raise _refused("not_a_plan", folder)
    assignments = _joined([one.assignments for one in sides])
    unassigned = _joined([one.unassigned for one in sides])
    known = pd.concat([assignments["household_id"], unassigned["household_id"]])
    if known.duplicated().any():
        raise _refused("known_twice", folder, count=int(known[known.duplicated()].nunique()))
    return Side(
        label=shown_name(folder),
        assignments=assignments,
        centers=_joined([one.centers for one in sides]),
        unassigned=unassigned,
        synthetic=any(one.synthetic for one in sides),
        distance="+".join(sorted({one.distance for one in sides})),
        version=None,
        head=nation_head({place.name: one.head for place, one in zip(places, sides, strict=True)}),
        privacy_k=max(one.privacy_k for one in sides),
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
