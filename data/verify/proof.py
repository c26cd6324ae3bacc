"""What multipliers prove: the number of `data.plan.Bound`, over all households and sites of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers, rows_of, texts
from data.verify.far import beyond_km
from data.verify.knapsack import least_sums
from data.verify.local import local
from data.verify.ruler import NEAR_KM, earth_km
from data.verify.underfull import handed_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.plan import Limit
    from data.verify.columns import Numbers, Rows, Texts
    from data.verify.ledger import Ledger

# Rounding to metres, twice, and the last bits of two sums of squares.
_MARGIN_KM = 0.005
_BLOCK_PAIRS = 2_000_000


@dataclass(frozen=True)
class _Pairs:
    """Places and household rows with their km, shape ``(n_pairs,)``."""

    place: Rows
    who: Rows
    km: Numbers


def owed(ledger: Ledger, applicant_km: Mapping[str, float]) -> Numbers:
    """Return what opening each place costs besides whom it serves: prices of applicants and centers, km."""
    rules, options = ledger.problem.rules, ledger.options
    priced = rules.centers == "price"
    price = local(rules, options.province, "center_km") if priced else np.zeros(len(options.ids))
    own = np.array([applicant_km.get(owner, 0.0) for owner in _owners(ledger)], np.float64)
    return np.add(price, own)


def _owners(ledger: Ledger) -> Texts:
    """Return the applicant of each place, empty for an existing center."""
    options = ledger.options
    owners = np.full(len(options.ids), "", object)
    candidate = options.site >= 0
    owners[candidate] = texts(ledger.problem.sites, "applicant_id")[options.site[candidate]]
    return owners


def proven_km(
    ledger: Ledger,
    unit: str,
    paid: Numbers,
    unit_km: float,
    price: Numbers,
    *,
    limits: Sequence[Limit] = (),
) -> float:
    """Return the number that multipliers prove for a unit, km times cases, applicants' prices not taken off.

    Parameters
    ----------
    ledger : Ledger
        The problem and the plan.
    unit : str
        The unit.
    paid : ndarray, shape (n_households,)
        ``l_i``; those of other units do not count.
    unit_km : float
        ``m_u``.
    price : ndarray, shape (n_places,)
        As `owed` returns it.
    limits : sequence of Limit
        What the plan keeps to.
    """
    people, options = ledger.people, ledger.options
    rows = np.flatnonzero((people.excluded == "") & (people.unit == unit))
    places = np.flatnonzero(options.unit == unit)
    worth, filled = price.copy(), np.zeros(len(options.ids))
    least = np.where(options.existing >= 0, 0.0, _least_load(ledger, unit, places, rows))
    for pairs in _near_pairs(ledger, places, rows, paid):
        reduced = _reduced(ledger, pairs, paid)
        worth += least_sums(pairs.place, reduced, people.load[pairs.who], options.max_load)
        gains = reduced < 0
        filled += np.bincount(pairs.place[gains], people.load[pairs.who[gains]], minlength=len(options.ids))
    value = float(people.cases[rows] @ paid[rows])
    for limit in limits:
        worth[rows_of(options.ids, np.array(limit.ids, object))] -= limit.km
        value += limit.km * limit.count
    exact = np.zeros(len(options.ids), bool)
    while True:
        total, opened = _opened(ledger, places, worth, unit, unit_km)
        short = opened[(filled[opened] < least[opened]) & ~exact[opened]]
        if not short.size:
            return value + total
        # What fills a place up to its least matters only where the place would be opened without.
        exact[short] = True
        every = _all_pairs(ledger, short, rows)
        reduced, load = _reduced(ledger, every, paid), people.load[every.who]
        worth += least_sums(every.place, reduced, load, least, gainful=False)
        gains = reduced < 0
        worth -= least_sums(every.place[gains], reduced[gains], load[gains], options.max_load)


def _least_load(ledger: Ledger, unit: str, places: Rows, rows: Rows) -> float:
    """Return what every plan fills a new center of a unit with, as `data.plan.Bound` says."""
    people, options, rules = ledger.people, ledger.options, ledger.problem.rules
    if not (places.size and rows.size) or ledger.is_limited or (people.pin[rows] != "").any():
        return 0.0
    own = rules.for_province(options.province[places[0]])
    load = people.load[rows]
    if rules.centers == "price":
        planned = load.sum() // max(own.min_cases, 1)
    else:
        table = ledger.plan.units
        planned = numbers(table, "planned")[texts(table, "unit") == unit].sum()
    _, member = np.unique(handed_on(ledger, rows), return_inverse=True)
    largest = np.bincount(member, load).max()
    enough = load.sum() >= planned * own.min_cases + (planned - 1) * (largest - 1)
    return float(own.min_cases) if enough and largest <= own.max_cases - own.min_cases + 1 else 0.0


def _near_pairs(ledger: Ledger, places: Rows, rows: Rows, paid: Numbers) -> Iterator[_Pairs]:
    """Yield, block by block, at least every pair with a negative reduced cost."""
    shape = max(1, _BLOCK_PAIRS // max(len(rows), 1))
    blocks = [places[start : start + shape] for start in range(0, len(places), shape)]
    if ledger.problem.travel is not None or not len(rows):
        yield from (_all_pairs(ledger, some, rows) for some in blocks)
        return
    homes = earth_km(ledger.ruler.lon[rows], ledger.ruler.lat[rows])
    middle = homes.mean(axis=0)
    for some in blocks:
        there = earth_km(ledger.options.lon[some], ledger.options.lat[some])
        yield _near(ledger, some, rows, paid, _squares(there - middle, homes - middle))


def _all_pairs(ledger: Ledger, places: Rows, rows: Rows) -> _Pairs:
    place, who = np.repeat(places, len(rows)), np.tile(rows, len(places))
    return _allowed(ledger, place, who, ledger.km(who, ledger.options, place))


def _allowed(ledger: Ledger, place: Rows, who: Rows, km: Numbers) -> _Pairs:
    """Return those pairs that a plan may use."""
    allowed = np.isfinite(km) & (km <= ledger.people.max_km[who] + 1e-9)
    pinned = np.flatnonzero((ledger.people.pin != "")[who])
    allowed[pinned] &= ledger.people.pin[who[pinned]] == ledger.options.ids[place[pinned]]
    return _Pairs(place[allowed], who[allowed], km[allowed])


def _near(ledger: Ledger, places: Rows, rows: Rows, paid: Numbers, chord2: Numbers) -> _Pairs:
    """Return the pairs that a plan may use and that are not proven to be too far apart."""
    options = ledger.options
    reach = paid[rows][None, :] - options.price[places][:, None] + _MARGIN_KM
    # No geodesic is shorter than its chord, no detour factor is below one, and no way counts less than it is.
    at, who = np.nonzero((reach > 0) & (chord2 < np.square(reach)))
    place, who, chord = places[at], rows[who], np.sqrt(np.maximum(chord2[at, who], 0.0))
    km, far = ledger.ruler.near_km(who, chord), np.flatnonzero(chord > NEAR_KM)
    km[far] = ledger.km(who[far], options, place[far])
    return _allowed(ledger, place, who, km)


def _squares(some: Numbers, others: Numbers) -> Numbers:
    """Return squared chords, km2, shape ``(n_some, n_others)``."""
    squares: Numbers = np.square(some).sum(axis=1)[:, None] + np.square(others).sum(axis=1)[None, :]
    squares -= 2 * (some @ others.T)
    return squares


def _reduced(ledger: Ledger, pairs: _Pairs, paid: Numbers) -> Numbers:
    """Return what the pairs' cases cost beyond what they pay, km times cases."""
    people, options = ledger.people, ledger.options
    price = options.price[pairs.place]
    crossing_km = local(ledger.problem.rules, people.province, "cross_district_km")
    if crossing_km.any():
        home, there = people.district[pairs.who], options.district[pairs.place]
        crosses = (home != "") & (there != "") & (home != there)
        price = price + crosses * crossing_km[pairs.who]
    way = pairs.km + beyond_km(ledger, pairs.who, pairs.km)
    reduced: Numbers = people.cases[pairs.who] * (way + price - paid[pairs.who])
    return reduced


def _opened(ledger: Ledger, places: Rows, worth: Numbers, unit: str, unit_km: float) -> tuple[float, Rows]:
    """Return what the places of a unit and its price add, and the places that are in it."""
    options, sites, units = ledger.options, ledger.problem.sites, ledger.plan.units
    owners = _owners(ledger)
    fixed = options.site < 0
    fixed[~fixed] = texts(sites, "use")[options.site[~fixed]] == "required"
    settled = set(owners[fixed]) | {""}
    planned = numbers(units, "planned")[texts(units, "unit") == unit].sum()
    open_ = places[fixed[places]]
    total = float(worth[open_].sum()) + max(float(planned) - len(open_), 0.0) * unit_km
    best: dict[str, tuple[float, int]] = {}
    for at in places[~fixed[places]].tolist():
        value, owner = float(worth[at]) - unit_km, owners[at]
        if owner not in settled and value < best.get(owner, (0.0, at))[0]:
            best[owner] = (value, at)
    total += sum(value for value, _ in best.values())
    return total, np.r_[open_, np.array([at for _, at in best.values()], np.int64)]
