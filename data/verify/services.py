"""Services recounted: everybody once, nobody above a capacity, and no sharing that travels less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.errors import Failure
from data.text import phrase
from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import VerificationError
from data.verify.places import stood_on
from data.verify.ruler import TOLERANCE_KM, earth_km, ruler_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from data.plan import Plan
    from data.problem import Problem
    from data.verify.columns import Numbers, Rows, Texts
    from data.verify.ruler import Ruler

FILE = "services.csv"
WITHOUT = "without.csv"
LEFT_OUT_KM = 10_000.0
"""What a case without the service counts in the recount of the bound, above every distance in the country."""
RADIUS_KM = 6367.0
ROUNDING_KM = 0.0015
"""What a distance may differ from the one recounted here, for both are rounded."""
RELATIVE = 1e-5

_NOWHERE = -1
"""In place of a center or a row, of a household that has none."""


@dataclass(frozen=True)
class Stated:
    """What is said of services.

    Attributes
    ----------
    given : DataFrame
        ``household_id``, ``service_id``, ``center_id``, ``km``.
    without : DataFrame
        ``household_id``, ``service_id``, ``reason``.
    prices : DataFrame
        ``service_id``, ``center_id``, ``price_km``: the worth of a place.
    """

    given: pd.DataFrame
    without: pd.DataFrame
    prices: pd.DataFrame

    def by_service(self) -> dict[str, Stated]:
        """Return the same of each service alone."""
        tables = (self.given, self.without, self.prices)
        parts = [{str(name): rows for name, rows in one.groupby("service_id", sort=True)} for one in tables]
        return {
            name: Stated(*(part.get(name, table.iloc[:0]) for part, table in zip(parts, tables, strict=True)))
            for name in sorted(set().union(*parts))
        }

    def none(self) -> Stated:
        """Return nothing."""
        return Stated(self.given.iloc[:0], self.without.iloc[:0], self.prices.iloc[:0])


def verify_services(problem: Problem, plan: Plan, offers: pd.DataFrame, stated: Stated) -> None:
    """Recount who gets which service where from tables alone.

    For every service: each served household is given it once or listed without it; the center gives it; no
    center gives more cases than its capacity; kilometres are measured again; nobody is sent away, or left
    without, while there is room at the own center, nor is a stranger served where one of the center's own is
    sent away; nobody goes further than to a center with room; whoever has none finds no room anywhere. Where
    every household is one case, the prices prove the kilometres least: for any prices ``p_j`` of a place, no
    sharing costs less than ``sum_i w_i min(left, min_j km_ij + p_j) - sum_j p_j capacity_j``.

    Parameters
    ----------
    problem, plan : Problem, Plan
        Of the record.
    offers : DataFrame
        ``center_id``, ``service_id``, ``capacity``: a row for every center and service.
    stated : Stated
        What is claimed.

    Raises
    ------
    VerificationError
        With everything that is wrong.
    """
    network = _Network(problem, plan)
    found: list[Failure] = []
    parts = stated.by_service()
    for name, rows in offers.groupby("service_id", sort=True):
        found += _Service(network, str(name), rows, parts.get(str(name), stated.none())).wrong()
    known = set(offers["service_id"])
    found += [
        _failure(FILE, "strange_service", name)
        for name, one in sorted(parts.items())
        if name not in known and len(one.given) + len(one.without)
    ]
    if found:
        raise VerificationError.of(found)


class _Network:
    """Households and centers of a plan, measured without the engine's own code.

    Parameters
    ----------
    problem, plan : Problem, Plan
        Of the record.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        table = plan.assignments
        everyone = texts(problem.households, "household_id")
        self.ids = texts(table, "household_id")
        self.cases = numbers(table, "cases")
        self.row = rows_of(everyone, self.ids)
        self.center_ids = texts(plan.centers, "center_id")
        self.own = rows_of(self.center_ids, texts(table, "center_id"))
        self.own_km = numbers(table, "km")
        self.lon, self.lat = numbers(plan.centers, "lon"), numbers(plan.centers, "lat")
        site = texts(plan.centers, "site_id") if "site_id" in plan.centers else self.center_ids
        standing = rows_of(texts(problem.centers, "center_id"), self.center_ids)
        stood = stood_on(problem)
        site = np.array(
            [stood[at] if at >= 0 else one for at, one in zip(standing, site, strict=True)], dtype=object
        )
        self.travel_ids = np.where(site == "", self.center_ids, site)
        self.ruler: Ruler = ruler_of(problem, everyone)
        self.homes = earth_km(self.ruler.lon[self.row], self.ruler.lat[self.row])
        self.doors = earth_km(self.lon, self.lat)

    def km(self, rows: Rows, centers: Rows) -> Numbers:
        """Return km of rows to centers, pair by pair, as they are published."""
        who = self.row[rows]
        return self.ruler.km(who, self.lon[centers], self.lat[centers], self.travel_ids[centers])

    def table(self, rows: Rows, centers: Rows) -> Numbers:
        """Return km of rows to centers, shape (n_rows, n_centers), to about a metre.

        The arc of a chord on a circle: up to 400 km within half a metre of the geodesic.
        """
        if self.ruler.place_ids is not None:
            pairs = np.repeat(rows, len(centers)), np.tile(centers, len(rows))
            return self.km(*pairs).reshape(len(rows), len(centers))
        chord2 = np.zeros((len(rows), len(centers)))
        for axis in range(3):
            chord2 += (self.homes[rows, None, axis] - self.doors[None, centers, axis]) ** 2
        half = np.minimum(np.sqrt(chord2) / (2 * RADIUS_KM), 1.0)
        return 2 * RADIUS_KM * np.arcsin(half) * self.ruler.detour[self.row[rows], None]


