"""Pins are kept, and who stays together goes together, unless the split is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.fold import fold
from data.verify.columns import numbers, texts
from data.verify.finding import ASSIGNMENTS, EXCEPTIONS, HOUSEHOLDS, UNASSIGNED, one
from data.verify.local import local_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.verify.columns import Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

KINDS = ("split_point", "split_place")
# A pinned household may wait for its own center, which may be full or too far; a vacancy is no such reason.
_WAITING = ("no_capacity", "too_far")
_BETWEEN = re.compile(r"[\s,;|]+")


def check_pins(ledger: Ledger) -> Iterator[Finding]:
    """Yield households with a pin that are not where it says."""
    people = ledger.people
    reasons = np.append(texts(ledger.plan.unassigned, "reason"), "")
    for who in np.flatnonzero((people.pin != "") & (people.excluded == "")).tolist():
        center = int(people.served_by[who])
        pin, subject = people.pin[who], people.ids[who]
        if center >= 0 and not ledger.fits_pin(np.array([who]), center)[0]:
            row = int(np.argmax(ledger.row_household == who))
            yield one(ASSIGNMENTS, row, "pin_not_kept", subject, pin=pin)
        elif center < 0 and people.left[who] >= 0 and reasons[people.left[who]] not in _WAITING:
            yield one(UNASSIGNED, people.left[who], "pin_not_kept", subject, pin=pin)


def check_groups(ledger: Ledger) -> Iterator[Finding]:
    """Yield neighbours at one point that are no group, splits that are not named, and names of no split."""
    yield from _ungrouped(ledger)
    splits = _splits(ledger)
    kinds, subjects = (texts(ledger.plan.exceptions, name) for name in ("kind", "subject"))
    listed = texts(ledger.plan.exceptions, "centers")
    named = set(zip(kinds, (fold(subject) for subject in subjects), strict=True))
    known: set[tuple[str, str]] = set()
    for members in splits:
        names = _names(ledger, members)
        known |= names
        if not names & named:
            first = members[0]
            yield one(HOUSEHOLDS, first, "split_not_named", ledger.people.ids[first], count=len(members))
    center_ids = set(ledger.centers.ids)
    for row, (kind, subject) in enumerate(zip(kinds, subjects, strict=True)):
        if (kind, fold(subject)) not in known:
            yield one(EXCEPTIONS, row, "no_such_split", subject, kind=kind)
        if not {one_id for one_id in _BETWEEN.split(listed[row]) if one_id} <= center_ids:
            yield one(EXCEPTIONS, row, "exception_of_unknown_center", subject, centers=listed[row])


def _splits(ledger: Ledger) -> list[Rows]:
    """Return the members of every point, place or group that is in two centers, or served only in part."""
    people = ledger.people
    rows = np.flatnonzero((people.group >= 0) & (people.excluded == ""))
    if not len(rows):
        return []
    kept = _kept(ledger, rows)
    order = np.argsort(kept, kind="stable")
    ordered, starts = rows[order], np.flatnonzero(np.append(True, np.diff(kept[order]) != 0))
    served_by = people.served_by[ordered]
    apart = np.maximum.reduceat(served_by, starts) > np.minimum.reduceat(served_by, starts)
    ends = np.append(starts[1:], len(ordered))
    return [ordered[first:end] for first, end in zip(starts[apart], ends[apart], strict=True)]


def _kept(ledger: Ledger, rows: Rows) -> Rows:
    """Return the number of those with whom each household should stay: a pin that parts them is no excuse."""
    people, households = ledger.people, ledger.problem.households
    rule = local_text(ledger.problem.rules, people.province, "keep_together")[rows]
    table = pd.DataFrame(
        {
            "group": people.group[rows],
            "unit": people.unit[rows],
            "district": texts(households, "district")[rows],
            "place": texts(households, "place")[rows],
            "lon": numbers(households, "lon")[rows],
            "lat": numbers(households, "lat")[rows],
        }
    )
    rural = (texts(households, "area")[rows] == "rural") & (table["place"] != "").to_numpy()
    own, links = people.group[rows], []
    last, is_nested = len(rows), True
    for by, linked in (
        (["group"], np.full(len(rows), fill_value=True)),
        (["unit", "lon", "lat"], rule != "none"),
        (["unit", "district", "place"], (rule == "place") & rural),
    ):
        knot = table.groupby(by, sort=False, dropna=False).ngroup().to_numpy()[linked]
        some = np.zeros(int((knot + 1).max(initial=0)), dtype=np.int64)
        some[knot] = own[linked]
        is_nested &= bool((some[knot] == own[linked]).all())
        links.append(np.stack([np.flatnonzero(linked), knot + last]))
        last += len(some)
    if is_nested:
        return own
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - heavy, and groups mostly hold all who stay together
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    ends = np.concatenate(links, axis=1)
    graph = coo_matrix((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(last, last))
    label: Rows = connected_components(graph, directed=False)[1][: len(rows)].astype(np.int64)
    return label


def _names(ledger: Ledger, members: Rows) -> set[tuple[str, str]]:
    """Return how an exception may name a group: by one of its households, or by the place of all."""
    names = {(kind, fold(subject)) for kind in KINDS for subject in ledger.people.ids[members]}
    places = set(texts(ledger.problem.households.iloc[members], "place"))
    if len(places) == 1 and "" not in places:
        names.add(("split_place", fold(places.pop())))
    return names


def _ungrouped(ledger: Ledger) -> Iterator[Finding]:
    people, households = ledger.people, ledger.problem.households
    together = local_text(ledger.problem.rules, people.province, "keep_together") != "none"
    rows = np.flatnonzero(together & (people.excluded == ""))
    table = pd.DataFrame(
        {
            "unit": people.unit[rows],
            "pin": people.pin[rows],
            "lon": numbers(households, "lon")[rows],
            "lat": numbers(households, "lat")[rows],
        }
    )
    point = table.groupby(["unit", "pin", "lon", "lat"], sort=False).ngroup().to_numpy()
    _, first, member = np.unique(point, return_index=True, return_inverse=True)
    crowded = np.bincount(member)[member] > 1
    group = people.group[rows]
    apart = crowded & ((group < 0) | (group != group[first][member]))
    for row in rows[apart]:
        yield one(HOUSEHOLDS, row, "not_kept_together", people.ids[row])
