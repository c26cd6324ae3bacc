"""An applicant withdraws: the reserve takes the place of who was chosen, the rest of the network stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.casebook import CASEBOOK, Casebook
from data.change.asked import iso_date
from data.change.changes import Changes
from data.errors import SitingError
from data.nation.check import province_folders
from data.nation.folder import PROVINCES
from data.text import phrase
from siting.running.nation_proposing import propose_nation
from siting.running.proposing import proposed

if TYPE_CHECKING:
    from pathlib import Path

    from data.plan import Plan

_SITES, _OF_SITES = "problem_sites", ("site_id", "applicant_id", "ineligible")


@dataclass(frozen=True)
class Withdrawal:
    """Who withdraws, and who comes in.

    Attributes
    ----------
    applicant_id, center_id : str
        Who, and from which center; empty of who runs none.
    households, cases : int
        Whom that center serves.
    reserve_id, site_id : str
        The reserve and its site; empty where there is none and the place stays vacant.
    sites : tuple of str
        Of who runs no center, the sites that compete no more.
    reserve_of : tuple of str
        Of who runs no center, the centers that it is the reserve of.
    """

    applicant_id: str
    center_id: str = ""
    households: int = 0
    cases: int = 0
    reserve_id: str = ""
    site_id: str = ""
    sites: tuple[str, ...] = ()
    reserve_of: tuple[str, ...] = ()


def withdrawal_of(folder: Path, applicant_id: str) -> Withdrawal:
    """Return what the withdrawal of an applicant means for a plan or a nation as it stands.

    Raises
    ------
    SitingError
        ``nobody_applied``; ``does_not_compete`` for who runs no center and has no site that still may.
    """
    places = province_folders(folder) if (folder / PROVINCES).is_dir() else [folder]
    books = [Casebook.open(place / CASEBOOK) for place in places]
    plans = [book.plan() for book in books]
    if found := next((one for plan in plans if (one := _chosen(plan, applicant_id))), None):
        return found
    sites = pd.concat([book.tables({_SITES: _OF_SITES}, book.version)[_SITES] for book in books])
    own = sites[sites["applicant_id"] == applicant_id]
    told = {"applicant": applicant_id, "path": folder.name}
    if own.empty or not applicant_id:
        raise SitingError(phrase("call.nobody_applied", **told), code="nobody_applied")
    why = sorted(set(own["ineligible"]))
    if "" not in why:
        reason = phrase(f"explain.ineligible_{why[0]}")
        words = phrase("call.does_not_compete", reason=reason, **told)
        raise SitingError(words, code="does_not_compete")
    reserves = pd.concat([one.reserves for one in plans])
    named = reserves.loc[reserves["applicant_id"] == applicant_id, "center_id"]
    offered = own.loc[own["ineligible"] == "", "site_id"]
    return Withdrawal(applicant_id, sites=tuple(sorted(offered)), reserve_of=tuple(sorted(named)))


def _chosen(plan: Plan, applicant_id: str) -> Withdrawal | None:
    own = plan.centers[plan.centers["applicant_id"] == applicant_id]
    if own.empty or not applicant_id:
        return None
    given_up = own.iloc[0]
    center, count = str(given_up["center_id"]), (int(given_up["households"]), int(given_up["cases"]))
    named = plan.reserves[plan.reserves["center_id"] == center]
    if named.empty:
        return Withdrawal(applicant_id, center, *count)
    reserve = named.iloc[0]
    return Withdrawal(applicant_id, center, *count, str(reserve["applicant_id"]), str(reserve["site_id"]))


def decline(folder: Path, withdrawal: Withdrawal, temp: Path, *, effective: str) -> dict[str, Any]:
    """Fill a folder with the proposal of a withdrawal; return its ``proposal.json``.

    Every other center stays. Of the families, those of the center go to the reserve's, and of the others only
    as many change theirs as must: beyond the fewest transfers none is made though it would pay. Without a
    reserve the families of the center wait for the next call, all of them, and nobody else moves; the place
    still counts among the centers that were given. Where who withdraws runs no center, nobody moves: its
    sites compete no more, and the next best are the reserves.

    Parameters
    ----------
    folder : Path
        Of the plan, or of a nation.
    withdrawal : Withdrawal
        Of `withdrawal_of`.
    temp : Path
        The folder to fill, as `data.folder.write_folder` gives it.
    effective : str
        From when, Jalali or ISO.

    Raises
    ------
    SitingError
        Of the record, and as `siting.running.rebalancing.rebalance_network`.
    """
    day = iso_date(effective)
    changes = Changes(withdrawn=withdrawal.sites, effective=day)
    if withdrawal.center_id:
        changes = Changes(
            close={withdrawal.center_id: day},
            declined={withdrawal.center_id: withdrawal.site_id},
            open={withdrawal.site_id: day} if withdrawal.site_id else {},
            effective=day,
        )
    if (folder / PROVINCES).is_dir():
        return propose_nation(folder, changes, temp)
    return proposed(folder, changes, temp)[1]
