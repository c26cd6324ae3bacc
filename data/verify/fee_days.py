"""Who was where on each day, laid together from the versions of a record one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

Home = tuple[str, int]
"""Center and cases of a household."""


@dataclass(frozen=True)
class Standing:
    """A network in one version.

    Attributes
    ----------
    day : date or None
        From when its changes are in force unless ``days`` tell; None for the first version.
    days : mapping of str to date
        By household or center.
    homes : mapping of str to (str, int)
        Center and cases by household.
    centers : frozenset of str
        Those that are open.
    """

    day: date | None
    days: Mapping[str, date]
    homes: Mapping[str, Home]
    centers: frozenset[str]


class Days:
    """Who was where on each day, one version's changes upon another's.

    Parameters
    ----------
    networks : sequence of sequence of Standing
        The versions of each province, the first first.
    """

    def __init__(self, networks: Sequence[Sequence[Standing]]) -> None:
        self._networks = networks
        self._changes = [
            [_changes(before, after) for before, after in pairwise(versions)] for versions in networks
        ]
        self._known: dict[tuple[int, ...], tuple[dict[str, Home], set[str]]] = {}

    def at(self, day: date) -> tuple[dict[str, Home], set[str]]:
        """Return center and cases of every household, and the centers that are open."""
        key = self.key(day)
        if key not in self._known:
            self._known[key] = self._made(day)
        return self._known[key]

    def most_cases(self, household: str) -> int:
        """Return the most cases that a household ever had; 1 for one that nobody ever served."""
        ever = [one.homes[household][1] for all_ in self._networks for one in all_ if household in one.homes]
        return max(ever, default=1)

    def key(self, day: date) -> tuple[int, ...]:
        """Return what is the same on days on which everybody was in the same place."""
        return tuple(sum(since <= day for since, _, _, _ in one) for all_ in self._changes for one in all_)

    def _made(self, day: date) -> tuple[dict[str, Home], set[str]]:
        homes: dict[str, Home] = {}
        centers: set[str] = set()
        for versions, changes in zip(self._networks, self._changes, strict=True):
            own_homes, own_centers = dict(versions[0].homes), set(versions[0].centers)
            for since, is_center, who, home in (row for one_version in changes for row in one_version):
                if since > day:
                    continue
                if is_center:
                    (own_centers.discard if home is None else own_centers.add)(who)
                elif home is None:
                    own_homes.pop(who, None)
                else:
                    own_homes[who] = home
            homes |= own_homes
            centers |= own_centers
        return homes, centers


def _changes(before: Standing, after: Standing) -> list[tuple[date, bool, str, Home | None]]:
    """Return from when, whether a center, who, and what is so since: None for gone."""
    if after.day is None:
        raise ValueError("only the first version is from the beginning")
    here, day = after.homes, after.day
    homes: list[tuple[date, bool, str, Home | None]] = [
        (after.days.get(who, day), False, who, here.get(who))
        for who in {*before.homes, *here}
        if before.homes.get(who) != here.get(who)
    ]
    centers: list[tuple[date, bool, str, Home | None]] = [
        (after.days.get(who, day), True, who, ("", 0) if who in after.centers else None)
        for who in before.centers ^ after.centers
    ]
    return homes + centers
