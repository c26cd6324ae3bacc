"""Every distance measured again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers, texts
from data.verify.finding import ASSIGNMENTS, each
from data.verify.ruler import TOLERANCE_KM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from data.verify.columns import Numbers
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_distances(ledger: Ledger) -> Iterator[Finding]:
    """Yield assignments whose km is wrong, beyond ``max_km``, or has no pair in the travel file."""
    table = ledger.plan.assignments
    ids, stated = texts(table, "household_id"), numbers(table, "km")
    rows = np.flatnonzero((ledger.row_household >= 0) & (ledger.row_center >= 0))
    who = ledger.row_household[rows]
    km, limit = stated.copy(), np.full(len(table), np.inf)
    km[rows] = ledger.km(who, ledger.centers, ledger.row_center[rows])
    limit[rows] = ledger.people.max_km[who]
    unreached = np.isinf(km)
    yield from each(ASSIGNMENTS, unreached, "no_travel", ids)
    wrong = ~unreached & ~(np.abs(stated - km) <= TOLERANCE_KM)
    said = {"stated": _written(stated, wrong), "measured": _written(km, wrong)}
    yield from each(ASSIGNMENTS, wrong, "wrong_distance", ids, **said)
    beyond = ~unreached & (km > limit + TOLERANCE_KM)
    said = {"measured": _written(km, beyond), "limit": _written(limit, beyond)}
    yield from each(ASSIGNMENTS, beyond, "beyond_max_km", ids, **said)


def _written(km: Numbers, wanted: NDArray[np.bool_]) -> list[str]:
    """Return km as they are read, those that nobody reads left empty."""
    texts_of = [""] * len(km)
    for row in wanted.nonzero()[0].tolist():
        texts_of[row] = f"{km[row]:.3f}"
    return texts_of
