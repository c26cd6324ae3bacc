"""Why a center stands where it does: whom it serves, who else applied, and what they would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.plan import CALL, MOVED_UP
from siting.call.kept import alike_km
from siting.explain.shown import Explained
from siting.explain.swaps import OTHER_SIDE, best_swaps, pairs_of, verdict
from siting.explain.tied import Tied, tied
from siting.explain.version import kilometres, stood_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from siting.explain.prices import Pair
    from siting.explain.stood import Stood
    from siting.explain.swaps import Swap

SHOWN = 3


@dataclass(frozen=True)
class Alternative:
    """A site that might be open in place of a center's, solved exactly.

    Attributes
    ----------
    applicant_id, site_id : str
        Whose, and which.
    preference : int
        The applicant's own order.
    in_catchment : bool
        Whether the center is the nearest to the site of all that are open in the unit.
    extra_km, extra_km_at_least : float
        What the unit costs more with it.
    left_out, short : int
        Cases more that nobody serves, and that centers lack to their least.
    cases : int
        What it would serve.
    """

    applicant_id: str
    site_id: str
    preference: int
    in_catchment: bool
    extra_km: float
    extra_km_at_least: float
    left_out: int
    short: int
    cases: int


@dataclass(frozen=True, repr=False)
class CenterFacts(Explained):
    """What is to be said of a center.

    Attributes
    ----------
    center_id, unit, applicant_id, site_id : str
        The center; the last two empty where no applicant has it.
    cases, households, min_cases, max_cases : int
        What it serves, and its bounds.
    km_median, furthest_km : float or None
        Of the households it serves.
    nearer_elsewhere : int
        Households it serves that have another center of the unit nearer.
    nearer_here : int
        Households of the unit that have it nearest and are served elsewhere, or nowhere.
    why_fixed : str
        ``existing``, ``required``, ``moved_up`` (as the reserve of another) or ``no_sites`` where there was
        no choice; else empty.
    applicants : int
        Applicants with an eligible site in the unit who have no center.
    alternatives : tuple of Alternative
        The cheapest sites in place of this one, one an applicant.
    all_compared : bool
        Whether every other site is proven to cost more than these.
    gap_km : float or None
        Up to which difference applicants are alike, as `siting.explain.center.gap_km_of`.
    verdict : str
        Of the center against the best alternative: ``clear_win``, ``near_tie``, ``clear_loss``, or
        ``uncontested``; empty where there was no choice.
    tie : Tied or None
        What a call settled between its applicant and another for this center.
    ordered : bool
        Whether a tie-break decides between applicants who differ by no more than ``gap_km``.
    """

    center_id: str
    unit: str
    applicant_id: str
    site_id: str
    cases: int
    households: int
    min_cases: int
    max_cases: int
    km_median: float | None
    furthest_km: float | None
    nearer_elsewhere: int
    nearer_here: int
    why_fixed: str
    applicants: int
    alternatives: tuple[Alternative, ...]
    all_compared: bool
    gap_km: float | None
    verdict: str
    tie: Tied | None = None
    ordered: bool = False


def explain_center(problem: Problem, plan: Plan, center_id: str) -> CenterFacts:
    """Say what a center serves, who would rather be there, and what the next best site would cost.

    Parameters
    ----------
    problem, plan : Problem, Plan
        The version.
    center_id : str
        A center of the plan.
    """
    row = plan.centers[plan.centers["center_id"] == center_id].iloc[0]
    stood = stood_of(problem, plan, str(row["unit"]))
    if stood is None:
        raise KeyError(center_id)
    position = int(np.flatnonzero(stood.center_id == center_id)[0])
    km = kilometres(stood.unit, stood.open)[stood.unit.spot_of]
    here = stood.center[stood.unit.group_of] == stood.open[position]
    nearest = km.min(axis=1, initial=np.inf)
    fixed = why_fixed(problem, plan, center_id)
    rivals = rivals_of(problem, plan, stood)
    swaps, complete = ([], True) if fixed else best_swaps_of(stood, problem, position, rivals, count=SHOWN)
    gap = gap_km_of(plan)
    worth = (
        "uncontested" if not swaps else OTHER_SIDE[verdict(swaps[0], gap_km=gap, alike_km=alike_km_of(plan))]
    )
    lower, upper = stood.bounds(stood.open)
    return CenterFacts(
        center_id=center_id,
        unit=str(row["unit"]),
        applicant_id=str(row["applicant_id"]),
        site_id=str(row["site_id"]),
        cases=int(row["cases"]),
        households=int(row["households"]),
        min_cases=int(lower[position]),
        max_cases=int(upper[position]),
        km_median=float(row["km_median"]) if pd.notna(row["km_median"]) else None,
        furthest_km=float(km[here, position].max()) if here.any() else None,
        nearer_elsewhere=int(np.count_nonzero(here & (nearest < km[:, position]))),
        nearer_here=int(np.count_nonzero(~here & (km[:, position] <= nearest))),
        why_fixed=fixed,
        applicants=len(set(owners_of(problem, stood)[rivals])),
        alternatives=tuple(alternative(problem, stood, one) for one in swaps),
        all_compared=complete,
        gap_km=gap,
        verdict="" if fixed else worth,
        tie=None if fixed else tied(problem, plan, [str(row["site_id"])], won=True),
        ordered=is_ordered(plan),
    )


def gap_km_of(plan: Plan) -> float | None:
    """Return up to which difference applicants are alike in a plan, km; None where it is not known.

    That is by how much it may exceed the least there is. Where the tie-break of a call applies it is what the
    letters name: the gap before anything was settled by it.
    """
    if is_ordered(plan):
        return alike_km_of(plan)
    return None if plan.bound is None else max(plan.objective_km - plan.bound.value_km, 0.0)


def is_ordered(plan: Plan) -> bool:
    """Tell whether a tie-break, and not kilometres, decides between applicants who are alike."""
    return bool(plan.provenance.get(CALL, {}).get("applies"))


def alike_km_of(plan: Plan) -> float:
    """Return the saving up to which kilometres do not decide in a plan but its tie-break, km."""
    return alike_km(plan.provenance.get(CALL, {}))


def why_fixed(problem: Problem, plan: Plan, center_id: str) -> str:
    """Return why a center had to be where it is, empty where it was chosen."""
    row = plan.centers.set_index("center_id").loc[center_id]
    if center_id in plan.provenance.get(MOVED_UP, {}):
        return MOVED_UP
    if not row["applicant_id"]:
        return "existing" if row["status"] == "existing" else "no_sites"
    use = problem.sites.set_index("site_id")["use"]
    return "required" if use.get(row["site_id"], "") == "required" else ""


def rivals_of(problem: Problem, plan: Plan, stood: Stood) -> NDArray[np.int64]:
    """Return the facilities of a unit that might be open: sites of applicants who have no center anywhere."""
    used = set(plan.centers["applicant_id"])
    return np.flatnonzero([one not in used | {""} for one in owners_of(problem, stood)])


def owners_of(problem: Problem, stood: Stood) -> NDArray[np.object_]:
    """Return the applicant of each facility that is a site, empty for any other, shape (m,)."""
    owner = dict(zip(problem.sites["site_id"], problem.sites["applicant_id"], strict=True))
    facilities = stood.unit.facilities
    return np.array(
        [
            "" if stands else owner.get(one, "")
            for one, stands in zip(facilities.id, facilities.existing, strict=True)
        ],
        dtype=object,
    )


def best_swaps_of(
    stood: Stood, problem: Problem, position: int, sites: NDArray[np.int64], *, count: int
) -> tuple[list[Swap], bool]:
    """Return the cheapest swaps of an open center for sites, one an applicant, and whether that is proven."""
    owners = owners_of(problem, stood)

    def owner(pair: Pair) -> object:
        return owners[pair[1]]

    pairs = pairs_of([int(stood.open[position])], sites.tolist())
    return best_swaps(stood, stood.as_it_is, pairs, owner=owner, count=count)


def alternative(problem: Problem, stood: Stood, swap: Swap) -> Alternative:
    """Return what is told of a swap."""
    facilities = stood.unit.facilities
    site = problem.sites.set_index("site_id").loc[facilities.id[swap.into]]
    at = np.array([swap.into])
    east = (facilities.lon[stood.open] - facilities.lon[at]) * np.cos(np.radians(facilities.lat[at]))
    nearest = int(np.hypot(east, facilities.lat[stood.open] - facilities.lat[at]).argmin())
    return Alternative(
        applicant_id=str(site["applicant_id"]),
        site_id=str(facilities.id[swap.into]),
        preference=int(site["preference"]) if pd.notna(site["preference"]) else 1,
        in_catchment=bool(stood.open[nearest] == swap.out),
        extra_km=swap.extra_km,
        extra_km_at_least=swap.extra_km_at_least,
        left_out=swap.left_out,
        short=swap.short,
        cases=swap.cases,
    )
