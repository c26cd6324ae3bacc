"""Choose the sites of a few neighbouring catchments anew, by integer programming over their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_matrix

from allocation.flow import FORBIDDEN_MM, to_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siting.cells import Cells
    from siting.unit import Unit

ARCS = 8
GAP = 0.003
NODES = 400


def reopen(
    unit: Unit,
    cells: Cells,
    inside: NDArray[np.int64],
    open_: NDArray[np.int64],
    candidates: NDArray[np.int64],
    *,
    left_out_km: float,
) -> NDArray[np.int64] | None:
    """Return which of ``open_`` and ``candidates`` to open for the cells ``inside``, as many as are open now.

    Minimises the travel of cells (which may be divided) with caseloads between the bounds, one site an
    applicant, and no cell served by a closed site (the strong form ``x <= y``).

    Parameters
    ----------
    unit : Unit
        The unit.
    cells : Cells
        Its cells.
    inside : ndarray of int
        Cells that the open facilities serve now.
    open_ : ndarray of int
        Facilities open now that may close; fixed ones stay.
    candidates : ndarray of int
        Closed facilities that may open.
    left_out_km : float
        Price of a case left out.

    Returns
    -------
    ndarray of int or None
        Facilities, ascending; None when the solver found none within its nodes.
    """
    places = unit.facilities
    site = np.concatenate([open_, candidates])
    cost = cells.cost_km[np.ix_(inside, site)]
    weight = cells.cases[inside].astype(float)
    width = min(ARCS, len(site))
    near = np.argpartition(cost, width - 1, axis=1)[:, :width]
    linked = np.zeros(cost.shape, dtype=bool)
    np.put_along_axis(linked, near, values=True, axis=1)
    linked[np.arange(len(inside)), cost[:, : len(open_)].argmin(axis=1)] = True
    linked &= to_mm(cost) < FORBIDDEN_MM
    cell, to = np.nonzero(linked)
    n_arcs, n_cells, n_sites = len(cell), len(inside), len(site)
    columns = n_arcs + n_cells + 2 * n_sites
    y, short = n_arcs + n_cells, n_arcs + n_cells + n_sites
    arcs, sites = np.arange(n_arcs), np.arange(n_sites)
    lower = np.minimum(unit.rules.min_cases, places.max_cases[site])
    lower = np.where(places.existing[site], 0, lower)
    lower = np.minimum(lower, weight.sum() // len(open_))

    def matrix(values: list[object], rows: list[object], cols: list[object], height: int) -> csr_matrix:
        return coo_matrix(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols))), shape=(height, columns)
        ).tocsr()

    once = matrix([np.ones(n_arcs), np.ones(n_cells)], [cell, np.arange(n_cells)], [arcs, n_arcs + np.arange(n_cells)], n_cells)
    most = matrix([weight[cell], -places.max_cases[site].astype(float)], [to, sites], [arcs, y + sites], n_sites)
    least = matrix(
        [weight[cell], -lower.astype(float), np.ones(n_sites)], [to, sites, sites], [arcs, y + sites, short + sites], n_sites
    )
    strong = matrix([np.ones(n_arcs), -np.ones(n_arcs)], [arcs, arcs], [arcs, y + to], n_arcs)
    owner = np.unique(places.applicant[site], return_inverse=True)[1]
    owned = places.applicant[site] >= 0
    one_each = matrix([np.ones(owned.sum())], [owner[owned]], [y + sites[owned]], owner.max() + 1)
    count = matrix([np.ones(n_sites)], [np.zeros(n_sites, int)], [y + sites], 1)
    result = milp(
        np.concatenate(
            [cost[cell, to] * weight[cell], left_out_km * weight, np.zeros(n_sites), np.full(n_sites, left_out_km)]
        ),
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(most, -np.inf, 0),
            LinearConstraint(least, 0, np.inf),
            LinearConstraint(strong, -np.inf, 0),
            LinearConstraint(one_each, -np.inf, 1),
            LinearConstraint(count, len(open_), len(open_)),
        ],
        integrality=np.r_[np.zeros(n_arcs + n_cells), np.ones(n_sites), np.zeros(n_sites)],
        bounds=Bounds(
            np.r_[np.zeros(n_arcs + n_cells), places.fixed[site], np.zeros(n_sites)],
            np.r_[np.ones(n_arcs + n_cells + n_sites), np.full(n_sites, np.inf)],
        ),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if result.x is None:
        return None
    return np.sort(site[result.x[y:short] > 0.5])  # noqa: PLR2004 - a binary
