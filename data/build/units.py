"""What a catchment may not leave, whom it may not part, and who is not to be served at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.build.admin import LEVELS
from data.fold import fold
from data.problem import UNGROUPED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.rules import Rules

WHOLE = "all"


def why_unserved(table: pd.DataFrame, rules: Rules) -> NDArray[np.object_]:
    """Return why each household with a ``unit`` is not to be served, empty where it is, shape (n_rows,)."""
    served = {fold(status) for status in rules.status}
    in_phase = table["status"].map(
        {one: not served or fold(one) in served for one in table["status"].unique()}
    )
    reason = np.where(table["unit"] == "", "outside_boundaries", "")
    reason = np.where(table["lon"].isna(), "no_location", reason)
    why: NDArray[np.object_] = np.where(in_phase.astype(bool), reason, "not_in_phase")
    return why


def unit_of(table: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the unit of each row: what its catchment may not leave; empty where it cannot be told."""
    if rules.within == "none":
        unit = pd.Series(WHOLE, index=table.index)
    else:
        names = [table[level] for level in LEVELS[: LEVELS.index(rules.within) + 1]]
        unit = names[0].copy()
        for name in names[1:]:
            unit = unit + "/" + name
        unit = unit.str.lstrip("/").where(names[-1] != "", "")
    if rules.area_apart:
        unit = (unit + "/" + table["area"]).where((unit != "") & (table["area"] != ""), "")
    return unit.astype("str")


def together(households: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Return the number of each household's group, in order of first rows.

    It is `UNGROUPED` for those who are not to be served.

    Households of one unit at one point (and with one pin) are one group; with ``keep_together = "place"`` so
    are those of one rural place, buildings and places that touch becoming one.
    """
    group = np.full(len(households), UNGROUPED, dtype=np.int64)
    rows = np.flatnonzero(households["reason"] == "")
    if not rows.size:
        return group
    table = households.iloc[rows]
    if rules.keep_together == "none":
        group[rows] = np.arange(rows.size)
        return group
    label = table.groupby(["unit", "lon", "lat", "pin"], sort=False).ngroup().to_numpy()
    if rules.keep_together == "place":
        from scipy.sparse import coo_matrix  # noqa: PLC0415 - heavy
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

        place = table.groupby(["unit", "district", "place", "pin"], sort=False).ngroup().to_numpy()
        rural = ((table["area"] == "rural") & (table["place"] != "")).to_numpy()
        size = int(label.max()) + 1
        link = coo_matrix(
            (np.ones(rural.sum()), (label[rural], size + place[rural])), shape=(2 * len(table) + size,) * 2
        )
        label = connected_components(link, directed=False)[1][label]
    group[rows] = pd.factorize(label)[0]
    return group
