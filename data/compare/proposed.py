"""A proposal as one of the two that are compared: the network as it would stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.change.proposal import read_proposal
from data.change.succession import succeed
from data.compare.sides import Side, joined_side, kind_of, plan_side
from data.disk import shown_name
from data.errors import SitingError
from data.geodesy import KM_DECIMALS, geodesic_km
from data.kinds import is_nation_folder
from data.nation.check import province_folders
from data.nation.folder import PROVINCES
from data.nation.proposal import is_nation_proposal, read_nation_proposal
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from data.casebook import Entry
    from data.change.proposal import Kept
    from data.nation.proposal import NationKept
    from data.problem import Problem
    from data.rules import Rules

_PLACED = ["center_id", "lon", "lat", "province", "county", "district", "area"]


def proposed_side(folder: Path, beside: Path | None = None) -> Side:
    """Read a proposal beside the plan, or the nation, that it was made on.

    Parameters
    ----------
    folder : Path
        Of the proposal.
    beside : Path, optional
        As `based_on` takes it.

    Raises
    ------
    SitingError
        As `based_on`.
    """
    if is_nation_proposal(folder):
        return _nation(folder, beside)
    return _side(folder, *based_on(folder, beside))


def _nation(folder: Path, beside: Path | None) -> Side:
    """Return a nation as it would stand: where nothing is asked, as the proposal found it."""
    kept = read_nation_proposal(folder)
    nation = _nation_of(folder, kept, beside)
    versions = dict(kept.facts["base"]["versions"])
    sides = [
        proposed_side(kept.of(code), nation / PROVINCES / code)
        if code in kept.provinces
        else plan_side(nation / PROVINCES / code, version)
        for code, version in sorted(versions.items())
    ]
    return joined_side(folder, sides, label=shown_name(folder), version=None, head=kept.id)


def _nation_of(folder: Path, kept: NationKept, beside: Path | None) -> Path:
    """Return the nation whose records hold every head that a proposal was made on, as `based_on` looks."""
    for base in [*([] if beside is None else [beside]), *_around(folder)]:
        if not is_nation_folder(base) or {one.name for one in province_folders(base)} != set(kept.heads):
            continue
        if all(head in {one.hash for one in log} for head, log in _heads(base, kept)):
            return base
    raise _not_found(folder, kept.facts)


def _heads(base: Path, kept: NationKept) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the head that each province had and its log, one after the other."""
    for code, head in kept.heads.items():
        yield head, Casebook.open(base / PROVINCES / code / CASEBOOK).log()


def _around(folder: Path) -> list[Path]:
    return [one for one in sorted(folder.resolve().parent.iterdir()) if one.is_dir()]


def _not_found(folder: Path, facts: Mapping[str, Any]) -> SitingError:
    words = phrase("compare.base_not_found", path=shown_name(folder), base=facts["base"]["folder"])
    return SitingError(words, code="base_not_found")


def based_on(folder: Path, beside: Path | None = None) -> tuple[Kept, Casebook, int]:
    """Return a proposal, the record that it was made on, and the version of it.

    Parameters
    ----------
    folder : Path
        Of the proposal.
    beside : Path, optional
        Folder in which its plan is looked for first; then in those beside the proposal.

    Raises
    ------
    SitingError
        ``base_not_found`` where none of them holds the version that it was made on; of the proposal.
    """
    kept = read_proposal(folder)
    for base in [*([] if beside is None else [beside]), *_around(folder)]:
        if (base / CASEBOOK).is_file():
            book = Casebook.open(base / CASEBOOK)
            versions = {entry.hash: entry.version for entry in book.log()}
            if kept.base_head in versions:
                return kept, book, versions[kept.base_head]
    raise _not_found(folder, kept.facts)


def _side(folder: Path, kept: Kept, book: Casebook, version: int) -> Side:
    before, plan = book.problem(version), book.plan(version)
    following = succeed(before, plan, kept.changes).problem
    transfers, joined = kept.tables["transfers"], kept.tables["joined"]
    now = pd.concat(
        [
            plan.assignments[["household_id", "center_id", "km"]],
            transfers.rename(columns={"to_center": "center_id", "km_after": "km"})[
                ["household_id", "center_id", "km"]
            ],
            joined[["household_id", "center_id", "km"]],
        ]
    ).drop_duplicates("household_id", keep="last")
    left = kept.tables["unassigned"]
    people = pd.DataFrame(following.households.drop(columns=["geometry", "center_id"]))
    served = people[~people["household_id"].isin(left["household_id"])].merge(now, on="household_id")
    centers = _centers(following, kept)
    if following.travel is None:
        # Who moved house, or whose center was relocated, may keep the center and has another way to it.
        served["km"] = _km(served, centers, following.rules)
    synthetic, distance = kind_of(book, version, plan)
    return Side(
        label=shown_name(folder),
        assignments=served,
        centers=centers,
        unassigned=left,
        synthetic=synthetic,
        distance=distance,
        version=None,
        head=str(kept.facts["plan_hash"]),
    )


def _km(served: pd.DataFrame, centers: pd.DataFrame, rules: Rules) -> NDArray[np.float64]:
    there = centers.set_index("center_id").loc[served["center_id"]]
    ends = (table[name].to_numpy(float) for table in (served, there) for name in ("lon", "lat"))
    detour = np.where(served["area"] == "rural", rules.detour_rural, rules.detour_urban)
    return np.asarray(np.round(geodesic_km(*ends) * detour, KM_DECIMALS))


def _centers(following: Problem, kept: Kept) -> pd.DataFrame:
    opened = kept.facts["standing"]["opened"]
    sites = following.sites[following.sites["site_id"].isin(opened)]
    new = sites.assign(center_id=sites["site_id"].map(opened).astype("str"))
    tables = [pd.DataFrame(following.centers[_PLACED]), pd.DataFrame(new[_PLACED])]
    return pd.concat([one for one in tables if len(one)] or tables[:1], ignore_index=True)
