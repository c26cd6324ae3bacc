"""What each center holds, recounted, against its bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers
from data.verify.finding import CENTERS, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_loads(ledger: Ledger) -> Iterator[Finding]:
    """Yield centers whose numbers differ from their assignments, and centers above their bound."""
    table, centers = ledger.plan.centers, ledger.centers
    a_caseworker = np.array(
        [ledger.problem.rules.for_province(one).caseworker_cases for one in centers.province], np.int64
    )
    counted = {
        "cases": ledger.cases,
        "households": ledger.households,
        "caseworkers": -(-ledger.cases // np.maximum(a_caseworker, 1)),
    }
    for column, right in counted.items():
        stated = numbers(table, column)
        names = [column] * len(right)
        yield from each(
            CENTERS, stated != right, "wrong_load", centers.ids, column=names, stated=stated, counted=right
        )
    full = ledger.load > centers.max_load
    yield from each(CENTERS, full, "overfull", centers.ids, load=ledger.load, limit=centers.max_load)
