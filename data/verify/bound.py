"""The bound, computed again from its multipliers over all households and all eligible sites of each unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.verify.columns import numbers, rows_of, texts
from data.verify.finding import SUMMARY, one
from data.verify.knapsack import least_sums
from data.verify.local import local
from data.verify.ruler import earth_km

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.plan import Bound
    from data.verify.columns import Numbers, Rows
    from data.verify.finding import Finding
    from data.verify.ledger import Ledger

ABSOLUTE_KM = 0.01
RELATIVE = 1e-6
# Rounding to metres, twice, and the last bits of two sums of squares.
_MARGIN_KM = 0.005
_BLOCK_PAIRS = 2_000_000


@dataclass(frozen=True)
class _Pairs:
    """Places and household rows whose reduced cost may be negative, with their km, shape ``(n_pairs,)``."""

    place: Rows
    who: Rows
    km: Numbers


def check_bound(ledger: Ledger) -> Iterator[Finding]:
    """Yield what makes a stated bound no bound; a plan without one states nothing."""
    bound = ledger.plan.bound
    if bound is None:
        return
    value, objective = bound.value_km, ledger.plan.objective_km
    if not value <= objective + ABSOLUTE_KM + RELATIVE * abs(objective):
        yield one(SUMMARY, -1, "bound_above_objective", "bound_km", stated=_km(value), counted=_km(objective))
    faults = list(_faults(ledger, bound))
    yield from faults
    if not faults:
        counted = recounted_bound(ledger, bound)
        if not value <= counted + ABSOLUTE_KM + RELATIVE * abs(counted):
            yield one(SUMMARY, -1, "unsupported_bound", "bound_km", stated=_km(value), counted=_km(counted))


def recounted_bound(ledger: Ledger, bound: Bound) -> float:
    """Return the number that the multipliers prove (`data.plan.Bound` has the formula), km times cases.

    A pair that no plan may use (a pin elsewhere, beyond ``max_km``, not in the travel file) is in no sum.
    """
    people, options = ledger.people, ledger.options
    served = np.flatnonzero(people.excluded == "")
    paid = np.full(len(people.ids), -np.inf)
    paid[served] = _multipliers(ledger, bound, served)
    least = np.zeros(len(options.ids))
    for unit in set(options.unit):
        places = np.flatnonzero(options.unit == unit)
        rows = served[people.unit[served] == unit]
        for pairs in _pairs(ledger, places, rows, paid):
            least += _least(ledger, pairs, paid)
    if ledger.problem.rules.centers == "price":
        least += local(ledger.problem.rules, options.province, "center_km")
    return float(people.cases[served] @ paid[served]) + _of_places(ledger, bound, least)


def _faults(ledger: Ledger, bound: Bound) -> Iterator[Finding]:
    people, served = ledger.people, ledger.people.excluded == ""
    if not len(ledger.options.ids):
        yield one(SUMMARY, -1, "bound_without_sites", "bound_km")
    given_up = texts(ledger.plan.unassigned, "reason") != "vacancy"
    who = ledger.left_household
    if (served[who] & given_up & (who >= 0)).any():
        # A household that nobody pays for makes every bound too high.
        yield one(SUMMARY, -1, "bound_of_unserved", "bound_km")
    if bound.household_km.index.has_duplicates:
        yield one(SUMMARY, -1, "duplicate_multiplier", "bound_km")
    rows = np.flatnonzero(served)
    paid = _multipliers(ledger, bound, rows)
    limit = local(ledger.problem.rules, people.province, "vacancy_km")[rows]
    for row in rows[~np.isfinite(paid)]:
        yield one(SUMMARY, -1, "missing_multiplier", people.ids[row])
    above = paid > limit + 1e-9
    for row, paid_km, most in zip(rows[above], paid[above], limit[above], strict=True):
        yield one(
            SUMMARY, -1, "multiplier_above_vacancy", people.ids[row], stated=_km(paid_km), limit=_km(most)
        )
    priced = ledger.problem.rules.centers == "price"
    for unit, price in bound.unit_km.items():
        if not (np.isfinite(price) and price <= 0) or (priced and price != 0):
            yield one(SUMMARY, -1, "wrong_unit_price", unit, stated=_km(price))


def _multipliers(ledger: Ledger, bound: Bound, rows: Rows) -> Numbers:
    table = bound.household_km.rename("km").rename_axis("household_id").reset_index()
    at = rows_of(texts(table, "household_id"), ledger.people.ids[rows])
    return np.where(at >= 0, np.append(numbers(table, "km"), np.nan)[at], np.nan)


def _pairs(ledger: Ledger, places: Rows, rows: Rows, paid: Numbers) -> Iterator[_Pairs]:
    """Yield, block by block, at least every pair with a negative reduced cost."""
    shape = max(1, _BLOCK_PAIRS // max(len(rows), 1))
    for start in range(0, len(places), shape):
        block = places[start : start + shape]
        place, who = _near(ledger, block, rows, paid)
        km = ledger.km(who, ledger.options, place)
        pin = ledger.people.pin[who]
        allowed = np.isfinite(km) & (km <= ledger.people.max_km[who] + 1e-9)
        allowed &= (pin == "") | (pin == ledger.options.ids[place])
        yield _Pairs(place[allowed], who[allowed], km[allowed])


def _near(ledger: Ledger, places: Rows, rows: Rows, paid: Numbers) -> tuple[Rows, Rows]:
    """Return places and household rows that are not proven to be too far apart."""
    if ledger.problem.travel is not None or not len(rows):
        return np.repeat(places, len(rows)), np.tile(rows, len(places))
    options, ruler = ledger.options, ledger.ruler
    people_at = earth_km(ruler.lon[rows], ruler.lat[rows])
    places_at = earth_km(options.lon[places], options.lat[places])
    middle = people_at.mean(axis=0)
    chord2 = _squares(places_at - middle, people_at - middle)
    reach = paid[rows][None, :] - options.price[places][:, None] + _MARGIN_KM
    # No geodesic is shorter than its chord, and no detour factor is below one.
    at, who = np.nonzero((reach > 0) & (chord2 < np.square(reach)))
    return places[at], rows[who]


def _squares(some: Numbers, others: Numbers) -> Numbers:
    """Return squared chords, km2, shape ``(n_some, n_others)``."""
    squares: Numbers = np.square(some).sum(axis=1)[:, None] + np.square(others).sum(axis=1)[None, :]
    squares -= 2 * (some @ others.T)
    return squares


def _least(ledger: Ledger, pairs: _Pairs, paid: Numbers) -> Numbers:
    """Return the part of every ``v_j`` that the pairs give, zero for the places of other pairs."""
    people, options, rules = ledger.people, ledger.options, ledger.problem.rules
    home, there = people.district[pairs.who], options.district[pairs.place]
    crosses = (home != "") & (there != "") & (home != there)
    price = options.price[pairs.place]
    if crosses.any():
        price = price + crosses * local(rules, people.province[pairs.who], "cross_district_km")
    reduced = people.cases[pairs.who] * (pairs.km + price - paid[pairs.who])
    return least_sums(pairs.place, reduced, people.load[pairs.who], options.max_load)


def _of_places(ledger: Ledger, bound: Bound, least: Numbers) -> float:
    """Return what existing and required sites, units and applicants add."""
    options, sites, units = ledger.options, ledger.problem.sites, ledger.plan.units
    candidate = options.site >= 0
    applicant = np.full(len(least), "", object)
    applicant[candidate] = texts(sites, "applicant_id")[options.site[candidate]]
    fixed = ~candidate
    fixed[candidate] = texts(sites, "use")[options.site[candidate]] == "required"
    settled = set(applicant[fixed & candidate])
    centers = dict(zip(texts(units, "unit"), numbers(units, "planned"), strict=True))
    free = {unit: centers.get(unit, 0.0) - (options.unit[fixed] == unit).sum() for unit in bound.unit_km}
    total = least[fixed].sum() + sum(max(free[unit], 0.0) * price for unit, price in bound.unit_km.items())
    best: dict[str, float] = {}
    for at in np.flatnonzero(~fixed):
        if applicant[at] not in settled:
            value = least[at] - bound.unit_km.get(options.unit[at], 0.0)
            best[applicant[at]] = min(best.get(applicant[at], 0.0), value)
    return float(total + sum(best.values()))


def _km(value: float) -> str:
    return f"{value:.3f}"
