"""Counties and provinces: who lives there, who is served, how far they go, and why some are not served."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from data.summary import weighted_km
from data.text import text
from maps.plan_page import REASONS
from maps.report.small import AtLeast, Few, Sum, beside, one_count, over, parts_of_known
from maps.report.tables import Column, Table, columns, known, named

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    import pandas as pd

    from data.text import Lang
    from maps.report.network import Network
    from maps.report.small import Shown
    from maps.report.tables import Cell

    Row = tuple[Cell | Shown, ...]

Place = tuple[str, ...]
_COUNTED = 7
"""Cells of a row before those of the reasons."""
_COUNTY = ["code", "province", "county"]


@dataclass(frozen=True)
class Unserved:
    """Households without a center by reason, as far as they may be told.

    Attributes
    ----------
    counties : mapping
        By code, province and county, the sums by reason.
    provinces : mapping
        By code.
    whole : mapping of str to Sum
        By reason.
    """

    counties: Mapping[Place, Mapping[str, Sum]]
    provinces: Mapping[Place, Mapping[str, Sum]]
    whole: Mapping[str, Sum]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that there are, in the house's order."""
        first = [reason for reason in REASONS if reason in self.whole]
        return (*first, *sorted(set(self.whole) - set(first)))

    def everyone(self, k: int) -> Sum:
        """Return how many have no center for any reason."""
        return over(self.whole.values(), k)


def unserved(network: Network) -> Unserved:
    """Count who has no center; what is too few is hidden, from the single vacancy upwards."""
    left = network.people[network.people["reason"] != ""]
    counts = left.groupby([*_COUNTY, "reason", "vacancy_id"], sort=True).size()
    keys: list[tuple[str, ...]] = counts.index.tolist()
    found: dict[Place, dict[str, list[Sum]]] = {}
    for (code, province, county, reason, _), count in zip(keys, counts.tolist(), strict=True):
        one = one_count(int(count), network.k)
        found.setdefault((code, province, county), {}).setdefault(reason, []).append(one)
    counties = {
        place: {reason: over(parts, network.k) for reason, parts in by_reason.items()}
        for place, by_reason in found.items()
    }
    provinces = _gathered(((place[:1], sums) for place, sums in counties.items()), network.k)
    whole = _gathered((((), sums) for sums in provinces.values()), network.k)
    return Unserved(counties, provinces, whole.get((), {}))


def county_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return one row a county."""
    several = len(network.people["province"].unique()) > 1 or bool(network.parts)
    first = (
        columns(lang, {"province": "text", "county": "text"})
        if several
        else columns(lang, {"county": "text"})
    )
    rows = []
    for (_, province, county), row in _rows(network, left.counties, left.reasons, _COUNTY):
        name = named(province, county, lang) if county else text("report.unnamed", lang)
        rows.append((named(province, "", lang), name, *row) if several else (name, *row))
    return _table(network, left, lang, key="counties", first=first, rows=rows)


def province_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return one row a province of a nation."""
    called = {str(one["code"]): str(one["province"]) for one in network.parts}
    rows = [
        (named(called[place[0]], "", lang), *row)
        for place, row in _rows(network, left.provinces, left.reasons, ["code"])
    ]
    return _table(network, left, lang, key="provinces", first=columns(lang, {"province": "text"}), rows=rows)


def whole_row(network: Network, left: Unserved) -> Row:
    """Return what is said of everyone: as a row of `county_table`, without the reasons."""
    here = _Here(network.people, network.centers, len(network.vacancies))
    return here.row(len(network.served), left.everyone(network.k), network.k)


def _table(
    network: Network,
    left: Unserved,
    lang: Lang,
    *,
    key: str,
    first: tuple[Column, ...],
    rows: Sequence[Row],
) -> Table:
    reasons = tuple(
        Column(text("report.col_reason", lang, why=known(f"maps.reason_{one}", one, REASONS, lang)), "count")
        for one in left.reasons
    )
    counted = columns(
        lang,
        {
            "households": "count",
            "cases": "count",
            "served": "count",
            "centers": "count",
            "vacancies": "count",
            "load_min": "count",
            "load_max": "count",
        },
    )
    km = columns(lang, {"km_mean": "km", "km_median": "km", "km_p90": "km", "km_max": "whole_km"})
    of_reasons = tuple(left.whole[one].shown(network.k) for one in left.reasons)
    names = (text("report.total", lang), *[""] * (len(first) - 1))
    total = (*names, *_with_reasons(whole_row(network, left), of_reasons))
    return Table(key, (*first, *counted, *reasons, *km), tuple(rows), total)