class _Service:
    """One service as it is said to be shared out.

    Parameters
    ----------
    network : _Network
        Households and centers.
    name : str
        The service.
    offers : DataFrame
        Its rows.
    stated : Stated
        Of it alone.
    """

    def __init__(self, network: _Network, name: str, offers: pd.DataFrame, stated: Stated) -> None:
        self.network, self.name = network, name
        total, size = network.cases.sum(), len(network.center_ids)
        self.capacity = np.zeros(size)
        at = rows_of(network.center_ids, texts(offers, "center_id"))
        self.capacity[at[at >= 0]] = np.minimum(numbers(offers, "capacity")[at >= 0], total)
        self.given, self.without, self.prices = stated.given, stated.without, stated.prices
        self.who = rows_of(network.ids, texts(self.given, "household_id"))
        self.to = rows_of(network.center_ids, texts(self.given, "center_id"))
        self.stated = numbers(self.given, "km")
        self.left = rows_of(network.ids, texts(self.without, "household_id"))

    def wrong(self) -> list[Failure]:
        """Return everything that is wrong with it."""
        found = list(self._everybody_once())
        if found:
            return found
        network = self.network
        self.center = np.full(len(network.ids), _NOWHERE)
        self.center[self.who] = self.to
        self.load = np.bincount(self.to, network.cases[self.who], minlength=len(self.capacity))
        self.away = np.flatnonzero(self.center != network.own)
        over = np.flatnonzero(self.load > self.capacity)
        found += [self._fail("over_capacity", network.center_ids[one]) for one in over]
        return [*found, *self._distances(), *self._own_first(), *self._others()]

    def _everybody_once(self) -> Iterator[Failure]:
        strange = (self.who < 0) | (self.to < 0)
        yield from self._each("strange_row", texts(self.given, "household_id")[strange])
        yield from self._each("strange_row", texts(self.without, "household_id")[self.left < 0], WITHOUT)
        times = np.zeros(len(self.network.ids), np.int64)
        np.add.at(times, self.who[self.who >= 0], 1)
        np.add.at(times, self.left[self.left >= 0], 1)
        yield from self._each("not_once", self.network.ids[times != 1])

    def _distances(self) -> Iterator[Failure]:
        network = self.network
        km = network.own_km[self.who].copy()
        away = np.flatnonzero(self.to != network.own[self.who])
        km[away] = network.km(self.who[away], self.to[away])
        bad = ~(np.abs(km - self.stated) <= TOLERANCE_KM)
        yield from self._each("wrong_km", network.ids[self.who[bad]])

    def _own_first(self) -> Iterator[Failure]:
        """Yield who is sent away for no reason: there is room, or a stranger has it."""
        network = self.network
        own = network.own[self.away]
        room = self.capacity[own] - self.load[own]
        idle = network.cases[self.away] <= room
        yield from self._each("room_at_own", network.ids[self.away[idle]])
        crowded = np.zeros(len(self.capacity), dtype=bool)
        crowded[own] = self.capacity[own] > 0
        # A household of several cases may not fit where one of fewer, also a stranger, does.
        single = bool((network.cases == 1).all())
        strangers = (self.to != network.own[self.who]) & crowded[self.to] & single
        yield from self._each("stranger_first", network.ids[self.who[strangers]])

    def _others(self) -> Iterator[Failure]:
        """Yield who could go nearer, or could be served, and whether all could travel less."""
        network = self.network
        givers = np.flatnonzero(self.capacity > 0)
        nobody = texts(self.without, "reason") == "no_giver"
        table = network.table(self.away, givers)
        reached = np.isfinite(table).any(axis=1) if len(givers) else np.zeros(len(self.away), bool)
        place = np.full(len(network.ids), _NOWHERE)
        place[self.away] = np.arange(len(self.away))
        says_none = np.zeros(len(self.away), dtype=bool)
        says_none[place[self.left[nobody]]] = True
        lacks = self.center[self.away] < 0
        yield from self._each("wrong_reason", network.ids[self.away[lacks & (says_none == reached)]], WITHOUT)
        if not len(givers):
            return
        room = self.capacity[givers] - self.load[givers]
        crowded = self._crowded()[givers]
        fits = (network.cases[self.away, None] <= room) & ~crowded & np.isfinite(table)
        yield from self._each("room_left", network.ids[self.away[lacks & fits.any(axis=1)]], WITHOUT)
        gone = np.flatnonzero(~lacks)
        at = np.searchsorted(givers, self.center[self.away[gone]])
        nearest = np.where(fits[gone], table[gone], np.inf).min(axis=1)
        further = table[gone, at] > nearest * (1 + RELATIVE) + 2 * ROUNDING_KM
        yield from self._each("further_than_room", network.ids[self.away[gone[further]]])
        if bool((network.cases == 1).all()):
            yield from self._not_least()

    def _crowded(self) -> NDArray[np.bool_]:
        """Return the centers that give it and cannot hold all their own, shape (m,)."""
        own = np.bincount(self.network.own, self.network.cases, minlength=len(self.capacity))
        return (self.capacity > 0) & (own > self.capacity)

    def _not_least(self) -> Iterator[Failure]:
        """Yield the service if its kilometres are above what its prices prove."""
        network, crowded = self.network, self._crowded()
        own = np.bincount(network.own, network.cases, minlength=len(self.capacity))
        stays = (self.capacity > 0) & ~crowded
        movers = np.flatnonzero(~stays[network.own])
        left = np.where(stays, self.capacity - own, self.capacity)
        to = np.flatnonzero(left > 0)
        if not (movers.size and to.size):
            return
        price = np.zeros(len(self.capacity))
        at = rows_of(network.center_ids, texts(self.prices, "center_id"))
        price[at] = numbers(self.prices, "price_km")
        km = network.table(movers, to)
        km[crowded[to] & (network.own[movers, None] != to)] = np.inf
        paid = np.minimum(LEFT_OUT_KM, (km + price[to]).min(axis=1))
        # A crowded center is full of its own whatever its price; any other need take nobody.
        value = np.where(crowded[to], price[to], np.maximum(price[to], 0))
        bound = float(paid.sum() - (value * left[to]).sum())
        stated = np.full(len(network.ids), LEFT_OUT_KM)
        stated[self.who] = self.stated
        if stated[movers].sum() > bound + len(movers) * ROUNDING_KM + RELATIVE * abs(bound):
            yield self._fail("travels_more", self.name)

    def _each(self, code: str, who: Texts, file: str = FILE) -> Iterator[Failure]:
        for one in who:
            yield self._fail(code, str(one), file)

    def _fail(self, code: str, subject: str, file: str = FILE) -> Failure:
        return _failure(file, code, subject, service=self.name)


def _failure(file: str, code: str, subject: str, **values: object) -> Failure:
    return Failure(file, 0, code, subject, phrase(f"services.wrong_{code}", **values))
