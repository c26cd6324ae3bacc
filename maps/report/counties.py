"""Counties and provinces: who lives there, who is served, how far they go, and why some are not served.

Of a province, and of all together, the totals are official figures: those of the version itself. Those of a
county are of its release and multiples of ``k`` (`maps.report.network`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.fairness import worst_tenth_km
from data.public import BEYOND, KM_DECIMALS
from data.summary import weighted_km
from data.text import text
from maps.plan_page import REASONS
from maps.report.small import AtLeast, Few, Sum, Withheld, beside, of_many, one_count, over
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
    provinces : mapping
        By code.
    whole : mapping of str to Sum
        By reason.
    """

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
    counts = network.left.groupby([*_COUNTY, "reason", "vacancy_id"], sort=True).size()
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
    return Unserved(provinces, whole.get((), {}))


def county_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return one row a county."""
    several = len(network.people["province"].unique()) > 1 or bool(network.parts)
    first = (
        columns(lang, {"province": "text", "county": "text"})
        if several
        else columns(lang, {"county": "text"})
    )
    rows = []
    for (_, province, county), row in _county_rows(network, left.reasons):
        name = named(province, county, lang) if county else text("report.unnamed", lang)
        rows.append((named(province, "", lang), name, *row) if several else (name, *row))
    return _table(network, left, lang, key="counties", first=first, rows=rows)


def province_table(network: Network, left: Unserved, lang: Lang) -> Table:
    """Return one row a province of a nation."""
    rows = []
    for one in network.parts:
        code = str(one["code"])
        own = left.provinces.get((code,), {})
        served, centers = (table[table["code"] == code] for table in (network.served, network.centers))
        row = _official(one, served, centers, beside(own.values()), network.k)
        of_reasons = tuple(own.get(reason, Sum(0)).shown(network.k) for reason in left.reasons)
        rows.append((named(str(one["province"]), "", lang), *_with_reasons(row, of_reasons)))
    return _table(network, left, lang, key="provinces", first=columns(lang, {"province": "text"}), rows=rows)


def whole_row(network: Network, left: Unserved) -> Row:
    """Return what is said of everyone: as a row of `county_table`, without the reasons."""
    everyone = left.everyone(network.k)
    return _official(network.summary, network.served, network.centers, everyone, network.k)


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
    km = columns(lang, {"km_mean": "far_km", "km_median": "far_km", "km_p90": "far_km"})
    of_reasons = tuple(left.whole[one].shown(network.k) for one in left.reasons)
    names = (text("report.total", lang), *[""] * (len(first) - 1))
    total = (*names, *_with_reasons(whole_row(network, left), of_reasons))
    return Table(key, (*first, *counted, *reasons, *km), tuple(rows), total)


def _official(
    summary: Mapping[str, Any], served: pd.DataFrame, centers: pd.DataFrame, left: Sum, k: int
) -> Row:
    """Return households, cases, served, centers, vacancies, loads from and to, and kilometres of a plan."""
    households = beside([Sum(int(summary["assigned"])), left]).shown(k)
    # The cases of those who are left, were they told, would tell who is left.
    cases = int(summary["cases"]) if isinstance(households, int) else AtLeast(int(centers["cases"].sum()))
    of_plan = (
        households,
        cases,
        int(summary["assigned"]),
        int(summary["centers"]),
        int(summary["vacancies"]),
    )
    return (*of_plan, *_loads(centers), *distances(served, k))


def _county_rows(network: Network, reasons: tuple[str, ...]) -> list[tuple[Place, Row]]:
    centers = _groups(network.centers.rename(columns={"county_name": "county"}))
    vacant, people = _groups(network.vacancies), _groups(network.people)
    rows = []
    for place in sorted({*centers, *vacant, *people}):
        living = people.get(place, network.people.iloc[:0])
        served = living[living["reason"] == ""]
        here = centers.get(place, network.centers.iloc[:0])
        households = of_many(len(living), network.k)
        row = (
            households,
            _of(households, living, network.k),
            of_many(len(served), network.k),
            len(here),
            len(vacant.get(place, ())),
            *_loads(here),
            *distances(served, network.k),
        )
        of_reasons = tuple(of_many(int((living["reason"] == one).sum()), network.k) for one in reasons)
        rows.append((place, _with_reasons(row, of_reasons)))
    return rows


def _loads(centers: pd.DataFrame) -> Row:
    """Return the least and the most load of centers, official figures."""
    loads = centers["load"]
    return (int(loads.min()), int(loads.max())) if len(loads) else (None, None)


def _of(households: int | Few, people: pd.DataFrame, k: int) -> int | Few:
    """Return the cases of some households, of which so many are told."""
    return of_many(int(people["cases"].sum()), k) if isinstance(households, int) else households


def _with_reasons(row: Row, of_reasons: Row) -> Row:
    return (*row[:_COUNTED], *of_reasons, *row[_COUNTED:])


def distances(served: pd.DataFrame, k: int) -> Row:
    """Return mean, median and 90th percentile, km: each only where ``k`` households live on either side."""
    km: Mapping[str, Any] = weighted_km(served["km"], served["cases"])
    told = {name: km[name] for name in ("mean", "median", "p90")}
    return tuple(
        None
        if not len(served)
        else round(far, KM_DECIMALS)
        if len(served) >= BEYOND.get(f"km_{name}", 1) * k
        else Withheld()
        for name, far in told.items()
    )


def worst_tenth(served: pd.DataFrame, k: int) -> Cell | Shown:
    """Return the mean way of the tenth that travels furthest, km, where that tenth is ``k`` or more."""
    far = worst_tenth_km(served["km"], served["cases"])
    if far is None:
        return None
    return round(far, KM_DECIMALS) if len(served) >= BEYOND["km_p90"] * k else Withheld()


def _groups(table: pd.DataFrame) -> dict[Place, pd.DataFrame]:
    empty = {name: table[name].astype(object).where(table[name].notna(), "") for name in _COUNTY}
    return {_place(key): rows for key, rows in table.assign(**empty).groupby(_COUNTY, sort=True)}


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
