"""An applicant withdraws: the reserve takes the place of who was chosen, the rest of the network stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.build.check import OFFERED, WITHDRAWN
from data.call.outcomes import PENDING, state_words
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
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from data.plan import Plan

_SITES, _CENTERS = "problem_sites", "plan_centers"


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
        Of who runs no center, the sites that it takes back.
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
        ``unknown_applicant``; ``does_not_compete`` for who runs no center and has no site that still may.
    """
    places = province_folders(folder) if (folder / PROVINCES).is_dir() else [folder]
    told = {"applicant": applicant_id, "path": folder.name}
    for place in places if applicant_id else ():
        book = Casebook.open(place / CASEBOOK)
        tables = book.tables({_CENTERS: None, _SITES: None}, book.version)
        if (tables[_CENTERS]["applicant_id"] == applicant_id).any():
            return _of_chosen(book.plan(), applicant_id)
        own = tables[_SITES][tables[_SITES]["applicant_id"] == applicant_id]
        if len(own):
            return _of_another(own, book.plan(), told)
    raise SitingError(phrase("call.unknown_applicant", **told), code="unknown_applicant")


def _of_another(own: pd.DataFrame, plan: Plan, told: Mapping[str, str]) -> Withdrawal:
    """Return the withdrawal of who runs no center, by its sites."""
    if (~own["ineligible"].isin(OFFERED)).all():
        # Who left competes no more whatever else is said of its sites; then what is still open says most.
        weight = {WITHDRAWN: 0, PENDING: 1}
        first = min(
            own.to_dict("records"), key=lambda one: (weight.get(one["ineligible"], 2), one["preference"])
        )
        reason = state_words(str(first["ineligible"]), first.get("decision_reason"))
        raise SitingError(phrase("call.does_not_compete", reason=reason, **told), code="does_not_compete")
    who = told["applicant"]
    named = plan.reserves.loc[plan.reserves["applicant_id"] == who, "center_id"]
    offered = own.loc[own["ineligible"].isin(OFFERED), "site_id"]
    return Withdrawal(who, sites=tuple(sorted(offered)), reserve_of=tuple(sorted(named)))


def _of_chosen(plan: Plan, applicant_id: str) -> Withdrawal:
    """Return the withdrawal of who runs a center."""
    given_up = plan.centers[plan.centers["applicant_id"] == applicant_id].iloc[0]
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
