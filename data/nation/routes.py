"""A nation's events shared out among its provinces: who crosses a border leaves here and joins there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.change.changes import Changes, no_moves
from data.change.check_moves import never_so, unsure
from data.errors import Failure
from data.nation.destinations import Destinations
from data.nation.household_path import ADDED, HouseholdPath
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.nation.survey import Surveyed

ROUTE_COLUMNS = ["pair_id", "household_id", "from_province", "to_province", "date"]


@dataclass(frozen=True)
class Routed:
    """What is asked of each province.

    Attributes
    ----------
    changes : mapping of str to Changes
        By code; those of which nothing is asked are not among them. Moves have the columns
        `data.nation.pairs.PAIR_COLUMNS` and `data.change.arrivals.CARRIED` too, empty where an event is no
        half of a pair.
    pairs : DataFrame
        `ROUTE_COLUMNS`, one row a family that is in another province at the end, in the order of the ids.
    failures : tuple of Failure
        Every row that cannot be meant; its household is in no province's changes.
    """

    changes: Mapping[str, Changes]
    pairs: pd.DataFrame
    failures: tuple[Failure, ...] = ()


def routed(changes: Changes, surveyed: Sequence[Surveyed], names: Mapping[str, str]) -> Routed:
    """Share changes out among provinces.

    A move that leads into another province is a leave here and a join there on the same date, with the cases
    and the status that the family had; its pin is of a center that it leaves, and is dropped.

    Parameters
    ----------
    changes : Changes
        Of the whole nation.
    surveyed : sequence of Surveyed
        All provinces, by code.
    names : mapping of str to str
        Name of each province by its code.

    Returns
    -------
    Routed
        Its failures are the faults of the file and ``unknown_household``, ``already_here``,
        ``unknown_province``, ``no_province``, and ``in_two_provinces`` for a household that two casebooks
        have.
    """
    destinations = Destinations.of(changes, surveyed)
    homes, failures = _homes(changes, surveyed)
    failures += [*changes.faults, *never_so(changes, homes)]
    unread = {one.row for one in changes.faults}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    pairs: list[tuple[str, str, str, str, str]] = []
    events = changes.moves[~changes.moves["household_id"].isin(unsure(changes))]
    events = events.sort_values(["household_id", "date", "row"], kind="stable")
    for who, group in groupby(events.itertuples(index=False), key=attrgetter("household_id")):
        own = list(group)
        path = HouseholdPath(who, homes.get(who), destinations, names)
        wrong = list(path.follow(own))
        # A point that cannot be read leads nowhere, which is told of it already.
        failures += [one for one in wrong if one.code != "no_province" or one.row not in unread]
        if wrong or any(one.row in unread for one in own):
            continue
        for code, rows in path.told().items():
            found[code] += rows
        pairs += path.pair()
    return Routed(
        MappingProxyType(dict(_shared_out(changes, surveyed, found))),
        pd.DataFrame(pairs, columns=ROUTE_COLUMNS),
        tuple(failures),
    )


def _homes(
    changes: Changes, surveyed: Sequence[Surveyed]
) -> tuple[dict[str, tuple[str, Mapping[str, object]]], list[Failure]]:
    """Return the province and the record of each household, and those that are in two."""
    homes: dict[str, tuple[str, Mapping[str, object]]] = {}
    failures = []
    for one in surveyed:
        for who, record in one.people.items():
            if who in homes:
                words = phrase("moves.in_two_provinces", one=homes[who][0], other=one.code)
                failures.append(Failure(changes.file or "moves", 0, "in_two_provinces", who, words))
            homes[who] = (one.code, record)
    return homes, failures


def _shared_out(
    changes: Changes, surveyed: Sequence[Surveyed], moves: Mapping[str, list[dict[str, Any]]]
) -> Iterator[tuple[str, Changes]]:
    """Yield the changes of each province; what no province has is left to the first, which refuses it."""
    known = {center for one in surveyed for center in (*one.centers, *one.sites)}
    types = dict(no_moves().dtypes) | dict.fromkeys(ADDED, "str")
    for number, one in enumerate(surveyed):
        here = {*one.centers, *one.sites}

        def own(asked: Mapping[str, Any], here: set[str] = here, number: int = number) -> dict[str, Any]:
            return {
                name: value
                for name, value in asked.items()
                if name in here or (not number and name not in known)
            }

        table = pd.DataFrame(moves.get(one.code, []), columns=list(types)).astype(types)
        part = replace(
            changes,
            moves=table.sort_values("row", kind="stable", ignore_index=True),
            close=own(changes.close),
            declined=own(changes.declined),
            withdrawn=tuple(own(dict.fromkeys(changes.withdrawn, ""))),
            open=own(changes.open),
            relocate=own(changes.relocate),
            max_cases=own(changes.max_cases),
            faults=(),
        )
        if not part.is_empty():
            yield one.code, part
