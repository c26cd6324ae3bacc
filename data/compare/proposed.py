"""A proposal as one of the two that are compared: the network as it would stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.change.proposal import read_proposal
from data.change.succession import succeed
from data.compare.sides import Side, kind_of
from data.disk import shown_name
from data.errors import SitingError
from data.geodesy import KM_DECIMALS, geodesic_km
from data.text import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.change.proposal import Kept
    from data.problem import Problem
    from data.rules import Rules

_PLACED = ["center_id", "lon", "lat", "province", "county", "district", "area"]


def proposed_side(folder: Path, beside: Path | None = None) -> Side:
    """Read a proposal beside the plan that it was made on.

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
    return _side(folder, *based_on(folder, beside))


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
    around = [one for one in sorted(folder.resolve().parent.iterdir()) if one.is_dir()]
    for base in [*([] if beside is None else [beside]), *around]:
        if (base / CASEBOOK).is_file():
            book = Casebook.open(base / CASEBOOK)
            versions = {entry.hash: entry.version for entry in book.log()}
            if kept.base_head in versions:
                return kept, book, versions[kept.base_head]
    words = phrase("compare.base_not_found", path=shown_name(folder), base=kept.facts["base"]["folder"])
    raise SitingError(words, code="base_not_found")


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
