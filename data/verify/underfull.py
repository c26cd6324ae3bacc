"""A center below its least load needs a reason, and every reason can be recounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.problem import UNGROUPED
from data.verify.columns import NO_ROW, texts
from data.verify.finding import CENTERS, one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from data.verify.columns import Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger


def check_underfull(ledger: Ledger) -> Iterator[Finding]:
    """Yield centers under their least load without a reason or with one that is not true."""
    reasons = texts(ledger.plan.centers, "underfull_reason")
    for center, reason in enumerate(reasons):
        load, least = int(ledger.load[center]), int(ledger.centers.min_load[center])
        subject = ledger.centers.ids[center]
        if load >= least:
            if reason:
                yield one(CENTERS, center, "needless_underfull_reason", subject, reason=reason)
        elif not reason:
            yield one(CENTERS, center, "underfull", subject, load=load, limit=least)
        elif reason not in _TRUE or not _TRUE[reason](ledger, center):
            yield one(CENTERS, center, "untrue_underfull_reason", subject, reason=reason)


def _to_be_served(ledger: Ledger, center: int) -> Rows:
    people = ledger.people
    return np.flatnonzero((people.excluded == "") & (people.unit == ledger.centers.unit[center]))


def _small_unit(ledger: Ledger, center: int) -> bool:
    """Say whether the unit has too few for the least number of centers that hold it."""
    load = int(ledger.people.load[_to_be_served(ledger, center)].sum())
    limit = int(ledger.problem.rules.for_province(ledger.centers.province[center]).max_cases)
    return bool(load < ledger.centers.min_load[center] * -(-load // limit))


def _existing_center(ledger: Ledger, center: int) -> bool:
    return bool(ledger.centers.existing[center] >= 0)


def _hard_distance(ledger: Ledger, center: int) -> bool:
    """Say whether too few of the unit are within reach, by ``max_km`` or the travel file, or to be spared."""
    rows = _to_be_served(ledger, center)
    within = ledger.people.load[rows][ledger.reaches(rows, center)].sum()
    too_few = bool(within < ledger.centers.min_load[center])
    return ledger.is_limited and (too_few or not _can_be_filled(ledger, center, rows))


def _after_leaving(ledger: Ledger, center: int) -> bool:
    """Say whether too few of those who are served there today were left, and no more were taken from it."""
    listed = ledger.plan.provenance.get("after_leaving", ())
    if not isinstance(listed, list | tuple) or ledger.centers.ids[center] not in listed:
        return False
    if not _existing_center(ledger, center):
        return False
    people = ledger.people
    here = texts(ledger.problem.households, "center_id") == ledger.centers.ids[center]
    able = (people.excluded == "") & (people.unit == ledger.centers.unit[center])
    stayed = int(people.load[here & able].sum())
    return stayed < int(ledger.centers.min_load[center]) and int(ledger.load[center]) >= stayed


def _indivisible(ledger: Ledger, center: int) -> bool:
    """Say whether groups of several cases, none of which the unit can spare, leave a center short."""
    rows = _to_be_served(ledger, center)
    _, member = np.unique(handed_on(ledger, rows), return_inverse=True)
    largest = np.bincount(member, ledger.people.load[rows]).max(initial=0)
    return bool(largest > 1) and not _can_be_filled(ledger, center, rows)


def _can_be_filled(ledger: Ledger, center: int, rows: Rows) -> bool:
    """Say whether groups that the unit can spare bring a center to its bounds.

    Other centers spare what they have beyond their least; whoever waits for a vacancy is free to come.
    """
    people, centers = ledger.people, ledger.centers
    load, most = int(ledger.load[center]), int(centers.max_load[center])
    room = most - load
    amounts = 1
    for donor in np.unique(people.served_by[rows]).tolist():
        if donor == center or (donor != NO_ROW and centers.unit[donor] != centers.unit[center]):
            continue
        own = rows[people.served_by[rows] == donor]
        spare = room if donor == NO_ROW else min(int(ledger.load[donor] - centers.min_load[donor]), room)
        amounts = _sums(amounts, _spared(_movable(ledger, own, center), spare), room)
    short = int(centers.min_load[center]) - load
    return amounts >> short != 0


def handed_on(ledger: Ledger, rows: Rows) -> Rows:
    """Return a number for each household row, equal for those that are handed on together.

    Whoever has no group goes alone, and so does everybody of a group that no center of the unit can hold.
    """
    people = ledger.people
    group = people.group[rows]
    together = group >= 0
    sizes = np.bincount(group[together], people.load[rows[together]], minlength=1)
    most = ledger.options.max_load[np.isin(ledger.options.unit.astype(str), people.unit[rows].astype(str))]
    rule = max(
        (ledger.problem.rules.for_province(one).max_cases for one in set(people.province[rows])), default=0
    )
    fits = together & (sizes[np.where(together, group, 0)] <= max(most.max(initial=0), rule))
    return np.where(fits, group, UNGROUPED - np.arange(len(rows)))


def _movable(ledger: Ledger, rows: Rows, center: int) -> list[int]:
    """Return the loads of the groups among household rows that may go to a center."""
    people = ledger.people
    groups, member = np.unique(handed_on(ledger, rows), return_inverse=True)
    fixed = ~ledger.reaches(rows, center) | (people.pin[rows] != "")
    stays = np.bincount(member, fixed, minlength=len(groups)) > 0
    loads = np.bincount(member, people.load[rows], minlength=len(groups))
    return [int(load) for load in loads[~stays]]


def _spared(loads: list[int], spare: int) -> int:
    """Return the sums of some of the loads, up to ``spare``, as the bits of a number."""
    mask = (1 << (max(spare, 0) + 1)) - 1
    sums = 1
    for load in loads:
        sums |= (sums << load) & mask
    return sums


def _sums(ones: int, others: int, most: int) -> int:
    """Return the sums of one of each, up to ``most``."""
    both = 0
    while others:
        lowest = others & -others
        both |= ones << (lowest.bit_length() - 1)
        others ^= lowest
    return both & ((1 << (most + 1)) - 1)


_TRUE: dict[str, Callable[[Ledger, int], bool]] = {
    "small_unit": _small_unit,
    "existing_center": _existing_center,
    "hard_distance": _hard_distance,
    "indivisible": _indivisible,
    "after_leaving": _after_leaving,
}
