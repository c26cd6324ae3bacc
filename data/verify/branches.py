"""Whether the branches of a bound are all the ways there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.verify.finding import SUMMARY, WHOLE_TABLE, one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.plan import Bound, Limit
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_branches(ledger: Ledger, bound: Bound) -> Iterator[Finding]:
    """Yield units whose branches leave a way out or have a limit that is none."""
    for unit in dict.fromkeys(branch.unit for branch in bound.branches):
        ways = [branch.limits for branch in bound.branches if branch.unit == unit]
        known = set(ledger.options.ids[ledger.options.unit == unit])
        right = all(
            known.issuperset(limit.ids)
            and len(set(limit.ids)) == len(limit.ids)
            and np.isfinite(limit.km)
            and (limit.km <= 0 if limit.at_most else limit.km >= 0)
            for way in ways
            for limit in way
        )
        if not (right and _are_all(ways)):
            yield one(SUMMARY, WHOLE_TABLE, "wrong_branches", unit)


def _are_all(ways: Sequence[Sequence[Limit]]) -> bool:
    """Say whether every number of open centers in every region falls into one of the ways."""
    if not all(ways):
        return len(ways) == 1
    first = [way[0] for way in ways]
    fewer = [way[1:] for way, limit in zip(ways, first, strict=True) if limit.at_most]
    more = [way[1:] for way, limit in zip(ways, first, strict=True) if not limit.at_most]
    most = {(limit.ids, limit.count) for limit in first if limit.at_most}
    least = {(limit.ids, limit.count - 1) for limit in first if not limit.at_most}
    return len(most) == 1 and most == least and _are_all(fewer) and _are_all(more)
