"""Sites that did not open: what each would have cost at least, and the next best applicant of each center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.facilities import Facilities
    from data.problem import Problem
    from siting.bound.prove import Proof
    from siting.solve import Solved

SITES_AT_A_TIME = 256
"""Sites whose costs are laid out together: those of a city at once would take gigabytes."""


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


def reserves_table(problem: Problem, solved: Sequence[Solved], centers: pd.DataFrame) -> pd.DataFrame:
    """Return the next best applicant of each catchment: the unused one whose site serves it at least cost.

    ``extra_km`` is what the catchment as it stands would cost more from there.
    """
    used = set(centers["applicant_id"]) - {""}
    columns = {"center_id": "str", "applicant_id": "str", "site_id": "str", "extra_km": "float64"}
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
        served = np.flatnonzero(np.isin(one.center, new))
        weight = csr_array(
            (unit.cases[served].astype(float), (one.center[served], served)),
            shape=(len(one.open), len(unit.cases)),
        )
        total = np.hstack([weight @ unit.cost_km(some) for some in np.array_split(spare, _parts(spare))])
        now = np.diag(weight @ unit.cost_km(one.open))
        for position in new:
            best = int(np.argmin(total[position]))
            if weight.indptr[position] < weight.indptr[position + 1] and np.isfinite(total[position, best]):
                row = problem.sites.iloc[facilities.row[spare[best]]]
                extra = float(total[position, best] - now[position])
                rows.append((ids[position], row["applicant_id"], row["site_id"], round(extra, 3)))
    table = pd.DataFrame(rows, columns=list(columns)).astype(columns)
    return table.sort_values("center_id", kind="stable").reset_index(drop=True)


def _founded(problem: Problem, facilities: Facilities) -> NDArray[np.bool_]:
    """Mark the facilities that are of an applicant: sites, and centers that stand since one was chosen."""
    whose = problem.centers["applicant_id"].to_numpy(dtype=object)
    stands = np.array([bool(whose[row]) for row in facilities.row[facilities.existing]], dtype=bool)
    founded = facilities.row >= 0
    founded[facilities.existing] = stands
    return np.asarray(founded)


def _parts(spare: NDArray[np.int64]) -> int:
    return -(-len(spare) // SITES_AT_A_TIME)