@dataclass(frozen=True)
class _Here:
    """What there is in a place."""

    people: pd.DataFrame
    centers: pd.DataFrame
    vacancies: int

    def row(self, served: Shown, left: Sum, k: int) -> Row:
        """Return households, cases, served, centers, vacancies, loads from and to, and kilometres."""
        loads = self.centers["load"]
        load = (int(loads.min()), int(loads.max())) if len(loads) else (None, None)
        if not isinstance(served, int):
            return served, served, served, len(self.centers), self.vacancies, *load, *(served,) * 4
        own = self.people[self.people["reason"] == ""]
        households = beside([Sum(served), left]).shown(k)
        exact = isinstance(households, int)
        cases = int(self.people["cases"].sum()) if exact else AtLeast(int(own["cases"].sum()))
        return households, cases, served, len(self.centers), self.vacancies, *load, *distances(own, k)


def _rows(
    network: Network, sums: Mapping[Place, Mapping[str, Sum]], reasons: tuple[str, ...], by: list[str]
) -> list[tuple[Place, Row]]:
    centers = _groups(network.centers.rename(columns={"county_name": "county"}), by)
    vacant, people = _groups(network.vacancies, by), _groups(network.people, by)
    served = _served(people, network.k)
    rows = []
    for place in sorted({*centers, *vacant, *people}):
        own = sums.get(place, {})
        here = _Here(
            people.get(place, network.people.iloc[:0]),
            centers.get(place, network.centers.iloc[:0]),
            len(vacant.get(place, ())),
        )
        row = here.row(served.get(place, 0), beside(own.values()), network.k)
        of_reasons = tuple(own.get(reason, Sum(0)).shown(network.k) for reason in reasons)
        rows.append((place, _with_reasons(row, of_reasons)))
    return rows


def _with_reasons(row: Row, of_reasons: Row) -> Row:
    return (*row[:_COUNTED], *of_reasons, *row[_COUNTED:])


def _served(people: Mapping[Place, pd.DataFrame], k: int) -> dict[Place, Shown]:
    """Return how many are served in each place, of parts that are those of a province whose own is told."""
    counts = {place: int((here["reason"] == "").sum()) for place, here in people.items()}
    shown: dict[Place, Shown] = {}
    for code in sorted({place[0] for place in counts}):
        own = [place for place in counts if place[0] == code]
        shown |= dict(zip(own, parts_of_known([counts[place] for place in own], k), strict=True))
    return shown


def distances(served: pd.DataFrame, k: int) -> Row:
    """Return mean, median, 90th percentile and longest km; the longest is one home's, so in whole km, up."""
    if 0 < len(served) < k:
        return (Few(k),) * 4
    km: Mapping[str, Any] = weighted_km(served["km"], served["cases"])
    return km["mean"], km["median"], km["p90"], None if km["max"] is None else ceil(km["max"])


def _groups(table: pd.DataFrame, by: list[str]) -> dict[Place, pd.DataFrame]:
    filled = table.assign(**{name: table[name].astype(object).where(table[name].notna(), "") for name in by})
    return {_place(key): rows for key, rows in filled.groupby(by, sort=True)}


def _place(key: Hashable) -> Place:
    return tuple(str(one) for one in key) if isinstance(key, tuple) else (str(key),)


def _gathered(parts: Iterable[tuple[Place, Mapping[str, Sum]]], k: int) -> dict[Place, dict[str, Sum]]:
    listed: dict[Place, dict[str, list[Sum]]] = {}
    for place, sums in parts:
        for reason, one in sums.items():
            listed.setdefault(place, {}).setdefault(reason, []).append(one)
    return {
        place: {reason: over(sums, k) for reason, sums in by_reason.items()}
        for place, by_reason in listed.items()
    }
