"""Sites that did not open: what each would have cost at least, and the next best applicant of each center."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.unit import subset
from data.call.order import claims_of
from data.fairness import counts_far, is_limited
from data.geodesy import KM_DECIMALS, to_plane
from data.plan import ids_as_text
from data.sums import weighted_sum
from siting.call.kept import alike_km
from siting.explain.stood import TIE_KM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from allocation.facilities import Facilities
    from allocation.unit import Unit
    from data.call.order import Claim
    from data.problem import Problem
    from siting.bound.prove import Proof
    from siting.solve import Solved

SITES_AT_A_TIME = 256
"""Sites whose costs are laid out together: those of a city at once would take gigabytes."""
RESERVE_COLUMNS = {
    "center_id": "str",
    "applicant_id": "str",
    "site_id": "str",
    "extra_km": "float64",
    "decided_by": "str",
    "alike": "str",
}
METRES = 1000.0
PLANE_ERROR, ROUNDED_KM = 0.02, 0.001
"""More than a distance in the plane is off by, as a share (0.4 % in Iran), and what 32 bits leave of a km."""


def losing_sites(
    problem: Problem,
    solved: Sequence[Solved],
    centers: pd.DataFrame,
    proof: Proof | None,
    *,
    objective_km: float,
) -> pd.DataFrame:
    """Return every site that is not open, why it could not be, or what opening it costs at least.

    The regret is by how much the cheapest plan that opens the site exceeds the objective at least, and 0
    where that is not proven.
    """
    lost = problem.sites[~problem.sites["site_id"].isin(set(centers["site_id"]))]
    table: pd.DataFrame = lost[["site_id", "applicant_id", "unit", "ineligible"]].copy()
    table["regret_km_at_least"] = np.nan
    if proof is not None:
        ids = np.concatenate([one.unit.facilities.id for one in solved])
        is_site = np.concatenate([~one.unit.facilities.existing for one in solved])
        least = np.maximum(proof.opening_km - objective_km, 0).round(3)
        regret = pd.Series(least[is_site], index=ids[is_site])
        able = table["ineligible"] == ""
        table.loc[able, "regret_km_at_least"] = regret.reindex(table.loc[able, "site_id"]).to_numpy()
    return table.sort_values("site_id", kind="stable").reset_index(drop=True)


def reserves_table(
    problem: Problem, solved: Sequence[Solved], centers: pd.DataFrame, call: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the next best applicant of each catchment: the unused one whose site serves it at least cost.

    Of those who cost no more than the cheapest but for the difference up to which applicants are alike, who
    comes first by the tie-break is the reserve: it is the promise of the seal that up to this difference the
    tie-break decides, for who opens and for who is next. Without a seal the difference is a metre.

    Parameters
    ----------
    problem : Problem
        What was solved.
    solved : sequence of Solved
        One a unit.
    centers : DataFrame
        Of the plan, in the order of the open facilities.
    call : mapping
        `data.plan.CALL` of the plan's provenance: ``applies``, ``limit_km``, ``seed``; empty without one.

    Returns
    -------
    DataFrame
        ``extra_km`` is what the catchment as it stands would cost more from there, km as they are published;
        ``decided_by`` what put the reserve before the next applicant who is alike, one of
        `data.call.order.ORDER`, or nothing where no other is; ``alike`` all those applicants in the order of
        the tie-break, as `data.plan.ids_as_text`.
    """
    used = set(centers["applicant_id"]) - {""}
    claims = claims_of(problem.sites, int(call.get("seed", 0)))
    tie_km = alike_km(call)
    rows = []
    first = 0
    for one in solved:
        facilities, unit = one.unit.facilities, one.unit
        owners = problem.sites["applicant_id"].to_numpy(dtype=object)
        spare = np.flatnonzero(~facilities.existing & (facilities.row >= 0))
        spare = spare[[owners[row] not in used for row in facilities.row[spare]]] if spare.size else spare
        ids = centers["center_id"].to_numpy()[first : first + len(one.open)]
        first += len(one.open)
        founded = _founded(problem, facilities)
        new = [position for position, facility in enumerate(one.open) if founded[facility]]
        if not (spare.size and new):
            continue
        measured = None if unit.travel is None else unit.cost_km(exact=True)
        for position in new:
            groups = np.flatnonzero(one.center == position)
            if not groups.size:
                continue
            own = None if measured is None else measured[groups]
            catchment = _Catchment(subset(unit, groups), own, tie_km)
            near = catchment.promising(spare)
            total = catchment.total_km(near)
            if np.isfinite(total).any():
                rows_near = facilities.row[near]
                at, decided = _in_order(total, [claims[row] for row in rows_near], tie_km)
                row = problem.sites.iloc[rows_near[at[0]]]
                extra = float(total[at[0]] - catchment.total_km(one.open[[position]])[0])
                alike = ids_as_text(map(str, owners[rows_near[at[1:]]]))
                told = row["applicant_id"], row["site_id"], round(extra, KM_DECIMALS) + 0.0, decided, alike
                rows.append((ids[position], *told))
    table = pd.DataFrame(rows, columns=list(RESERVE_COLUMNS)).astype(RESERVE_COLUMNS)
    return table.sort_values("center_id", kind="stable").reset_index(drop=True)


