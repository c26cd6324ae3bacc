"""Why an applicant was chosen or not, against whom, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.call.outcomes import PENDING, REFUSED, outcomes_of
from siting.explain.center import (
    Alternative,
    alike_km_of,
    alternative,
    best_swaps_of,
    gap_km_of,
    is_ordered,
    rivals_of,
    why_fixed,
)
from siting.explain.shown import Explained
from siting.explain.swaps import (
    LOSS,
    OTHER_SIDE,
    TIE,
    WIN,
    best_swaps,
    nearer_by_km,
    pairs_of,
    swap_of,
    verdict,
)
from siting.explain.tied import Tied, tied
from siting.explain.version import stood_of

if TYPE_CHECKING:
    from data.plan import Plan
    from data.problem import Problem
    from data.text import Phrase
    from siting.explain.stood import Stood
    from siting.explain.swaps import Swap

UNCONTESTED, INELIGIBLE, NO_CHOICE = "uncontested", "ineligible", "no_choice"


@dataclass(frozen=True)
class SiteFacts:
    """What is to be said of one site of an applicant.

    Attributes
    ----------
    site_id, unit : str
        The site, and what it would serve.
    preference : int
        The applicant's own order.
    status : str
        ``open``; ``ineligible``; ``compared`` (with the best center to give way for it); ``no_choice`` (no
        center of its unit could give way); ``elsewhere`` (the applicant's center is in another unit).
    why : str
        Of an ineligible site: ``refused``, ``pending``, ``forbidden``, ``no_location``,
        ``outside_boundaries``, ``withdrawn``, ``no_households``.
    told : str
        Of a refused or pending site, what was said of it where it was decided; may be empty.
    against, against_applicant : str
        The center that would give way at least cost, and whose it is; empty where the site would open beside
        all, in place of a vacancy.
    swap : Alternative or None
        What it costs.
    n_compared : int
        Centers that could give way.
    all_compared : bool
        Whether every other of them is proven to cost more.
    proven_km : float or None
        What every plan with the site is proven to cost more than this one; None where that is not known.
    nearer_by_km : float or None
        How many km nearer to every household it would serve it had to be to cost no more; told of the best
        site of who was not chosen.
    first_choice_km : float or None
        What that site would cost if it were the applicant's first preference.
    verdict : str
        ``clear_win``, ``near_tie`` or ``clear_loss`` of the site against the center; empty if not compared.
    """

    site_id: str
    unit: str
    preference: int
    status: str
    why: str = ""
    told: str = ""
    against: str = ""
    against_applicant: str = ""
    swap: Alternative | None = None
    n_compared: int = 0
    all_compared: bool = True
    proven_km: float | None = None
    nearer_by_km: float | None = None
    first_choice_km: float | None = None
    verdict: str = ""


@dataclass(frozen=True, repr=False)
class ApplicantFacts(Explained):
    """What is to be said of an applicant.

    Attributes
    ----------
    applicant_id : str
        The applicant.
    center_id : str
        Its center; empty for who was not chosen.
    why_fixed : str
        Why its center had to be where it is, as `siting.explain.center.CenterFacts`.
    runner_up : Alternative or None
        The best site of another applicant in place of its center.
    all_compared : bool
        Whether every other applicant is proven to cost more than the runner-up.
    gap_km : float or None
        Up to which difference applicants are alike, as `siting.explain.center.gap_km_of`.
    verdict : str
        ``clear_win``, ``near_tie``, ``clear_loss``, ``uncontested``, ``ineligible`` or ``no_choice``.
    sites : tuple of SiteFacts
        By preference.
    tie : Tied or None
        What a call settled between the applicant and another for a center, as its letter tells it.
    ordered : bool
        Whether a tie-break decides between applicants who differ by no more than ``gap_km``.
    outcome : str
        What became of it, as `data.call.outcomes.Outcome`.
    reason : Phrase or str
        Why, as its letter tells it.
    """

    applicant_id: str
    center_id: str
    why_fixed: str
    runner_up: Alternative | None
    all_compared: bool
    gap_km: float | None
    verdict: str
    sites: tuple[SiteFacts, ...]
    tie: Tied | None = None
    ordered: bool = False
    outcome: str = ""
    reason: Phrase | str = ""


def explain_applicant(problem: Problem, plan: Plan, applicant_id: str) -> ApplicantFacts:
    """Say why an applicant has a center or none: what the unit would cost otherwise, solved exactly.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    applicant_id : str
        Who has a site in the problem, or a center in the plan.
    """
    own = problem.sites[problem.sites["applicant_id"] == applicant_id]
    own = own.sort_values(["preference", "site_id"], kind="stable")
    centers = plan.centers[plan.centers["applicant_id"] == applicant_id]
    names = sorted({*own.loc[own["ineligible"] == "", "unit"], *centers["unit"]})
    units = {name: stood for name in names if (stood := stood_of(problem, plan, name)) is not None}
    if centers.empty:
        facts = _not_chosen(problem, plan, applicant_id, own, units)
    else:
        facts = _chosen(problem, plan, centers.iloc[0], own, units[str(centers["unit"].iloc[0])])
    became = {one.applicant_id: one for one in outcomes_of(problem, plan)}.get(applicant_id)
    if became is None:
        return facts
    return replace(facts, ordered=is_ordered(plan), outcome=became.outcome, reason=became.words)


def _not_chosen(
    problem: Problem, plan: Plan, applicant_id: str, own: pd.DataFrame, units: dict[str, Stood]
) -> ApplicantFacts:
    sites, best = [], None
    for _, row in own.iterrows():
        stood = units.get(row["unit"])
        outs = [] if stood is None or row["ineligible"] else _might_give_way(problem, plan, stood)
        if stood is None or not outs:
            sites.append(_bare(row, INELIGIBLE if row["ineligible"] else NO_CHOICE))
            continue
        swaps, complete = best_swaps(stood, stood.as_it_is, pairs_of(outs, [_facility(stood, row)]))
        told = _of_swap(problem, plan, row, stood, swaps[0])
        sites.append(replace(told, n_compared=len(outs), all_compared=complete))
        if best is None or swaps[0].judged_km < best[2].judged_km:
            best = len(sites) - 1, stood, swaps[0]
    if best is not None:
        sites[best[0]] = _with_remedies(sites[best[0]], best[1], best[2])
    judged = [one.verdict for one in sites if one.verdict]
    worth = next((one for one in (WIN, TIE, LOSS) if one in judged), "")
    if not worth:
        worth = INELIGIBLE if all(one.status == INELIGIBLE for one in sites) else NO_CHOICE
    compared = all(one.all_compared for one in sites)
    tie = tied(problem, plan, [one.site_id for one in sites if one.status != INELIGIBLE], won=False)
    return ApplicantFacts(applicant_id, "", "", None, compared, gap_km_of(plan), worth, tuple(sites), tie)


def _chosen(
    problem: Problem, plan: Plan, center: pd.Series, own: pd.DataFrame, stood: Stood
) -> ApplicantFacts:
    name = str(center["center_id"])
    position = int(np.flatnonzero(stood.center_id == name)[0])
    fixed = why_fixed(problem, plan, name)
    rivals = rivals_of(problem, plan, stood)
    swaps, complete = ([], True) if fixed else best_swaps_of(stood, problem, position, rivals, count=1)
    gap = gap_km_of(plan)
    worth = NO_CHOICE if fixed else UNCONTESTED
    if swaps:
        worth = OTHER_SIDE[verdict(swaps[0], gap_km=gap, alike_km=alike_km_of(plan))]
    sites = []
    for _, row in own.iterrows():
        if row["site_id"] == center["site_id"]:
            sites.append(_bare(row, "open"))
        elif row["ineligible"]:
            sites.append(_bare(row, INELIGIBLE))
        elif row["unit"] != stood.unit.name or fixed:
            sites.append(_bare(row, NO_CHOICE if fixed else "elsewhere"))
        else:
            into = _facility(stood, row)
            swap = swap_of(stood, stood.as_it_is, (int(stood.open[position]), into))
            sites.append(replace(_of_swap(problem, plan, row, stood, swap), n_compared=1))
    runner_up = alternative(problem, stood, swaps[0]) if swaps else None
    tie = None if fixed else tied(problem, plan, [str(center["site_id"])], won=True)
    return ApplicantFacts(
        str(center["applicant_id"]), name, fixed, runner_up, complete, gap, worth, tuple(sites), tie
    )


def _might_give_way(problem: Problem, plan: Plan, stood: Stood) -> list[int | None]:
    """Return the open facilities that were chosen, and None where one more may open."""
    chosen = np.array([not why_fixed(problem, plan, one) for one in stood.center_id], dtype=bool)
    outs: list[int | None] = list(stood.open[chosen].tolist())
    unit = plan.units[plan.units["unit"] == stood.unit.name].iloc[0]
    return [*outs, None] if unit["planned"] > unit["opened"] else outs


def _of_swap(problem: Problem, plan: Plan, row: pd.Series, stood: Stood, swap: Swap) -> SiteFacts:
    bare = _bare(row, "compared")
    regret = plan.losing_sites.set_index("site_id")["regret_km_at_least"]
    told = float(regret.get(bare.site_id, np.nan))
    proven = told if np.isfinite(told) else 0.0
    against = "" if swap.out is None else str(stood.center_id[np.flatnonzero(stood.open == swap.out)[0]])
    owner = plan.centers.set_index("center_id")["applicant_id"]
    return replace(
        bare,
        against=against,
        against_applicant=str(owner.get(against, "")),
        swap=alternative(problem, stood, swap),
        proven_km=proven or None,
        verdict=verdict(swap, gap_km=gap_km_of(plan), proven_km=proven, alike_km=alike_km_of(plan)),
    )


def _with_remedies(told: SiteFacts, stood: Stood, swap: Swap) -> SiteFacts:
    """Return a site with what would have to change for its swap to pay."""
    off = stood.unit.rules.preference_km * (told.preference - 1)
    first = stood.again(stood.swapped(swap.out, swap.into), cut=(swap.into, off)) if off else None
    return replace(
        told,
        nearer_by_km=nearer_by_km(stood, stood.as_it_is, swap) if swap.extra_km > 0 else None,
        first_choice_km=None if first is None else first.cost_km - stood.as_it_is.cost_km,
    )


def _bare(row: pd.Series, status: str) -> SiteFacts:
    preference = int(row["preference"]) if pd.notna(row["preference"]) else 1
    why, told = str(row["ineligible"]), row.get("decision_reason")
    words = told if why in (REFUSED, PENDING) and isinstance(told, str) else ""
    return SiteFacts(str(row["site_id"]), str(row["unit"]), preference, status, why=why, told=words)


def _facility(stood: Stood, row: pd.Series) -> int:
    sites = ~stood.unit.facilities.existing
    return int(np.flatnonzero(sites & (stood.unit.facilities.id == row["site_id"]))[0])
