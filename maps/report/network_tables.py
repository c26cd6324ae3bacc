"""Centers, vacancies, the next best applicants, and who could not be kept together."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.text import text
from maps.report.small import Few, Withheld, of_many, one_count
from maps.report.tables import Table, columns, known, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from data.text import Lang
    from maps.report.network import Network
    from maps.report.small import Shown
    from maps.report.tables import Cell, Column

    Row = tuple[Cell | Shown, ...]

KINDS = ("natural", "legal", "article_26")
UNDERFULL = ("small_unit", "existing_center", "hard_distance", "indivisible", "after_leaving")
SPLITS = ("split_point", "split_place")
SPLIT_REASONS = ("pin", "larger_than_a_center", "bounds_leave_no_other_way")


def center_table(network: Network, lang: Lang) -> Table:
    """Return one row a center; its totals are official figures and shown whatever they are, not its km."""
    table = network.centers
    first, where = _where(network, lang)
    rows = tuple(
        (
            *where(one),
            str(one["id"]),
            str(one["name"]),
            text(f"maps.{one['area']}", lang),
            text(f"maps.{one['status']}", lang),
            int(one["load"]),
            int(one["least"]),
            int(one["most"]),
            int(one["households"]),
            int(one["caseworkers"]),
            *_measured(one, ("km_median", "km_p90")),
            known(f"maps.kind_{one['kind']}", one["kind"], KINDS, lang),
            _or_none(one["preference"]),
            known(f"maps.underfull_{one['underfull']}", one["underfull"], UNDERFULL, lang),
        )
        for one in table.sort_values(["code", "province", "county_name", "id"]).to_dict("records")
    )
    heads = columns(
        lang,
        {
            "center": "code",
            "name": "text",
            "area": "words",
            "state": "words",
            "load": "count",
            "least": "count",
            "most": "count",
            "households": "count",
            "caseworkers": "count",
            "km_median": "far_km",
            "km_p90": "far_km",
            "applicant_kind": "words",
            "preference": "number",
            "underfull": "words",
        },
    )
    sums = (int(table["load"].sum()), None, None, int(table["households"].sum()))
    names = (text("report.total", lang), *[""] * (len(first) + 3))
    total = (*names, *sums, int(table["caseworkers"].sum()), None, None, "", None, "")
    return Table("centers", (*first, *heads), rows, total)


def vacancy_table(network: Network, lang: Lang) -> Table:
    """Return one row a vacancy: where, and for how many; of too few neither cases nor households."""
    first, where = _where(network, lang)
    rows = []
    listed = network.vacancies.rename(columns={"county": "county_name"})
    for one in listed.sort_values(["code", "province", "county_name", "vacancy_id"]).to_dict("records"):
        counts = ("households", "cases")
        told = (Few(network.k) if _or_none(one[name]) is None else int(one[name]) for name in counts)
        rows.append((*where(one), str(one["vacancy_id"]), *told))
    heads = columns(lang, {"vacancy": "code", "households": "count", "cases": "count"})
    return Table("vacancies", (*first, *heads), tuple(rows))


def reserve_table(network: Network, lang: Lang) -> Table:
    """Return the next best applicant of each center, the nearest to a tie first, centers of too few last.

    What it costs is of the release; without a bound nothing is said of its proof.
    """
    proven = network.summary["bound_km"] is not None
    mark = text("report.within_gap", lang)
    first, where = _where(network, lang)
    listed = network.centers[network.centers["next_applicant"].notna()]
    listed = listed.assign(order=listed["next_km"].fillna(inf))
    rows = tuple(
        (
            *where(one),
            str(one["id"]),
            str(one["name"]),
            str(one["next_applicant"]),
            str(one["next_site"]),
            *_measured(one, ("next_km", "regret_km") if proven else ("next_km",)),
            *((mark if one["within_gap"] else "",) if proven else ()),
        )
        for one in listed.sort_values(["order", "code", "id"]).to_dict("records")
    )
    heads = columns(
        lang,
        {
            "center": "code",
            "name": "text",
            "next_applicant": "code",
            "next_site": "code",
            "extra_km": "sum_km",
            **({"regret_km": "sum_km", "tie": "words"} if proven else {}),
        },
    )
    return Table("reserves", (*first, *heads), rows)


def split_table(network: Network, lang: Lang) -> Table:
    """Return the points and places that are parted; one of too few households has no name and no number."""
    rows = []
    for one in network.splits.to_dict("records"):
        households = one_count(int(one["households"]), network.k).shown(network.k)
        exact = isinstance(households, int)
        rows.append(
            (
                known(f"report.kind_{one['kind']}", one["kind"], SPLITS, lang),
                str(one["place"]) if exact else "",
                str(one["centers"]),
                of_many(int(one["cases"]), network.k) if exact else households,
                known(f"report.split_{one['reason']}", one["reason"], SPLIT_REASONS, lang),
            )
        )
    heads = columns(
        lang, {"split": "words", "place": "text", "centers_of": "code", "cases": "count", "why": "words"}
    )
    return Table("splits", heads, tuple(rows))


def _where(network: Network, lang: Lang) -> tuple[tuple[Column, ...], Callable[[Mapping[Any, Any]], Row]]:
    """Return the first columns of what stands in a county, and what a row of it begins with."""

    def county(one: Mapping[Any, Any]) -> Row:
        return (named(_text(one["province"]), _text(one["county_name"]), lang),)

    def both(one: Mapping[Any, Any]) -> Row:
        return named(_text(one["province"]), "", lang), *county(one)

    if network.parts:
        return columns(lang, {"province": "text", "county": "text"}), both
    return columns(lang, {"county": "text"}), county


def _measured(one: Mapping[Any, Any], names: Sequence[str]) -> Row:
    """Return what is measured of a center's households; what is missing is of too few."""
    found = (_or_none(one[name]) for name in names)
    return tuple(Withheld() if far is None and one["households"] else far for far in found)


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _or_none(value: object) -> float | None:
    return None if value is None or pd.isna(value) else value  # type: ignore[call-overload,return-value]