def _in_order(
    total_km: NDArray[np.float64], claims: Sequence[Claim], tie_km: float
) -> tuple[NDArray[np.int64], str]:
    """Return who is next and who is alike, in order, and what put the first before the second.

    The tie-break orders applicants; of the sites of one of them that are alike the cheapest counts, and of
    those within a metre the one that the applicant prefers.
    """
    alike = np.flatnonzero(total_km <= total_km.min() + tie_km).tolist()
    of: dict[str, list[int]] = {}
    for one in sorted(alike, key=lambda one: claims[one]):
        of.setdefault(claims[one].lottery, []).append(one)
    at = [next(one for one in own if total_km[one] <= total_km[own].min() + TIE_KM) for own in of.values()]
    decided = "" if len(at) == 1 else claims[at[0]].decided_by(claims[at[1]])
    return np.array(at, dtype=np.int64), decided


def _founded(problem: Problem, facilities: Facilities) -> NDArray[np.bool_]:
    """Mark the facilities that are of an applicant: sites, and centers that stand since one was chosen."""
    whose = problem.centers["applicant_id"].to_numpy(dtype=object)
    stands = np.array([bool(whose[row]) for row in facilities.row[facilities.existing]], dtype=bool)
    founded = facilities.row >= 0
    founded[facilities.existing] = stands
    return np.asarray(founded)


@dataclass(frozen=True)
class _Catchment:
    """The groups of one center.

    Attributes
    ----------
    unit : Unit
        With these groups alone.
    measured_km : ndarray, shape (n_groups, n_facilities), or None
        What each costs at each facility of the unit, where travel is measured.
    tie_km : float
        What a site may cost more than the cheapest and be told apart from it by other than cost, km.
    """

    unit: Unit
    measured_km: NDArray[np.float64] | None
    tie_km: float

    def total_km(self, which: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what all cases cost at each of some facilities, ``(m,)``."""
        parts = np.array_split(which, -(-len(which) // SITES_AT_A_TIME))
        return np.concatenate([weighted_sum(self.unit.cases, self._cost_km(some)) for some in parts])

    def _cost_km(self, which: NDArray[np.int64]) -> NDArray[np.float64]:
        return (
            self.unit.cost_km(which, exact=True) if self.measured_km is None else self.measured_km[:, which]
        )

    def promising(self, spare: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of some facilities that may be next: the plane tells, which is off by little.

        Where a limit, a pin, measured travel or what is far decides, all may be.
        """
        unit, facilities = self.unit, self.unit.facilities
        by_cost = counts_far(unit.rules) or is_limited(unit.rules)
        if self.measured_km is not None or by_cost or (unit.pin != "").any():
            return spare
        homes, sites = to_plane(unit.lon, unit.lat), to_plane(facilities.lon[spare], facilities.lat[spare])
        metres = np.hypot(homes[:, 0, None] - sites[:, 0], homes[:, 1, None] - sites[:, 1])
        travel = weighted_sum(unit.spot_cases * unit.detour, metres) / METRES
        fixed = facilities.price_km[spare] * unit.total
        if unit.rules.cross_district_km:
            own, theirs = unit.district[:, None], facilities.district[spare]
            crosses = (own >= 0) & (theirs >= 0) & (own != theirs)
            fixed = fixed + unit.rules.cross_district_km * (unit.spot_cases @ crosses)
        most = (travel * (1 + PLANE_ERROR) + fixed).min() + ROUNDED_KM * unit.total + self.tie_km
        return np.asarray(spare[travel * (1 - PLANE_ERROR) + fixed <= most], dtype=np.int64)
